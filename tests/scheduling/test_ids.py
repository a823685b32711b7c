from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from ptcards.scheduling.events import Kind, imported_id, is_id, milliseconds_of, next_id

walls = st.integers(-1000, 253_402_300_799_999)
bits = st.integers(0, 2**80 - 1)


@given(st.lists(st.tuples(walls, bits), max_size=20))
def test_ids_rise_whatever_the_clock_does(ticks: list[tuple[int, int]]) -> None:
    newest = ""
    for wall, entropy in ticks:
        made = next_id(wall, newest, entropy)
        assert made > newest
        assert is_id(made)
        newest = made


@given(walls, bits)
def test_an_id_is_a_uuid_of_version_seven_that_tells_its_time(wall: int, entropy: int) -> None:
    made = next_id(wall, "", entropy)
    assert uuid.UUID(made).version == 7
    assert uuid.UUID(made).variant == uuid.RFC_4122
    assert milliseconds_of(made) == max(wall, 0)


def test_what_is_imported_twice_has_the_same_id() -> None:
    known = Kind.RECORDED, "anki", "d/c", 5
    others = (known[0], "anki", "d/c", 6), (Kind.SCHEDULE_SET, *known[1:]), (known[0], "anki", "d/x", 5)
    assert imported_id(*known) == imported_id(*known)
    assert len({imported_id(*one) for one in (known, *others)}) == 4
    assert milliseconds_of(imported_id(*others[1])) == 5
    assert imported_id(Kind.RECORDED, "anki", "d/c", 10**12) < next_id(1, "", 0)
