"""Devices that share a folder."""

import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ptcards import paths
from ptcards.exchange.sync import FolderError, SyncReport, sync
from ptcards.study import actions
from tests.exchange.homes import DAY, START, Home
from tests.exchange.packages import Note

NewHome = Callable[[], Home]
DECK = "deck: mine\ncards:\n- id: one\n  question: What is {}?\n  accepts: recall\n  solution: 'it'\n"


def go(home: Home, folder: Path, **how: bool) -> SyncReport:
    return sync(home.desk, folder, **how)


def own(home: Home, folder: Path) -> Path:
    return folder / f"{home.desk.store.device}.jsonl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shared").mkdir()
    return tmp_path / "shared"


@pytest.fixture
def pair(new_home: NewHome) -> tuple[Home, Home]:
    return new_home(), new_home()


def test_two_devices_have_one_history(pair: tuple[Home, Home], folder: Path) -> None:
    for number, home in enumerate(pair):
        home.at += number * DAY
        home.answer(home.cards()[number], 4, f"answer {number}")
    assert [go(pair[turn], folder).received for turn in (0, 1, 0)] == [0, 1, 1]
    assert pair[0].state() == pair[1].state()
    assert len(pair[0].state()["log"]) == 2
    assert sorted(folder.iterdir()) == sorted(own(home, folder) for home in pair)
    report = go(pair[0], folder)
    assert (report.sent, report.received, report.told, report.wrong) == (0, 0, [], [])


def test_only_what_was_appended_is_read_and_written(pair: tuple[Home, Home], folder: Path) -> None:
    one, other = pair
    for card in one.cards()[2:6]:
        one.answer(card, 4)
    go(one, folder)
    go(other, folder)
    before = own(one, folder).read_bytes()
    one.answer(one.cards()[1], 4)
    assert go(one, folder).sent == 1
    after = own(one, folder).read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == before.count(b"\n") + 1
    # What stands before the place where it stopped is not looked at any more.
    own(one, folder).write_bytes(after.replace(b'"kind":"graded"', b'"kind":"faulty"', 1))
    report = go(other, folder)
    assert (report.received, report.told, report.wrong) == (1, [], [])


def test_what_was_merged_by_hand_travels_too(new_home: NewHome, folder: Path) -> None:
    one, other, offline = (new_home() for _ in range(3))
    go(one, folder)
    go(other, folder)
    offline.answer(offline.cards()[0], 4, "code")
    one.merge(offline.export("jsonl", answers=False))
    assert go(one, folder).sent == 1
    one.merge(offline.export("jsonl"))
    assert go(one, folder).sent == 1  # its answer
    go(other, folder)
    assert other.state() == one.state() == offline.state()


def test_a_line_that_is_half_written_waits(pair: tuple[Home, Home], folder: Path) -> None:
    one, other = pair
    one.answer(one.cards()[0], 4)
    one.answer(one.cards()[1], 4)
    go(one, folder)
    whole = own(one, folder).read_bytes()
    own(one, folder).write_bytes(whole[:-9])
    report = go(other, folder)
    assert (report.received, report.wrong) == (1, [])
    # Its device makes it whole, and the other goes on where it stopped.
    assert "cut off" in go(one, folder).told[0]
    assert own(one, folder).read_bytes() == whole
    report = go(other, folder)
    assert (report.received, report.told) == (1, [])
    assert one.state() == other.state()


@pytest.mark.parametrize(
    "data", [b"", b'{"format":"ptca', b'{"a":1}\n', b'{"format":"ptcards-log","version":1,"device":"x"}\n']
)
def test_a_file_whose_first_line_is_lost_is_made_whole(home: Home, folder: Path, data: bytes) -> None:
    home.answer(home.cards()[0], 4)
    go(home, folder)
    whole = own(home, folder).read_bytes()
    own(home, folder).write_bytes(data)
    go(home, folder)
    assert own(home, folder).read_bytes() == whole


def test_a_damaged_line_is_named_and_mended_by_its_device(pair: tuple[Home, Home], folder: Path) -> None:
    one, other = pair
    for card in one.cards()[:3]:
        one.answer(card, 4)
    go(one, folder)
    lines = own(one, folder).read_bytes().splitlines(keepends=True)
    own(one, folder).write_bytes(b"".join([*lines[:2], b"rubbish\n", *lines[3:]]))
    report = go(other, folder)
    assert report.received == 1
    assert f"{own(one, folder)}:3: this is not JSON" in report.wrong[0]
    assert "written anew" in go(one, folder).told[0]
    report = go(other, folder)
    assert (report.received, report.wrong) == (2, [])
    assert one.state() == other.state()


def test_an_old_version_of_a_file_loses_nothing(pair: tuple[Home, Home], folder: Path) -> None:
    one, other = pair
    one.answer(one.cards()[0], 4)
    go(one, folder)
    old = own(one, folder).read_bytes()
    one.answer(one.cards()[1], 4)
    go(one, folder)
    go(other, folder)
    own(one, folder).write_bytes(old)
    assert "cut off before its end" in go(other, folder).told[0]
    own(other, folder).unlink()
    go(one, folder)
    go(other, folder)
    assert own(one, folder).read_bytes().count(b"\n") == 3
    assert go(other, folder).told == []
    assert one.state() == other.state()


def test_what_a_lost_device_left_is_passed_on(new_home: NewHome, folder: Path) -> None:
    one, other, late = (new_home() for _ in range(3))
    one.answer(one.cards()[0], 4, "code")
    go(one, folder)
    go(other, folder)
    own(one, folder).unlink()
    report = go(other, folder)
    assert report.sent == 1
    assert "is gone" in report.told[0]
    go(late, folder)
    assert late.state() == one.state()


@pytest.mark.parametrize(
    "name", ["{} (1).jsonl", "{}.sync-conflict-20261129-101010-ABCDEFG.jsonl", "{} (conflicted copy).jsonl"]
)
def test_a_copy_is_read_told_once_and_never_written(pair: tuple[Home, Home], folder: Path, name: str) -> None:
    one, other = pair
    one.answer(one.cards()[0], 4)
    go(one, folder)
    copy = own(one, folder).rename(folder / name.format(one.desk.store.device))
    before = copy.read_bytes()
    report = go(other, folder)
    assert report.received == 1
    assert f"a copy of the file of device {one.desk.store.device}" in report.told[0]
    assert go(other, folder).told == []
    one.answer(one.cards()[1], 4)
    go(one, folder)
    go(other, folder)
    assert copy.read_bytes() == before
    copy.unlink()
    go(other, folder)
    assert one.state() == other.state()


def test_foreign_files_are_left_alone(home: Home, folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    (folder / "other.jsonl").write_text('{"a": 1}\n')
    (folder / ".hidden.jsonl").write_text("rubbish\n")
    (folder / os.fsdecode(b"\xff.jsonl")).write_text("rubbish\n")
    (folder / "empty.jsonl").write_text("")
    (folder / "link.jsonl").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.jsonl")
    report = go(home, folder)
    assert report.wrong == []
    assert len(report.told) == 1
    assert "other.jsonl:1: this is no exported log" in report.told[0]
    assert (folder / "other.jsonl").read_text() == '{"a": 1}\n'


def test_a_copied_home_becomes_a_device_of_its_own(new_home: NewHome, folder: Path, tmp_path: Path) -> None:
    one = new_home()
    one.answer(one.cards()[0], 4)
    go(one, folder)
    one.desk.close()
    shutil.copytree(one.folder, tmp_path / "clone")
    one, clone = Home(one.folder), Home(tmp_path / "clone")
    for number, home in enumerate((one, clone)):
        home.at += DAY + number
        home.answer(home.cards()[1 + number], 4, f"answer {number}")
    was = one.desk.store.device
    assert go(one, folder).told == []
    report = go(clone, folder)
    assert (report.sent, report.received) == (1, 1)
    assert "this home was copied" in report.told[0]
    assert one.desk.store.device == was != clone.desk.store.device
    clone.answer(clone.cards()[3], 4)
    assert go(clone, folder).sent == 1
    assert go(one, folder).received == 2
    assert one.state() == clone.state()
    assert len(one.state()["log"]) == 4
    one.desk.close()
    clone.desk.close()


def test_killed_between_writing_and_noting_it_goes_on(pair: tuple[Home, Home], folder: Path) -> None:
    one, other = pair
    library, note = one.desk.store.library, f"sync {folder}"
    one.answer(one.cards()[0], 4)
    go(one, folder)
    before = library.note(note)
    one.answer(one.cards()[1], 4)
    go(one, folder)
    data = own(one, folder).read_bytes()
    library.save_note(note, before)
    report = go(one, folder)
    assert (report.sent, report.told, report.wrong) == (0, [], [])
    assert own(one, folder).read_bytes() == data
    go(other, folder)
    assert one.state() == other.state()


def test_a_clock_far_off_is_told(pair: tuple[Home, Home], folder: Path) -> None:
    one, other = pair
    one.at += 400 * DAY
    one.answer(one.cards()[0], 4)
    go(one, folder)
    report = go(other, folder)
    assert report.received == 1
    assert "of days to come" in report.told[0]
    other.answer(other.cards()[1], 4)
    go(other, folder)
    go(one, folder)
    assert one.state() == other.state()


def test_a_folder_that_vanished_or_is_not_to_be_written_is_said(
    pair: tuple[Home, Home], folder: Path, tmp_path: Path
) -> None:
    one, other = pair
    with pytest.raises(FolderError, match="there is no such folder"):
        go(one, tmp_path / "gone")
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match="this is a file"):
        go(one, tmp_path / "file")
    one.answer(one.cards()[0], 4)
    go(one, folder)
    # Nothing can be written: what others left was taken all the same.
    (folder / f".{own(other, folder).name}.{os.getpid()}.part").mkdir()
    with pytest.raises(FolderError, match="Nothing is lost"):
        go(other, folder)
    assert other.state() == one.state()


# -- decks ---------------------------------------------------------------------------------------------------


def at(home: Home, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the home's own decks are, which it has as the environment says."""
    monkeypatch.setenv("PTCARDS_HOME", str(home.folder))
    (paths.own_decks()).mkdir(exist_ok=True)
    return paths.own_decks() / "mine.yaml"


def test_decks_travel_and_a_conflict_keeps_both(
    pair: tuple[Home, Home], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    mine = at(one, monkeypatch)
    mine.write_text(DECK.format("that"))
    mine.with_name("mine.zh.yaml").write_text(
        "translation-of: mine\nlanguage: zh\ncards: {one: {question: 什么}}\n"
    )
    assert not one.take(mine).errors
    one.answer("mine/one", 4)
    assert go(one, folder).wrong == []
    theirs = at(other, monkeypatch)
    report = go(other, folder)
    assert report.wrong == []
    assert "mine came from another device: 1 new card" in report.decks[0]
    assert theirs.read_bytes() == mine.read_bytes()
    assert other.schedule("mine/one") == one.schedule("mine/one") != other.schedule("mine/none")
    # A newer one comes, and what is the same stays.
    theirs.write_text(DECK.format("this"))
    other.take(theirs)
    assert go(other, folder).decks == ["mine goes to the other devices"]
    at(one, monkeypatch)
    assert "1 changed card" in go(one, folder).decks[0]
    assert go(one, folder).decks == []
    # Both change it.
    for home, word in ((one, "here"), (other, "there")):
        at(home, monkeypatch).write_text(DECK.format(word))
        report = go(home, folder)
    assert "was changed here and elsewhere" in report.wrong[0]
    aside = folder / "decks" / f"mine.{other.desk.store.device}.yaml"
    assert (aside.read_text(), theirs.read_text()) == (DECK.format("there"),) * 2
    assert (folder / "decks" / "mine.yaml").read_text() == DECK.format("here")
    # It is settled by making one of both.
    theirs.write_text(DECK.format("here"))
    assert go(other, folder).wrong == []
    assert not aside.exists()


def test_a_deck_that_has_no_file_stays_and_it_is_said_once(home: Home, folder: Path) -> None:
    home.take_notes(Note("guid"))
    (slug,) = (deck.slug for deck in home.desk.store.library.decks() if deck.path is None)

    (said,) = go(home, folder).decks

    assert said.startswith(f"{slug} stays where it is")
    assert "ptcards export --format yaml" in said
    assert go(home, folder).decks == []


# -- git -----------------------------------------------------------------------------------------------------


def git(place: Path, *command: str) -> str:
    own = ("-c", "user.name=me", "-c", "user.email=me@localhost")
    done = subprocess.run(["git", "-C", place, *own, *command], check=True, capture_output=True, text=True)
    return done.stdout


def test_a_checkout_is_fetched_and_pushed_and_nothing_is_forced(
    pair: tuple[Home, Home], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "hub")
    checkouts = [tmp_path / "one", tmp_path / "other"]
    for checkout in checkouts:
        git(tmp_path, "clone", "--quiet", "hub", checkout.name)
    (checkouts[0] / "notes.txt").write_text("mine")  # is no part of it, though it is staged
    git(checkouts[0], "add", "notes.txt")
    for number, home in enumerate(pair):
        home.answer(home.cards()[number], 4)
        at(home, monkeypatch).write_text(DECK.format(number))
        home.take(paths.own_decks() / "mine.yaml")
    report = go(pair[0], checkouts[0], git=True)
    assert report.wrong == []
    # Both began by themselves: they have no commit in common, and the other one's is not thrown away.
    git(checkouts[1], "pull", "--quiet")
    report = go(pair[1], checkouts[1], git=True)
    assert report.received == 1
    assert "was changed here and elsewhere" in report.wrong[0]
    assert len(report.wrong) == 1
    paths.own_decks().joinpath("mine.yaml").write_text(DECK.format(0))
    assert go(pair[1], checkouts[1], git=True).wrong == []
    # Both change the deck before either has seen the other's: git's conflict becomes two files.
    for number, home in enumerate(pair):
        at(home, monkeypatch).write_text(DECK.format(f"both {number}"))
        home.answer(home.cards()[2 + number], 4)
        report = go(home, checkouts[number], git=number == 0)
    report = go(pair[1], checkouts[1], git=True)
    assert "was changed here and elsewhere" in report.wrong[0]
    assert (checkouts[1] / "decks" / "mine.yaml").read_text() == DECK.format("both 0")
    at(pair[0], monkeypatch)
    report = go(pair[0], checkouts[0], git=True)
    assert pair[0].state() == pair[1].state()
    assert "notes.txt" not in git(checkouts[1], "ls-files")
    assert git(tmp_path / "hub", "rev-parse", "main") == git(checkouts[0], "rev-parse", "main")


def test_without_its_remote_a_checkout_is_synced_and_says_so(home: Home, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "one")
    git(tmp_path / "one", "remote", "add", "origin", str(tmp_path / "nowhere"))
    home.answer(home.cards()[0], 4)
    report = go(home, tmp_path / "one", git=True)
    assert report.sent == 1
    assert "nowhere" in report.wrong[0]
    assert own(home, Path()).name in git(tmp_path / "one", "ls-files")


# -- many ways at once ---------------------------------------------------------------------------------------


class World:
    """Three devices, each with its own view of the folder; files go from view to view, late or damaged."""

    def __init__(self, homes: list[Home], place: Path, seed: int) -> None:
        self.homes, self.chance, self.recorded = homes, random.Random(seed), set[str]()
        self.views = [place / str(number) for number in range(len(homes))]
        for number, view in enumerate(self.views):
            view.mkdir(parents=True)
            homes[number].at = START + self.chance.randrange(-DAY, DAY)
        self.old = list[tuple[str, bytes]]()  # versions that may come back

    def work(self, number: int) -> None:
        home = self.homes[number]
        home.at += self.chance.choice((1000, DAY))
        if self.chance.random() < 0.8:
            home.answer(
                self.chance.choice(home.cards()[:5]), self.chance.randrange(6), f"code {self.chance.random()}"
            )
        else:
            actions.undo(home.desk)
        self.recorded.update(one.id for one in home.logged())

    def sync(self, number: int) -> None:
        go(self.homes[number], self.views[number])
        mine = own(self.homes[number], self.views[number])
        self.old.append((mine.name, mine.read_bytes()))

    def killed(self, number: int) -> None:
        library, note = self.homes[number].desk.store.library, f"sync {self.views[number]}"
        before = library.note(note)
        self.sync(number)
        library.save_note(note, before)

    def deliver(self, number: int) -> None:
        other = self.chance.randrange(len(self.homes))
        mine = own(self.homes[number], self.views[number])
        if mine.exists() and other != number:
            shutil.copy(mine, self.views[other])

    def lose(self, number: int) -> None:
        if found := sorted(self.views[number].glob("*.jsonl")):
            file = self.chance.choice(found)
            data = bytearray(file.read_bytes())
            at = self.chance.randrange(len(data) + 1)
            what = self.chance.randrange(4)
            if what == 0:
                del data[at:]
            elif what == 1:
                data[at : at + 5] = b"\0" * len(data[at : at + 5])
            file.write_bytes(data)
            if what == 2:
                file.unlink()
            elif what == 3:
                file.rename(file.with_name(f"{file.stem} ({at}).jsonl"))

    def older(self, number: int) -> None:
        if self.old:
            name, data = self.chance.choice(self.old)
            (self.views[number] / name).write_bytes(data)

    def twin(self) -> None:
        """The first home's disk is copied over the second's, which had nothing of its own."""
        self.work(0)
        self.sync(0)
        first, second = self.homes[:2]
        for home in (first, second):
            home.desk.close()
        shutil.copy(first.database, second.database)
        shutil.copytree(self.views[0], self.views[1], dirs_exist_ok=True)
        for number, home in enumerate((first, second)):
            self.homes[number] = Home(home.folder)
            self.homes[number].at = home.at
        library = self.homes[1].desk.store.library
        library.save_note(f"sync {self.views[1]}", library.note(f"sync {self.views[0]}"))

    def settle(self) -> None:
        """Everybody syncs, and everything is carried."""
        for _ in range(3):
            for number, home in enumerate(self.homes):
                self.sync(number)
                for view in self.views:
                    if view != self.views[number]:
                        shutil.copy(own(home, self.views[number]), view)
            self.carry_what_nobody_writes()

    def carry_what_nobody_writes(self) -> None:
        """Files of ids that no home has any more, and copies: each version, as a folder's tool keeps two."""
        written = {own(home, view).name for home, view in zip(self.homes, self.views, strict=True)}
        files = [file for view in self.views for file in view.glob("*.jsonl") if file.name not in written]
        for data, name in {file.read_bytes(): file.name for file in files}.items():
            for view in self.views:
                there, path = [file.read_bytes() for file in view.glob("*.jsonl")], view / name
                if data not in there:
                    copy = path.with_name(f"{path.stem} ({len(there)}).jsonl")
                    (copy if path.exists() else path).write_bytes(data)

    def run(self, steps: int) -> None:
        ways = [self.work, self.sync, self.deliver] * 2 + [self.work, self.lose, self.older, self.killed]
        for _ in range(steps):
            self.chance.choice(ways)(self.chance.randrange(len(self.homes)))
        self.settle()
        logs = [list(home.desk.store.log.events()) for home in self.homes]
        assert logs[0] == logs[1] == logs[2]
        assert self.recorded <= {event.id for event, _ in logs[0]}


INTERLEAVINGS = int(os.environ.get("PTCARDS_SYNC_EXAMPLES", "4"))
"""10,000 take some hours."""


def test_whatever_is_late_lost_or_damaged_all_devices_end_up_with_all_grades(
    new_home: NewHome, tmp_path: Path
) -> None:
    homes = list[Home]()
    for seed in range(INTERLEAVINGS):
        if seed % 25 == 0:
            for home in homes:
                home.desk.close()
            homes = [new_home() for _ in range(3)]
        world = World(homes, tmp_path / str(seed), seed)
        if seed % 4 == 3:
            world.twin()
        world.run(20)
        shutil.rmtree(tmp_path / str(seed))
