"""Fills a fresh Burgee database: a team of 200 with a long audit log, and many small teams whose owners invite.

The schema is Burgee's own (`burgee admin create` has made it before this runs), and so is the hash chain: `burgee audit verify` reads what is
written here and finds it intact, or the measurements do not begin.
"""

import hashlib
import random
import sqlite3
import struct
import time
from dataclasses import dataclass, field

SECOND = 1000
DAY = 24 * 60 * 60 * SECOND
MEMBERS = 200
# So many of them do something, or have something done about them: in the short log there is more of each than a page shows.
ACTIVE = 50
# So many people may send 200 invitations each before they are asked to slow down: more than any run sends.
INVITERS = 150
# The events are spread evenly over so many days.
SPAN = 365
# Stands in one event, in the middle of the month that is searched.
NEEDLE = "lighthouse-keeper@example.net"

OWNER, MEMBER = 50, 30


@dataclass
class Filled:
    """What the measurements need to know of it."""

    team: str = ""
    slug: str = "harbor-works"
    token: str = ""
    cookie: str = ""
    object: str = ""
    month: tuple = ()
    inviters: list = field(default_factory=list)


class Ids:
    """UUIDs of version 7, from a seed: every run measures the same instance."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def at(self, ms):
        tail = bytearray(self.random.randbytes(10))
        tail[0] = 0x70 | tail[0] & 0x0F
        tail[2] = 0x80 | tail[2] & 0x3F
        return ms.to_bytes(6, "big") + bytes(tail)


def text(raw):
    """An id as people write it."""
    hexed = raw.hex()
    return "-".join((hexed[:8], hexed[8:12], hexed[12:16], hexed[16:20], hexed[20:]))


def secret_hash(secret):
    return hashlib.sha256(secret.encode()).digest()


def day(ms):
    return time.strftime("%Y-%m-%d", time.gmtime(ms / 1000))


class Filler:
    def __init__(self, path, events):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.execute("PRAGMA cache_size = -200000")
        self.ids = Ids(events)
        self.random = self.ids.random
        self.events = events
        self.now = int(time.time() * 1000)
        self.begin = self.now - SPAN * DAY
        # The administrator's: everybody here has the same password.
        self.password = self.db.execute("SELECT password FROM people").fetchone()[0]
        self.filled = Filled()

    def run(self):
        self.db.execute("BEGIN")
        people = [self.person(number) for number in range(MEMBERS)]
        team = self.team("Harbor Works", self.filled.slug, people, owners=8)
        self.filled.team = text(team)
        self.filled.token = self.token(people[0])
        self.filled.cookie = self.session(people[0])
        self.filled.object = text(people[ACTIVE // 2])
        middle = self.now - SPAN // 2 * DAY
        self.filled.month = (day(middle - 15 * DAY), day(middle + 14 * DAY))
        for number in range(INVITERS):
            owner = self.person(MEMBERS + number)
            small = self.team(f"Crew {number}", f"crew-{number}", [owner], owners=1)
            self.filled.inviters.append((text(small), self.token(owner)))
        self.log(team, people)
        self.db.execute("COMMIT")
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()
        return self.filled

    def person(self, number):
        id = self.ids.at(self.begin + number)
        name, email = f"Person Number {number}", f"person-{number}@example.com"
        row = (id, f"person-{number}", f"person-{number}", name, email, email, True, self.password, False, False, self.begin, self.begin, self.now)
        self.db.execute(
            "INSERT INTO people (id, username, username_key, name, email, email_key, email_verified, password, administrator, suspended, "
            "created_at, updated_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        return id

    def team(self, name, slug, people, owners):
        id = self.ids.at(self.begin)
        self.db.execute("INSERT INTO teams VALUES (?, ?, ?, ?, ?, ?, ?)", (id, name, name.lower(), slug, False, self.begin, self.begin))
        self.db.execute("INSERT INTO grant_revisions VALUES (?, ?)", (id, self.ids.at(self.now)))
        for at, person in enumerate(people):
            invited_by = "Person Number 0" if at else None
            role = OWNER if at < owners else MEMBER
            self.db.execute("INSERT INTO members VALUES (?, ?, ?, ?, ?)", (id, person, role, invited_by, self.begin + at))
            self.db.execute("UPDATE people SET default_team = ? WHERE id = ?", (id, person))
        return id

    def token(self, person):
        secret = "bgt_" + self.random.randbytes(32).hex()
        row = (self.ids.at(self.now), secret_hash(secret), person, "bench", False, self.now, self.now + 30 * DAY, self.now)
        self.db.execute("INSERT INTO credentials VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return secret

    def session(self, person):
        secret = "bgs_" + self.random.randbytes(32).hex()
        row = (self.ids.at(self.now), secret_hash(secret), person, "Firefox on Linux", "127.0.0.1", self.now, self.now, self.now + 30 * DAY)
        self.db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return secret

    def log(self, team, people):
        """The team's log: people doing what people do, all of the active ones equally often."""
        names = [f"Person Number {number}" for number in range(len(people))]
        raw_names = [name.encode() for name in names]
        whos = [f'{{"id":"{text(person)}","username":"person-{at}","name":"{names[at]}"}}' for at, person in enumerate(people)]
        way, address, team_text = '{"by":"session","agent":"Firefox on Linux"}', "192.0.2.7", text(team)
        before, step, pick = bytes(32), SPAN * DAY / self.events, self.random.randrange
        length = struct.Struct(">Q").pack
        rows, objects, words = [], [], []
        for position in range(1, self.events + 1):
            at = self.begin + int(position * step)
            actor, other, request = pick(ACTIVE), pick(ACTIVE), self.ids.at(at)
            event, data, said, object = self.event(position, request, whos[other], f"person-{other}\n{names[other]}")
            data = f'{{"event":"{event}","data":{{"team":"{team_text}",{data}}}}}'
            sealed = (
                before,
                team,
                position.to_bytes(8, "big"),
                at.to_bytes(8, "big"),
                event.encode(),
                people[actor],
                raw_names[actor],
                way.encode(),
                address.encode(),
                request,
                data.encode(),
            )
            before = hashlib.sha256(b"".join([length(len(part)) + part for part in sealed])).digest()
            rows.append((team, position, at, event, people[actor], names[actor], way, address, request, data, before))
            objects.append((team, object or people[other], position))
            words.append((team, position, f"{names[actor]}\n{event}\n{said}".lower()))
            if len(rows) == 10_000 or position == self.events:
                self.db.executemany("INSERT INTO audit_events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
                self.db.executemany("INSERT INTO audit_objects VALUES (?, ?, ?)", objects)
                self.db.executemany("INSERT INTO audit_words VALUES (?, ?, ?)", words)
                rows.clear()
                objects.clear()
                words.clear()
        self.db.execute("INSERT INTO audit_chains (id, position, hash, at) VALUES (?, ?, ?, ?)", (team, self.events, before, at))

    def event(self, position, invitation, who, name):
        """An event's name, what it carries, what it says, and its object where that is no person."""

        def sent(invitee):
            carried = f'"invitation":"{text(invitation)}","invitee":"{invitee}","role":"Member"'
            return "invitation.sent", carried, f"{invitee}\nMember", invitation

        if position == self.events // 2:
            return sent(NEEDLE)
        # Hardly anybody ever leaves: what is rare is the hard case for a filter.
        if position % 10_000 == 1:
            return "member.left", f'"who":{who},"role":"Member"', f"{name}\nMember", None
        match position % 10:
            case 0 | 1 | 2 | 3:
                return "member.role-changed", f'"who":{who},"before":"Member","after":"Owner"', f"{name}\nMember\nOwner", None
            case 4 | 5 | 6:
                return sent(f"guest-{position}@example.net")
            case _:
                return "member.added", f'"who":{who},"role":"Member"', f"{name}\nMember", None


def fill(path, events):
    return Filler(path, events).run()
