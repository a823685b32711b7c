"""torch, NumPy and OpenCV, as far as they are here, imported and run once so that no answer pays for it."""

from __future__ import annotations

import gc
import importlib
import os
import platform
import threading
from pathlib import Path
from types import ModuleType

NAMES = ("numpy", "cv2", "torch")
HELP = {
    "libGL.so.1": "install opencv-python-headless in place of opencv-python, or the system's libgl1",
    "libgthread-2.0.so.0": "install opencv-python-headless, or the system's libglib2.0-0",
}


def load(wanted: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Import what is wanted and there: versions by import name, and for what is missing, why."""
    versions, missing = {"python": platform.python_version()}, {}
    for name in (name for name in NAMES if name in wanted):
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            missing[name] = _reason(name, error)
        except Exception as error:
            missing[name] = f"import {name} fails: {type(error).__name__}: {error}"
        else:
            versions[name] = str(getattr(module, "__version__", "?"))
            _single_threaded(name, module)
    for name in versions.keys() & {"numpy", "torch"}:
        {"numpy": _warm_numpy, "torch": _warm_torch}[name]()
    gc.collect()
    gc.freeze()
    return versions, missing


def _reason(name: str, error: ImportError) -> str:
    text = str(error)
    advice = next((advice for library, advice in HELP.items() if library in text), "")
    if isinstance(error, ModuleNotFoundError) and error.name == name:
        return f"{name} is not installed"
    return f"import {name} fails: {text}" + (f" ({advice})" if advice else "")


def _single_threaded(name: str, module: ModuleType) -> None:
    """A process that ever ran threads of a library cannot be forked safely."""
    if name == "torch":
        module.set_num_threads(1)
    if name == "cv2":
        module.setNumThreads(0)


def _warm_numpy() -> None:
    import numpy as np
    import numpy.testing

    repr(np.linalg.inv(np.eye(2)))
    numpy.testing.assert_allclose(np.ones(1), np.ones(1))


def _warm_torch() -> None:
    """The imports that torch puts off until the first optimizer, the first repr, the first data loader."""
    import torch
    import torch.testing
    import torch.utils.data

    kept = torch.get_rng_state()
    layer = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 2), torch.nn.Flatten(), torch.nn.Linear(9, 1))
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.ones(1, 1, 4, 4)).sum().backward()
    optimizer.step()
    torch.linalg.inv(torch.eye(3))
    repr(torch.ones(2))
    torch.testing.assert_close(torch.ones(1), torch.ones(1))
    next(iter(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(2)))))
    torch.set_rng_state(kept)


def thread_count() -> int:
    """Threads of this process, native ones included where the system tells."""
    tasks = Path("/proc/self/task")
    return len(os.listdir(tasks)) if tasks.is_dir() else threading.active_count()


def cuda_seems_there() -> bool:
    """Whether a CUDA build meets a device, without waking CUDA: a process that did cannot be forked."""
    import sys

    torch = sys.modules.get("torch")
    if torch is None or torch.version.cuda is None:
        return False
    return any(Path(path).exists() for path in ("/dev/nvidiactl", "/dev/dxg"))
