"""A program: its text, what it is called with, and the parameters it is differentiated for.

straight_program((("x", 0.3),), ("v = np.sin(x)",), "v * v", (0,))
"""

import ast
import copy
import sys
from dataclasses import dataclass

import numpy as np

from ..modules import module_of

HELPERS = '''\
import functools

import numpy as np


def wave(a, b=1.5, *rest, scale=0.5):
    """Sines of a, and what else is given."""
    total = scale * np.sin(a) * b
    return total + sum(rest)


def pair(a, b):
    low = np.minimum(a, b)
    return low, a + b - low


def twice(f, a):
    return f(f(a))


def soft(a):
    return np.log1p(np.exp(a))


class Scale:
    def __init__(self, by):
        self.by = by

    def __call__(self, a):
        return self.shifted(a) * self.by

    def shifted(self, a):
        return a + 0.1


class Cell:
    """A state that its methods change."""

    def __init__(self, level, trace):
        self.level = level
        self.trace = trace
        self.steps = 0

    def step(self, by):
        self.level = np.tanh(self.level * by + 0.2)
        self.trace[self.steps % 2] += self.level
        self.steps += 1
        return self.level


half = Scale(0.5)
third = functools.partial(wave, scale=0.3)
OFFSET = np.array([0.4])

'''

#: how many lines a program may run
MOST_LINES = 4000


@dataclass(frozen=True)
class Program:
    """`text` has helpers and the function `f`; `params` are (name, value) pairs; `wrt` positions."""

    text: str
    params: tuple
    wrt: tuple

    @property
    def values(self):
        """The arguments, anew."""
        return [copy.deepcopy(value) for _, value in self.params]

    def namespace(self, serial=0):
        return module_of(HELPERS + "\n" + self.text, f"<program {serial}>")

    def function(self, serial=0):
        return self.namespace(serial)["f"]

    def module(self, note=""):
        """The text of a file that checks this program when it is run."""
        with np.printoptions(floatmode="unique"):
            values = ", ".join(repr(value) for _, value in self.params)
        used = {node.id for node in ast.walk(ast.parse(self.text)) if isinstance(node, ast.Name)}
        helpers = [
            ast.unparse(node)
            for node in ast.parse(HELPERS).body[2:]
            if names_bound(node) & (used | {"wave", "Scale"} if used & {"third", "half"} else used)
        ]
        note = "".join(f"# {line}\n" for line in note.splitlines())
        return (
            f"{note}import functools\n\nimport numpy as np\nfrom numpy import array\n\n"
            "from tests.checking import check\n\n\n" + "".join(h + "\n\n\n" for h in helpers)
            + f'{self.text}\n\nif __name__ == "__main__":\n'
            f"    check(f, {values}, wrt={self.wrt!r}, tol=1e-5)\n"
        )  # fmt: skip

    def __str__(self):
        values = ", ".join(f"{name} = {value!r}" for name, value in self.params)
        return f"{self.text}\n# {values}\n# wrt = {self.wrt}"


def names_bound(node):
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets}
    return {node.name}


def indent(lines):
    """The lines of a block, four columns to the right."""
    return ["    " + part for line in lines for part in line.split("\n")]


def straight_program(params, lines, result, wrt):
    """A program of lines, and the expression that it returns."""
    head = f"def f({', '.join(name for name, _ in params)}):"
    return Program("\n".join([head, *indent([*lines, f"return {result}"])]) + "\n", params, wrt)


class TooLong(Exception):
    """A program ran more lines than programs here may."""


def bounded(fn, *args):
    """fn(*args), but a program that would go on for ever raises `TooLong`."""
    left = MOST_LINES

    def trace(frame, event, arg):
        nonlocal left
        left -= 1
        if left < 0:
            raise TooLong
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return fn(*args)
    finally:
        sys.settrace(before)
