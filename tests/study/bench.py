"""A library on a clock that a test moves."""

from __future__ import annotations

from pathlib import Path

from ptcards.config import Config
from ptcards.runner.runner import Runner
from ptcards.scheduling.days import Moment
from ptcards.study.study import Study
from ptcards.study.views import ImportReport

MONDAY_EIGHT = 1_795_417_200_000
"""2026-11-23, 08:00 at one hour east of UTC."""
DAY = 24 * 3600 * 1000

WORDS = """\
deck: words
title: Words
cards:
  - {id: one, question: One?, accepts: text, solution: uno}
  - {id: two, question: Two?, accepts: text, solution: due, hints: [It rhymes with bue., d-e]}
  - {id: three, question: Three?, accepts: text, solution: tre, tags: [odd]}
  - {id: four, question: Four?, accepts: text, solution: quattro}
"""

COLUMN = """\
deck: shapes
title: Shapes
preamble: import torch
cards:
  - id: column
    question: Make x a column.
    given: x = torch.arange(4)
    check: |
      assert isinstance(answer, torch.Tensor), "a tensor is asked for"
      assert answer.shape == (4, 1), "the new dimension goes last"
      assert same(answer.flatten(), x), "the values must stay"
    solution: x.unsqueeze(1)
    wrong:
      - {code: x.unsqueeze(0), because: dim 0 puts the new axis first}
    hints: [Where should the new axis stand?]
"""


class Bench:
    """A study in a home of its own."""

    def __init__(self, folder: Path, config: Config, runner: Runner | None) -> None:
        self.folder = folder
        self.at = MONDAY_EIGHT
        self.monotonic = 0.0
        self.study = Study(folder / "home" / "ptcards.db", config, self.now, runner)
        self.study.open()

    def now(self) -> Moment:
        return Moment(self.at, 60)

    def pass_days(self, days: int) -> None:
        self.at += days * DAY

    def take(self, text: str, *, trust: bool = True) -> ImportReport:
        """Write a deck's text to its file and import it."""
        name = text.partition("deck: ")[2].partition("\n")[0]
        path = self.folder / f"{name}.yaml"
        path.write_text(text)
        return self.study.import_paths([path], trust=trust)
