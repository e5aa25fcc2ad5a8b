"""What a version of a model is, and how models are named: `<owner>/<task>/<name>/v<N>`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbench.services.errors import Invalid

BASE = "base"
"""Owner of the models that are shipped."""

_SLUG = r"[a-z0-9][a-z0-9._-]{0,63}"
_NAME = re.compile(rf"(?P<owner>{_SLUG})/(?P<task>{_SLUG})/(?P<model>{_SLUG})(?:/v(?P<version>[1-9][0-9]{{0,5}}))?")
_VERSION = re.compile(r"v([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Headline:
    """The one figure by which a version is told from others.

    Attributes:
        measure: Such as `strict`.
        value: A rate of errors; lower is better.
        low: Of its 95 % interval.
        high: Of its 95 % interval.
        n: How much could be wrong: characters.
    """

    measure: str
    value: float
    low: float | None
    high: float | None
    n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """One version of a model.

    Attributes:
        name: `<owner>/<task>/<name>`.
        version: From 1.
        path: The file of weights; it lies elsewhere than the version where they come with a library.
        folder: Of the version.
        engine: Name of the engine that it is for.
        title: How a person calls it.
        card: What it was made from and how well it does, Markdown; "" without one.
        metrics: Figures of its `model.json`.
        script: Which script it reads; "" when it does not say.
        promoted: It reads where neither the request nor the project names a model.
        production: It is the promoted version of its name.
        fingerprint: Changes whenever the weights do.
        problem: Why it cannot be used; "" when it can.
        parent: Full name of the version that it was trained from; None = from nothing, or it does not say.
        created: Seconds since the epoch; None = it does not say.
        examples: How many examples it has learnt from; None = it does not say.
        documents: Of how many documents.
        headline: How well it does; None = it was not measured.
        dataset_id: That it has learnt from.
        job_id: That made it.
        said: Its whole `model.json`.
    """

    name: str
    version: int
    path: Path
    folder: Path
    engine: str
    title: str
    card: str = ""
    metrics: Mapping[str, object] = field(default_factory=dict)
    script: str = ""
    promoted: bool = False
    production: bool = False
    fingerprint: str = ""
    problem: str = ""
    parent: str | None = None
    created: float | None = None
    examples: int | None = None
    documents: int | None = None
    headline: Headline | None = None
    dataset_id: int | None = None
    job_id: int | None = None
    said: Mapping[str, object] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """Return the name with its version, as readings and projects keep it."""
        return f"{self.name}/v{self.version}"

    @property
    def owner(self) -> str:
        """Return the workspace that it belongs to, or `base`."""
        return self.name.partition("/")[0]

    @property
    def task(self) -> str:
        """Return the task that it is for."""
        return self.name.split("/")[1]

    @property
    def learnt(self) -> tuple[set[str], set[str]] | None:
        """Return the documents and the single examples that it and its parents have learnt; None = it does not say.

        What is shipped has learnt rendered lines, and no document.
        """
        learnt = self.said.get("learnt")
        if not isinstance(learnt, Mapping):
            return (set(), set()) if self.owner == BASE else None
        return set(learnt.get("documents", ())), set(learnt.get("examples", ()))

    @property
    def tells_all(self) -> bool:
        """Return whether that is all: of what was imported, and of what was made from it, nobody knows."""
        return self.learnt is not None and self.said.get("learnt_from", ()) is not None

    @property
    def chosen_on(self) -> set[str]:
        """Return the documents that chose its best epoch, or one of its parents'."""
        chosen = self.said.get("chosen_on")
        return {key for key in chosen if isinstance(key, str)} if isinstance(chosen, list) else set()

    @property
    def met(self) -> set[str] | None:
        """Return the documents that it has learnt from, or that chose its best epoch; None = nobody knows whether these are all."""
        return self.learnt[0] | self.chosen_on if self.learnt is not None and self.tells_all else None


@dataclass(frozen=True, slots=True)
class Named:
    """The parts of a name.

    Attributes:
        name: `<owner>/<task>/<name>`.
        version: From 1; None = the name says none.
    """

    owner: str
    task: str
    model: str
    version: int | None

    @property
    def name(self) -> str:
        """Return the name without a version."""
        return f"{self.owner}/{self.task}/{self.model}"


def parsed(name: str) -> Named:
    """Return the parts of a name, with or without `/v<N>`.

    Raises:
        Invalid: It is none.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise Invalid(f"'{name[:80]}' is no name of a model.", "A name is <owner>/<task>/<name>, with or without /v<N>.")
    version = match["version"]
    return Named(match["owner"], match["task"], match["model"], int(version) if version else None)


def is_slug(text: str) -> bool:
    """Tell whether a text may be one part of a name, and so the name of a folder."""
    return re.fullmatch(_SLUG, text) is not None


def checked_slug(text: str) -> str:
    """Return what may be the name of a model, as the last part of its full name.

    Raises:
        Invalid: It may not.
    """
    if not is_slug(text):
        hint = "Use 1 to 64 lower-case Latin letters, digits, dots, hyphens and underscores, a letter or digit first."
        raise Invalid(f"'{text[:80]}' cannot be the name of a model.", hint)
    return text


def number_of(folder: str) -> int | None:
    """Return N of a folder called `v<N>`; None when it is called otherwise."""
    match = _VERSION.fullmatch(folder)
    return int(match[1]) if match else None
