"""What the form of a training offers: tasks, models to start from, engines with their options, projects, names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import engines
from engines.learning import Measure
from engines.ocr.text import main_script
from workbench.services.actors import Actor
from workbench.services.datasets.views import SplitPage
from workbench.services.training.beginning import SCRIPT_LINES
from workbench.services.training.part import Part, learners

TITLES = {"ocr": "OCR", "layout": "Layout"}


@dataclass(frozen=True, slots=True)
class BaseView:
    """A model to start from; `version` is None where that is nothing but an engine."""

    model: str
    name: str
    version: int | None
    engine: str
    title: str
    promoted: bool


@dataclass(frozen=True, slots=True)
class LearnerView:
    """An engine that learns; `options` is the JSON schema of a training of it."""

    title: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SourceView:
    """A project with corrections; `script` is that of most of its letters, "" without any."""

    id: int
    name: str
    documents: int
    examples: int
    script: str


@dataclass(frozen=True, slots=True)
class NameView:
    """A model that is there, and the number that its next version would have."""

    name: str
    next: int


@dataclass(frozen=True, slots=True)
class TaskView:
    """What can be chosen for a task; `usual` tells by script which model a training starts from where nobody chooses."""

    task: str
    title: str
    bases: Sequence[BaseView]
    usual: Mapping[str, str]
    engines: Mapping[str, LearnerView]
    measures: Sequence[Measure]
    projects: Sequence[SourceView]
    names: Sequence[NameView]


class Offering(Part):
    """What can be trained."""

    def offers(self, actor: Actor) -> list[TaskView]:
        """Return what can be chosen for each task in which some engine can learn."""
        return [self._task(actor, task) for task in engines.TASKS if learners(task)]

    def _task(self, actor: Actor, task: str) -> TaskView:
        known = {name: kind for name, kind in learners(task).items() if kind.unavailable() is None}
        versions = [v for v in self._services.models.list(actor, task) if not v.problem and v.engine in known]
        bases = [BaseView(v.full_name, v.name, v.version, v.engine, v.title, v.promoted) for v in versions]
        bases += [
            BaseView(name, name, None, name, kind.title, False) for name, kind in known.items() if kind.own_weights() is None
        ]
        own = f"{actor.workspace}/{task}/"
        names = sorted({v.name.removeprefix(own) for v in versions if v.name.startswith(own)})
        projects = self._sources(actor, task)
        scripts = sorted({"", *(project.script for project in projects)})
        usual = {script: self._services.models.reads(actor, script, task, among=known) for script in scripts}
        measures = next((kind.measures for kind in known.values()), ())
        return TaskView(
            task=task,
            title=TITLES.get(task, task),
            bases=bases,
            usual={script: version.full_name for script, version in usual.items() if version is not None},
            engines={name: LearnerView(kind.title, _schema(kind)) for name, kind in known.items()},
            measures=measures,
            projects=projects,
            names=[NameView(name, self._services.models.next_number(actor.workspace, task, name)) for name in names],
        )

    def _sources(self, actor: Actor, task: str) -> list[SourceView]:
        pages: dict[int, list[SplitPage]] = defaultdict(list)
        for page in self._services.datasets.pages(actor, task=task):
            pages[page.project_id].append(page)
        texts: dict[int, list[str]] = defaultdict(list)
        with self._store.connect() as connection:
            for project_id, text in self._store.datasets.texts(connection, actor.workspace, None, SCRIPT_LINES):
                texts[project_id].append(text)
        return [
            SourceView(
                id=project_id,
                name=found[0].project,
                documents=len(found),
                examples=sum(page.examples for page in found),
                script=main_script(texts[project_id]),
            )
            for project_id, found in pages.items()
        ]


def _schema(kind: Any) -> Mapping[str, Any]:
    return kind.TrainingOptions.model_json_schema()
