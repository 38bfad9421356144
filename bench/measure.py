"""Measures a release server beside its budgets and writes results.json. `docs/benchmarks.md` says how each figure is made."""

import json
import os
import sqlite3
import subprocess
import time
from pathlib import Path
from statistics import median

import management
import serving
from fill import INVITERS, fill
from pages import Page, pages
from processes import Nginx, Server, found, loaded, wrk

PASSWORD = "nineteen brass lanterns by the quay"
# Of each person in a run; the server asks them to slow down after 200.
INVITATIONS = 190
LONG, SHORT = 1_000_000, 10_000
REPEATS = 3
SECONDS = 3


class Results:
    """The rows, printed as they come."""

    def __init__(self):
        self.rows = []

    def add(self, name, value, unit, budget=None):
        """A row; a budget is (">=", number) or ("<=", number)."""
        value = round(float(value), 4)
        holds = budget and (value >= budget[1] if budget[0] == ">=" else value <= budget[1])
        budget = budget and f"{budget[0]} {budget[1]:g}"
        self.rows.append({"name": name, "value": value, "unit": unit, "budget": budget, "holds": holds})
        said = {None: "", True: "holds", False: "DOES NOT HOLD"}[holds]
        print(f"{name:<64} {value:>12,.10g} {unit:<12} {budget or '':<9} {said}".rstrip(), flush=True)

    def load(self, name, runs, cpu=None, rate=None):
        """The rows of a load: the median of its runs."""

        def middle(figure):
            return median(getattr(run, figure) for run in runs)

        self.add(f"{name}: server CPU", middle("cpu"), "ms/request", cpu and ("<=", cpu))
        self.add(f"{name}: rate", middle("rate"), "requests/s", rate and (">=", rate))
        self.add(f"{name}: p50", middle("p50"), "ms")
        self.add(f"{name}: p99", middle("p99"), "ms")
        return middle("cpu")

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results.json").write_text(json.dumps(self.rows, indent=1) + "\n")


class Instance:
    """A folder with a filled database, whose log Burgee itself has found intact."""

    def __init__(self, folder, events):
        self.folder = folder
        self.used = 0
        folder.mkdir()
        self.burgee("admin", "create", "--username", "dana", "--email", "dana@example.com", "--password-stdin", input=PASSWORD)
        self.filled = fill(folder / "burgee.db", events)
        self.keys = serving.fill(folder / "burgee.db", self.filled.slug)
        self.pages = pages(self.filled)
        checked = self.burgee("audit", "verify")
        if f"{self.filled.slug} " not in checked or f"intact, {events} events" not in checked:
            raise SystemExit(f"the log that was filled in is not what Burgee would have written:\n{checked}")
        self.owners = folder / "owners"
        self.owners.write_text("".join(f"{team} {token}\n" for team, token in self.filled.inviters))

    def burgee(self, *words, **more):
        command = [os.environ["BURGEE_BENCH_BINARY"], *words, "--data-dir", str(self.folder)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **more).stdout

    def start(self, mail="off"):
        self.server = Server(self.folder, mail)
        return self.server.ready

    def queued(self):
        """How many jobs wait."""
        with sqlite3.connect(f"file:{self.folder / 'burgee.db'}?mode=ro", uri=True) as db:
            return db.execute("SELECT count(*) FROM jobs").fetchone()[0]


def starts(results, temporary, long):
    """From the start of the process to the first 200 of /readyz."""
    empty = []
    for number in range(REPEATS):
        folder = temporary / f"empty-{number}"
        folder.mkdir()
        server = Server(folder, "off")
        empty.append(server.ready)
        server.stop()
    results.add("start, empty database to ready", median(empty), "s", ("<=", 0.3))
    full = []
    for _ in range(REPEATS):
        full.append(long.start())
        long.server.stop()
    results.add("start, 1,000,000 events, to ready", median(full), "s", ("<=", 0.3))


def reads(results, long, short):
    """Everything that is read; where it must not depend on the log's length, on both instances in turn."""
    for name, page in long.pages.items():
        instances = [long, short] if page.steady else [long]
        for one in instances:
            one.pages[name].look(one.server)
        runs = {one: [] for one in instances}
        for _ in range(REPEATS):
            for one in instances:
                same = one.pages[name]
                runs[one].append(loaded(one.server, same.path, SECONDS, headers=same.headers))
        cpu = results.load(name, runs[long], page.budget)
        if page.steady:
            shorter = median(run.cpu for run in runs[short])
            results.add(f"{name}: beside 10,000 events", cpu / shorter, "times", page.budget and ("<=", 1.3))


def invitations(results, name, instance, by, repeats, whole):
    """Invitations of different people to many teams. `whole`: until the mails are out, whose cost counts as the request's."""
    runs = []
    for _ in range(repeats):
        arguments = (instance.owners, instance.used, by)
        before, server = instance.server.cpu(), instance.server
        run = loaded(server, "/", SECONDS, script="invite.lua", arguments=arguments)
        instance.used += run.requests + 100
        if instance.used > INVITERS * INVITATIONS:
            raise SystemExit("more invitations than the owners may send: raise INVITERS in bench/fill.py")
        if whole:
            limit = time.monotonic() + 60
            while instance.queued() and time.monotonic() < limit:
                time.sleep(0.1)
            run.whole = (server.cpu() - before) / run.requests * 1000
        runs.append(run)
    results.load(name, runs, 1.5, 300)
    if whole:
        results.add(f"{name}: server CPU until its mail is out", median(run.whole for run in runs), "ms/request")


def sign_ins(results, instance):
    """How much longer other requests take while 16 people sign in."""
    page, number, alone, beside, logins = instance.pages["own user, one team"], 0, [], [], []
    for repeat in range(REPEATS):
        others = {"headers": page.headers, "script": "paced.lua", "arguments": (repeat,)}
        alone.append(found(wrk(instance.server, page.path, SECONDS, **others)))
        entering = wrk(instance.server, "/", SECONDS + 1, script="login.lua", arguments=(PASSWORD, number))
        time.sleep(0.5)
        beside.append(found(wrk(instance.server, page.path, SECONDS, **others)))
        number += found(entering).requests + 100
        logins.append(loaded(instance.server, "/", SECONDS, script="login.lua", arguments=(PASSWORD, number)))
        number += logins[-1].requests + 100
    results.load("sign-in", logins)
    before, during = (median(run.p99 for run in runs) for runs in (alone, beside))
    results.add("own user, paced: p99", before, "ms")
    results.add("own user, paced, while 16 sign in: p99", during, "ms")
    results.add("own user, paced: rise of p99 while 16 sign in", during - before, "ms", ("<=", 5))


def main():
    temporary = Path(os.environ["TMPDIR"])
    out = Path(os.environ["BURGEE_BENCH_RESULTS"])
    results = Results()
    for in_process in (out / "authorization.json", out / "flag_eval.json"):
        for row in json.loads(in_process.read_text()) if in_process.exists() else []:
            results.add(row["name"], row["value"], row["unit"], row["budget"] and tuple(row["budget"]))

    yardstick = Nginx(temporary / "nginx")
    page = Page("/flags.json", {}, lambda body: 19_000 < len(body) < 21_000)
    page.look(yardstick)
    results.load("nginx, 20 KB from a file", [loaded(yardstick, page.path, SECONDS) for _ in range(REPEATS)])
    yardstick.stop()

    long, short = Instance(temporary / "long", LONG), Instance(temporary / "short", SHORT)
    starts(results, temporary, long)
    long.start(f"file:{long.folder / 'mail'}")
    short.start()
    results.add("start, 1,000,000 events: server CPU until it is idle", long.server.settle(), "s")
    short.server.settle()
    results.add("memory, idle", long.server.memory(), "MB", ("<=", 40))
    reads(results, long, short)
    invitations(results, "invitation by user name", short, "name", REPEATS, whole=False)
    invitations(results, "invitation by e-mail", long, "email", 1, whole=True)
    sign_ins(results, long)
    results.add("memory, after all of this", long.server.memory(), "MB", ("<=", 120))
    for one in (long, short):
        one.server.stop()
        one.burgee("audit", "verify")
    serving.measure(results, temporary, short)
    management.measure(results, short)
    results.write(out)


if __name__ == "__main__":
    main()
