"""`doctor`, `config`, `backup`, `restore`, `completion`: what there is, what is in force, copies, and Tab."""

import platform
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit
from click.shell_completion import get_completion_class

from ptcards import paths
from ptcards.cli import study
from ptcards.cli.common import PATH, as_json, library, make_runner, narrate, open_desk, options, present
from ptcards.cli.main import CV2, versions
from ptcards.errors import PtcardsError, StoreError

UNUSABLE = 4
STATUS = ("message", "sandbox", "layers", "lacking", "versions")
LESS = """
# Where the sandbox lacks a layer, as `ptcards doctor` says, the built-in deck alone runs.
# To let another run on this machine all the same: ptcards trust --unsandboxed DECK"""


@click.command()
@click.option("--repair", is_flag=True, help="Rebuild schedules and totals from the log, after a backup.")
@click.option("--quick", is_flag=True, help="Leave out the attacks on the sandbox.")
@as_json
def doctor(*, repair: bool, quick: bool, json_: bool) -> None:
    """What is installed, what holds answers in; where the data is, whether the log is sound.

    Exit code: 0 sound (a missing layer is shown), 1 something differs from the log, 4 no usable database.
    """
    from ptcards.runner.interpreter import version_of

    with closing(make_runner()) as runner:
        held, there = _examine_runner(runner, quick=quick), runner.interpreter
    database, config, clock = library()
    data: dict[str, Any] = {"database": str(database)}
    try:
        with study.decks.open_desk(database, config, clock) as desk:
            notices = [*desk.notices, *(study.decks.examine(desk, repair=True) if repair else ())]
            differences, sizes = study.decks.examine(desk), study.decks.log_sizes(desk)
        data |= {"notices": notices, "differences": differences, "log": sizes}
    except StoreError as error:
        data["unusable"] = str(error)
    installed = versions() | {"system": f"{platform.system()} {platform.release()}"}
    missing = [name for name in ("torch", "cv2") if there.folders and not version_of(name, there.folders)]
    installed |= {name: f"missing: {there.command(name)}" for name in missing}
    if len(found_cv2 := [name for name in CV2 if name in installed]) > 1:
        words = "{} write the same folder; leave one: pip uninstall -y {}, then pip install {}"
        installed["cv2"] = words.format(" and ".join(found_cv2), " ".join(found_cv2), found_cv2[0])
    found = {"installed": installed, "runner": held, "data": data}
    lines = ["Installed", *(f"  {name:<24}{text}" for name, text in installed.items())]
    lines.append(f"\nRunner: {held['state']}" + (f", {held['sandbox']}" if "sandbox" in held else ""))
    lines += [f"  {held['message']}"] if held["message"] else []
    lines += [f"  layers in force: {', '.join(held['layers'])}"] if held.get("layers") else []
    lines += [f"  no layer for {layer}: {why}" for layer, why in held.get("lacking", {}).items()]
    for attack in held.get("attacks", ()):
        sign = "✓" if attack["held"] else "✗ NOT HELD"
        lines.append(f"  {sign} {attack['name']}: {attack['what_happened']}")
    lines.append(f"\nData: {database}")
    if not isinstance(database, Path):
        lines.append("  backups are made on the server, with pg_dump")
    if "unusable" in data:
        present(found, *lines, json_=json_)
        if not json_:
            narrate(data["unusable"])
        raise Exit(UNUSABLE)
    lines += [f"  {line}" for line in (*data["notices"], *data["log"])]
    lines += [f"  ✗ {difference}" for difference in data["differences"]]
    advice = "run ptcards doctor --repair" if data["differences"] else "✓ every schedule equals its log"
    present(found, *lines, f"  {advice}", json_=json_)
    raise Exit(1 if data["differences"] else 0)


def _examine_runner(runner: Any, *, quick: bool) -> dict[str, Any]:
    from ptcards.runner.runner import prove_layers

    try:
        runner.start()
        ready = runner.wait_ready(60)
    except PtcardsError as error:
        return {"state": "gone", "message": str(error)}
    status = runner.status()
    facts = {name: getattr(status, name) for name in STATUS}
    found: dict[str, Any] = {"state": status.kind.value, "warm_seconds": round(status.waited, 2)} | facts
    if ready and not quick:
        found["attacks"] = prove_layers(runner)
    return found


@click.command()
@as_json
def config(*, json_: bool) -> None:
    """The settings in force and where they are kept."""
    from ptcards.cli.settings import LIMITS, as_toml, read_config

    file = paths.config_file()
    settings = read_config(file)
    kept = {"file": str(file), "exists": file.exists(), "database": str(options()["database"])}
    decks = {slug: dict.fromkeys(LIMITS) | dict(deck) for slug, deck in settings.decks.items()}
    head = f"# {file}" + ("" if file.exists() else "  (not there: every value is the default)")
    present(kept | settings._asdict() | {"decks": decks}, head, as_toml(settings), LESS, json_=json_)


@click.command()
@click.option("-o", "--output", type=PATH, help="The file; default: among the daily backups.")
def backup(output: Path | None) -> None:
    """Copy the database safely, also while the app is open."""
    with open_desk() as desk:
        click.echo(f"Backed up to {desk.store.back_up(desk.now().moment, output)}")


@click.command()
@click.argument("file", required=False, type=PATH)
@click.option("--yes", is_flag=True, help="Do it; without this the change is only shown.")
def restore(file: Path | None, *, yes: bool) -> None:
    """Go back to a backup; first shows what would change, without FILE lists the backups."""
    for line in study.decks.restore(options()["database"], file, really=yes):
        click.echo(line)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Let Tab complete commands, options, decks, cards and tags; prints the script for that.

    bash, as a line of ~/.bashrc: eval "$(ptcards completion bash)"

    zsh, as the last line of ~/.zshrc: eval "$(ptcards completion zsh)"

    fish: ptcards completion fish > ~/.config/fish/completions/ptcards.fish
    """
    made = get_completion_class(shell)
    click.echo(made and made(click.Command("ptcards"), {}, "ptcards", "_PTCARDS_COMPLETE").source())
