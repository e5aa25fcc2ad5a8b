"""What the application can do, each thing once. `build(settings)` is the only wiring."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from workbench.config import Settings
from workbench.services.jobs import Handler, Jobs
from workbench.services.reports import JobReport
from workbench.services.workers import Workers
from workbench.store import Store
from workbench.store.blobs import Blobs

if TYPE_CHECKING:
    from workbench.services.comparing import Comparing
    from workbench.services.datasets import Datasets
    from workbench.services.feedback import Feedback
    from workbench.services.models import Models
    from workbench.services.ocr import Ocr
    from workbench.services.training import Training
    from workbench.services.users import Users

__all__ = ["Handler", "JobReport", "Services", "build"]


class Services:
    """All services of one workbench; each is made when it is first used."""

    def __init__(self, settings: Settings, handlers: Iterable[Handler] | None = None) -> None:
        """Remember the settings; nothing is opened yet."""
        self.settings = settings
        self.store = Store(settings.database_url)
        self._handlers = handlers

    @cached_property
    def blobs(self) -> Blobs:
        """Return the uploads and scans."""
        return Blobs(self.settings.blob_url)

    @cached_property
    def handlers(self) -> dict[str, Handler]:
        """Return what can be run as a job, by kind."""
        if self._handlers is not None:
            return {handler.kind: handler for handler in self._handlers}
        from workbench.services import training

        every = (*self.ocr.handlers(), *self.comparing.handlers(), *self.models.handlers(), *training.handlers())
        return {handler.kind: handler for handler in every}

    @cached_property
    def jobs(self) -> Jobs:
        """Return the queue."""
        return Jobs(self)

    @cached_property
    def workers(self) -> Workers:
        """Return the keeper of the worker processes."""
        return Workers(self)

    @cached_property
    def users(self) -> Users:
        """Return the accounts and their keys."""
        from workbench.services.users import Users

        return Users(self)

    @cached_property
    def models(self) -> Models:
        """Return the models and the rule which one reads."""
        from workbench.services.models import Models

        return Models(self)

    @cached_property
    def comparing(self) -> Comparing:
        """Return the comparisons of models."""
        from workbench.services.comparing import Comparing

        return Comparing(self)

    @cached_property
    def training(self) -> Training:
        """Return the trainings."""
        from workbench.services.training import Training

        return Training(self)

    @cached_property
    def ocr(self) -> Ocr:
        """Return reading and correcting."""
        from workbench.services.ocr import Ocr

        return Ocr(self)

    @cached_property
    def feedback(self) -> Feedback:
        """Return the ledger of what people said."""
        from workbench.services.feedback import Feedback

        return Feedback(self)

    @cached_property
    def datasets(self) -> Datasets:
        """Return the frozen snapshots of corrections."""
        from workbench.services.datasets import Datasets

        return Datasets(self)

    def close(self) -> None:
        """Stop what runs in the background and close all connections."""
        if "workers" in self.__dict__:
            self.workers.stop()
        self.store.close()


def build(settings: Settings, *, handlers: Iterable[Handler] | None = None) -> Services:
    """Wire the services.

    Args:
        settings: The settings.
        handlers: What can be run as a job; None = everything that the workbench knows.
    """
    return Services(settings, handlers)
