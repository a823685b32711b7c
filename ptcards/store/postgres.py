"""PostgreSQL alone: a connection, its limits, what goes wrong in words; loaded only where a URL is given."""

import logging
import re
import time
from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

from ptcards.errors import AwayError, StoreError
from ptcards.language import _, later
from ptcards.store.connection import SCHEMA
from ptcards.store.server import Server
from ptcards.text import visible

try:
    import psycopg
except ImportError:
    missing = _("a database on a server needs a package more: pip install 'ptcards[postgres]'")
    raise StoreError(missing) from None

# What it warns of is said in words of ours; without a handler Python would write it on the screen.
logging.getLogger("psycopg").addHandler(logging.NullHandler())
BrokenError = psycopg.OperationalError
NotAllowedError = psycopg.errors.InsufficientPrivilege
CONNECTING, CONNECTING_A_PROMPT = 5, 2
"""Seconds to wait for a connection."""
PATIENCE = 30
"""Seconds to wait for another window or machine of the same learner to finish writing."""
_STATEMENT, _PROMPT = 120, 5
"""Seconds that one statement may take."""
_SILENCE = 10
"""Seconds more after which a server that should have given up itself is taken for dead."""
_WONDER = 4
"""Seconds without a word after which it is tried whether the server lets anybody in any more."""
_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
_OURS = 0x7074_6361
"""Marks ptcards' advisory locks among those of other programs."""

_REACH = later("cannot be reached ({error}); try again when it can: nothing is lost meanwhile")
_LOST = later("the connection was lost; nothing of this was recorded: try again")
_STARTING = later("it is starting or stopping; try again in a moment")
_CROWDED = later("it has no room for another connection; close other windows of ptcards, or try again later")
_PASSWORD = later("the password was not accepted; check PTCARDS_DATABASE, or ~/.pgpass")
_NO_PASSWORD = later("it wants a password: write it into PTCARDS_DATABASE, or into ~/.pgpass")
_STRANGER = later("it lets nobody in by that name ({error}); check PTCARDS_DATABASE, or ask who runs it")
_NO_DATABASE = later("there is no such database; check its name in PTCARDS_DATABASE")
_TLS = later("no safe connection ({error}); check sslmode in PTCARDS_DATABASE, or ask who runs it")
_FULL = later("its disk is full; this was not recorded, all before it is safe: tell who runs it")
_SHORT = later("it is short of memory or room ({error}); this was not recorded: try again later")
_BUSY = later("another window or machine keeps writing to it; try again when that is done")
_SLOW = later("it took too long to answer; nothing of this was recorded: try again later")
_FIXED = later(
    "it cannot be written to there (a standby?); nothing was recorded: name the server that takes writes"
)
_RIGHT = later("it does not let you do that ({error}); nothing was recorded: ask who runs it")
_GONE = later("something is not there any more ({error}); ask who runs it, or restore a backup")
_SIGN = later("there is a sign in the text that it cannot keep ({error}); nothing was recorded")
_TAKEN = later("there is something in the schema that is not ptcards'; choose another learner's name")
_FAILED = later("the database failed: {error}; `ptcards doctor` looks for what is wrong")
_AWAY = {_REACH, _LOST, _STARTING, _CROWDED, _FULL, _SHORT, _BUSY, _SLOW}
"""What may be over later."""
_BY_STATE = {
    "08": _LOST,
    "57P03": _STARTING,
    "57P": _LOST,
    "25P03": _LOST,
    "57014": _SLOW,
    "53300": _CROWDED,
    "53100": _FULL,
    "53": _SHORT,
    "58030": _FULL,
    "55P03": _BUSY,
    "40": _BUSY,
    "25006": _FIXED,
    "28P01": _PASSWORD,
    "28": _STRANGER,
    "3D": _NO_DATABASE,
    "42501": _RIGHT,
    "42P07": _TAKEN,
    "42P01": _GONE,
    "42703": _GONE,
    "3F": _GONE,
    "22": _SIGN,
    "": _FAILED,
}
"""By how SQLSTATE begins."""
_BY_TEXT = {
    "password authentication failed": _PASSWORD,
    "no password supplied": _NO_PASSWORD,
    "too many clients|too many connections|connection slots are reserved": _CROWDED,
    "database system is|not yet accepting connections": _STARTING,
    "database .* does not exist": _NO_DATABASE,
    "role .* does not exist|not permitted to log in|no pg_hba.conf entry|authentication failed": _STRANGER,
    "permission denied": _STRANGER,
    "SSL|certificate": _TLS,
    "NUL": _SIGN,
}
"""What no connection could be made for: the library gives no SQLSTATE then."""


class Silence(psycopg.OperationalError):
    """The server did not answer, nor give up itself."""


class Impatient(psycopg.Connection[Any]):
    """A connection on which nothing waits for ever, whatever has become of the server."""

    patience: float = _STATEMENT + _SILENCE
    address = ""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(self._watched(gen), interval, timeout or self.patience)
        except (psycopg.errors._WaitTimeout, Silence):  # noqa: SLF001 - it has no public name
            self.close()
            raise Silence from None

    def _watched(self, gen: Any) -> Generator[Any, Any, Any]:
        """What is waited for; Silence once the server is gone without a word, not where it has long to do."""
        try:
            wanted, since = next(gen), time.monotonic()
            while True:
                ready = yield wanted
                if not ready and self.address and time.monotonic() - since > _WONDER:
                    self._try_another()
                    since = time.monotonic()
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value

    def _try_another(self) -> None:
        try:
            psycopg.connect(self.address, connect_timeout=CONNECTING_A_PROMPT).close()
        except psycopg.errors.ConnectionTimeout:
            raise Silence from None
        except psycopg.Error:
            pass  # it has an answer, whatever that is


def identifier(name: str) -> str:
    """A name as it is written in a statement."""
    return '"' + name.replace('"', '""') + '"'


def connect(
    server: Server, *, read_only: bool = False, prompt: bool = False, bare: bool = False
) -> Impatient:
    """A connection to a learner's schema, transactions are begun by hand; for a `prompt` soon or never.

    On a `bare` one names mean what PostgreSQL itself has, and nothing of any learner's.
    """
    named = dict(parse_qsl(urlsplit(server.url).query))
    options: dict[str, Any] = {**_ALIVE, "connect_timeout": CONNECTING_A_PROMPT if prompt else CONNECTING}
    options |= {"application_name": "ptcards"}
    limit = _PROMPT if prompt else _STATEMENT
    settings = {
        "search_path": "''" if bare else f'"{server.learner}"',
        # No condition of a table is asked, which whoever owns it can make run anything.
        "row_security": "off",
        "lock_timeout": f"'{PATIENCE}s'",
        "statement_timeout": f"'{limit}s'",
        "idle_in_transaction_session_timeout": f"'{_STATEMENT}s'",
        "client_min_messages": "warning",
        "jit": "off",  # it takes longer than any question of ours
        "default_transaction_read_only": "on" if read_only else "DEFAULT",
        "default_transaction_isolation": "'repeatable read'" if read_only else "'read committed'",
    }
    address = server.url.replace("+psycopg", "", 1)
    try:
        opened = Impatient.connect(
            address,
            autocommit=True,
            client_encoding="utf8",  # whatever the environment says: cards have every sign
            **{name: value for name, value in options.items() if name not in named},
        )
    except psycopg.Error as error:
        raise _refusal(error, server) from None
    with as_said(server):
        opened.patience, opened.address = limit + _SILENCE, address
        opened.execute("; ".join(f"SET {name} = {value}" for name, value in settings.items()))
    return opened


class as_said:  # noqa: N801 - read as what a `with` does, and entered by each answer several times
    """Turn what goes wrong with a server into StoreErrors that say what to do, and never how one gets in."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        # SQLAlchemy wraps the driver's errors.
        origin = error if isinstance(error, psycopg.Error) else getattr(error, "orig", None)
        if isinstance(origin, psycopg.Error):
            raise _in_words(origin, self._server) from None


def _in_words(error: psycopg.Error, server: Server) -> StoreError:
    """What went wrong on a connection that there was."""
    if state := error.sqlstate:
        message = next(words for start, words in _BY_STATE.items() if state.startswith(start))
    elif isinstance(error, Silence):
        message = _SLOW
    elif isinstance(error, psycopg.DataError):
        message = _SIGN
    else:
        message = _FAILED if isinstance(error, psycopg.ProgrammingError) else _LOST
    return _sentence(server, message, error.diag.message_primary or str(error).partition("\n")[0])


def _refusal(error: psycopg.Error, server: Server) -> StoreError:
    """Why there was no connection."""
    if isinstance(error, psycopg.ProgrammingError):
        # What it says may quote any part of the address.
        return StoreError(_("{}: its address is not understood; check PTCARDS_DATABASE", server))
    said = str(error)
    message = next((words for text, words in _BY_TEXT.items() if re.search(text, said)), _REACH)
    last = said.partition("\n")[0].rpartition("failed: ")[2]
    return _sentence(server, message, last.removeprefix("FATAL:").strip())


def _sentence(server: Server, message: str, reason: str) -> StoreError:
    kind = AwayError if message in _AWAY else StoreError
    return kind(f"{server}: {_(message, **({'error': visible(reason)} if '{error}' in message else {}))}")


def lock_of(learner: str) -> str:
    """The statement that takes the turn to write to a learner's schema; it ends with the transaction."""
    number = crc32(learner.encode())
    return f"SELECT pg_advisory_xact_lock({_OURS}, {number - (number >> 31 << 32)})"


def schema_of(driver: Any, server: Server) -> str | None:
    """The schema of a learner's tables: "" where there are none, None where there is no place for them."""
    asked = (
        "SELECT has_schema_privilege(oid, 'USAGE'), pg_get_userbyid(nspowner) = current_user OR "
        "NOT pg_has_role(nspowner, 'USAGE'), to_regclass('alembic_version') IS NOT NULL, "
        "to_regclass('events') IS NOT NULL FROM pg_namespace WHERE nspname = %s"
    )
    if (found := driver.execute(asked, [server.learner]).fetchone()) is None:
        return None
    usable, own, versioned, used = found
    if not own:
        # Whoever owns a schema can have anything run with the rights of who looks into it.
        whose = _(
            "this is a learner's own place: only they open it. For a class there is: ptcards class report"
        )
        raise StoreError(f"{server}: {whose}")
    if not usable:
        raise StoreError(
            f"{server}: {_('what this learner has is not open to you: ask who runs the server')}"
        )
    row = driver.execute("SELECT max(version_num) FROM alembic_version").fetchone() if versioned else None
    if row is None or row[0] is None:
        if used:
            raise StoreError(f"{server}: {_(_TAKEN)}")
        return ""
    if row[0] > SCHEMA:
        raise StoreError(f"{server}: {newer(row[0])}")
    return str(row[0])


def newer(schema: object) -> str:
    """What is said of a schema of a later version."""
    said = _("written by a newer ptcards (schema {}, this one knows {})", visible(str(schema)), SCHEMA)
    return said + _("; update ptcards, or restore a backup made before")


# -- what a prompt asks --------------------------------------------------------------------------------------
_OTHERWISE = {
    r" INDEXED BY \w+": "",
    r"\binstr\(": "strpos(",
    r"\bchar\(": "chr(",
    r"json_extract\((\S+), :title\)": r"CAST(\1 AS json) -> 'translations' -> :language ->> 'title'",
    r"SELECT value FROM json_each\((:\w+)\)": r"SELECT json_array_elements_text(CAST(\1 AS json))",
    r":(\w+)": r"%(\1)s",
}
"""What PostgreSQL says otherwise than SQLite, and the sign of a value."""


class Asking:
    """A connection that understands what `glance` says to SQLite."""

    def __init__(self, opened: Impatient) -> None:
        self._opened = opened

    def execute(self, asked: str, values: Mapping[str, Any] | None = None) -> Any:
        for pattern, ours in _OTHERWISE.items():
            asked = re.sub(pattern, ours, asked)
        return self._opened.execute(asked, values)
