from collections.abc import Iterator

import pytest

from ptcards import language
from tests.tui.conftest import shelf, table

__all__ = ["chinese", "shelf", "table"]


@pytest.fixture
def chinese() -> Iterator[None]:
    language.use("zh-CN")
    yield
    language.use("en")
