#!/usr/bin/env bash
# The page of statistics, and the app as `ptcards serve` shows it, in a real browser: Chromium, driven from an environment of its own (kept in build/browser).
set -euo pipefail
cd "$(dirname "$0")/../.."

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$chromium" ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
        echo "The pages are checked in Chromium, and there is none: install it (Debian: apt install chromium), then try again." >&2
        exit 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium > /dev/null
    chromium=$(command -v chromium)
fi
browser=build/browser/bin/python
if ! "$browser" -c 'import PIL, playwright, pypdf, pyte' 2> /dev/null; then
    "${PYTHON:-python3}" -m venv build/browser
    "$browser" -m pip install --quiet --disable-pip-version-check 'playwright==1.65.2' 'pypdf==7.1.1' 'pillow==13.0.0' 'pyte==0.8.2'
fi

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
for days in 0 400; do
    PYTHONPATH=. .venv/bin/python tests/statistics/histories.py "$place" "$days"
    PTCARDS_HOME=$place PTCARDS_NOW=2026-11-23T12:00:00+01:00 .venv/bin/ptcards stats --html "$place/$days.html"
done
PYTHONPATH=. .venv/bin/python tests/statistics/classes.py "$place/class" 30 400
# Something is left out there, which the page and the exit code say.
PTCARDS_HOME=$place PTCARDS_NOW=2026-11-23T12:00:00+01:00 .venv/bin/ptcards class report "$place/class" -o "$place/class.html" || [ $? = 1 ]
"$browser" tests/statistics/browser_check.py "$chromium" "$place"/*.html
"$browser" tests/tui/browser_check.py "$chromium" .venv/bin/ptcards "$place"
