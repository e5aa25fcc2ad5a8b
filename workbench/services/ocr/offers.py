"""The engines that a person may choose, with their options, their models and why one cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import engines
from engines.base import Engine, OcrEngine
from workbench.services.actors import Actor
from workbench.services.ocr.part import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineView:
    """An engine as the forms show it.

    Attributes:
        available: It can read here and now.
        hint: Why it cannot, and what to do about it; "" when it can.
        options: JSON schema of every option by name.
        models: Full names of the models that it can read with, the one that it takes by itself first.
        layout_models: Full names of the models with which it can find lines, the one that it takes by itself first; none where
            it finds them in its own way.
        default: It reads where nobody names an engine.
    """

    name: str
    title: str
    available: bool
    hint: str
    options: Mapping[str, object]
    models: tuple[str, ...]
    layout_models: tuple[str, ...]
    default: bool


class Offers(Part):
    """What can read."""

    def engines(self, actor: Actor) -> list[EngineView]:
        """Return all engines, those that cannot be used too, the default one first."""
        versions = self._services.models.in_turn(actor)
        layouts = self._services.models.in_turn(actor, "layout")
        default = next((version.engine for version in versions if version.promoted), None)
        views = []
        for name, known in engines.classes("ocr").items():
            models = tuple(version.full_name for version in versions if version.engine == name)
            finder = known.finds_with if issubclass(known, OcrEngine) else ""
            hint = _hindrance(known, models)
            views.append(
                EngineView(
                    name=name,
                    title=known.title,
                    available=not hint,
                    hint=hint,
                    options=known.option_fields(),
                    models=models,
                    layout_models=tuple(version.full_name for version in layouts if version.engine == finder),
                    default=name == default,
                )
            )
        return sorted(views, key=lambda view: (not view.default, view.name))


def _hindrance(known: type[Engine], models: tuple[str, ...]) -> str:
    """Return why an engine cannot be used, "" when it can."""
    problem = known.unavailable()
    if problem is not None:
        return f"{problem.message} {problem.hint}".strip()
    if known.suffixes and known.needs_weights and not models:
        return f"There is no model for it. {known.weights_hint}"
    return ""
