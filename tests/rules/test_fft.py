"""numpy.fft: every transform, with its sizes, axes and norms."""

from __future__ import annotations

import numpy as np
import pytest

import srctransform as st
from tests.checking import check

rng = np.random.default_rng(8)


def real(*shape):
    return rng.standard_normal(shape)


def cplx(*shape):
    return real(*shape) + 1j * real(*shape)


def body(fn, *example):
    text = st.vjp(fn, tuple(range(len(example))), example=example).source
    return [line.strip() for line in text.split('"""')[-1].strip().splitlines()]


def quick(f, x):
    check(f, x, second=False, optimize=(True,))


ALONG = {
    "fft": lambda x, n, axis, norm: np.fft.fft(x, n, axis, norm),
    "ifft": lambda x, n, axis, norm: np.fft.ifft(x, n, axis, norm),
    "rfft": lambda x, n, axis, norm: np.fft.rfft(x, n, axis, norm),
    "irfft": lambda x, n, axis, norm: np.fft.irfft(x, n, axis, norm),
    "hfft": lambda x, n, axis, norm: np.fft.hfft(x, n, axis, norm),
    "ihfft": lambda x, n, axis, norm: np.fft.ihfft(x, n, axis, norm),
}


@pytest.mark.parametrize("name", ALONG)
@pytest.mark.parametrize(
    "n, axis, norm", [(None, -1, None), (4, 0, "ortho"), (7, 1, "forward"), (9, -1, "backward")]
)
def test_sizes_that_fit_crop_or_pad_whatever_is_known_of_them(name, n, axis, norm):
    x = cplx(6, 5) if name in ("irfft", "hfft") else real(6, 5)
    check(ALONG[name], x, n, axis, norm, wrt=(0,), second=False, optimize=(True,))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.fft.fft(x),
        lambda x: np.fft.ifft(x, 4),
        lambda x: np.fft.fft(x, norm="ortho"),
        lambda x: np.fft.rfft(x),
        lambda x: np.fft.rfft(x, 7, axis=0),
        lambda x: np.fft.ihfft(x, n=3, norm="forward"),
        lambda x: np.fft.fft2(x),
        lambda x: np.fft.ifft2(x, s=(3, 7)),
        lambda x: np.fft.fft2(x, axes=(1, 0), norm="ortho"),
        lambda x: np.fft.fftn(x),
        lambda x: np.fft.ifftn(x, s=(4,), axes=(0,)),
        lambda x: np.fft.rfft2(x),
        lambda x: np.fft.rfftn(x, s=(7, 3), axes=(1, 0)),
        lambda x: np.fft.rfftn(x, norm="forward"),
        lambda x: np.fft.rfftn(x, axes=(0,)),
        lambda x: np.fft.fftshift(x),
        lambda x: np.fft.ifftshift(x, axes=1),
        lambda x: np.fft.fftshift(x, (0,)),
    ],
)
def test_transforms_of_real_numbers_have_real_gradients(f):
    quick(f, real(6, 5))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.fft.ifft(x),
        lambda x: np.fft.fftn(x, axes=(1,)),
        lambda x: np.fft.irfft(x),
        lambda x: np.fft.irfft(x, 7),
        lambda x: np.fft.irfft(x, 12, axis=0),
        lambda x: np.fft.hfft(x, n=6),
        lambda x: np.fft.irfft2(x),
        lambda x: np.fft.irfft2(x, s=(3, 5)),
        lambda x: np.fft.irfftn(x, norm="ortho"),
        lambda x: np.fft.irfftn(x, s=(9, 4), axes=(1, 0)),
    ],
)
def test_transforms_of_complex_numbers(f):
    quick(f, cplx(6, 5))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.abs(np.fft.rfft(x)) ** 2 * np.fft.rfftfreq(6),
        lambda x: np.fft.irfft(np.fft.rfft(x) ** 2, n=6),
        lambda x: np.fft.irfftn(np.fft.rfftn(x) ** 2),
        lambda x: np.real(np.fft.ifft(np.fft.fft(x, 9) ** 2)) * np.sum(np.fft.fftfreq(9)),
    ],
)
def test_spectra_and_convolutions_twice(f):
    check(f, real(6))


def test_what_is_printed():
    assert body(lambda x: np.fft.fft(x), cplx(4)) == ["dx = np.fft.fft(dout)", "return dx,"]
    assert body(lambda x: np.fft.rfft(x), real(4)) == [
        "dx = np.real(np.fft.fft(dout, x.shape[-1]))", "return dx,",
    ]  # fmt: skip
    assert body(lambda x: np.fft.irfft(x), cplx(4)) == [
        "dx = doubled(np.fft.ihfft(dout), dout.shape[-1], -1)", "return dx,",
    ]  # fmt: skip
    assert body(lambda x: np.fft.fft2(x, norm="ortho"), cplx(4, 4)) == [
        "dx = np.fft.fft2(dout, axes=(-2, -1), norm=\"ortho\")", "return dx,",
    ]  # fmt: skip


def test_the_adjoint_is_that_of_autograd():
    import autograd
    import autograd.numpy as anp

    def f(x):
        return np.sum(np.abs(np.fft.fft(x, 8)) ** 4)

    x = real(6)
    want = autograd.grad(lambda x: anp.sum(anp.abs(anp.fft.fft(x, 8)) ** 4))(x)
    assert np.allclose(st.grad(f)(x), want)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.real(np.fft.fft(x)),
        lambda x: np.abs(np.fft.rfft(x, 6)),
        lambda x: np.fft.irfft(x + 0j),
        lambda x: np.imag(np.fft.fft2(x)),
    ],
)
def test_float32_stays_float32(f):
    x = real(4, 4).astype("f")
    z = f(x)
    assert z.dtype == np.float32
    assert st.vjp(f)(x, z).dtype == np.float32
    assert st.jvp(f)(x, x)[1].dtype == np.float32


def test_ints_views_and_nothing_at_all():
    f = st.vjp(lambda x: np.real(np.fft.fft(x)))
    assert f(np.arange(4), np.ones(4)).dtype == np.float64
    quick(lambda x: np.fft.rfft(x), real(4, 8)[::2, ::-1])
    assert f(np.zeros((0, 4)), np.zeros((0, 4))).shape == (0, 4)


def test_in_a_loop():
    def f(x):
        for k in range(3):
            x = np.real(np.fft.ifft(np.fft.fft(x) * np.exp(-(np.fft.fftfreq(6) ** 2) * k)))
        return x

    check(f, real(6), second=False)
