"""Run everything and print the tables; see `__main__`.

gradient / gradient by hand (median of the ratios of 25 rounds, one thread)
workload        primal  by hand  / primal   ours  ours, example=  autograd ...
rosenbrock      9.1 us  15.2 us      1.67   1.04            1.01      9.6
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

from .contestants import (
    BY_HAND,
    CONTESTANTS,
    EXAMPLE,
    GENERIC,
    PRIMAL,
    PRIMAL_COMPILED,
    as_arrays,
    gradients,
    primals,
)
from .generated import array_code, formula
from .memory import peak
from .timing import Call, interleaved, ratio
from .workloads import AUTOGRAD, Workload, single_rules, with_loops, workloads

SIZES = (10, 100, 1000, 10_000)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="workloads, `rules` or `transform`; all by default"
    )
    parser.add_argument("--write", metavar="FILE", type=Path, help="write the tables to a file too")
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    chosen = [w for w in workloads() if not options.names or w.name.split()[0] in options.names]
    texts = []
    if chosen:
        texts.append(gradient_table(chosen, options.rounds))
    looping = {work.name for work in with_loops(tiny=True)}
    if recorded := [work for work in chosen if work.name in looping]:
        texts.append(memory_table(recorded))
    if not options.names or "rules" in options.names:
        texts.append(rules_table(options.rounds))
    if not options.names or "transform" in options.names:
        texts.append(transform_table())
    text = "\n\n".join(texts)
    print(text)
    if options.write is not None:
        options.write.write_text(text + "\n", encoding="utf-8")


def gradient_table(chosen: list[Workload], rounds: int) -> str:
    """One row a workload: two times, then ratios to the gradient written by hand."""
    others = [*(name for name in CONTESTANTS if name != BY_HAND), PRIMAL_COMPILED]
    rows = [["workload", PRIMAL, BY_HAND, f"/ {PRIMAL}", *others, f"{AUTOGRAD} / {GENERIC}"]]
    for work in chosen:
        times, cannot = measured(work, rounds)

        def over(name: str, reference: str, digits: int = 2) -> str:
            if name in times and reference in times:
                value = ratio(times[name], times[reference])
                return f"{value:.{digits}f}" if value > 0.1 else f"{value:.1g}"
            return cannot.get(name, "-")

        row = [work.name, duration(times[PRIMAL]), duration(times[BY_HAND])]
        row += [over(BY_HAND, PRIMAL), *(over(name, BY_HAND) for name in others)]
        rows.append([*row, over(AUTOGRAD, GENERIC, digits=1)])
    head = f"gradient / gradient written by hand (medians of {rounds} rounds, one thread)"
    return "\n".join([head, "", *columns(rows)])


def rules_table(rounds: int) -> str:
    """One row a rule: ours, with an example, and autograd, over the gradient by hand."""
    rows = [["rule", BY_HAND, GENERIC, EXAMPLE, AUTOGRAD]]
    for work in single_rules():
        calls, cannot = able(gradients(work, libraries=(AUTOGRAD,)))
        times = interleaved(calls, rounds)
        row = [work.name, duration(times[BY_HAND])]
        for name in (GENERIC, EXAMPLE, AUTOGRAD):
            known = name in times
            row.append(
                f"{ratio(times[name], times[BY_HAND]):.2f}" if known else cannot.get(name, "-")
            )
        rows.append(row)
    return "\n".join(["gradient of one rule / that by hand", "", *columns(rows)])


def measured(work: Workload, rounds: int) -> tuple[dict[str, list[float]], dict[str, str]]:
    """The times of all contestants, whose gradients were compared first, and why others cannot."""
    calls, cannot = able(gradients(work))
    want = as_arrays(calls[BY_HAND]())
    for name, call in calls.items():
        for got, right in zip(as_arrays(call()), want, strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-12, err_msg=name)
    own, failed = able(primals(work))
    return interleaved({**own, **calls}, rounds), cannot | failed


def able(contestants: dict[str, Call | str]) -> tuple[dict[str, Call], dict[str, str]]:
    """Those that can be called, and why the others cannot."""
    calls = {name: call for name, call in contestants.items() if not isinstance(call, str)}
    return calls, {name: why for name, why in contestants.items() if isinstance(why, str)}


def memory_table(chosen: list[Workload]) -> str:
    """One row a workload: two peaks, then ratios to the gradient written by hand."""
    ours = (GENERIC, EXAMPLE)
    rows = [["workload", f"{PRIMAL}, kB", f"{BY_HAND}, kB", *ours]]
    for work in chosen:
        calls, cannot = able(gradients(work, libraries=()))
        by_hand = peak(calls[BY_HAND])
        row = [
            work.name,
            *(f"{size / 1000:.0f}" for size in (peak(primals(work)[PRIMAL]), by_hand)),
        ]
        row += [f"{peak(calls[n]) / by_hand:.2f}" if n in calls else cannot[n] for n in ours]
        rows.append(row)
    return "\n".join(["peak memory of one call / that of the gradient by hand", "", *columns(rows)])


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


__all__ = ["EXAMPLE", "gradient_table", "main", "memory_table", "transform_table"]
