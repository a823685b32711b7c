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
        # Where a password is not written as it must be, its end is no host, no port and no database.
        ("postgresql://alice:p@geheim@db/school", "%XX"),
        ("postgresql://alice:12/geheim@db/school", "%XX"),
        ("postgresql://alice:12?geheim@db/school", "%XX"),
        ("postgresql://alice:12#geheim@db/school", "%XX"),
        ("postgresql://alice:p[geheim@db/school", "%XX"),
        ("postgresql://alice:p\udce9geheim@db/school", "%XX"),
    ],
)
def test_what_is_no_place_is_said(url: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        where(url)
    assert "geheim" not in str(caught.value)


def test_each_server_has_a_copy_of_its_own_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    places = [
        "@db/school",
        "@db:5433/school",
        "@db,db2/school",
        "@db:1,db2:2/school",
        "@[::1]:5433/school",
        "@/school",
        "@/school?port=5433",
        "@/school?host=/run/it",
        "@db/school?host=/run/it&port=5433",
        "@db/school?hostaddr=10.0.0.1",
        "@db/school?dbname=other",
        "?service=one",
        "?service=two",
    ]
    copies = {where(f"postgresql://alice{place}").copy for place in places if place[0] == "@"}  # type: ignore[union-attr]
    copies |= {where(f"postgresql://{place}&learner=alice").copy for place in places if place[0] == "?"}  # type: ignore[union-attr]
    assert len(copies) == len(places)
    # Who signs in, and how, makes no other.
    one = where("postgresql://alice@db/school")
    other = where("postgresql://teacher:s%40cret@db/school?sslmode=require&learner=alice")
    assert isinstance(one, Server)
    assert isinstance(other, Server)
    assert one.copy == other.copy
    assert where("postgresql://%61lice@db/school") == where("postgresql://%61lice@db/school?learner=alice")
    monkeypatch.setenv("PGPORT", "5433")
    assert where("postgresql://alice@/school").copy not in (one.copy, tmp_path)  # type: ignore[union-attr]
