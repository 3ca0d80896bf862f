"""The one numeric oracle: check a function's derivatives against central differences.

    check(f, x, w)             all arguments that are float arrays or floats
    check(f, x, n, wrt=(0,))   only some

Reverse and forward mode, with and without `example=`, and not optimised, against central
differences and against each other (dot-product test); forward over reverse against differences of
reverse, with an example for every other function. Shapes, dtypes, unchanged inputs, and no memory
shared with inputs are checked as well.
"""

from __future__ import annotations

import copy
import warnings
from zlib import crc32

import numpy as np

import srctransform as st


def leaves(x):
    if isinstance(x, dict):
        return [leaf for v in x.values() for leaf in leaves(v)]
    if isinstance(x, (list, tuple)):
        return [leaf for v in x for leaf in leaves(v)]
    if hasattr(x, "__dataclass_fields__"):
        return [leaf for n in x.__dataclass_fields__ for leaf in leaves(getattr(x, n))]
    return [] if x is None or isinstance(x, (str, bool, np.bool_)) else [np.asarray(x)]


def map_leaves(fn, x, *others):
    if isinstance(x, dict):
        return {k: map_leaves(fn, v, *(o[k] for o in others)) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        items = [map_leaves(fn, v, *(o[k] for o in others)) for k, v in enumerate(x)]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if hasattr(x, "__dataclass_fields__"):
        names = x.__dataclass_fields__
        parts = {n: map_leaves(fn, getattr(x, n), *(getattr(o, n) for o in others)) for n in names}
        return type(x)(**parts)
    return x if x is None or isinstance(x, (str, bool, np.bool_)) else fn(x, *others)


def inner(a, b):
    """The real pairing of a cotangent with a tangent."""
    return float(sum(np.real(np.sum(p * q)) for p, q in zip(leaves(a), leaves(b), strict=True)))


def random_like(x, rng):
    def draw(v):
        v = np.asarray(v)
        out = rng.standard_normal(v.shape)
        if v.dtype.kind == "c":
            out = out + 1j * rng.standard_normal(v.shape)
        return out.astype(v.dtype) if v.dtype.kind in "fc" and v.shape else out[()]

    return map_leaves(draw, x)


def moved(x, v, step):
    return map_leaves(lambda a, b: a + step * b, x, v)


def close(got, want, tol, what):
    got, want = leaves(got), leaves(want)
    assert len(got) == len(want), f"{what}: {len(got)} leaves, expected {len(want)}"
    for g, w in zip(got, want, strict=True):
        assert g.shape == w.shape, f"{what}: shape {g.shape}, expected {w.shape}"
        scale = 1.0 + np.max(np.abs(w), initial=0.0)
        error = (
            np.max(np.abs(np.subtract(g, w, dtype=np.result_type(g, w, 0.0))), initial=0.0) / scale
        )
        assert error < tol, f"{what}: off by {error:.2e}\n got {g}\n want {w}"


def differentiable(x):
    return any(leaf.dtype.kind in "fc" for leaf in leaves(x)) and not isinstance(x, (int, bool))


def check(f, *args, wrt=None, tol=1e-6, step=1e-6, second=True, modes=("rev", "fwd"), seed=0,
          examples=(False, True), optimize=(True, False)):  # fmt: skip
    """Assert that every derivative of f at args is right."""
    rng = np.random.default_rng(seed)
    if wrt is None:
        wrt = tuple(k for k, a in enumerate(args) if differentiable(a))
    out = f(*copy.deepcopy(args))
    dout = random_like(out, rng)
    dirs = {k: random_like(args[k], rng) for k in wrt}

    def at(t, fn=f, extra=()):
        now = [moved(a, dirs[k], t) if k in dirs else copy.deepcopy(a) for k, a in enumerate(args)]
        return fn(*now, *extra)

    numeric = map_leaves(lambda p, q: (p - q) / (2 * step), at(step), at(-step))
    for example in examples:
        for opt in optimize:
            if example and not opt and len(examples) > 1 and True in optimize:
                continue  # the literal list knows no facts to leave out
            how = f"example={example}, optimize={opt}"
            given = args if example else None
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                if "rev" in modes:
                    pulled = st.vjp(f, wrt, example=given, optimize=opt)
                if "fwd" in modes:
                    pushed = st.jvp(f, wrt, example=given, optimize=opt)
            kept = copy.deepcopy(args)
            if "rev" in modes:
                grads = pulled(*args, dout)
                assert isinstance(grads, tuple)
                for k, g in zip(wrt, grads, strict=True):
                    for a, b in zip(leaves(args[k]), leaves(g), strict=True):
                        assert a.shape == b.shape, f"{how}: gradient {b.shape} of {a.shape}"
                        assert b.dtype.kind in "fc", f"{how}: gradient of dtype {b.dtype}"
                        if a.dtype.kind == "f":
                            assert b.dtype.kind == "f", f"{how}: complex gradient of a real"
                        for other in leaves([args, dout]):
                            assert not np.shares_memory(b, other), f"{how}: gradient shares memory"
                got = sum(inner(g, dirs[k]) for k, g in zip(wrt, grads, strict=True))
                want = inner(dout, numeric)
                assert abs(got - want) < tol * (1 + abs(want)), (
                    f"reverse, {how}: {got} != {want}\n{pulled.source}"
                )
                close(args, kept, 1e-300 + tol * 1e-9, f"{how}: inputs changed")
            if "fwd" in modes:
                value, tangent = pushed(*args, *(dirs[k] for k in wrt))
                close(value, out, 1e-12, f"forward value, {how}")
                close(tangent, numeric, tol * 10, f"forward, {how}\n{pushed.source}")
                if "rev" in modes:
                    pair = inner(dout, tangent)
                    assert abs(got - pair) < 1e-9 * (1 + abs(pair)), (
                        f"dot product, {how}: {got} != {pair}"
                    )
    if second and "rev" in modes and "fwd" in modes:
        turn = crc32(repr([f.__code__.co_code, *map(np.shape, leaves(args))]).encode())
        for example in (examples[turn % len(examples)],):
            given = args if example else None
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                pulled = st.vjp(f, wrt, example=given)
                twice = st.jvp(pulled, wrt, example=(*args, dout) if example else None)
            _, tangent = twice(*args, dout, *(dirs[k] for k in wrt))
            want = map_leaves(
                lambda p, q: (p - q) / (2 * step),
                at(step, pulled, (dout,)),
                at(-step, pulled, (dout,)),
            )
            close(tangent, want, tol * 100, f"second order, example={example}\n{twice.source}")
