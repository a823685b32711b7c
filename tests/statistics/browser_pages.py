"""Writes pages to check, as `ptcards stats --html` makes them: `full.html` and `empty.html`.

PYTHONPATH=. python browser_pages.py FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from click.testing import CliRunner

from ptcards.cli.main import ptcards
from ptcards.store.store import Store
from tests.statistics.histories import deck, make_history


def main() -> None:
    folder = Path(sys.argv[1])
    os.environ["PTCARDS_NOW"] = "2026-11-23T12:00:00+01:00"
    for name, days in (("full", 400), ("empty", 0)):
        home = folder / name
        with Store.open(home / "ptcards.db") as store:
            for number in range(2):
                store.library.save([deck(f"deck-{number}", 30)])
            store.log.merge(make_history(1, days=days).pairs())
        os.environ["PTCARDS_HOME"] = str(home)
        CliRunner().invoke(ptcards, ["stats", "--html", str(folder / f"{name}.html")], catch_exceptions=False)


if __name__ == "__main__":
    main()
