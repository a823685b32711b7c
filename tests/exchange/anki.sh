#!/usr/bin/env bash
# Packages there and back through Anki's own library, and its statistics beside ours, in an environment of its own (kept in build/anki).
set -euo pipefail
cd "$(dirname "$0")/../.."

anki=build/anki/bin/python
if ! "$anki" -c 'import anki.collection' 2>/dev/null; then
    "${PYTHON:-python3}" -m venv build/anki
    "$anki" -m pip install --quiet --disable-pip-version-check 'anki==26.9.3'
fi
.venv/bin/python -m tests.exchange.anki_check "$anki"
.venv/bin/python -m pytest -q -n0 tests/exchange/tables_beside_anki.py
PYTHONPATH=. .venv/bin/python tests/statistics/anki_numbers.py "$anki"
