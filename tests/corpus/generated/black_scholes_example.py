import math
import numpy as np
from math import erf


def grad_black_scholes(spot, strike, years, rate, vol):
    """Gradient of `black_scholes` with respect to (spot, strike, years, rate,
    vol).
    """
    # the price of a European call
    sqrt_years = np.sqrt(years)
    root = vol * sqrt_years
    t1 = spot / strike
    t2 = rate + 0.5 * vol ** 2
    d1 = (np.log(t1) + t2 * years) / root
    d2 = d1 - root
    t3 = np.sqrt(2.0)
    t4 = d1 / t3
    t5 = np.exp(-rate * years)
    t6 = np.sqrt(2.0)
    t7 = d2 / t6
    t8 = 1.0 + erf(t7)

    dd2 = -0.5641895835477563 * math.exp(-t7 * t7) * (strike * t5) / t6
    t9 = strike * t8 * t5
    dd1 = 0.5641895835477563 * math.exp(-t4 * t4) * spot / t3 + dd2
    dz = dd1 / root
    dt2 = years * dz
    dt1 = dz / t1
    droot = -dd1 * (d1 / root) - dd2
    dspot = 0.5 * (1.0 + erf(t4)) + dt1 / strike
    dstrike = -0.5 * t8 * t5 - dt1 * (t1 / strike)
    dyears = 0.5 * t9 * rate + dz * t2 + 0.5 * vol * droot / sqrt_years
    drate = 0.5 * years * t9 + dt2
    dvol = vol * dt2 + droot * sqrt_years
    return dspot, dstrike, dyears, drate, dvol
