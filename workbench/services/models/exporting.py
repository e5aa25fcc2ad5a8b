"""A version as a file: all of it as a ZIP, or its weights alone."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from uuid import uuid4

from workbench.services.actors import Actor
from workbench.services.errors import Invalid
from workbench.services.models.finding import Finding
from workbench.services.models.version import ModelVersion
from workbench.store.database import translated

ZIP = ".zip"


class Exporting(Finding):
    """Gives models away; for the command line only, which owns the machine."""

    def export(self, actor: Actor, name: str, out: Path) -> Path:
        """Write a version into a file, which is there whole or not at all.

        Args:
            actor: Who wants it.
            name: `<owner>/<task>/<name>` with or without `/v<N>`; shipped ones too.
            out: A .zip with everything, or a file of the kind of the weights with just these. An older one is replaced.

        Returns:
            The file.

        Raises:
            Invalid: The actor has no such model, it is broken, or it cannot be written as such a file.
            DiskFull: There is no room for it.
        """
        version = self.find(actor, name)
        if version.problem:
            raise Invalid(f"The model '{version.full_name}' cannot be exported: {version.problem}", "Restore its folder first.")
        suffix = out.suffix.lower()
        if suffix not in (ZIP, version.path.suffix):
            hint = f"Write a {ZIP} with everything, or a {version.path.suffix} with the weights alone."
            raise Invalid(f"'{version.full_name}' cannot be written as '{out.name[:80]}'.", hint)
        staged = out.with_name(f".{out.name}.{uuid4().hex[:8]}")
        with translated():
            out.parent.mkdir(parents=True, exist_ok=True)
            try:
                if suffix == ZIP:
                    _pack(version, staged)
                else:
                    shutil.copyfile(version.path, staged)
                staged.replace(out)
            finally:
                staged.unlink(missing_ok=True)
        return out


def _pack(version: ModelVersion, target: Path) -> None:
    """Write the files of a version into a ZIP; weights hardly get smaller and are stored as they are."""
    if version.folder != version.path.parent:
        hint = f"Export its weights alone, as {version.path.suffix}."
        raise Invalid(f"'{version.full_name}' only tells about weights that come with a library.", hint)
    files = [path for path in sorted(version.folder.iterdir()) if path.is_file() and not path.name.startswith(".")]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.name, zipfile.ZIP_STORED if path == version.path else zipfile.ZIP_DEFLATED)
