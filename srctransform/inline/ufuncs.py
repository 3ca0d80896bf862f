"""What ufuncs can do beside being called: outer, at, out=, where=, dtype=.

np.hypot.outer(a, b)                  np.hypot(np.expand_dims(a, 1), b)
np.add.at(x, i, v)                    accumulate_at(x, v, i)
np.multiply.at(x, i, v)               x[i] = np.multiply(x[i], v), once i names no place twice
np.add(a, b, out=c)                   c1 = store(c, a + b, ...)
np.log(x, out=c, where=m)             c1 = store(c, np.log(x[m]), m): nothing is computed elsewhere
np.add(a, b, dtype=np.float32)        np.add(a.astype(np.float32), b.astype(np.float32))
"""

from __future__ import annotations

import abc
import inspect
import operator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Var
from ..ir.types import same_shape
from ..rules.registry import rule_of
from ..runtime import distinct, extremum_at, outer_operand
from .sequences import Sequences
from .writes import WHOLE

#: `ufunc.at` of these takes the largest or smallest of what is put, in any order
EXTREMA = (np.maximum, np.minimum, np.fmax, np.fmin)


def owner_of(method: Any, *names: str) -> np.ufunc | None:
    """The ufunc that this is a method of, by one of these names."""
    owner = getattr(method, "__self__", None)
    named = getattr(method, "__name__", "") in names
    return owner if isinstance(owner, np.ufunc) and named else None


class Ufuncs(Sequences, abc.ABC):
    """Calls of ufuncs and of their methods, as what they come to."""

    def plain_call(self, fn: Any, args: tuple[Atom, ...], let: Let) -> Atom:
        return self.let(Let(Var(), fn, args, span=let.span))

    def sequence(self, let: Let) -> Atom | None:
        """A statement that is taken apart by what its function is."""
        ufunc = owner_of(let.prim, "outer")
        if ufunc is not None:
            return self.outer(ufunc, list(let.args), dict(let.kwargs), let)
        return super().sequence(let)

    def outer(
        self, ufunc: np.ufunc, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom | None:
        """`ufunc.outer(a, b)`: the axes of b stand behind those of a."""
        if len(args) != 2:
            return None
        a, b = args
        kind, behind = self.types.of(a), self.types.of(b).rank
        if kind.kind == "num" and kind.rank is not None and behind is not None:
            if kind.rank and behind:
                axes = tuple(range(kind.rank, kind.rank + behind))
                axis = Const(axes[0] if behind == 1 else axes)
                a = self.plain_call(np.expand_dims, (a, axis), let)
        else:
            a = self.plain_call(outer_operand, (a, b), let)
        return self.let(Let(Var(), ufunc, (a, b), tuple(kwargs.items()), span=let.span))

    def ufunc_at(self, ufunc: np.ufunc, args: list[Atom], let: Let) -> Atom | None:
        """`ufunc.at(x, index, values)`."""
        if ufunc.nout != 1 or len(args) != 1 + ufunc.nin:
            return None
        target, index, *values = args
        if ufunc in (np.add, np.subtract):
            value = values[0]
            if ufunc is np.subtract:
                value = self.plain_call(operator.neg, (value,), let)
            self.write(prims.accumulate_at, target, (index,), value, let)
        elif ufunc in EXTREMA:
            what = Const(ufunc, f"np.{ufunc.__name__}")
            new = self.plain_call(extremum_at, (what, self.now(target), index, *values), let)
            self.put(target, new, let)
        else:
            if not self.names_once(index):
                index = self.plain_call(distinct, (index, self.now(target)), let)
            old = self.plain_call(operator.getitem, (self.now(target), index), let)
            self.write(
                prims.store, target, (index,), self.plain_call(ufunc, (old, *values), let), let
            )
        return Const(None)

    def names_once(self, index: Atom) -> bool:
        """Certainly no index that names a place twice: an int, a slice, a mask?"""
        kind = self.types.of(index)
        if isinstance(index, Const):
            return isinstance(index.value, int | slice)
        made = self.defined_by(index, slice)
        return made is not None or kind.dtype == "bool" or (kind.is_scalar and kind.dtype == "int")

    def with_dtype(self, let: Let) -> Let:
        """A ufunc that computes in a dtype casts its operands first."""
        rule = rule_of(let.prim)
        named = dict(let.kwargs)
        if "dtype" not in named or rule is None or not rule.differentiable:
            return let
        dtype = named.pop("dtype")
        ok, value = self.static(dtype)
        if ok and value is not None and np.dtype(value).kind not in "fc":
            return let  # it truncates: the rule refuses it
        args = let.args
        if not (ok and value is None):
            args = tuple(
                self.plain_call(prims.astype, (a, dtype), let) if isinstance(a, Var) else a
                for a in args
            )
        return replace(let, args=args, kwargs=tuple(named.items()))

    def with_out(self, let: Let) -> Atom | None:
        """`fn(..., out=c)`: the result is written into c; None without an `out`."""
        fn: Any = let.prim
        is_ufunc = isinstance(fn, np.ufunc)
        library = str(getattr(fn, "__module__", "")).startswith("numpy")
        if not (is_ufunc or library or owner_of(fn, "reduce", "accumulate", "reduceat")):
            return None
        cast = self.with_dtype(let) if is_ufunc else let
        if cast is not let:
            return self.let(cast)
        named = dict(let.kwargs)
        if is_true(named.get("overwrite_input")):
            raise UnsupportedError(
                f"np.{fn.__name__} with overwrite_input=True leaves the array in an order that is "
                "not known",
                let.span,
            )
        out = named.pop("out", Const(None))
        args = let.args
        if fn is np.nan_to_num and is_false(named.get("copy", Const(True))):
            named.pop("copy")
            out = args[0]
        if is_ufunc and len(args) > fn.nin:
            args, rest = args[: fn.nin], args[fn.nin :]
            out = rest[0] if len(rest) == 1 else self.builder.let(prims.make_tuple, *rest)
        elif not is_ufunc and len(args) > 1:
            names = parameters_of(fn)
            place = names.index("out") if "out" in names else len(args)
            if place < len(args):
                out = args[place]
                named |= dict(zip(names[place + 1 :], args[place + 1 :], strict=False))
                args = args[:place]
        if isinstance(out, Const) and out.value is None:
            where = named.get("where", Const(True))
            self.refuse_undefined(let, where)
            if is_ufunc and isinstance(where, Const) and where.value is True:
                named.pop("where", None)
            plain = replace(let, args=args, kwargs=tuple(named.items()))
            return None if (plain.args, plain.kwargs) == (let.args, let.kwargs) else self.let(plain)
        targets = self.items(out) if self.defined_by(out, prims.make_tuple) else [out]
        if targets is None or (len(targets) != 1 and not is_ufunc):
            raise UnsupportedError("outputs whose number is not known are not supported", let.span)
        pointwise = is_ufunc or fn is np.clip
        where = named.pop("where", Const(True)) if pointwise else Const(True)
        new = replace(let, out=Var(), args=args, kwargs=tuple(named.items()))
        if not (isinstance(where, Const) and where.value is True):
            if len(targets) != 1:
                raise UnsupportedError("`where` with several outputs is not supported", let.span)
            self.write_there(new, targets[0], where)
        else:
            value = self.let(new)
            for k, target in enumerate(targets):
                part = value if len(targets) == 1 else self.project(value, k)
                if not (isinstance(target, Const) and target.value is None):
                    self.write(prims.store, target, (WHOLE,), part, let)
        return targets[0] if len(targets) == 1 else out

    def refuse_undefined(self, let: Let, where: Atom) -> None:
        """Raise UnsupportedError for `np.log(x, where=m)`: nothing says what stands elsewhere."""
        rule = rule_of(let.prim) if isinstance(let.prim, np.ufunc) else None
        if rule is None or not rule.differentiable or all(isinstance(a, Const) for a in let.args):
            return
        if not (isinstance(where, Const) and where.value is True):
            raise UnsupportedError(
                f"np.{let.prim.__name__} with `where` but without `out` leaves entries undefined",
                let.span,
                "give it out=np.zeros_like(...), or use np.where",
            )

    def write_there(self, let: Let, target: Atom, where: Atom) -> None:
        """`fn(..., out=target, where=mask)`: computed for the places of the mask alone, so that
        what is left out can do no harm: `np.log(x, out=c, where=x > 0)`."""
        current = self.now(target)

        def whole(atom: Atom) -> Atom:
            """The operand in the shape of the target."""
            kind = self.types.of(atom)
            if kind.kind == "num" and same_shape(kind.shape, self.types.of(current).shape):
                return atom
            shape = self.plain_call(np.shape, (current,), let)
            return self.plain_call(np.broadcast_to, (atom, shape), let)

        mask = whole(where)
        args = tuple(
            a
            if self.types.of(a).is_scalar or self.types.of(a).kind == "none"
            else self.plain_call(operator.getitem, (whole(a), mask), let)
            for a in let.args
        )
        self.write(prims.store, target, (mask,), self.let(replace(let, args=args)), let)


def is_true(atom: Atom | None) -> bool:
    return isinstance(atom, Const) and bool(atom.value)


def is_false(atom: Atom) -> bool:
    return isinstance(atom, Const) and not atom.value


@cache
def parameters_of(fn: Any) -> tuple[str, ...]:
    """The parameters of a NumPy function that may be given by their places."""
    if owner_of(fn, "reduce"):
        return ("array", "axis", "dtype", "out", "keepdims", "initial", "where")
    if owner_of(fn, "accumulate"):
        return ("array", "axis", "dtype", "out")
    if owner_of(fn, "reduceat"):
        return ("array", "indices", "axis", "dtype", "out")
    try:
        parameters = inspect.signature(fn).parameters
    except (TypeError, ValueError):
        return ()
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(name for name, p in parameters.items() if p.kind in by_place)
