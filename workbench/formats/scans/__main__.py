"""The child process of `inspect_apart`: `python -m workbench.formats.scans inspect PATH [LIMITS]`, JSON on standard output."""

from __future__ import annotations

import json
import sys
import warnings
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from workbench.formats.scans.errors import ScanError, TooLarge
from workbench.formats.scans.frames import Limits
from workbench.formats.scans.reading import inspect

_OPEN_FILES = 64


def main(arguments: list[str]) -> int:
    """Inspect a file under limits and print what it holds.

    Args:
        arguments: `inspect`, the path, and perhaps the limits as JSON.

    Returns:
        Exit status: 0 = frames were printed, 1 = an error was printed, 2 = wrong arguments.
    """
    if len(arguments) not in (2, 3) or arguments[0] != "inspect":
        sys.stderr.write("usage: python -m workbench.formats.scans inspect PATH [LIMITS]\n")
        return 2
    limits = Limits(**json.loads(arguments[2])) if len(arguments) == 3 else Limits()
    _confine(limits)
    warnings.simplefilter("ignore")  # Pillow warns of large images, which `Limits` judge
    try:
        report: dict[str, object] = {"frames": [asdict(frame) for frame in inspect(Path(arguments[1]), limits, decode=True)]}
    except MemoryError:
        report = _told(TooLarge("The image needs more memory than one page may.", "Scale it down and upload that."))
    except ScanError as error:
        report = _told(error)
    sys.stdout.write(json.dumps(report) + "\n")
    return int("error" in report)


def _told(error: ScanError) -> dict[str, object]:
    """Return an error as it is printed."""
    return {"error": type(error).__name__, "message": error.message, "hint": error.hint}


def _confine(limits: Limits) -> None:
    """Limit memory, computing time, written bytes, core dumps and open files of this process."""
    with suppress(ImportError):  # not on Windows, where only the parent's clock stops it
        import resource

        wanted = {
            resource.RLIMIT_AS: limits.memory_bytes,
            resource.RLIMIT_CPU: limits.cpu_seconds,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_NOFILE: _OPEN_FILES,
        }
        for what, value in wanted.items():
            _, hard = resource.getrlimit(what)
            most = value if hard == resource.RLIM_INFINITY else min(value, hard)
            with suppress(ValueError, OSError):  # macOS refuses some; the others hold
                resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
