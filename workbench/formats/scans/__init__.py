"""What a person uploads, turned into page images: PNG, JPEG, WebP, TIFF with one or many pages, PDF.

`inspect_apart` looks at an upload in a child process with limits, so that a hostile file harms nobody; workers `load`
what it accepted. The content decides what a file is, never its name. Importing this imports no decoder.
"""

from __future__ import annotations

from workbench.formats.scans.apart import inspect_all_apart, inspect_apart, view_apart
from workbench.formats.scans.errors import (
    CannotRead,
    Encrypted,
    NotAScan,
    ScanError,
    TooLarge,
    TooManyPages,
    Truncated,
)
from workbench.formats.scans.frames import Frame, Limits
from workbench.formats.scans.reading import inspect, load
from workbench.formats.scans.views import thumbnail, view

__all__ = [
    "CannotRead",
    "Encrypted",
    "Frame",
    "Limits",
    "NotAScan",
    "ScanError",
    "TooLarge",
    "TooManyPages",
    "Truncated",
    "inspect",
    "inspect_all_apart",
    "inspect_apart",
    "load",
    "thumbnail",
    "view",
    "view_apart",
]
