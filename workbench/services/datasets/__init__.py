"""Datasets: frozen snapshots of what people corrected, divided into what is learnt from and what measures."""

from __future__ import annotations

from workbench.services.datasets.exporting import Exporting
from workbench.services.datasets.views import DatasetHead, DatasetView, Look, Opened, Row, Skipped, SplitPage

__all__ = ["DatasetHead", "DatasetView", "Datasets", "Look", "Opened", "Row", "Skipped", "SplitPage"]


class Datasets(Exporting):
    """The dataset service. Every method takes the actor first."""
