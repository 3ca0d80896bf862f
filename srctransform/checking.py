"""Compare derivatives with finite differences, and say which entry is wrong.

    check_grads(loss, (w, x), wrt="w")              # passes without a word, or
    AssertionError: the derivative of 'loss' differs from finite differences in 1 of 6 places
      d loss / d w[2, 0], reverse mode
        derivative   1.25
        differences  1.3
        off by 0.05, allowed 1.6e-05

Differences are central, with an error of h^4 (Abramowitz & Stegun, 25.3.6):

    12 h f'(x) = 8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))

A step can be too long, near a kink or the edge of a domain, and too short where f is large; so that
several are tried, and an entry is wrong if it agrees with none of them.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .api import Wrt, jvp, vjp, wrt_names
from .errors import UnsupportedError
from .frontend.read import read
from .probes import Point, Probe
from .trees import fresh

#: steps that are tried, as multiples of the best one for a smooth function of size 1
STEPS = (1.0, 0.1, 0.01, 20.0)

MODES = {"rev": "reverse mode", "fwd": "forward mode", "df": "the given derivative"}


def check_grads(
    f: Callable[..., Any], args: tuple[Any, ...], wrt: Wrt = 0,
    modes: tuple[str, ...] = ("rev", "fwd"), order: int = 1, *, eps: float | None = None,
    rtol: float | None = None, atol: float | None = None, df: Callable[..., Any] | None = None,
    kwargs: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Assert that the derivatives of f at args agree with finite differences.

    args: a tuple, f's positional arguments: scalars, arrays, containers; kwargs, a dict, has others
    by name. f's result may be any of these. wrt: as in `grad`. modes: "rev" (vjp) and "fwd" (jvp).
    order=2 checks the derivatives of the derivatives too, and so on. eps is the step, rtol and atol
    the tolerance; they follow the precision of args and result (float64: about 1e-3, 1e-5, 1e-10).
    df: a gradient to check in place of ours, called as `grad(f, wrt)` is: one that was saved and
    edited, or written by hand.

    Ints are differentiated as floats; a complex entry is checked along both its axes; NaN equals
    NaN. Of an array of more than 400 entries, 400 are looked at and three random directions.

    Raises AssertionError that names the worst entry with both numbers, its argument and the mode;
    TypeError and ValueError for arguments that make no sense.
    """
    found = list(
        compare(f, args, wrt, modes, order, eps=eps, rtol=rtol, atol=atol, df=df, kwargs=kwargs)
    )
    wrong = [difference for difference in found if difference.ratio > 1]
    if wrong:
        worst = max(wrong, key=lambda difference: difference.ratio)
        raise AssertionError(
            f"the derivative of {_name(f)!r} differs from finite differences in {len(wrong)} of "
            f"{len(found)} places\n{worst}"
        )


def compare(
    f: Callable[..., Any], args: tuple[Any, ...], wrt: Wrt = 0,
    modes: tuple[str, ...] = ("rev", "fwd"), order: int = 1, *, eps: float | None = None,
    rtol: float | None = None, atol: float | None = None, df: Callable[..., Any] | None = None,
    kwargs: dict[str, Any] | None = None,
) -> Iterator[Difference]:  # fmt: skip
    """For each entry of the arguments and each mode, the worst of the result; see `check_grads`."""
    if not callable(f):
        raise TypeError(f"check_grads takes a function, not {type(f).__name__}")
    if not isinstance(args, tuple):
        raise TypeError(f"args must be a tuple of f's arguments: check_grads({_name(f)}, (x,))")
    if isinstance(modes, str) or not modes or not set(modes) <= {"rev", "fwd"}:
        raise ValueError(f"modes must be a tuple of 'rev' and 'fwd', not {modes!r}")
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ValueError(f"order must be 1, 2, ..., not {order!r}")
    if df is not None and order > 1:
        raise ValueError("a derivative that is given as df= is checked to first order only")
    names = wrt_names(read(f), wrt)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", UserWarning)
        point = Point(f, _bound(f, args, kwargs or {}), names, _name(f))
        tolerance = Tolerance(point.unit, eps, rtol, atol)
        if df is not None:
            sides: list[Side] = [
                _given(point, fresh((args, kwargs or {})), df, isinstance(wrt, tuple))
            ]
            yield from _compare(point, sides, tolerance)
        else:
            yield from _orders(point, modes, order, tolerance)


def _orders(
    point: Point, modes: tuple[str, ...], order: int, tolerance: Tolerance
) -> Iterator[Difference]:
    """The derivatives of a function, and those of its derivatives."""
    made = {"rev": vjp, "fwd": jvp}
    derivatives = {mode: _derivative(made[mode], point) for mode in modes}
    sides = {"rev": _reverse, "fwd": _forward}
    yield from _compare(point, [sides[m](point, d) for m, d in derivatives.items()], tolerance)
    if order > 1:
        for mode, derivative in derivatives.items():
            extra = point.random_cotangent() if mode == "rev" else point.random_tangents()
            name = f"{mode}({point.title})"
            inner = Point(derivative, point.extended(derivative, extra), point.names, name)
            yield from _orders(inner, modes, order - 1, tolerance)


def _derivative(make: Any, point: Point) -> Any:
    """The derivative as `grad(f)` makes it; with the arguments as its example if it needs one."""
    try:
        return make(point.f, point.names)
    except UnsupportedError:
        return make(point.f, point.names, example=point.example())


@dataclass(frozen=True)
class Side:
    """A derivative along a direction, entry by entry of `labels`; `numeric` gives the same numbers
    from the finite difference of f."""

    mode: str
    labels: list[str]
    along: Callable[[Probe], NDArray[Any]]
    numeric: Callable[[NDArray[Any]], NDArray[Any]]


def _forward(point: Point, pushed: Any) -> Side:
    """Forward mode gives all entries of the result along one direction of the arguments."""

    def along(direction: Probe) -> NDArray[Any]:
        return point.result_vector(point.call(pushed, *point.tangents(direction.vector))[1])

    return Side("fwd", point.result_labels, along, lambda column: column)


def _reverse(point: Point, pulled: Any) -> Side:
    """Reverse mode gives one entry of the result for all directions of the arguments."""
    probes = point.cotangent_probes()
    rows = [
        point.gradient_vector(point.call(pulled, point.cotangent(probe.vector))) for probe in probes
    ]
    return _rows("rev", probes, rows)


def _given(point: Point, given: Any, df: Any, several: bool) -> Side:
    """A gradient that is given has the one entry that a scalar function has."""
    if point.size_of_result != 1:
        raise TypeError(f"df is a gradient, and the result of {point.title!r} is no scalar")
    args, kwargs = given
    found = df(*args, **kwargs)
    row = point.gradient_vector(found if several else (found,))
    return _rows("df", point.cotangent_probes()[:1], [row])


def _rows(mode: str, probes: list[Probe], rows: list[NDArray[Any]]) -> Side:
    def along(direction: Probe) -> NDArray[Any]:
        return np.array([np.real(np.sum(row * direction.vector)) for row in rows])

    def numeric(column: NDArray[Any]) -> NDArray[Any]:
        return np.array([np.real(np.sum(probe.vector * column)) for probe in probes])

    return Side(mode, [probe.label for probe in probes], along, numeric)


def _compare(point: Point, sides: list[Side], tolerance: Tolerance) -> Iterator[Difference]:
    """One Difference for each direction and side: the worst at the step that agrees best."""
    for direction in point.directions():
        got = [side.along(direction) for side in sides]
        best: dict[str, Difference] = {}
        failure: Exception | None = None
        for step in tolerance.steps(direction.scale):
            try:
                column = difference(point, direction, step)
            except (ArithmeticError, ValueError) as error:  # out of f's domain
                failure = error
                continue
            allowed = tolerance.rounding(point.magnitude, step)
            for side, numbers in zip(sides, got, strict=True):
                found = tolerance.worst(side, direction, numbers, side.numeric(column), allowed)
                if side.mode not in best or found.ratio < best[side.mode].ratio:
                    best[side.mode] = found
            if all(found.ratio <= 1 for found in best.values()):
                break
        if not best and failure is not None:
            raise failure
        yield from best.values()


def difference(point: Point, direction: Probe, step: float) -> NDArray[Any]:
    """The central difference of fourth order of the result along a direction."""
    near = point.at(direction.vector, step) - point.at(direction.vector, -step)
    far = point.at(direction.vector, 2 * step) - point.at(direction.vector, -2 * step)
    return np.asarray((8 * near - far) / (12 * step))


@dataclass(frozen=True)
class Difference:
    """One entry of a derivative beside its finite difference; it is wrong if `ratio` > 1."""

    place: str
    mode: str
    got: Any
    want: Any
    error: float
    allowed: float

    @property
    def ratio(self) -> float:
        if not self.error:
            return 0.0
        return self.error / self.allowed if self.allowed else np.inf

    def __str__(self) -> str:
        return (
            f"  {self.place}, {MODES[self.mode]}\n"
            f"    derivative   {self.got:.8g}\n"
            f"    differences  {self.want:.8g}\n"
            f"    off by {self.error:.2g}, allowed {self.allowed:.2g}"
        )


@dataclass(frozen=True)
class Tolerance:
    """How far numbers may be apart, and the steps; what is None follows the precision `unit`."""

    unit: float
    eps: float | None
    rtol: float | None
    atol: float | None

    def steps(self, scale: float) -> tuple[float, ...]:
        """The steps to try where the entry is of size `scale`."""
        if self.eps is not None:
            return (self.eps,)
        best = self.unit**0.2
        steps = tuple(best * step * max(1.0, scale) for step in STEPS)
        return (*steps, best * scale) if 0 < scale < 0.1 else steps

    def rounding(self, magnitude: float, step: float) -> float:
        """What is allowed beside the relative error: f's rounding error, divided by the step."""
        if self.atol is not None:
            return self.atol
        return float(3 * self.unit ** (2 / 3) + 100 * self.unit * magnitude / step)

    def worst(
        self, side: Side, direction: Probe, got: NDArray[Any], want: NDArray[Any], rounding: float
    ) -> Difference:
        """The entry that is furthest off, in units of what is allowed."""
        if not side.labels:
            return Difference("", side.mode, 0.0, 0.0, 0.0, 1.0)
        rtol = 2 * self.unit ** (1 / 3) if self.rtol is None else self.rtol
        sizes = np.maximum(np.abs(got), np.abs(want))
        allowed = rounding + rtol * np.where(np.isfinite(sizes), sizes, 0.0)
        same = (got == want) | (np.isnan(got) & np.isnan(want))
        error = np.where(same, 0.0, np.abs(got - want))
        error = np.where(np.isnan(error), np.inf, error)
        with np.errstate(all="ignore"):
            k = int(np.argmax(np.where(error > 0, error / allowed, 0.0)))
        place = f"d {side.labels[k]} / d {direction.label}"
        return Difference(place, side.mode, got[k], want[k], float(error[k]), float(allowed[k]))


def _bound(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments by name, with f's defaults."""
    bound = inspect.signature(f).bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


def _name(f: Any) -> str:
    return str(getattr(f, "__name__", type(f).__name__))
