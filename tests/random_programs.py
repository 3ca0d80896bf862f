"""Random programs against differences, complex step and forward mode; a failure is shrunk.

    python -m tests.random_programs 1000 --seed 3
    python -m tests.random_programs 200 --kinds loops,writes --size 8 --save failures
    python -m tests.random_programs 2000 --coverage

What a program may have is in `tests.generator`; `--kinds` names the features that each program has
all of (`straight` is the straight-line form), otherwise each program has some. A refusal is counted
by its message and is no failure; a wrong number or any other exception is.
"""

import argparse
import ast
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .generator.judging import judge, worth_judging
from .generator.shrinking import shrink
from .generator.straight import StraightLine
from .generator.structured import FEATURES, Structured

KINDS = ("straight", *FEATURES)


@dataclass
class Report:
    """How many programs of each verdict; [(serial, small program, verdict)]; messages of refusal."""

    counts: Counter = field(default_factory=Counter)
    failures: list = field(default_factory=list)
    refusals: Counter = field(default_factory=Counter)

    def __str__(self):
        lines = [
            f"{times:5} refused: {message}" for message, times in self.refusals.most_common(10)
        ]
        if len(self.refusals) > 10:
            lines.append(f"      and {len(self.refusals) - 10} other messages")
        counts = ", ".join(f"{n} {what}" for what, n in sorted(self.counts.items()))
        return "\n".join([*lines, counts])


def program_of(serial, kinds=None, size=None):
    """The program of a seed, or None where nothing tame was found."""
    if kinds is None:
        if serial % 10 == 0:
            return StraightLine(serial).program()
        return Structured(serial, None, size).program()
    if "straight" in kinds:
        return StraightLine(serial).program()
    return Structured(serial, kinds, size).program()


def run(count, seed, kinds=None, size=None, second=None, seconds=20.0, each=3, told=None):
    """The report on that many programs; `told(serial, program, verdict)` hears of each failure.

    Of failures that are alike, only the first `each` are made small.
    """
    report, alike = Report(), Counter()
    for serial in range(seed * 100_000, seed * 100_000 + count):
        program = program_of(serial, kinds, size)
        if program is None or not worth_judging(program, serial):
            report.counts["thrown away"] += 1
            continue
        verdict = judge(program, serial, second)
        report.counts[verdict.what] += 1
        if verdict.what == "refused":
            report.refusals.update(verdict.messages)
        elif verdict.failed:
            alike[verdict.what, verdict.where] += 1
            failure = serial, program, verdict
            if alike[verdict.what, verdict.where] <= each:
                failure = (serial, *shrink(program, serial, verdict, seconds))
            report.failures.append(failure)
            if told:
                told(*failure)
    return report


def coverage(count, seed, kinds=None, size=None):
    """In how many programs each thing was met, of those that are worth judging."""
    met, kept, lines = Counter(), 0, 0
    for serial in range(seed * 100_000, seed * 100_000 + count):
        program = program_of(serial, kinds, size)
        if program is None or not worth_judging(program, serial):
            continue
        kept += 1
        lines += len(program.text.splitlines())
        met.update(things_in(ast.parse(program.text)))
    return met, kept, lines


def things_in(tree):
    """Names for what a program has."""
    found = set()
    for node in ast.walk(tree):
        found.add(type(node).__name__)
        if isinstance(node, (ast.For, ast.While)):
            inside = {type(n).__name__ for part in node.body for n in ast.walk(part)}
            if inside & {"For", "While"}:
                found.add("loop in a loop")
            if "Return" in inside:
                found.add("return in a loop")
            if any(isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)
                   for part in node.body for n in ast.walk(part)):  # fmt: skip
                found.add("write in a loop")
            if node.orelse:
                found.add("loop else")
        if isinstance(node, ast.For):
            called = node.iter.func if isinstance(node.iter, ast.Call) else node.iter
            found.add(f"for over {getattr(called, 'id', None) or getattr(called, 'attr', type(called).__name__)}"
                      if isinstance(node.iter, ast.Call) else "for over a container")  # fmt: skip
        if isinstance(node, ast.AugAssign):
            found.add(f"augmented {type(node.target).__name__}")
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            found.add(f"write at {type(node.slice).__name__}")
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            found.add("alias or rebinding")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.add(f".{node.func.attr}")
        if isinstance(node, ast.If) and node.orelse:
            found.add("else of an if")
    returns = sum(isinstance(node, ast.Return) for node in ast.walk(tree.body[-1]))
    return found | ({"early return"} if returns > 1 else set())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", type=int, help="how many statements, about")
    parser.add_argument("--kinds", help=f"of {','.join(KINDS)}")
    parser.add_argument("--second", action="store_true", help="second derivatives of every program")
    parser.add_argument("--each", type=int, default=3, help="failures that are alike to make small")
    parser.add_argument("--seconds", type=float, default=20.0, help="for making one small")
    parser.add_argument("--save", type=Path, help="folder for the small programs that fail")
    parser.add_argument("--show", type=int, help="print the program of that number, and judge it")
    parser.add_argument(
        "--coverage", action="store_true", help="what the programs have; no judging"
    )
    given = parser.parse_args()
    kinds = tuple(given.kinds.split(",")) if given.kinds else None
    if unknown := set(kinds or ()) - set(KINDS):
        parser.error(f"unknown kinds: {', '.join(sorted(unknown))}")
    start = time.monotonic()
    if given.show is not None:
        program = program_of(given.show, kinds, given.size)
        print(program)
        print(worth_judging(program, given.show), judge(program, given.show))
        return
    if given.coverage:
        met, kept, lines = coverage(given.count, given.seed, kinds, given.size)
        for what, times in met.most_common():
            print(f"{100 * times / kept:6.1f} %  {what}")
        seconds = time.monotonic() - start
        print(f"{kept} of {given.count} programs, {lines / kept:.1f} lines each, {seconds:.0f} s")
        return

    seen = Counter()

    def told(serial, program, verdict):
        seen[verdict.what, verdict.where] += 1
        if seen[verdict.what, verdict.where] > given.each:
            return
        error = "".join(traceback.format_exception_only(verdict.error))[:1500]
        print(
            f"---- program {serial}: {verdict.what}, {verdict.where}\n{program}\n{error}",
            flush=True,
        )
        if given.save:
            given.save.mkdir(parents=True, exist_ok=True)
            note = f"program {serial}: {verdict.what}, {verdict.where}\n{error[:600]}"
            (given.save / f"program_{serial}.py").write_text(program.module(note))

    report = run(given.count, given.seed, kinds, given.size, given.second or None,
                 given.seconds, given.each, told)  # fmt: skip
    print(report)
    print(f"{given.count} programs, {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
