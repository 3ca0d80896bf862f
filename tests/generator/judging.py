"""The oracles, and what they say of a program: right, refused, wrong, or a crash.

    judge(program, serial).verdict      "right"

A program's derivatives are held against central differences and, forward against reverse, against
each other (`tests.checking.check`); against complex step where the program can be run on complex
numbers; and its values, its arguments and a second call against f itself.

A program with a kink near its arguments is none to judge by: differences at two step sizes, and
one-sided ones, must agree first.
"""

import re
import signal
import threading
import traceback
import types
import warnings
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

import srctransform as st
from srctransform.errors import UnsupportedError

from ..checking import check, close, inner, leaves, map_leaves, moved, random_like
from .program import bounded

#: seconds of the processor that one derivative may take: longer is a crash
PATIENCE = 30


@dataclass(frozen=True)
class Verdict:
    """`what` is right, refused, wrong or crash; `where` tells failures of one kind apart.

    `part` is the part of the judgement that found it: "first", "second" order, or "beside".
    """

    what: str
    error: Exception | None = None
    where: str = ""
    part: str = ""

    @property
    def failed(self):
        return self.what in ("wrong", "crash")

    @property
    def messages(self):
        """What a refusal says."""
        return {problem.message for problem in getattr(self.error, "problems", ())} or {
            str(self.error)
        }

    def like(self, other):
        return (self.what, self.where) == (other.what, other.where)


def judge(program, serial, second=None, thorough=False, part=""):
    """The verdict on the derivatives of a program that `worth_judging` has let pass.

    With a `part`, only that part of the judgement, which is quicker.
    """
    rng = np.random.default_rng(serial)
    how = {"examples": (bool(rng.integers(2)),), "optimize": (bool(rng.integers(4)),)}
    twice = rng.integers(4) == 0 if second is None else second
    options = {} if thorough else how
    now = part
    try:
        f = program.function(serial)
        with np.errstate(all="ignore"), patient():
            for now in [part] if part else ["first", "second", "beside"]:
                if now == "beside":
                    beside(f, program, serial, how["examples"][0])
                elif now == "first" or twice or part:
                    chosen = options | ({"optimize": ()} if now == "second" else {})
                    check(
                        f, *program.values, wrt=program.wrt, tol=1e-5, seed=serial,
                        second=now == "second", **chosen,
                    )  # fmt: skip
    except UnsupportedError as error:
        return Verdict("refused", error, part=now)
    except AssertionError as error:
        inside = place(error)
        if inside:
            return Verdict("crash", error, f"AssertionError {inside}", now)
        return Verdict("wrong", error, claim(error), now)
    except Exception as error:
        if says_no(error):
            return Verdict("refused", error, part=now)
        return Verdict("crash", error, f"{type(error).__name__} {place(error)}", now)
    return Verdict("right")


def says_no(error):
    """Printed code, too, refuses what can be seen only as it runs: by a `raise` of its own."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return frame.filename.startswith("<srctransform") and frame.line.startswith("raise TypeError")


def claim(error):
    """What did not hold: the first words of the message, without how the derivative was made."""
    text = re.sub(r"^(example|optimize)=\w+(, optimize=\w+)?: ", "", str(error))
    return re.split(r"[:,]| changed| shares| \(", text)[0]


def place(error):
    """The innermost function of the package or of its printed code that an error comes through."""
    if isinstance(error, RecursionError):
        return ""  # where it ends is chance
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith("<srctransform"):
            return "printed code"
        if "/srctransform/" in frame.filename:
            return f"{frame.filename.rpartition('/srctransform/')[2]}:{frame.name}"
    return ""


def beside(f, program, serial, example):
    """The value is f's, the arguments stay, a second call gives the same, complex step agrees."""
    values, wrt = program.values, program.wrt
    rng = np.random.default_rng(serial)
    want = f(*program.values)
    directions = {k: random_like(values[k], rng) for k in wrt}
    given = tuple(program.values) if example else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if not isinstance(want, (dict, tuple, list)) and np.shape(want) == ():
            seed = 1.0
            derivative = st.value_and_grad(f, wrt, example=given)
            value, gradients = derivative(*values)
            close(value, want, 1e-12, "value: value_and_grad")
            _, again = derivative(*values)
        else:
            seed = random_like(want, rng)
            derivative = st.vjp(f, wrt, example=given)
            gradients, again = derivative(*values, seed), derivative(*values, seed)
    close(values, program.values, 1e-300, "arguments: changed by the derivative")
    for one, other in zip(leaves(gradients), leaves(again), strict=True):
        assert np.array_equal(one, other, equal_nan=True), "second call: not the same"
    exact = complex_step(program, serial, directions)
    if exact is not None:
        got = sum(inner(g, directions[k]) for k, g in zip(wrt, gradients, strict=True))
        expected = inner(seed, exact)
        assert abs(got - expected) < 1e-8 * (1 + abs(expected)), (
            f"complex step: {got} != {expected}\n{derivative.source}"
        )


# the oracles


def along(program, serial, directions):
    """The function of one number: f at arguments moved in the directions."""
    f = program.function(serial)

    def at(t):
        values = [
            moved(v, directions[k], t) if k in directions else v
            for k, v in enumerate(program.values)
        ]
        return f(*values)

    return at


def worth_judging(program, serial):
    """Does it run, is it finite, and smooth around its arguments? It may depend on them, too."""
    rng = np.random.default_rng(serial + 1)
    directions = {k: random_like(program.values[k], rng) for k in program.wrt}
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            namespace = program.namespace(serial)
            namespace["np"] = POISONED
            out = bounded(namespace["f"], *program.values)
            if not all(np.all(np.isfinite(leaf)) for leaf in leaves(out)):
                return False
            at = along(program, serial, directions)
            here = at(0.0)
            if any(leaf.dtype.kind not in "f" for leaf in leaves(here)) or not leaves(here):
                return False
            for one in (
                directions,
                {k: map_leaves(lambda v: -v, d) for k, d in directions.items()},
            ):
                at = along(program, serial, one)
                if not smooth(at, here):
                    return False
    except Exception:
        return False
    return True


def smooth(at, here):
    """Do differences at two step sizes agree, and those to either side?"""
    slopes = {}
    for step in (1e-4, 1e-5, 1e-6):
        up, down = at(step), at(-step)
        for leaf, middle, low in zip(leaves(up), leaves(here), leaves(down), strict=True):
            if leaf.shape != middle.shape or low.shape != middle.shape:
                return False
            bend = np.max(np.abs(leaf - 2 * middle + low), initial=0.0) / step
            scale = 1 + np.max(np.abs(leaf - low), initial=0.0) / step
            # of a smooth function this shrinks with the step; at a kink it stays as it is
            if not np.isfinite(bend) or bend > 100 * step * scale:
                return False
        slopes[step] = [(p - q) / (2 * step) for p, q in zip(leaves(up), leaves(down), strict=True)]
    for coarse, fine in zip(slopes[1e-5], slopes[1e-6], strict=True):
        if np.max(np.abs(coarse - fine), initial=0.0) > 1e-6 * (
            1 + np.max(np.abs(fine), initial=0.0)
        ):
            return False
    return all(np.max(np.abs(leaf), initial=0.0) < 1e4 for leaf in slopes[1e-5])


def complex_step(program, serial, directions):
    """The derivative along the directions, to machine precision; None where f is not analytic."""
    namespace = program.namespace(serial)
    namespace.update(np=COMPLEX, abs=COMPLEX.abs)
    step = 1e-20
    values = [
        map_leaves(lambda v, d: np.asarray(v + 1j * step * d)[()], value, directions[k])
        if k in directions else value
        for k, value in enumerate(program.values)
    ]  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            out = map_leaves(np.imag, namespace["f"](*values))
            out = map_leaves(lambda leaf: leaf / step, out)
            at = along(program, serial, directions)
            numeric = map_leaves(lambda p, q: (p - q) / 2e-5, at(1e-5), at(-1e-5))
            close(out, numeric, 1e-6, "complex step")
    except Exception:
        return None
    return out


class Shim(types.ModuleType):
    """NumPy, of which some functions are others."""

    def __getattr__(self, name):
        return getattr(np, name)


def poisoned_numpy():
    """NumPy whose empty arrays hold NaN: what nobody wrote is not to be read."""
    shim = Shim("numpy")
    shim.empty = lambda shape: np.full(shape, np.nan)
    shim.empty_like = lambda x: np.full_like(x, np.nan)
    return shim


def complex_numpy():
    """NumPy whose new arrays are complex, and whose kinks are taken by the real part."""
    shim = Shim("numpy")
    for name in "zeros ones empty zeros_like ones_like empty_like full full_like".split():
        setattr(shim, name, complex_maker(getattr(np, name)))
    shim.abs = lambda x: np.where(np.real(x) < 0, -x, x)[()]
    shim.sign = lambda x: np.sign(np.real(x))
    return shim


def complex_maker(make):
    return lambda *args, **options: make(*args, **{"dtype": complex, **options})


COMPLEX, POISONED = complex_numpy(), poisoned_numpy()


@contextmanager
def patient():
    """Raise TimeoutError where a derivative does not come to an end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum, frame):
        raise TimeoutError(f"no derivative after {PATIENCE} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
