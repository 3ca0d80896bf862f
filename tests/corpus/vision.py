"""Cameras and images."""

import numpy as np

from . import case, numbers


def rotate(axis, points):
    """Rodrigues' formula; the angle is the axis' length."""
    angle = np.sqrt(axis @ axis)
    k = axis / angle
    turned = np.stack([
        k[1] * points[:, 2] - k[2] * points[:, 1],
        k[2] * points[:, 0] - k[0] * points[:, 2],
        k[0] * points[:, 1] - k[1] * points[:, 0],
    ], axis=1)  # fmt: skip
    along = (points @ k)[:, None] * k
    return np.cos(angle) * points + np.sin(angle) * turned + (1.0 - np.cos(angle)) * along


@case(np.array([0.1, -0.2, 0.3]), np.array([0.0, 0.1, 4.0]), numbers(5, 3), numbers(5, 2, seed=1), 1.5,
      wrt=(0, 1, 2))  # fmt: skip
def reprojection(axis, shift, points, seen, focal):
    camera = rotate(axis, points) + shift
    pixels = focal * camera[:, :2] / camera[:, 2:]
    return np.sum((pixels - seen) ** 2)


@case(numbers(5, 6), 0.1)
def total_variation(image, eps):
    right = image[:-1, 1:] - image[:-1, :-1]
    down = image[1:, :-1] - image[:-1, :-1]
    return np.sum(np.sqrt(right**2 + down**2 + eps))


@case(np.array([[0.9, 0.1], [-0.2, 1.1]]), np.array([0.3, -0.1]), numbers(6, 2), numbers(6, 2, seed=1),
      wrt=(0, 1))  # fmt: skip
def affine_fit(A, t, source, target):
    return np.mean(np.sum((source @ A.T + t - target) ** 2, axis=-1))


@case(numbers(4, 4), numbers(3, 3, seed=1), mode="vjp")
def blur(image, kernel):
    padded = np.pad(image, 1)
    rows = [
        kernel[i, j] * padded[i : i + 4, j : j + 4]
        for i, j in ((0, 1), (1, 0), (1, 1), (1, 2), (2, 1))
    ]
    return sum(rows)
