"""Expressions of a wanted shape over what is in scope, as text.

    maker.expression((3,))      'np.sin(v0) * s1 + m0[1]'

A program has two lengths, `n` and `p`: vectors are (n,), matrices (p, n). Sizes are kept tame by the
forms: no division by what may be small, no growth that a few rounds of a loop would not bear.
"""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Kind:
    """What a name holds. A number is an array of shape (). `low` and `high` bound an int."""

    what: str  # array, list, dict, tuple, int, function, object
    shape: tuple = ()
    size: int = 0  # how many items a list certainly has
    keys: tuple = ()
    low: int = 0
    high: int = 0
    writable: bool = False
    takes: tuple = ()


SMOOTH = [
    "np.sin({a})", "np.cos({a})", "np.tanh({a})", "np.exp(0.3 * {a})", "{a} ** 2", "{a} * {a}",
    "-{a}", "0.7 * {a}", "{a} - 0.4", "1.0 / (1.0 + {a} * {a})", "np.sqrt(1.0 + {a} ** 2)",
    "np.log(1.5 + {a} ** 2)", "np.arctan({a})", "{a} / 3", "np.square({a})", "0.5 * {a} ** 3",
]  # fmt: skip
KINKED = [
    "np.abs({a})", "np.maximum({a}, 0.1)", "np.minimum({a}, 0.9)", "np.clip({a}, -1.0, 1.2)",
    "np.where({a} > 0.1, {a}, 0.2 * {a})",
]  # fmt: skip
TWO = [
    "{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / (1.0 + {b} ** 2)", "0.6 * {a} + 0.3 * {b}",
    "{a} * np.sin({b})", "np.maximum({a}, {b})", "np.hypot({a}, 1.0 + {b} ** 2)", "{a} + {b} * {a}",
    "np.multiply({a}, {b})", "np.cos({a} - {b})",
]  # fmt: skip
OF_VECTOR = [
    "np.sum({v})", "{v}.sum()", "np.mean({v})", "{v} @ {w}", "np.max({v})", "np.min({v})",
    "np.sum({v} * {w})", "np.dot({v}, {w})", "np.prod(0.6 * {v})", "np.sqrt(1.0 + np.sum({v} ** 2))",
    "np.sum({v}[{v} > 0.1])", "np.cumsum({v})[-1]",
]  # fmt: skip
OVER_VECTOR = [
    "sum(q * q for q in {v})", "sum([np.sin(q) for q in {v}])", "max({v})",
    "sum(0.5 * q * r for q, r in zip({v}, {w}))", "functools.reduce(lambda q, r: 0.5 * q + r, {v})",
    "sum(map(lambda q: q * 0.7, {v}))",
    "np.sum(np.array([q * {s} for q in {v}]))", "sum(q for q in {v} if q > 0.1)",
]  # fmt: skip


def atom(text):
    """The text, in parentheses if it must have them."""
    depth = 0
    for k, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and (sign == " " or (sign == "-" and k == 0)):
            return f"({text})"
    return text


class Expressions:
    """Random choices, the scope, and expressions over it."""

    def __init__(self, rng, features):
        self.rng = rng
        self.features = frozenset(features)
        self.n = int(rng.integers(3, 5))
        self.p = int(rng.integers(2, 4))
        self.scope = {}
        self.functions = {}

    # choices

    def on(self, feature):
        return feature in self.features

    def chance(self, probability):
        return self.rng.random() < probability

    def pick(self, items):
        items = list(items)
        return items[self.rng.integers(len(items))]

    def weighted(self, table):
        """One of the (weight, item) pairs."""
        weights = np.array([weight for weight, _ in table], float)
        return table[self.rng.choice(len(table), p=weights / weights.sum())][1]

    def constant(self):
        return repr(round(float(self.rng.uniform(0.2, 1.4)), 2))

    # names

    def names(self, what, shape=None, writable=False):
        return [
            name
            for name, kind in self.scope.items()
            if kind.what == what
            and (shape is None or kind.shape == shape)
            and (kind.writable or not writable)
        ]

    def recent(self, names):
        """One of the names, the later ones more often."""
        return names[-1 - int(self.rng.integers(len(names)) * self.rng.random() * 0.999)]

    def define(self, name, kind):
        self.scope.pop(name, None)
        self.scope[name] = kind

    def fresh_name(self, stem):
        k = 0
        while f"{stem}{k}" in self.scope or f"{stem}{k}" in self.functions:
            k += 1
        return f"{stem}{k}"

    def shapes(self):
        return {kind.shape for kind in self.scope.values() if kind.what == "array"}

    # indices

    def index(self, size):
        """An index into an axis of that many entries: a literal, a counter, or made from one."""
        counters = self.names("int")
        if counters and self.chance(0.65):
            name = self.recent(counters)
            kind = self.scope[name]
            fitting = [name] if kind.high < size and kind.low >= -size else []
            if kind.high + 1 < size:
                fitting.append(f"{name} + 1")
            if kind.low - 1 >= -size and kind.high - 1 < size:
                fitting.append(f"{name} - 1")
            if 0 <= kind.low and kind.high < size:
                fitting.append(f"-{name} - 1" if self.chance(0.3) else name)
            return self.pick(fitting or [f"{name} % {size}"])
        return str(int(self.rng.integers(-size, size)))

    def slice_of(self, size):
        """A slice that keeps two entries or more, and how many it keeps."""
        for _ in range(20):
            text = self.pick(
                [
                    "1:",
                    ":-1",
                    "::-1",
                    "::2",
                    ":2",
                    "-2:",
                    "1::2",
                    "::-2",
                    "2:0:-1",
                    "1:3",
                    ":",
                    "-2::-1",
                ]
            )
            kept = len(range(size)[slice(*(int(k) if k else None for k in text.split(":")))])
            if kept >= 2:
                return text, kept
        return ":", size

    # expressions

    def expression(self, shape, depth=2):
        return self.number(depth) if shape == () else self.array(shape, depth)

    def operand(self, shape, depth):
        return atom(self.expression(shape, depth - 1))

    def number_leaf(self):
        options = [(4 + k, name) for k, name in enumerate(self.names("array", ()))]
        for name in self.names("array"):
            shape = self.scope[name].shape
            if len(shape) == 1:
                options.append((3, f"{name}[{self.index(shape[0])}]"))
            elif len(shape) == 2:
                row, column = self.index(shape[0]), self.index(shape[1])
                index = f"{row}][{column}" if self.chance(0.2) else f"{row}, {column}"
                options.append((2, f"{name}[{index}]"))
        for name in self.names("list", ()):
            if size := self.scope[name].size:
                options.append((4, f"{name}[{self.index(size)}]"))
        for name in self.names("tuple", ()):
            options.append((3, f"{name}[{int(self.rng.integers(self.scope[name].size))}]"))
        for name in self.names("dict", ()):
            key = self.pick(self.scope[name].keys)
            options.append((4, f'{name}["{key}"]' if self.chance(0.85) else f'{name}.get("{key}")'))
        for name in self.names("object"):
            options.append((4, f"{name}.level"))
        for name in self.names("int"):
            options.append((1, f"0.3 * {name}"))
        options.append((0.5, self.constant()))
        return self.weighted(options)

    def number(self, depth=2):
        if depth <= 0 or self.chance(0.15):
            return self.number_leaf()
        vectors = [shape for shape in self.shapes() if len(shape) == 1]
        table = [(4, "one"), (5, "two"), (1, "kink")]
        table += [(2, "reduce")] * bool(vectors) + [(1.5, "over")] * (
            bool(vectors) and self.on("comprehensions")
        )
        table += [(0.5, "matrix")] * any(len(shape) == 2 for shape in self.shapes())
        table += [(1, "ternary")] * self.on("ternary")
        table += [(1, "list")] * bool(self.names("list", ()))
        table += [(3, "call")] * bool(self.callable_for(()))
        kind = self.weighted(table)
        if kind in ("one", "kink"):
            form = self.pick(SMOOTH if kind == "one" else KINKED)
            return form.format(a=self.operand((), depth))
        if kind == "two":
            return self.pick(TWO).format(a=self.operand((), depth), b=self.operand((), depth))
        if kind == "reduce":
            shape = self.pick(sorted(vectors))
            v, w = self.operand(shape, depth - 1), self.operand(shape, depth - 1)
            return self.pick(OF_VECTOR).format(v=v, w=w)
        if kind == "over":
            shape = self.pick(sorted(vectors))
            v, w = self.operand(shape, 0), self.operand(shape, 0)
            return self.pick(OVER_VECTOR).format(v=v, w=w, s=self.operand((), 0))
        if kind == "matrix":
            shape = self.pick(sorted(shape for shape in self.shapes() if len(shape) == 2))
            return self.pick(["np.sum({m})", "np.mean({m} * {m})", "np.max({m})"]).format(
                m=self.operand(shape, depth - 1)
            )
        if kind == "list":
            name = self.pick(self.names("list", ()))
            forms = ["sum({a})", "len({a}) * {s}", "sum(q * {s} for q in {a})"]
            forms += ["max({a})"] if self.scope[name].size else []
            if self.scope[name].size and name != "ps":  # NumPy's use makes an array of a parameter
                forms += ["np.mean({a})", "np.std({a})", "np.sort({a})[0]", "np.prod({a})"]
            return self.pick(forms).format(a=name, s=self.operand((), 0))
        if kind == "call":
            return self.call(self.pick(self.callable_for(())), depth)
        one, other = self.operand((), depth), self.operand((), depth)
        return f"{one} if {self.condition()} else {other}"

    def leaf(self, shape):
        """A name, or a view of one; None if there is nothing of that shape."""
        options = [(4 + k, name) for k, name in enumerate(self.names("array", shape))]
        for name in self.names("array"):
            has = self.scope[name].shape
            if len(has) == 2 and shape == has[1:]:
                options.append((2, f"{name}[{self.index(has[0])}]"))
            if len(has) == 2 and shape == has[:1]:
                options.append((2, f"{name}[:, {self.index(has[1])}]"))
            if has == shape[::-1] and len(has) == 2:
                options.append((1, f"{name}.T"))
            if has == shape:
                options.append((1, f"{name}[::-1]"))
            if len(has) == 1 and len(shape) == 1 and 2 <= shape[0] < has[0]:
                options.append((2, f"{name}[{self.window(has[0], shape[0])}]"))
            if len(has) == 2 and len(shape) == 2 and has[0] == shape[0] and 2 <= shape[1] < has[1]:
                options.append((2, f"{name}[:, {self.window(has[1], shape[1])}]"))
        for name in self.names("list", shape):
            if size := self.scope[name].size:
                options.append((4, f"{name}[{self.index(size)}]"))
        for name in self.names("object", shape):
            options.append((4, f"{name}.trace"))
        for name in self.names("dict", shape):
            options.append((4, f'{name}["{self.pick(self.scope[name].keys)}"]'))
        return self.weighted(options) if options else None

    def window(self, size, kept):
        """A slice that keeps just so many of an axis."""
        found = [
            text
            for text in (
                "1:",
                ":-1",
                "::2",
                ":2",
                "-2:",
                "1::2",
                "::-2",
                "2:0:-1",
                "1:3",
                ":3",
                "-2::-1",
            )
            if len(range(size)[slice(*(int(k) if k else None for k in text.split(":")))]) == kept
        ]
        return self.pick(found) if found else f":{kept}"

    def array(self, shape, depth=2):
        if depth <= 0 or self.chance(0.15):
            if leaf := self.leaf(shape):
                return leaf
            return f"np.full({shape}, {self.number(0)})"
        table = [(4, "one"), (5, "two"), (3, "scaled"), (1, "kink"), (0.7, "where"), (0.5, "full")]
        table += [(1.2, "made"), (0.4, "moved")]
        table += [(2, "call")] * bool(self.callable_for(shape))
        kind = self.weighted(table)
        if kind in ("one", "kink"):
            form = self.pick(SMOOTH if kind == "one" else KINKED)
            return form.format(a=self.operand(shape, depth))
        if kind == "two":
            other = shape if len(shape) == 1 or self.chance(0.7) else shape[1:]
            return self.pick(TWO).format(a=self.operand(shape, depth), b=self.operand(other, depth))
        if kind == "scaled":
            return self.pick(["{a} * {s}", "{s} - {a}", "{a} + {s}", "{s} * {a}"]).format(
                a=self.operand(shape, depth), s=self.operand((), depth)
            )
        if kind == "where":
            a, b = self.operand(shape, depth), self.operand(shape, 0)
            return f"np.where({self.operand(shape, 0)} > {self.constant()}, {a}, 0.5 * {b})"
        if kind == "full":
            return f"{self.pick(['np.zeros', 'np.ones'])}({shape}) + {self.operand((), depth)}"
        if kind == "moved":
            a = self.operand(shape, depth)
            return self.pick(["np.roll({a}, 1)", "np.cumsum({a}, axis=0)", "np.sort({a})",
                              "np.flip({a})", "{a}.copy()"]).format(a=a)  # fmt: skip
        if kind == "call":
            return self.call(self.pick(self.callable_for(shape)), depth)
        return self.vector_made(shape, depth) if len(shape) == 1 else self.matrix_made(shape, depth)

    def vector_made(self, shape, depth):
        (size,) = shape
        forms = []
        for name in self.names("array"):
            has = self.scope[name].shape
            if len(has) == 2 and has[0] == size:
                forms += [f"{name} @ {self.operand(has[1:], depth)}", f"np.sum({name}, axis=1)"]
            if len(has) == 2 and has[1] == size:
                forms += [f"np.mean({name}, axis=0)", f"{self.operand(has[:1], depth)} @ {name}"]
        if self.on("comprehensions"):
            v, s = self.operand(shape, 0), self.operand((), 0)
            forms += [f"np.array([0.5 * q + {s} for q in {v}])",
                      f"np.array([{s} * k for k in range({size})])",
                      f"np.array([q * r for q, r in zip({v}, {self.operand(shape, 0)})])"]  # fmt: skip
        for name in self.names("list", ()):
            if self.scope[name].size >= size:
                forms.append(f"np.array({name}[:{size}])")
        v, w = self.operand(shape, 0), self.operand(shape, 0)
        forms.append(f"np.concatenate(({v}[:1], {w}[1:]))")
        items = ", ".join(self.number(depth - 1) for _ in range(size))
        return self.pick([*forms, f"np.array([{items}])"])

    def matrix_made(self, shape, depth):
        rows, columns = shape
        a, b = self.operand((rows,), depth - 1), self.operand((columns,), depth - 1)
        parts = ", ".join(self.operand((columns,), 0) for _ in range(rows))
        forms = [f"np.outer({a}, {b})", f"np.stack([{parts}])", f"{a}[:, None] * {b}",
                 f"np.array([{parts}])", f"{a}[:, None] + {b}"]  # fmt: skip
        return self.pick(forms)

    def fresh(self, shape, depth=2):
        """An expression whose value is no other name's memory."""
        if shape == ():
            return self.number(depth)
        text = self.array(shape, depth)
        owns = not text.startswith("np.") and ("(" not in text or ".T" in text)
        if owns and not any(f" {sign} " in text for sign in ("+", "-", "*", "/", "@", "**")):
            return self.pick([f"{atom(text)}.copy()", f"1.0 * {atom(text)}", f"np.array({text})"])
        return text

    # conditions

    def condition(self, depth=1):
        """A test: of a value that has a derivative, or of one that has none."""
        number = self.operand((), 0)
        forms = [(3, f"{number} > {self.pick(['', '-'])}{self.constant()}"),
                 (1, f"{self.constant()} < {number}"),
                 (1, f"{number} <= {self.operand((), 0)}"),
                 (0.7, f"-0.3 < {number} < {self.constant()}")]  # fmt: skip
        counters = self.names("int")
        if counters:
            k = self.recent(counters)
            forms += [(2, f"{k} % 2 == {self.pick('01')}"), (2, f"{k} < {self.pick('123')}"),
                      (1, f"{k} == {self.pick('012')}"), (0.4, k)]  # fmt: skip
        for shape in sorted(shape for shape in self.shapes() if shape):
            a = self.operand(shape, 0)
            forms += [(0.7, f"np.sum({a}) > {self.constant()}"), (0.3, f"np.any({a} > 0.9)")]
        for name in self.names("list"):
            forms.append((0.5, f"len({name}) > {self.pick('23')}"))
        for name in self.names("dict"):
            forms.append((0.5, f'"{self.pick("abc")}" in {name}'))
        text = self.weighted(forms)
        if depth and self.chance(0.2):
            return self.pick(["{a} and {b}", "{a} or {b}", "not ({a})"]).format(
                a=text, b=self.condition(depth - 1)
            )
        return text

    # calls

    def callable_for(self, shape):
        """Functions in scope that give that shape."""
        kinds = {**self.functions, **self.scope}
        return [n for n, kind in kinds.items() if kind.what == "function" and kind.shape == shape]

    def call(self, name, depth):
        kind = self.functions.get(name) or self.scope[name]
        given = [
            self.pick("123") if shape == "depth" else self.expression(shape, depth - 2)
            for shape in kind.takes
        ]
        if len(given) == 1 and kind.takes[0] == kind.shape and self.chance(0.1):
            return f"twice({name}, {given[0]})"
        return f"{name}({', '.join(given)})"

    def but(self, name, **changes):
        self.scope[name] = replace(self.scope[name], **changes)
