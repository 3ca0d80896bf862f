"""scipy.fft: the transforms that numpy has too, hfftn and its kin, sines and cosines."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.fft

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check

rng = np.random.default_rng(9)


def real(*shape):
    return rng.standard_normal(shape)


def cplx(*shape):
    return real(*shape) + 1j * real(*shape)


def quick(f, x, *rest):
    check(f, x, *rest, wrt=(0,), second=False, optimize=(True,))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: scipy.fft.fft(x, 7),
        lambda x: scipy.fft.rfft(x, norm="ortho"),
        lambda x: scipy.fft.fft2(x, s=(4, 4)),
        lambda x: scipy.fft.rfftn(x, s=(4,)),
        lambda x: scipy.fft.ihfft2(x),
        lambda x: scipy.fft.ihfftn(x, s=(3, 8), norm="ortho"),
        lambda x: scipy.fft.fftshift(x),
    ],
)
def test_transforms_of_real_numbers(f):
    quick(f, real(6, 5))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: scipy.fft.irfft(x, 7),
        lambda x: scipy.fft.hfft2(x),
        lambda x: scipy.fft.hfftn(x, s=(5, 9)),
        lambda x: scipy.fft.irfftn(x, axes=(1, 0)),
    ],
)
def test_transforms_of_complex_numbers(f):
    quick(f, cplx(6, 5))


COSINES = {
    "dct": lambda x, n, norm: scipy.fft.dct(x, 1, n, norm=norm),
    "dct 2": lambda x, n, norm: scipy.fft.dct(x, 2, n, norm=norm),
    "dct 3": lambda x, n, norm: scipy.fft.dct(x, 3, n, norm=norm),
    "dct 4": lambda x, n, norm: scipy.fft.dct(x, 4, n, norm=norm),
    "idct": lambda x, n, norm: scipy.fft.idct(x, 1, n, norm=norm),
    "idct 2": lambda x, n, norm: scipy.fft.idct(x, 2, n, norm=norm),
    "idct 3": lambda x, n, norm: scipy.fft.idct(x, 3, n, norm=norm),
    "dst": lambda x, n, norm: scipy.fft.dst(x, 1, n, norm=norm),
    "dst 2": lambda x, n, norm: scipy.fft.dst(x, 2, n, norm=norm),
    "dst 3": lambda x, n, norm: scipy.fft.dst(x, 3, n, norm=norm),
    "dst 4": lambda x, n, norm: scipy.fft.dst(x, 4, n, norm=norm),
    "idst 2": lambda x, n, norm: scipy.fft.idst(x, 2, n, norm=norm),
}


@pytest.mark.parametrize("name", COSINES)
@pytest.mark.parametrize("norm", [None, "ortho", "forward"])
def test_sines_and_cosines(name, norm):
    transform = COSINES[name]
    x = real(3, 5)
    for n in (None, 4, 7):
        out = transform(x, n, norm)
        g = real(*out.shape)
        pulled = st.vjp(make(name, norm))(x, n, g)
        assert np.isclose(np.sum(pulled * x), np.sum(g * out))


def make(name, norm):
    """The transform with a norm that is known before the program runs."""
    kind, _, type = name.partition(" ")
    text = f"lambda x, n: scipy.fft.{kind}(x, {type or 1}, n, norm={norm!r})"
    return TEXTS[text]


def texts():
    import linecache

    lines = []
    for name in COSINES:
        for norm in (None, "ortho", "forward"):
            kind, _, type = name.partition(" ")
            lines.append(f"lambda x, n: scipy.fft.{kind}(x, {type or 1}, n, norm={norm!r})")
    made = {}
    for k, line in enumerate(lines):
        file = f"<cosines {k}>"
        linecache.cache[file] = (len(line), None, [line + "\n"], file)
        made[line] = eval(compile(line, file, "eval"), {"scipy": scipy})
    return made


TEXTS = texts()


@pytest.mark.parametrize(
    "f",
    [
        lambda x: scipy.fft.dct(x) ** 2,
        lambda x: scipy.fft.dctn(x, type=1),
        lambda x: scipy.fft.dctn(x, type=3, s=(4, 7), axes=(1, 0), norm="forward"),
        lambda x: scipy.fft.idctn(x, 2, s=(3,)),
        lambda x: scipy.fft.dstn(x, norm="ortho"),
        lambda x: scipy.fft.idstn(x, type=3),
    ],
)
def test_over_several_axes(f):
    quick(f, real(6, 5))


def test_twice():
    check(lambda x: scipy.fft.dct(scipy.fft.dct(x) ** 2, 1, axis=0), real(4, 5))


def test_float32_and_text():
    x = real(4, 4).astype("f")
    df = st.vjp(lambda x: scipy.fft.dct(x), example=(x,))
    assert df(x, x).dtype == np.float32
    assert "scipy.fft.dct(ends_scaled(dout, 2.0, 1.0, (-1,)), 3)" in df.source


def test_what_is_refused():
    with pytest.raises(UnsupportedError, match="Hankel"):
        st.vjp(lambda x: scipy.fft.fht(x, 0.1, 0.5))
    with pytest.raises(UnsupportedError, match="overwrite_x"):
        st.vjp(lambda x: scipy.fft.fft(x, overwrite_x=True))


def test_every_function_is_known():
    from srctransform.rules.registry import refusal_of, rule_of

    for name in scipy.fft.__all__:
        fn = getattr(scipy.fft, name)
        rule = rule_of(fn)
        known = rule is not None and (rule.constant or rule.differentiable)
        assert known or refusal_of(fn), name
