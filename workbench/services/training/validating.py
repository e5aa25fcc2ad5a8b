"""Cross-validations: begun like a training, and their results."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from engines.ocr.text import NORMAL_FORMS
from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.models.version import is_slug
from workbench.services.training.beginning import Beginning, chosen_options
from workbench.services.training.folds import By, folded
from workbench.services.training.measured import Measured
from workbench.services.training.part import CROSS_VALIDATE, CrossValidate, Wish
from workbench.store.errors import NotFound
from workbench.store.jobs import ENDED, Job

if TYPE_CHECKING:
    from workbench.services.datasets.views import DatasetView


class Division(TypedDict, total=False):
    """How a cross-validation goes.

    by: What is never divided; pages when it is not said.
    folds: How many; None = one for each page, project or folder.
    form: Normal form of WER, BLEU and chrF.
    """

    by: By
    folds: int | None
    form: str


class Validating(Beginning):
    """What a training would be worth, measured on what it has not seen."""

    def cross_validate(
        self, actor: Actor, task: str, source: Sequence[int] | DatasetView, division: Division, **wish: Unpack[Wish]
    ) -> tuple[Job, int]:
        """Freeze what is corrected and put a cross-validation into the queue; it keeps no model.

        In each turn some pages, or whole projects or folders, are measured; of the others one document of ten chooses the best
        epoch, as in any training, and the rest is learnt from.

        Args:
            actor: Who asks.
            task: Such as `ocr`.
            source: Ids of projects, or a dataset.
            division: See `Division`.
            wish: See `Wish`.

        Returns:
            The job and the id of the dataset.

        Raises:
            NotFound: The workspace has no such project.
            InvalidOptions: An option is unknown or outside its bounds.
            Invalid: It cannot be divided so, the base model is of another task, or the data cannot be learnt from.
        """
        form = division.get("form", "letters")
        if task != "ocr" or form not in NORMAL_FORMS:
            raise Invalid(
                f"There is no cross-validation of '{task[:40]}' in the normal form '{form[:40]}'.",
                f"It can be of ocr, in one of these forms: {', '.join(NORMAL_FORMS)}.",
            )
        start = self._start(actor, task, "", wish.get("base_model"), source)
        options = chosen_options(start.kind, wish)
        datasets = self._services.datasets
        look = datasets.look(actor, source) if isinstance(source, Sequence) else datasets.open(actor, source.id)
        folds = folded(look, division.get("by", "page"), division.get("folds"))
        fewest = min(folds, key=lambda fold: len(fold.dataset.examples["train"]))
        start.require(fewest.dataset, options)
        view = self._frozen(actor, task, source, "")
        run = start.run(task, view.name, view.id, options).model_dump()
        return self._submit(actor, CrossValidate(**run, **division), CROSS_VALIDATE), view.id

    def measured(self, job: Job) -> Measured:
        """Return the files of a cross-validation."""
        return Measured(self._folder / job.workspace / str(job.id))

    def sweep(self) -> None:
        """Remove the work of cross-validations that came to nothing long ago."""
        for path in self._folder.glob("*/*"):
            found = Measured(path)
            if found.is_stale() and self._is_over(path.name):
                found.remove()

    def forget(self, workspace: str) -> None:
        """Remove all results of a workspace that ends."""
        if is_slug(workspace):
            shutil.rmtree(self._folder / workspace, ignore_errors=True)

    @property
    def _folder(self) -> Path:
        return self._services.settings.data / "validations"

    def _is_over(self, job_id: str) -> bool:
        try:
            return self._store.jobs.get(int(job_id)).state in ENDED
        except NotFound:
            return True
