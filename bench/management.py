"""ConfigCat's management API: what programs ask for most."""

import http.client
import json

from processes import Server, loaded

GROUPS = 100
REPEATS = 3
SECONDS = 3


def measure(results, instance):
    # A program may not ask this often; here it does.
    server = Server(instance.folder, "off", BURGEE_API_RATE_LIMIT="1000000")
    keys = instance.keys
    headers = {"Authorization": f"Bearer {instance.filled.token}", "Content-Type": "application/json"}
    groups = f"/v1/products/{keys.product}/permissions"
    for number in range(GROUPS):
        asked(server, "POST", groups, headers, {"name": f"Group {number}", "canCreateOrUpdateSetting": True, "accessType": "readOnly"})
    for name, path, count, budget in (
        ("list of 200 settings", f"/v1/configs/{keys.config}/settings", 200, 0.8),
        (f"list of {GROUPS} permission groups", groups, GROUPS, 0.6),
    ):
        found = len(asked(server, "GET", path, headers))
        if found != count:
            raise SystemExit(f"{path} lists {found} instead of {count}")
        results.load(name, [loaded(server, path, SECONDS, headers=headers) for _ in range(REPEATS)], budget)
    value = f"/v2/environments/{keys.environment}/settings/{keys.flag}/value"
    bodies = [{"defaultValue": {"boolValue": on}, "targetingRules": []} for on in (True, False)]
    asked(server, "PUT", value, headers, bodies[0])
    options = {"headers": headers, "script": "put.lua", "arguments": [json.dumps(body) for body in bodies]}
    results.load("value update", [loaded(server, value, SECONDS, **options) for _ in range(REPEATS)], 1.5)
    server.stop()


def asked(server, method, path, headers, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(method, path, body and json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status >= 300:
        raise SystemExit(f"{method} {path} answers {answer.status}:\n{text[:2000].decode(errors='replace')}")
    return json.loads(text)
