"""Energies and steps of simulations."""

import numpy as np

from . import case, numbers


@case(numbers(6, 2), 3.0, 0.4)
def spring_energy(points, stiffness, rest):
    edges = points[1:] - points[:-1]
    lengths = np.sqrt(np.sum(edges**2, axis=1))
    return 0.5 * stiffness * np.sum((lengths - rest) ** 2)


@case(np.arange(12.0).reshape(4, 3) * 0.4 + numbers(4, 3), 0.9, 1.1)
def lennard_jones(positions, sigma, epsilon):
    i, j = np.triu_indices(4, 1)
    gaps = positions[i] - positions[j]
    s6 = (sigma**2 / np.sum(gaps * gaps, axis=1)) ** 3
    return 4.0 * epsilon * np.sum(s6 * s6 - s6)


@case(numbers(7), 0.1, 0.05, mode="vjp")
def heat_step(u, kappa, dt):
    lap = np.roll(u, 1) - 2.0 * u + np.roll(u, -1)
    return u + dt * (kappa * lap + u * (1.0 - u))


@case((0.3, 0.1), (0.0, 0.5), 9.81, 0.01, mode="vjp", wrt=(0, 1, 2))
def pendulum_step(angle, speed, gravity, dt):
    a1, a2 = angle
    w1, w2 = speed
    w1 = w1 - dt * gravity * np.sin(a1)
    w2 = w2 - dt * gravity * np.sin(a2)
    return (a1 + dt * w1, a2 + dt * w2), (w1, w2)


@case(numbers(5, 5), 0.3)
def ising_energy(spins, coupling):
    right = np.roll(spins, -1, axis=1)
    down = np.roll(spins, -1, axis=0)
    return -coupling * np.sum(spins * (right + down)) + np.sum((spins**2 - 1.0) ** 2)
