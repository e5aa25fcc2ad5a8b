"""Training: what can be trained and from what, trainings on their way, and those that begin by themselves."""

from __future__ import annotations

from workbench.services.training.following import Following
from workbench.services.training.offering import Offering
from workbench.services.training.previewing import Previewing
from workbench.services.training.resuming import Resuming
from workbench.services.training.running import handlers
from workbench.services.training.scheduling import Scheduling
from workbench.services.training.validating import Validating

__all__ = ["Training", "handlers"]


class Training(Offering, Scheduling, Validating, Resuming, Following, Previewing):
    """Everything that a face can ask for about trainings."""
