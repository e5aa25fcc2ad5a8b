"""Options of engines and trainings: described, bounded, and checked before anything begins."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from engines.errors import InvalidOptions


class Options(BaseModel):
    """The options of an engine. Each field is described and bounded; an unknown one is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


MAIN: dict[str, JsonValue] = {"x-main": True}
"""Given to a field as `json_schema_extra`: it stands in a form at once, the others behind "More options"."""

RECIPE: dict[str, JsonValue] = {"x-open": "recipe"}
"""Given to a field of which None = by the recipe: a form says so where nothing is filled in."""


def checked_options(model: type[Options], given: Mapping[str, object] | Options | None, of: str) -> Options:
    """Return options as their model checks them.

    Raises:
        InvalidOptions: A name is unknown or a value is outside its bounds.
    """
    if isinstance(given, model):
        return given
    try:
        return model.model_validate(dict(given or {}))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        hint = f"Known options: {', '.join(model.model_fields) or 'none'}."
        if first["type"] == "extra_forbidden":
            raise InvalidOptions(f"There is no option '{name}' of {of}.", hint) from error
        raise InvalidOptions(f"Option '{name}' of {of}: {first['msg']}.", hint) from error
