"""What PostgreSQL alone has; `tests/postgres.sh` names this file, which pytest finds by itself nowhere."""

import os
from contextlib import closing

import pytest
from sqlalchemy import text

from ptcards.store.database import Database

POSTGRES = os.environ.get("PTCARDS_TEST_POSTGRES", "")


def test_who_did_not_get_the_turn_to_write_can_try_again() -> None:
    with (
        closing(Database(POSTGRES)) as other,
        closing(Database(f"{POSTGRES}&options=-clock_timeout=100")) as mine,
    ):
        with other.writing(), pytest.raises(Exception, match="lock timeout"), mine.writing():
            pass
        with mine.writing() as db:
            assert db.scalar(text("SELECT 1")) == 1
