"""The functions that NumPy programs are made of, by namespace, as they are installed here."""

import builtins
import importlib
import inspect
import types

import numpy as np

#: the namespaces that are listed; those of SciPy only where it is installed
NAMESPACES = (
    "builtins", "math", "numpy", "numpy.linalg", "numpy.fft", "scipy.special", "scipy.linalg",
    "scipy.fft", "scipy.stats", "scipy.signal", "scipy.interpolate", "scipy.integrate",
    "scipy.optimize", "scipy.sparse", "scipy.sparse.linalg",
)  # fmt: skip

#: methods of the distributions of scipy.stats
DENSITIES = (
    "logpdf", "pdf", "logpmf", "pmf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf", "entropy",
    "mean", "var", "std",
)  # fmt: skip


def public_functions(namespace):
    """The functions of a namespace by name, without classes: a class is no function to rule over.
    Distributions of scipy.stats are listed with their methods.

    Raises ImportError where the namespace is not installed.
    """
    module = builtins if namespace == "builtins" else importlib.import_module(namespace)
    for name in sorted(getattr(module, "__all__", dir(module))):
        fn = getattr(module, name, None)
        if name.startswith("_") or isinstance(fn, types.ModuleType) or inspect.isclass(fn):
            continue
        if type(fn).__module__ == "_sitebuiltins":  # of the prompt: exit, help
            continue
        if namespace == "scipy.stats" and hasattr(fn, "rvs"):
            for method in DENSITIES:
                if hasattr(fn, method):
                    yield f"{name}.{method}", getattr(fn, method)
        elif callable(fn):
            yield name, fn


def ufunc_methods():
    """np.add.reduce and its kin."""
    for name, ufunc in public_functions("numpy"):
        if isinstance(ufunc, np.ufunc) and ufunc.nin == 2 and ufunc.nout == 1:
            for method in ("reduce", "accumulate", "reduceat", "outer", "at"):
                if ufunc.signature is None:
                    yield f"{name}.{method}", getattr(ufunc, method)
