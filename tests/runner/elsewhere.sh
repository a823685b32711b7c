#!/usr/bin/env bash
# All answers of tests/runner in a second environment: a fresh one with the libraries of this one; and some in
# every other Python that the machine has.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
.venv/bin/python -m venv --without-pip "$folder/there"
.venv/bin/python -c 'import site; print(*site.getsitepackages(), sep="\n")' \
	> "$(echo "$folder"/there/lib/python3*/site-packages)/ours.pth"
pythons=${PTCARDS_TEST_PYTHONS:+$PTCARDS_TEST_PYTHONS:}
for version in 3.9 3.10 3.11 3.12 3.13 3.14; do
	if [ -z "${PTCARDS_TEST_PYTHONS:-}" ] && found=$(command -v "python$version") && "$found" -c 'import ctypes' 2> /dev/null; then
		pythons+="$found:"
	fi
done
echo "Answers in $folder/there and in ${pythons:-no other Python}"
PTCARDS_TEST_PYTHON="$folder/there/bin/python" PTCARDS_TEST_PYTHONS="$pythons" \
	.venv/bin/python -m pytest -q -n auto --dist loadfile tests/runner
