"""The settings of the workbench: read once from the environment, then passed on."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, get_args

PROGRAM = Path(__file__).resolve().parents[1]
"""The program's own tree: base models and samples are read from here, nothing is written here by default but HOME."""

Access = Literal["local", "accounts", "demo"]
MEGABYTE = 1024 * 1024


class ConfigError(Exception):
    """A setting has a value that cannot be used."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep what is wrong with which setting, and what to set instead."""
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class Settings:
    """Everything that a person can set about a workbench.

    Attributes:
        home: Folder of everything that is written: `data/` and `models/`.
        host: Address to listen on; `local` access allows only loopback.
        port: TCP port, 0..65535 (0 = any free one).
        access: Who may come in: `local` (this computer, no login), `accounts` (login), `demo` (throw-away workspaces).
        database_url: SQLAlchemy URL; empty = SQLite in `home`.
        blob_url: `file://` or `s3://` URL of the uploads; empty = a folder in `home`.
        hosts: Further names under which the server may be addressed.
        frame_ancestors: Sites that may show the workbench in a frame (CSP sources).
        workers: Processes that read pages at the same time; 0 = they are started elsewhere.
        idle_seconds: How long a worker without work keeps its models in memory.
        upload_limit: Largest request body; bytes here, megabytes in the variable.
        pages_limit: Most pages that one upload may have.
        samples: Whether a new workspace begins with the sample pages.
        demo_hours: How long a throw-away workspace lives.
        demo_pages: Most pages in a throw-away workspace.
        demo_megabytes: Most megabytes of uploads in a throw-away workspace.
    """

    home: Path = PROGRAM
    host: str = "127.0.0.1"
    port: int = 7860
    access: Access = "local"
    database_url: str = field(default="", repr=False)  # may hold a password
    blob_url: str = ""
    hosts: tuple[str, ...] = ()
    frame_ancestors: tuple[str, ...] = ("'self'",)
    workers: int = 1
    idle_seconds: float = 600.0
    upload_limit: int = 1024 * MEGABYTE
    pages_limit: int = 500
    samples: bool = True
    demo_hours: float = 2.0
    demo_pages: int = 50
    demo_megabytes: int = 50

    def __post_init__(self) -> None:
        """Fill in what follows from `home`, and refuse what cannot work.

        Raises:
            ConfigError: A value is out of range, or `local` access would be reachable from outside.
        """
        object.__setattr__(self, "home", Path(self.home).expanduser().absolute())
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data / 'workbench.db'}")
        if not self.blob_url:
            object.__setattr__(self, "blob_url", (self.data / "blobs").as_uri())
        if self.access not in get_args(Access):
            raise ConfigError(f"WORKBENCH_ACCESS is '{self.access}'.", f"Set one of: {', '.join(get_args(Access))}.")
        if self.access == "local" and not is_loopback(self.host):
            raise ConfigError(
                f"Without a login the workbench listens on this computer only, not on {self.host}.",
                "Set WORKBENCH_ACCESS=accounts to be reached from other computers, or WORKBENCH_HOST=127.0.0.1.",
            )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; an empty variable counts as absent.

        Raises:
            ConfigError: A value is not usable; the message names the variable.
        """
        given: dict[str, object] = {}
        for name, (variable, parse) in _VARIABLES.items():
            text = environ.get(variable, "").strip()
            if text:
                given[name] = parse(variable, text)
        if "frame_ancestors" not in given and given.get("access") == "demo":
            given["frame_ancestors"] = ("'self'", "https://huggingface.co")
        if environ.get("SPACE_HOST"):  # the direct address of a Hugging Face Space
            given["hosts"] = (*_tuple(given.get("hosts")), environ["SPACE_HOST"])
        return cls(**given)  # pyright: ignore[reportArgumentType]  # every parser gives the type of its field

    def environment(self) -> dict[str, str]:
        """Return the variables from which `from_environment` makes these settings again, for a child process."""
        variables: dict[str, str] = {}
        for name, (variable, _) in _VARIABLES.items():
            value = getattr(self, name)
            variables[variable] = " ".join(value) if isinstance(value, tuple) else str(value)
        variables["WORKBENCH_UPLOAD_MEGABYTES"] = str(self.upload_limit / MEGABYTE)
        return variables

    @property
    def data(self) -> Path:
        """Return the folder of database, uploads and logs."""
        return self.home / "data"

    @property
    def logs(self) -> Path:
        """Return the folder of the workers' logs."""
        return self.data / "logs"

    @property
    def models_home(self) -> Path:
        """Return the folder of the models that are trained or imported here."""
        return self.home / "models"


def is_loopback(host: str) -> bool:
    """Tell whether an address can only be reached from this computer."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _text(_variable: str, text: str) -> str:
    """Return the text as it is."""
    return text


def _path(variable: str, text: str) -> Path:
    """Return a folder; it need not exist yet."""
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise ConfigError(f"{variable} is {path}, which is not a folder.", "Give a folder; it is made when it does not exist.")
    return path


def _switch(variable: str, text: str) -> bool:
    """Return a yes or no."""
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in known:
        raise ConfigError(f"{variable} is '{text}'.", "Set 1 for yes or 0 for no.")
    return known[text.lower()]


def _words(_variable: str, text: str) -> tuple[str, ...]:
    """Split at commas and white space."""
    return tuple(text.replace(",", " ").split())


def _tuple(value: object) -> tuple[object, ...]:
    """Return a value that may be absent as a tuple."""
    return value if isinstance(value, tuple) else ()


def _number(low: float, high: float, factor: float = 1.0) -> Callable[[str, str], float]:
    """Return a parser of a number within bounds."""

    def parse(variable: str, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise ConfigError(f"{variable} is '{text}'.", f"Set a number from {low:g} to {high:g}.")
        return value * factor

    return parse


def _whole(low: float, high: float, factor: int = 1) -> Callable[[str, str], int]:
    """Return a parser of a whole number within bounds."""
    number = _number(low, high, factor)

    def parse(variable: str, text: str) -> int:
        return int(number(variable, text))

    return parse


_VARIABLES: dict[str, tuple[str, Callable[[str, str], object]]] = {
    "home": ("WORKBENCH_HOME", _path),
    "host": ("WORKBENCH_HOST", _text),
    "port": ("WORKBENCH_PORT", _whole(0, 65535)),
    "access": ("WORKBENCH_ACCESS", _text),
    "database_url": ("DATABASE_URL", _text),
    "blob_url": ("BLOB_URL", _text),
    "hosts": ("WORKBENCH_HOSTS", _words),
    "frame_ancestors": ("WORKBENCH_FRAME_ANCESTORS", _words),
    "workers": ("WORKBENCH_WORKERS", _whole(0, 64)),
    "idle_seconds": ("WORKBENCH_IDLE_SECONDS", _number(1, 10**7)),
    "upload_limit": ("WORKBENCH_UPLOAD_MEGABYTES", _whole(0.001, 10**6, MEGABYTE)),
    "pages_limit": ("WORKBENCH_PAGES_LIMIT", _whole(1, 10**5)),
    "samples": ("WORKBENCH_SAMPLES", _switch),
    "demo_hours": ("WORKBENCH_DEMO_HOURS", _number(0.01, 10**4)),
    "demo_pages": ("WORKBENCH_DEMO_PAGES", _whole(1, 10**5)),
    "demo_megabytes": ("WORKBENCH_DEMO_MEGABYTES", _whole(1, 10**6)),
}


def describe() -> list[tuple[str, str, str]]:
    """Return (variable, default, meaning) of every setting; the meanings are those of the docstring of `Settings`."""
    meanings = dict(re.findall(r"^ {8}(\w+): (.+)$", Settings.__doc__ or "", re.M))
    defaults = {"home": "the checkout", "upload_limit": str(Settings.upload_limit // MEGABYTE)}
    rows = []
    for name, (variable, _) in _VARIABLES.items():
        default = getattr(Settings, name)
        text = " ".join(default) if isinstance(default, tuple) else str(default)
        rows.append((variable, defaults.get(name, text), meanings[name]))
    return rows
