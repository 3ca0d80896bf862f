import numpy as np


def vjp_blur(image, kernel, dout):
    """Gradient of `dout * blur` with respect to (image, kernel), for the
    cotangent dout.
    """
    padded = np.pad(image, 1)
    t1 = slice(0, 0 + 4), slice(1, 1 + 4)
    t2 = slice(1, 1 + 4), slice(0, 0 + 4)
    t3 = slice(1, 1 + 4), slice(1, 1 + 4)
    t4 = slice(1, 1 + 4), slice(2, 2 + 4)
    t5 = slice(2, 2 + 4), slice(1, 1 + 4)

    dpadded = np.zeros_like(padded)
    dpadded[t1] += dout * kernel[0, 1]
    dpadded[t2] += dout * kernel[1, 0]
    dpadded[t3] += dout * kernel[1, 1]
    dpadded[t4] += dout * kernel[1, 2]
    dpadded[t5] += dout * kernel[2, 1]
    dimage = dpadded[1:-1, 1:-1].copy()
    dkernel = np.zeros_like(kernel)
    dkernel[0, 1] += (dout * padded[t1]).sum()
    dkernel[1, 0] += (dout * padded[t2]).sum()
    dkernel[1, 1] += (dout * padded[t3]).sum()
    dkernel[1, 2] += (dout * padded[t4]).sum()
    dkernel[2, 1] += (dout * padded[t5]).sum()
    return dimage, dkernel
