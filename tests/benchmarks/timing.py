"""Ratios that hold: contestants take turns, and each round gives one ratio.

    times = interleaved({"by hand": f, "ours": g}, rounds=25)
    ratio(times["ours"], times["by hand"])      # the median over the rounds

A machine's speed changes from second to second, for all contestants alike: the ratio within a round
is steady where the times are not. CPU time is taken, so other programs do not count.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping

Call = Callable[[], object]

#: a contestant's turn in a round takes about so many seconds
TURN = 0.01


def interleaved(contestants: Mapping[str, Call], rounds: int) -> dict[str, list[float]]:
    """Seconds a call, one figure a round, for each contestant; the order changes every round."""
    counts = {name: calls_in(TURN, call) for name, call in contestants.items()}
    times: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    enabled = gc.isenabled()
    gc.disable()
    try:
        for k in range(rounds):
            shift = k % len(names)
            for name in names[shift:] + names[:shift]:
                times[name].append(seconds(contestants[name], counts[name]))
            gc.collect()
    finally:
        if enabled:
            gc.enable()
    return times


def seconds(call: Call, count: int) -> float:
    """Seconds of CPU time a call, over so many calls."""
    turns = range(count)
    start = time.process_time()
    for _ in turns:
        call()
    return (time.process_time() - start) / count


def calls_in(turn: float, call: Call) -> int:
    """How many calls fill a turn. The first call is not counted: it may compile."""
    call()
    count = 1
    while (spent := seconds(call, count) * count) < turn / 4:
        count *= 4
    return max(1, round(count * turn / spent))


def ratio(times: list[float], reference: list[float]) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(times, reference, strict=True))
