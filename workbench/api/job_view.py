"""A job as the API shows it."""

from __future__ import annotations

from workbench.store.jobs import Job

_SHOWN = (
    "id", "kind", "title", "subject", "state", "progress", "message", "metrics",
    "result", "error", "hint", "created", "started", "finished",
)  # fmt: skip


def job_json(job: Job, queue_position: int | None = None) -> dict[str, object]:
    """Return what people may see of a job.

    Args:
        job: The job.
        queue_position: How many jobs run before it, while it is queued.
    """
    shown: dict[str, object] = {name: getattr(job, name) for name in _SHOWN}
    if queue_position is not None:
        shown["queue_position"] = queue_position
    return shown
