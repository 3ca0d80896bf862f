"""The rules of a distribution's methods, written out from its log-density: one line a distribution.

    density(stats.expon, "", "y >= 0", "-y", "-1")

gives rules for logpdf, pdf, cdf, logcdf, sf, logsf, ppf, isf and the moments, by the argument, the
shapes, loc and scale. With y = (x - loc) / scale, the log-density l(y) and l' its derivative,

    d logpdf / dx = l'(y) / scale        d logpdf / d scale = -(1 + y l'(y)) / scale
    d cdf / dx = exp(l(y)) / scale       d cdf / d scale = -y exp(l(y)) / scale
    d ppf / dq = scale exp(-l(y))        d ppf / d scale = y

Outside of the support, where logpdf is -inf, derivatives are 0.
"""

from __future__ import annotations

import linecache
import math
import re
from typing import Any

import numpy as np
from scipy import special

from ...runtime import betainc_da, betainc_db, gammainc_da, known
from ..registry import constant_in, nondifferentiable
from ._incomplete import beta_density, gamma_density
from ._smooth import smooth


def standard(x: Any, loc: Any, scale: Any) -> Any:
    """(x - loc) / scale, as it is written where loc is 0 or scale is 1."""
    shifted = x if is_number(loc, 0) else x - loc
    return shifted if is_number(scale, 1) else shifted / scale


def is_number(value: Any, number: Any) -> Any:
    """Is it known to be this number?"""
    return known(value) and isinstance(value, int | float) and value == number


def over(value: Any, scale: Any) -> Any:
    """value / scale"""
    return value if is_number(scale, 1) else value / scale


def ratio(k: Any, p: Any) -> Any:
    """k / p, and 0 where k is 0, whatever p is."""
    return k / np.where(k == 0, 1.0, p)


#: what the lines of the tables may call
NAMES = {
    "np": np, "special": special, "math": math, "standard": standard, "over": over,
    "ratio": ratio, "gammainc_da": gammainc_da, "betainc_da": betainc_da,
    "betainc_db": betainc_db, "beta_density": beta_density, "gamma_density": gamma_density,
}  # fmt: skip


def written(name: str, parameters: str, lines: list[str]) -> Any:
    """A rule from its text, which stands in `linecache` for tracebacks and for the front end."""
    text = f"def {name}({parameters}):\n" + "".join(f"    {line}\n" for line in lines)
    file = f"<rule {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    made: dict[str, Any] = {}
    exec(compile(text, file, "exec"), NAMES, made)
    return made[name]


def density(
    distribution: Any, shapes: str, support: str, log: str, dy: str, *dshapes: str,
    cdf: str = "", inner: str = "0.5", entropy: str = "", lower: str = "", upper: str = "",
    mean: str = "", var: str = "",
) -> None:  # fmt: skip
    """The rules of a continuous distribution.

    shapes: the names of its shape parameters. support: a condition on y in parentheses, "" for all
    reals; `inner` is a point of it, taken in the place of y outside. log, dy, dshapes: the
    log-density of the standard distribution and its partials by y and the shapes, as formulas. cdf:
    the partials of the distribution function by the shapes, separated by ";", "" where it is not
    differentiated by them. entropy, mean, var: those of these. lower, upper: the density divided
    by cdf, and by sf, where that is more than exp of a difference of large logarithms.
    """
    rules = Density(distribution, shapes, support, inner, log, (dy, *dshapes), cdf)
    rules.of_moments = {"entropy": split(entropy), "mean": split(mean), "var": split(var)}
    rules.hazards = {"logcdf": lower, "logsf": upper}
    rules.register()


def split(formulas: str) -> list[str]:
    """The formulas, one for each shape; none where there are none."""
    return [part.strip() for part in formulas.split(";")] if formulas else []


class Density:
    """Writes the rules of one distribution."""

    def __init__(
        self, distribution: Any, shapes: str, support: str, inner: str, log: str,
        slopes: tuple[str, ...], cdf: str,
    ) -> None:  # fmt: skip
        self.distribution = distribution
        self.name = f"{distribution.name}_"
        self.shapes = shapes.split()
        self.support, self.inner, self.log, self.slopes = support, inner, log, slopes
        self.hazards: dict[str, str] = {}
        self.cdf = split(cdf)
        self.of_moments: dict[str, list[str]] = {}

    def register(self) -> None:
        """Register the rules of all methods."""
        self.densities()
        for name in ("cdf", "sf", "logcdf", "logsf"):
            self.cumulative(name)
        for name in ("ppf", "isf"):
            self.inverse(name)
        self.moments()

    def rule(self, method: str, first: str, args: list[str], lines: list[str]) -> None:
        """Register one rule; shapes that are no `args` are refused where they are active."""
        ordered = ", ".join([*(["z", first] if first else ["z"]), *self.shapes])
        fn = written(self.name + method, f"{ordered}, loc=0, scale=1", lines)
        smooth(getattr(self.distribution, method), ", ".join(args))(fn)

    def standardized(self, variable: str) -> list[str]:
        """Lines that give y, inside of the support."""
        if not self.support:
            return [f"y = standard({variable}, loc, scale)"]
        support = re.sub(r"\by\b", "u", self.support)
        lines = [f"u = standard({variable}, loc, scale)", f"inside = {support}"]
        return [*lines, f"y = np.where(inside, u, {self.inner})"]

    def inside(self, formula: str) -> str:
        """The formula, 0 outside of the support."""
        return f"np.where(inside, {formula}, 0.0)" if self.support else formula

    def densities(self) -> None:
        """logpdf, and pdf = exp(logpdf)."""
        dy, *shapes = self.slopes
        args = ["x", *self.shapes, "loc", "scale"]
        lines = [*self.standardized("x"), f"dy = {dy}", "slope = " + self.inside("over(dy, scale)")]
        partials = ["slope", *map(self.inside, shapes), "-slope"]
        partials.append(self.inside("-over(1 + y * dy, scale)"))
        self.rule("logpdf", "x", args, [*lines, "return " + ", ".join(partials)])
        scaled = [f"z * ({p})" for p in partials]
        scaled[0], scaled[-2] = "z * slope", "-(z * slope)"
        self.rule("pdf", "x", args, [*lines, "return " + ", ".join(scaled)])

    def cumulative(self, method: str) -> None:
        """cdf, sf and their logarithms."""
        sign = "-" if "sf" in method else ""
        in_log = method.startswith("log")
        held = "held" if self.support else "z"  # outside of the support z is -inf
        log = f"({self.log}) - {held}" if in_log else self.log
        shapes = [f"({part}) * np.exp(-{held})" if in_log else part for part in self.cdf]
        lines = self.standardized("x")
        if in_log and self.support:
            lines[1] = f"{lines[1]} & (z > -np.inf)"
            lines.append("held = np.where(inside, z, 0.0)")
        hazard = self.hazards.get(method) or f"np.exp({log})"
        lines.append("slope = " + sign + self.inside(f"over({hazard}, scale)"))
        by_shapes = [sign + self.inside(part) for part in shapes]
        partials = ["slope", *by_shapes, "-slope", "-(y * slope)"]
        args = ["x", *self.shapes[: len(self.cdf)], "loc", "scale"]
        self.rule(method, "x", args, [*lines, "return " + ", ".join(partials)])

    def inverse(self, method: str) -> None:
        """ppf and isf: z where the distribution function, or its complement, is q."""
        sign = "-" if method == "isf" else ""
        lines = ["y = standard(z, loc, scale)", f"width = scale * np.exp(-({self.log}))"]
        partials = [sign + "width", *(f"-({part}) * width" for part in self.cdf), "1.0", "y"]
        args = ["q", *self.shapes[: len(self.cdf)], "loc", "scale"]
        self.rule(method, "q", args, [*lines, "return " + ", ".join(partials)])

    def moments(self) -> None:
        """mean, median, var, std and entropy: of (x - loc) / scale by the shapes, and scaled."""
        mean, var = self.of_moments["mean"], self.of_moments["var"]
        scaled = [f"scale * ({part})" for part in mean]
        self.moment("mean", mean, [*scaled, "1.0", "(z - loc) / scale"], "loc, scale")
        self.moment("median", [], ["1.0", "(z - loc) / scale"], "loc, scale")
        spread = [f"scale**2 * ({part})" for part in var]
        self.moment("var", var, [*spread, "2 * z / scale"], "scale")
        halved = [f"0.5 * scale**2 * ({part}) / z" for part in var]
        self.moment("std", var, [*halved, "z / scale"], "scale")
        entropy = self.of_moments["entropy"]
        self.moment("entropy", entropy, [*entropy, "1 / scale"], "scale")
        for name in ("var", "std", "entropy"):
            constant_in(getattr(self.distribution, name), "loc")

    def moment(self, name: str, by: list[str], partials: list[str], rest: str) -> None:
        """The rule of one of them, by as many shapes as there are formulas."""
        args = [*self.shapes[: len(by)], *rest.split(", ")]
        self.rule(name, "", args, ["return " + ", ".join(partials)])


def mass(distribution: Any, shapes: str, wrt: str, *dshapes: str, cdf: str = "") -> None:
    """The rules of a discrete distribution, by its real parameters.

    shapes: the names of all its parameters; wrt: of the real ones. dshapes: the partials of the
    log of the probability of k by them; cdf: those of the distribution function, separated by ";".
    """
    ordered, args = ", ".join(shapes.split()), ", ".join(wrt.split())

    def rule(method: str, count: str, inside: str, inner: str, partials: list[str]) -> None:
        """Of `count` as k, and of `inner` where the condition does not hold."""
        masked = ", ".join(f"np.where(inside, {part}, 0.0)" for part in partials)
        lines = [f"inside = {inside}", f"k = np.where(inside, {count}, {inner})"]
        name = f"{distribution.name}_{method}"
        fn = written(name, f"z, k, {ordered}, loc=0", [*lines, f"return {masked}"])
        smooth(getattr(distribution, method), args)(fn)

    rule("logpmf", "standard(k, loc, 1)", "z > -np.inf", "1", list(dshapes))
    rule("pmf", "standard(k, loc, 1)", "z > 0", "1", [f"z * ({part})" for part in dshapes])
    for method in ("cdf", "sf", "logcdf", "logsf") if cdf else ():
        sign = "-" if "sf" in method else ""
        in_log = method.startswith("log")
        inside = "(z > -np.inf) & (z < 0)" if in_log else "(z > 0) & (z < 1)"
        factor = " * np.exp(-z)" if in_log else ""
        partials = [f"{sign}({part}){factor}" for part in split(cdf)]
        rule(method, "np.floor(standard(k, loc, 1))", inside, "0", partials)
    nondifferentiable(distribution.ppf, distribution.isf)
