"""Where a learner's database is, by what the user named."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from ptcards.errors import UsageError
from ptcards.store.server import Server, where


def test_a_path_is_a_file() -> None:
    assert where("some/where.db") == where(Path("some/where.db")) == Path("some/where.db")


@pytest.mark.parametrize(
    ("url", "shown", "learner"),
    [
        (
            "postgresql+psycopg://teacher:s%40cret@db.example.org:5433/school?learner=alice",
            "alice at db.example.org:5433/school",
            "alice",
        ),
        ("postgres://bob:secret@db.example.org/school", "bob at db.example.org/school", "bob"),
        ("postgresql://carol@/school?host=/run/it&connect_timeout=2", "carol at /run/it/school", "carol"),
    ],
)
def test_a_url_is_a_learners_place_and_its_password_is_never_shown(
    url: str, shown: str, learner: str
) -> None:
    server = where(url)

    assert isinstance(server, Server)
    assert server.learner == learner
    assert str(server) == shown
    assert "cret" not in f"{server!s} {server!r}"
    # What SQLAlchemy connects with is all but the learner.
    given, kept = make_url(url), make_url(server.url)
    assert kept.drivername == "postgresql+psycopg"
    assert (kept.host, kept.port, kept.database, kept.password) == (
        given.host,
        given.port,
        given.database,
        given.password,
    )
    assert dict(kept.query) == {name: value for name, value in given.query.items() if name != "learner"}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://alice@db/school", "no such database is known"),
        ("postgresql://alice@db:port/school", "port"),
        ("postgresql://alice@db/school?learner=../bob", "no name for a learner"),
        ("postgresql://alice@db/school?learner=pg_catalog", "no name for a learner"),
        ("postgresql://Alice@db/school", "no name for a learner"),
    ],
)
def test_what_is_no_place_is_said(url: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        where(url)
