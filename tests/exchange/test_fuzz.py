from pathlib import Path

import pytest

from tests.exchange.fuzz import TARGETS, faults


@pytest.mark.parametrize("name", TARGETS)
def test_a_damaged_file_is_read_or_refused_in_our_words(name: str, tmp_path: Path) -> None:
    for seed in range(1, 13):
        assert not list(faults(name, seed, tmp_path / f"file{TARGETS[name].suffix}"))
