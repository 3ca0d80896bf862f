"""The grown-up versions: PyTorch, micrograd, and autograd's programs with `import numpy as np`.

PyTorch has `loss.backward()` and a `.grad` at every parameter of a model; here the gradient
comes back in the model's own containers, one array for each leaf. micrograd's own example, a
formula of two numbers, gives the figures on its page. autograd's programs run as they are, with
plain NumPy.
"""

from typing import NamedTuple

import numpy as np

import srctransform as st


class Layer(NamedTuple):
    weights: np.ndarray
    bias: np.ndarray


def model(params, x):
    first, second = params["layers"]
    hidden = np.tanh(x @ first.weights + first.bias)
    return params["scale"] * (hidden @ second.weights + second.bias)


def loss(params, x, y):
    return np.mean((model(params, x) - y) ** 2)


def micrograd_readme(a: float, b: float):
    """The expression on micrograd's front page, with its ReLUs."""
    c = a + b
    d = a * b + b**3
    c = c + c + 1
    c = c + 1 + c + (-a)
    d = d + d * 2 + np.maximum(b + a, 0.0)
    d = d + 3 * d + np.maximum(b - a, 0.0)
    e = c - d
    f = e**2
    g = f / 2.0
    return g + 10.0 / f


# From autograd's tutorial: the loss of a logistic regression on four points.
INPUTS = np.array(
    [[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39]]
)
TARGETS = np.array([True, True, False, True])


def sigmoid(x):
    return 0.5 * (np.tanh(x / 2.0) + 1)


def training_loss(weights):
    preds = sigmoid(np.dot(INPUTS, weights))
    label_probabilities = preds * TARGETS + (1 - preds) * (1 - TARGETS)
    return -np.sum(np.log(label_probabilities))


def show_containers():
    rng = np.random.default_rng(0)
    params = {
        "layers": [
            Layer(rng.normal(size=(3, 4)), np.zeros(4)),
            Layer(rng.normal(size=(4, 2)), np.zeros(2)),
        ],
        "scale": 0.5,
    }
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    gradient = st.grad(loss, example=(params, x, y))
    print(gradient.source)
    st.check_grads(loss, (params, x, y), df=gradient)

    found = gradient(params, x, y)
    assert list(found) == ["layers", "scale"]
    for layer, dlayer in zip(params["layers"], found["layers"], strict=True):
        assert type(dlayer) is Layer
        assert dlayer.weights.shape == layer.weights.shape
        assert dlayer.bias.shape == layer.bias.shape
    print("gradient in the model's containers:", {k: type(v).__name__ for k, v in found.items()})


def show_micrograd():
    gradient = st.value_and_grad(micrograd_readme, ("a", "b"))
    print(gradient.source)
    value, (da, db) = gradient(-4.0, 2.0)
    print(f"g = {value:.4f}, dg/da = {da:.4f}, dg/db = {db:.4f}")
    assert (f"{value:.4f}", f"{da:.4f}", f"{db:.4f}") == ("24.7041", "138.8338", "645.5773")


def show_autograd():
    weights = np.zeros(3)
    value_and_gradient = st.value_and_grad(training_loss, example=(weights,))
    print(value_and_gradient.source)
    before, _ = value_and_gradient(weights)
    for _ in range(100):
        weights = weights - 0.01 * value_and_gradient(weights)[1]
    after, _ = value_and_gradient(weights)
    print(f"loss {before:.6f} -> {after:.6f}")
    np.testing.assert_allclose(before, 4.0 * np.log(2.0), rtol=1e-14)
    assert after < 1.1
    st.check_grads(training_loss, (weights,))


def main():
    show_containers()
    show_micrograd()
    show_autograd()


if __name__ == "__main__":
    main()
