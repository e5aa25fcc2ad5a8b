"""Prepares a process that computes: threads, the device, a torchvision that imports, and no TensorFlow beside kraken.

Nothing happens on import. An engine calls `prepare()` before it imports torch, kraken or anything built on them.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)

_NO_MEMORY = ("can't allocate memory", "not enough memory", "bad_alloc", "could not create a primitive")
"""What torch says on Linux, on Windows, and where the libraries beneath it asked in vain, the last one being oneDNN."""


def prepare(threads: int = 1) -> None:
    """Make this process ready for torch and kraken; call it before importing them, as often as you like.

    Args:
        threads: Compute threads of this process, 1 or more. Several processes with one thread each do more work than
            one process with several, and OpenMP threads that wait for one another burn the cores.
    """
    limit_threads(threads)
    keep_tensorflow_out()
    import torch

    torch.set_num_threads(threads)
    mend_torchvision()


def limit_threads(threads: int = 1) -> None:
    """Limit the threads of numerical libraries that are loaded from now on; a limit set from outside stays.

    Args:
        threads: Compute threads of this process, 1 or more.
    """
    for variable in _THREAD_VARIABLES:
        os.environ.setdefault(variable, str(threads))


def keep_tensorflow_out() -> None:
    """Make `import tensorflow` fail from now on in this process, unless somebody has imported it already.

    Libraries around kraken import TensorFlow wherever it is installed, which costs seconds and 400 MB, and use it for
    nothing that reading needs. A None entry is what Python itself documents for a module that must not be found.
    """
    sys.modules.setdefault("tensorflow", None)  # pyright: ignore[reportArgumentType]


@cache
def mend_torchvision() -> torch.library.Library | None:
    """Let a CUDA build of torchvision be imported beside a CPU build of torch; change nothing anywhere else.

    Such a torchvision cannot load its compiled operators, and the first of its modules that names one fails. Declaring
    the two names that are looked up while importing is enough for all that works without compiled operators.

    Returns:
        The declarations, kept alive by the cache of this function; None when nothing had to be declared.
    """
    import torch

    if torch.version.cuda is not None or _operators_load():
        return None
    library = torch.library.Library("torchvision", "FRAGMENT")
    for signature in _OPERATORS:
        library.define(signature)
    return library


def _operators_load() -> bool:
    """Say whether the compiled operators of the installed torchvision can be loaded, without importing torchvision.

    True too without torchvision, or when its operators are declared already: then there is nothing to mend.
    """
    import torch

    spec = importlib.util.find_spec("torchvision")
    if spec is None or not spec.submodule_search_locations or "torchvision" in sys.modules:
        return True
    if hasattr(torch.ops.torchvision, "nms"):
        return True
    for folder in spec.submodule_search_locations:
        for compiled in (*Path(folder).glob("_C*.so"), *Path(folder).glob("_C*.pyd")):
            try:
                torch.ops.load_library(str(compiled))
            except OSError:  # the libraries of CUDA are not there
                continue
            return hasattr(torch.ops.torchvision, "nms")
    return False


def device() -> str:
    """Return the torch device that this process computes on: "cuda" where a usable GPU is, else "cpu"."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def ran_out_of_memory(error: BaseException) -> bool:
    """Return whether an error of Python, numpy or torch says that memory ran out; on a CPU torch raises a plain RuntimeError."""
    import torch

    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(words in str(error) for words in _NO_MEMORY)


def memory_mb() -> float:
    """Return the most memory that this process has needed so far, in millions of bytes: of its GPU where it has one."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 1e6
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on a Mac, kilobytes elsewhere
    return most / 1e6 if sys.platform == "darwin" else most / 1e3
