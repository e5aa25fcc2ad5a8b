"""What a training reported, epoch by epoch: of one that was reported twice, as where it went on, the later figures count."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.store.jobs import ReportRow


def by_epoch(rows: Sequence[ReportRow]) -> list[dict[str, float]]:
    """Return the figures of each epoch, in their order; a figure that is not reported again stays."""
    found: dict[float, dict[str, float]] = {}
    for row in rows:
        if "epoch" in row.metrics:
            found.setdefault(row.metrics["epoch"], {}).update(row.metrics)
    return [found[epoch] for epoch in sorted(found)]
