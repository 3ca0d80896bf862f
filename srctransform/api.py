"""grad, value_and_grad, vjp, jvp, ...: check the arguments, call the pipeline.

Every function here takes a function and returns a real Python function, made once: the derivative
as readable source that needs nothing but NumPy. It carries `.source` (the whole module's text),
`.save(path)` and `.primal` (the function it is the derivative of).
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

from .backend.load import save as save_text
from .display import html
from .errors import SrcTransformError
from .frontend.depth import deep_recursion
from .frontend.read import read
from .ir.nodes import Function
from .pipeline import Derivation, Options, derive, derive_ir, uncollected

Wrt = int | str | tuple[int | str, ...]
F = Callable[..., Any]


def _static(fn: F) -> F:
    """A call of this in a differentiated function is made before that function runs."""
    fn.__srctransform_static__ = True  # type: ignore[attr-defined]
    return fn


@_static
def grad(
    f: F, wrt: Wrt = 0, *, example: tuple[Any, ...] | None = None, optimize: bool = True,
    has_aux: bool = False, save: str | os.PathLike[str] | None = None,
) -> Any:  # fmt: skip
    """The gradient of a function with a scalar result.

    f: a Python function of NumPy. wrt: what to differentiate by: a parameter's name or index, or a
    tuple of them; a tuple gives a tuple of gradients. example: one value per parameter, from which
    ranks and dtypes are taken; the code gets shorter and compiles with Numba. optimize=False prints
    one primitive a line. has_aux: f returns (value, aux) and the result is (gradient, aux). save:
    a path to write the derivative's module to.

    The gradient of x has x's shape and container; ints are differentiated as floats; float32 stays.
    A scalar formula called with arrays gives pointwise derivatives. Complex arguments: the gradient
    of a real f is df/dRe(z) - i df/dIm(z), as in autograd and JAX.

    Raises UnsupportedError for what it cannot differentiate, with the place; SourceError without
    source; ValueError for an unknown parameter; TypeError where the result is certainly no scalar.
    """
    return _make(f, wrt, "grad", example, optimize, has_aux, save)


@_static
def value_and_grad(
    f: F, wrt: Wrt = 0, *, example: tuple[Any, ...] | None = None, optimize: bool = True,
    has_aux: bool = False, save: str | os.PathLike[str] | None = None,
) -> Any:  # fmt: skip
    """A function that returns (value, gradient), with the forward part run once; see `grad`.

    With has_aux the result is ((value, aux), gradient).
    """
    return _make(f, wrt, "value_and_grad", example, optimize, has_aux, save)


@_static
def vjp(
    f: F, wrt: Wrt = 0, *, example: tuple[Any, ...] | None = None, optimize: bool = True,
    save: str | os.PathLike[str] | None = None,
) -> Any:  # fmt: skip
    """The vector-Jacobian product: `vjp_f(*args, dout)` for a result of any shape or container.

    dout is the cotangent, of the result's shape and container; see `grad`.
    """
    return _make(f, wrt, "vjp", example, optimize, False, save)


@_static
def jvp(
    f: F, wrt: Wrt = 0, *, example: tuple[Any, ...] | None = None, optimize: bool = True,
    save: str | os.PathLike[str] | None = None,
) -> Any:  # fmt: skip
    """The Jacobian-vector product: `jvp_f(*args, x_dot, ...) -> (value, tangent)`.

    One tangent for each parameter of wrt, in order, of its shape and container; see `grad`.
    """
    return _make(f, wrt, "jvp", example, optimize, False, save)


@_static
def elementwise_grad(
    f: F, wrt: Wrt = 0, *, example: tuple[Any, ...] | None = None, optimize: bool = True,
    save: str | os.PathLike[str] | None = None,
) -> Any:  # fmt: skip
    """The pointwise derivative of a function that maps arrays elementwise; see `grad`."""
    return _make(f, wrt, "elementwise_grad", example, optimize, False, save)


@_static
def jacobian(
    f: F, wrt: Wrt = 0, mode: str = "auto", *, example: tuple[Any, ...] | None = None,
    optimize: bool = True, save: str | os.PathLike[str] | None = None,
) -> Any:  # fmt: skip
    """The Jacobian, of shape `np.shape(f(...)) + np.shape(x)`.

    mode: "forward" takes a pass per input, "reverse" one per output, "auto" the fewer; see `grad`.
    """
    if mode not in ("auto", "forward", "reverse"):
        raise ValueError(f"mode is 'auto', 'forward' or 'reverse', not {mode!r}")
    return _make(f, wrt, "jacobian", example, optimize, False, save, mode)


@_static
def hessian(
    f: F, wrt: Wrt = 0, *, example: tuple[Any, ...] | None = None, optimize: bool = True,
    save: str | os.PathLike[str] | None = None,
) -> Any:  # fmt: skip
    """The Hessian of a function with a scalar result, forward over reverse; see `grad`.

    Its shape is `np.shape(x) + np.shape(x)`. With a tuple of parameters the result is the tuple of
    rows of blocks: `hessian(f, ("x", "y"))(...)[0][1]` is d2f / dx dy.
    """
    return _make(f, wrt, "hessian", example, optimize, False, save)


@_static
def hvp(
    f: F, wrt: Wrt = 0, *, example: tuple[Any, ...] | None = None, optimize: bool = True,
    save: str | os.PathLike[str] | None = None,
) -> Any:  # fmt: skip
    """The Hessian-vector product, forward over reverse: `hvp_f(*args, v)`; see `grad`.

    v is a direction of x's shape and container, or a tuple of them for a tuple of parameters. The
    cost is a small multiple of f's, whatever the size of x.
    """
    return _make(f, wrt, "hvp", example, optimize, False, save)


@deep_recursion()
@uncollected()
def _make(
    f: Any, wrt: Wrt, mode: str, example: tuple[Any, ...] | None, optimize: bool, has_aux: bool,
    save: str | os.PathLike[str] | None, direction: str = "auto",
) -> Any:  # fmt: skip
    if not callable(f) and not isinstance(f, Function):
        raise TypeError(f"{mode} takes a function, not {type(f).__name__}")
    ir = read(f)
    names = wrt_names(ir, wrt)
    if example is not None and not isinstance(example, tuple):
        raise TypeError("example must be a tuple, one value per parameter: example=(x, y)")
    bare = not isinstance(wrt, tuple)
    options = Options(mode, direction, names, bare, example, optimize, has_aux)
    if isinstance(f, Function):
        return derive_ir(f, options)
    made, derivation = derive(ir, options)
    return finish(made, derivation, f, save)


def finish(
    made: types.FunctionType, derivation: Derivation, f: Any, save: str | os.PathLike[str] | None
) -> Any:
    """Give the derivative its attributes."""
    made.__srctransform__ = derivation  # type: ignore[attr-defined]
    made.source = derivation.text  # type: ignore[attr-defined]
    made.save = functools.partial(save_text, derivation.text)  # type: ignore[attr-defined]
    # not __wrapped__: inspect.getsource would follow it, and show f instead of the derivative
    made.primal = f  # type: ignore[attr-defined]
    made._repr_html_ = functools.partial(html, derivation.text)  # type: ignore[attr-defined]
    if derivation.unused:
        names = " and ".join(repr(n) for n in derivation.unused)
        function = getattr(f, "__name__", "the function")
        warnings.warn(
            f"the result of {function!r} does not depend on {names}: its derivative is zero",
            stacklevel=_users_level(),
        )
    if save is not None:
        save_text(derivation.text, save)
    return made


def _users_level() -> int:
    """How far up the stack the user's line is, for a warning."""
    level, frame = 1, sys._getframe(1)
    inside = (os.path.dirname(__file__), contextlib.__file__)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(inside):
        level, frame = level + 1, frame.f_back
    return level


def wrt_names(ir: Function, wrt: Wrt) -> tuple[str, ...]:
    """The parameter names that wrt means. Raises ValueError that lists the parameters."""
    names = [p.name for p in ir.params]
    listed = ", ".join(names) or "none"
    chosen = []
    for item in wrt if isinstance(wrt, tuple) else (wrt,):
        if isinstance(item, bool) or not isinstance(item, int | str):
            raise TypeError(f"wrt must be a parameter's name or index, not {item!r}")
        if isinstance(item, str) and item not in names:
            raise ValueError(f"{ir.name!r} has no parameter {item!r}; its parameters: {listed}")
        if isinstance(item, int):
            if not -len(names) <= item < len(names):
                raise ValueError(f"{ir.name!r} has no parameter {item}; its parameters: {listed}")
            item = names[item]
        chosen.append(item)
    if len(set(chosen)) != len(chosen):
        raise ValueError(f"wrt names a parameter twice: {', '.join(chosen)}")
    if not chosen:
        raise ValueError(f"wrt is empty; the parameters of {ir.name!r}: {listed}")
    return tuple(chosen)


__all__ = [
    "SrcTransformError", "elementwise_grad", "grad", "hessian", "hvp", "jacobian", "jvp",
    "value_and_grad", "vjp",
]  # fmt: skip
