"""Random draws: constants, whose parameters may not be what is differentiated by.

    e = rng.normal(size=3)              a constant
    np.random.normal(mu, sigma)         refused where mu or sigma matter to the derivative
    mu + sigma * rng.normal()           what to write instead

A draw changes the state of its generator, so it has no rule: every draw stays where it is, is
made once, and is recorded for the backward part.
"""

from __future__ import annotations

import numpy as np

from .registry import refused

#: draws whose parameters only shift and stretch them: what to write instead
STANDARD = {
    "normal": "loc + scale * a standard normal draw",
    "laplace": "loc + scale * a standard draw",
    "logistic": "loc + scale * a standard draw",
    "gumbel": "loc + scale * a standard draw",
    "uniform": "low + (high - low) * a uniform draw",
    "exponential": "scale * a standard exponential draw",
    "rayleigh": "scale * a standard draw",
    "lognormal": "np.exp(mean + sigma * a standard normal draw)",
    "multivariate_normal": "mean + np.linalg.cholesky(cov) @ a standard normal draw",
    "weibull": "a standard exponential draw ** (1 / a)",
    "pareto": "np.expm1(a standard exponential draw / a)",
    "power": "a uniform draw ** (1 / a)",
}
#: functions that rearrange what they are given
SHUFFLES = {
    "choice": "x[rng.integers(len(x))]", "permutation": "x[rng.permutation(len(x))]",
    "permuted": "x[rng.permutation(len(x))]",
}  # fmt: skip
SETTINGS = ("seed", "get_state", "set_state", "default_rng", "get_bit_generator",
            "set_bit_generator", "shuffle", "test", "spawn")  # fmt: skip


def refuse_draws(owner: object) -> None:
    """Say of every function of np.random, or method of a generator, why no derivative goes in."""
    for name in dir(owner):
        draw = getattr(owner, name)
        if name.startswith("_") or not callable(draw) or isinstance(draw, type):
            continue
        if name in STANDARD:
            refused(f"no derivative goes through a draw, so write {STANDARD[name]}", draw)
        elif name in SHUFFLES:
            refused(f"which entries are drawn is random, so write {SHUFFLES[name]}", draw)
        elif name in SETTINGS:
            refused("it is about the generator, and not about numbers", draw)
        else:
            refused("no derivative goes through a draw: its parameters must be constants", draw)


for _owner in (np.random, np.random.Generator, np.random.RandomState):
    refuse_draws(_owner)
