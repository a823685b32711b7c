"""What `make review` installs: no second torch, and one package that gives `cv2`, which this system can load."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYTHON = """#!/bin/sh
# An environment that installs nothing: it notes what pip is called for, and which cv2 there would be.
case "$*" in
    *"import cv2"*) case "$LACKING,$(cat has)" in libGL*,*-python=*) echo "ImportError: $LACKING" >&2; exit 1 ;; esac ;;
    *distributions*) cat has ;;
    *choose*) echo "$ACTIVE"; [ "$ACTIVE" ] ;;
    *pip*)
        echo "$*" | sed 's/-m pip//; s/--[a-z-]* *//g; s/-c constraints.txt *//' >> log
        case "$*" in
            *uninstall*) : > has ;;
            *.[[]torch]*) echo opencv-python==5.0 > has ;;
            *"no-deps opencv"*) for last; do echo "$last" > has; done ;;
        esac ;;
esac
"""
LIBGL = "libGL.so.1: cannot open shared object file: No such file or directory"
CASES = {
    "new": ("", "", ["install -e .[torch]"]),
    "no libGL": (
        "",
        LIBGL,
        ["install -e .[torch]", "uninstall opencv-python", "install opencv-python-headless==5.0"],
    ),
    "one's own": ("opencv-contrib-python==4.10", "", ["install -e . numpy torch"]),
    "one's own, no libGL": (
        "opencv-contrib-python==4.10",
        LIBGL,
        [
            "install -e . numpy torch",
            "uninstall opencv-contrib-python",
            "install opencv-contrib-python-headless==4.10",
        ],
    ),
    "headless": ("opencv-python-headless==5.0", LIBGL, ["install -e . numpy torch"]),
    "another error": ("", "numpy.core.multiarray failed to import", ["install -e .[torch]"]),
}


@pytest.mark.parametrize(("has", "lacking", "commands"), CASES.values(), ids=CASES)
def test_there_is_one_cv2_and_the_system_can_load_it(
    tmp_path: Path, has: str, lacking: str, commands: list[str]
) -> None:
    assert install(tmp_path, "review", has=has, LACKING=lacking) == ["install -e .", *commands]


def test_the_torch_of_the_active_environment_is_used_but_for_tests(tmp_path: Path) -> None:
    active = "Python 3.12.1 (/x/bin/python, VIRTUAL_ENV is active, and has torch)"
    assert install(tmp_path, "review", ACTIVE=active) == ["install -e ."]
    commands = install(tmp_path, ".venv/for-tests", ACTIVE=active)
    assert commands[-2:] == ["install -e .[torch]", "install -e .[dev]"]


def install(tmp_path: Path, target: str, *, has: str = "", **variables: str) -> list[str]:
    """What pip is called for, by making a target twice."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    (tmp_path / "has").write_text(has)
    python, program = (tmp_path / ".venv" / "bin" / name for name in ("python", "ptcards"))
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(PYTHON)
    program.write_text("#!/bin/sh\n")
    for file in (python, program):
        file.chmod(0o755)
    for _again in range(2):
        make = ["make", target, *(f"{name}={value}" for name, value in variables.items())]
        done = subprocess.run(make, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    return [" ".join(line.split()) for line in (tmp_path / "log").read_text().splitlines()]
