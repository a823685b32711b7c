"""Spaced repetition in the terminal, with answers that are run."""


def load_ipython_extension(shell: object) -> None:
    """Add the magics: what IPython calls at `%load_ext ptcards`."""
    from ptcards.cli import notebook

    notebook.load(shell)


def unload_ipython_extension(shell: object) -> None:
    """Take them away again: what IPython calls at `%unload_ext ptcards`, and at `%reload_ext`."""
    from ptcards.cli import notebook

    notebook.unload(shell)
