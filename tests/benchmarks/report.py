"""Run everything and print the tables; see `__main__`.

gradient / gradient by hand (median of the ratios of 25 rounds, one thread)
workload        primal  by hand   ours  ours, example=  autograd ...
rosenbrock      9.1 us  15.2 us   1.04            1.01      9.6
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

import srctransform as st

from .contestants import AUTOGRAD, BY_HAND, CONTESTANTS, EXAMPLE, GENERIC, as_arrays, gradients
from .generated import array_code, formula
from .timing import interleaved, ratio
from .workloads import Workload, workloads

PRIMAL = "primal"
SIZES = (10, 100, 1000, 10_000)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="workloads, or `transform`; all by default")
    parser.add_argument("--write", metavar="FILE", type=Path, help="write the tables to a file too")
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    chosen = [w for w in workloads() if not options.names or w.name.split()[0] in options.names]
    texts = []
    if chosen:
        texts.append(gradient_table(chosen, options.rounds))
    if not options.names or "transform" in options.names:
        texts.append(transform_table())
    text = "\n\n".join(texts)
    print(text)
    if options.write is not None:
        options.write.write_text(text + "\n", encoding="utf-8")


def gradient_table(chosen: list[Workload], rounds: int) -> str:
    """One row a workload: two times, then ratios to the gradient written by hand."""
    others = [name for name in CONTESTANTS if name != BY_HAND]
    rows = [["workload", PRIMAL, BY_HAND, *others, f"{AUTOGRAD} / {GENERIC}"]]
    for work in chosen:
        times = measured(work, rounds)
        row = [work.name, duration(times[PRIMAL]), duration(times[BY_HAND])]
        row += [
            f"{ratio(times[name], times[BY_HAND]):.2f}" if name in times else "-" for name in others
        ]
        row.append(f"{ratio(times[AUTOGRAD], times[GENERIC]):.1f}" if AUTOGRAD in times else "-")
        rows.append(row)
    head = f"gradient / gradient written by hand (medians of {rounds} rounds, one thread)"
    return "\n".join([head, "", *columns(rows)])


def measured(work: Workload, rounds: int) -> dict[str, list[float]]:
    """The times of all contestants, whose gradients were compared first."""
    calls = gradients(work)
    want = as_arrays(calls[BY_HAND]())
    for name, call in calls.items():
        for got, right in zip(as_arrays(call()), want, strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-12, err_msg=name)
    return interleaved({PRIMAL: lambda: work.function(*work.args), **calls}, rounds)


def transform_table() -> str:
    """The time it takes to make a derivative, by the length of the function."""
    kinds: dict[str, Callable[[int], FunctionType]] = {"formula": formula, "arrays": array_code}
    rows = [["statements", *(f"{kind}, {unit}" for kind in kinds for unit in ("ms", "ms each"))]]
    for make in kinds.values():  # rules are read at their first use
        st.grad(make(10))
    for n in SIZES:
        row = [str(n)]
        for make in kinds.values():
            spent = 1000 * statistics.median(
                transform_seconds(make(n)) for _ in range(3 if n < 5000 else 1)
            )
            row += [f"{spent:.1f}", f"{spent / n:.2f}"]
        rows.append(row)
    return "\n".join(["time of the transform itself", "", *columns(rows)])


def transform_seconds(fn: FunctionType) -> float:
    """How long `grad` takes."""
    start = time.process_time()
    st.grad(fn)
    return time.process_time() - start


def duration(times: list[float]) -> str:
    """1.23 us, 4.56 ms."""
    value = statistics.median(times)
    for unit, size in (("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3)):
        if value < 1000 * size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} s"


def columns(rows: list[list[str]]) -> list[str]:
    """A Markdown table, aligned."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]

    def line(cells: list[Any]) -> str:
        first, *rest = [
            f"{c:<{w}}" if k == 0 else f"{c:>{w}}"
            for k, (c, w) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join([first, *rest]) + " |"

    rule = "|" + "|".join("-" * (w + 1) + (":" if k else "-") for k, w in enumerate(widths)) + "|"
    return [line(rows[0]), rule, *map(line, rows[1:])]


__all__ = ["EXAMPLE", "gradient_table", "main", "transform_table"]
