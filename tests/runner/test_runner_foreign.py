"""Answers in another Python than ptcards' own: which is taken, what is said of one that cannot be, what runs there."""

from __future__ import annotations

import os
import select
import sys
import venv
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ptcards.runner import interpreter
from ptcards.runner.interpreter import choose, own
from ptcards.runner.protocol import Verdict, Why
from ptcards.runner.runner import Runner
from tests.conftest import running
from tests.runner.cases_of_breaking_out import BREAKING_OUT
from tests.runner.runner_cases import World, plain_job, torch_job

TRIED = ("read-a-key", "write-the-database", "udp", "shell", "kill-the-parent", "environment")
PYTHONS = [one for one in os.environ.get("PTCARDS_TEST_PYTHONS", "").split(os.pathsep) if one]


@pytest.fixture(scope="session")
def bare_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment without any package."""
    folder = tmp_path_factory.mktemp("bare") / "their's"
    venv.create(folder, symlinks=True)
    return folder


@pytest.fixture(scope="session")
def torch_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has the libraries of this one."""
    folder = tmp_path_factory.mktemp("torch") / "there"
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "ours.pth").write_text("\n".join(own().packages))
    return folder


@pytest.fixture(scope="session", params=["", *PYTHONS], ids=lambda path: path or "bare")
def foreign(request: pytest.FixtureRequest, bare_folder: Path) -> Iterator[Runner]:
    """Runs in an environment without a package of ptcards', and in each Python that is named to the tests."""
    there = choose({"python": request.param or str(bare_folder / "bin" / "python")})
    with running(mode="fork", interpreter=there, libraries=()) as runner:
        yield runner


def test_answers_are_judged_there_with_their_line_their_mistake_and_their_wall(
    foreign: Runner, world: World
) -> None:
    assert foreign.status().sandbox == "sandbox 3/3", foreign.status()
    assert foreign.run(
        plain_job("import sys\nsys.version.split()[0]", f"assert answer == {foreign.interpreter.version!r}")
    ).passed
    wrong = foreign.run(plain_job("x = [\n    1,\n]\ny = x[3]", "assert y"))
    assert (wrong.verdict, wrong.slip, wrong.line, wrong.error) == (Verdict.FAIL, True, 4, "IndexError")
    failed = foreign.run(plain_job("2", "assert answer == 1"))
    assert (failed.left, failed.right, failed.versions["python"]) == ("2", "1", foreign.interpreter.version)
    assert "name 'spam' is not defined" in foreign.run(plain_job("spam")).message
    for case in BREAKING_OUT:
        if case.name in TRIED:
            case.judge(foreign.run(case.job(world)))
    assert world.untouched()


def test_what_a_card_requires_is_judged_by_that_python_and_its_command_is_named(
    bare_folder: Path, torch_folder: Path
) -> None:
    bare, torch = (
        choose({"python": str(folder / "bin" / "python")}) for folder in (bare_folder, torch_folder)
    )
    assert (
        own().unmet({"torch": ">=2", "json": "*", "click": "*", "cv2": ">=4", "math": "*", "zlib": "*"}) == ""
    )
    assert torch.unmet({"torch": ">=2", "json": "*", "cv2": ">=4", "math": "*", "zlib": "*"}) == ""
    quoted = f"'{bare.python}'".replace("their's", "their'\"'\"'s")
    command = f"uv pip install --python {quoted}"
    assert f"torch ({command} torch)" in bare.unmet({"torch": ">=2", "sys": "*"})
    assert f"cv2 ({command} opencv-python)" in bare.unmet({"cv2": "*"})
    assert f"(this is {torch.version})" in torch.unmet({"python": ">=4"})
    conda = torch._replace(conda="/opt/conda/envs/x", folders=())
    assert "torch (conda install -p /opt/conda/envs/x pytorch)" in conda.unmet({"torch": "*"})
    with running(mode="fork", interpreter=bare) as runner:
        job = torch_job("1", "assert answer == 1", preamble="import torch", requires={"torch": "*"})
        outcome = runner.run(job)
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.REQUIRES)
    assert f"{command} torch" in outcome.message
    assert [*bare_folder.rglob("*.pyc")] == []


def test_a_torch_that_is_too_old_is_named(tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    (packages / "torch").mkdir(parents=True)
    (packages / "torch" / "__init__.py").write_text("__version__ = '1.13.1'")
    old = own()._replace(packages=(str(packages),), folders=(*own().folders[:1], str(packages)))
    with closing(Runner(interpreter=old, libraries=("torch",))) as runner:
        assert "torch 1.13.1 is too old: answers need 2.0 or newer" in runner.run(plain_job("1")).message


def test_a_torch_that_is_installed_and_does_not_load_skips_what_requires_it_and_says_why(
    bare_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('libcudart.so.12: cannot open shared object file')")
    bare = choose({"python": str(bare_folder / "bin" / "python")})
    there = bare._replace(folders=(*bare.folders, str(tmp_path)), packages=(str(tmp_path),))
    guarded = replace(
        plain_job("1"), preamble="try:\n    import torch\nexcept ImportError: 0", given="torch.ones(1)"
    )
    with running(mode="fork", interpreter=there) as runner:
        outcome = runner.run(replace(guarded, requires={"torch": "*"}))
        assert runner.run(plain_job("1")).passed
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.REQUIRES)
    assert outcome.message.startswith("needs torch: import torch fails: libcudart.so.12")


def test_a_pythons_packages_are_those_that_it_has_and_no_folder_around_them(
    bare_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's own site-packages count where Python counts them: not in a virtual environment."""
    monkeypatch.setenv("HOME", str(tmp_path))
    version = "python{}.{}".format(*sys.version_info)
    mine = tmp_path / ".local" / "lib" / version / "site-packages"
    mine.mkdir(parents=True)
    base = choose({"python": own().base, "by": "a test"})
    bare = choose({"python": str(bare_folder / "bin" / "python"), "by": "a test"})
    assert str(mine) in base.packages
    assert bare.packages == (str(bare_folder / "lib" / version / "site-packages"),)
    library = Path(own().base).parents[1] / "lib" / version
    assert {*bare.folders} - {*bare.packages} == {str(library), str(library / "lib-dynload")}


def script(text: str, name: str, folder: Path) -> str:
    file = folder / name
    file.write_text(text)
    file.chmod(0o755)
    return str(file)


OLD = "#!/bin/sh\necho 'Python 3.8.18'\necho nonsense >&2\nexit 1\n"
NO_CTYPES = (
    "#!/bin/sh\necho 'Python 3.12.1'\necho \"ModuleNotFoundError: No module named '_ctypes'\" >&2\nexit 1\n"
)
CANNOT = "#!/bin/sh\necho 'Python 3.12.1'\nprintf '\\033[31mFATAL: no container' >&2\nexit 255\n"
GONE = (
    '#!/bin/sh\necho \'Python 3.12.1\'\necho \'{"base": "/nowhere/python", "folders": [], "packages": []}\'\n'
)
BAD = {
    "#!/bin/sh\necho hello\n": "it is no Python",
    "#!/nowhere/sh\n": "it cannot be started here",
    "no script": "it cannot be started here",
    "#!/bin/sh\nsleep 9 & echo $! > $0.pid; wait\n": "it said nothing for 0.5 s",
    OLD: "it is Python 3.8.18; answers need Python 3.9 or newer",
    NO_CTYPES: "it has no `ctypes`",
    CANNOT: "it does not start as it should (\\x1b[31mFATAL: no container)",
    GONE: "it does not start as it should",
}


@pytest.mark.parametrize("text", BAD, ids=BAD.values())
def test_of_a_python_that_cannot_be_used_it_is_said_why(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreter, "PATIENCE", 0.5 if "sleep" in text else 20.0)
    path = script(text, "python", tmp_path)
    with closing(Runner(interpreter=choose({"python": path, "by": "--python"}))) as runner:
        runner.start()
        outcome = runner.run(plain_job("1"))
        assert runner.interpreter.unmet({"torch": "*"}) == outcome.message
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.NO_RUNNER)
    assert path in outcome.message
    assert BAD[text] in outcome.message
    assert "named by --python" in outcome.message
    for left in tmp_path.glob("*.pid"):
        with suppress(ProcessLookupError):
            ended = os.pidfd_open(int(left.read_text()))
            assert select.select([ended], [], [], 5)[0], "what it started still runs"


def test_what_else_a_python_prints_does_no_harm(bare_folder: Path, tmp_path: Path) -> None:
    python = bare_folder / "bin" / "python"
    noisy = script(f'#!/bin/sh\necho {{}}\n"{python}" "$@"\necho bye >&2\n', "python", tmp_path)
    assert choose({"python": noisy}).base == own().base


def test_a_folder_a_file_and_nothing_are_no_python(bare_folder: Path, tmp_path: Path) -> None:
    assert (
        f"it is a folder: name the program in it, as {bare_folder}/bin/python"
        in choose({"python": str(bare_folder)}).trouble
    )
    (tmp_path / "data").touch()
    assert (
        "it cannot be started here (Permission denied)" in choose({"python": str(tmp_path / "data")}).trouble
    )
    for named in ("no-such-python-anywhere", "~no-such-user/bin/python", "a\0b/python"):
        assert "there is no such program" in choose({"python": named}).trouble


def test_an_active_environment_is_taken_where_it_alone_has_torch(
    bare_folder: Path, torch_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setenv("VIRTUAL_ENV", str(torch_folder))
    assert choose({}) == own()
    monkeypatch.setattr(interpreter, "own", lambda: own()._replace(folders=(), packages=()))
    assert choose({}).why == "VIRTUAL_ENV is active, and has torch"
    monkeypatch.setenv("VIRTUAL_ENV", str(bare_folder))
    assert choose({}).why == ""
    monkeypatch.setenv("CONDA_PREFIX", str(torch_folder))
    assert choose({}).python == str(torch_folder / "bin" / "python")
    monkeypatch.chdir(torch_folder.parent)
    monkeypatch.setenv("CONDA_PREFIX", "there")
    assert choose({}).why == "", "what lies in the current folder is nobody's active environment"


def test_a_relative_path_in_the_configuration_is_never_one_of_the_current_folder(
    torch_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    monkeypatch.chdir(torch_folder)
    assert f"{tmp_path}/bin/python: there is no such program" in choose({"python": "bin/python"}).trouble
    assert not choose({"python": "bin/python", "by": "--python"}).trouble
