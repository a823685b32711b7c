from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ptcards.config import Config
from ptcards.errors import StoreError
from ptcards.store import connection
from ptcards.store.connection import backups, look_at, preview_restore, restore
from ptcards.store.glance import glance
from ptcards.store.store import Store
from tests.store.steps import NO_LIMITS, NOW, TODAY, answer, later, save, shown


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_and_files_are_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "home" / "ptcards.db"
    with Store.open(path, day=TODAY) as store:
        save(store)
        assert mode(path.parent) == 0o700
        assert {mode(file) for file in path.parent.iterdir() if file.is_file()} == {0o600}
        assert {mode(file) for file in (path.parent / "backups").iterdir()} == {0o600}


def test_a_database_others_could_read_is_closed_to_them(database: Path) -> None:
    database.chmod(0o644)
    Store.open(database).close()
    assert mode(database) == 0o600


def test_a_newer_schema_is_refused_with_a_way_out(database: Path) -> None:
    with closing(sqlite3.connect(database)) as raw, raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    for read_only in (False, True):
        with pytest.raises(StoreError, match=r"newer ptcards \(schema 9999"):
            Store.open(database, read_only=read_only)
    with pytest.raises(StoreError, match="newer"):
        glance(database, TODAY, NO_LIMITS)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="not one of ptcards"):
        Store.open(path)


def test_a_file_that_is_no_database_names_the_backups(database: Path) -> None:
    with Store.open(database, day=TODAY) as store:
        save(store)
    database.write_bytes(b"not a database at all " * 100)
    with pytest.raises(StoreError, match=r"damaged.*backups/ptcards-\d{4}-\d\d-\d\d.db.*ptcards restore"):
        Store.open(database)


def test_a_truncated_database_is_found_out_and_can_be_restored(database: Path) -> None:
    with Store.open(database) as store:
        save(store)
        answer(store, "d/a", 4)
        copy = store.back_up(NOW)
    database.write_bytes(database.read_bytes()[:20_000])
    with pytest.raises(StoreError, match="damaged"):
        Store.open(database)
    kept = restore(database, copy)
    assert kept is not None
    with Store.open(database) as again:
        assert again.library.schedule("d/a").repetitions == 1
        assert again.log.check() == ()


def test_a_restore_shows_what_would_change_and_keeps_what_was_there(database: Path) -> None:
    with Store.open(database) as store:
        save(store)
        answer(store, "d/a", 4)
        copy = store.back_up(NOW)
        answer(store, "d/b", 4)
        assert preview_restore(database, copy)[1:] == (1, 0)
        kept = restore(database, copy)
        assert kept is not None
        assert look_at(kept).events == 2
        # The store that is open goes on with what was restored.
        assert store.library.schedule("d/b").due_day is None
        answer(store, "d/b", 5)
        assert store.log.check() == ()


def test_one_backup_a_day_and_old_ones_are_thinned(database: Path) -> None:
    Store.open(database, day=TODAY).close()
    with Store.open(database, day=TODAY) as store:
        for day in range(TODAY, TODAY + 80):
            store.back_up_daily(day)
    names = sorted(path.name for path in backups(database))
    assert len(names) == 14 + 3
    assert [name[8:15] for name in names[:3]] == ["2026-11", "2026-12", "2027-01"]


def test_another_database_beside_it_keeps_its_own_backups(database: Path) -> None:
    other = database.with_name("another.db")
    Store.open(other, day=TODAY).close()
    with Store.open(database) as store:
        for day in range(TODAY, TODAY + 40):
            store.back_up_daily(day)
    assert len(backups(other)) == 1
    assert len(backups(database)) == 14 + 2


def test_reading_needs_no_right_to_write(database: Path) -> None:
    with Store.open(database) as store:
        save(store)
    script = (
        "import os, sys; from pathlib import Path; from ptcards.store.glance import glance; "
        "from ptcards.store.store import Store; from ptcards.config import Config; "
        "os.setgid(65534), os.setuid(65534) if os.getuid() == 0 else None; p = Path(sys.argv[1]); "
        "print(glance(p, 20000, Config()).counts.new, len(Store.open(p, read_only=True).queue.of_day(20000, Config()).new))"
    )
    folder = Path(shutil.copytree(database.parent, Path("/tmp") / f"ptcards-read-only-{os.getpid()}"))
    try:
        (folder / database.name).chmod(0o444)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", script, str(folder / database.name)],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parents[2],
        )
        assert done.stdout.split() == ["3", "3"], done.stderr
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_a_locked_database_is_said_in_words(
    database: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.05)
    save(store)
    with Store.open(database) as impatient, store._database.writing():
        with pytest.raises(StoreError, match="another program keeps writing"):
            answer(impatient, "d/a", 4)
        assert shown(impatient, TODAY, NO_LIMITS).counts.new == 3


def answer_until_refused(store: Store) -> None:
    while True:
        answer(store, "d/b", 2, code="x" * 4000)


def test_a_full_disk_loses_nothing_and_says_so(store: Store) -> None:
    save(store)
    answer(store, "d/a", 4)
    raw = store._database.driver
    raw.execute(f"PRAGMA max_page_count = {raw.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(StoreError, match="disk is full"):
        answer_until_refused(store)
    raw.execute("PRAGMA max_page_count = 1000000")
    assert store.log.check() == ()
    assert store.library.schedule("d/a").repetitions == 1
    answer(store, "d/c", 4)


def test_the_write_ahead_log_is_folded_in_seldom_and_stays_short(store: Store, database: Path) -> None:
    save(store)
    log = database.with_name("ptcards.db-wal")
    pages = []
    for days in range(60):
        answer(store, "d/a", 4, later(days))
        pages.append(log.stat().st_size / 4096)
    assert 240 < max(pages) < 290
    # Twenty answers and more go by between two that have to wait for it.
    assert pages.index(max(pages)) > 20


@pytest.mark.parametrize("part", [0.0, 0.1, 0.37, 0.5, 0.81, 0.99, 1.0])
def test_a_write_ahead_log_that_was_cut_off_holds_whole_answers_up_to_there(
    store: Store, database: Path, tmp_path: Path, part: float
) -> None:
    save(store)
    written = [answer(store, f"d/{'abc'[days % 3]}", days % 6, later(days)).event for days in range(20)]
    crashed = Path(shutil.copytree(database.parent, tmp_path / "crashed")) / database.name
    log = crashed.with_name("ptcards.db-wal")
    log.write_bytes(log.read_bytes()[: int(log.stat().st_size * part)])
    with Store.open(crashed) as again:
        kept = [one for one, _ in again.log.events()]
        assert kept == written[: len(kept)]
        assert (len(kept) == len(written)) == (part == 1)
        assert again.log.check() == ()
        save(again)
        answer(again, "d/a", 4, later(99))
        assert again.log.check() == ()


def test_a_glance_needs_no_database(tmp_path: Path) -> None:
    seen = glance(tmp_path / "none.db", TODAY, Config())
    assert (seen.counts.due, seen.streak, seen.next_due_day) == (0, 0, None)
    assert not (tmp_path / "none.db").exists()


def test_a_reader_without_a_database_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database yet"):
        Store.open(tmp_path / "none.db", read_only=True)


MOUNTED = """22 1 0:21 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:22 / /{at} rw - {kind} server:/home rw
24 22 0:23 / /{at}/local\\040disk rw - xfs /dev/vdb rw
25 22 0:23 / /somewhere rw - nfs4 other:/ rw
"""


@pytest.mark.parametrize(
    "kind", ["nfs4", "cifs", "9p", "lustre", "gpfs", "fuse.sshfs", "ext4", "fuse.mergerfs"]
)
def test_a_database_on_a_network_is_not_written_ahead(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def header_of(path: Path) -> str:
        with Store.open(path, day=TODAY) as store:
            save(store)
            answer(store, "d/a", 4)
            header = path.read_bytes()[18:20].hex()
        with Store.open(path, read_only=True) as reader:
            assert len(reader.log.newest() or b"") > 0
        return header

    old, disk, mounts = tmp_path / "old.db", tmp_path / "local disk", tmp_path / "mountinfo"
    disk.mkdir()
    mounts.write_text(MOUNTED.format(at=str(tmp_path).removeprefix("/"), kind=kind))
    on_disk, on_a_network = "0202", "0101"
    assert header_of(old) == on_disk
    monkeypatch.setattr(connection, "MOUNTS", mounts)
    there = on_disk if kind in ("ext4", "fuse.mergerfs") else on_a_network
    assert [header_of(tmp_path / "new.db"), header_of(old)] == [there, there]
    assert header_of(old.rename(disk / "old.db")) == on_disk
