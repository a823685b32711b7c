"""`ptcards` and `python -m ptcards`."""

from ptcards.cli.main import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    raise SystemExit(run())


if __name__ == "__main__":
    main()
