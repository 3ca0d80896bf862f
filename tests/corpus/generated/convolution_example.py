import numpy as np


def vjp_convolution(signal, kernel, dout):
    """Gradient of `dout * convolution` with respect to (signal, kernel), for
    the cotangent dout.
    """
    dsignal = np.zeros_like(signal)
    dsignal[:-2] += dout * kernel[0]
    dsignal[1:-1] += dout * kernel[1]
    dsignal[2:] += dout * kernel[2]
    dkernel = np.zeros_like(kernel)
    dkernel[0] += (dout * signal[:-2]).sum()
    dkernel[1] += (dout * signal[1:-1]).sum()
    dkernel[2] += (dout * signal[2:]).sum()
    return dsignal, dkernel
