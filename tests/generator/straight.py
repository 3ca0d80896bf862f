"""Random straight-line programs over NumPy's functions.

    StraightLine(7).program()

A line is kept if it runs, so that the forms below need not know shapes: what does not fit is thrown
away, and so is what leaves tame numbers.
"""

import copy
import warnings

import numpy as np

from ..checking import leaves
from ..modules import module_of
from .program import HELPERS, straight_program

UNARY = """
np.sin({a})  np.cos({a})  np.tanh({a})  np.exp(0.2*{a})  np.log1p({a}**2)  np.sqrt({a}*{a}+1.0)
np.arctan({a})  np.sinh(0.3*{a})  np.expm1(0.1*{a})  np.abs({a})  abs({a})  np.square({a})  -{a}
{a}**2  {a}**3  2.0**{a}  {a}%1.7  {a}-1.5  2*{a}  1/({a}**2+1.0)  np.clip({a},-1.0,1.5)
np.maximum({a},0.1)  np.minimum(0.5,{a})  np.reciprocal({a}*{a}+1)  np.log({a}**2+0.5)  +{a}
np.cosh(0.2*{a})  np.where({a}>0.2,{a},0.3*{a}+0.14)  np.negative({a})  {a}/3  ({a}*{a}+0.5)**0.7
np.exp(-{a}**2)  np.sign({a})*{a}  np.floor({a})+{a}  soft({a})  wave({a})  wave({a},2.0)  half({a})
twice(np.sin,{a})  twice(lambda q: 0.5*q+{b},{a})  third({a})  third({a},b={b})  OFFSET*{a}
np.maximum({a},0)*2.0  np.multiply({a},{a})  np.sinc({a})  np.cbrt({a}*{a}+1.0)  np.float64(2.0)*{a}
""".split("  ")
UNARY = [form.strip() for line in UNARY for form in line.split("\n") if form.strip()]

BINARY = [
    "{a}+{b}", "{a}-{b}", "{a}*{b}", "{a}/({b}*{b}+1.0)", "np.maximum({a},{b})",
    "np.minimum({a},{b})", "np.hypot({a},{b}**2+1.0)", "np.arctan2({a},{b}**2+1.0)",
    "np.logaddexp({a},{b})", "np.power({a}**2+0.5,{b})", "({a}**2+0.5)**{b}", "np.add({a},{b})",
    "np.where({a}>{b},{a},{b})*2.0", "np.where({c}>0.0,{a},{b})", "wave({a},{b})",
    "wave({a},{b},{c},scale=0.2)", "wave(scale=0.3,b={b},a={a})", "pair({a},{b})[0]",
    "({a} if np.sum({b})>0.1 else 2.0*{a})", "({a} if np.sum({b})>0.1 else {c})",
    "{a}*{b}+{c}", "{a}*{b}-{c}*{a}", "({a}-{b})**2", "{a}@{b}", "np.dot({a},{b})",
    "np.matmul({a},{b})", "np.outer({a},{b})", "np.inner({a},{b})", "np.tensordot({a},{b},1)",
    "np.einsum('ij,jk->ik',{a},{b})", "np.einsum('ij,ij->i',{a},{b})", "np.einsum('i,i->',{a},{b})",
    "np.concatenate([{a},{b}])", "np.concatenate(({a},{b}),axis=-1)", "np.stack([{a},{b}])",
    "np.stack(({a},{b}),axis=-1)", "np.hstack([{a},{b}])", "np.vstack([{a},{b}])",
    "sum([w*2.0 for w in ({a},{b})])", "sum(q*r for q, r in zip([{a},{b}],[{c},{a}]))",
    "np.array([np.sum({a}),np.mean({b})])", "max(np.sum({a}),np.sum({b}))", "np.clip({a},{b},{b}+1.0)",
    "({a}@{b}.T if np.ndim({a})==2 else {a})", "np.linalg.norm({a}-{b})+np.sum({a})",
    "np.sum(np.atleast_1d({a}*{b}),axis=0)", "np.sum(np.atleast_1d(({a}-{b})**2),axis=-1)", "{a}-np.mean({b})",
    "np.subtract({a},{b})", "np.divide({a},np.abs({b})+1.0)", "np.broadcast_to({a},{b}.shape)*{b}",
    "np.abs({a}-{b})", "np.kron({a},{b})", "np.append({a},{b})", "{a}[:1]+{b}[-1:]",
]  # fmt: skip

REDUCE = ["np.sum", "np.mean", "np.max", "np.min", "np.prod", "np.var", "np.cumsum"]
SHAPE = [
    "{a}.T", "{a}.reshape(-1)", "np.ravel({a})", "{a}[None]", "{a}[...,None]", "{a}[::-1]", "{a}[0]",
    "{a}[-1]", "{a}[1:]", "{a}[:-1]", "{a}[...,0]", "{a}[:,0]", "{a}[:,None]", "{a}[[0,0,-1]]",
    "{a}[{a}>0.0]", "np.flip({a})", "np.roll({a},1)", "np.tile({a},2)", "np.repeat({a},2)",
    "np.squeeze({a})", "np.expand_dims({a},0)", "np.swapaxes({a},0,-1)", "np.moveaxis({a},0,-1)",
    "np.transpose({a})", "np.atleast_1d({a})", "np.atleast_2d({a})", "np.diag({a})", "np.trace({a})",
    "np.broadcast_to({a},(2,)+np.shape({a}))", "np.reshape({a},(1,-1))", "{a}.flatten()", "{a}.copy()",
    "np.diff({a})", "np.sort({a})", "{a}[1:]-{a}[:-1]", "np.triu({a})", "np.tril({a})",
    "np.pad({a},1)", "np.full(3,np.sum({a}))", "np.ones(2)*np.mean({a})", "{a}[np.array([0,0])]",
    "np.take({a},[0,0,-1])", "np.linalg.norm({a})+{a}", "np.cumsum({a})", "np.zeros_like({a})+{a}",
    "{a}[:,[0]]", "{a}[...,::-1]", "np.split({a},2)[0]", "{a}.sum()/{a}.size", "len({a})*{a}",
    "{a}*{a}.shape[0]", "np.flipud({a})", "np.rollaxis({a},-1)", "np.median({a})", "np.average({a})",
]  # fmt: skip

#: what makes axes whose length is known as it runs; by the tool's contract it is not one then
LENGTHS = (
    "1:]",
    ":-1]",
    "-1)",
    "diff",
    "split",
    "> 0",
    ">0.0]",
    "ravel",
    "flatten",
    "tile",
    "roll",
)


class StraightLine:
    """Grows one program, line by line."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.env = module_of(HELPERS, "<helpers>")
        self.names = []
        self.lines = []

    def pick(self, items):
        return items[self.rng.integers(len(items))]

    def value(self):
        shapes = [(), (), (3,), (3,), (1,), (2, 3), (3, 1), (3, 3), (1, 3), (2, 3, 2), (2, 1, 3)]
        shape = self.pick(shapes)
        value = np.round(self.rng.uniform(-1.6, 1.6, shape), 3) + 0.0007
        return float(value) if shape == () else value

    def program(self):
        params = []
        for name in ("x", "y", "w", "b")[: self.rng.integers(1, 5)]:
            params.append((name, self.value()))
            self.define(name, params[-1][1])
        container = self.rng.random()
        if container < 0.15:
            params.append(("pq", (self.value(), self.value())))
            self.env["pq"] = params[-1][1]
            self.run("p, q = pq")
        elif container < 0.3:
            params.append(("theta", {"W": self.value(), "c": [self.value(), self.value()]}))
            self.env["theta"] = params[-1][1]
            self.run("u = theta['W'] * 2.0")
            self.run("v = theta['c'][1] + theta['c'][0]")
        inputs = list(self.names)
        for _ in range(self.rng.integers(2, 10)):
            for _ in range(20):
                if self.run(self.statement()):
                    break
        made = [n for n in self.names if n not in inputs] or inputs
        last = made[-1]
        kind = self.rng.random()
        first = self.operand()
        result = (
            f"np.sum({last}) * 1.0" if kind < 0.4
            else f"np.sum({last} * {last}) + np.mean({first})" if kind < 0.55
            else f"{last} * 1.5" if kind < 0.7
            else last if kind < 0.8
            else f"({last} * {last}, {first})" if kind < 0.9
            else f'{{"a": {last}, "b": (np.sum({first}), 2.0)}}'
        )  # fmt: skip
        order = self.rng.permutation(len(params))[: self.rng.integers(1, len(params) + 1)]
        return straight_program(
            tuple(params), tuple(self.lines), result, tuple(sorted(map(int, order)))
        )

    def define(self, name, value):
        self.env[name] = value
        if name not in self.names:
            self.names.append(name)

    def run(self, line):
        """Keep the line if it runs and its values are tame."""
        scope = {**self.env, **{n: copy.deepcopy(self.env[n]) for n in self.names}}
        before = dict(scope)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                exec(line, scope)
        except Exception:
            return False
        bound = [n for n in scope if n != "__builtins__" and scope[n] is not before.get(n)]
        for name in bound:
            value = scope[name]
            if callable(value):
                continue
            if isinstance(value, (tuple, list, dict)):
                short = any(1 in leaf.shape for leaf in leaves(value) if leaf.dtype == float)
                if short and any(token in line for token in LENGTHS):
                    return False
                continue
            array = np.asarray(value)
            if array.dtype != float or array.size > 60 or array.size == 0 or array.ndim > 4:
                return False
            if 1 in array.shape and any(token in line for token in LENGTHS):
                return False
            if not np.all(np.isfinite(array)) or np.max(np.abs(array)) > 30:
                return False
        for name in bound:
            if isinstance(scope[name], (float, np.ndarray, np.generic)):
                self.define(name, scope[name])
            else:
                self.env[name] = scope[name]
        self.lines.append(line)
        return True

    def operand(self):
        recent = self.names[-4:]
        return self.pick(recent if self.rng.random() < 0.6 else self.names)

    def nested(self, depth=1):
        """A variable, or a small expression."""
        if depth == 0 or self.rng.random() < 0.7:
            return self.operand()
        return f"({self.expression(depth - 1)})"

    def expression(self, depth=1):
        a, b, c = (self.nested(depth) for _ in range(3))
        kind = self.rng.random()
        if kind < 0.3:
            return self.pick(UNARY).format(a=a, b=b)
        if kind < 0.65:
            return self.pick(BINARY).format(a=a, b=b, c=c)
        if kind < 0.8:
            return self.reduction(a)
        return self.pick(SHAPE).format(a=a)

    def reduction(self, a):
        fn = self.pick(REDUCE)
        axis = self.pick(["", "axis=0", "axis=-1", "axis=1", "axis=(0, 1)", "axis=None"])
        keep = self.pick(["", "", "keepdims=True"]) if fn != "np.cumsum" else ""
        try:
            rank = np.ndim(eval(a, dict(self.env)))
        except Exception:
            rank = 0
        words = [w for w in (axis if rank else "", keep) if w]
        if self.rng.random() < 0.3:
            return f"({a}).{fn[3:]}({', '.join(words)})"
        return f"{fn}({', '.join([a, *words])})"

    def statement(self):
        name = f"v{len(self.lines)}" if self.rng.random() < 0.8 else self.operand()
        a, b = self.operand(), self.operand()
        kind = self.rng.random()
        if kind < 0.78:
            return f"{name} = {self.expression()}"
        return self.pick([
            f"{name} = {a} * 1.5\n{name} += {self.expression()}",
            f"{name} = {self.expression()} * 2.0\n{name} *= {b}",
            f"{name}, m = pair({a}, {b})",
            f"t = ({a}, {self.expression()})\n{name} = t[0] * t[1]",
            f"d = {{'k': {a}, 'l': {self.expression()}}}\n{name} = d['l'] - d['k']",
            f"def g(s):\n    return s * {a} + {self.expression()}\n{name} = g({b})",
            f"g = lambda s, r=2.0: r * s * {a}\n{name} = g({b}) + g({a}, r={b})",
            f"{name} = (z := {self.expression()}) + z * {a}",
            f"assert np.all(np.isfinite({a})), 'not finite'\n{name} = {self.expression()}",
            f"if np.sum({a}) > 0.2:\n    {name} = {b} * 2.0\nelse:\n    {name} = {b} * {b}",
            f"first, *others = [{a}, {b}, {self.expression()}]\n{name} = first + others[-1]",
            f"n = np.size({a})\n{name} = {self.expression()} / n",
            f"{name} = np.where(({a} > 0.0) & ({b} < 1.0), {self.expression()}, {a})",
        ])  # fmt: skip
