"""The errors of the engines: what is wrong with what, and a hint that says what to do.

EngineError
├── UnknownEngine        no engine of that name for that task
├── EngineUnavailable    the engine is known, a library or data file of it is missing
├── InvalidImage         the image has the wrong shape, type or size
├── InvalidOptions       an option is unknown or out of range
├── InvalidLines         the given lines do not lie on the image
├── InvalidWeights       the weights are missing, corrupt, of another task, or not allowed
├── ReadingFailed        the engine itself failed on this input
├── TrainingFailed       a training could not learn from what it was given
└── Cancelled            somebody asked the work to stop
"""

from __future__ import annotations


class EngineError(Exception):
    """Any failure of an engine that its caller can explain to a person."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep what went wrong with what, and what to do about it.

        Args:
            message: One sentence: what is wrong with what.
            hint: What to do; empty when there is nothing to add.
        """
        super().__init__(message)
        self.message = message
        self.hint = hint


class UnknownEngine(EngineError):
    """No engine has this name for this task."""


class EngineUnavailable(EngineError):
    """A library or data file that the engine needs is missing."""


class InvalidImage(EngineError):
    """The image is not (height, width, 3) uint8, or is empty."""


class InvalidOptions(EngineError):
    """An option is unknown or outside its bounds."""


class InvalidLines(EngineError):
    """The given lines do not lie on the image."""


class InvalidWeights(EngineError):
    """The weights are missing, corrupt, made for another task, or of a refused format."""


class ReadingFailed(EngineError):
    """The engine failed on an input that looked right."""


class TrainingFailed(EngineError):
    """A training could not learn from what it was given."""


class Cancelled(EngineError):
    """The work was asked to stop before its end."""
