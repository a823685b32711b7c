from itertools import count

import pytest

from tests.exchange.fuzz import TARGETS, faults


@pytest.mark.parametrize("name", TARGETS)
def test_a_damaged_file_is_read_or_refused_in_our_words(name: str) -> None:
    left = iter(range(12))
    found = list(faults([name], count(1), lambda: next(left, None) is not None))
    assert not found, found[0][2]
