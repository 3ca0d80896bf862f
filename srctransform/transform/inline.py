"""Splice called functions in, and decide before the program runs what can be decided.

    f(x)                         f(x)
      y = call <layer> W x   →     t = matmul W x
      return y                     y = tanh t
                                   return y

One engine serves the user's program and the rules. It follows what callees are (functions,
closures, methods, partials, decorated functions), projects containers whose structure is known,
and takes the one arm of an `if` that a static condition leaves. For rules it also computes with
constants (`fold`), so that `axis is None` or `x.ndim == 2` cost nothing in the printed code.
"""

from __future__ import annotations

import functools
import inspect
import operator
import types as pytypes
from collections.abc import Callable
from dataclasses import is_dataclass, replace
from typing import Any

import numpy as np

from ..analysis.activity import INERT
from ..analysis.types import Types
from ..errors import SourceError, Span, UnsupportedError
from ..frontend.lower import is_static, lower
from ..frontend.read import is_derivative
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, Function, If, Let, Param, Var, While
from ..ir.types import ANY, COMPLEX
from ..rules.registry import STATIC, rule_of
from ..runtime import known

#: more statements than this are not a program but an explosion of calls
LIMIT = 400_000

#: questions that types answer
FACTS = frozenset({
    np.ndim, np.shape, np.iscomplexobj, len, isinstance, type, operator.is_, operator.is_not,
})  # fmt: skip

#: functions that are computed before the program runs when all arguments are known then
FOLDABLE = frozenset({
    *prims.BINARY.values(), *prims.UNARY.values(), *prims.COMPARE.values(),
    operator.getitem, len, range, tuple, list, isinstance, abs, min, max, sorted, sum, int, float,
    str, bool, slice, callable, operator.index, reversed,
}) - {operator.matmul}  # fmt: skip

REFUSED_CALLS = {
    eval: "`eval` runs code that cannot be read", exec: "`exec` runs code that cannot be read",
    globals: "`globals` is not supported", locals: "`locals` is not supported",
    vars: "`vars` is not supported", setattr: "`setattr` is not supported",
    delattr: "`delattr` is not supported", super: "`super` is not supported yet",
} | {
    writer: f"np.{writer.__name__} writes into an array, which is not supported"
    for writer in (np.put, np.put_along_axis, np.place, np.putmask, np.copyto, np.fill_diagonal,
                   np.random.shuffle)
} | {
    ufunc.at: f"np.{ufunc.__name__}.at writes into an array, which is not supported"
    for ufunc in vars(np).values() if isinstance(ufunc, np.ufunc)
}  # fmt: skip


class Inliner:
    """Copies blocks into a builder. `stack` holds the functions that are being spliced in."""

    def __init__(self, builder: Builder, types: Types, fold: bool = False) -> None:
        self.builder = builder
        self.types = types
        self.fold = fold
        self.stack: list[Any] = []
        self.lowered: dict[Any, Function] = {}
        self.memo: dict[tuple[Any, ...], Var] = {}

    # ------------------------------------------------------------ functions

    def function(self, fn: Function) -> Function:
        """The function with everything spliced in; its parameters stay."""
        env: dict[Var, Atom] = {p.var: p.var for p in fn.params}
        if fn.span is not None:  # read from source, and not a wrapper around the call of it
            self.stack.append(fn.origin)
        results = self.block(fn.block, env)
        return replace(fn, block=self.builder.block(*results))

    def splice(self, fn: Function, args: list[Atom], out: Var | None = None) -> Atom:
        """The result of a function for these arguments (captures first), spliced in here."""
        if len(self.builder.defs) > LIMIT:
            raise UnsupportedError(
                f"the program has more than {LIMIT} statements once its calls are spliced in", fn.span
            )
        variables = fn.captures + tuple(p.var for p in fn.params)
        env: dict[Var, Atom] = dict(zip(variables, args, strict=True))
        result = fn.block.results[0]
        if out is not None and out.hint and isinstance(result, Var) and result not in env:
            named = Var(out.hint, out.role, out.of, out.user)
            return self.block(fn.block, env, {result: named})[0]
        return self.block(fn.block, env)[0]

    def block(
        self, block: Block, env: dict[Var, Atom], names: dict[Var, Var] | None = None
    ) -> tuple[Atom, ...]:
        """Copy the statements of a block; `env` says what its variables have become."""
        names = names or {}
        for stmt in block.body:
            match stmt:
                case Let():
                    new = Let(
                        names.get(stmt.out) or _copy(stmt.out),
                        stmt.prim,
                        tuple(_read(a, env) for a in stmt.args),
                        tuple((key, _read(a, env)) for key, a in stmt.kwargs),
                        self.place(stmt),
                        stmt.spelling,
                    )
                    env[stmt.out] = self.let(new)
                case If():
                    self.branch(stmt, env, names)
                case For() | While():
                    raise UnsupportedError("loops are not supported yet", stmt.span)
        return tuple(_read(a, env) for a in block.results)

    def branch(self, stmt: If, env: dict[Var, Atom], names: dict[Var, Var]) -> None:
        cond = _read(stmt.cond, env)
        decided, value = self.static(cond)
        if decided:
            taken = stmt.then if value else stmt.orelse
            inner = {a: names[o] for o, a in zip(stmt.outs, taken.results, strict=True)
                     if o in names and isinstance(a, Var) and a not in env}  # fmt: skip
            results = self.block(taken, env, inner)
            env.update(zip(stmt.outs, results, strict=True))
            return
        outs = tuple(names.get(o) or _copy(o) for o in stmt.outs)
        self.builder.branch(
            cond,
            lambda: self.block(stmt.then, env),
            lambda: self.block(stmt.orelse, env),
            outs,
            self.place(stmt),
        )
        env.update(zip(stmt.outs, outs, strict=True))

    def place(self, stmt: Let | If) -> Span | None:
        """The user's place: what a rule does is done where the user calls the function."""
        own, around = stmt.span, self.builder.span
        return around or own if self.fold else own or around

    # ------------------------------------------------------------ statements

    def let(self, let: Let) -> Atom:
        """Add one statement, or what it comes to."""
        prim = let.prim
        match prim:
            case builtin if builtin is getattr:
                return self.attribute(let)
            case prims.call_method:
                return self.method(let)
            case prims.call:
                kwargs = dict(let.kwargs)
                return self.call(let.args[0], list(let.args[1:]), kwargs, let)
            case prims.apply:
                return self.starred_call(let)
            case prims.map_list | prims.only_if:
                return self.comprehension(let)
            case prims.unpack | prims.unpack_starred:
                return self.unpack(let)
        if prim is known:
            return Const(all(self.decided(a) for a in let.args))
        if prim in (prims.closure, prims.first_of, prims.global_ref):
            return self.builder.add_let(let)
        simple = self.structure(let)
        if simple is not None:
            return simple
        if (self.fold or prim in STATIC) and (prim in FOLDABLE or prim in STATIC):
            values = [self.static(a) for a in let.args]
            named = {key: self.static(a) for key, a in let.kwargs}
            if all(ok for ok, _ in [*values, *named.values()]):
                return self.computed_now(let, [v for _, v in values], {k: v for k, (_, v) in named.items()})
        if self.is_primitive(prim):
            return self.builder.add_let(let)
        return self.call(Const(prim, let.spelling), list(let.args), dict(let.kwargs), let)

    def computed_now(self, let: Let, args: list[Any], kwargs: dict[str, Any]) -> Const:
        """The value of a call with constants; a refusal by it gets the user's place."""
        try:
            return Const(let.prim(*args, **kwargs))
        except UnsupportedError as error:
            first = error.problems[0]
            if first.span is not None:
                raise
            raise UnsupportedError(replace(first, span=self.builder.span or let.span)) from None

    def is_primitive(self, prim: Any) -> bool:
        return rule_of(prim) is not None or getattr(prim, "__module__", "") == prims.__name__

    def static(self, atom: Atom) -> tuple[bool, Any]:
        """(True, value) where the value is known before the program runs."""
        if isinstance(atom, Const):
            return True, atom.value
        stmt = self.builder.defs.get(atom)
        if isinstance(stmt, Let):
            if stmt.prim is prims.first_of:
                return self.static(stmt.args[0])
            if stmt.prim is operator.neg:
                ok, value = self.static(stmt.args[0])
                return (True, -value) if isinstance(value, int | float) else (False, None)
            if stmt.prim in (prims.make_tuple, prims.make_list):
                items = [self.static(a) for a in stmt.args]
                if all(ok for ok, _ in items):
                    kind = tuple if stmt.prim is prims.make_tuple else list
                    return True, kind(v for _, v in items)
        return False, None

    def decided(self, atom: Atom) -> bool:
        return self.static(atom)[0]

    def defined_by(self, atom: Atom, *candidates: Any) -> Let | None:
        """The statement that defines the atom, if it is one of these primitives."""
        stmt = self.builder.defs.get(atom) if isinstance(atom, Var) else None
        return stmt if isinstance(stmt, Let) and stmt.prim in candidates else None

    # ------------------------------------------------------------ containers

    def items(self, atom: Atom) -> list[Atom] | None:
        """The items of a tuple, list or other iterable whose structure is known."""
        made = self.defined_by(atom, prims.make_tuple, prims.make_list)
        if made is not None:
            return list(made.args)
        made = self.defined_by(atom, prims.make_dict)
        if made is not None:
            return [Const(key) for key in self.static(made.args[0])[1]]
        ok, value = self.static(atom)
        if ok and isinstance(value, tuple | list | range | dict | zip | enumerate):
            return [Const(v) for v in value]
        kind = self.types.of(atom)
        if kind.closed and kind.kind in ("tuple", "list"):
            return [self.project(atom, key) for key, _ in kind.items]
        if kind.closed and kind.kind == "dict":
            return [Const(key) for key, _ in kind.items]
        if kind.closed and kind.cls is not None and hasattr(kind.cls, "_fields"):
            return [self.get(atom, name) for name, _ in kind.items]
        return None

    def project(self, base: Atom, key: Any, like: Let | None = None) -> Atom:
        """base[key], read out of the statement that made base if there is one."""
        if like is not None:
            return self.let(replace(like, prim=operator.getitem, args=(base, Const(key))))
        return self.let(Let(Var(), operator.getitem, (base, Const(key)), span=self.builder.span))

    def get(self, base: Atom, name: str) -> Atom:
        return self.let(Let(Var(), getattr, (base, Const(name)), spelling="." + name))

    def structure(self, let: Let) -> Atom | None:
        """What a statement comes to by the structure of its operands alone."""
        prim, args = let.prim, let.args
        if prim is operator.getitem:
            return self.get_item(*args)
        if prim is operator.add and all(self.defined_by(a, prims.make_list) for a in args):
            parts = [item for a in args for item in self.items(a) or []]
            return self.builder.let(prims.make_list, *parts, out=let.out)
        if prim in FACTS:
            return self.fact(let)
        if prim in (tuple, list, prims.concat_args) and all(self.items(a) is not None for a in args):
            make = prims.make_list if prim is list else prims.make_tuple
            parts = [item for a in args for item in self.items(a) or []]
            return self.builder.let(make, *parts, out=let.out)
        if prim in (prims.merge_kwargs, dict):
            return self.merge_dicts(let)
        if prim in (zip, enumerate, reversed):
            return self.iterator(let)
        if prim is map and len(args) == 2:
            return self.let(replace(let, prim=prims.map_list))
        if prim is sum and self.items(args[0]) is not None and not let.kwargs:
            total: Atom = args[1] if len(args) > 1 else Const(0)
            for item in self.items(args[0]) or []:
                zero = isinstance(total, Const) and total.value == 0 and type(total.value) is int
                total = item if zero else self.let(Let(Var(), operator.add, (total, item), span=let.span))
            return total
        if prim in (min, max) and len(args) == 1 and not let.kwargs:
            items = self.items(args[0])
            return self.let(replace(let, args=tuple(items))) if items else None
        if prim in (min, max) and len(args) > 2 and not let.kwargs:
            rest = self.let(replace(let, out=Var(), args=args[1:]))
            return self.let(replace(let, args=(args[0], rest)))
        if prim is functools.reduce:
            return self.reduce(let)
        return None

    def get_item(self, base: Atom, index: Atom) -> Atom | None:
        ok, key = self.static(index)
        if not ok:
            return None
        made = self.defined_by(base, prims.make_dict)
        if made is not None:
            keys = list(self.static(made.args[0])[1])
            return made.args[1 + keys.index(key)] if key in keys else None
        if self.defined_by(base, prims.make_tuple, prims.make_list) or (
            isinstance(base, Const) and isinstance(base.value, tuple | list)
        ):
            items = self.items(base)
            assert items is not None
            if isinstance(key, slice):
                make = prims.make_list if self.defined_by(base, prims.make_list) else prims.make_tuple
                return self.builder.let(make, *items[key])
            if isinstance(key, int) and -len(items) <= key < len(items):
                return items[key]
        kind = self.types.of(base)
        if kind.cls is not None and hasattr(kind.cls, "_fields") and isinstance(key, int):
            return self.get(base, kind.cls._fields[key])
        made = self.defined_by(base, np.shape)
        if made is not None and isinstance(key, int):
            dims = self.types.of(made.args[0]).shape
            if isinstance(dims, tuple) and -len(dims) <= key < len(dims) and dims[key] == 1:
                return Const(1) if self.fold else None
        return None

    def fact(self, let: Let) -> Atom | None:
        """len, ndim, isinstance and `is None`, where the type decides them."""
        first = let.args[0]
        kind = self.types.of(first)
        if let.prim is len:
            items = self.items(first)
            return Const(len(items)) if items is not None else None
        if let.prim is np.ndim and self.fold:
            return Const(kind.rank) if kind.kind == "num" and kind.rank is not None else None
        if let.prim is np.iscomplexobj and self.fold and kind.kind == "num":
            certain = COMPLEX in kind.sources or kind.dtype == "complex"
            return Const(certain) if certain or not kind.sources else None
        if let.prim is np.shape and self.fold and kind.shape == ():
            return Const(())
        if let.prim in (operator.is_, operator.is_not) and len(let.args) == 2:
            other = let.args[1]
            if isinstance(other, Const) and other.value is None and not self.decided(first):
                if kind.kind == "none":
                    return Const(let.prim is operator.is_)
                known_kind = kind.kind not in ("any", "none") or self.computed(first)
                return Const(let.prim is operator.is_not) if known_kind else None
            values = [self.static(a) for a in let.args]
            if all(ok for ok, _ in values):
                return Const(let.prim(*(v for _, v in values)))
        if let.prim is isinstance and isinstance(let.args[1], Const):
            cls = kind.cls if kind.container or kind.kind == "object" else None
            if cls is not None:
                return Const(issubclass(cls, let.args[1].value))
            ok, value = self.static(first)
            return Const(isinstance(value, let.args[1].value)) if ok else None
        if let.prim is type and kind.cls is not None:
            return Const(kind.cls)
        return None

    def computed(self, atom: Atom) -> bool:
        """Is it the result of a primitive with a derivative, and so no None?"""
        stmt = self.builder.defs.get(atom) if isinstance(atom, Var) else None
        rule = rule_of(stmt.prim) if isinstance(stmt, Let) else None
        return rule is not None and rule.differentiable and stmt.prim is not operator.getitem  # type: ignore[union-attr]

    def merge_dicts(self, let: Let) -> Atom | None:
        merged: dict[Any, Atom] = {}
        for part in let.args:
            made = self.defined_by(part, prims.make_dict)
            kind = self.types.of(part)
            if made is not None:
                merged.update(zip(self.static(made.args[0])[1], made.args[1:], strict=True))
            elif kind.kind == "dict" and kind.closed:
                merged.update((key, self.project(part, key)) for key, _ in kind.items)
            elif isinstance(part, Const) and isinstance(part.value, dict):
                merged.update((key, Const(value)) for key, value in part.value.items())
            else:
                return None
        merged.update(let.kwargs)
        return self.builder.let(prims.make_dict, Const(tuple(merged)), *merged.values(), out=let.out)

    def iterator(self, let: Let) -> Atom | None:
        """zip, enumerate and reversed of known structure, as tuples."""
        columns = [self.items(a) for a in let.args]
        if let.prim is enumerate:
            start = self.static(dict(let.kwargs).get("start", Const(0)))[1]
            columns = [columns[0]]
            if columns[0] is not None:
                columns.insert(0, [Const(start + k) for k in range(len(columns[0]))])
        if any(c is None for c in columns):
            return None
        lists = [c for c in columns if c is not None]
        if let.prim is reversed:
            return self.builder.let(prims.make_tuple, *reversed(lists[0]))
        rows = [self.builder.let(prims.make_tuple, *row) for row in zip(*lists, strict=False)]
        return self.builder.let(prims.make_tuple, *rows)

    def unpack(self, let: Let) -> Atom:
        items = self.items(let.args[0])
        if items is None:
            return self.unpack_unknown(let)
        if let.prim is prims.unpack:
            count = self.static(let.args[1])[1]
            if count != len(items):
                raise UnsupportedError(f"{len(items)} values where {count} are unpacked", let.span)
            return self.builder.let(prims.make_tuple, *items)
        before, after = (self.static(a)[1] for a in let.args[1:])
        stop = len(items) - after
        if stop < before:
            raise UnsupportedError(
                f"{len(items)} values where at least {before + after} are unpacked", let.span
            )
        middle = self.builder.let(prims.make_list, *items[before:stop])
        return self.builder.let(prims.make_tuple, *items[:before], middle, *items[stop:])

    def unpack_unknown(self, let: Let) -> Atom:
        """`a, b = x` of a value whose structure is not known reads x[0] and x[1]."""
        base = let.args[0]
        if let.prim is prims.unpack:
            count = self.static(let.args[1])[1]
            parts = [self.project(base, k) for k in range(count)]
        else:
            before, after = (self.static(a)[1] for a in let.args[1:])
            middle = slice(before, -after if after else None)
            keys = [*range(before), middle, *range(-after, 0)]
            parts = [self.project(base, key) for key in keys]
        return self.builder.let(prims.make_tuple, *parts)

    def comprehension(self, let: Let) -> Atom:
        fn, iterable = let.args
        items = self.items(iterable)
        if items is None:
            raise UnsupportedError(
                "a comprehension over values that are known only as the program runs is not "
                "supported yet",
                let.span,
                "write it with array operations, or give example= if it runs over a container",
            )
        results = [self.call(fn, [item], {}, replace(let, out=Var())) for item in items]
        if let.prim is prims.map_list:
            return self.builder.let(prims.make_list, *results, out=let.out)
        kept = []
        for item, result in zip(items, results, strict=True):
            ok, value = self.static(result)
            if not ok:
                raise UnsupportedError("the condition is known only as the program runs", let.span)
            kept += [item] if value else []
        return self.builder.let(prims.make_list, *kept, out=let.out)

    def reduce(self, let: Let) -> Atom | None:
        items = self.items(let.args[1])
        if items is None:
            return None
        total, *rest = [*let.args[2:], *items]
        for item in rest:
            total = self.call(let.args[0], [total, item], {}, replace(let, out=Var()))
        return total

    # ------------------------------------------------------------ attributes and methods

    def attribute(self, let: Let) -> Atom:
        base, name = let.args[0], self.static(let.args[1])[1]
        if not isinstance(name, str):
            raise UnsupportedError("getattr with a computed name is not supported", let.span)
        alias = self.defined_by(base, prims.first_of)
        made = self.defined_by(alias.args[0] if alias else base, prims.make_record)
        if made is not None:
            fields = self.static(made.args[1])[1]
            if name in fields:
                return made.args[2 + fields.index(name)]
        if isinstance(base, Const):
            value = getattr(base.value, name)
            spelling = f"{base.spelling}.{name}" if base.spelling else ""
            return Const(value, spelling)
        ok, owner = self.owner(base)
        if ok:
            found = inspect.getattr_static(owner, name, None)
            if isinstance(found, property):
                return self.call(Const(found.fget), [base], {}, let)
            live = self.live_value(base)
            if live is not None and is_static(getattr(live[0], name, None)):
                return Const(getattr(live[0], name))
            if isinstance(found, pytypes.FunctionType | classmethod | staticmethod):
                raise UnsupportedError("a method that is not called is not supported", let.span)
        elif name in prims.ATTRIBUTES:
            return self.let(replace(let, prim=prims.ATTRIBUTES[name], args=(base,)))
        elif name == "dtype":
            return self.builder.add_let(replace(let, prim=prims.dtype_of, args=(base,)))
        return self.builder.add_let(let)

    def live_value(self, base: Atom) -> tuple[Any] | None:
        """The object that a global names now; its methods are resolved, its data is read later."""
        ref = self.defined_by(base, prims.global_ref)
        if ref is not None:
            return (self.static(ref.args[0])[1](),)
        get = self.defined_by(base, getattr)
        if get is not None:
            inner = self.live_value(get.args[0])
            if inner is not None:
                return (getattr(inner[0], self.static(get.args[1])[1]),)
        return None

    def owner(self, base: Atom) -> tuple[bool, Any]:
        """(True, class) of an object of the user's, whose attributes are not an array's."""
        kind = self.types.of(base)
        if kind.kind == "object" and kind.cls is not None:
            return True, kind.cls
        live = self.live_value(base)
        if live is not None and not isinstance(live[0], np.ndarray | np.generic | float | int | complex):
            return True, type(live[0])
        return False, None

    def method(self, let: Let) -> Atom:
        base, name = let.args[0], self.static(let.args[1])[1]
        args, kwargs = list(let.args[2:]), dict(let.kwargs)
        if isinstance(base, Const):
            return self.call(self.attribute(replace(let, prim=getattr, args=let.args[:2], kwargs=())),
                             args, kwargs, let)  # fmt: skip
        made = self.defined_by(base, prims.make_dict)
        kind = self.types.of(base)
        if made is not None or (kind.kind == "dict" and kind.closed):
            return self.dict_method(base, name, args, let)
        found, owner = self.owner(base)
        if made is None and self.defined_by(base, prims.make_record):
            found, owner = True, self.types.of(base).cls
        if found and not issubclass(owner, dict | list | tuple) or hasattr(owner, "_fields"):
            return self.object_method(base, owner, name, args, kwargs, let)
        if self.defined_by(base, prims.make_list, prims.make_tuple):
            raise UnsupportedError(f"the list method .{name}() is not supported yet", let.span,
                                   "write the list out: [a, b, c]")  # fmt: skip
        if name in prims.WRITING_METHODS:
            raise UnsupportedError(f".{name}() writes into the array, which is not supported yet",
                                   let.span, "build a new array")  # fmt: skip
        if name in ("keys", "values", "items", "get") and kind.kind == "any":
            raise UnsupportedError(
                f".{name}() needs to know the keys of the dict", let.span, "give example="
            )
        prim = prims.METHODS.get(name)
        if prim is None:
            return self.builder.add_let(let)
        if name in ("reshape", "transpose") and (len(args) > 1 or name == "reshape"):
            args = args if len(args) == 1 else [self.builder.let(prims.make_tuple, *args)]
        if name == "conjugate":
            prim = np.conj
        return self.let(replace(let, prim=prim, args=(base, *args)))

    def dict_method(self, base: Atom, name: str, args: list[Atom], let: Let) -> Atom:
        keys = [self.static(k)[1] for k in self.items(base) or []]
        pairs = {key: self.project(base, key) for key in keys}
        if name == "get" and self.decided(args[0]):
            key = self.static(args[0])[1]
            return pairs.get(key, args[1] if len(args) > 1 else Const(None))
        if name == "keys":
            return Const(tuple(keys))
        if name == "values":
            return self.builder.let(prims.make_tuple, *pairs.values())
        if name == "items":
            rows = [self.builder.let(prims.make_tuple, Const(k), v) for k, v in pairs.items()]
            return self.builder.let(prims.make_tuple, *rows)
        if name == "copy":
            return self.builder.let(prims.make_dict, Const(tuple(keys)), *pairs.values(), out=let.out)
        raise UnsupportedError(f"the dict method .{name}() is not supported yet", let.span)

    def object_method(
        self, base: Atom, owner: type, name: str, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        found = inspect.getattr_static(owner, name, None)
        if isinstance(found, staticmethod):
            return self.call(Const(found.__func__), args, kwargs, let)
        if isinstance(found, classmethod):
            return self.call(Const(found.__func__), [Const(owner), *args], kwargs, let)
        if name == "_replace" and hasattr(owner, "_fields"):
            fields = {n: self.get(base, n) for n in owner._fields} | kwargs
            return self.record(owner, fields, let)
        if found is None or not isinstance(found, pytypes.FunctionType):
            live = self.live_value(base)
            held = getattr(live[0], name, None) if live else None
            if held is not None and is_static(held) and not hasattr(held, "__self__"):
                return self.call(Const(held), args, kwargs, let)
            if found is not None and not callable(found):
                return self.call(self.get(base, name), args, kwargs, let)
            return self.builder.add_let(let)
        return self.call(Const(found), [base, *args], kwargs, let)

    # ------------------------------------------------------------ calls

    def starred_call(self, let: Let) -> Atom:
        callee, args, kwargs = let.args
        items = self.items(args)
        made = self.defined_by(kwargs, prims.make_dict)
        if items is None or made is None:
            raise UnsupportedError(
                "starred arguments whose number is known only as the program runs", let.span
            )
        named = dict(zip(self.static(made.args[0])[1], made.args[1:], strict=True))
        return self.call(callee, items, named, let)

    def call(self, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """Call whatever the callee turns out to be."""
        closure = self.defined_by(callee, prims.closure)
        if closure is not None:
            return self.call_closure(closure, args, kwargs, let)
        ok, value = self.static(callee)
        if not ok:
            live = self.live_value(callee)
            if live is None:
                partial = self.defined_by(callee, functools.partial)
                if partial is not None:
                    first, *bound = partial.args
                    return self.call(first, bound + args, dict(partial.kwargs) | kwargs, let)
                what = _describe(callee)
                raise UnsupportedError(f"it is not known which function {what} is", let.span,
                                       "call a function by name")  # fmt: skip
            method = inspect.getattr_static(type(live[0]), "__call__", None)
            if not isinstance(method, pytypes.FunctionType):
                return self.opaque(callee, args, kwargs, let)
            return self.call(Const(method), [callee, *args], kwargs, let)
        return self.call_value(value, callee, args, kwargs, let)

    def call_value(
        self, fn: Any, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        spelling = callee.spelling if isinstance(callee, Const) else ""
        if fn in REFUSED_CALLS if _hashable(fn) else False:
            raise UnsupportedError(REFUSED_CALLS[fn], let.span)
        if isinstance(fn, Function):
            return self.splice(fn, self.bind(fn, args, kwargs, let), let.out)
        if self.is_primitive(fn) or fn in _STRUCTURAL:
            new = replace(let, prim=fn, args=tuple(args), kwargs=tuple(kwargs.items()))
            if let.prim in (prims.call, prims.apply, prims.call_method):
                new = replace(new, spelling=spelling)
            simple = self.structure(new) if fn not in (getattr,) else self.attribute(new)
            if simple is not None:
                return simple
            if fn is getattr or self.is_primitive(fn):
                return self.let(new) if self.fold and fn in FOLDABLE else self.builder.add_let(new)
            return self.builder.add_let(new)
        if isinstance(fn, functools.partial):
            given = [Const(a) for a in fn.args]
            named = {key: Const(value) for key, value in fn.keywords.items()}
            return self.call(Const(fn.func), [*given, *args], named | kwargs, let)
        if isinstance(fn, pytypes.MethodType):
            bound = self.builder.let(prims.first_of, Const(fn.__self__), hint="self")
            if isinstance(fn.__self__, type):
                bound = Const(fn.__self__)
            return self.call(Const(fn.__func__), [bound, *args], kwargs, let)
        derived = getattr(fn, "__srctransform__", None) if is_derivative(fn) else None
        if derived is not None:
            return self.call(Const(derived.function), args, kwargs, let)
        if getattr(fn, "__srctransform_static__", False):
            return self.transform_call(fn, args, kwargs, let)
        if from_library(fn) and not hasattr(fn, "_fields"):
            return self.opaque(callee, args, kwargs, let)
        for wrapped in ("py_func", "__wrapped__"):
            inner = getattr(fn, wrapped, None)
            if inner is not None and not isinstance(fn, pytypes.FunctionType):
                return self.call(Const(inner), args, kwargs, let)
        if isinstance(fn, pytypes.FunctionType):
            return self.call_function(fn, callee, args, kwargs, let)
        if isinstance(fn, type) and (is_dataclass(fn) or hasattr(fn, "_fields")):
            return self.construct(fn, args, kwargs, let)
        method = inspect.getattr_static(type(fn), "__call__", None)
        if isinstance(method, pytypes.FunctionType) and not isinstance(fn, type):
            return self.call(Const(method), [callee, *args], kwargs, let)
        return self.opaque(callee, args, kwargs, let)

    def opaque(self, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """A call that stays as it is; if its result matters to a derivative it is refused there."""
        if isinstance(callee, Const):
            return self.builder.add_let(
                replace(let, prim=callee.value, args=tuple(args), kwargs=tuple(kwargs.items()))
            )
        new = replace(let, prim=prims.call, args=(callee, *args), kwargs=tuple(kwargs.items()))
        return self.builder.add_let(replace(new, spelling=""))

    def transform_call(
        self, fn: Any, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        """`grad(g)` in the user's function is made now; the call of its result is spliced in."""
        values, named = [], {}
        captured: list[Atom] = []
        for target, atom in [*((None, a) for a in args), *kwargs.items()]:
            ok, value = self.static(atom)
            closure = self.defined_by(atom, prims.closure)
            if closure is not None:
                value = self.static(closure.args[0])[1]
                captured = list(closure.args[1 : 1 + len(value.captures)])
            elif not ok:
                raise UnsupportedError(
                    f"the arguments of {fn.__name__} must be known before the program runs", let.span
                )
            if target is None:
                values.append(value)
            else:
                named[target] = value
        made = Const(fn(*values, **named))
        return self.builder.let(prims.closure, made, *captured) if captured else made

    def call_closure(
        self, closure: Let, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        fn = self.static(closure.args[0])[1]
        captured = list(closure.args[1 : 1 + len(fn.captures)])
        defaults = iter(closure.args[1 + len(fn.captures) :])
        params = tuple(
            replace(p, default=next(defaults)) if isinstance(p.default, Var) else p for p in fn.params
        )
        bound = self.bind(replace(fn, params=params), args, kwargs, let)
        with _Entered(self, fn, let.span):
            return self.splice(fn, captured + bound, let.out)

    def call_function(
        self, fn: Any, callee: Atom, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom:
        spelling = callee.spelling if isinstance(callee, Const) else ""
        if fn not in self.lowered:
            try:
                self.lowered[fn] = lower(fn)
            except SourceError:  # no derivative goes through it, or it is refused for that
                return self.opaque(Const(fn, spelling), args, kwargs, let)
            except UnsupportedError:
                if not all(self.inert(a) for a in [*args, *kwargs.values()]):
                    raise
                return self.opaque(Const(fn, spelling), args, kwargs, let)
        lowered = self.lowered[fn]
        bound = self.bind(lowered, args, kwargs, let)
        with _Entered(self, fn, let.span):
            return self.splice(lowered, bound, let.out)

    def inert(self, atom: Atom) -> bool:
        """Certainly no value to differentiate by: a constant, a global, an int."""
        kind = self.types.of(atom)
        stmt = self.builder.defs.get(atom) if isinstance(atom, Var) else None
        if isinstance(stmt, Let) and stmt.prim in INERT:
            return True
        return isinstance(atom, Const) or kind.kind in ("other", "none") or kind.dtype in ("int", "bool")

    def construct(self, cls: Any, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        plain = "__post_init__" not in vars(cls) and cls.__new__ is object.__new__
        if is_dataclass(cls):
            fields = [f for f in cls.__dataclass_fields__.values() if f.init]
            if not plain or len(fields) != len(cls.__dataclass_fields__):
                raise UnsupportedError(f"{cls.__name__} computes its fields as it is made", let.span)
            defaults = {f.name: f.default for f in fields}
            names = [f.name for f in fields]
        else:
            names, defaults = list(cls._fields), dict(cls._field_defaults)
        values = dict(zip(names, args, strict=False)) | kwargs
        for name in names:
            if name not in values:
                if name not in defaults:
                    raise UnsupportedError(f"{cls.__name__} needs {name!r}", let.span)
                values[name] = Const(defaults[name])
        return self.record(cls, {n: values[n] for n in names}, let)

    def record(self, cls: type, fields: dict[str, Atom], let: Let) -> Atom:
        spelling = let.spelling if let.prim is cls else ""
        return self.builder.let(
            prims.make_record, Const(cls, spelling), Const(tuple(fields)), *fields.values(),
            out=let.out, span=let.span,
        )  # fmt: skip

    def bind(
        self, fn: Function, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> list[Atom]:
        """The atom for each parameter, as Python binds them."""
        signature = inspect.Signature(
            [_parameter(p) for p in fn.params], __validate_parameters__=False
        )
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise UnsupportedError(f"{fn.name}(): {error}", let.span) from None
        out: list[Atom] = []
        for param in fn.params:
            if param.name in bound.arguments:
                value = bound.arguments[param.name]
                if param.kind is inspect.Parameter.VAR_POSITIONAL:
                    value = self.builder.let(prims.make_tuple, *value)
                elif param.kind is inspect.Parameter.VAR_KEYWORD:
                    value = self.builder.let(prims.make_dict, Const(tuple(value)), *value.values())
                out.append(value)
            elif param.kind is inspect.Parameter.VAR_POSITIONAL:
                out.append(self.builder.let(prims.make_tuple))
            elif param.kind is inspect.Parameter.VAR_KEYWORD:
                out.append(self.builder.let(prims.make_dict, Const(())))
            else:
                out.append(param.default)
        return out


class _Entered:
    """Marks a function as being spliced in, and refuses to enter it twice."""

    def __init__(self, inliner: Inliner, fn: Any, span: Span | None) -> None:
        self.inliner, self.fn, self.span = inliner, fn, span

    def __enter__(self) -> None:
        if any(f is self.fn for f in self.inliner.stack):
            name = getattr(self.fn, "__name__", None) or self.fn.name
            raise UnsupportedError(f"{name!r} calls itself: recursion is not supported yet", self.span,
                                   "write it without recursion")  # fmt: skip
        self.inliner.stack.append(self.fn)

    def __exit__(self, *exc: object) -> None:
        self.inliner.stack.pop()


#: builtins that only rearrange containers
_STRUCTURAL: frozenset[Callable[..., Any]] = frozenset({
    getattr, len, isinstance, type, tuple, list, dict, zip, enumerate, reversed, map, range, print,
    functools.partial, functools.reduce, sum, min, max, sorted, str, repr, bool, int, slice,
})  # fmt: skip


def _parameter(p: Param) -> inspect.Parameter:
    empty = inspect.Parameter.empty
    return inspect.Parameter(p.name, p.kind, default=empty if p.default is None else p.default)


def from_library(fn: Any) -> bool:
    """Is it a function of NumPy or SciPy, which is known by its rule or not at all?"""
    module = getattr(fn, "__module__", None) or type(fn).__module__
    return module.split(".")[0] in ("numpy", "scipy")


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _describe(atom: Atom) -> str:
    return repr(atom.hint) if isinstance(atom, Var) and atom.hint else "the called value"


def _copy(var: Var) -> Var:
    return Var(var.hint, var.role, var.of, var.user)


def _read(atom: Atom, env: dict[Var, Atom]) -> Atom:
    if isinstance(atom, Const):
        return atom
    value = env.get(atom, atom)
    if isinstance(value, Const) and value.value is UNBOUND:
        raise UnsupportedError(f"{atom.hint!r} may be read before it is assigned")
    return value


__all__ = ["ANY", "Inliner"]
