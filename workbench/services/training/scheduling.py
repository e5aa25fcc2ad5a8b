"""Trainings that begin by themselves: after so many corrections, every night, or when somebody asks."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from engines.errors import EngineError
from workbench.services.actors import Actor
from workbench.services.errors import Invalid, ServiceError, translate
from workbench.services.models.version import checked_slug
from workbench.services.training.beginning import Beginning
from workbench.services.training.part import learner
from workbench.store.database import Connection, now
from workbench.store.errors import StoreError
from workbench.store.jobs import ENDED, Job
from workbench.store.schedules import Schedule

MOST_EVERY = 1_000_000
MOST_SCHEDULES = 50
BEGINNING_SECONDS = 60.0
"""How long freezing the corrections may take before a schedule that was begun may be begun again."""
_log = logging.getLogger(__name__)


class Timing(TypedDict, total=False):
    """When a schedule begins; one of the two is enough.

    every: After so many new corrections, 1 or more.
    hour: Every night at this hour of the server's clock, 0..23.
    """

    every: int | None
    hour: int | None


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A schedule as the faces show it; `waiting` counts the lines that were corrected since it last began."""

    id: int
    task: str
    name: str
    projects: Sequence[int]
    base_model: str
    options: Mapping[str, object]
    every: int | None
    hour: int | None
    author: str
    ran: float | None
    job_id: int | None
    message: str
    waiting: int


class Scheduling(Beginning):
    """The schedules of a workspace. Each trains the models of its own workspace, and nobody else's."""

    def schedules(self, actor: Actor) -> list[ScheduleView]:
        """Return the schedules of the actor's workspace."""
        with self._store.connect() as connection:
            return [self._schedule_view(connection, found) for found in self._store.schedules.all(connection, actor.workspace)]

    def schedule(
        self,
        actor: Actor,
        task: str,
        name: str,
        projects: Sequence[int],
        *,
        base_model: str = "",
        options: Mapping[str, object] | None = None,
        **timing: Unpack[Timing],
    ) -> ScheduleView:
        """Add a schedule; it counts from now.

        Raises:
            NotFound: The workspace has no such project.
            InvalidOptions: An option is unknown or outside its bounds.
            Invalid: The name cannot be, nothing says when, or there are too many.
        """
        name = checked_slug(name.strip())
        start = self._start(actor, task, name, base_model or None, projects)
        checked = learner(task, start.engine).training_options(options).model_dump(mode="json", exclude_defaults=True)
        values = {"task": task, "name": name, "projects": list(projects), "base_model": base_model, "options": checked}
        with self._store.begin() as connection:
            self._check_projects(connection, actor, projects)
            if len(self._store.schedules.all(connection, actor.workspace)) >= MOST_SCHEDULES:
                raise Invalid(f"There are {MOST_SCHEDULES} schedules already.", "Remove one first.")
            added = self._store.schedules.add(connection, actor.workspace, actor.name, {**values, **_timing(timing)})
            return self._schedule_view(connection, added)

    def reschedule(self, actor: Actor, schedule_id: int, change: Mapping[str, object]) -> ScheduleView:
        """Change when a schedule begins, its projects, base model or options; what is absent stays.

        Raises:
            NotFound: The workspace has no such schedule or project.
            InvalidOptions: An option is unknown or outside its bounds.
            Invalid: Nothing would say when it begins.
        """
        with self._store.connect() as connection:
            before = self._store.schedules.get(connection, actor.workspace, schedule_id)
        base = str(change.get("base_model", before.base_model) or "")
        projects = change.get("projects", before.projects)
        projects = [int(str(project)) for project in projects] if isinstance(projects, Sequence) else []
        start = self._start(actor, before.task, before.name, base or None, projects)
        given = change.get("options", before.options)
        checked = learner(before.task, start.engine).training_options(given if isinstance(given, Mapping) else {})
        timing = Timing(every=_number(change.get("every", before.every)), hour=_number(change.get("hour", before.hour)))
        options = checked.model_dump(mode="json", exclude_defaults=True)
        values = {"base_model": base, "options": options, "projects": projects, **_timing(timing), "message": ""}
        with self._store.begin() as connection:
            self._check_projects(connection, actor, projects)
            self._store.schedules.change(connection, schedule_id, values)
            return self._schedule_view(connection, self._store.schedules.get(connection, actor.workspace, schedule_id))

    def unschedule(self, actor: Actor, schedule_id: int) -> None:
        """Remove a schedule; a training that it has begun goes on.

        Raises:
            NotFound: The workspace has no such schedule.
        """
        with self._store.begin() as connection:
            self._store.schedules.get(connection, actor.workspace, schedule_id)
            self._store.schedules.remove(connection, schedule_id)

    def run_schedule(self, actor: Actor, schedule_id: int) -> Job:
        """Begin a schedule now.

        Raises:
            NotFound: The workspace has no such schedule.
            Invalid: Its last training has not ended, or as for `begin`.
        """
        with self._store.connect() as connection:
            found = self._store.schedules.get(connection, actor.workspace, schedule_id)
        is_beginning = found.ran is not None and found.job_id is None and not found.message
        if is_beginning and now() - (found.ran or 0.0) < BEGINNING_SECONDS:
            raise Invalid("This schedule has just begun.", "Look at the list of trainings.")
        if self._runs(found):
            raise Invalid("Its last training has not ended yet.", "Wait until it has, or cancel it.")
        with self._store.begin() as connection:
            if not self._store.schedules.claim(connection, found):
                raise Invalid("This schedule has just begun.", "Look at the list of trainings.")
        return self._begin_scheduled(found)

    def tick(self, time: datetime) -> list[Job]:
        """Begin what is due; what cannot begin is told on its schedule and tried again when there is something new.

        Args:
            time: Now, on the server's clock.
        """
        with self._store.connect() as connection:
            due = [found for found in self._store.schedules.all(connection) if self._is_due(connection, found, time)]
        begun = []
        for found in due:
            with self._store.begin() as connection:
                if not self._store.schedules.claim(connection, found):
                    continue
            try:
                begun.append(self._begin_scheduled(found))
            except ServiceError as error:
                _log.info("schedule %s did not begin: %s", found.id, error.message)
            except Exception as error:  # the others of this round are to begin all the same
                _log.exception("schedule %s", found.id)
                with self._store.begin() as connection:
                    message = f"A fault of the program: {type(error).__name__}: {error}"
                    self._store.schedules.change(connection, found.id, {"message": message})
        return begun

    def _begin_scheduled(self, schedule: Schedule) -> Job:
        """Begin the training of a schedule, in the name of whoever made it; a reason why not is kept on it too.

        Raises:
            ServiceError: It could not begin.
        """
        actor = Actor(workspace=schedule.workspace, name=schedule.author)
        try:
            projects = self._living(schedule)
            base = schedule.base_model or None
            job, _ = self.begin(actor, schedule.task, schedule.name, projects, base_model=base, options=schedule.options)
        except (ServiceError, EngineError, StoreError) as error:
            told = translate(error) or ServiceError(str(error), "")
            with self._store.begin() as connection:
                self._store.schedules.change(connection, schedule.id, {"message": f"{told.message} {told.hint}".strip()})
            raise told from error
        with self._store.begin() as connection:
            self._store.schedules.change(connection, schedule.id, {"job_id": job.id, "message": ""})
        return job

    def _living(self, schedule: Schedule) -> list[int]:
        """Return the projects of a schedule that are still there; all of the workspace when it names none."""
        with self._store.connect() as connection:
            there = [project.id for project in self._store.projects.all(connection, schedule.workspace)]
        return [project for project in there if not schedule.projects or project in schedule.projects]

    def _is_due(self, connection: Connection, schedule: Schedule, time: datetime) -> bool:
        """Tell whether a schedule begins now: enough is new, or its hour has come and something is new."""
        if self._runs(schedule):
            return False
        waiting = self._store.schedules.corrections(connection, schedule)
        if schedule.every is not None and waiting >= schedule.every:
            return True
        if schedule.hour is None or waiting == 0:
            return False
        last = max(schedule.ran or 0.0, schedule.created)
        return last < _last_occurrence(time, schedule.hour).timestamp()

    def _runs(self, schedule: Schedule) -> bool:
        """Tell whether the training that a schedule began has not ended."""
        if schedule.job_id is None:
            return False
        with self._store.connect() as connection:
            state = self._store.jobs.state(connection, schedule.job_id)
        return state is not None and state not in ENDED

    def _check_projects(self, connection: Connection, actor: Actor, projects: Sequence[int]) -> None:
        for project in projects:
            self._store.projects.get(connection, actor.workspace, project)

    def _schedule_view(self, connection: Connection, schedule: Schedule) -> ScheduleView:
        told = {name: value for name, value in asdict(schedule).items() if name not in {"workspace", "seen", "created"}}
        return ScheduleView(**told, waiting=self._store.schedules.corrections(connection, schedule))


def _timing(timing: Timing) -> dict[str, int | None]:
    """Return when a schedule begins, checked."""
    every, hour = timing.get("every"), timing.get("hour")
    if every is None and hour is None:
        raise Invalid("Nothing says when this training begins.", "Give a number of corrections, or an hour of the night.")
    if every is not None and not 1 <= every <= MOST_EVERY:
        raise Invalid(f"A training cannot begin every {every} corrections.", f"Give 1 to {MOST_EVERY}.")
    if hour is not None and not 0 <= hour <= 23:
        raise Invalid(f"There is no hour {hour}.", "Give 0 to 23.")
    return {"every": every, "hour": hour}


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))


def _last_occurrence(time: datetime, hour: int) -> datetime:
    """Return when it was that hour last."""
    today = time.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= time else today - timedelta(days=1)
