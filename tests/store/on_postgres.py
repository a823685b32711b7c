"""What PostgreSQL alone has; `tests/postgres.sh` names this file, which pytest finds by itself nowhere."""

from __future__ import annotations
