"""Functions of NumPy that are read as what they do: those that take functions, and a few more.

np.vectorize(f)(x)             from_entries([f(v) for v in entries(x, shape)], shape)
np.apply_along_axis(f, 0, x)   along_axis(np.array([f(v) for v in lines_of(x, 0)]), x, 0)
np.piecewise(x, [c], [f, g])   y = zeros_like(x); y[c] = f(x[c]); y[~c] = g(x[~c])
np.fromfunction(f, (n, m))     f(i, j) of the index arrays
np.einsum(x, [0, 1], [1, 0])   np.einsum("AB->BA", x)
np.broadcast_arrays(x, y)      (np.broadcast_to(x, shape), np.broadcast_to(y, shape))
"""

from __future__ import annotations

import abc
import inspect
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Atom, Const, Let, Var
from ..runtime import along_axis, entries, from_entries, lines_of, one_condition, with_axis
from .recursion import Recursions

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def vectorized_one(fn: Any, shape: Any, x: Any) -> Any:
    return [fn(v) for v in entries(x, shape)]


def vectorized_several(fn: Any, shape: Any, xs: Any) -> Any:
    return [fn(*items) for items in zip(*[entries(x, shape) for x in xs], strict=True)]


def items_at(values: Any, k: Any) -> Any:
    return [value[k] for value in values]


def applied_along_axis(fn: Any, axis: Any, arr: Any, args: Any, kwargs: Any) -> Any:
    rows = [fn(line, *args, **kwargs) for line in lines_of(arr, axis)]
    return along_axis(np.array(rows), arr, axis)


class Definitions(Recursions, abc.ABC):
    """Calls of functions that have a definition here."""

    def by_definition(
        self, fn: Any, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom | None:
        """What the call of a function of NumPy comes to; None where it has no definition here."""
        if isinstance(fn, np.vectorize):
            made = {"otypes": fn.otypes, "signature": fn.signature, "excluded": fn.excluded}
            options: dict[str, Atom] = {name: Const(value) for name, value in made.items()}
            return self.vectorized(Const(fn.pyfunc), options, args, kwargs, let)
        try:
            define = DEFINITIONS.get(fn)
        except TypeError:
            return None
        if define is None and is_row_stack(fn):
            return self.let(replace(let, prim=np.vstack, args=tuple(args)))  # its old name
        return None if define is None else define(self, args, kwargs, let)

    def function_call(self, fn: Any, args: tuple[Any, ...], let: Let, **named: Any) -> Atom:
        """The call of a function of NumPy or of one above."""
        atoms = [a if isinstance(a, Var | Const) else Const(a) for a in args]
        keys = {k: a if isinstance(a, Var | Const) else Const(a) for k, a in named.items()}
        return self.call(Const(fn), atoms, keys, replace(let, out=Var(), spelling=""))

    def bound(
        self, fn: Callable[..., Any], args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> dict[str, Any]:
        """The operands by the names of the parameters."""
        try:
            return dict(inspect.signature(fn).bind(*args, **kwargs).arguments)
        except TypeError as error:
            raise UnsupportedError(f"np.{fn.__name__}(): {error}", let.span) from None

    # ------------------------------------------------------------ element by element

    def vectorized(
        self, fn: Atom, options: dict[str, Atom], args: list[Atom], kwargs: dict[str, Atom],
        let: Let,
    ) -> Atom:  # fmt: skip
        """A call of `np.vectorize(fn, ...)`."""
        values = {name: self.static(atom) for name, atom in options.items()}
        for name in ("signature", "excluded"):
            known, value = values.get(name, (True, None))
            if not known or value:
                raise UnsupportedError(f"np.vectorize with {name}= is not supported", let.span)
        if kwargs or not args:
            raise UnsupportedError(
                "a vectorized function is to be called with positional arguments", let.span
            )
        shapes = tuple(self.function_call(np.shape, (a,), let) for a in args)
        shape = shapes[0]
        if len(args) > 1:
            shape = self.function_call(np.broadcast_shapes, shapes, let)
            xs = self.builder.let(prims.make_tuple, *args)
            found = self.function_call(vectorized_several, (fn, shape, xs), let)
        else:
            found = self.function_call(vectorized_one, (fn, shape, args[0]), let)
        item = self.types.of(found).element
        if item.kind != "tuple":
            return self.collected(found, shape, values.get("otypes", (True, None)), 0, let)
        parts = [
            self.collected(
                self.function_call(items_at, (found, k), let), shape,
                values.get("otypes", (True, None)), k, let,
            )
            for k in range(len(item.items))
        ]  # fmt: skip
        return self.builder.let(prims.make_tuple, *parts, out=let.out)

    def collected(
        self, found: Atom, shape: Atom, otypes: tuple[bool, Any], k: int, let: Let
    ) -> Atom:
        """The array of the results, in the dtype of the first one or in the one that was given."""
        known, value = otypes
        if not known:
            raise UnsupportedError("the otypes of np.vectorize are to be constants", let.span)
        if not value:
            return self.builder.let(from_entries, found, shape, span=let.span)
        dtype = np.dtype((value if isinstance(value, str) else list(value))[k])
        made = self.function_call(np.array, (found, Const(dtype.type)), let)
        return self.function_call(np.reshape, (made, shape), let)

    # ------------------------------------------------------------ along axes

    def along(self, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """`np.apply_along_axis(fn, axis, arr, *args, **kwargs)`."""
        given = self.bound(np.apply_along_axis, args, kwargs, let)
        extra = self.builder.let(prims.make_tuple, *given.get("args", ()))
        named = given.get("kwargs", {})
        keys = self.builder.let(prims.make_dict, Const(tuple(named)), *named.values())
        operands = (given["func1d"], given["axis"], given["arr"], extra, keys)
        return self.function_call(applied_along_axis, operands, let)

    def over(self, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """`np.apply_over_axes(fn, a, axes)`: one axis after the other."""
        given = self.bound(np.apply_over_axes, args, kwargs, let)
        known, axes = self.static(given["axes"])
        if not known:
            raise UnsupportedError("np.apply_over_axes needs axes that are constants", let.span)
        total: Atom = given["a"]
        for axis in np.atleast_1d(axes).tolist():
            reduced = self.call(given["func"], [total, Const(axis)], {}, replace(let, out=Var()))
            total = self.function_call(with_axis, (reduced, total, axis), let)
        return total

    # ------------------------------------------------------------ by indices, by pieces

    def fromfunction(self, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """`np.fromfunction(fn, shape, dtype=float, **kwargs)`: one call with the index arrays."""
        given = self.bound(np.fromfunction, args, kwargs, let)
        sizes = self.items(given["shape"])
        if sizes is None:
            raise UnsupportedError(
                "np.fromfunction needs a shape whose length is known", let.span, "write a tuple"
            )
        dtype = given.get("dtype", Const(float))
        grids = self.function_call(np.indices, (given["shape"],), let, dtype=dtype)
        parts = [self.project(grids, k) for k in range(len(sizes))]
        return self.call(given["function"], parts, given.get("kwargs", {}), let)

    def fromiter(self, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """`np.fromiter(iter, dtype, count)`: the array of a list."""
        names = dict(zip(("iter", "dtype", "count"), args, strict=False)) | kwargs
        listed = self.function_call(list, (names["iter"],), let)
        known, count = self.static(names.get("count", Const(-1)))
        if not known or count != -1:
            stop = names["count"]
            part = Const(slice(count)) if known else self.builder.let(slice, stop)
            listed = self.let(Let(Var(), operator.getitem, (listed, part), span=let.span))
        return self.function_call(np.array, (listed, names["dtype"]), let)

    def piecewise(self, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """`np.piecewise(x, condlist, funclist, *args, **kw)`: each piece on its entries of x."""
        given = self.bound(np.piecewise, args, kwargs, let)
        x, pieces = given["x"], self.items(given["funclist"])
        conditions = self.items(given["condlist"])
        kind = self.types.of(given["condlist"])
        if kind.kind == "num" and (kind.rank is None or kind.rank < 2):
            known = kind.rank is not None
            condition = given["condlist"]
            conditions = [condition if known else self.builder.let(one_condition, condition)]
        if pieces is None or conditions is None:
            raise UnsupportedError(
                "np.piecewise needs lists of known length for its conditions and pieces", let.span
            )
        shape = None
        if not self.types.of(x).rank:  # a number is an array of one entry for the while
            shape = self.function_call(np.shape, (x,), let)
            x = self.function_call(np.atleast_1d, (x,), let)
            conditions = [self.function_call(np.atleast_1d, (c,), let) for c in conditions]
        if len(pieces) == len(conditions) + 1:
            any_of = conditions[0]
            for condition in conditions[1:]:
                any_of = self.function_call(np.logical_or, (any_of, condition), let)
            conditions = [*conditions, self.function_call(np.logical_not, (any_of,), let)]
        if len(pieces) != len(conditions):
            raise UnsupportedError(
                f"np.piecewise has {len(conditions)} conditions and {len(pieces)} pieces", let.span
            )
        y = self.function_call(np.zeros_like, (x,), let)
        for condition, piece in zip(conditions, pieces, strict=True):
            value = piece
            if self.is_function(piece) or self.defined_by(piece, prims.closure) is not None:
                part = self.let(Let(Var(), operator.getitem, (x, condition), span=let.span))
                more, named = list(given.get("args", ())), given.get("kw", {})
                value = self.call(piece, [part, *more], named, replace(let, out=Var()))
            self.let(Let(Var(), prims.set_item, (y, condition, value), span=let.span))
        return y if shape is None else self.function_call(np.reshape, (self.now(y), shape), let)

    # ------------------------------------------------------------ several arrays

    def einsum(self, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom | None:
        """`np.einsum(x, [0, 1], y, [1, 2], [0, 2])`: the same with a string of letters."""
        known, value = self.static(args[0]) if args else (True, "")
        if (known and isinstance(value, str)) or self.types.of(args[0]).kind == "other":
            return None
        lists = [self.static(a) for a in args[1::2]]
        out = self.static(args[-1]) if len(args) % 2 else (True, None)
        if len(args) < 2 or not all(ok and isinstance(v, list | tuple) for ok, v in lists):
            return None
        count = len(args) // 2
        terms = [list(v) for _, v in lists[:count]]
        labels = sorted({k for term in terms for k in term if k is not Ellipsis})
        names = {label: LETTERS[k] for k, label in enumerate(labels)} | {Ellipsis: "..."}
        text = ",".join("".join(names[k] for k in term) for term in terms)
        if out[1] is not None:
            text += "->" + "".join(names[k] for k in out[1])
        return self.function_call(np.einsum, (text, *args[: 2 * count : 2]), let, **kwargs)

    def broadcast(self, args: list[Atom], kwargs: dict[str, Atom], let: Let) -> Atom:
        """`np.broadcast_arrays(*args)`: a view of each."""
        shapes = tuple(self.function_call(np.shape, (a,), let) for a in args)
        shape = self.function_call(np.broadcast_shapes, shapes, let)
        views = [self.function_call(np.broadcast_to, (a, shape), let) for a in args]
        return self.builder.let(prims.make_tuple, *views, out=let.out)

    @abc.abstractmethod
    def is_function(self, atom: Atom) -> bool:
        """Is it a function that is known, or one of those, as branches choose?"""


def each(fn: Any) -> Any:
    """A function that gives a tuple where it is called with several arrays."""

    def define(
        inliner: Definitions, args: list[Atom], kwargs: dict[str, Atom], let: Let
    ) -> Atom | None:
        if len(args) < 2 or kwargs:
            return None
        views = [inliner.builder.let(fn, a, span=let.span) for a in args]
        return inliner.builder.let(prims.make_tuple, *views, out=let.out)

    return define


DEFINITIONS: dict[Any, Callable[..., Atom | None]] = {
    np.apply_along_axis: Definitions.along,
    np.apply_over_axes: Definitions.over,
    np.fromfunction: Definitions.fromfunction,
    np.fromiter: Definitions.fromiter,
    np.piecewise: Definitions.piecewise,
    np.broadcast_arrays: Definitions.broadcast,
    np.einsum: Definitions.einsum,
    np.atleast_1d: each(np.atleast_1d),
    np.atleast_2d: each(np.atleast_2d),
    np.atleast_3d: each(np.atleast_3d),
}


def is_row_stack(fn: Any) -> bool:
    """Is it np.row_stack? To ask for it by that name is to be warned."""
    return getattr(fn, "__name__", "") == "row_stack" and getattr(fn, "__module__", "") == "numpy"


def has_definition(fn: Any) -> bool:
    """Are calls of this function, which can be hashed, read by their definition?"""
    return fn is np.vectorize or fn in DEFINITIONS or is_row_stack(fn)
