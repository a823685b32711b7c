"""`due`, for a shell prompt: nothing is loaded that it does not need."""

from typing import Any

import click

from ptcards.cli.common import as_json, library, open_desk, picked, present
from ptcards.scheduling.days import study_day
from ptcards.scheduling.queue import Counts
from ptcards.store.glance import glance


@click.command()
@as_json
def due(*, json_: bool) -> None:
    """What today still offers, after the limits.

    For a shell prompt or tmux: `ptcards due` prints one short line.
    """
    database, config, clock = library()
    today = glance(database, study_day(clock(), config.day_starts_at), config)
    if not database.exists() or not today.current:
        with open_desk() as desk:
            today = desk.home()

    def numbers(of: Counts) -> dict[str, Any]:
        return picked(of, "due new drill") | {"held_back": of.held_back._asdict()}

    value = {"day": today.today, **numbers(today.counts)}
    value["decks"] = {deck.slug: numbers(deck.counts) for deck in today.decks}
    drill = f" · {today.counts.drill} drill" if today.counts.drill else ""
    present(value, f"{today.counts.due} due · {today.counts.new} new{drill}", json_=json_)
