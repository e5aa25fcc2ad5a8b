"""The kinds of files of weights: which are taken and which are not, before anything of them is interpreted."""

from __future__ import annotations

from pathlib import Path

from workbench.formats.errors import MalformedFile, WrongFormat

KINDS = (".safetensors", ".mlmodel")
"""Files that hold numbers and descriptions only."""

PICKLES = frozenset({".ckpt", ".pt", ".pth", ".bin", ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".h5", ".keras"})
"""Files that are, or may hold, Python's own format, which can run foreign code when it is opened."""

PICKLES_ARE_REFUSED = "Pickles can run foreign code. Convert it where you trust it, such as with: ketos convert."
_LARGEST_HEAD = 100 * 1024 * 1024  # bytes; what safetensors itself accepts


def check_kind(path: Path) -> None:
    """Look at the name and the first bytes of a file of weights.

    Raises:
        WrongFormat: It is of a kind that is not taken.
        MalformedFile: It is not what its name says.
    """
    suffix = path.suffix.lower()
    if suffix in PICKLES:
        raise WrongFormat(f"Files of the kind '{suffix}' are refused.", PICKLES_ARE_REFUSED)
    if suffix not in KINDS:
        raise WrongFormat(f"'{suffix or path.name[:80]}' is no kind of weights.", f"Known kinds: {', '.join(KINDS)}.")
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith((b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"\x1f\x8b")):
        raise MalformedFile(f"{path.name[:80]} is a pickle or an archive, whatever its name says.", PICKLES_ARE_REFUSED)
    told = int.from_bytes(head[:8], "little")
    if suffix == ".safetensors" and (head[8:9] != b"{" or told > min(size - 8, _LARGEST_HEAD)):
        raise MalformedFile(f"{path.name[:80]} is no safetensors file, or damaged.", "Give the original file.")
