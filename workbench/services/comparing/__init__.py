"""Comparing two models on corrected lines that neither has learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

import engines
from engines.base import Report, silent
from engines.comparison import Verdict, compare
from engines.learning import Outcome
from workbench.services.actors import Actor
from workbench.services.comparing.choosing import Ground, ground, sources
from workbench.services.comparing.result import Results, described
from workbench.services.datasets.views import Look
from workbench.services.errors import Invalid, NotFound
from workbench.services.jobs import BATCH, Handler
from workbench.services.models.version import ModelVersion
from workbench.store.job import ACTIVE, Job

if TYPE_CHECKING:
    from workbench.services import Services
    from workbench.services.reports import JobReport

__all__ = ["COMPARE", "Comparing", "Verdict", "compare_models"]

COMPARE, LANE = "ocr.compare", "ocr"


class Compare(BaseModel):
    """Parameters of the job that compares two models."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    a: str = Field(description="Full name of the one.")
    b: str = Field(description="Full name of the other.")
    projects: list[int] | None = Field(None, description="Ids of the projects whose lines are read; none = all that fit.")
    key: str = Field(description="Name of the result that is waited for.")


class Comparing:
    """The service of comparisons. Every method takes the actor first."""

    def __init__(self, services: Services) -> None:
        """Remember the services; nothing is opened yet."""
        self._services = services
        self._results = Results(services.settings.data / "comparisons")

    def handlers(self) -> list[Handler]:
        """Return what runs comparisons in a worker."""
        return [Handler(COMPARE, LANE, Compare, compare_models)]

    def start(self, actor: Actor, a: str, b: str, projects: Sequence[int] | None = None) -> tuple[Job | None, str]:
        """Begin a comparison, unless it is there already or on its way.

        Args:
            actor: Who asks.
            a: Name of the one, with or without `/v<N>`.
            b: Name of the other.
            projects: Ids of the projects whose lines are read; None = those that the two have learnt from, or else all.

        Returns:
            The job, None when the result is there; and the key of the result.

        Raises:
            Invalid: A model does not exist or cannot be used, both are the same, or there is nothing to compare them on.
            NotFound: The workspace has no such project.
        """
        one, other = self._pair(actor, a, b)
        key = self._ground(actor, one, other, projects).key(one, other)
        if self._results.has(actor.workspace, key):
            return None, key
        subject = f"comparison:{key}"
        with self._services.store.begin() as connection:
            for job in self._services.jobs.list(actor, ",".join(("queued", *ACTIVE)), subject=subject):
                if job.state != "cancelling":
                    return job, key
            job = self._services.jobs.submit(
                actor,
                COMPARE,
                {"a": one.full_name, "b": other.full_name, "projects": None if projects is None else list(projects), "key": key},
                title=_title(one, other),
                subject=subject,
                priority=BATCH,
                connection=connection,
            )
        return job, key

    def run(
        self, actor: Actor, a: str, b: str, projects: Sequence[int] | None = None, report: Report = silent
    ) -> tuple[str, Verdict]:
        """Compare two models in this process, and keep the result.

        Args:
            actor: Who asks.
            a: Name of the one, with or without `/v<N>`.
            b: Name of the other.
            projects: As for `start`.
            report: Told about progress.

        Returns:
            The key of the result, and which one is better.

        Raises:
            Invalid: As for `start`.
            NotFound: As for `start`.
            EngineError: One of them cannot read.
            DiskFull: There is no room for the result.
        """
        one, other = self._pair(actor, a, b)
        chosen = self._ground(actor, one, other, projects)
        outcomes = _outcomes((one, other), chosen, report)
        engine = engines.get(one.task, one.engine)
        found = compare(*outcomes, [measure.name for measure in engine.measures], formulas=engine.formulas)
        key = chosen.key(one, other)
        self._results.keep(actor.workspace, key, described((one, other), chosen, outcomes, found, engine.measures))
        return key, found.verdict

    def verdict(self, actor: Actor, a: str, b: str, report: Report = silent) -> Verdict:
        """Compare two models in this process and return which one is better; see `run`."""
        return self.run(actor, a, b, report=report)[1]

    def get(self, actor: Actor, key: str) -> Mapping[str, object]:
        """Return the result of a comparison.

        Raises:
            NotFound: It is not there, or not yet.
        """
        found = self._results.read(actor.workspace, key)
        if found is None:
            raise NotFound("such comparison", "It may still be running: follow its job. Or compare the two models again.")
        return found

    def forget(self, workspace: str) -> None:
        """Delete all results of a workspace that ends."""
        self._results.forget(workspace)

    def alias(self, actor: Actor, key: str, wanted: str) -> None:
        """Keep a result under another key too: lines were corrected between its order and its beginning."""
        if key != wanted:
            self._results.keep(actor.workspace, wanted, self.get(actor, key))

    def _pair(self, actor: Actor, a: str, b: str) -> tuple[ModelVersion, ModelVersion]:
        """Return two models that can be compared."""
        one, other = (self._services.models.find(actor, name) for name in (a, b))
        if one.full_name == other.full_name:
            raise Invalid("A model cannot be compared with itself.", "Choose two different versions.")
        if one.task != other.task:
            raise Invalid(f"'{one.full_name}' and '{other.full_name}' do not do the same.", "Choose two models of one task.")
        for version in (one, other):
            if version.problem:
                hint = "Choose another model, or restore its folder."
                raise Invalid(f"The model '{version.full_name}' cannot be used: {version.problem}", hint)
        return one, other

    def _ground(self, actor: Actor, a: ModelVersion, b: ModelVersion, projects: Sequence[int] | None) -> Ground:
        """Return what two models are compared on; when nobody names projects and theirs are all learnt, the whole workspace."""
        if projects is not None:
            return ground(self._look(actor, projects, a.task), a, b)
        everything = list(dict.fromkeys(page.project_id for page in self._services.datasets.pages(actor, task=a.task)))
        known = [project for project in sources((a, b)) if project in everything]
        try:
            return ground(self._look(actor, known or everything, a.task), a, b)
        except Invalid:
            if not known or set(known) == set(everything):
                raise
            return ground(self._look(actor, everything, a.task), a, b)

    def _look(self, actor: Actor, projects: Sequence[int], task: str) -> Look:
        return self._services.datasets.look(actor, projects, task=task)


def compare_models(services: Services, job: Job, report: JobReport) -> Mapping[str, object]:
    """Run a comparison as a job.

    Returns:
        `comparison`: the key of its result; `winner`, `clear` and `p`.
    """
    asked = Compare.model_validate(job.parameters)
    actor = Actor(workspace=job.workspace, name=job.owner)
    key, verdict = services.comparing.run(actor, asked.a, asked.b, asked.projects, report)
    services.comparing.alias(actor, key, asked.key)
    return {"comparison": asked.key, "winner": verdict.winner, "clear": verdict.clear, "p": verdict.p}


def _engine(version: ModelVersion) -> Any:
    """Return the engine of a model with its weights.

    Raises:
        EngineUnavailable: It cannot work here.
    """
    return engines.get(version.task, version.engine)(version.path)


def _outcomes(models: tuple[ModelVersion, ModelVersion], chosen: Ground, report: Report) -> tuple[list[Outcome], list[Outcome]]:
    """Return what both say about every example, document after document, so that each image is opened once."""
    readers = [_engine(version) for version in models]
    found: tuple[list[Outcome], list[Outcome]] = ([], [])
    documents = list(dict.fromkeys(example.document for example in chosen.examples))
    is_layout = chosen.look.dataset.task == "layout"
    for document in documents:
        done, total = len(found[1]), len(chosen.examples)
        if is_layout:
            report(done / total, f"{done} of {total} pages looked at by both")
        else:
            report(done / total, f"{done} of {total} lines read by both")
        members = [example for example in chosen.examples if example.document == document]
        for reader, outcomes in zip(readers, found, strict=True):
            outcomes.extend(reader.examine(chosen.look.dataset, members))
    return found


def _title(a: ModelVersion, b: ModelVersion) -> str:
    """Return what the job is called: by the numbers where the name is the same."""
    names = [version.full_name.partition(f"{version.task}/")[2] for version in (a, b)]
    if a.name == b.name:
        names = [f"v{version.version}" for version in (a, b)]
    return f"{names[0]} with {names[1]}"
