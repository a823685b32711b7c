#!/usr/bin/env bash
# The wheel carries decks, catalogues and migrations and works outside the source tree: built, installed, used in a fresh home.
set -euo pipefail
cd "$(dirname "$0")/.."
source=$PWD
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

"$source/.venv/bin/python" -m pip wheel --quiet --no-deps --wheel-dir "$place" .
"$source/.venv/bin/python" -m venv --without-pip "$place/venv"
packages=$("$place/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$source/.venv/bin/python" -m pip --python "$place/venv/bin/python" install --quiet --no-deps "$place"/ptcards-*.whl
# What the wheel needs lies in the tests' environment; a path file lends it without its own editable ptcards.
"$source/.venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$packages/lent.pth"

cd "$place"
export PTCARDS_HOME=$place/home
cards=$("$place/venv/bin/ptcards" cards --json | "$place/venv/bin/python" -c 'import json, sys; print(len(json.load(sys.stdin)))')
[ "$cards" = 30 ] || { echo "wheel: the built-in deck has $cards cards, not 30"; exit 1; }
where=$("$place/venv/bin/python" -c 'import ptcards; print(ptcards.__file__)')
case $where in "$packages"/*) ;; *) echo "wheel: ptcards came from $where"; exit 1 ;; esac
"$place/venv/bin/ptcards" --language zh stats | grep -q 统计 || { echo "wheel: it does not speak Chinese"; exit 1; }
[ -f "$place/venv/share/man/man1/ptcards.1" ] || { echo "wheel: it has no man page"; exit 1; }
echo "wheel: 30 cards, Chinese, installed outside the source tree"
