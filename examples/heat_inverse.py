"""Where was the rod hot? The first temperature of a rod, from the temperatures it had later.

The rod is simulated by a loop that writes into one array, as such programs are written; the
misfit is an ordinary function of that loop. Its gradient with respect to the first temperature is
the adjoint simulation, which runs backwards in time: here it is printed, and compared with the one
written by hand. The heat equation forgets detail, so the misfit has a small penalty for slopes.
Gradient descent with momentum does the rest.
"""

import numpy as np
from _pictures import save_picture

import srctransform as st

CELLS, STEPS = 40, 30


def simulate(start, diffusion, steps):
    """Explicit steps of the heat equation; the ends are insulated."""
    u = start.copy()
    for _ in range(steps):
        u[1:-1] += diffusion * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u[0] = u[1]
        u[-1] = u[-2]
    return u


def misfit(start, diffusion, steps, measured, smoothing):
    final = simulate(start, diffusion, steps)
    slope = start[1:] - start[:-1]
    return np.sum((final - measured) ** 2) + smoothing * np.sum(slope**2)


def adjoint_by_hand(start, diffusion, steps, measured, smoothing):
    """The gradient, from the transposed steps in the opposite order."""
    bar = 2.0 * (simulate(start, diffusion, steps) - measured)
    for _ in range(steps):
        bar[-2] += bar[-1]
        bar[-1] = 0.0
        bar[1] += bar[0]
        bar[0] = 0.0
        inner = diffusion * bar[1:-1]
        bar[2:] += inner
        bar[1:-1] -= 2.0 * inner
        bar[:-2] += inner
    slope = 2.0 * smoothing * (start[1:] - start[:-1])
    bar[1:] += slope
    bar[:-1] -= slope
    return bar


def descend(value_and_gradient, start, args, rate=0.35, momentum=0.9, rounds=400):
    velocity = np.zeros_like(start)
    losses = []
    for _ in range(rounds):
        value, slope = value_and_gradient(start, *args)
        losses.append(value)
        velocity = momentum * velocity - rate * slope
        start = start + velocity
    return start, losses


def main():
    x = np.linspace(0.0, 1.0, CELLS)
    truth = np.exp(-(((x - 0.3) / 0.1) ** 2)) + 0.6 * np.exp(-(((x - 0.7) / 0.12) ** 2))
    noise = 0.001 * np.random.default_rng(0).normal(size=CELLS)
    measured = simulate(truth, 0.4, STEPS) + noise
    args = (0.4, STEPS, measured, 1e-4)

    value_and_gradient = st.value_and_grad(misfit, example=(measured, *args))
    print(value_and_gradient.source)
    st.check_grads(misfit, (truth, *args))
    np.testing.assert_allclose(
        value_and_gradient(truth, *args)[1], adjoint_by_hand(truth, *args), rtol=1e-9, atol=1e-12
    )

    found, losses = descend(value_and_gradient, measured, args)
    error = np.sqrt(np.mean((found - truth) ** 2))
    at_first = np.sqrt(np.mean((measured - truth) ** 2))
    print(f"misfit {losses[0]:.4f} -> {losses[-1]:.1e}")
    print(f"error of the temperature: {at_first:.3f} as measured, {error:.3f} as recovered")
    assert losses[-1] < 1e-4
    assert at_first > 0.2 and error < 0.05

    def draw(axes):
        axes.plot(x, truth, color="black", lw=1, label="at first")
        axes.plot(x, measured, color="C0", label=f"measured after {STEPS} steps")
        axes.plot(x, found, "--", color="C3", lw=2, label="recovered by its gradient")
        axes.set(title="where the rod was hot", xlabel="place", ylabel="temperature")
        axes.legend()

    save_picture("heat_inverse.png", draw)


if __name__ == "__main__":
    main()
