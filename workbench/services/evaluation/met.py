"""Which of the images of an evaluation a model has met in its training: known by their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from workbench.services.datasets.splitting import document_key
from workbench.services.evaluation.ground import Text
from workbench.services.models import ModelVersion


def met_images(texts: Sequence[Text], version: ModelVersion | None) -> Mapping[str, int] | None:
    """Return from how many images of each document a model has learnt, or by which its best epoch was chosen.

    Args:
        texts: What is read.
        version: Who reads; None = an engine without a model of ours.

    Returns:
        By the name of the document; None where nobody can tell.
    """
    met = version.met if version is not None else None
    if met is None:
        return None
    found = dict.fromkeys((text.document for text in texts), 0)
    for text in texts if met else ():
        with text.found.path.open("rb") as file:
            key = document_key(hashlib.file_digest(file, "sha256").hexdigest(), text.found.frame.index)
        found[text.document] += key in met
    return found
