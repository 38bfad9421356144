"""Writes a large world for `burgee import`: ten products with four environments and two hundred settings each, by default.

    python3 bench/world.py > world.json
    burgee admin create --username ada --email ada@example.com --password-stdin <<< 'seven lanterns on the pier'
    /usr/bin/time -v burgee import world.json
"""

import json
import sys

PRODUCTS, SETTINGS = (int(text) for text in (sys.argv[1:] + ["10", "200"][len(sys.argv) - 1 :]))
ENVIRONMENTS = ["Development", "Test", "Staging", "Production"]
KINDS = [("boolean", True, False), ("string", "on the pier", "in the harbor"), ("int", 4, 5), ("double", 0.5, 1.5)]


def value(number, environment, kind):
    """Every fourth value has rules, as in products that are in use."""
    _, one, other = kind
    if (number + environment) % 4:
        return one
    conditions = [{"attribute": "Email", "is": "textEndsWithAnyOf", "value": ["@example.com", "@example.org"]}]
    conditions += [{"segment": "Staff", "is": "isIn"}]
    return {
        "value": other,
        "rules": [{"if": conditions, "then": one}],
        "split": [{"percent": 20, "value": one}, {"percent": 80, "value": other}],
    }


def setting(number):
    kind = KINDS[number % 4 if number % 3 == 0 else 0]
    return {
        "key": f"setting{number}",
        "name": f"Setting number {number}",
        "hint": "What it is for, in a sentence of usual length, so that colleagues know.",
        "type": kind[0],
        "tags": ["checkout"] if number % 5 == 0 else [],
        "values": {name: value(number, at, kind) for at, name in enumerate(ENVIRONMENTS)},
    }


def product(number):
    return {
        "name": f"Product {number}",
        "environments": [{"name": name, "color": "blue"} for name in ENVIRONMENTS],
        "tags": [{"name": "checkout", "color": "teal"}],
        "segments": [{"name": "Staff", "conditions": [{"attribute": "Team", "is": "isOneOf", "value": ["a", "b"]}]}],
        "configs": [{"name": "Main Config", "settings": [setting(number) for number in range(SETTINGS)]}],
    }


world = {"burgee": 1, "teams": [{"name": "Large", "products": [product(number) for number in range(PRODUCTS)]}]}
json.dump(world, sys.stdout)
