"""`ptcards` and `python -m ptcards`."""

import gc

from ptcards.cli.main import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    # What is loaded is no garbage: searching it at every turn and at the end takes a fifth of a second.
    gc.set_threshold(20_000)
    code = run()
    gc.freeze()
    raise SystemExit(code)


if __name__ == "__main__":
    main()
