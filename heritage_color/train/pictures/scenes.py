"""Scenes that are drawn, as plates, posters and test charts are: sky over ground, a house, the sun or the moon."""

import numpy as np


def drawn_scene(random: np.random.Generator, side: int) -> np.ndarray:
    """A positive (side, side), uint8: the sky is lighter than the ground, the sun is lightest, a door darkest."""
    rows, columns = np.mgrid[0:side, 0:side] / side
    horizon, ground = random.uniform(0.4, 0.8), random.uniform(0.1, 0.35)
    sky = random.uniform(0.55, 0.8) + _waves(rows, columns, random)
    levels = np.where(rows < horizon, sky, ground + _waves(rows, columns, random))
    if random.random() < 0.7:
        across, down, radius = random.uniform(0.1, 0.9), random.uniform(0.1, horizon - 0.1), random.uniform(0.04, 0.1)
        levels[np.hypot(rows - down, columns - across) < radius] = random.uniform(0.93, 1)
    for _ in range(random.integers(1, 4)):
        _build(levels, rows, columns, horizon, random)
    levels += random.normal(0, random.uniform(0, 0.04), levels.shape)
    result: np.ndarray = np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8)
    return result


def _waves(rows: np.ndarray, columns: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return clouds, furrows or waves: two soft gratings."""
    down, across = random.uniform(0, 60, 2)
    result: np.ndarray = random.uniform(0, 0.08) * np.sin(down * rows)
    result += random.uniform(0, 0.08) * np.sin(across * columns)
    return result


def _build(
    levels: np.ndarray, rows: np.ndarray, columns: np.ndarray, horizon: float, random: np.random.Generator
) -> None:
    """A house of one level with a door that is darker."""
    left, width, height = random.uniform(0, 0.7), random.uniform(0.12, 0.35), random.uniform(0.15, 0.4)
    bottom, wall = min(0.98, horizon + random.uniform(0, 0.2)), random.uniform(0.35, 0.6)
    levels[(columns > left) & (columns < left + width) & (rows > bottom - height) & (rows < bottom)] = wall
    door = left + width * random.uniform(0.2, 0.6)
    inside = (columns > door) & (columns < door + width / 4) & (rows > bottom - height * 0.6) & (rows < bottom)
    levels[inside] = random.uniform(0.02, 0.2)
