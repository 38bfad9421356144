"""What Schemathesis knows beside the description of the API: ids that exist, so that its questions get further than 404, and texts that must
not be told.

SCHEMATHESIS_HOOKS=fuzz.py BURGEE_FUZZ='{"path": {NAME: [ID, …]}, "doomed": {NAME: [ID, …]}, "body": {NAME: [ID, …]}, "untold": [TEXT, …]}'

Questions that end something are about what is doomed, so that the others keep meeting what they are about.
"""

import json
import os
from collections import Counter

import schemathesis

KNOWN = json.loads(os.environ["BURGEE_FUZZ"])
ASKED = Counter()

# What bodies call otherwise than paths.
WORDS = {
    "defaultteam": "team",
    "organization": "team",
    "permissiongroup": "group",
    "prerequisitesetting": "setting",
    "settingidtoinitfrom": "setting",
    "tags": "tag",
    "user": "person",
}


def one(kind, name, turn):
    ids = KNOWN[kind].get(name)
    return ids[turn % len(ids)] if ids else None


def is_id(text):
    return len(text) == 36 or text.lstrip("-").isdigit()


def known(value, name, turn):
    """The same with ids that exist."""
    if isinstance(value, dict):
        return {key: known(inner, key, turn) for key, inner in value.items()}
    if isinstance(value, list):
        return [known(inner, name, turn + at) for at, inner in enumerate(value)]
    plain = name.lower().removesuffix("s").removesuffix("id")
    found = one("body", WORDS.get(name.lower(), WORDS.get(plain, plain)), turn)
    names_something = "id" in name.lower() or name.lower() in WORDS
    return found if names_something and type(found) is type(value) else value


@schemathesis.hook
def before_call(context, case, kwargs):
    turn = ASKED[case.method, case.path]
    ASKED[case.method, case.path] += 1
    names = [part[1:-1] for part in case.path.split("/") if part.startswith("{")]
    ended = names[-1] if names and case.method == "DELETE" and case.path.endswith(("}", "/me")) else None
    for name, value in list((case.path_parameters or {}).items()):
        found = (one("doomed", name, turn) if name == ended else None) or one("path", name, turn)
        if found is not None and is_id(str(value)):
            case.path_parameters[name] = found
    if "X-CONFIGCAT-SDKKEY" in (case.headers or {}):
        case.headers["X-CONFIGCAT-SDKKEY"] = one("path", "sdk_key", turn)
    if isinstance(case.body, (dict, list)):
        case.body = known(case.body, "", turn)


@schemathesis.check
def nothing_is_told(context, response, case):
    for text in KNOWN["untold"]:
        assert text not in response.text, f"{text!r} is not for whoever asked"


@schemathesis.check
class enough_is_met:
    """As many operations as are expected have done at least once what they are there for."""

    def __init__(self):
        self.met, self.asked = set(), set()

    def after_response(self, context, response, case):
        self.asked.add(case.operation.label)
        if response.status_code < 300:
            self.met.add(case.operation.label)

    def after_run(self, context):
        closed = ", ".join(sorted(self.asked - self.met))
        assert len(self.met) >= KNOWN["met"], f"only {len(self.met)} operations were met, not: {closed}"
