"""Convolutions, linear filters and spectra of scipy.signal."""

import numpy as np
import pytest
from scipy import signal

import srctransform as st
from tests.checking import check

RNG = np.random.default_rng(0)
X, V = RNG.standard_normal(7), RNG.standard_normal(4)
IMAGE, KERNEL = RNG.standard_normal((5, 6)), RNG.standard_normal((2, 3))


def same_value(f, *args):
    """The function is not changed where it is followed as a formula."""
    got, want = st.jvp(f)(*args, args[0])[0], f(*args)
    assert np.allclose(got, want, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("method", ["auto", "direct", "fft"])
def test_convolve(mode, method):
    def f(a, v):
        return signal.convolve(a, v, mode, method)

    check(f, X, V, optimize=(True,))
    check(f, V, X, optimize=(True,), second=False)
    check(f, IMAGE, KERNEL, second=False, optimize=(True,))


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("fn", [signal.fftconvolve, signal.oaconvolve])
def test_fast_convolutions(mode, fn):
    def f(a, v):
        return fn(a, v, mode=mode)

    def rows(a, v):
        return fn(a, v, mode=mode, axes=1)

    check(f, X, V, optimize=(True,))
    check(rows, IMAGE, KERNEL[:1], optimize=(True,))
    check(rows, IMAGE[:1], RNG.standard_normal((4, 3)), optimize=(True,), second=False)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_correlate(mode):
    def f(a, v):
        return signal.correlate(a, v, mode=mode)

    def complex_part(a, v):
        return np.abs(signal.correlate(a * (1 + 2j), v * np.exp(1j * v), mode=mode)) ** 2

    for args in ((X, V), (V, X), (IMAGE, KERNEL)):
        same_value(f, *args)
        check(f, *args, second=False, optimize=(True,))
    check(complex_part, X, V, second=False, optimize=(True,))


@pytest.mark.parametrize("boundary", ["fill", "wrap", "symm"])
@pytest.mark.parametrize("fn", [signal.convolve2d, signal.correlate2d])
def test_images(boundary, fn):
    def f(a, v):
        return fn(a, v, mode="same", boundary=boundary)

    same_value(f, IMAGE, KERNEL)
    check(f, IMAGE, KERNEL, optimize=(True,), second=False)


@pytest.mark.parametrize("mode", ["full", "valid"])
@pytest.mark.parametrize("fn", [signal.convolve2d, signal.correlate2d])
def test_images_of_other_sizes(mode, fn):
    def f(a, v):
        return fn(a, v, mode=mode)

    same_value(f, KERNEL, IMAGE)

    same_value(f, IMAGE, KERNEL)
    check(f, IMAGE, KERNEL, optimize=(True,))


def test_a_boundary_that_is_not_known_is_refused():
    def f(a, v):
        return np.sum(signal.convolve2d(a, v, boundary="wrap"))

    with pytest.raises(st.UnsupportedError, match="does not know mode='full'"):
        st.grad(f)


B, A = np.array([0.2, 0.3, 0.1]), np.array([1.3, -0.4, 0.2, 0.1])


@pytest.mark.parametrize("axis", [-1, 0])
def test_filters(axis):
    def f(b, a, x):
        return signal.lfilter(b, a, x, axis=axis)

    check(f, B, A, X if axis == -1 else IMAGE, optimize=(True,))
    check(f, B, A, IMAGE, optimize=(True,), second=False)


def test_longer_filters_than_signals():
    def f(b, a, x):
        return signal.lfilter(b, a, x)

    check(f, B, A, X[:2], optimize=(True,))


def test_sections():
    sos = signal.butter(4, 0.3, output="sos")

    def f(x, gain):
        return signal.sosfilt(sos * np.array([gain, gain, gain, 1.0, gain, gain]), x)

    same_value(f, X, 0.9)
    check(f, X, 0.9, optimize=(True,), second=False)


@pytest.mark.parametrize("kind", ["linear", "constant"])
def test_detrend(kind):
    def f(x):
        return signal.detrend(x, type=kind) ** 2

    check(f, X)
    check(f, IMAGE, second=False, optimize=(True,))


@pytest.mark.parametrize("count", [None, 5, 10])
def test_hilbert(count):
    def f(x):
        return np.abs(signal.hilbert(x, count))

    same_value(f, X)
    check(f, X, optimize=(True,))


def test_what_is_printed():
    def f(x, k):
        return np.sum(signal.convolve(x, k, mode="full") ** 2)

    text = st.grad(f, (0, 1), example=(X, V)).source
    assert (
        text.split("\n\n\n")[-1]
        == '''\
def grad_f(x, k):
    """Gradient of `f` with respect to (x, k)."""
    dz = 2.0 * signal.convolve(x, k, mode="full")
    dx = signal.convolve(dz, np.flip(k), mode="valid")
    dk = signal.convolve(dz, np.flip(x), mode="valid")
    return dx, dk
'''
    )


def test_float32_stays_so():
    def f(x, k):
        return np.sum(signal.fftconvolve(x, k, mode="same"))

    found = st.grad(f, (0, 1))(X.astype(np.float32), V.astype(np.float32))
    assert [g.dtype for g in found] == [np.float32, np.float32]


def test_every_function_is_supported_or_refused():
    for name in signal.__all__:
        fn = getattr(signal, name)
        if callable(fn) and not isinstance(fn, type):
            assert st.supported(fn).status != "unknown", name


@pytest.mark.parametrize("detrend", ["constant", "linear", False])
def test_spectra_of_segments(detrend):
    def f(x):
        return signal.welch(x, 2.0, nperseg=8, detrend=detrend)[1]

    def crossed(x, y):
        return np.abs(signal.csd(x, y, nperseg=7, noverlap=2, scaling="spectrum")[1])

    x, y = RNG.standard_normal((2, 20))
    same_value(f, x)
    check(f, x, second=False, optimize=(True,))
    same_value(crossed, x, y)
    check(crossed, x, y, second=False, optimize=(True,))


def test_periodograms():
    def f(x):
        return signal.periodogram(x, 3.0, axis=0)[1]

    same_value(f, IMAGE)
    check(f, IMAGE, second=False, optimize=(True,))
