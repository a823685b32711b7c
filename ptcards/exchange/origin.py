"""Decks from git repositories, of which nothing is checked out or run, beside one's own corrections."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from difflib import unified_diff
from functools import partial
from itertools import pairwise
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, NamedTuple

import orjson

from ptcards import paths
from ptcards.deck.card import Card, Deck, deck_to_data, from_data, to_data
from ptcards.deck.nodes import MOST_BYTES, has_key, plain_lines, read_text_of
from ptcards.deck.reading import read_deck, write_deck
from ptcards.deck.translation import SUFFIX, translations_of
from ptcards.errors import DeckError, ExchangeError, Problem, UsageError
from ptcards.exchange.incoming import Incoming
from ptcards.exchange.log import Export, Selection
from ptcards.language import _, later
from ptcards.store.library import DeckContent
from ptcards.study.decks import ORIGIN_OF, read_file
from ptcards.study.desk import Desk

MOST = 256
"""MiB of one file that git writes: what it fetched, or what it prints."""
SECONDS = 180
"""For git, each time it is called."""
_HOST = re.compile(r"(?:file|git|https?|ssh)://(?!-)[^/]*|(?!-)[^/:]+:(?!:|//)")
_REF = re.compile(r"[^-+\s:^~*?\[\\@][^\s:^~*?\[\\]*")
_SLUG = re.compile(r"""^(\ufeff?(?:\{\s*)?["']?deck["']?\s*:\s*["']?)([\w.-]+)""", re.MULTILINE)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_DID = later("the author added"), later("the author took out"), later("the author changed")
# Nothing is run, and a file too large to be a deck is not held in memory.
_SETTINGS = "core.hooksPath=/dev/null maintenance.auto=false fetch.unpackLimit=1 core.bigFileThreshold=8m"

Choose = Callable[[str, str, str], bool]
"""Of a deck, a part that both changed and the difference: whether one's own version is kept."""
_Part = tuple[Any, str]
"""A part of a deck: as data, and the lines of its file."""


class Origin(NamedTuple):
    """Where a deck came from, and how it was there: what one's own file is compared with."""

    url: str
    ref: str
    path: str
    commit: str
    files: Mapping[str, str]  # The texts of the deck (under "") and of its translations (under `.zh.yaml`)

    @property
    def place(self) -> Path:
        """The deck's file, as messages name it."""
        return Path(PurePosixPath(self.url).name, self.path)


def parse(text: str) -> tuple[str, str, str]:
    """URL, ref and path of `git+URL[@ref][#path]`; UsageError for what git is not to be asked."""
    (url, __, path), ref = text.removeprefix("git+").partition("#"), "HEAD"
    host = found[0] if (found := _HOST.match(url)) else ""
    if "@" in url[len(host) :] and (host or not Path(url).expanduser().exists()):
        url, __, ref = url.rpartition("@")
    if not host and re.match("[^/]*:|-|$", url):
        words = later("{} is no repository: git+https://..., git+ssh://... or git+FOLDER")
        raise UsageError(_(words, shown(url) or text))
    if not _REF.fullmatch(ref):
        raise UsageError(_("{!r} is no branch, tag or commit: write git+URL@main", ref))
    return url if host else str(Path(url).expanduser().absolute()), ref, path.lstrip("/")


def shown(url: str) -> str:
    """The URL without a password."""
    return re.sub("//[^/@]*@", "//", url)


def fetch(places: Iterable[Path | str], waiting: Callable[[], None]) -> tuple[list[Origin], list[Problem]]:
    """The decks that repositories have there, and what cannot be taken; `waiting` may raise meanwhile."""
    found, problems = list[Origin](), list[Problem]()
    wanted: dict[tuple[str, str], list[PurePosixPath]] = {}
    for url, ref, place in map(parse, map(str, places)):
        wanted.setdefault((url, ref), []).append(PurePosixPath(place))
    for (url, ref), within in wanted.items():
        try:
            with TemporaryDirectory(prefix="ptcards-") as folder:
                git = partial(git_in, f"--git-dir={folder}", _("{} at {}", shown(url), ref), waiting)
                commit, files = _fetch(git, url, ref, within, problems)
        except ExchangeError as error:
            problems.append(Problem(Path(PurePosixPath(url).name), 1, "", "git", str(error)))
            continue
        for path in within:
            decks = [at for at in files if at == path or (path in at.parents and has_key(files[at], "deck"))]
            for deck in decks:
                texts = {"": files[deck]}
                for one, text in files.items():
                    key = one.name.removeprefix(deck.stem)
                    if one.parent == deck.parent and SUFFIX.fullmatch(key) and not has_key(text, "deck"):
                        texts[key] = text
                found.append(Origin(url, ref, str(deck), commit, texts))
            if not decks:
                moved = _("; if it moved: ptcards import --replace 'git+{}@{}#ITS-NEW-PATH'", shown(url), ref)
                message = _("{} has no YAML deck there at {} ({})", shown(url), ref, commit[:10])
                message += moved * bool(path.suffix)
                problems.append(Problem(Origin(url, ref, str(path), "", {}).place, 1, "", "missing", message))
    return found, problems


def _fetch(
    git: Callable[..., bytes], url: str, ref: str, within: Sequence[PurePosixPath], problems: list[Problem]
) -> tuple[str, dict[PurePosixPath, str]]:
    """A commit's name, and its YAML files as far as they are wanted."""
    source = Path(PurePosixPath(url).name)
    git("init", "--quiet", "--bare", "--template=")
    git("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", url, ref)
    commit = git("rev-parse", "--verify", "FETCH_HEAD^{commit}").decode().strip()
    blobs: dict[PurePosixPath, str] = {}
    for row in git("ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0")[:-1]:
        facts, _tab, raw = row.partition(b"\t")
        mode, __, blob, size = facts.decode().split()
        name = PurePosixPath(raw.decode(errors="replace"))
        wanted = any(
            place in (name, *name.parents)
            or (place.parent == name.parent and SUFFIX.fullmatch(name.name.removeprefix(place.stem)))
            for place in within
        )
        if wanted and name.suffix in {".yaml", ".yml"}:
            if mode.startswith("100") and int(size) <= MOST_BYTES:
                blobs[name] = blob
                continue
            what = _("larger than {} MiB", MOST_BYTES // 2**20) if mode.startswith("100") else _("a link")
            problems.append(Problem(source / name, 1, "", "refused", _("is {}: left out", what)))
    files, start = dict[PurePosixPath, str](), 0
    data = git("cat-file", "--batch", typed="".join(f"{blob}\n" for blob in blobs.values()).encode())
    for name in blobs:
        end = data.index(b"\n", start) + 1
        start = end + int(data[start:end].split()[2]) + 1
        try:
            files[name] = data[end : start - 1].decode()
        except UnicodeDecodeError:
            problems.append(Problem(source / name, 1, "", "not-text", _("is not UTF-8: left out")))
    return commit, files


def git_in(where: str, what: str, waiting: Callable[[], None], *command: str, typed: bytes = b"") -> bytes:
    """What git prints; it asks nothing, writes no file larger than `MOST`, and ends in time or is ended.

    `where` is a checkout, or `--git-dir=FOLDER`. ExchangeError with what it said.
    """
    if shutil.which("git") is None:
        raise ExchangeError(_("git was not found: install it, or download the deck and import the file"))
    kept = ("GIT_SSH", "GIT_SSL", "GIT_PROXY")
    own = {name: text for name, text in os.environ.items() if name[:4] != "GIT_" or name.startswith(kept)}
    own |= {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"}
    own["GIT_ALLOW_PROTOCOL"] = "file:git:http:https:ssh"
    limited = ["sh", "-c", 'ulimit -f "$0"; exec git "$@"', str(MOST * 2048)]
    limited += [where] if where.startswith("--git-dir") else ["-C", where]
    limited += [word for one in _SETTINGS.split() for word in ("-c", one)]
    with TemporaryFile() as into, TemporaryFile() as out, TemporaryFile() as err:
        into.write(typed)
        into.seek(0)
        streams: Any = {"stdin": into, "stdout": out, "stderr": err}
        git = subprocess.Popen([*limited, *command], env=own, start_new_session=True, **streams)  # noqa: S603
        try:
            for __ in range(SECONDS):
                with suppress(subprocess.TimeoutExpired):
                    git.wait(1)
                    break
                waiting()
            else:
                raise ExchangeError(_("{}: no end after {} seconds; nothing was taken", what, SECONDS))
        except BaseException:
            os.killpg(git.pid, signal.SIGKILL)
            git.wait()
            raise
        for stream in (out, err):
            stream.seek(0)
        if git.returncode == 0:
            return out.read()
        said = err.read(2**16).decode(errors="replace").strip()
    # What comes after an empty line is advice on access rights.
    said = "; ".join(said.partition("\n\n")[0].replace("fatal: ", "").splitlines())
    bare = where.startswith("--git-dir")
    words = _("it cannot be fetched: {}", said[:300]) if bare else _("git says: {}", said[:300])
    if "find remote ref" in said:
        words = _("there is no such branch, tag or commit (of a commit the whole id)")
    elif "too large" in said or "index-pack" in said or git.returncode == -signal.SIGXFSZ:
        words = _("more than {} MiB, or damaged; nothing was taken", MOST)
    raise ExchangeError(_("{}: {}", what, words))


def origin_of(desk: Desk, slug: str) -> Origin:
    """Where a deck came from; all of it is empty where it came from no repository."""
    kept = desk.store.library.note(ORIGIN_OF.format(slug))
    return Origin(**orjson.loads(kept)) if kept else Origin("", "", "", "", {})


def sources(desk: Desk, slugs: Sequence[str]) -> list[str]:
    """Where these decks, or all that came from repositories, are fetched from."""
    decks = map(desk.deck, slugs) if slugs else desk.store.library.decks()
    origins = {deck.slug: origin_of(desk, deck.slug) for deck in decks}
    found = [f"git+{one.url}@{one.ref}#{one.path}" for one in origins.values() if one.url]
    without = [slug for slug, origin in origins.items() if not origin.url]
    if without and (slugs or not found):
        raise UsageError(f"{', '.join(without)}: from no repository; a changed file is read at each start")
    return found


@contextmanager
def received(
    desk: Desk, origin: Origin, *, replace: bool, dry_run: bool, choose: Choose
) -> Iterator[tuple[list[tuple[Deck, DeckContent]], Incoming]]:
    """A fetched deck with one's own corrections, its files put in place, and back if it is not taken."""
    library, path, theirs = desk.store.library, origin.place, dict(origin.files)
    slug = name = read_deck(path, theirs[""].removeprefix("\ufeff"))[0].slug
    for one in library.decks():
        known = origin_of(desk, one.slug)
        slug = one.slug if (known.url, known.path) == (origin.url, origin.path) else slug
    stored, base = library.deck(slug), origin_of(desk, slug)
    target = paths.own_decks() / f"{slug}{path.suffix}"
    if stored is not None and not replace and (base.url, base.path) != (origin.url, origin.path):
        where = f"{shown(base.url)} ({base.path})" if base.url else stored.path or _("another file")
        raise UsageError(_("deck {!r} is here already, from {}: --replace takes it over", slug, where))
    if base.url and stored is not None:
        target = Path(stored.path or target)
    elif not base.url and target.exists():
        raise UsageError(_("{} is there already, and from no repository: rename it", target))
    there = {key: target.with_name(target.stem + key) for key in {**theirs, **base.files}} | {"": target}
    notes = [_("from {} at {}", shown(origin.url), origin.commit[:10])]
    mine = {key: read_text_of(at) for key, at in there.items() if base.url and at.is_file()}
    versions = [dict(base.files), mine, theirs]
    if (before := _SLUG.search(base.files.get("", ""))) and before[2] != name:
        words = later("its author calls it {0} now; you can too: ptcards decks rename {1} {0}")
        notes.append(_(words, name, slug))
    # It may have been renamed here.
    versions = [one | {"": _SLUG.sub(rf"\g<1>{slug}", one[""], count=1)} for one in versions if "" in one]
    theirs = versions[-1]
    if "" in mine:
        theirs = _merge(versions, (path, target, path), partial(choose, slug), notes)
    files = {at: theirs[key].encode() if key in theirs else None for key, at in there.items()}
    with TemporaryDirectory(prefix="ptcards-") as staged:
        for at, data in files.items():
            if data is not None:
                Path(staged, at.name).write_bytes(data)
        try:
            deck, content = read_file(Path(staged, target.name))
        except DeckError as error:
            named = {at.name: at for at in there.values()}
            for key, at in there.items():
                if theirs.get(key) == origin.files.get(key):
                    named[at.name] = path.with_name(path.stem + (key or path.suffix))
            found = (one._replace(file=named[one.file.name]) for one in error.problems)
            raise DeckError(tuple(found)) from None
    if deck.slug != slug:
        raise UsageError(_("{}: this is deck {!r}, and called {!r} there", target, slug, deck.slug))
    content = content._replace(deck=content.deck._replace(path=str(target), stamp=""))
    with nullcontext() if dry_run else placed(files):
        yield [(deck, content)], Incoming((), tuple(notes))
    if not dry_run:
        library.save_note(ORIGIN_OF.format(slug), orjson.dumps(origin._asdict()).decode())


def _merge(
    versions: list[dict[str, str]],
    places: Sequence[Path],
    choose: Callable[[str, str], bool],
    notes: list[str],
) -> dict[str, str]:
    """Base, mine and theirs as one, part by part (cards, keys, whole translations), on theirs' lines."""
    old, own, fetched = map(_parts, versions, places)
    old, own = _renamed(old, fetched), _renamed(own, fetched)
    old, new = _renamed(old, own), _renamed(fetched, own)
    nothing: _Part = (None, "")
    chosen, said = dict[str, _Part](), dict[str, list[str]]()
    keys = [part for part in own if part.endswith(":") and part not in new]
    for part in dict.fromkeys([*keys, *new, *own, *old]):
        before, mine, theirs = (version.get(part, nothing) for version in (old, own, new))
        name, kept = part.strip(".:"), mine[0] not in (before[0], theirs[0])
        if theirs[0] != before[0]:
            did = _DID[0 if part not in old else 1 if part not in new else 2]
            said.setdefault(_(did), []).append(name)
            if kept:
                kept = choose(name, _diff(mine[1], theirs[1], _("yours"), _("the author's")))
                whose = _("yours stays") if kept else _("the author's is taken")
                said.setdefault(_("changed by both, {}", whose), []).append(name)
        elif kept:
            said.setdefault(_("your corrections stay"), []).append(name)
        else:
            # What differs is a comment, or the layout.
            kept = mine[1] != before[1]
        if (version := mine if kept else theirs) != nothing:
            chosen[part] = version
    notes += [_("{}: {}", what, ", ".join(names)) for what, names in said.items()]
    if chosen == fetched:
        return versions[2]
    rest = {part: text for part, (_, text) in chosen.items() if part.startswith(".")}
    lines = (rows for part, (_, rows) in chosen.items() if part not in rest)
    text = "".join(f"{rows}\n" if rows and not rows.endswith("\n") else rows for rows in lines)
    head = {part[:-1]: data for part, (data, _) in chosen.items() if part.endswith(":") and data is not None}
    cards = (data for part, (data, _) in chosen.items() if not part.endswith(":") and part not in rest)
    whole = from_data(Deck, head, cards=tuple(from_data(Card, data) for data in cards))
    try:
        fits = read_deck(Path(), text)[0] == whole
    except DeckError:
        fits = False
    # Where the lines do not fit together one of the files is laid out in another way.
    text = text if fits else write_deck(whole)
    text = "\ufeff" + text if versions[2][""].startswith("\ufeff") else text
    return {"": text.replace("\n", "\r\n") if "\r\n" in versions[2][""] else text, **rest}


def _parts(files: Mapping[str, str], path: Path) -> dict[str, _Part]:
    """The parts of a deck by name: its keys (`title:`), its cards, and each of its translations whole."""
    text = plain_lines(files[""].removeprefix("\ufeff"))
    deck, sources = read_deck(path, text)
    lines = _LINES.findall(text)
    nodes = {f"{key.value}:": key for key, _ in sources.root.value} | {**sources.cards}
    starts = {part: sources.line(node) - 1 for part, node in nodes.items()}
    ordered = sorted(starts, key=starts.__getitem__)
    edges = [0, *(starts[part] for part in ordered[1:]), len(lines)]
    rows = ["".join(lines[first:last]) for first, last in pairwise(edges)]
    data: dict[str, Any] = {f"{key}:": value for key, value in deck_to_data(deck).items()}
    data |= {card.id: to_data(card) for card in deck.cards}
    parts = {part: (data.get(part), row) for part, row in zip(ordered, rows, strict=True)}
    return parts | {key: (text, text) for key, text in files.items() if key}


def _renamed(parts: Mapping[str, _Part], other: Mapping[str, _Part]) -> dict[str, _Part]:
    """With the ids of another version, for cards that, as its `was` says, were renamed there."""
    found, prefix = dict[str, _Part](), f"{other['deck:'][0]}/"
    names = {
        was.removeprefix(prefix): part
        for part, (data, _) in other.items()
        for was in (data.get("was", ()) if part[0] != "." and part[-1] != ":" else ())
    }
    for part, (data, row) in parts.items():
        name = names.get(part, part)
        if name in parts or part in other:
            found[part] = data, row
            continue
        was = other[name][0]["was"]
        key = re.compile(rf"""(?m)^(.*?)(["']?\bid["']?\s*:\s*)(["']?){re.escape(part)}\3(?=[\s,}}])""")
        if at := key.search(row):
            between = ", " if "{" in at[1] else "\n" + " " * len(at[1])
            line = f"{at[1]}{at[2]}{at[3]}{name}{at[3]}{between}was: [{', '.join(was)}]"
            row = row[: at.start()] + line + row[at.end() :]  # noqa: PLW2901
        found[name] = data | {"id": name, "was": was}, row
    return found


def _diff(before: str, after: str, ours: str, other: str) -> str:
    rows = unified_diff(_LINES.findall(before), _LINES.findall(after), ours, other)
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)


@contextmanager
def placed(files: Mapping[Path, bytes | None]) -> Iterator[None]:
    """Puts files in their places, None takes one away; puts them back where what is done then fails."""

    def put(those: Mapping[Path, bytes | None]) -> None:
        for at, data in those.items():
            if data is None:
                at.unlink(missing_ok=True)
                continue
            at.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with paths.replacing(at) as unfinished:
                unfinished.write_bytes(data)

    before = {at: at.read_bytes() if at.is_file() else None for at in files}
    try:
        put(files)
        yield
    except BaseException as error:
        put(before)
        if isinstance(error, OSError):
            raise ExchangeError(_("{}: cannot be written: {}", error.filename, error.strerror)) from None
        raise


def write_patch(desk: Desk, selection: Selection) -> Export:
    """One's own corrections to the deck chosen, for `git apply` where its author keeps it."""
    stored = desk.deck(selection.decks[0])
    origin, target, text = origin_of(desk, stored.slug), Path(stored.path or ""), ""
    if not origin.url:
        raise UsageError(f"{stored.slug} came from no repository: there is nothing to compare it with")
    if not target.is_file():
        raise UsageError(f"{target} is gone: ptcards decks update {stored.slug} brings the author's again")
    read_file(target)
    found = {"": target} | {file.name.removeprefix(target.stem): file for file in translations_of(target)}
    mine = {key: file.read_bytes().decode(errors="replace") for key, file in found.items()}
    if slug := _SLUG.search(origin.files[""]):
        # A deck that was renamed here goes back under its own name.
        mine[""] = _SLUG.sub(rf"\g<1>{slug[2]}", mine[""], count=1)
    path = PurePosixPath(origin.path)
    for key in {**origin.files, **mine}:
        name = str(path.with_name(path.stem + (key or path.suffix)))
        name += "\t" if " " in name else ""  # where it ends
        was, now = origin.files.get(key, ""), mine.get(key, "")
        text += _diff(was, now, f"a/{name}" if was else "/dev/null", f"b/{name}" if now else "/dev/null")
    if not text:
        raise UsageError(f"{stored.slug} is as its author has it: there is nothing to send")
    head = f"Corrections to {origin.path} of {shown(origin.url)} at {origin.commit}\n\n"
    said = f"{stored.slug}, corrections to {shown(origin.url)}"
    return Export((head + text).encode(), said, "For the deck's author: git apply {file}")
