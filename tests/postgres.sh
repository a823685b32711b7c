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
run "$server/initdb" -D "$scratch/data" -U ptcards -A trust -E UTF8 --locale=C --no-sync > /dev/null
options="-F -k $scratch -c listen_addresses= -c full_page_writes=off"
run "$server/pg_ctl" -D "$scratch/data" -l "$scratch/log" -o "$options" -w start > /dev/null \
    || { cat "$scratch/log" >&2; exit 1; }

export PTCARDS_LAW_EXAMPLES="${PTCARDS_LAW_EXAMPLES:-6}"
export PTCARDS_TEST_POSTGRES="postgresql+psycopg://ptcards@/postgres?host=$scratch"
[ $# -gt 0 ] || set -- .venv/bin/python -m pytest -q -p no:cacheprovider tests/store/test_law.py tests/store/on_postgres.py
"$@"
