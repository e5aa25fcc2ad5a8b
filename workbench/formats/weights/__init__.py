"""Weights that somebody brings: judged by their first bytes, and opened for the first time by a child process under limits."""

from __future__ import annotations

from workbench.formats.weights.apart import Limits, describe_apart
from workbench.formats.weights.kinds import KINDS, PICKLES, check_kind

__all__ = ["KINDS", "PICKLES", "Limits", "check_kind", "describe_apart"]
