"""Anything that can be called -> IR: functions, lambdas, methods, partials, compiled functions,
derivatives made before."""

from __future__ import annotations

import inspect
import types
from typing import Any

import numpy as np

from ..errors import SourceError
from ..ir import prims
from ..ir.build import Builder
from ..ir.nodes import Atom, Const, Function, GlobalRef, Let, Param, Var
from .lower import lower


def read(fn: Any) -> Function:
    """The IR of a callable. Raises SourceError, UnsupportedError, TypeError."""
    if isinstance(fn, Function):
        return fn
    derived = getattr(fn, "__srctransform__", None)
    if derived is not None and is_derivative(fn):
        function: Function = derived.function
        return function
    if isinstance(fn, types.FunctionType):
        # a decorator's wrapper is what runs, under the signature of what it wraps
        return _wrapper(fn) if hasattr(fn, "__wrapped__") else lower(fn)
    if not callable(fn):
        raise TypeError(f"expected a function, got {type(fn).__name__}")
    inner = getattr(fn, "py_func", None)
    if isinstance(inner, types.FunctionType):  # a numba dispatcher
        return lower(inner)
    return _wrapper(fn)


def is_derivative(fn: Any) -> bool:
    """Is it one of ours itself, and not a function that `functools.wraps` gave our attributes?"""
    code = getattr(getattr(fn, "py_func", fn), "__code__", None)
    return code is not None and code.co_filename.startswith("<srctransform ")


def _wrapper(fn: Any) -> Function:
    """A function of fn's signature that calls it; the inliner finds out what it is."""
    if isinstance(fn, np.ufunc):
        return _wrapper_of_ufunc(fn)
    try:
        signature = inspect.signature(fn)
    except (TypeError, ValueError):
        raise SourceError(
            f"{fn!r} is built in, so it has no source to differentiate",
            help="wrap it in a function or a lambda: lambda x: f(x)",
        ) from None
    builder = Builder()
    callee: Atom
    if isinstance(fn, types.MethodType) and not isinstance(fn.__self__, type):
        ref = GlobalRef("self", {"self": fn.__self__})
        args: list[Atom] = [builder.let(prims.global_ref, Const(ref), hint="self")]
        callee = Const(fn.__func__)
    elif _is_plain_object(fn):
        ref = GlobalRef("self", {"self": fn})
        args = [builder.let(prims.global_ref, Const(ref), hint="self")]
        callee = Const(type(fn).__call__)
    else:
        args, callee = [], Const(fn)
    params, named = [], {}
    parameters = signature.parameters.values()
    fixed = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if parameters and not fixed:
        raise SourceError(
            f"{_name(fn)!r} has no named parameters, so there is nothing to differentiate by",
            help="wrap it in a function with named parameters",
        )
    for p in fixed:
        var = Var(p.name, user=True)
        default = None if p.default is p.empty else Const(p.default)
        params.append(Param(var, p.name, p.kind, default, p.annotation))
        if p.kind is p.KEYWORD_ONLY:
            named[p.name] = var
        else:
            args.append(var)
    result = builder.add_let(Let(Var(), prims.call, (callee, *args), tuple(named.items())))
    doc = inspect.getdoc(fn) or ""
    return Function(_name(fn), tuple(params), builder.block(result), doc, fn)


def _wrapper_of_ufunc(fn: np.ufunc) -> Function:
    """np.sin as a function of x, np.add as a function of x and y."""
    builder = Builder()
    variables = [Var(name, user=True) for name in ("x", "y", "z")[: fn.nin]]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    params = tuple(Param(v, v.hint, kind) for v in variables)
    result = builder.let(fn, *variables, spelling=f"np.{fn.__name__}")
    return Function(fn.__name__, params, builder.block(result), "", fn)


def _is_plain_object(fn: Any) -> bool:
    return isinstance(inspect.getattr_static(type(fn), "__call__", None), types.FunctionType)


def _name(fn: Any) -> str:
    for candidate in (fn, getattr(fn, "func", None), getattr(fn, "__wrapped__", None)):
        name = getattr(candidate, "__name__", None)
        if name:
            return "lambda_" if name == "<lambda>" else str(name)
    return type(fn).__name__
