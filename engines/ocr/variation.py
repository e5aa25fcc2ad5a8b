"""Pictures of a line as it might have been: bent, with other strokes, on other paper, from another scanner.

What training sees in place of a line, each time another one. Plain numpy: it shows in the browser what a network will see.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import numpy as np
from scipy import ndimage

Change = Callable[[np.ndarray, float, random.Random], np.ndarray]
"""Takes (height, width) float32, 0 = ink and 1 = paper, a strength of about 1, and what decides; returns the same shape."""

MOST = 3
"""Changes of one line."""


def varied(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Return another picture of a line: one to three changes of different kinds.

    Args:
        image: (height, width) uint8 grey, light paper.
        strength: How much is changed; 1 is what real pages differ by, 0 = nothing.
        rng: Decides.

    Returns:
        (height, width) uint8 grey.
    """
    if strength <= 0 or min(image.shape) < 8:
        return image
    paper = image.astype(np.float32) / 255.0
    for name in rng.sample(sorted(CHANGES), rng.randrange(1, MOST + 1)):
        paper = CHANGES[name](paper, strength, rng)
    return (np.clip(paper, 0, 1) * 255.0 + 0.5).astype(np.uint8)


def _sampled(image: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the image at other places; beyond its edges it goes on as it ends."""
    import cv2

    places = (np.ascontiguousarray(columns, np.float32), np.ascontiguousarray(rows, np.float32))
    return cv2.remap(np.ascontiguousarray(image, np.float32), *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _grown(field: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return a coarse field at a larger shape."""
    import cv2

    return np.asarray(cv2.resize(field, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def _bent(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Slant, turn and stretch, about the middle."""
    height, width = image.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    down, right = rows - height / 2, columns - width / 2
    slant = rng.gauss(0, 0.12 * strength)
    slope = rng.gauss(0, 0.04 * strength) * min(1.0, height * 4 / width)
    tall = 1 + rng.uniform(-0.1, 0.1) * strength
    return _sampled(image, height / 2 + tall * down + slope * right, columns + slant * down)


def _elastic(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Move every place a little, neighbours alike (Simard et al. 2003)."""
    height, width = image.shape
    noise = np.random.default_rng(rng.randrange(2**31))
    reach = height / 8
    shape = (max(2, int(height / reach)), max(2, int(width / reach)))
    down, right = noise.normal(0, 0.022 * height * strength, (2, *shape)).astype(np.float32)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    return _sampled(image, rows + _grown(down, image.shape), columns + _grown(right, image.shape))


def _stroke(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Make the strokes thicker or thinner."""
    size = (2, 2) if rng.random() < 0.6 else (3, 2)
    changed = ndimage.grey_erosion(image, size) if rng.random() < 0.6 else ndimage.grey_dilation(image, size)
    share = min(1.0, rng.uniform(0.3, 0.9) * strength)
    return (1 - share) * image + share * changed


def _bleed(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Let the ink run into the paper."""
    soft = ndimage.gaussian_filter(image, rng.uniform(0.6, 1.2) * strength)
    return np.minimum(image, soft - rng.uniform(0, 0.15) * strength * (1 - soft))


def _fade(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Let the ink be paler, in places more than in others."""
    pale = np.clip(rng.uniform(0.1, 0.45) * strength * (1 + _clouds(image.shape, rng)), 0, 0.85)
    return image + (np.quantile(image, 0.8) - image) * pale


def _show_through(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Let the other side of the leaf be seen: the line itself, mirrored and moved."""
    other = np.roll(image[:, ::-1], (rng.randrange(-6, 7), rng.randrange(image.shape[1])), (0, 1))
    ink = ndimage.gaussian_filter(1 - other, 1.0)
    return image - rng.uniform(0.08, 0.25) * strength * ink * image


def _stain(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Darken some round places."""
    height, width = image.shape
    rows, columns = np.mgrid[:height, :width]
    stained = image.copy()
    for _ in range(rng.randrange(1, 4)):
        radius = rng.uniform(0.15, 0.9) * height
        far = np.hypot(rows - rng.uniform(0, height), columns - rng.uniform(0, width)) / radius
        stained *= 1 - rng.uniform(0.1, 0.4) * min(1.5, strength) * np.clip(1.5 - far, 0, 1)
    return stained


def _light(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Light the line unevenly, and change its contrast."""
    height, width = image.shape
    across = np.linspace(rng.uniform(-0.2, 0.2), rng.uniform(-0.2, 0.2), width, dtype=np.float32)
    down = np.linspace(rng.uniform(-0.1, 0.1), rng.uniform(-0.1, 0.1), height, dtype=np.float32)[:, None]
    gamma = float(np.exp(rng.uniform(-0.4, 0.4) * strength))
    return np.clip(image, 1e-3, 1) ** gamma * (1 + strength * (across + down))


def _noise(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Add grain."""
    grain = np.random.default_rng(rng.randrange(2**31)).standard_normal(image.shape, np.float32)
    if rng.random() < 0.4:
        grain = ndimage.gaussian_filter(grain, 0.8) * 2
    return image + rng.uniform(0.01, 0.09) * strength * grain


def _blur(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Blur, as a lens or a scanner that is too coarse."""
    if rng.random() < 0.5:
        return ndimage.gaussian_filter(image, rng.uniform(0.4, 1.0) * strength)
    from PIL import Image

    height, width = image.shape
    part = 1 - rng.uniform(0.2, 0.45) * min(1.5, strength)
    picture = Image.fromarray((np.clip(image, 0, 1) * 255).astype(np.uint8))
    small = picture.resize((max(4, int(width * part)), max(4, int(height * part))), Image.Resampling.BILINEAR)
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32) / 255


def _jpeg(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Crush, as an image that was saved too small."""
    from PIL import Image

    with io.BytesIO() as file:
        quality = max(8, int(rng.uniform(25, 70) / max(0.5, strength)))
        Image.fromarray((np.clip(image, 0, 1) * 255).astype(np.uint8)).save(file, "JPEG", quality=quality)
        return np.asarray(Image.open(file).convert("L"), np.float32) / 255


def _binary(image: np.ndarray, strength: float, rng: random.Random) -> np.ndarray:
    """Scan to black and white."""
    paper, ink = np.quantile(image, (0.8, 0.02))
    hard = (image > ink + (paper - ink) * rng.uniform(0.4, 0.7)).astype(np.float32)
    share = min(1.0, strength)
    return (1 - share) * image + share * hard


def _clouds(shape: tuple[int, ...], rng: random.Random) -> np.ndarray:
    """Return slow unevenness of about mean 0 and deviation 1."""
    noise = np.random.default_rng(rng.randrange(2**31))
    coarse = noise.standard_normal((4, max(4, shape[1] // 24))).astype(np.float32)
    return _grown(coarse, shape)


CHANGES: dict[str, Change] = {
    "binary": _binary,
    "bleed": _bleed,
    "blur": _blur,
    "elastic": _elastic,
    "fade": _fade,
    "geometry": _bent,
    "jpeg": _jpeg,
    "light": _light,
    "noise": _noise,
    "show-through": _show_through,
    "stain": _stain,
    "stroke": _stroke,
}
"""By name."""
