import numpy as np


def grad_total_variation(image, eps):
    """Gradient of `total_variation` with respect to (image, eps)."""
    right = image[:-1, 1:] - image[:-1, :-1]
    down = image[1:, :-1] - image[:-1, :-1]
    t1 = np.sqrt(right ** 2 + down ** 2 + eps)

    deps = (0.5 / t1).sum()
    ddown = down / t1
    dright = right / t1
    dimage = np.zeros_like(image)
    dimage[:-1, 1:] += dright
    dimage[:-1, :-1] += -ddown - dright
    dimage[1:, :-1] += ddown
    return dimage, deps
