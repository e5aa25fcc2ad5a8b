"""Reading and correcting: `Ocr` is everything that a face can ask for about projects, pages and lines."""

from __future__ import annotations

from workbench.services.jobs import Handler
from workbench.services.ocr.batches import Batches
from workbench.services.ocr.crops import Crops
from workbench.services.ocr.drawing import Drawing
from workbench.services.ocr.exchange import Exchange
from workbench.services.ocr.importing import Importing
from workbench.services.ocr.offers import Offers
from workbench.services.ocr.pages import Pages
from workbench.services.ocr.purging import Purging
from workbench.services.ocr.running import handlers
from workbench.services.ocr.samples import Samples
from workbench.services.ocr.texts import Texts

__all__ = ["Ocr"]


class Ocr(Importing, Batches, Samples, Drawing, Pages, Crops, Exchange, Texts, Offers, Purging):
    """The OCR service: one method per thing that a person can do. Every method takes the actor first."""

    def handlers(self) -> list[Handler]:
        """Return what runs the jobs of OCR in a worker."""
        return handlers()
