#!/usr/bin/env bash
# The load measurements of `make bench`. xtask builds the server first and says where everything is: `xtask bench --help`.
set -euo pipefail
cd "$(dirname "$0")"
exec "$BURGEE_BENCH_PYTHON" -B measure.py "$@"
