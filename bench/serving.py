"""Flags: config files beside nginx, flags evaluated here, the dashboard, a publish, and ten thousand applications beside a person."""

import gzip
import http.client
import json
import re
import secrets
import sqlite3
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from statistics import median
from urllib.parse import urljoin

from processes import HERE, Nginx, Server, found, loaded, wrk

REPEATS = 5
SECONDS = 3
# As many flags as make a file of 20 KB.
FLAGS = 410
SDKS = 10_000
# What the dashboard shows, in four environments; and what a publish makes anew.
SHOWN = 200
PUBLISHED = 500
PUBLISHES = 40


@dataclass
class Keys:
    """An SDK key for each config, and the addresses of two dashboards."""

    file: str
    rules: str
    hundred: str
    published: str
    dashboard: str
    switches: str
    # The ids of the product with the dashboard, of its config and of one of its environments; a flag in it.
    product: str
    config: str
    environment: str
    flag: int


def fill(database, slug):
    """Puts two products into a database that Burgee has made: one with what applications read, one with a dashboard of four environments."""
    with sqlite3.connect(database) as db:
        (team,) = db.execute("SELECT id FROM teams WHERE slug = ?", (slug,)).fetchone()
        storefront, production = product(db, team, "Storefront", ["Production"])
        plain = [(0, {"default": {"b": number % 2 == 0}}) for number in range(FLAGS)]
        keys, published = [], None
        for name, settings in (("File", plain), ("Rules", [ruled(0)]), ("Hundred", some_ruled(100)), ("Published", some_ruled(PUBLISHED))):
            published, made = config(db, storefront, production, name, settings)
            keys += made
        harbor, environments = product(db, team, "Harbor", ["Development", "Test", "Staging", "Production"])
        shown, _ = config(db, harbor, environments, "Main", some_ruled(SHOWN))
        (flag,) = db.execute("SELECT id FROM config_settings WHERE config = ? AND kind = 0 LIMIT 1", (shown,)).fetchone()
    pages = (f"/team/{slug}/products/{text(of)}/configs/{text(one)}" for of, one in ((harbor, shown), (storefront, published)))
    return Keys(*keys, *pages, text(harbor), text(shown), text(environments[0]), flag)


def text(id):
    return str(uuid.UUID(bytes=id))


def product(db, team, name, environments):
    product = new()
    db.execute(
        "INSERT INTO products (id, team, name, position, key_style, show_variation_id, hint_mandatory, note_required, created_at, updated_at)"
        " VALUES (?, ?, ?, 0, 'camelCase', 0, 0, 0, 0, 0)",
        (product, team, name),
    )
    ids = [new() for _ in environments]
    for position, (id, environment) in enumerate(zip(ids, environments)):
        db.execute(
            "INSERT INTO environments (id, product, name, name_key, position, note_required, created_at) VALUES (?, ?, ?, ?, ?, 0, 0)",
            (id, product, environment, environment.lower(), position),
        )
    return product, ids


def new():
    return uuid.uuid4().bytes


def ruled(number):
    """A flag with five rules, the last of which matches."""

    def rule(attribute, comparator, value, then):
        kind = "l" if isinstance(value, list) else "s"
        return {"if": [{"user": {"a": attribute, "c": comparator, kind: value}}], "then": {"s": then}}

    rules = [
        rule("Email", 32, ["@example.net", "@example.org"], "one"),
        rule("Country", 0, ["Norway", "Chile"], "two"),
        rule("Version", 8, "9.0.0", "three"),
        rule("Plan", 28, "none", "four"),
        rule("Identifier", 30, ["ada", "kim"], "five"),
    ]
    return 1, {"default": {"s": f"none {number}"}, "rules": rules}


def some_ruled(number):
    """Every fourth flag is a text with rules."""
    return [ruled(at) if at % 4 == 0 else (0, {"default": {"b": at % 2 == 0}}) for at in range(number)]


def config(db, product, environments, name, settings):
    config = new()
    (at,) = db.execute("SELECT count(*) FROM configs").fetchone()
    db.execute(
        "INSERT INTO configs (id, product, name, name_key, position, evaluation_version, salt, created_at) VALUES (?, ?, ?, ?, ?, 2, 'salt', 0)",
        (config, product, name, name.lower(), at),
    )
    keys = []
    for environment in environments:
        key = "configcat-sdk-1/" + "/".join(secrets.token_urlsafe(16) for _ in range(2))
        db.execute("INSERT INTO publications (config, environment, revision, published_at) VALUES (?, ?, 1, 0)", (config, environment))
        db.execute("INSERT INTO sdk_keys (key, config, environment, slot, created_at) VALUES (?, ?, ?, 1, 0)", (key, config, environment))
        keys.append(key)
    for position, (kind, formula) in enumerate(settings):
        number = at * 1000 + position + 1
        db.execute(
            "INSERT INTO config_settings (id, config, key, name, kind, is_json, position, created_at) VALUES (?, ?, ?, ?, ?, 0, ?, 0)",
            (number, config, f"flag{position:03}", f"Flag {position}", kind, position),
        )
        for environment in environments:
            db.execute(
                "INSERT INTO setting_values (setting, environment, formula, version, updated_at) VALUES (?, ?, ?, ?, 0)",
                (number, environment, json.dumps(formula), new()),
            )
    return config, keys


def measure(results, temporary, instance):
    """Everything, on a server with one worker thread beside nginx with one, and then on a server as it is."""
    folder, keys = instance.folder, instance.keys
    server = Server(folder, "off", TOKIO_WORKER_THREADS="1")
    beside_nginx(results, temporary, server, keys)
    evaluations(results, server, keys)
    server.stop()
    server = Server(folder, "off")
    server.settle()
    cookie = {"Cookie": f"burgee={instance.filled.cookie}"}
    dashboard(results, server, keys.dashboard, cookie)
    publishes(results, server, keys, cookie)
    server.stop()
    many(results, folder, keys, instance.pages["own user, one team"])


def beside_nginx(results, temporary, server, keys):
    path = f"/configuration-files/{keys.file}/config_v6.json"
    body, etag = asked(server, path)
    if not 19_000 < len(body) < 21_000:
        raise SystemExit(f"the config file has {len(body)} bytes instead of 20 KB")
    nginx = Nginx(temporary / "nginx-config", body)
    same, nginx_etag = asked(nginx, "/flags.json")
    if same != body:
        raise SystemExit("nginx serves something else")
    for name, ours, theirs in (("200", {}, {}), ("304", {"If-None-Match": etag}, {"If-None-Match": nginx_etag})):
        runs = {server: [], nginx: []}
        # In turn, so that what else happens on the machine happens to both.
        for _ in range(REPEATS):
            runs[nginx].append(loaded(nginx, "/flags.json", SECONDS, headers=theirs))
            runs[server].append(loaded(server, path, SECONDS, headers=ours))
        results.load(f"nginx, config of 20 KB, {name}", runs[nginx])
        results.load(f"config of 20 KB, {name}", runs[server])
        ratio = [mine.rate / other.rate for mine, other in zip(runs[server], runs[nginx])]
        results.add(f"config of 20 KB, {name}: rate beside nginx", median(ratio), "times", (">=", 0.8))
        slower = [mine.p99 / other.p99 for mine, other in zip(runs[server], runs[nginx])]
        results.add(f"config of 20 KB, {name}: p99 beside nginx", median(slower), "times", ("<=", 1.5))
    nginx.stop()


def asked(process, path):
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} answers {answer.status}")
    return body, answer.headers["ETag"]


def evaluations(results, server, keys):
    context = {"targetingKey": "ada-17", "Email": "ada@example.com", "Country": "Kenya", "Version": "2.3.4", "Plan": "pro"}
    body = json.dumps({"context": context})
    for name, path, key, budget in (
        ("OFREP, one flag with 5 rules", "/ofrep/v1/evaluate/flags/flag000", keys.rules, 0.03),
        ("OFREP, 100 flags", "/ofrep/v1/evaluate/flags", keys.hundred, 0.15),
    ):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        options = {"headers": headers, "script": "post.lua", "arguments": (body,)}
        results.load(name, [loaded(server, path, SECONDS, **options) for _ in range(REPEATS)], budget)


def dashboard(results, server, path, cookie):
    name = f"dashboard, {SHOWN} flags in 4 environments"
    page = server.get(path, {**cookie, "Accept-Encoding": "gzip"})
    body = gzip.decompress(page.body)
    if page.status != 200 or body.count(b'<td class="b-c ') != SHOWN * 4:
        raise SystemExit(f"{path} answers {page.status}, and not {SHOWN} flags in 4 environments")
    results.load(name, [loaded(server, path, SECONDS, headers=cookie) for _ in range(3)], 3)
    results.add(f"{name}: compressed", len(page.body) / 1000, "KB", ("<=", 150))
    squeezed = {**cookie, "Accept-Encoding": "gzip"}
    results.load(f"{name}, compressed while it is waited for", [loaded(server, path, SECONDS, headers=squeezed) for _ in range(3)])


def publishes(results, server, keys, cookie):
    """Switches flags, and looks until applications are given what was switched."""
    path = f"/configuration-files/{keys.published}/config_v6.json"
    _, etag = asked(server, path)
    page = server.get(keys.switches, cookie).body.decode()
    found = re.findall(r'formaction="([^"]*/switch)"[^>]*value="([^"]*)"', page)[:PUBLISHES]
    switches = [(urljoin(keys.switches, address), flip) for address, flip in found]
    if len(switches) != PUBLISHES:
        raise SystemExit(f"{keys.switches} has {len(switches)} switches instead of {PUBLISHES}")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    answered, served, before = [], [], server.cpu()
    for address, flip in switches:
        began = time.monotonic()
        headers = {**cookie, "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
        connection.request("POST", address, f"flip={flip}", headers)
        answer = connection.getresponse()
        body = answer.read()
        answered.append(time.monotonic() - began)
        if answer.status != 200:
            raise SystemExit(f"{address} answers {answer.status}:\n{body[:2000].decode(errors='replace')}")
        while time.monotonic() - began < 10:
            connection.request("GET", path, headers={"If-None-Match": etag})
            file = connection.getresponse()
            file.read()
            if file.status == 200:
                break
        else:
            raise SystemExit("what was switched is not served")
        served.append(time.monotonic() - began)
        etag = file.headers["ETag"]
    connection.close()
    name = f"publish, {PUBLISHED} flags"
    results.add(f"{name}: until the switch is answered, p50", median(answered) * 1000, "ms")
    results.add(f"{name}: until applications get it, p50", median(served) * 1000, "ms")
    results.add(f"{name}: until applications get it, longest of {PUBLISHES}", max(served) * 1000, "ms")
    results.add(f"{name}: server CPU, with the looking", (server.cpu() - before) / PUBLISHES * 1000, "ms/publish")


def many(results, folder, keys, page):
    """Ten thousand SDKs that each ask once a minute, and a person who looks at pages."""
    server = Server(folder, "off")
    server.settle()
    paced = {"headers": page.headers, "script": "paced.lua", "connections": 2}
    alone = [found(wrk(server, page.path, SECONDS, arguments=(number,), **paced)) for number in range(3)]
    before, cpu = server.memory(), server.cpu()
    path = f"/configuration-files/{keys.file}/config_v6.json"
    command = [sys.executable, "-B", str(HERE / "sdks.py"), str(server.port), path, str(SDKS)]
    sdks = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if sdks.stdout.readline().strip() != "connected":
            raise SystemExit("not all SDKs could connect")
        memory = server.memory() - before
        began, cpu = time.monotonic(), server.cpu()
        beside = [found(wrk(server, page.path, SECONDS, arguments=(number,), **paced)) for number in range(5)]
        load = (server.cpu() - cpu) / (time.monotonic() - began)
        told = json.loads(sdks.communicate("stop\n", timeout=60)[0])
    finally:
        sdks.kill()
    if told["failed"]:
        raise SystemExit(f"{told['failed']} requests of {told['asked']} failed")
    results.add("10,000 SDKs: memory for 1,000 connections", memory / SDKS * 1000, "MB")
    results.add("10,000 SDKs: requests", told["rate"], "requests/s")
    results.add("10,000 SDKs: p50", told["p50"], "ms")
    results.add("10,000 SDKs: p99", told["p99"], "ms")
    results.add("10,000 SDKs and a person: server CPU", load * 100, "% of a core")
    results.add("a person, alone: p99", median(run.p99 for run in alone), "ms")
    results.add("a person, beside 10,000 SDKs: p99", median(run.p99 for run in beside), "ms")
    server.stop()
