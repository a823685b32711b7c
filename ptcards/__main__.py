"""`ptcards` and `python -m ptcards`."""

import gc

from ptcards.cli.main import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    # What is loaded is no garbage: searching it at every turn takes a tenth of a second.
    gc.set_threshold(20_000)
    raise SystemExit(run())


if __name__ == "__main__":
    main()
