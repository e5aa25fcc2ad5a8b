"""The errors of the file formats: what is wrong with what, and a hint that says what to do.

FormatError
├── MalformedFile    the bytes are no well-formed file, or hold something that is never accepted
├── WrongFormat      a well-formed file of another format, version or unit
└── WrongImage       the file describes another image than the one it was given with
"""

from __future__ import annotations


class FormatError(Exception):
    """Any failure to read or write a file that its caller can explain to a person."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep what is wrong with what, and what to do about it.

        Args:
            message: One sentence: what is wrong with what.
            hint: What to do; empty when there is nothing to add.
        """
        super().__init__(message)
        self.message = message
        self.hint = hint


class MalformedFile(FormatError):
    """The bytes are no well-formed file, or hold something that is never accepted, such as entities."""


class WrongFormat(FormatError):
    """The file is well formed but of another format, version or unit than can be read."""


class WrongImage(FormatError):
    """The file describes another image than the one it was given with, or says too little about its image."""
