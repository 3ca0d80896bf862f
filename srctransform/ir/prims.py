"""The functions that IR may call beside NumPy's own, and how Python spells operators.

A primitive is the Python function itself (`np.sin`, `operator.add`), so the IR can be evaluated,
and two functions of one name are two functions. Those below stand for Python syntax that is not a
call. `store` and `accumulate` have value semantics here: they return the next version of the
buffer; the back end prints them as writes in place.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..runtime.objects import object_of
from .nodes import GlobalRef, Prim

getitem = operator.getitem

BINARY: dict[str, Prim] = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "Div": operator.truediv,
    "FloorDiv": operator.floordiv, "Mod": operator.mod, "Pow": operator.pow,
    "MatMult": operator.matmul, "BitAnd": operator.and_, "BitOr": operator.or_,
    "BitXor": operator.xor, "LShift": operator.lshift, "RShift": operator.rshift,
}  # fmt: skip
UNARY: dict[str, Prim] = {
    "USub": operator.neg, "UAdd": operator.pos, "Not": operator.not_, "Invert": operator.invert,
}  # fmt: skip


def is_in(x: Any, y: Any) -> bool:
    return bool(x in y)


def not_in(x: Any, y: Any) -> bool:
    return x not in y


COMPARE: dict[str, Prim] = {
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le,
    "Gt": operator.gt, "GtE": operator.ge, "Is": operator.is_, "IsNot": operator.is_not,
    "In": is_in, "NotIn": not_in,
}  # fmt: skip


def make_tuple(*items: Any) -> tuple[Any, ...]:
    return items


def make_list(*items: Any) -> list[Any]:
    return list(items)


def make_set(*items: Any) -> set[Any]:
    return set(items)


def make_dict(keys: tuple[Any, ...], *values: Any) -> dict[Any, Any]:
    return dict(zip(keys, values, strict=True))


def make_record(cls: type, names: tuple[str, ...], *values: Any) -> Any:
    """An object, from its fields by name."""
    fields = dict(zip(names, values, strict=True))
    return cls(**fields) if takes_fields(cls, names) else object_of(cls, **fields)


def takes_fields(cls: Any, names: tuple[str, ...]) -> bool:
    """Does a call with these fields make the object, as of a dataclass or named tuple?"""
    if hasattr(cls, "_fields"):
        return True
    fields = [f.name for f in getattr(cls, "__dataclass_fields__", {}).values() if f.init]
    made = "__init__" in vars(cls) and hasattr(cls, "__dataclass_params__")
    return made and not hasattr(cls, "__post_init__") and set(fields) == set(names)


def unpack(x: Any, count: int) -> tuple[Any, ...]:
    """The items of `a, b = x`; raises as Python does when the count is wrong."""
    items = tuple(x)
    if len(items) != count:
        many = "too many" if len(items) > count else "not enough"
        raise ValueError(f"{many} values to unpack (expected {count})")
    return items


def unpack_starred(x: Any, before: int, after: int) -> tuple[Any, ...]:
    """The items of `a, *b, c = x`, the starred ones as a list."""
    items = list(x)
    if len(items) < before + after:
        raise ValueError(f"not enough values to unpack (expected at least {before + after})")
    stop = len(items) - after
    return (*items[:before], items[before:stop], *items[stop:])


def concat_args(*parts: Any) -> tuple[Any, ...]:
    """The positional arguments of a call with stars: each part is a tuple."""
    return tuple(item for part in parts for item in part)


def merge_kwargs(*parts: Any) -> dict[str, Any]:
    """The keyword arguments of a call with double stars: each part is a dict."""
    out: dict[str, Any] = {}
    for part in parts:
        out.update(part)
    return out


def call(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A call whose callee is a value of the program."""
    return fn(*args, **kwargs)


def apply(fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """A call with stars."""
    return fn(*args, **kwargs)


def global_ref(ref: GlobalRef) -> Any:
    """A global or closure variable, read when the program runs."""
    return ref()


def closure(function: Any, *captured: Any) -> Any:
    """A nested function or lambda; it never survives inlining."""
    raise TypeError("a closure is a value of the transform, not of the program")


#: what !r, !s and !a call, by their codes in the tree
CONVERSIONS: dict[int, Callable[[Any], str]] = {114: repr, 115: str, 97: ascii}


def fstring(template: tuple[Any, ...], *values: Any) -> str:
    """An f-string: `template` alternates literal text with (conversion, format spec)."""
    out, rest = [], iter(values)
    for part in template:
        if isinstance(part, str):
            out.append(part)
        else:
            conversion, spec = part
            value = next(rest)
            convert = CONVERSIONS.get(conversion)
            out.append(format(value if convert is None else convert(value), spec))
    return "".join(out)


def assert_(cond: Any, *message: Any) -> None:
    if not cond:
        raise AssertionError(*message)


def store(buffer: Any, value: Any, *path: Any) -> Any:
    """The next version of buffer, after `buffer[path] = value`."""
    return _write(buffer, value, path, lambda items, key, new: new)


def accumulate(buffer: Any, value: Any, *path: Any) -> Any:
    """The next version of buffer, after `buffer[path] += value`."""
    return _write(buffer, value, path, lambda items, key, new: items[key] + new)


def accumulate_at(buffer: Any, value: Any, index: Any) -> Any:
    """The next version of buffer, after `np.add.at(buffer, index, value)`: an index may repeat."""
    buffer = np.array(buffer)
    np.add.at(buffer, index, value)
    return buffer


def _write(buffer: Any, value: Any, path: tuple[Any, ...], put: Callable[..., Any]) -> Any:
    new = np.array(buffer) if isinstance(buffer, np.ndarray) else copy.copy(buffer)
    head, rest = path[0], path[1:]
    new[head] = _write(new[head], value, rest, put) if rest else put(new, head, value)
    return new


def first_of(*values: Any) -> Any:
    """The value itself: gives a name to a value that is known under another one."""
    return values[0]


def stop_gradient(x: Any) -> Any:
    """x itself, of which no derivative is taken: a constant to every transform."""
    return x


def root_of(x: Any, like: Any, fun: Any, *args: Any) -> Any:
    """x itself, known as the vector with fun(x, *args) = 0 that a solver found from `like`."""
    return x


def zeros_of(x: Any, like: Any, fun: Any, *args: Any) -> Any:
    """x itself, known as a number with fun(x, *args) = 0; of an array, entry by entry."""
    return x


def fixed_point_of(x: Any, like: Any, fun: Any, *args: Any) -> Any:
    """x itself, known to be fun(x, *args)."""
    return x


def minimizer_of(x: Any, like: Any, fun: Any, *args: Any) -> Any:
    """x itself, known as where fun(x, *args) has a minimum."""
    return x


def minimum_of(value: Any, x: Any, fun: Any, *args: Any) -> Any:
    """value itself, known to be fun(x, *args) in a minimum x."""
    return value


def integral_of(value: Any, like: Any, fun: Any, a: Any, b: Any, *args: Any) -> Any:
    """value itself, known as the integral of fun(x, *args) from a to b, of the shape of `like`."""
    return value


def odeint_of(
    y: Any, fun: Any, y0: Any, t: Any, tfirst: Any, rtol: Any, atol: Any, *args: Any
) -> Any:
    """y itself, known to solve y' = fun(y, t, *args), one row for each of the times t."""
    return y


def solve_ivp_of(
    y: Any, fun: Any, y0: Any, t: Any, t_span: Any, t_eval: Any, method: Any, rtol: Any,
    atol: Any, *args: Any,
) -> Any:  # fmt: skip
    """y itself, known to solve y' = fun(t, y, *args), one column for each of the times t."""
    return y


def evaluated(spline: Any, t: Any, tail: Any, nu: Any = 0, extrapolate: Any = None) -> Any:
    """A spline, or its derivative of order nu, at points t."""
    return spline(t, nu) if extrapolate is None else spline(t, nu, extrapolate)


def fitted(
    spline: Any, t: Any, tail: Any, nu: Any, extrapolate: Any, x: Any, y: Any, maker: Any,
    options: Any,
) -> Any:  # fmt: skip
    """`evaluated`, of a spline that maker(x, y, **options) made, linear in y."""
    return evaluated(spline, t, tail, nu, extrapolate)


def on_line(line: Any, t: Any) -> Any:
    """An interpolator of one variable at t."""
    return line(t)


def on_grid(grid: Any, points: Any) -> Any:
    """An interpolator on a grid at points."""
    return grid(points)


def solution(found: Any, how: Any, x: Any, value: Any, *args: Any) -> Any:
    """What a solver returned, an object: x and value are those of its attributes that have
    derivatives."""
    return found


#: attributes of an array that are functions of it
ATTRIBUTES: dict[str, Prim] = {
    "T": np.transpose, "mT": np.matrix_transpose, "shape": np.shape, "ndim": np.ndim,
    "size": np.size, "flat": np.ravel, "real": np.real, "imag": np.imag,
}  # fmt: skip


def dtype_of(x: Any) -> Any:
    return x.dtype


def astype(x: Any, dtype: Any, *args: Any, **kwargs: Any) -> Any:
    return np.asarray(x).astype(dtype, *args, **kwargs)


def item(x: Any, *index: Any) -> Any:
    return np.asarray(x).item(*index)


def tolist(x: Any) -> Any:
    return np.asarray(x).tolist()


def flatten(x: Any, order: Any = "C") -> Any:
    return np.asarray(x).flatten(order)


#: methods of an array and the functions they are; all take the array first
METHODS: dict[str, Prim] = {
    name: getattr(np, name)
    for name in (
        "all any argmax argmin argsort choose clip compress conj conjugate cumprod cumsum "
        "diagonal dot max mean min nonzero prod ravel repeat reshape round searchsorted "
        "squeeze std sum swapaxes take trace transpose var"
    ).split()
} | {"astype": astype, "item": item, "tolist": tolist, "flatten": flatten, "copy": np.copy}

#: methods that write into the array
WRITING_METHODS = frozenset(
    "fill sort partition put resize itemset byteswap setfield setflags shuffle".split()
)


def set_item(obj: Any, index: Any, value: Any) -> None:
    """`obj[index] = value`, as the user wrote it: gone once buffers have versions."""
    obj[index] = value


def update_item(obj: Any, index: Any, op: Any, value: Any) -> None:
    """`obj[index] op= value`; `op` is one of the `operator.iadd` family."""
    obj[index] = op(obj[index], value)


def set_attr(obj: Any, name: str, value: Any) -> None:
    """`obj.name = value`."""
    setattr(obj, name, value)


def update_attr(obj: Any, name: str, op: Any, value: Any) -> None:
    """`obj.name op= value`."""
    setattr(obj, name, op(getattr(obj, name), value))


def del_item(obj: Any, index: Any) -> None:
    """`del obj[index]`."""
    del obj[index]


def raise_(error: Any, cause: Any = None) -> None:
    """`raise error`, or `raise error from cause`."""
    raise error from cause


def set_errors(**settings: str) -> dict[str, str]:
    """Enter `np.errstate(**settings)`; returns what `restore_errors` takes."""
    return dict(np.seterr(**settings))  # type: ignore[arg-type]


def restore_errors(old: dict[str, str]) -> None:
    """Leave `np.errstate`."""
    np.seterr(**old)  # type: ignore[arg-type]


def new_stack() -> list[Any]:
    """An empty stack of values that a backward part reads, the last one first."""
    return []


def push(stack: list[Any], value: Any) -> None:
    """Record a value. A stack is no version of anything: push and pop are effects."""
    stack.append(value)


def pop(stack: list[Any]) -> Any:
    """The value recorded last."""
    return stack.pop()


def boundary() -> None:
    """Stands between the forward and the backward part of a unit that is about to be split."""


#: values that are known as what a solver found: their first operand is the value
FOUND = frozenset({
    root_of, zeros_of, fixed_point_of, minimizer_of, minimum_of, integral_of, odeint_of,
    solve_ivp_of, solution,
})  # fmt: skip

#: statements for their effect: never dropped, never moved
EFFECTS = frozenset({
    print, assert_, set_item, update_item, set_attr, update_attr, del_item, raise_, set_errors,
    restore_errors, push, pop, boundary,
})  # fmt: skip

#: reads of the program's state: pure, but not foldable before it runs
STATE = frozenset({global_ref})


def call_method(obj: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    """`obj.name(*args, **kwargs)`, before it is known what obj is."""
    return getattr(obj, name)(*args, **kwargs)


def map_list(fn: Callable[..., Any], iterable: Any) -> list[Any]:
    """`[fn(item) for item in iterable]`: a comprehension."""
    return [fn(item) for item in iterable]


def only_if(fn: Callable[..., Any], iterable: Any) -> list[Any]:
    """`[item for item in iterable if fn(item)]`: the filter of a comprehension."""
    return [item for item in iterable if fn(item)]


def map_stack(body: Callable[..., Any], count: Any, *captured: Any) -> Any:
    """`np.stack([body(k, *captured) for k in range(count)])`; `body` is an IR function."""
    return np.stack([_run(body, k, captured) for k in range(count)])


def map_sum(body: Callable[..., Any], count: Any, *captured: Any) -> tuple[Any, ...]:
    """The sums over k of the entries of the tuple `body(k, *captured)`."""
    rows = [_run(body, k, captured) for k in range(count)]
    return tuple(sum(column) for column in zip(*rows, strict=True))


def _run(body: Any, k: int, captured: tuple[Any, ...]) -> Any:
    from .evaluate import evaluate

    return evaluate(body, k, *captured)


def append(items: list[Any], item: Any) -> list[Any]:
    """The next version of a list, after `items.append(item)`."""
    return [*items, item]


def drop_last(items: list[Any]) -> list[Any]:
    """The next version of a list, after `items.pop()`."""
    return items[:-1]


def new_object(cls: Any) -> Any:
    """An object of a class before its `__init__`; gone once its attributes are variables."""
    return cls.__new__(cls)


def super_of(cls: Any, instance: Any) -> Any:
    """`super(cls, instance)`."""
    return super(cls, instance)
