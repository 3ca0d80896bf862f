"""How each library makes the gradient of a workload. The same function is used for all of them:
its `np` is exchanged. Only who cannot take a loop or a write gets a program that is written anew.

    gradients(workload)     {"by hand": call, "ours": call, ...}: calls without arguments
    primals(workload)       {"primal": call, "primal, numba": call}
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from functools import partial
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

import srctransform as st

from .timing import Call
from .workloads import AUTOGRAD, JAX, LIBRARIES, TORCH, Workload

GENERIC, EXAMPLE, BY_HAND = "ours", "ours, example=", "by hand"
COMPILED, PRIMAL, PRIMAL_COMPILED = "ours, numba", "primal", "primal, numba"
CONTESTANTS = (BY_HAND, GENERIC, EXAMPLE, COMPILED, *LIBRARIES)

#: what stands in the place of a call that there cannot be
REFUSED, FAILS = "refused", "fails"


def gradients(
    work: Workload, libraries: tuple[str, ...] = (COMPILED, *LIBRARIES)
) -> dict[str, Call | str]:
    """A call that gives the gradients, for every contestant that is installed and can take the
    program; REFUSED where we do not, FAILS where Numba does not compile what we wrote."""
    args = work.args
    calls: dict[str, Call | str] = {BY_HAND: lambda: work.by_hand(*args)}
    for name, example in ((GENERIC, None), (EXAMPLE, args)):
        calls[name] = our_gradient(work, example)
    if COMPILED in libraries and (numba := installed("numba")) is not None:
        ours = calls[EXAMPLE]
        calls[COMPILED] = ours if isinstance(ours, str) else compiled(numba, ours.func, args)
    makers = {AUTOGRAD: autograd_gradient, JAX: jax_gradient, TORCH: torch_gradient}
    for name, maker in makers.items():
        made = maker(work) if name in libraries else None
        if made is not None:
            calls[name] = made
    return calls


def primals(work: Workload) -> dict[str, Call | str]:
    """The function itself, in Python and compiled."""
    calls: dict[str, Call | str] = {PRIMAL: partial(work.function, *work.args)}
    if (numba := installed("numba")) is not None:
        calls[PRIMAL_COMPILED] = compiled(numba, work.function, work.args)
    return calls


def our_gradient(work: Workload, example: tuple[Any, ...] | None) -> partial[Any] | str:
    wrt = work.wrt[0] if len(work.wrt) == 1 else work.wrt
    try:
        return partial(st.grad(work.function, wrt, example=example), *work.args)
    except st.UnsupportedError:
        return REFUSED


def compiled(numba: Any, fn: FunctionType, args: tuple[Any, ...]) -> Call | str:
    """Compiled and run once."""
    call = partial(jitted(numba, fn), *args)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", numba.NumbaWarning)
        try:
            call()
        except numba.core.errors.NumbaError:
            return FAILS
    return call


def jitted(numba: Any, fn: FunctionType) -> Any:
    """The function under njit, and so the functions that it calls."""
    namespace = dict(fn.__globals__)
    for name in fn.__code__.co_names:
        value = namespace.get(name)
        if isinstance(value, FunctionType) and value is not fn:
            namespace[name] = jitted(numba, value)
    return numba.njit(FunctionType(fn.__code__, namespace, fn.__name__, fn.__defaults__))


def with_numpy(fn: Callable[..., Any], module: Any) -> FunctionType:
    """The function with another module for `np`, also in the functions that it calls."""
    assert isinstance(fn, FunctionType)
    namespace = {**fn.__globals__, "np": module}
    for name in fn.__code__.co_names:
        if isinstance(value := namespace.get(name), FunctionType):
            namespace[name] = with_numpy(value, module)
    return FunctionType(fn.__code__, namespace, fn.__name__)


def installed(name: str) -> Any:
    """The module, or None."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def autograd_gradient(work: Workload) -> Call | None:
    module = installed("autograd")
    if module is None or AUTOGRAD not in work.given:
        return None
    fn = with_numpy(work.given[AUTOGRAD], installed("autograd.numpy"))
    many = len(work.wrt) > 1
    made = module.grad(fn, work.wrt if many else work.wrt[0])
    return lambda: made(*work.args)


def jax_gradient(work: Workload) -> Call | None:
    jax = installed("jax")
    if jax is None:
        return None
    jax.config.update("jax_enable_x64", True)
    if JAX in work.given:
        fn = with_numpy(work.given[JAX], jax.numpy)
    else:
        fn = getattr(importlib.import_module(".rewritten", __package__), work.name)
    static = tuple(k for k, a in enumerate(work.args) if isinstance(a, int))
    made = jax.jit(jax.grad(fn, work.wrt), static_argnums=static)
    args = [a if isinstance(a, int) else jax.numpy.asarray(a) for a in work.args]
    return lambda: jax.block_until_ready(made(*args))


def torch_gradient(work: Workload) -> Call | None:
    torch = installed("torch")
    if torch is None or TORCH not in work.given:
        return None
    torch.set_num_threads(1)
    fn = with_numpy(work.given[TORCH], torch_numpy(torch))
    args = [torch.as_tensor(a, dtype=None if _is_int(a) else torch.float64) for a in work.args]
    inputs = [args[k].requires_grad_() for k in work.wrt]
    return lambda: torch.autograd.grad(fn(*args), inputs)


def _is_int(value: Any) -> bool:
    return bool(np.asarray(value).dtype.kind == "i")


def torch_numpy(torch: Any) -> SimpleNamespace:
    """The functions that the workloads use, by NumPy's names."""
    names = ("sin", "exp", "sqrt", "log", "tanh", "sum", "mean", "arange")
    return SimpleNamespace(max=torch.amax, **{name: getattr(torch, name) for name in names})


def as_arrays(result: Any) -> list[np.ndarray[Any, Any]]:
    """The gradients of any contestant, for comparison."""
    parts = result if isinstance(result, tuple | list) else (result,)
    return [np.asarray(part) for part in parts]
