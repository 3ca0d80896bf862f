"""Scalar formulas: what one differentiates by hand in a lecture."""

from math import erf, pi

import numpy as np

from . import case


@case(0.7, 1.3)
def wave(x, y):
    a = x * y
    b = np.sin(a) + x**2
    return b * np.exp(-y)


@case(0.7)
def cube_sin(x):
    return x**3 * np.sin(x)


@case(0.7, 1.3, wrt=(0, 1))
def outer(a, x):
    def f(t):
        return np.sin(a * t)

    return f(x) * f(2.0 * x)


@case(-1.2, 1.0)
def rosenbrock(x, y):
    valley = y - x**2
    return (1.0 - x) ** 2 + 100.0 * valley**2


@case(2.0, 1.0)
def huber_scalar(r, k):
    if np.abs(r) <= k:
        return 0.5 * r**2
    a = np.abs(r)
    return k * (a - 0.5 * k)


def normal_cdf(z):
    return 0.5 * (1.0 + erf(z / np.sqrt(2.0)))


@case(100.0, 95.0, 0.5, 0.02, 0.3)
def black_scholes(spot, strike, years, rate, vol):
    # the price of a European call
    root = vol * np.sqrt(years)
    d1 = (np.log(spot / strike) + (rate + 0.5 * vol**2) * years) / root
    d2 = d1 - root
    return spot * normal_cdf(d1) - strike * np.exp(-rate * years) * normal_cdf(d2)


@case(0.3, 0.2, 5.0)
def kepler(e, mean, a):
    # three steps of Newton's method for the eccentric anomaly
    u = mean + e * np.sin(mean)
    u = u - (u - e * np.sin(u) - mean) / (1.0 - e * np.cos(u))
    u = u - (u - e * np.sin(u) - mean) / (1.0 - e * np.cos(u))
    return a * (1.0 - e * np.cos(u))


@case(0.4, 1.1, mode="vjp")
def polar(r, phi):
    x, y = r * np.cos(phi), r * np.sin(phi)
    return x, y, pi * r * r
