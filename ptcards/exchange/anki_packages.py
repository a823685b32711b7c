"""Opening an Anki package: a zip, in it a database, either of which may be meant to do harm."""

from __future__ import annotations

import errno
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ptcards.errors import ExchangeError
from ptcards.exchange.protobuf import fields_of, whole_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_BYTES = 1024 * 2**20
_MOST_META = 4096
_LATEST = 3
_PIECE = 1 << 20
_MOST_MEMBERS = 200_000
_MOST_STEPS = 40_000
_STEP = 100_000
"""Instructions of SQLite's between two looks; together with `_MOST_STEPS` some minutes of work."""
_LONGEST_VALUE = 64 * 2**20
_WINDOW = 2**27
TABLES = frozenset(
    (
        "col",
        "notes",
        "cards",
        "revlog",
        "notetypes",
        "fields",
        "templates",
        "decks",
        "config",
        "sqlite_master",
    )
)


@contextmanager
def open_package(path: Path) -> Iterator[sqlite3.Connection]:
    """The package's collection, read-only and unable to run anything; ExchangeError says what is wrong.

    Nothing is unpacked under a name of the package's choosing, and no more than a gigabyte.
    """
    with tempfile.TemporaryDirectory(prefix="ptcards-") as folder:
        unpacked = Path(folder) / "collection"
        try:
            with zipfile.ZipFile(path) as package:
                _unpack(package, unpacked)
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
            OSError,
        ) as error:
            # An offset before the file; other errors are the disk's.
            if isinstance(error, OSError) and error.errno != errno.EINVAL:
                raise
            raise ExchangeError(f"this is no whole Anki package: {_sentence(error)}") from None
        with _explained(), closing(_connect(unpacked)) as connection:
            yield connection


def _unpack(package: zipfile.ZipFile, target: Path) -> None:
    """Write the newest collection of the package to `target`."""
    members = {info.filename: info for info in package.infolist()[:_MOST_MEMBERS]}
    version = 0
    if meta := members.get("meta"):
        if meta.file_size > _MOST_META:
            raise ExchangeError("its meta is too big to be Anki's")
        version = whole_field(fields_of(package.read(meta)), 1)
    if version > _LATEST:
        raise ExchangeError(
            f"version {version} of Anki's packages is newer than this program reads ({_LATEST})"
        )
    for name in ("collection.anki21b", "collection.anki21", "collection.anki2"):
        if info := members.get(name):
            break
    else:
        raise ExchangeError("there is no collection in it: export from Anki as .apkg")
    if info.file_size > MOST_BYTES:
        raise ExchangeError(
            f"its collection would be {info.file_size / 2**30:.0f} GiB: more than a deck needs"
        )
    with package.open(info) as packed, target.open("wb") as out:
        if name.endswith("b"):
            _decompress(packed, out)  # type: ignore[arg-type] # it reads as a file does
        else:
            _copy(packed.read, out)


def _decompress(packed: BinaryIO, out: BinaryIO) -> None:
    import zstandard

    try:
        with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(packed) as reader:
            _copy(reader.read, out)
    except zstandard.ZstdError as error:
        raise ExchangeError(f"its collection cannot be unpacked: {_sentence(error)}") from None


def _copy(read: Callable[[int], bytes], out: BinaryIO) -> None:
    size = 0
    while piece := read(_PIECE):
        size += len(piece)
        if size > MOST_BYTES:
            raise ExchangeError(
                f"its collection is larger than {MOST_BYTES // 2**30} GiB: more than a deck needs"
            )
        out.write(piece)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    # Anki's own order of names; nothing here is put in order by it, but its indexes name it.
    connection.create_collation("unicase", lambda one, other: (one > other) - (one < other))
    connection.set_authorizer(_authorize)
    steps = iter(range(_MOST_STEPS))
    connection.set_progress_handler(lambda: int(next(steps, None) is None), _STEP)
    _refuse_odd_tables(connection)
    return connection


def _authorize(action: int, table: str | None, _: str | None, __: str | None, inside: str | None) -> int:
    """Nothing but reading Anki's tables, and nothing on behalf of a view or trigger."""
    if action == sqlite3.SQLITE_SELECT:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and inside is None and table in TABLES:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _refuse_odd_tables(connection: sqlite3.Connection) -> None:
    """A view or a virtual table in the place of one of Anki's tables is no collection of Anki's."""
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        if name in TABLES and (kind != "table" or not str(sql).upper().startswith("CREATE TABLE")):
            raise ExchangeError(f"its {name} is no table: this collection is not one of Anki's")


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            raise ExchangeError("its collection takes too long to read: it was left") from None
        raise ExchangeError(f"its collection is damaged: {_sentence(error)}") from None


def _sentence(error: Exception) -> str:
    return str(error).strip() or type(error).__name__
