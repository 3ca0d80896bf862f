"""A function at a point, with its arguments and its result as vectors.

    point = Point(f, {"w": w, "x": x}, ("w",), "f")
    point.directions()      one probe an entry of w: `w[0, 1]` and its unit vector
    point.at(v, 1e-3)       the result at w + 1e-3 v, as a vector
    point.tangents(v)       v in the containers of the arguments

Finite differences and derivatives meet here: both are numbers for a direction of the arguments and
an entry of the result.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .trees import fresh, leaves, mapped

Vector = NDArray[Any]

#: an array of up to this many entries is looked at entry by entry; of a larger one that many
#: entries are chosen, and as many random directions as RANDOM says
ENTRIES = 400
COTANGENTS = 24
RANDOM = 3


@dataclass(frozen=True)
class Probe:
    """A direction with a name for people; `scale` is the size of what it moves."""

    label: str
    vector: Vector
    scale: float = 1.0


class Point:
    """A function at its arguments, of which those called `names` may move."""

    def __init__(
        self, f: Callable[..., Any], given: dict[str, Any], names: tuple[str, ...], title: str
    ) -> None:
        self.f, self.given, self.names, self.title = f, given, names, title
        self.inputs: dict[str, Any] = {}
        for name in names:
            found = leaves(given[name], name)
            if not found:
                kind = type(given[name]).__name__
                raise TypeError(f"argument {name!r} is of type {kind}: it has no derivative")
            self.inputs.update(found)
        self.rng = np.random.default_rng(0)
        self.out = self._run(np.zeros(sum(np.size(x) for x in self.inputs.values())))
        self.outputs = {k: x for k, x in leaves(self.out, title).items() if _inexact(x)}
        if not self.outputs:
            kind = type(self.out).__name__
            raise TypeError(f"the result of {title!r} is of type {kind}: it has no derivative")
        self.size_of_result = sum(np.size(x) for x in self.outputs.values())
        self.magnitude = float(np.max(np.abs(_finite(self.result_vector(self.out))), initial=0.0))

    @property
    def unit(self) -> float:
        """The precision of the least precise number in sight."""
        kinds = [np.dtype(float), *(np.result_type(x) for x in self.inputs.values())]
        kinds += [np.result_type(x) for x in self.outputs.values()]
        return max(float(np.finfo(kind).eps) for kind in kinds if kind.kind in "fc")

    # the arguments

    def arguments(self, moved: Vector | None = None) -> dict[str, Any]:
        """Fresh arguments, so that f may write into them; moved by a vector, if one is given."""
        take = None if moved is None else _taker(moved)
        now = {}
        for name, value in self.given.items():
            if take is not None and name in self.names:
                now[name] = mapped(value, lambda x: _like(x, x + take(x)))
            else:
                now[name] = fresh(value)
        return now

    def example(self) -> tuple[Any, ...]:
        """The arguments in the order of f's parameters."""
        return tuple(self.arguments().values())

    def tangents(self, vector: Vector) -> list[Any]:
        """The vector as one tangent for each argument, in its container."""
        take = _taker(vector)
        return [mapped(self.given[name], lambda x: _like(x, take(x))) for name in self.names]

    def directions(self) -> Iterator[Probe]:
        """Every entry that may move, the imaginary parts of complex ones too."""
        return _probes(self.inputs, ENTRIES, self.rng, 1j)

    def gradient_vector(self, gradients: tuple[Any, ...]) -> Vector:
        """One gradient for each argument -> a vector. Raises AssertionError if one does not fit."""
        found: dict[str, Any] = {}
        for name, gradient in zip(self.names, gradients, strict=True):
            found.update(leaves(gradient, name))
        return _gathered(self.inputs, found, "gradient")

    def call(self, derivative: Any, *extra: Any) -> Any:
        """A derivative at the point; a cotangent or tangents come after the arguments."""
        return called(derivative, self.extended(derivative, extra))

    def extended(self, derivative: Any, extra: Iterable[Any]) -> dict[str, Any]:
        """The arguments of a derivative: those of f, then a cotangent or tangents."""
        more = [n for n in inspect.signature(derivative).parameters if n not in self.given]
        return self.arguments() | dict(zip(more, extra, strict=True))

    # the result

    def at(self, vector: Vector, step: float) -> Vector:
        """The result a step along a vector of the arguments."""
        return self.result_vector(self._run(step * vector))

    def _run(self, moved: Vector) -> Any:
        return called(self.f, self.arguments(moved))

    def result_vector(self, out: Any) -> Vector:
        """A result, or a tangent of it, as a vector."""
        return _gathered(self.outputs, leaves(out, self.title), "result")

    @property
    def result_labels(self) -> list[str]:
        """The name of every entry of the result."""
        return [_entry(k, x, n) for k, x in self.outputs.items() for n in range(np.size(x))]

    def cotangent_probes(self) -> list[Probe]:
        """Entries of the result; a pairing with -1j gives the imaginary part."""
        return list(_probes(self.outputs, COTANGENTS, self.rng, -1j))

    def cotangent(self, vector: Vector) -> Any:
        """The vector in the container of the result; zero for its ints."""
        take = _taker(vector)
        return mapped(self.out, lambda x: _like(x, take(x)) if _inexact(x) else 0.0 * x)

    def random_cotangent(self) -> tuple[Any, ...]:
        return (self.cotangent(self._random(self.outputs)),)

    def random_tangents(self) -> tuple[Any, ...]:
        return tuple(self.tangents(self._random(self.inputs)))

    def _random(self, parts: dict[str, Any]) -> Vector:
        size = sum(np.size(x) for x in parts.values())
        real, imag = self.rng.standard_normal((2, size))
        imaginary = any(np.iscomplexobj(x) for x in parts.values())
        return np.asarray(real + 1j * imag if imaginary else real)


def called(f: Callable[..., Any], given: dict[str, Any]) -> Any:
    """Call a function with a value for each parameter's name."""
    bound = inspect.BoundArguments(inspect.signature(f), given)
    return f(*bound.args, **bound.kwargs)


def _probes(
    parts: dict[str, Any], limit: int, rng: np.random.Generator, unit: complex
) -> Iterator[Probe]:
    total = sum(np.size(x) for x in parts.values())
    start = 0
    for name, x in parts.items():
        size = np.size(x)
        flat = np.ravel(x)
        many = size > limit
        chosen = np.sort(rng.choice(size, limit, replace=False)) if many else np.arange(size)
        units: tuple[tuple[str, complex], ...] = (("", 1.0),)
        if np.iscomplexobj(x):
            units = (("the real part of ", 1.0), ("the imaginary part of ", unit))
        for k in chosen:
            for words, value in units:
                vector = np.zeros(total, type(value))
                vector[start + k] = value
                yield Probe(words + _entry(name, x, int(k)), vector, _size(flat[k]))
        for _ in range(RANDOM if many else 0):
            vector = np.zeros(total)
            vector[start : start + size] = rng.standard_normal(size) / np.sqrt(size)
            yield Probe(f"{name} along a random direction", vector)
        start += size


def _entry(name: str, x: Any, k: int) -> str:
    """`w[2, 0]` for an entry of an array, `w` for a number."""
    if not np.ndim(x):
        return name
    return f"{name}[{', '.join(str(int(i)) for i in np.unravel_index(k, np.shape(x)))}]"


def _gathered(parts: dict[str, Any], found: dict[str, Any], what: str) -> Vector:
    """The numbers of `found` in the order of `parts`, whose shapes they must have."""
    out = [np.zeros(0)]
    for name, x in parts.items():
        if name not in found:
            raise AssertionError(f"the {what} has nothing for {name}")
        if np.shape(found[name]) != np.shape(x):
            raise AssertionError(
                f"the {what} has shape {np.shape(found[name])} for {name}, which has {np.shape(x)}"
            )
        out.append(np.ravel(found[name]))
    return np.concatenate(out)


def _taker(vector: Vector) -> Callable[[Any], Any]:
    """A function that hands the vector out, in the shapes of the numbers it is asked for."""
    start = 0

    def take(x: Any) -> Any:
        nonlocal start
        start += np.size(x)
        return vector[start - np.size(x) : start].reshape(np.shape(x))

    return take


def _like(x: Any, value: Any) -> Any:
    """The value with the type of x, or as float if x is an int."""
    value = value if np.iscomplexobj(x) else np.real(value)
    if isinstance(x, np.ndarray | np.generic):
        kind = x.dtype if _inexact(x) else np.dtype(float)
        out = np.asarray(value, kind)
        return out if isinstance(x, np.ndarray) else out[()]
    return complex(value) if isinstance(x, complex) else float(value)


def _inexact(x: Any) -> bool:
    return bool(np.result_type(x).kind in "fc")


def _finite(x: Vector) -> Vector:
    return x[np.isfinite(x)]


def _size(x: Any) -> float:
    size = float(abs(x))
    return size if np.isfinite(size) else 1.0
