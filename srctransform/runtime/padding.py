"""Adjoints of np.pad: what was put around an array goes back to the entries it was made of.

Padding goes axis by axis, the later axes around what the earlier ones have made, so the adjoints
take the axes away from the last one to the first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .shapes import sum_to


def pad_widths(pad_width: Any, ndim: int) -> list[list[int]]:
    """How much np.pad puts before and behind each axis."""
    if isinstance(pad_width, dict):  # of axes, the others get nothing
        pairs = {k % ndim: np.broadcast_to(width, 2).tolist() for k, width in pad_width.items()}
        return [pairs.get(k, [0, 0]) for k in range(ndim)]
    pairs = np.broadcast_to(pad_width, (ndim, 2)).tolist()
    return pairs if ndim else []


def unpad(g: Any, x: Any, pad_width: Any) -> Any:
    """g without what np.pad put around x."""
    widths = pad_widths(pad_width, np.ndim(x))
    return g[tuple(slice(w[0], w[0] + n) for w, n in zip(widths, np.shape(x), strict=True))]


def pad_constants(g: Any, x: Any, pad_width: Any, values: Any) -> Any:
    """The cotangent of the constants around x: each is added up where it stands, which the later
    axes have overwritten at the corners."""
    ends = np.zeros((np.ndim(x), 2), np.result_type(g))
    for k, (before, after) in reversed(list(enumerate(pad_widths(pad_width, np.ndim(x))))):
        g = np.moveaxis(g, k, 0)
        stop = len(g) - after
        ends[k] = np.sum(g[:before]), np.sum(g[stop:])
        g = np.moveaxis(g[before:stop], 0, k)
    return sum_to(ends, values)


def pad_ramps(g: Any, x: Any, pad_width: Any, end_values: Any) -> Any:
    """The cotangent of the values that `np.pad(x, ..., "linear_ramp")` ends with."""
    ends = np.zeros((np.ndim(x), 2), np.result_type(g))
    for k, (before, after) in reversed(list(enumerate(pad_widths(pad_width, np.ndim(x))))):
        g = np.moveaxis(g, k, -1)
        stop = g.shape[-1] - after
        up = np.arange(before) / max(before, 1)
        down = np.arange(after)[::-1] / max(after, 1)
        inner = np.array(g[..., before:stop])
        ends[k] = np.sum(g[..., :before] * (1 - up)), np.sum(g[..., stop:] * (1 - down))
        inner[..., 0] += np.sum(g[..., :before] * up, axis=-1)
        inner[..., -1] += np.sum(g[..., stop:] * down, axis=-1)
        g = np.moveaxis(inner, -1, k)
    return sum_to(ends, end_values)


def unpad_linear(g: Any, x: Any, pad_width: Any, mode: str, odd: bool) -> Any:
    """The cotangent of x in a padding that is linear in x: edge, reflect, symmetric, wrap,
    linear_ramp. An odd reflection is one about the edges' values, which are added twice."""
    for k, (before, after) in reversed(list(enumerate(pad_widths(pad_width, np.ndim(x))))):
        g, n = np.moveaxis(g, k, 0), np.shape(x)[k]
        place = np.arange(-before, n + after)
        out = np.zeros((n, *g.shape[1:]), np.result_type(g))
        if mode in ("edge", "linear_ramp"):
            ramp = np.ones(len(place), out.real.dtype)
            if mode == "linear_ramp":
                ramp[:before] = np.arange(before) / max(before, 1)
                ramp[before + n :] = np.arange(after)[::-1] / max(after, 1)
            out += g[before : before + n]
            out[:1] += np.tensordot(ramp[:before], g[:before], 1)
            out[-1:] += np.tensordot(ramp[before + n :], g[before + n :], 1)
        elif mode == "wrap":
            np.add.at(out, place % n, g)
        else:
            period = max(2 * n - 2 * (mode == "reflect"), 1)
            turn, place = np.divmod(place, period)
            mirrored = place >= n
            place = np.where(mirrored, period - (mode != "reflect") - place, place)
            if odd:
                turn, mirrored = 2.0 * turn.astype(out.real.dtype), mirrored.astype(out.real.dtype)
                np.add.at(out, place, (g.T * (1 - 2 * mirrored)).T)
                out[-1] += np.tensordot(turn + 2 * mirrored, g, 1)
                out[0] -= np.tensordot(turn, g, 1)
            else:
                np.add.at(out, place, g)
        g = np.moveaxis(out, 0, k)
    return g


def pad_statistic(g: Any, x: Any, pad_width: Any, mode: str, lengths: Any, back: bool) -> Any:
    """The tangent of `np.pad(x, pad_width, mode, stat_length=lengths)` for the tangent g of x, of
    the modes mean, maximum, minimum and median; with `back` its transpose. Entries that are the
    extremum, or the median, share it equally."""
    counts = np.broadcast_to([[-1]] if lengths is None else lengths, (np.ndim(x), 2)).tolist()
    widths = pad_widths(pad_width, np.ndim(x))
    steps = []
    for k, width in enumerate(widths):  # the weights of the entries that each statistic is made of
        lines = np.moveaxis(np.asarray(x), k, -1)
        sides = []
        for side in (0, 1):
            n = lines.shape[-1]
            count = n if counts[k][side] == -1 else min(counts[k][side], n)
            part = slice(0, count) if side == 0 else slice(n - count, n)
            used = lines[..., part]
            if mode == "mean":
                weights = np.ones_like(used) / count
            else:
                ranks = {"maximum": [-1], "minimum": [0], "median": [(count - 1) // 2, count // 2]}
                ordered, weights = np.sort(used, axis=-1), np.zeros_like(used)
                for rank in ranks[mode]:
                    chosen = used == ordered[..., rank, None]
                    ties = chosen.sum(axis=-1, keepdims=True)
                    weights += (chosen / ties / len(ranks[mode])).astype(weights.dtype)
            sides.append((part, weights))
        steps.append(sides)
        ends = [np.sum(w * lines[..., p], axis=-1, keepdims=True) for p, w in sides]
        ends = [np.repeat(end, n, axis=-1) for end, n in zip(ends, width, strict=True)]
        x = np.moveaxis(np.concatenate([ends[0], lines, ends[1]], axis=-1), -1, k)
    order = list(zip(range(len(widths)), widths, steps, strict=True))
    for k, (before, after), sides in order[::-1] if back else order:
        g = np.moveaxis(g, k, -1)
        if back:
            stop = g.shape[-1] - after
            out = np.array(g[..., before:stop])
            for (part, weights), end in zip(sides, (g[..., :before], g[..., stop:]), strict=True):
                out[..., part] += weights * np.sum(end, axis=-1, keepdims=True)
        else:
            ends = [np.sum(w * g[..., p], axis=-1, keepdims=True) for p, w in sides]
            ends = [
                np.repeat(end, n, axis=-1) for end, n in zip(ends, (before, after), strict=True)
            ]
            out = np.concatenate([ends[0], g, ends[1]], axis=-1)
        g = np.moveaxis(out, -1, k)
    return g
