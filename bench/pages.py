"""What is read under load: addresses, budgets, and what tells that an answer is the one to be measured."""

import json
from dataclasses import dataclass
from typing import Callable

from fill import MEMBERS, NEEDLE


@dataclass
class Page:
    path: str
    headers: dict
    right: Callable[[bytes], bool]
    # Milliseconds of the server's CPU per request.
    budget: float | None = None
    # Whether it must cost the same in a long log as in a short one.
    steady: bool = False

    def look(self, server):
        """Asks once, before the load."""
        answer = server.get(self.path, self.headers)
        if answer.status != 200 or not self.right(answer.body):
            body = answer.body[:2000].decode(errors="replace")
            raise SystemExit(f"{self.path} answers {answer.status}, and not what is to be measured:\n{body}")


def pages(filled):
    """By name, for one instance."""
    token, cookie = {"Authorization": f"Bearer {filled.token}"}, {"Cookie": f"burgee={filled.cookie}"}
    team = f"/api/v1/teams/{filled.team}"
    log, log_page = f"{team}/audit-log?limit=50", f"/team/{filled.slug}/audit-log"
    month = "&from={}&to={}".format(*filled.month)

    def fifty(field=None, value=None):
        def right(body):
            events = json.loads(body)["log"]
            return len(events) == 50 and all(field is None or event[field] == value for event in events)

        return right

    def days(body):
        return body.count(b"<time") >= 100

    return {
        "own user, one team": Page("/api/v1/user", token, lambda body: json.loads(body)["username"] == "person-0", 0.15),
        f"{MEMBERS} members": Page(f"{team}/members", token, lambda body: json.loads(body)["count"] == MEMBERS, 0.6),
        "members, page (100 of them)": Page(f"/team/{filled.slug}/members", cookie, lambda body: body.count(b"person-10@") == 1, 0.6),
        "log, newest 50": Page(log, token, fifty(), 0.5, True),
        "log, 50 by a person": Page(f"{log}&username=person-7", token, fifty("username", "person-7"), 0.5, True),
        "log, 50 of an action": Page(f"{log}&event=member.role-changed", token, fifty("action", "member.role-changed"), 0.5, True),
        "log, 50 of a month": Page(f"{log}{month}", token, fifty(), 0.5, True),
        "log, rare action": Page(f"{log}&event=team.user.removed", token, lambda body: b"member.left" in body, 0.5),
        "log, 50 about an object": Page(f"{log}&object={filled.object}", token, fifty(), 0.5, True),
        "log, page (50 of them, and what to choose from)": Page(log_page, cookie, days, steady=True),
        "log, page about an object": Page(f"{log_page}?object={filled.object}", cookie, days, steady=True),
        "log, words in a month": Page(f"{log}&query={NEEDLE}{month}", token, lambda body: len(json.loads(body)["log"]) == 1, 20),
    }
