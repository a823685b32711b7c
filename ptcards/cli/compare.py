"""`compare`: SM-2 and FSRS on one's own log, and FSRS' parameters adopted."""

import click

from ptcards.cli import study
from ptcards.cli.common import as_json, drawn, open_desk, present, progress_bar
from ptcards.errors import UsageError
from ptcards.language import _


@click.command()
@click.option("--adopt", is_flag=True, help="Let FSRS plan by what was fitted, where that predicts better.")
@click.option("--defaults", is_flag=True, help="Let FSRS plan by its defaults again.")
@as_json
def compare(*, adopt: bool, defaults: bool, json_: bool) -> None:
    """Compare how well SM-2 and FSRS predict your recall.

    What your log knows of next-day reviews (on a later day than the card's answer before) is predicted by
    six: SM-2, fitted fairly and as the public benchmark has it, two averages, and FSRS with its defaults and
    fitted to what came before. 400 such reviews are needed, and 1,000 to adopt what was fitted. It takes some
    seconds, in the Python that answers run in, which needs torch. --adopt and --defaults write into the log
    what FSRS goes by from now on, and change nothing that was planned.
    """
    if adopt and defaults:
        raise UsageError("--adopt takes what was fitted, --defaults goes back: pass one of them.")
    with open_desk(runs=True) as desk:
        if defaults:
            said = study.comparing.adopt_defaults(desk)
            present(desk.standing(desk.store.sums.scored()).figures, said, json_=json_)
            return
        try:
            with progress_bar() as progress:
                found = study.comparing.compare(desk, progress)
        except study.comparing.TooEarlyError as early:
            if json_:
                present(desk.standing(early.scored).figures, json_=True)
            raise
        said = study.comparing.adopt(desk, found) if adopt else ""
        shown = desk.standing(found.scored)._replace(kept=found)
    from ptcards.statistics.report import named
    from ptcards.statistics.verdict import TO_PLAN, sections

    parts = [drawn(one, numbers=one.name == "comparison") for one in named(dict(sections(shown)))]
    if adopt:
        parts = [said] if shown.schedules else [said, _(TO_PLAN)]
    present(shown.figures, ("\n" if adopt else "\n\n").join(parts), json_=json_)
