"""Hunters and their prey: the rates of an ordinary differential equation, fitted to counts.

Runge and Kutta's method is a loop over four slopes, the misfit a sum over the years that were
counted. Both go in as they are; `scipy.optimize.minimize` gets value and gradient of the whole
simulation from one call. The counts are made with rates that are known, so the fit has to find
them again.
"""

import numpy as np
from _pictures import save_picture
from scipy.optimize import minimize

import srctransform as st

STEPS, EVERY, DT = 150, 10, 0.1
TRUTH = np.array([1.1, 0.4, 0.4, 0.1])
START = np.array([5.0, 2.0])


def slope(state, rates):
    """Prey are born and hunted; hunters die, and thrive on prey."""
    prey, hunters = state
    birth, hunt, death, growth = rates
    return np.array([(birth - hunt * hunters) * prey, (growth * prey - death) * hunters])


def step(state, rates, dt):
    k1 = slope(state, rates)
    k2 = slope(state + 0.5 * dt * k1, rates)
    k3 = slope(state + 0.5 * dt * k2, rates)
    k4 = slope(state + dt * k3, rates)
    return state + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


def simulate(rates, start, dt, steps):
    track = np.zeros((steps + 1, 2))
    track[0] = start
    for k in range(steps):
        track[k + 1] = step(track[k], rates, dt)
    return track


def misfit(rates, start, dt, steps, counts, every):
    """The mean square of the counts' relative errors, through their logarithms."""
    state = start
    total = 0.0
    for k in range(1, steps + 1):
        state = step(state, rates, dt)
        if k % every == 0:
            total += np.sum((np.log(state) - counts[k // every - 1]) ** 2)
    return total / counts.size


def main():
    rng = np.random.default_rng(1)
    truth = simulate(TRUTH, START, DT, STEPS)
    counts = np.log(truth[EVERY::EVERY]) + 0.05 * rng.normal(size=(STEPS // EVERY, 2))
    args = (START, DT, STEPS, counts, EVERY)
    guess = np.array([0.9, 0.3, 0.5, 0.12])

    value_and_gradient = st.value_and_grad(misfit, example=(guess, *args))
    print(value_and_gradient.source)
    st.check_grads(misfit, (guess, *args))

    fit = minimize(value_and_gradient, guess, args, jac=True, method="BFGS")
    without = minimize(misfit, guess, args, method="BFGS")
    print("rates:", *(f"{r:.3f}" for r in fit.x), "where the counts were made with", *TRUTH)
    print(f"misfit {misfit(guess, *args):.4f} -> {fit.fun:.6f} in {fit.nfev} calls; "
          f"{without.nfev} calls without a gradient")  # fmt: skip
    np.testing.assert_allclose(fit.x, TRUTH, rtol=0.05)
    assert fit.fun < 0.05**2 and fit.nfev < without.nfev / 2

    def draw(axes):
        years = DT * np.arange(STEPS + 1)
        found = simulate(fit.x, START, DT, STEPS)
        for k, (name, color) in enumerate((("prey", "C0"), ("hunters", "C3"))):
            axes.plot(years, found[:, k], color=color, label=name)
            axes.plot(years[EVERY::EVERY], np.exp(counts[:, k]), "o", color=color, ms=4)
        axes.set(title="hunters and prey: counts, and the fit", xlabel="years", ylabel="number")
        axes.legend()

    save_picture("lotka_volterra.png", draw)


if __name__ == "__main__":
    main()
