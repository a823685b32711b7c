"""Decks that come from folders and repositories, and what happens to one's own corrections of them."""

import os
import random
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ptcards.errors import DeckError, StoreError, UsageError
from ptcards.exchange import origin
from ptcards.exchange.importing import import_paths
from ptcards.study import trust
from ptcards.study.decks import ImportReport, card_edited, locate, refresh, rename
from tests.exchange.homes import Home

DECK = """\
# Made by the author.
deck: {name}
cards:
  - id: a
    question: A?
    accepts: text
    solution: a

  # About b.
  - id: b
    question: B?
    accepts: text
    solution: b
"""
ONE = DECK.format(name="one")


def test_of_a_folder_its_deck_files_alone_are_read(home: Home, tmp_path: Path) -> None:
    files = {
        "one.yaml": ONE,
        "deep/two.yml": DECK.format(name="two"),
        "broken.yaml": "cards: []\n",
        "json.yaml": '{"deck": "json", "cards": [{"id": "a", "question": "A?", "accepts": "recall", "solution": "a"}]}',
        "compose.yaml": "services:\n  deck: x\n",
        ".github/workflows/ci.yml": "deck: hidden\n",
        "README.md": "deck: no\n",
        "other/sheet.tsv": "question\tanswer\nA?\tanother\n",
        "sheet.csv": "question,answer\nA?,a\n",
        "deep/two.zh.yaml": "translation-of: two\nlanguage: zh\ncards: {a: {question: 问?}}\n",
        "notes.txt": "no table\n",
    }
    for name, text in files.items():
        file = tmp_path / "decks" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "outside.yaml").write_text(DECK.format(name="outside"))
    (tmp_path / "decks" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    report = home.take(tmp_path / "decks")
    assert sorted(deck.deck for deck in report.decks) == ["json", "one", "sheet", "two"]
    assert {problem.file.name for problem in report.errors} == {"broken.yaml", "sheet.csv"}
    assert home.desk.card(home.cards("sheet")[0]).content.count('"another"') == 1
    assert {name: (tmp_path / "decks" / name).read_text() for name in files} == files
    again = home.take(Path(f"{tmp_path}/decks/*.y*ml"), tmp_path / "decks" / "deep")
    assert sorted(deck.deck for deck in again.decks) == ["json", "one", "outside", "two"]


class Repository:
    """An author's repository, and what goes on in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, f"git+{folder}"

    def __call__(self, *arguments: str) -> str:
        own = ["-C", str(self.folder), "-c", "user.name=A", "-c", "user.email=a@example.org"]
        done = subprocess.run(["git", *own, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, **files: str | None) -> None:
        """Write files (`a__b_yaml` is `a/b.yaml`; None removes one) and commit them."""
        for name, text in files.items():
            path = self.folder / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text)
        self("add", "-A")
        self("commit", "-q", "-m", "more")


@pytest.fixture(scope="session")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = Repository(tmp_path_factory.mktemp("author"))
    repository("init", "-q", "-b", "main")
    repository.commit(decks__one_yaml=ONE, ci_yaml="jobs: x\n", README_md="no deck\n")
    return repository.folder


@pytest.fixture
def author(committed: Path, tmp_path: Path) -> Repository:
    return Repository(shutil.copytree(committed, tmp_path / "theirs"))


def get(home: Home, source: str, **options: Any) -> ImportReport:
    return import_paths(home.desk, [source], **options)


@pytest.fixture
def home(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("PTCARDS_HOME", str(home.folder))
    return home


def update(home: Home, *slugs: str, **options: Any) -> ImportReport:
    return import_paths(home.desk, origin.sources(home.desk, slugs), **options)


def own(home: Home, name: str = "one.yaml") -> Path:
    return home.folder / "decks" / name


def correct(home: Home, old: str, new: str, name: str = "one.yaml") -> None:
    """What `e` does: the file is edited where the card is, and read again."""
    file, _ = locate(home.desk, "one/a")
    assert file == own(home, name)
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    assert card_edited(home.desk, file)


@pytest.mark.parametrize("form", ["git+file://{}", "git+{}#decks", "git+{}@main#/decks/one.yaml"])
def test_a_deck_comes_from_a_repository_and_is_remembered_to_be_from_there(
    home: Home, author: Repository, form: str
) -> None:
    for same in (0, 2):
        report = get(home, form.format(author.folder))
        assert [(deck.deck, deck.new, deck.same) for deck in report.decks] == [("one", 2 - same, same)]
        assert report.errors == ()
    assert own(home).read_text() == ONE
    home.answer("one/a", 4)
    author.commit(decks__one_yaml=ONE.replace("B?", "And B?"))
    (change,) = update(home).decks
    assert (change.changed, change.same) == (1, 1)
    assert "the author changed: b" in change.notes
    assert home.schedule("one/a").answers == 1


def test_branches_tags_and_commits_can_be_named(home: Home, author: Repository) -> None:
    first = author("rev-parse", "HEAD")
    author("tag", "-a", "v1", "-m", "one")
    author("branch", "feature/b")
    author.commit(decks__one_yaml=ONE.replace("A?", "Newer?"))
    for ref in ("v1", "feature/b", first):
        report = get(home, f"{author.url}@{ref}", dry_run=True)
        assert report.errors == ()
        assert f"at {first[:10]}" in report.decks[0].notes[0]
    assert not own(home).exists()
    assert home.desk.store.library.deck("one") is None


def test_an_update_keeps_schedules_and_corrections_and_takes_the_rest(home: Home, author: Repository) -> None:
    get(home, author.url)
    home.answer("one/b", 4)
    correct(home, "question: A?", "question: Which A?  # mine")
    author.commit(
        decks__one_yaml=ONE.replace("B?", "Really B?")
        + "  - {id: c, question: C?, accepts: recall, solution: c}\n",
        decks__one_zh_yaml="translation-of: one\nlanguage: zh\ncards:\n  a: {question: 甲?}\n",
    )
    before = home.tables(), own(home).read_text()
    tried = update(home, "one", dry_run=True)
    assert (home.tables(), own(home).read_text()) == before
    report = update(home, "one")
    assert report == tried
    (change,) = report.decks
    assert (change.new, change.changed, change.same, change.removed) == (1, 1, 1, 0)
    assert set(change.notes[1:]) == {
        "the author changed: b",
        "the author added: c, zh.yaml",
        "your corrections stay: a",
    }
    text = own(home).read_text()
    assert "Which A?  # mine" in text
    assert "# About b." in text
    assert "Really B?" in text
    assert own(home, "one.zh.yaml").exists()
    assert home.schedule("one/b").answers == 1
    author.commit(decks__one_yaml=ONE.replace("id: b", "id: d"), decks__one_zh_yaml=None)
    (change,) = update(home, "one").decks
    assert "the author took out: b, c, zh.yaml" in change.notes
    assert not own(home, "one.zh.yaml").exists()
    assert "Which A?  # mine" in own(home).read_text()


@pytest.mark.parametrize("keep", [True, False])
def test_where_both_changed_a_card_it_is_asked_which_stays(
    home: Home, author: Repository, keep: bool
) -> None:
    get(home, author.url)
    correct(home, "question: A?", "question: My A?")
    author.commit(decks__one_yaml=ONE.replace("A?", "Their A?").replace("B?", "Their B?"))
    asked = list[tuple[str, ...]]()

    def choose(*what: str) -> bool:
        asked.append(what)
        return keep

    # Once decided, it is decided.
    for _ in range(2):
        update(home, choose=choose)
    ((deck, part, difference),) = asked
    assert (deck, part) == ("one", "a")
    assert "-    question: My A?\n+    question: Their A?\n" in difference
    text = own(home).read_text()
    assert ("My A?" in text, "Their A?" in text) == (keep, not keep)
    assert "Their B?" in text


def test_corrections_go_back_as_a_patch_that_git_applies(home: Home, author: Repository) -> None:
    crlf = "\ufeff" + DECK.format(name="two").replace("\n", "\r\n").rstrip()
    author.commit(decks__two_words_yaml=crlf)
    author("mv", "decks/two.words.yaml", "decks/zwei Wörter.yaml")
    author("commit", "-qm", "named")
    with pytest.raises(UsageError, match="came from no repository"):
        home.export("patch", decks=("pytorch-notes",))
    get(home, author.url)
    with pytest.raises(UsageError, match="nothing to send"):
        home.export("patch", decks=("one",))
    correct(home, "question: A?", "question: Which A?")
    two = own(home, "two.yaml")
    two.write_bytes(two.read_bytes().replace(b"question: B?", b"question: Which B?") + b" and more")
    card_edited(home.desk, two)
    rename(home.desk, "two", "my-two")
    two.write_bytes(two.read_bytes().replace(b"deck: two", b"deck: my-two"))
    for slug in ("one", "my-two"):
        patch = home.export("patch", home.folder / f"{slug}.patch", decks=(slug,))
        author("apply", "--check", str(patch))
        author("apply", str(patch))
    changed = author("diff", "--numstat").splitlines()
    assert changed == ["1\t1\tdecks/one.yaml", '2\t2\t"decks/zwei W\\303\\266rter.yaml"']
    patched = (author.folder / "decks/zwei Wörter.yaml").read_bytes().decode()
    assert patched == crlf.replace("B?", "Which B?") + " and more"
    # The author takes them: nothing is one's own any more.
    author("commit", "-qam", "thanks")
    report = update(home)
    assert [deck.deck for deck in report.decks] == ["my-two", "one"]
    assert report.errors == ()
    assert "my-two" in two.read_text()
    with pytest.raises(UsageError, match="nothing to send"):
        home.export("patch", decks=("one",))


def test_nothing_of_a_hostile_repository_is_run_followed_or_taken(
    home: Home, author: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, trap = tmp_path / "id_rsa", tmp_path / "run"
    secret.write_text(DECK.format(name="secret"))
    run = f"touch {trap}; false"
    traps = "core.fsmonitor uploadpack.packObjectsHook filter.evil.smudge core.sshCommand core.pager"
    for name in traps.split():
        author("config", name, run)
    author("config", "core.hooksPath", str(author.folder / "hooks"))
    (author.folder / "hooks").mkdir()
    for hook in ("post-checkout", "reference-transaction", "pre-receive", "post-merge"):
        (author.folder / "hooks" / hook).write_text(f"#!/bin/sh\n{run}\n")
        (author.folder / "hooks" / hook).chmod(0o755)
    harmless = ("-c", "core.fsmonitor=", "-c", "core.hooksPath=")
    author(*harmless, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module.yaml")
    (author.folder / "decks" / "link.yaml").symlink_to(secret)
    (author.folder / "decks" / "big.yaml").write_text("x" * 3000)
    (author.folder / "decks" / "odd\nname.yaml").write_text("deck: [\n")
    (author.folder / ".gitmodules").write_text(
        f'[submodule "m"]\n  path = module.yaml\n  url = ext::sh -c "{run}"\n'
    )
    (author.folder / ".gitattributes").write_text("*.yaml filter=evil export-subst\n")
    for words in (("add", "-A", "decks", ".gitmodules", ".gitattributes"), ("commit", "-qm", "evil")):
        author(*harmless, *words)
    trap.unlink(missing_ok=True)
    monkeypatch.setattr(origin, "MOST_BYTES", 2000)
    report = get(home, f"git+file://{author.folder}")
    assert not trap.exists()
    assert [deck.deck for deck in report.decks] == ["one"]
    said = {str(problem.file): problem.message for problem in report.errors}
    assert said.pop("theirs/decks/odd\nname.yaml").startswith("this is not YAML")
    assert said == {
        "theirs/decks/link.yaml": "is a link: left out",
        "theirs/decks/big.yaml": "is larger than 0 MiB: left out",
        "theirs/module.yaml": "is a link: left out",
    }
    assert sorted(file.name for file in (home.folder / "decks").iterdir()) == ["one.yaml"]
    # Of what nobody asked for nothing is said.
    assert get(home, f"git+file://{author.folder}#decks/one.yaml").errors == ()


REFUSED = {
    "git+{}@nope": "there is no such branch, tag or commit",
    "git+{}@1234567": "there is no such branch, tag or commit (of a commit the whole id)",
    "git+{}@--upload-pack=touch run": "is no branch, tag or commit",
    "git+{}@main:refs/heads/x": "is no branch, tag or commit",
    "git+{}#elsewhere.yaml": "if it moved: ptcards import --replace 'git+",
    "git+#x": "git+#x is no repository",
    "": "'' is no file",
    "https://a:secret@127.0.0.1:9/x": "for a repository: ptcards import git+https://127.0.0.1:9/x",
    "git@127.0.0.1:x.git": "for a repository: ptcards import git+git@127.0.0.1:x.git",
    "git+{}#ci.yaml": "ci.yaml:1: ",
    "git+{}.nowhere": "does not appear to be a git repository",
    "git+file://{}/README.md": "it cannot be fetched: ",
    "git+--upload-pack=touch run": "is no repository: git+https://",
    "git+ext::sh -c 'touch run'": "is no repository: git+https://",
    "git+ssh://-oProxyCommand=touch run/x": "is no repository: git+https://",
    "git+ftp://host/x": "is no repository: git+https://",
    "git+-oProxyCommand=touch:run": "is no repository: git+https://",
    "git+https://a:secret@127.0.0.1:9/x": "https://127.0.0.1:9/x at HEAD: it cannot be fetched: ",
}


def test_what_cannot_be_fetched_is_said_and_nothing_is_taken(
    home: Home, author: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = home.tables()
    for source, says in REFUSED.items():
        try:
            said = "\n".join(map(str, get(home, source.format(author.folder)).errors))
        except UsageError as error:
            said = str(error)
        assert says in said, source
        assert "secret" not in said
        assert home.tables() == before
        assert not own(home).exists()
        assert [file.name for file in tmp_path.iterdir()] == ["theirs"]


def test_a_repository_that_is_too_large_too_slow_or_cannot_be_fetched_at_all(
    home: Home, author: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\nfor last; do :; done\neval "$last"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setenv("GIT_SSH_VARIANT", "simple")
    for source in (f"git+ssh://git@host{author.folder}@main", f"git+git@host:{author.folder}"):
        assert [deck.new for deck in get(home, source, dry_run=True).decks] == [2]
    os.mkfifo(tmp_path / "alive")
    alive = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    ssh.write_text(f"#!/bin/sh\nexec 3> {tmp_path}/alive; sleep 60\n")
    monkeypatch.setattr(origin, "SECONDS", 1)
    (problem,) = get(home, "git+git@host:x.git").errors
    assert "git@host:x.git at HEAD: no end after 1 seconds" in problem.message
    with pytest.raises(ZeroDivisionError):
        get(home, "git+git@host:x.git", progress=lambda done, total: 1 // done)
    # Nobody holds its other end any more.
    os.set_blocking(alive, True)
    assert os.read(alive, 1) == b""
    os.close(alive)
    monkeypatch.setattr(origin, "SECONDS", 60)
    (author.folder / "data.bin").write_bytes(random.Random(1).randbytes(2**21))
    author.commit()
    monkeypatch.setattr(origin, "MOST", 1)
    (problem,) = get(home, author.url).errors
    assert "more than 1 MiB, or damaged; nothing was taken" in problem.message
    monkeypatch.setenv("PATH", str(tmp_path))
    (problem,) = get(home, author.url).errors
    assert "git was not found: install it" in problem.message
    assert home.desk.store.library.deck("one") is None


def test_a_wrong_path_and_broken_files_are_named_beside_what_came_in(
    home: Home, author: Repository, tmp_path: Path
) -> None:
    report = import_paths(home.desk, [f"git+{author.folder}", tmp_path / "nowhere.csv"])
    assert [deck.deck for deck in report.decks] == ["one"]
    assert [problem.file.name for problem in report.errors] == ["nowhere.csv"]
    author.commit(decks__one_zh_yaml="translation-of: [\n")
    (problem,) = update(home).errors
    assert problem.file == Path("theirs/decks/one.zh.yaml")
    # Nor is one's own broken file sent.
    own(home).write_text(own(home).read_text() + "  - [\n")
    (problem,) = update(home).errors
    assert problem.file == own(home)
    with pytest.raises(DeckError, match="this is not YAML"):
        home.export("patch", decks=("one",))


def test_a_deck_of_ones_own_is_not_overwritten_without_being_asked(
    home: Home, author: Repository, tmp_path: Path
) -> None:
    mine = tmp_path / "one.yaml"
    mine.write_text(ONE)
    home.take(mine)
    source = f"git+{author.folder}"
    assert f"is here already, from {mine}: --replace" in get(home, source).errors[0].message
    own(home).parent.mkdir()
    own(home).write_text("mine\n")
    assert f"{own(home)} is there already" in get(home, source, replace=True).errors[0].message
    assert own(home).read_text() == "mine\n"
    own(home).unlink()
    assert get(home, source, replace=True).errors == ()
    other = Repository(shutil.copytree(author.folder, tmp_path / "other"))
    other.commit(decks__one_yaml=ONE.replace("A?", "Another?"))
    (problem,) = get(home, other.url).errors
    assert f"is here already, from {author.folder} (decks/one.yaml): --replace" in problem.message
    with pytest.raises(UsageError, match="pytorch-notes: from no repository"):
        update(home, "one", "pytorch-notes")


def test_what_cannot_be_saved_leaves_no_file(home: Home, author: Repository) -> None:
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("CREATE TRIGGER no BEFORE INSERT ON decks BEGIN SELECT RAISE(ABORT, 'no'); END")
        connection.commit()
    with pytest.raises(StoreError):
        get(home, author.url)
    assert not own(home).exists()
    assert home.desk.store.library.note("origin of one") is None


def test_a_strangers_code_is_not_agreed_to_by_an_edit_of_ones_own(home: Home, author: Repository) -> None:
    code = ONE + "  - {id: c, question: C?, solution: '1', check: assert answer == 1}\n"
    author.commit(decks__one_yaml=code)
    assert [deck.trusted for deck in get(home, author.url).decks] == [False]
    correct(home, "question: A?", "question: Which A?")
    assert [request.deck for request in trust.requests(home.desk)] == ["one"]
    trust.agree(home.desk, "one")
    correct(home, "question: Which A?", "question: A?")
    assert trust.requests(home.desk) == ()
    author.commit(decks__one_yaml=code.replace("answer == 1", "answer == 2"))
    assert [deck.trusted for deck in update(home).decks] == [False]
    assert "-assert answer == 1\n+assert answer == 2" in trust.request(home.desk, "one").diff


def test_keys_of_the_head_are_corrected_one_by_one(home: Home, author: Repository) -> None:
    before = "\ufeff# Theirs.\ntitle: One\n" + ONE + "about: Cards.\n"
    author.commit(decks__one_yaml=before)
    get(home, author.url)
    mine = before.replace("# Theirs", "language: de\n# Theirs").replace("One", "Eins")
    own(home).write_text(mine)
    author.commit(decks__one_yaml=before.replace("Cards.", "Good cards."))
    (change,) = update(home).decks
    assert "the author changed: about" in change.notes
    assert "your corrections stay: language, title" in change.notes
    assert own(home).read_text() == mine.replace("Cards.", "Good cards.")


def test_corrections_survive_whatever_way_a_deck_is_laid_out(home: Home, author: Repository) -> None:
    row = '{{"id": "{0}", "question": "{1}", "accepts": "recall", "solution": "{0}"}}'
    before = '{"deck": "one", "cards": [' + ", ".join(row.format(name, f"{name}?") for name in "abc") + "]}\n"
    author.commit(decks__one_yaml=before)
    get(home, author.url)
    correct(home, "a?", "Which a?")
    author.commit(decks__one_yaml=before.replace("one", "uno"))
    (change,) = update(home).decks
    assert "its author calls it uno now; you can too: ptcards decks rename one uno" in change.notes
    rename(home.desk, "one", "uno")
    assert update(home).decks[0].same == 3
    assert own(home).read_text() == before.replace("one", "uno").replace("a?", "Which a?")
    author.commit(decks__one_yaml=ONE.replace("B?", "Block b?").replace("\n  ", "\n      "))
    update(home)
    text = own(home).read_text()
    assert "Which a?" in text
    assert "Block b?" in text
    assert home.cards("uno") == ("uno/a", "uno/b")


def test_a_deck_named_like_a_translation_is_a_deck(home: Home, author: Repository) -> None:
    author.commit(decks__one_zh_yaml=DECK.format(name="one-zh"))
    assert [deck.deck for deck in get(home, author.url).decks] == ["one", "one-zh"]
    assert not own(home, "one.zh.yaml").exists()
    correct(home, "A?", "Which A?")
    assert "one.zh" not in home.export("patch", decks=("one",)).read_text()


@pytest.mark.parametrize("whose", ["the author's", "one's own"])
def test_a_correction_follows_a_card_that_was_renamed(home: Home, author: Repository, whose: str) -> None:
    get(home, author.url)
    home.answer("one/a", 4)
    was = "id: a", "id: first\n    was: [one/a]"
    edits = [was, ("question: A?", "question: Which A?  # clearer")]
    ours, theirs = edits[::-1] if whose == "the author's" else edits
    correct(home, *ours)
    author.commit(decks__one_yaml=ONE.replace(*theirs))
    (change,) = update(home).decks
    assert own(home).read_text() == ONE.replace(*edits[0]).replace(*edits[1])
    assert home.schedule("one/first").answers == 1
    assert not any("added" in note or "took out" in note for note in change.notes)
    (change,) = update(home).decks
    assert change.same == 2


def test_a_renamed_deck_whose_file_was_lost_comes_back(home: Home, author: Repository) -> None:
    get(home, author.url)
    refresh(home.desk)
    rename(home.desk, "one", "eins")
    own(home).unlink()
    assert "if it is lost: ptcards decks update eins" in refresh(home.desk)[0]
    report = update(home)
    assert report.errors == ()
    assert [(deck.deck, deck.same) for deck in report.decks] == [("eins", 2)]
    assert own(home).read_text() == DECK.format(name="eins")
