"""How each library makes the gradient of a workload. The same function is used for all of them:
its `np` is exchanged, so nobody is timed on a rewritten program.

    gradients(workload)     {"by hand": call, "ours": call, ...}: calls without arguments
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

import srctransform as st

from .timing import Call
from .workloads import Workload

GENERIC, EXAMPLE, BY_HAND = "ours", "ours, example=", "by hand"
AUTOGRAD, JAX, TORCH = "autograd", "JAX jit", "PyTorch"
LIBRARIES = (AUTOGRAD, JAX, TORCH)
CONTESTANTS = (BY_HAND, GENERIC, EXAMPLE, *LIBRARIES)


def gradients(work: Workload, libraries: tuple[str, ...] = LIBRARIES) -> dict[str, Call]:
    """A call that gives the gradients, for every contestant that is installed."""
    wrt = work.wrt[0] if len(work.wrt) == 1 else work.wrt
    generic = st.grad(work.function, wrt)
    special = st.grad(work.function, wrt, example=work.args)
    args = work.args
    calls: dict[str, Call] = {
        BY_HAND: lambda: work.by_hand(*args),
        GENERIC: lambda: generic(*args),
        EXAMPLE: lambda: special(*args),
    }
    makers = {AUTOGRAD: autograd_gradient, JAX: jax_gradient, TORCH: torch_gradient}
    for name in libraries:
        made = makers[name](work)
        if made is not None:
            calls[name] = made
    return calls


def with_numpy(fn: Callable[..., Any], module: Any) -> FunctionType:
    """The function with another module for `np`."""
    assert isinstance(fn, FunctionType)
    return FunctionType(fn.__code__, {**fn.__globals__, "np": module}, fn.__name__)


def installed(name: str) -> Any:
    """The module, or None."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def autograd_gradient(work: Workload) -> Call | None:
    module = installed("autograd")
    if module is None:
        return None
    fn = with_numpy(work.function, installed("autograd.numpy"))
    many = len(work.wrt) > 1
    made = module.grad(fn, work.wrt if many else work.wrt[0])
    return lambda: made(*work.args)


def jax_gradient(work: Workload) -> Call | None:
    jax = installed("jax")
    if jax is None:
        return None
    jax.config.update("jax_enable_x64", True)
    fn = with_numpy(work.function, jax.numpy)
    made = jax.jit(jax.grad(fn, work.wrt))
    args = [jax.numpy.asarray(a) for a in work.args]
    return lambda: jax.block_until_ready(made(*args))


def torch_gradient(work: Workload) -> Call | None:
    torch = installed("torch")
    if torch is None:
        return None
    torch.set_num_threads(1)
    fn = with_numpy(work.function, torch_numpy(torch))
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
