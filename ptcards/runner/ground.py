"""Where an answer may read: the standard library, installed packages and the system's libraries, nothing wider."""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from pathlib import Path

SYSTEM_LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64", "/usr/libexec")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/etc/mime.types")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
GPU_DEVICES = (
    "/dev/nvidiactl",
    "/dev/nvidia-uvm",
    "/dev/nvidia-uvm-tools",
    "/dev/nvidia-modeset",
    "/dev/dxg",
)
GPU_FILES = ("/proc/driver/nvidia", "/proc/devices", "/proc/self", "/sys/devices", "/sys/bus/pci")


def package_folders() -> list[str]:
    """The `site-packages` folders of this interpreter; a source tree put on the path is none."""
    named = [entry for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    return list(dict.fromkeys(entry for entry in named if Path(entry).is_dir()))


def standard_library() -> list[str]:
    own = {"platbase": sys.base_exec_prefix}
    folders = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib", vars=own)]
    if (Path(sys.base_prefix) / "conda-meta").is_dir():
        folders.append(os.path.join(sys.base_prefix, "lib"))
    return list(dict.fromkeys(folder for folder in folders if Path(folder).is_dir()))


@functools.cache
def gpu_devices() -> tuple[str, ...]:
    numbered = [str(path) for path in Path("/dev").glob("nvidia[0-9]*")]
    return tuple(path for path in (*GPU_DEVICES, *numbered) if Path(path).exists())


@functools.cache
def readable(packages: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Every path an answer may read, its scratch folder left out, and whether it is a folder."""
    paths = [*standard_library(), *packages, *SYSTEM_LIBRARIES, *SYSTEM_FILES]
    if gpu_devices():
        paths += [*GPU_FILES, "/usr/local/cuda"]
    return tuple((path, Path(path).is_dir()) for path in paths if Path(path).exists())


def exposed(private: Path, packages: list[str]) -> str | None:
    """The readable folder under which a private path lies, if there is one."""
    there = private.expanduser().resolve()
    for folder in (*standard_library(), *packages, *SYSTEM_LIBRARIES):
        if there.is_relative_to(Path(folder).resolve()):
            return folder
    return None


def standard_paths() -> list[str]:
    """The module path without anything installed: the standard library and its compiled modules."""
    dynamic = sysconfig.get_config_var("DESTSHARED") or os.path.join(standard_library()[0], "lib-dynload")
    zipped = os.path.join(sys.base_prefix, "lib", f"python{sys.version_info[0]}{sys.version_info[1]}.zip")
    return [zipped, *standard_library()[:2], dynamic]
