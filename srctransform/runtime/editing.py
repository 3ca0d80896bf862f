"""Adjoints of np.insert, np.block and np.trim_zeros: entries go back to where they came from."""

from __future__ import annotations

from typing import Any

import numpy as np


def uninsert(g: Any, arr: Any, obj: Any, values: Any, axis: Any) -> list[Any]:
    """The parts of g that came from arr and from the values, for np.insert(arr, obj, values, axis);
    a value that was spread gets their sum."""
    n, m = np.size(arr), np.size(values)
    new = np.arange(n, n + m).reshape(np.shape(values))
    places = np.insert(np.arange(n).reshape(np.shape(arr)), obj, new, axis)
    total = np.zeros(n + m, np.result_type(g))
    np.add.at(total, places.reshape(-1), np.reshape(g, -1))
    return [total[:n].reshape(np.shape(arr)), total[n:].reshape(np.shape(values))]


def unblock(g: Any, arrays: Any) -> Any:
    """g cut into the nested lists of np.block(arrays)."""
    count = 0

    def numbered(item: Any) -> Any:
        nonlocal count
        if isinstance(item, list):
            return [numbered(inner) for inner in item]
        start, count = count, count + np.size(item)
        return np.arange(start, count).reshape(np.shape(item))

    places = numbered(arrays)
    flat = np.zeros(count, np.result_type(g))
    flat[np.block(places)] = g

    def pieces(item: Any) -> Any:
        return [pieces(inner) for inner in item] if isinstance(item, list) else flat[item]

    return pieces(places)


def trimmed(g: Any, x: Any, *options: Any) -> Any:
    """The part of g that np.trim_zeros(x, *options) keeps of x."""
    kept = np.trim_zeros(np.ones(np.shape(x)) * (np.asarray(x) != 0), *options)
    shape, inner = np.shape(x), np.shape(kept)
    if kept.size == 0 or not np.any(kept):
        return np.asarray(g)[tuple(slice(n) for n in inner)]
    numbers = np.arange(1, np.size(x) + 1).reshape(shape) * (np.asarray(x) != 0)
    found = np.argwhere(kept)[0]
    first = np.trim_zeros(numbers, *options)[tuple(found)] - 1
    starts = np.array(np.unravel_index(first, shape)) - found
    return np.asarray(g)[tuple(slice(k, k + n) for k, n in zip(starts, inner, strict=True))]


def untrimmed(g: Any, x: Any, *options: Any) -> Any:
    """g with zeros where np.trim_zeros(x, *options) cut x off."""
    out = np.zeros(np.shape(x), np.result_type(g))
    trimmed(out, x, *options)[...] = g
    return out
