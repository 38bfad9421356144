"""Keeps a client of ConfigCat's SDK for Python open and tells what a setting is, now and whenever the config changes.

python watch.py URL SDK_KEY SETTING

The SDK asks every second. Each line on standard output is {"value", "variation"}. It ends when standard input does.
"""

import json
import logging
import sys

import configcatclient
from configcatclient import ConfigCatOptions, PollingMode
from configcatclient.user import User

logging.disable(logging.CRITICAL)
url, key, setting = sys.argv[1:]
options = ConfigCatOptions(base_url=url, polling_mode=PollingMode.auto_poll(poll_interval_seconds=1))
client = configcatclient.get(key, options)


def tell(*_):
    details = client.get_value_details(setting, None, User("ada"))
    print(json.dumps({"value": details.value, "variation": details.variation_id}), flush=True)


tell()
client.get_hooks().add_on_config_changed(tell)
sys.stdin.read()
client.close()
