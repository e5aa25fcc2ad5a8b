"""The child process of the functions in `apart`: decodes files under limits and tells its parent by standard output.

    python -m workbench.formats.scans [LIMITS] inspect PATH                         JSON of the frames
    python -m workbench.formats.scans [LIMITS] inspect-all PATH…                    JSON of the frames or the error of each
    python -m workbench.formats.scans [LIMITS] view PATH FRAME SIDE JPEG|WEBP|PNG   the picture; SIDE 0 = full size

An error is JSON too, with exit status 1. LIMITS is a JSON object.
"""

from __future__ import annotations

import json
import sys
import warnings
from dataclasses import asdict
from pathlib import Path

from workbench.formats.confinement import confine
from workbench.formats.scans.errors import ScanError, TooLarge
from workbench.formats.scans.frames import Limits
from workbench.formats.scans.reading import inspect, load
from workbench.formats.scans.views import KINDS, view

_OPEN_FILES = 64
_COMMANDS = {"inspect": 2, "inspect-all": None, "view": 5}  # and how many words they have; None = any number


def main(arguments: list[str]) -> int:
    """Decode one or more files under limits and write what they hold to standard output.

    Args:
        arguments: As the module says.

    Returns:
        Exit status: 0 = done, 1 = an error was written, 2 = wrong arguments.
    """
    limits, words = Limits(), arguments
    if words and words[0].startswith("{"):
        limits, words = Limits(**json.loads(words[0])), words[1:]
    if not words or _COMMANDS.get(words[0], 0) not in {None, len(words)}:
        commands = "inspect PATH | inspect-all PATH… | view PATH FRAME SIDE JPEG|WEBP|PNG"
        sys.stderr.write(f"usage: python -m workbench.formats.scans [LIMITS] {commands}\n")
        return 2
    confine(
        {
            "RLIMIT_AS": limits.memory_bytes,
            "RLIMIT_CPU": limits.cpu_seconds,
            "RLIMIT_FSIZE": 0,
            "RLIMIT_NOFILE": _OPEN_FILES,
        }
    )
    warnings.simplefilter("ignore")  # Pillow warns of large images, which `Limits` judge
    try:
        answer = _ANSWERS[words[0]](words, limits)
    except MemoryError:
        return _tell(TooLarge("The image needs more memory than one page may.", "Scale it down and upload that."))
    except ScanError as error:
        return _tell(error)
    sys.stdout.buffer.write(answer)
    return 0


def _frames(words: list[str], limits: Limits) -> bytes:
    """Return the frames of a file as JSON."""
    return json.dumps({"frames": [asdict(frame) for frame in inspect(Path(words[1]), limits, decode=True)]}).encode() + b"\n"


def _all_frames(words: list[str], limits: Limits) -> bytes:
    """Return the frames of several files as JSON, or what is wrong with each."""
    found: list[dict[str, object]] = []
    for word in words[1:]:
        try:
            found.append({"frames": [asdict(frame) for frame in inspect(Path(word), limits, decode=True)]})
        except ScanError as error:
            found.append({"error": type(error).__name__, "message": error.message, "hint": error.hint})
    return json.dumps({"files": found}).encode() + b"\n"


def _view(words: list[str], limits: Limits) -> bytes:
    """Return one page image for a browser."""
    image = load(Path(words[1]), int(words[2]), limits)
    return view(image, int(words[3]) or None, KINDS[KINDS.index(words[4])])


_ANSWERS = {"inspect": _frames, "inspect-all": _all_frames, "view": _view}


def _tell(error: ScanError) -> int:
    """Write an error as JSON and return the exit status that goes with it."""
    report = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    sys.stdout.buffer.write(json.dumps(report).encode() + b"\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
