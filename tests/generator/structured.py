"""Random programs of all features; a statement is kept if the program stays tame.

Structured(7).program()                          a random set of features
Structured(7, ("loops", "writes")).program()     all of these
"""

import ast
import warnings

import numpy as np

from ..checking import leaves
from ..modules import module_of
from .control import Control
from .expressions import Kind, atom
from .program import HELPERS, Program, TooLong, bounded, indent

FEATURES = (
    "branches", "loops", "whiles", "exits", "ternary", "comprehensions", "writes", "views", "aliases",
    "overlaps", "calls", "params", "lists", "dicts", "tuples", "helpers", "recursion", "closures",
    "idioms", "objects",
)  # fmt: skip
#: what values may reach
MOST = 200.0


class Structured(Control):
    """Grows one program: parameters, helpers, statements, what is returned."""

    def __init__(self, seed, features=None, size=None):
        rng = np.random.default_rng(seed)
        if features is None:
            chosen = [name for name in FEATURES if rng.random() < 0.55]
            features = chosen or FEATURES
        super().__init__(rng, features)
        self.left = size or int(rng.integers(4, 13))
        self.params, self.lines, self.helpers = [], [], []
        self.result = self.weighted([(8, "number"), (1.5, "array"), (1, "tuple"), (0.7, "dict")])

    def program(self):
        self.make_params()
        for _ in range(int(self.rng.integers(1, 3)) * (self.on("helpers") or self.on("recursion"))):
            self.make_helper()
        self.returns = self.returned
        finished = False
        while self.left > 0 and not finished:
            finished = self.grow()
        for _ in range(20):
            line = f"return {self.returned(3)}"
            if self.tame([line]) is not None:
                break
        else:
            return None
        self.lines.append(line)
        some = self.rng.permutation(self.active)[: self.rng.integers(1, len(self.active) + 1)]
        text = ast.unparse(ast.parse(self.text(self.lines)))  # no parentheses that nobody needs
        return Program(text + "\n", tuple(self.params), tuple(sorted(map(int, some))))

    def make_params(self):
        n, p = self.n, self.p
        shapes = [(), (n,), (n,), (p, n)]
        for name in ("x", "y", "w", "b")[: self.rng.integers(1, 5)]:
            shape = (n,) if name == "x" and self.chance(0.7) else self.pick(shapes)
            self.params.append((name, self.value(shape)))
            self.define(name, Kind("array", shape, writable=shape != () and self.on("params")))
        self.active = list(range(len(self.params)))
        if self.chance(0.25):
            self.params.append(("n", int(self.rng.integers(1, n))))
            self.define("n", Kind("int", low=self.params[-1][1], high=self.params[-1][1]))
        if self.on("lists") and self.chance(0.15):
            self.active.append(len(self.params))
            self.params.append(("ps", [self.value(()) for _ in range(3)]))
            self.define("ps", Kind("list", (), size=3))
            self.frozen = self.frozen | (set() if self.on("params") else {"ps"})
        if self.on("dicts") and self.chance(0.15):
            self.active.append(len(self.params))
            self.params.append(("ks", {"a": self.value((n,)), "b": self.value((n,))}))
            for key in "ab":
                self.lines.append(f'{key}0 = ks["{key}"] * 1.0')
                self.define(f"{key}0", Kind("array", (n,), writable=True))

    def value(self, shape):
        value = np.round(self.rng.uniform(-1.3, 1.3, shape), 2) + 0.0037
        return round(float(value), 4) if shape == () else np.round(value, 4)

    def returned(self, terms=1):
        """The text of a result, of the kind that this program returns."""
        if self.result == "array":
            return self.fresh((self.n,), 1)
        names = [n for n, kind in self.scope.items() if kind.what in ("array", "list", "object")]
        late = names[-4:] if self.chance(0.7) else names
        chosen = self.rng.permutation(len(late))[:terms]
        text = " + ".join(self.term(late[k]) for k in sorted(chosen))
        if self.result == "tuple":
            return f"({text}, {self.fresh((self.n,), 1)})"
        if self.result == "dict":
            return f'{{"total": {text}, "part": {self.fresh((), 1)}}}'
        return text

    def term(self, name):
        """A number that everything in that name counts for, each entry in its own way."""
        kind = self.scope[name]
        if kind.what == "list":
            of = "q" if kind.shape == () else "np.sum(q * q)"
            return f"sum((k + 1.5) * {of} for k, q in enumerate({name}))"
        if kind.what == "object":
            weights = f"np.arange(1.0, {self.n + 1.0})"
            return f"{self.constant()} * {name}.level + np.sum({name}.trace * {weights})"
        if kind.shape == ():
            return f"{self.constant()} * {name}"
        count = int(np.prod(kind.shape))
        if len(kind.shape) == 1:
            return f"np.sum({name} * np.arange(1.0, {count + 1.0}))"
        return f"np.sum({atom(name)} * np.arange(1.0, {count + 1.0}).reshape({kind.shape}))"

    def make_helper(self):
        kept = dict(self.functions), self.writers
        text = self.helper()
        try:
            compile(text, "<helper>", "exec")
        except SyntaxError:
            self.functions, self.writers = kept
            return
        self.helpers.append(text)

    def grow(self):
        """Try statements until one leaves the program tame. Has it returned?"""
        for _ in range(8):
            scope, frozen, left = dict(self.scope), self.frozen, self.left
            lines = self.statement()
            names = self.tame([*lines, "return locals()"])
            if names is not None:
                self.lines += lines
                returned = names == "returned"
                return returned and self.chance(0.8)
            self.scope, self.frozen, self.left = scope, frozen, left
        self.left -= 1
        return False

    def text(self, lines):
        head = f"def f({', '.join(name for name, _ in self.params)}):"
        return "\n\n".join([*self.helpers, "\n".join([head, *indent(lines)]) + "\n"])

    def tame(self, lines):
        """What the program gives with these lines at its end, or None if it is not tame."""
        program = Program(self.text([*self.lines, *lines]), tuple(self.params), ())
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                out = bounded(load(program.text), *program.values)
        except (Exception, TooLong):
            return None
        if isinstance(out, dict) and self.params[0][0] in out:
            found = [
                v for v in out.values() if isinstance(v, (float, np.ndarray, list, dict, tuple))
            ]
        else:
            found, out = [out], "returned"
        try:
            for leaf in leaves(found):
                if leaf.dtype.kind not in "fbi" or leaf.size > 60:
                    return None
                if not np.all(np.isfinite(leaf)) or np.max(np.abs(leaf), initial=0.0) > MOST:
                    return None
        except Exception:
            return None
        return out


def load(text):
    """f, without the text in linecache: it only runs."""
    namespace = dict(PRELUDE)
    exec(compile(text, "<trial>", "exec"), namespace)
    return namespace["f"]


PRELUDE = module_of(HELPERS, "<helpers>")
