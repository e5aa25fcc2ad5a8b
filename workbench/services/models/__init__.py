"""Models: folders of weights with a `model.json`. The folder is the truth; the database only says which version is promoted."""

from __future__ import annotations

from pathlib import Path

from workbench.config import PROGRAM
from workbench.services.models.combining import Combining, Way, ways
from workbench.services.models.exporting import Exporting
from workbench.services.models.importing import Importing
from workbench.services.models.promoting import Promoted, Promoting
from workbench.services.models.sweeping import Sweeping
from workbench.services.models.version import BASE, Headline, ModelVersion

__all__ = ["BASE", "PROGRAM", "Headline", "ModelVersion", "Models", "Promoted", "Way", "ways"]


class Models(Importing, Exporting, Combining, Promoting, Sweeping):
    """The models service: find, publish, combine, promote, delete, take in, give away. Every method of a person takes the actor first."""

    @property
    def shipped(self) -> Path:
        """Return the folder of the owners of the program's own models."""
        return PROGRAM / "models"
