import numpy as np

pi = 3.141592653589793


def vjp_polar(r, phi, dout):
    """Gradient of `dout * polar` with respect to (r, phi), for the cotangent
    dout.
    """
    cos_phi = np.cos(phi)
    sin_phi = np.sin(phi)

    t1 = dout[2] * (pi * r)
    t2 = t1 + r * dout[2] * pi
    dr = t2 + dout[1] * sin_phi + dout[0] * cos_phi
    dphi = r * dout[1] * cos_phi - r * dout[0] * sin_phi
    return dr, dphi
