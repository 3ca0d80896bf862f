"""Random programs that write, share and carry buffers, and a machine that writes in place.

`evaluate` makes a new value for every write; `run_in_place` runs the same IR as it is printed: a
write changes the object. A program that `own_buffers` has seen gives the same in both.
"""

from __future__ import annotations

import inspect
import operator
import random
from typing import Any

import numpy as np

from srctransform.analysis.types import Types, type_of_value
from srctransform.ir import evaluate, prims
from srctransform.ir.nodes import (
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Let,
    Param,
    Stmt,
    Var,
    While,
)  # fmt: skip
from srctransform.ir.types import ANY, Type
from srctransform.ir.walk import definitions
from srctransform.runtime import spread

# ---------------------------------------------------------------- the machine


def run_in_place(function: Function, *args: Any) -> Any:
    """The result of the function, with every write done to the object itself."""
    env: dict[Var, Any] = dict(zip((p.var for p in function.params), args, strict=True))
    return _run(function.block, (), env)[0]


def _put(buffer: Any, value: Any, *path: Any) -> Any:
    inner = buffer
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return buffer


def _add(buffer: Any, value: Any, *path: Any) -> Any:
    inner = buffer
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = operator.iadd(inner[path[-1]], value)
    return buffer


def _add_at(buffer: Any, value: Any, index: Any) -> Any:
    np.add.at(buffer, index, value)
    return buffer


def _append(items: list[Any], item: Any) -> list[Any]:
    items.append(item)
    return items


def _spread(g: Any, z: Any) -> Any:
    return np.full(np.shape(z), g) if np.ndim(g) == 0 else spread(g, z)


IN_PLACE: dict[Any, Any] = {
    prims.store: _put, prims.accumulate: _add, prims.accumulate_at: _add_at,
    prims.append: _append, spread: _spread,
}  # fmt: skip


def _run(block: Block, args: tuple[Any, ...], env: dict[Var, Any]) -> tuple[Any, ...]:
    def value(a: Atom) -> Any:
        return a.value if isinstance(a, Const) else env[a]

    def one_round(stmt: For | While, given: tuple[Any, ...]) -> tuple[tuple[Any, ...], bool]:
        results = _run(stmt.body, given, env)
        return (results[:-1], bool(results[-1])) if stmt.stops else (results, False)

    env.update(zip(block.params, args, strict=True))
    for stmt in block.body:
        match stmt:
            case Let():
                named = {key: value(a) for key, a in stmt.kwargs}
                prim = IN_PLACE.get(stmt.prim, stmt.prim)
                env[stmt.out] = prim(*map(value, stmt.args), **named)
            case If():
                arm = stmt.then if value(stmt.cond) else stmt.orelse
                env.update(zip(stmt.outs, _run(arm, (), env), strict=True))
            case For():
                carried = tuple(map(value, stmt.init))
                for item in value(stmt.iterable):
                    carried, stop = one_round(stmt, (item, *carried))
                    if stop:
                        break
                env.update(zip(stmt.outs, carried, strict=True))
            case While():
                carried = tuple(map(value, stmt.init))
                while _run(stmt.test, carried, env)[0]:
                    carried, stop = one_round(stmt, carried)
                    if stop:
                        break
                env.update(zip(stmt.outs, carried, strict=True))
    return tuple(map(value, block.results))


# ---------------------------------------------------------------- types by running


def observed_types(function: Function, args: tuple[Any, ...], forget: Any = None) -> Types:
    """The types that the values have in one run; `forget(var)` leaves some unknown."""
    seen: dict[Var, Type] = {}

    class Env(dict):
        def __setitem__(self, var: Var, value: Any) -> None:
            super().__setitem__(var, value)
            note(var, value)

        def update(self, pairs: Any) -> None:
            for var, value in pairs:
                self[var] = value

    def note(var: Var, value: Any) -> None:
        kind = type_of_value(value)
        before = seen.get(var, kind)
        if before != kind:
            same = before.kind == kind.kind and before.kind in ("list", "dict", "tuple")
            kind = Type(kind.kind) if same else ANY
        seen[var] = kind

    env = Env()
    env.update(zip((p.var for p in function.params), args, strict=True))
    evaluate._run(function.block, (), env)
    types = Types(definitions(function.block))
    types.update({v: kind for v, kind in seen.items() if forget is None or not forget(v)})
    return types


# ---------------------------------------------------------------- the generator

SIZE = 4
Scope = list[tuple[Var, str]]

#: kinds of values: number, vector, half a vector, matrix, list of vectors, dict, tuple of two
KINDS = "svhmldt"


class Generator:
    """A random program. Reads prefer what is new; older versions are read now and then."""

    def __init__(self, seed: int, size: int = 14, depth: int = 3) -> None:
        self.random = random.Random(seed)
        self.depth = depth
        self.budget = size
        self.stmts: list[Stmt] = []
        self.scope: Scope = []
        self.stacks: list[tuple[Var, int]] = []  # at the top level, and how often it was pushed to
        self.age = self.random.choice([0.0, 0.1, 0.3, 0.6])

    def function(self) -> Function:
        kinds = "vvms" + self.random.choice("vld")
        params = [Var(kind) for kind in kinds]
        self.scope = list(zip(params, kinds, strict=True))
        self.fresh_buffers()
        self.steps(self.budget, 0)
        for stack, count in self.stacks:
            self.pops(stack, count)
        wanted = [self.pick(k) for k in self.random.choices(KINDS, k=4)]
        wanted += [v for v, _ in self.scope[-3:]]
        result = self.let("t", prims.make_tuple, *wanted)
        plain = inspect.Parameter.POSITIONAL_OR_KEYWORD
        named = tuple(Param(v, f"{v.hint}{k}", plain) for k, v in enumerate(params))
        return Function("program", named, Block((), tuple(self.stmts), (result,)))

    def fresh_buffers(self) -> None:
        self.let("v", np.zeros, Const(SIZE))
        self.let("v", operator.mul, Const(2.0), self.scope[0][0])
        self.let("l", prims.make_list, self.pick("v"))

    def let(self, kind: str, prim: Any, *args: Atom, **kwargs: Atom) -> Var:
        out = Var(kind)
        self.stmts.append(Let(out, prim, args, tuple(kwargs.items())))
        self.scope.append((out, kind))
        return out

    def pick(self, kind: str) -> Var:
        """A value of this kind: mostly one of the newest."""
        found = [v for v, k in self.scope if k == kind]
        if not found:
            return self.make(kind)
        if self.random.random() < self.age:
            return self.random.choice(found)
        return self.random.choice(found[-2:])

    def make(self, kind: str) -> Var:
        """A value of a kind that nobody made yet."""
        match kind:
            case "s":
                return self.let("s", np.sum, self.pick("v"))
            case "v":
                return self.let("v", np.zeros, Const(SIZE))
            case "h":
                return self.let("h", operator.getitem, self.pick("v"), Const(slice(1, 3)))
            case "m":
                return self.let("m", np.zeros, Const((SIZE, SIZE)))
            case "l":
                return self.let("l", prims.make_list, self.pick("v"))
            case "d":
                keys = Const(("p", "q"))
                return self.let("d", prims.make_dict, keys, self.pick("v"), self.pick("v"))
            case _:
                return self.let("t", prims.make_tuple, self.pick("v"), self.pick("v"))

    # ------------------------------------------------------------ statements

    def steps(self, count: int, level: int) -> None:
        for _ in range(count):
            self.step(level)

    def step(self, level: int) -> None:
        r = self.random.random()
        if r < 0.34:
            self.write()
        elif r < 0.52:
            self.view()
        elif r < 0.66:
            self.compute()
        elif r < 0.78:
            self.contain()
        elif level < self.depth and self.budget > 0:
            self.budget -= 3
            self.random.choice([self.branch, self.loop, self.loop, self.while_loop])(level)
        else:
            self.write()
        if level == 0 and self.random.random() < 0.06:
            self.pushes()

    def compute(self) -> None:
        c = self.random
        match c.randrange(6):
            case 0:
                self.let("v", operator.add, self.pick("v"), self.pick("v"))
            case 1:
                self.let("v", operator.mul, Const(0.5), self.pick("v"))
            case 2:
                self.let("v", np.concatenate, self.halves())
            case 3:
                self.let("s", np.sum, self.pick(c.choice("vhm")))
            case 4:
                self.let("v", np.copy, self.pick("v"))
            case 5:
                self.let("v", spread, Const(1.5), self.pick("v"))

    def halves(self) -> Var:
        out = Var("halves")
        self.stmts.append(Let(out, prims.make_tuple, (self.pick("h"), self.pick("h"))))
        return out

    def view(self) -> None:
        c, get = self.random, operator.getitem
        match c.randrange(13):
            case 0:
                self.let("h", get, self.pick("v"), Const(slice(1, 3)))
            case 1:
                self.let("h", get, self.pick("v"), Const(slice(None, 2)))
            case 2:
                self.let("v", get, self.pick("v"), Const(slice(None, None, -1)))
            case 3:
                self.let("v", np.reshape, self.pick("v"), Const((SIZE,)))
            case 4:
                self.let("v", get, self.pick("m"), Const(c.randrange(SIZE)))
            case 5:
                self.let("m", np.transpose, self.pick("m"))
            case 6:
                self.let("v", np.diagonal, self.pick("m"))
            case 7:
                self.let("v", prims.first_of, self.pick("v"))
            case 8:
                self.let("s", get, self.pick("v"), Const(c.randrange(SIZE)))
            case 9:
                self.let("h", get, self.pick("v"), Const(np.array([0, 3])))
            case 10:
                self.let("m", np.broadcast_to, self.pick("v"), Const((SIZE, SIZE)))
            case 11:
                self.let("h", get, self.pick("m"), Const((1, slice(1, 3))))
            case 12:
                self.let("v", np.asarray, self.pick("v"))

    def write(self) -> None:
        c = self.random
        at = Const(c.randrange(SIZE))
        match c.randrange(14):
            case 0 | 1:
                self.let("v", prims.store, self.pick("v"), self.pick("s"), at)
            case 2:
                self.let("v", prims.store, self.pick("v"), self.pick("h"), Const(slice(1, 3)))
            case 3:
                self.let("v", prims.store, self.pick("v"), Const(0.25), Const(slice(None, 2)))
            case 4 | 5:
                self.let("v", prims.accumulate, self.pick("v"), self.pick("v"), Const(slice(None)))
            case 6:
                self.let("v", prims.accumulate, self.pick("v"), self.pick("h"), Const(slice(2, 4)))
            case 7:
                index = Const(np.array([1, 1]))
                self.let("v", prims.accumulate_at, self.pick("v"), self.pick("h"), index)
            case 8:
                self.let("m", prims.store, self.pick("m"), self.pick("v"), at)
            case 9:
                self.let("m", prims.store, self.pick("m"), self.pick("s"), at, Const(1))
            case 10:
                self.let("l", prims.store, self.pick("l"), self.pick("s"), Const(0), at)
            case 11:
                self.let("l", prims.accumulate, self.pick("l"), self.pick("v"), Const(0))
            case 12:
                key = Const(c.choice("pq"))
                self.let("d", prims.store, self.pick("d"), self.pick("s"), key, at)
            case 13:
                key = Const(c.choice("pq"))
                self.let("d", prims.accumulate, self.pick("d"), self.pick("v"), key)

    def contain(self) -> None:
        c, get = self.random, operator.getitem
        match c.randrange(12):
            case 0:
                self.let("l", prims.make_list, self.pick("v"), self.pick("v"))
            case 1 | 2:
                self.let("l", prims.append, self.pick("l"), self.pick("v"))
            case 3:
                self.let("l", prims.store, self.pick("l"), self.pick("v"), Const(0))
            case 4:
                self.let("v", get, self.pick("l"), Const(c.choice([0, -1])))
            case 5:
                keys = Const(("p", "q"))
                self.let("d", prims.make_dict, keys, self.pick("v"), self.pick("v"))
            case 6:
                self.let("d", prims.store, self.pick("d"), self.pick("v"), Const(c.choice("pq")))
            case 7:
                self.let("v", get, self.pick("d"), Const(c.choice("pq")))
            case 8:
                self.let("t", prims.make_tuple, self.pick("v"), self.pick("v"))
            case 9:
                self.let("v", get, self.pick("t"), Const(c.randrange(2)))
            case 10:
                self.let("l", operator.add, self.pick("l"), self.pick("l"))
            case 11:
                self.let("l", get, self.pick("l"), Const(slice(None, 3)))

    # ------------------------------------------------------------ blocks

    def nested(self, level: int, params: Scope, before: Any = None) -> Any:
        """The statements of an inner block, and a way to pick what it yields."""
        outer, scope = self.stmts, self.scope
        self.stmts, self.scope = [], [*scope, *params]
        if before is not None:
            before()
        self.steps(self.random.randrange(1, 5), level + 1)
        return outer, scope

    def close(self, saved: Any, params: tuple[Var, ...], results: list[Atom]) -> Block:
        made = Block(params, tuple(self.stmts), tuple(results))
        self.stmts, self.scope = saved
        return made

    def yielded(self, kinds: str, params: Scope) -> list[Atom]:
        """What a block yields: new values, the values that came in, swapped ones."""
        own = [v for v, _ in params]
        out: list[Atom] = []
        for kind in kinds:
            same = [v for v, k in params if k == kind and v in own]
            keep = bool(same) and self.random.random() < 0.3
            out.append(self.random.choice(same) if keep else self.pick(kind))
        return out

    def kinds(self) -> str:
        return "".join(self.random.choices("vvvvmlldts", k=self.random.randrange(1, 4)))

    def condition(self, level: int) -> Var:
        return self.let("b", operator.gt, self.pick("s"), Const(self.random.choice([0.0, 3.0])))

    def branch(self, level: int) -> None:
        cond, kinds = self.condition(level), self.kinds()
        arms = []
        for _ in range(2):
            saved = self.nested(level, [])
            arms.append(self.close(saved, (), self.yielded(kinds, [])))
        outs = tuple(Var(k) for k in kinds)
        self.stmts.append(If(cond, arms[0], arms[1], outs))
        self.scope += zip(outs, kinds, strict=True)

    def carry(self) -> tuple[str, list[Var], Scope]:
        kinds = self.kinds()
        init = [self.pick(k) for k in kinds]
        return kinds, init, [(Var(k), k) for k in kinds]

    def loop(self, level: int, push: Var | None = None, count: int = 0) -> None:
        kinds, init, params = self.carry()
        over = self.random.random()
        item = (Var("i"), "i")
        if over < 0.24 and not push:
            kind = "m" if over < 0.12 else "l"
            iterable, item = self.pick(kind), (Var("row"), "v")
            if self.random.random() < 0.5:  # what is looped over is written
                kinds += kind
                init.append(iterable)
                params.append((Var(kind), kind))
        else:
            iterable = self.let("r", range, Const(count or self.random.randrange(4)))
        saved = self.nested(level, [item, *params])
        if push is not None:
            self.push(push, level)
        results = self.yielded(kinds, params)
        stops = push is None and self.random.random() < 0.2
        if stops:
            results.append(self.condition(level))
        body = self.close(saved, (item[0], *(v for v, _ in params)), results)
        outs = tuple(Var(k) for k in kinds)
        self.stmts.append(For(iterable, tuple(init), body, outs, stops=stops))
        self.scope += zip(outs, kinds, strict=True)

    def while_loop(self, level: int) -> None:
        kinds, init, params = self.carry()
        count, more = Var("k"), Var("k")
        test_params = [(Var(k), k) for k in kinds]
        test_count = Var("k")
        saved = self.nested(level, test_params) if self.random.random() < 0.4 else None
        if saved is None:
            saved, self.stmts = (self.stmts, self.scope), []
        limit = Const(self.random.randrange(4))
        go_on = Var("more")
        self.stmts.append(Let(go_on, operator.lt, (test_count, limit)))
        test = self.close(saved, (*(v for v, _ in test_params), test_count), [go_on])
        saved = self.nested(level, params)
        self.stmts.append(Let(more, operator.add, (count, Const(1))))
        results = [*self.yielded(kinds, params), more]
        body = self.close(saved, (*(v for v, _ in params), count), results)
        outs = (*(Var(k) for k in kinds), Var("k"))
        self.stmts.append(While((*init, Const(0)), test, body, outs))
        self.scope += zip(outs[:-1], kinds, strict=True)

    # ------------------------------------------------------------ stacks

    def pushes(self) -> None:
        """A loop that records something in each round, or two loops in each other."""
        stack = Var("stack")
        self.stmts.append(Let(stack, prims.new_stack))
        count = self.random.randrange(1, 4)
        if self.random.random() < 0.3:
            rounds = self.let("r", range, Const(2))
            carried, item = Var("v"), Var("i")
            start = self.pick("v")
            saved = self.nested(1, [(carried, "v")])
            self.loop(2, stack, count)
            self.steps(1, 2)
            body = self.close(saved, (item, carried), [self.pick("v")])
            out = Var("v")
            self.stmts.append(For(rounds, (start,), body, (out,)))
            self.scope.append((out, "v"))
            count *= 2
        else:
            self.loop(1, stack, count)
        self.stacks.append((stack, count))

    def push(self, stack: Var, level: int) -> None:
        """Record a value anywhere behind it, or another one in each arm of a branch."""
        if self.random.random() < 0.3:
            cond, arms = self.condition(level), []
            for _ in range(2):
                saved = self.nested(level, [])
                what = self.pick(self.random.choice("vvhl"))
                self.stmts.append(Let(Var(), prims.push, (stack, what)))
                self.steps(self.random.randrange(2), self.depth)
                arms.append(self.close(saved, (), []))
            self.stmts.append(If(cond, arms[0], arms[1], ()))
            self.steps(1, self.depth)
            return
        what = self.pick(self.random.choice("vvhl"))
        behind = [k for k, s in enumerate(self.stmts) if what in _defined(s)]
        first = behind[0] + 1 if behind else 0
        at = self.random.randrange(first, len(self.stmts) + 1)
        self.stmts.insert(at, Let(Var(), prims.push, (stack, what)))

    def pops(self, stack: Var, count: int) -> None:
        """A loop that reads the records, the last one first, and writes between."""
        rounds = self.let("r", range, Const(count))
        carried, item = Var("v"), Var("i")
        saved = self.nested(1, [(carried, "v")])
        value = Var("popped")
        self.stmts.insert(
            self.random.randrange(len(self.stmts) + 1), Let(value, prims.pop, (stack,))
        )
        kept = self.pick("v")
        total, entry = Var("s"), Var("l")
        self.stmts.append(Let(entry, prims.make_list, (value, carried)))
        self.stmts.append(Let(total, weight, (entry,)))
        changed = Var("v")
        self.stmts.append(Let(changed, prims.store, (kept, total, Const(1))))
        body = self.close(saved, (item, carried), [changed])
        out = Var("v")
        self.stmts.append(For(rounds, (self.pick("v"),), body, (out,)))
        self.scope.append((out, "v"))


def weight(value: Any) -> float:
    """A number that depends on every entry of a value."""
    if isinstance(value, list):
        return sum((k + 1) * weight(item) for k, item in enumerate(value))
    array = np.ravel(value)
    return float(np.sum(array * np.arange(1.0, array.size + 1.0)))


def _defined(stmt: Stmt) -> tuple[Var, ...]:
    return (stmt.out,) if isinstance(stmt, Let) else stmt.outs


def arguments(function: Function, seed: int) -> tuple[Any, ...]:
    """Arguments for a random program."""
    rng = np.random.default_rng(seed)

    def vector() -> Any:
        return rng.integers(-4, 5, SIZE).astype(float)

    def value(kind: str) -> Any:
        match kind:
            case "v":
                return vector()
            case "m":
                return rng.integers(-4, 5, (SIZE, SIZE)).astype(float)
            case "s":
                return float(rng.integers(-3, 4))
            case "l":
                return [vector(), vector()]
            case _:
                return {"p": vector(), "q": vector()}

    return tuple(value(p.var.hint) for p in function.params)
