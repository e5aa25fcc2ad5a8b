"""The errors of scans: what is wrong with the file, and a hint that says what to do.

ScanError
├── NotAScan        of a kind that is not accepted: no image, a film, a drawing, a program …
├── Truncated       it ends early or is damaged
├── TooLarge        more pixels or bytes than a page has
├── TooManyPages    more pages than one upload may have
├── Encrypted       a PDF that asks for a password
└── CannotRead      of an accepted kind, but the decoder failed, crashed or took too long
"""

from __future__ import annotations


class ScanError(Exception):
    """Any reason why a file gives no page images that a person can be told."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep what is wrong with the file, and what to do about it.

        Args:
            message: One sentence: what is wrong with the file; without its name, which the caller knows.
            hint: What to do; empty when there is nothing to add.
        """
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotAScan(ScanError):
    """The file is of a kind that is not accepted, whatever its name says."""


class Truncated(ScanError):
    """The file is empty, ends early or is damaged."""


class TooLarge(ScanError):
    """The file has more pixels or bytes than a page image may have."""


class TooManyPages(ScanError):
    """The file has more pages than one upload may have."""


class Encrypted(ScanError):
    """The file asks for a password."""


class CannotRead(ScanError):
    """The file is of an accepted kind, but its decoder failed, crashed or took too long."""


KINDS: dict[str, type[ScanError]] = {
    kind.__name__: kind for kind in (ScanError, NotAScan, Truncated, TooLarge, TooManyPages, Encrypted, CannotRead)
}
"""Every kind by name: a child process reports its error by that."""
