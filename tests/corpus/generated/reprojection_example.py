import numpy as np


def grad_reprojection(axis, shift, points, seen, focal):
    """Gradient of `reprojection` with respect to (axis, shift, points)."""
    angle = np.sqrt(axis @ axis)
    k = axis / angle
    t1 = points[:, 2]
    t2 = points[:, 1]
    t3 = points[:, 0]
    t4 = points[:, 2]
    t5 = points[:, 1]
    t6 = points[:, 0]
    turned = np.stack(
        [k[1] * t1 - k[2] * t2, k[2] * t3 - k[0] * t4, k[0] * t5 - k[1] * t6],
        axis=1
    )
    t7 = points @ k
    t8 = t7[:, None]
    along = t8 * k
    cos_angle = np.cos(angle)
    sin_angle = np.sin(angle)
    t9 = 1.0 - np.cos(angle)
    camera = cos_angle * points + sin_angle * turned + t9 * along + shift
    t10 = camera[:, 2:]
    pixels = focal * camera[:, :2] / t10

    dpixels = 2.0 * (pixels - seen)
    dcamera = np.zeros_like(turned)
    dcamera[:, :2] += focal * (dpixels / t10)
    dcamera[:, 2:] -= (dpixels * (pixels / t10)).sum(axis=1, keepdims=True)
    dshift = dcamera.sum(axis=0)
    dalong = dcamera * t9
    dturned = dcamera * sin_angle
    dt8 = (k * dalong).sum(axis=1, keepdims=True)
    dt7 = np.zeros_like(t7)
    dt7[:, None] = dt8
    dz = dturned[:, 0]
    dz1 = dturned[:, 1]
    dz2 = dturned[:, 2]
    dk = (dalong * t8).sum(axis=0) + points.T @ dt7
    dk[1] += (dz * t1).sum() - (dz2 * t6).sum()
    dk[2] += (dz1 * t3).sum() - (dz * t2).sum()
    dk[0] += (dz2 * t5).sum() - (dz1 * t4).sum()
    t11 = (
        (along * dcamera).sum() * sin_angle
        + (turned * dcamera).sum() * cos_angle
    )
    dangle = (
        t11 - (points * dcamera).sum() * sin_angle - (dk * (k / angle)).sum()
    )
    daxis = dk / angle + 2.0 * (0.5 * dangle / angle) * axis
    dpoints = dcamera * cos_angle + np.outer(dt7, k)
    t12 = dz * k[1] - dz1 * k[0]
    t13 = dz2 * k[0] - dz * k[2]
    t14 = dz1 * k[2] - dz2 * k[1]
    dpoints[:, 2] += t12
    dpoints[:, 1] += t13
    dpoints[:, 0] += t14
    return daxis, dshift, dpoints
