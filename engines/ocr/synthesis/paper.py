"""Makes coloured sheets for whole pages: warm, mottled, darker at the edges, with spots, folds and ruled lines."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from engines.ocr.synthesis.damage import texture

Colour = tuple[int, int, int]
"""Red, green, blue, 0..255."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a sheet looks like.

    Attributes:
        colour: Of the clean middle.
        edge: Of the edges, where it has darkened.
        mottle: Strength of its unevenness, a part of full brightness.
        spots: How many brown spots.
        fold: Whether it was folded once across.
    """

    colour: Colour = (240, 228, 201)
    edge: Colour = (205, 181, 138)
    mottle: float = 0.022
    spots: int = 14
    fold: bool = False


def sheet(height: int, width: int, paper: Paper, rng: random.Random) -> np.ndarray:
    """Return an empty sheet.

    Returns:
        (height, width, 3) float32, 0..1.
    """
    seed = rng.randrange(2**31)
    uneven = texture(height, width, seed)
    clouds = gaussian_filter(np.random.default_rng(seed + 1).standard_normal((height // 8 + 1, width // 8 + 1)), 14)
    clouds = np.kron(clouds / (clouds.std() + 1e-9), np.ones((8, 8)))[:height, :width]
    age = np.clip(_edges(height, width) + 0.075 * gaussian_filter(clouds, 6) + 0.1, 0, 1)[..., None]
    image = (1 - age) * np.asarray(paper.colour, np.float32) + age * np.asarray(paper.edge, np.float32)
    grain = np.random.default_rng(seed + 2).standard_normal((height, width)) * 0.008
    shade = 1 + paper.mottle * uneven + grain
    if paper.fold:
        shade -= _fold(height, width, rng)
    image = image / 255 * shade[..., None]
    for _ in range(paper.spots):
        _spot(image, rng)
    return np.clip(image, 0, 1).astype(np.float32)


def _edges(height: int, width: int) -> np.ndarray:
    rows = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None] / height
    columns = np.minimum(np.arange(width), np.arange(width)[::-1])[None, :] / width
    return 0.55 * np.exp(-rows / 0.035) + 0.55 * np.exp(-columns / 0.045) + 0.25 * np.exp(-(rows + columns) / 0.2)


def _fold(height: int, width: int, rng: random.Random) -> np.ndarray:
    row = height * rng.uniform(0.47, 0.53) + rng.uniform(-0.01, 0.01) * np.arange(width)
    distance = np.arange(height)[:, None] - row[None, :]
    return 0.07 * np.exp(-((distance / 2.2) ** 2)) - 0.035 * np.exp(-(((distance - 6) / 5) ** 2))


def _spot(image: np.ndarray, rng: random.Random) -> None:
    height, width, _ = image.shape
    radius = rng.choice((2, 3, 4, 6, 9, 26))
    y, x = rng.randrange(height), rng.randrange(width)
    reach = 3 * radius
    rows, columns = slice(max(0, y - reach), y + reach), slice(max(0, x - reach), x + reach)
    area = image[rows, columns]
    ys = np.arange(area.shape[0])[:, None] + max(0, y - reach) - y
    xs = np.arange(area.shape[1])[None, :] + max(0, x - reach) - x
    strength = rng.uniform(0.05, 0.22) * (0.4 if radius > 20 else 1.0)
    blot = strength * np.exp(-((ys / radius) ** 2 + (xs / (radius * rng.uniform(0.7, 1.3))) ** 2))
    area *= 1 - blot[..., None] * np.array([0.45, 0.75, 1.0])


def ruled(image: np.ndarray, rows: list[int], edges: tuple[int, int], colour: Colour, strength: float) -> None:
    """Draw faint ruled lines into a sheet, in place.

    Args:
        image: (height, width, 3) float32, 0..1.
        rows: Where the lines lie.
        edges: Columns of the two margins, ruled from top to bottom.
        colour: Of the lines.
        strength: 0..1.
    """
    ink = np.asarray(colour, np.float32) / 255
    for row in rows:
        image[row] = (1 - strength) * image[row] + strength * ink
    for column in edges:
        image[:, column] = (1 - strength * 1.3) * image[:, column] + strength * 1.3 * ink
