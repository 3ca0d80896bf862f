"""How smooth is a curve, and how noisy its measurements? A Gaussian process, fitted by gradients.

The likelihood of the measurements given length scale, amplitude and noise is a Cholesky
factorisation and two triangular solves (Rasmussen and Williams, Gaussian Processes for Machine
Learning, 2006, algorithm 2.1). It is written as the book has it, with NumPy and SciPy; the gradient
is made from that source. L-BFGS finds the hyperparameters, here in logarithms.
"""

import numpy as np
from _pictures import save_picture
from scipy.linalg import cho_solve, cholesky
from scipy.optimize import minimize

import srctransform as st


def kernel(a, b, log_length, log_amplitude):
    distance = (a[:, None] - b[None, :]) / np.exp(log_length)
    return np.exp(2.0 * log_amplitude - 0.5 * distance**2)


def misfit(theta, x, y):
    """The negative logarithm of the marginal likelihood."""
    log_length, log_amplitude, log_noise = theta
    covariance = kernel(x, x, log_length, log_amplitude) + np.exp(2.0 * log_noise) * np.eye(len(x))
    low = cholesky(covariance, lower=True)
    alpha = cho_solve((low, True), y)
    return 0.5 * y @ alpha + np.sum(np.log(np.diag(low))) + 0.5 * len(x) * np.log(2.0 * np.pi)


def gradient_from_the_book(theta, x, y):
    """Equation 5.9: half the trace of (K^-1 - alpha alpha^T) dK."""
    log_length, log_amplitude, log_noise = theta
    smooth = kernel(x, x, log_length, log_amplitude)
    noise = np.exp(2.0 * log_noise) * np.eye(len(x))
    inverse = np.linalg.inv(smooth + noise)
    alpha = inverse @ y
    weight = 0.5 * (inverse - np.outer(alpha, alpha))
    squared = ((x[:, None] - x[None, :]) / np.exp(log_length)) ** 2
    return np.array(
        [
            np.sum(weight * smooth * squared),
            np.sum(weight * 2.0 * smooth),
            np.sum(weight * 2.0 * noise),
        ]
    )


def predict(theta, x, y, points):
    """Mean and standard deviation of the curve at other points."""
    log_length, log_amplitude, log_noise = theta
    covariance = kernel(x, x, log_length, log_amplitude) + np.exp(2.0 * log_noise) * np.eye(len(x))
    low = cholesky(covariance, lower=True)
    across = kernel(points, x, log_length, log_amplitude)
    mean = across @ cho_solve((low, True), y)
    explained = np.sum(across * cho_solve((low, True), across.T).T, axis=1)
    return mean, np.sqrt(np.exp(2.0 * log_amplitude) - explained)


def main():
    rng = np.random.default_rng(1)
    x = np.sort(rng.uniform(0.0, 10.0, 60))
    truth = np.sin(x) + 0.3 * np.sin(3.0 * x)
    y = truth + 0.2 * rng.standard_normal(60)
    start = np.zeros(3)

    value_and_gradient = st.value_and_grad(misfit, example=(start, x, y))
    print(value_and_gradient.source)
    st.check_grads(misfit, (start, x, y))
    np.testing.assert_allclose(
        value_and_gradient(start, x, y)[1], gradient_from_the_book(start, x, y), rtol=1e-8
    )

    found = minimize(value_and_gradient, start, args=(x, y), jac=True, method="L-BFGS-B")
    length, amplitude, noise = np.exp(found.x)
    print(f"-log likelihood {misfit(start, x, y):.2f} -> {found.fun:.2f} in {found.nfev} calls")
    print(f"length scale {length:.2f}, amplitude {amplitude:.2f}, noise {noise:.3f} (true: 0.2)")
    assert found.success and abs(noise - 0.2) < 0.05

    points = np.linspace(0.0, 10.0, 300)
    mean, spread = predict(found.x, x, y, points)

    def draw(axes):
        axes.fill_between(points, mean - 2.0 * spread, mean + 2.0 * spread, alpha=0.2, label="95 %")
        axes.plot(points, mean, color="C0", lw=2, label="mean")
        axes.plot(x, y, ".", color="black", label="measured")
        axes.set(title="a curve and its noise, by marginal likelihood", xlabel="x", ylabel="y")
        axes.legend()

    save_picture("gaussian_process.png", draw)


if __name__ == "__main__":
    main()
