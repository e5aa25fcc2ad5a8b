"""Ages what was written: ink that spreads and fades, paper that stains, scans that blur, crush and binarise."""

from __future__ import annotations

import io
import random

import numpy as np
from PIL import Image, ImageFilter
from scipy.ndimage import gaussian_filter


def texture(height: int, width: int, seed: int) -> np.ndarray:
    """Return the unevenness of a sheet: fibre, mottle and large clouds.

    Returns:
        (height, width) float32 of mean 0 and standard deviation 1.
    """
    noise = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for scale, weight in ((0.7, 0.35), (3.0, 0.4), (12.0, 0.6), (60.0, 1.0)):
        step = max(1, int(scale))
        small = noise.standard_normal((height // step + 2, width // step + 2)).astype(np.float32)
        layer = gaussian_filter(small, scale / step, mode="wrap")
        layer /= layer.std() + 1e-6
        grown = np.asarray(Image.fromarray(layer).resize((width, height), Image.Resampling.BICUBIC))
        total += weight * grown
    total -= total.mean()
    return total / (total.std() + 1e-6)


def spread(mask: Image.Image, rng: random.Random) -> Image.Image:
    """Return the ink with thicker, thinner or softer strokes."""
    choice = rng.random()
    if choice < 0.3:
        return mask
    soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.1))), np.float32) / 255
    soft /= max(0.4, float(np.quantile(soft[soft > 0.1], 0.9)) if (soft > 0.1).any() else 1.0)  # thin strokes stay
    threshold, gain = rng.uniform(0.22, 0.55), rng.uniform(1.5, 5.0)
    return Image.fromarray((np.clip((soft - threshold) * gain + 0.5, 0, 1) * 255).astype(np.uint8))


class Sheets:
    """A stock of textures from which lines take what lies under them; building it costs a second once."""

    def __init__(self, seed: int, count: int = 12, size: tuple[int, int] = (320, 3200)) -> None:
        """Make the stock.

        Args:
            seed: Of the textures.
            count: How many sheets.
            size: Height and width of each, pixels.
        """
        self._sheets = [texture(*size, seed + index) for index in range(count)]
        self._grain = np.random.default_rng(seed).standard_normal(size).astype(np.float32)

    def crop(self, shape: tuple[int, int], rng: random.Random) -> np.ndarray:
        """Return a random piece of a random sheet, (height, width) float32 of about mean 0 and deviation 1."""
        return self._piece(rng.choice(self._sheets), shape, rng)

    def grain(self, shape: tuple[int, int], rng: random.Random) -> np.ndarray:
        """Return a random piece of white noise, (height, width) float32."""
        return self._piece(self._grain, shape, rng)

    @staticmethod
    def _piece(sheet: np.ndarray, shape: tuple[int, int], rng: random.Random) -> np.ndarray:
        height, width = shape
        tiled = sheet if sheet.shape[0] >= height and sheet.shape[1] >= width else _grown(sheet, height, width)
        y, x = rng.randrange(tiled.shape[0] - height + 1), rng.randrange(tiled.shape[1] - width + 1)
        piece = tiled[y : y + height, x : x + width]
        return piece[:, ::-1] if rng.random() < 0.5 else piece


def _grown(sheet: np.ndarray, height: int, width: int) -> np.ndarray:
    return np.tile(sheet, (-(-height // sheet.shape[0]), -(-width // sheet.shape[1])))


def on_paper(mask: np.ndarray, sheets: Sheets, rng: random.Random) -> np.ndarray:
    """Lay ink on a sheet.

    Args:
        mask: (height, width) float32, 0..1, how much ink.
        sheets: The stock of textures.
        rng: Decides.

    Returns:
        (height, width) float32 grey, 0..1.
    """
    clean = rng.random() < 0.3
    level = rng.uniform(0.93, 1.0) if clean else rng.uniform(0.6, 0.97)
    rough = 0.006 if clean else rng.uniform(0.005, 0.05)
    tile = sheets.crop((mask.shape[0], mask.shape[1]), rng)
    light = np.linspace(rng.uniform(-0.06, 0.06), rng.uniform(-0.06, 0.06), mask.shape[1], dtype=np.float32)
    paper = level + rough * tile + (0 if clean else light)
    dark = level * rng.uniform(0.0, 0.5) if rng.random() < 0.85 else level * rng.uniform(0.5, 0.68)
    if rng.random() < 0.4:
        fade = rng.uniform(0.05, 0.28)
        mask = mask * np.clip(1 - fade * (1 + sheets.crop((mask.shape[0], mask.shape[1]), rng)), 0.3, 1)
    return paper * (1 - mask) + dark * mask


def scanned(grey: np.ndarray, sheets: Sheets, rng: random.Random, binarised: float = 0.1) -> np.ndarray:
    """Return a grey image (float32, 0..1) as a scanner or camera would give it, uint8; `binarised` of them black and white."""
    image = grey
    height, width = grey.shape
    if rng.random() < 0.45:
        image = gaussian_filter(image, rng.uniform(0.3, 1.0))
    if rng.random() < 0.6:
        image = image + rng.uniform(0.005, 0.07) * sheets.grain((height, width), rng)
    if rng.random() < binarised:
        paper, ink = np.quantile(image, (0.8, 0.02))
        image = np.where(image > ink + (paper - ink) * rng.uniform(0.4, 0.7), 1.0, 0.0)
    taken = Image.fromarray((np.clip(image, 0, 1) * 255).astype(np.uint8))
    if rng.random() < 0.2:
        part = rng.uniform(0.5, 0.85)
        small = taken.resize((max(1, int(taken.width * part)), max(1, int(taken.height * part))), Image.Resampling.BILINEAR)
        taken = small.resize(taken.size, Image.Resampling.BICUBIC)
    if rng.random() < 0.15:
        buffer = io.BytesIO()
        taken.save(buffer, "JPEG", quality=rng.randrange(25, 80))
        taken = Image.open(buffer)
    return np.asarray(taken.convert("L"))
