"""Evaluates settings with ConfigCat's Python SDK.

python evaluate.py URL

Input and output are those of evaluate.mjs.
"""

import json
import logging
import sys
from datetime import datetime, timedelta, timezone

import configcatclient
from configcatclient.user import User

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
READ = {
    "number": float,
    "date": lambda millis: EPOCH + timedelta(milliseconds=millis),
}


def attribute(typed):
    ((kind, value),) = typed.items()
    return READ.get(kind, lambda it: it)(value)


def user(attributes):
    if attributes is None:
        return None
    custom = {name: attribute(typed) for name, typed in attributes.items()}
    return User(custom.pop("Identifier", None), custom.pop("Email", None), custom.pop("Country", None), custom)


def one(client, setting, about):
    details = client.get_value_details(setting, None, about)
    if details.is_default_value:
        return {"error": str(details.error)}
    return {"value": details.value, "variation": details.variation_id}


def answer(url, key, settings, users):
    options = configcatclient.ConfigCatOptions(base_url=url, polling_mode=configcatclient.PollingMode.manual_poll())
    client = configcatclient.get(key, options)
    client.force_refresh()
    answers = [[one(client, setting, about) for setting in settings] for about in map(user, users)]
    client.close()
    return answers


logging.disable(logging.CRITICAL)
for line in sys.stdin:
    print(json.dumps(answer(sys.argv[1], **json.loads(line))), flush=True)
