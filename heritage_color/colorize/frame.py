"""Tells the photograph in a scan from film rebate, paper or a caption around it, which take no colour.

A frame is searched for from each side inwards, in rows that may be tilted a little: it is flat, near black or near
white, reaches the picture's edge, and ends in a straight line. Skies, snow and dark backdrops lack one of these.
Constants were chosen by looking at 40 scans and by counting what is masked in colour photographs without a frame.
"""

from dataclasses import dataclass

import numpy as np

NARROWEST = 64  # rows or columns: what a frame could be told in
DEEPEST = 0.2  # of the height or width: no frame is deeper
SLOPES = np.arange(-5, 6) * 0.008  # rows per column: a tilt of up to 2.3 degrees
MIDDLE = 0.16  # of a side left out at both its ends, where its neighbours' frames lie
BLACKEST, WHITEST = 20.0, 80.0  # lightness: film rebate is darker, paper lighter
TOLERANCE = 8.0  # lightness: grain, dust and light leaks of a rebate, fibres and foxing of paper
GAP = 4  # rows: the bright line between film and holder, or the scanner's lid beside the film
FULL_ROW, PART_ROW = 0.65, 0.35  # shares of a row that are as dark (or light) as the frame; lettering takes some
ROUGH = 3  # rows over which a frame's inner edge ends
DROP, CLEAR_DROP = 0.3, 0.75  # by how much that share falls there: where other sides agree, and by itself
FLAT = 2.5  # lightness, mean deviation within the frame's own pixels
SHALLOW = 0.06  # of the height: the deepest frame that a single side may have by itself
NOTCH, NOTCH_TOLERANCE = 0.06, 3.0  # of the shorter side: how far a notch reaches inwards; lightness
INK, MOST_INK, STROKES = 25.0, 0.25, 8  # of a caption: lightness below the paper, share of its area, strokes in a line
INSET, SOFT = 2.0, 2.0  # rows beyond the line without colour, and rows from there to full colour


@dataclass(frozen=True)
class Edge:
    """Where one side's frame ends: depth in rows at the side's middle, rows per column of tilt."""

    depth: float
    slope: float
    share: float  # depth as a share of the height
    drop: float  # share of the side's length, 0..1, over which the frame visibly ends there
    level: float  # lightness of the frame


def photograph_mask(lightness: np.ndarray) -> np.ndarray:
    """Mask (h, w) 0..1 with soft edges, 1 where a small lightness (h, w) 0..100 shows photograph, 0 where a frame."""
    mask = np.ones(lightness.shape, np.float32)
    if min(lightness.shape) < NARROWEST:
        return mask
    # Paper lies outside, film rebate within it: so the light edges are sought first, the dark ones from there inwards
    sides = [np.rot90(lightness, turns) for turns in range(4)]  # each side in turn on top
    light = [_edge(-side, 0, -WHITEST) for side in sides]
    papers = [
        paper or _caption(side, edge) for paper, edge, side in zip(_agreeing(light, 2), light, sides, strict=True)
    ]
    starts = [int(paper.depth) + 1 if paper else 0 for paper in papers]
    dark = [_edge(side, start, BLACKEST) for side, start in zip(sides, starts, strict=True)]
    films = [film or _alone(edge) for film, edge in zip(_agreeing(dark, 1), dark, strict=True)]
    for turns, (side, paper, film) in enumerate(zip(sides, papers, films, strict=True)):
        turned = np.rot90(mask, turns)  # a view: what is written there is written in the mask
        for edge in filter(None, (paper, film)):
            turned *= _beyond(edge, *side.shape)
        if film:
            turned *= _without_notches(side, film)
    return mask


def _agreeing(edges: list[Edge | None], clear: int) -> list[Edge | None]:
    """The edges, if they are a frame together: on three sides at least, and clearly on so many."""
    present = [edge for edge in edges if edge]
    together = len(present) >= 3 and sum(edge.drop >= CLEAR_DROP for edge in present) >= clear
    return edges if together else [None] * len(edges)


def _alone(edge: Edge | None) -> Edge | None:
    """A dark edge that needs no other beside it: a scan that cuts the frame off leaves narrow bands."""
    return edge if edge and edge.drop >= CLEAR_DROP and edge.share <= SHALLOW else None


def _caption(rows: np.ndarray, paper: Edge | None) -> Edge | None:
    """Return a light edge that carries fine dark lettering, clear of its borders, on one side alone."""
    if paper is None or paper.drop < CLEAR_DROP:
        return None
    columns = slice(int(MIDDLE * rows.shape[1]), -int(MIDDLE * rows.shape[1]))
    ink = rows[1 : int(paper.depth) - 1, columns] < -paper.level - INK
    written = ink.mean(1) > 0.02
    strokes = np.abs(np.diff(ink.astype(np.int8), axis=1)).sum(1)
    if len(ink) < 4 or written[0] or written[-1] or ink.mean() > MOST_INK or strokes.max() < 2 * STROKES:
        return None
    return paper


def _edge(rows: np.ndarray, start: int, darkest: float) -> Edge | None:
    """The inner edge of a dark frame at the top of rows (h, w), looked for from row `start` on; None without one."""
    height, width = rows.shape
    columns = np.arange(int(MIDDLE * width), width - int(MIDDLE * width), 3)
    level = np.percentile(rows[start : start + GAP + 2, columns], 25, axis=1).min()  # perforations are light
    if level > darkest:
        return None
    offset = np.rint(SLOPES[:, None] * (columns - width / 2)).astype(int)
    index = np.arange(start, start + int(DEEPEST * height) + ROUGH + GAP)[None, :, None] + offset[:, None]
    values, within = rows[np.clip(index, start, height - 1), columns], index >= start  # (slopes, rows, columns)
    frame = (values < level + TOLERANCE) & within
    ends = _ends(frame.sum(2) / np.maximum(within.sum(2), 1)) - np.abs(SLOPES[:, None])  # as straight as can be
    slope, row = np.unravel_index(ends.argmax(), ends.shape)
    if ends[slope, row] < DROP or not _is_flat(values[slope, : row + 1], frame[slope, : row + 1]):
        return None
    depth = float(start + row + 1)
    return Edge(depth, float(SLOPES[slope]), depth / height, float(ends[slope, row]), float(level))


def _ends(share: np.ndarray) -> np.ndarray:
    """How much of a frame ends for good after each row (slopes, rows), of the shares of its lines; 0 where none does.

    Up to there the lines must be the frame's, but for gaps of a few rows.
    """
    part = np.pad(share >= PART_ROW, ((0, 0), (GAP, 0)), constant_values=True)
    near = np.lib.stride_tricks.sliding_window_view(part, GAP + 1, axis=1).max(2)
    after = np.lib.stride_tricks.sliding_window_view(share[:, ROUGH:], GAP + 1, axis=1).max(2)
    rows = after.shape[1]
    unbroken = np.logical_and.accumulate(near[:, :rows], axis=1)
    reached = unbroken & (share[:, :rows] >= FULL_ROW)
    return np.where(reached, share[:, :rows] - after, 0)


def _is_flat(values: np.ndarray, frame: np.ndarray) -> bool:
    """Return whether the frame's own pixels (rows, columns) vary within rows as little as film base and paper do."""
    mean = (values * frame).sum(1, keepdims=True) / np.maximum(frame.sum(1, keepdims=True), 1)
    return bool(np.abs(values - mean)[frame].mean() <= FLAT)


def _beyond(edge: Edge, height: int, width: int) -> np.ndarray:
    """Mask (h, w) of what lies below the edge's line, with a soft border."""
    line = edge.depth + edge.slope * (np.arange(width) - width / 2)
    return np.clip((np.arange(height)[:, None] - line - INSET) / SOFT, 0, 1).astype(np.float32)


def _without_notches(rows: np.ndarray, edge: Edge) -> np.ndarray:
    """Mask (h, w), 0 where film as black as the frame reaches beyond its line: notches, clips, rounded corners."""
    from scipy import ndimage

    height, width = rows.shape
    mask = np.ones(rows.shape, np.float32)
    far = min(height, int(edge.depth + abs(edge.slope) * width / 2 + NOTCH * min(rows.shape)))
    strip = rows[:far] < edge.level + NOTCH_TOLERANCE
    outside = _beyond(edge, far, width) == 0
    pieces, _ = ndimage.label(strip | outside)
    joined = np.isin(pieces, np.unique(pieces[0])) & ~outside
    mask[:far] -= np.clip(2 * ndimage.uniform_filter(joined.astype(np.float32), 3), 0, 1)
    return mask
