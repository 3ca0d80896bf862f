"""scipy.signal: convolutions of all modes, linear filters, spectra of segments.

    z = convolve(a, v)     da = convolve(dz, v backwards, "valid")      and as much for v
    z = lfilter(b, a, x)   a(q) z = b(q) x, with q the delay:
                           dx is dz filtered backwards in time; db[k] sums dz times x / a(q) delayed
                           by k; da[k] sums -dz times z / a(q) delayed by k

The modes "same" and "valid" are parts of the full convolution, so their cotangents are padded with
zeros first. Spectra are followed as formulas. Source: Oppenheim and Schafer, Discrete-Time Signal
Processing, chapters 2 and 6; Welch (1967) for averages of periodograms.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal
from scipy.signal import lfilter

from ...errors import UnsupportedError
from ...ir.types import Type, number
from ...runtime import (
    analytic_weights,
    in_full,
    lagged_sums,
    moving_average,
    of_full,
    one_sided,
    sum_to,
)
from ..formulas import defined_as
from ..registry import (
    jvp,
    linear,
    memory,
    multilinear,
    named,
    nondifferentiable,
    refused,
    result,
    static,
    vjp,
)

multilinear((signal.convolve, signal.fftconvolve, signal.oaconvolve), "in1, in2")
linear((in_full, of_full), "g")
memory(of_full, "maybe")
linear(signal.detrend, "data")
multilinear(lagged_sums, "g, u")
multilinear(moving_average, "g, u")
nondifferentiable(analytic_weights)


@static
def only(name: str, value: Any, expected: Any) -> None:
    """Refuse an option that has no derivative here."""
    if value != expected:
        raise UnsupportedError(f"the derivative does not know {name}={value!r}")


@vjp(signal.convolve, "in1, in2")
def convolve_vjp(
    dz: Any, z: Any, in1: Any, in2: Any, mode: Any = "full", method: Any = "auto"
) -> Any:
    full = dz if mode == "full" else in_full(dz, in1, in2, mode, None)
    if method == "auto":
        return (
            signal.convolve(full, np.flip(in2), mode="valid"),
            signal.convolve(full, np.flip(in1), mode="valid"),
        )
    return (
        signal.convolve(full, np.flip(in2), mode="valid", method=method),
        signal.convolve(full, np.flip(in1), mode="valid", method=method),
    )


@vjp((signal.fftconvolve, signal.oaconvolve), "in1, in2")
def fftconvolve_vjp(
    dz: Any, z: Any, in1: Any, in2: Any, mode: Any = "full", axes: Any = None
) -> Any:
    full = dz if mode == "full" else in_full(dz, in1, in2, mode, axes)
    da = signal.fftconvolve(full, np.flip(in2, axes), mode="valid", axes=axes)
    dv = signal.fftconvolve(full, np.flip(in1, axes), mode="valid", axes=axes)
    if axes is None:
        return da, dv
    return sum_to(da, in1), sum_to(dv, in2)


@result((signal.convolve, signal.fftconvolve, signal.oaconvolve))
def convolve_result(in1: Any, in2: Any, mode: Any = "full", *rest: Any, **options: Any) -> Any:
    ranks = [x.rank if isinstance(x, Type) else int(np.ndim(x)) for x in (in1, in2)]
    rank = ranks[0] or ranks[1]  # they are alike
    return (None,) * rank if rank else None


@vjp(in_full, "g")
def in_full_vjp(dz: Any, z: Any, g: Any, a: Any, v: Any, mode: Any, axes: Any) -> Any:
    return of_full(dz, a, v, mode, axes)


@vjp(of_full, "g")
def of_full_vjp(dz: Any, z: Any, g: Any, a: Any, v: Any, mode: Any, axes: Any) -> Any:
    return in_full(dz, a, v, mode, axes)


@defined_as(signal.correlate)
def correlate(in1: Any, in2: Any, mode: Any = "full", method: Any = "auto") -> Any:
    return signal.convolve(in1, np.conj(np.flip(in2)), mode, method)


@defined_as(signal.convolve2d)
def convolve2d(
    in1: Any, in2: Any, mode: Any = "full", boundary: Any = "fill", fillvalue: Any = 0
) -> Any:
    if mode == "valid" or boundary == "fill":
        only("fillvalue", fillvalue, 0)
        return signal.convolve(in1, in2, mode, "direct")
    only("mode", mode, "same")
    rows, columns = np.shape(in2)
    return valid_of(in1, in2, (rows - 1) // 2, (columns - 1) // 2, boundary)


def valid_of(image: Any, kernel: Any, low: Any, left: Any, boundary: Any) -> Any:
    """The convolution of an image that goes on beyond its edges, from a place in the full one."""
    rows, columns = np.shape(kernel)
    widths = ((rows - 1 - low, low), (columns - 1 - left, left))
    if boundary == "wrap":
        padded = np.pad(image, widths, "wrap")
    elif boundary == "symm":
        padded = np.pad(image, widths, "symmetric")
    else:
        padded = np.pad(image, widths)
    return signal.convolve(padded, kernel, "valid", "direct")


@defined_as(signal.correlate2d)
def correlate2d(
    in1: Any, in2: Any, mode: Any = "full", boundary: Any = "fill", fillvalue: Any = 0
) -> Any:
    kernel = np.conj(np.flip(in2))
    if mode != "same":
        return signal.convolve2d(in1, kernel, mode, boundary, fillvalue)
    only("fillvalue", fillvalue, 0)
    rows, columns = np.shape(kernel)
    return valid_of(in1, kernel, rows // 2, columns // 2, boundary)


# ---------------------------------------------------------------- filters


def along_last(x: Any, axis: Any) -> Any:
    return x if axis == -1 else np.moveaxis(x, axis, -1)


@vjp(lfilter, "b, a, x")
def lfilter_vjp(dz: Any, z: Any, b: Any, a: Any, x: Any, axis: Any = -1) -> Any:
    dx = np.flip(lfilter(b, a, np.flip(dz, axis), axis=axis), axis)
    g = along_last(dz, axis)
    db = lagged_sums(g, along_last(lfilter(np.ones(1), a, x, axis=axis), axis), np.size(b))
    da = -lagged_sums(g, along_last(lfilter(np.ones(1), a, z, axis=axis), axis), np.size(a))
    return np.reshape(db, np.shape(b)), np.reshape(da, np.shape(a)), dx


@jvp(lfilter)
def lfilter_jvp(
    z: Any, b: Any, a: Any, x: Any, axis: Any = -1, b_dot: Any = None, a_dot: Any = None,
    x_dot: Any = None,
) -> Any:  # fmt: skip
    return (
        None if b_dot is None else lfilter(b_dot, a, x, axis=axis),
        None if a_dot is None else -lfilter(a_dot, a, z, axis=axis),
        None if x_dot is None else lfilter(b, a, x_dot, axis=axis),
    )


@result(lfilter)
def lfilter_result(b: Any, a: Any, x: Any, *rest: Any, **options: Any) -> Any:
    return x.shape if isinstance(x, Type) and x.kind == "num" else None


@vjp(lagged_sums, "g, u")
def lagged_sums_vjp(dz: Any, z: Any, g: Any, u: Any, count: Any) -> Any:
    return moving_average(dz, u), np.flip(moving_average(dz, np.flip(g, -1)), -1)


@vjp(moving_average, "g, u")
def moving_average_vjp(dz: Any, z: Any, g: Any, u: Any) -> Any:
    du = np.flip(moving_average(g, np.flip(dz, -1)), -1)
    return lagged_sums(dz, u, np.size(g)), du


@result(lagged_sums)
def lagged_sums_result(g: Any, u: Any, count: Any) -> Any:
    return number((None,))


@result(moving_average)
def moving_average_result(g: Any, u: Any) -> Any:
    return u.shape if isinstance(u, Type) and u.kind == "num" else None


@defined_as(signal.sosfilt)
def sosfilt(sos: Any, x: Any, axis: Any = -1) -> Any:
    for k in range(len(sos)):
        x = lfilter(sos[k, :3], sos[k, 3:], x, axis)
    return x


@vjp(signal.detrend, "data")
def detrend_vjp(
    dz: Any, z: Any, data: Any, axis: Any = -1, type: Any = "linear", bp: Any = 0,
    overwrite_data: Any = False,
) -> Any:  # fmt: skip
    return signal.detrend(dz, axis, type, bp)  # a projection, and so symmetric


@result(signal.detrend)
def detrend_result(data: Any, *rest: Any, **options: Any) -> Any:
    return data.shape if isinstance(data, Type) and data.kind == "num" else None


@defined_as(signal.hilbert)
def hilbert(x: Any, N: Any = None, axis: Any = -1) -> Any:
    x = along_last(x, axis)
    count = np.shape(x)[-1] if N is None else N
    z = np.fft.ifft(np.fft.fft(x, N) * analytic_weights(count))
    return z if axis == -1 else np.moveaxis(z, -1, axis)


# ---------------------------------------------------------------- spectra


@defined_as(signal.csd)
def csd(
    x: Any, y: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None,
    noverlap: Any = None, nfft: Any = None, detrend: Any = "constant",
    return_onesided: Any = True, scaling: Any = "density", axis: Any = -1, average: Any = "mean",
) -> Any:  # fmt: skip
    only("average", average, "mean")
    only("return_onesided", return_onesided, True)
    x, y = along_last(x, axis), along_last(y, axis)
    size = min(256 if nperseg is None else nperseg, np.shape(x)[-1])
    w = signal.get_window(window, size)
    step = size - (size // 2 if noverlap is None else noverlap)
    count = size if nfft is None else nfft
    a = np.fft.rfft(segments(x, size, step, detrend) * w, count)
    b = np.fft.rfft(segments(y, size, step, detrend) * w, count)
    scale = 1.0 / (fs * np.sum(w**2)) if scaling == "density" else 1.0 / np.sum(w) ** 2
    power = scale * np.mean(np.conj(a) * b * one_sided(count), axis=-2)
    return np.fft.rfftfreq(count, 1.0 / fs), power if axis == -1 else np.moveaxis(power, -1, axis)


def segments(x: Any, size: Any, step: Any, detrend: Any) -> Any:
    """Overlapping pieces of x, one a row, without their trend."""
    starts = np.arange(0, np.shape(x)[-1] - size + 1, step)
    rows = x[..., starts[:, None] + np.arange(size)]
    if detrend == "constant":
        return rows - np.mean(rows, axis=-1, keepdims=True)
    return signal.detrend(rows, -1, "linear") if detrend == "linear" else rows


@defined_as(signal.welch)
def welch(
    x: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None, noverlap: Any = None,
    nfft: Any = None, detrend: Any = "constant", return_onesided: Any = True,
    scaling: Any = "density", axis: Any = -1, average: Any = "mean",
) -> Any:  # fmt: skip
    f, power = signal.csd(
        x, x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average
    )
    return f, np.real(power)


@defined_as(signal.periodogram)
def periodogram(
    x: Any, fs: Any = 1.0, window: Any = "boxcar", nfft: Any = None, detrend: Any = "constant",
    return_onesided: Any = True, scaling: Any = "density", axis: Any = -1,
) -> Any:  # fmt: skip
    only("nfft", nfft, None)
    size = np.shape(x)[axis]
    f, power = signal.csd(x, x, fs, window, size, 0, size, detrend, return_onesided, scaling, axis)
    return f, np.real(power)


nondifferentiable(one_sided, signal.get_window)

refused(
    "call lfilter on the padded signal, which has a rule",
    signal.filtfilt, signal.sosfiltfilt, signal.deconvolve, signal.decimate, signal.upfirdn,
    signal.resample, signal.resample_poly, signal.savgol_filter, signal.sepfir2d,
    signal.symiirorder1, signal.symiirorder2, signal.hilbert2, *named(signal, "envelope"),
)  # fmt: skip
refused(
    "it picks values by their order: np.sort and np.median have rules",
    signal.medfilt, signal.medfilt2d, signal.order_filter, signal.wiener,
)  # fmt: skip
refused(
    "take np.fft of the segments, as welch and csd do, which have rules",
    signal.stft, signal.istft, signal.spectrogram, signal.coherence, signal.lombscargle,
    signal.czt, signal.zoom_fft, signal.vectorstrength,
    *named(signal, "closest_STFT_dual_window"),
)  # fmt: skip
refused("solve its banded system", *named(signal, "whittaker_henderson"))
refused(
    "write its formula with np.sin and np.exp",
    signal.chirp, signal.gausspulse, signal.sweep_poly, signal.sawtooth, signal.gauss_spline,
)  # fmt: skip
refused(
    "a filter is designed for numbers that are known: take its coefficients as constants",
    signal.band_stop_obj, signal.bessel, signal.besselap, signal.bilinear, signal.bilinear_zpk,
    signal.butter, signal.cheby1, signal.cheb1ap, signal.cheby2, signal.cheb2ap, signal.ellip,
    signal.ellipap, signal.firls, signal.firwin, signal.firwin2, *named(signal, "firwin_2d"),
    signal.gammatone, signal.iircomb, signal.iirdesign, signal.iirfilter, signal.iirnotch,
    signal.iirpeak, signal.lp2bp, signal.lp2bp_zpk, signal.lp2bs, signal.lp2bs_zpk, signal.lp2hp,
    signal.lp2hp_zpk, signal.lp2lp, signal.lp2lp_zpk, signal.minimum_phase, signal.normalize,
    signal.remez, signal.savgol_coeffs, signal.lfilter_zi, signal.lfiltic, signal.sosfilt_zi,
    signal.kaiser_atten, signal.kaiser_beta,
)  # fmt: skip
refused(
    "write the system as arrays: its response is lfilter, or solve_ivp, which have rules",
    signal.abcd_normalize, signal.cont2discrete, signal.dimpulse, signal.dlsim, signal.dstep,
    signal.impulse, signal.lsim, signal.step, signal.place_poles, signal.bode, signal.dbode,
    signal.dfreqresp, signal.freqresp, signal.freqs, signal.freqs_zpk, signal.freqz,
    signal.freqz_zpk, signal.sosfreqz, signal.group_delay, signal.dlti, signal.lti,
    *named(signal, "freqz_sos"),
)  # fmt: skip
refused(
    "it converts filters by the roots of polynomials; np.roots and np.poly have rules",
    signal.invres, signal.invresz, signal.residue, signal.residuez, signal.sos2tf,
    signal.sos2zpk, signal.ss2tf, signal.ss2zpk, signal.tf2sos, signal.tf2ss, signal.tf2zpk,
    signal.unique_roots, signal.zpk2sos, signal.zpk2ss, signal.zpk2tf,
)  # fmt: skip
refused(
    "scipy.interpolate has splines with rules",
    signal.cspline1d, signal.cspline1d_eval, signal.cspline2d, signal.qspline1d,
    signal.qspline1d_eval, signal.qspline2d, signal.spline_filter,
)  # fmt: skip
nondifferentiable(
    signal.argrelextrema, signal.argrelmax, signal.argrelmin, signal.buttap, signal.buttord,
    signal.cheb1ord, signal.cheb2ord, signal.check_COLA, signal.check_NOLA,
    signal.choose_conv_method, signal.correlation_lags, signal.czt_points, signal.ellipord,
    signal.find_peaks, signal.find_peaks_cwt, signal.findfreqs, signal.kaiserord,
    signal.max_len_seq, signal.peak_prominences, signal.peak_widths, signal.square,
    signal.unit_impulse,
)  # fmt: skip
