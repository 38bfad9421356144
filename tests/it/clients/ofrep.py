"""Evaluates flags with OpenFeature's provider for Python.

python ofrep.py URL SDK_KEY

Each line on standard input is {"flag", "default", "context"}; each line on standard output answers it with {"value", "reason", "variant", "error"}.
"""

import json
import sys

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

url, key = sys.argv[1:]
api.set_provider(OFREPProvider(url, headers_factory=lambda: {"Authorization": f"Bearer {key}"}))
client = api.get_client()
KINDS = {
    bool: client.get_boolean_details,
    str: client.get_string_details,
    int: client.get_integer_details,
    float: client.get_float_details,
    dict: client.get_object_details,
    list: client.get_object_details,
}

for line in sys.stdin:
    asked = json.loads(line)
    attributes = dict(asked["context"])
    context = EvaluationContext(attributes.pop("targetingKey", None), attributes)
    details = KINDS[type(asked["default"])](asked["flag"], asked["default"], context)
    error = details.error_code.value if details.error_code else None
    print(json.dumps({"value": details.value, "reason": details.reason, "variant": details.variant, "error": error}), flush=True)
