#!/usr/bin/env bash
# The law of replay on a real PostgreSQL: Debian's package, a cluster of its own in a scratch folder that listens
# on a unix socket there and on no port. It stops and goes when the tests end.
set -euo pipefail
cd "$(dirname "$0")/.."

find_server() { command -v pg_ctl || ls /usr/lib/postgresql/*/bin/pg_ctl 2> /dev/null | sort -V | tail -n 1; }
if [ -z "$(find_server)" ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
        echo "The store is run on PostgreSQL too, and there is none: install it (Debian: apt install postgresql), then try again." >&2
        exit 1
    fi
    # The package would make and start a cluster of its own on port 5432.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql > /dev/null
fi
server=$(dirname "$(readlink -f "$(find_server)")")

# PostgreSQL refuses to run as root, where its package made a user for it.
run() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
scratch=$(mktemp -d)
trap 'run "$server/pg_ctl" -D "$scratch/data" -m immediate stop > /dev/null 2>&1 || true; rm -rf "$scratch"' EXIT
[ "$(id -u)" != 0 ] || chown postgres "$scratch"
# A server of another language than C: texts must sort here as they do in Python.
locale="--locale-provider=icu --icu-locale=en-US --locale=C.UTF-8"
[ "$("$server/postgres" --version | grep -oE '[0-9]+' | head -n 1)" -ge 15 ] || locale=--locale=C.UTF-8
# shellcheck disable=SC2086
run "$server/initdb" -D "$scratch/data" -U ptcards -A trust -E UTF8 $locale --no-sync > /dev/null
# Who is no superuser here has to say a password.
run sh -c "printf 'local all ptcards trust\nlocal all all scram-sha-256\n' > '$scratch/data/pg_hba.conf'"
# What tests kill is the server, not the machine: nothing need be on the disk for that. A benchmark asks for more.
options="-k $scratch -c listen_addresses= -c max_connections=200"
[ -n "${PTCARDS_TEST_DURABLE:-}" ] || options+=" -F -c full_page_writes=off"
printf '#!/bin/sh\n[ "$(id -u)" != 0 ] || exec runuser -u postgres -- "$0" "$@"\ncd /\nexec "%s" -D "%s" -l "%s" -o "%s" -w "$@" > /dev/null\n' \
    "$server/pg_ctl" "$scratch/data" "$scratch/log" "$options" > "$scratch/pg_ctl"
chmod 755 "$scratch/pg_ctl"
"$scratch/pg_ctl" start || { cat "$scratch/log" >&2; exit 1; }

export PTCARDS_LAW_EXAMPLES="${PTCARDS_LAW_EXAMPLES:-3}"
export PTCARDS_TEST_POSTGRES="postgresql+psycopg://ptcards@/postgres?host=$scratch"
export PTCARDS_TEST_PG_CTL="$scratch/pg_ctl"
[ $# -eq 0 ] || { "$@"; exit; }
tests=(.venv/bin/python -m pytest -q -p no:cacheprovider)
"${tests[@]}" -n 2 --dist loadfile -k "not server_that_crashes" tests/store/on_postgres.py \
    tests/store/test_{law,answering_store,counting,days_store,decks_store,fsrs_store,merging_store,repair}.py
"${tests[@]}" -n 0 -k server_that_crashes tests/store/on_postgres.py
"${tests[@]}" -n 0 tests/cli/{,hostile_}on_postgres.py
