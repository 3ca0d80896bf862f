"""A small neural network on scikit-learn's handwritten digits, trained with a generated gradient.

One hidden layer, softmax cross-entropy, parameters in a dictionary, Adam on batches of 64. The
program prints the derivative it trains with, checks it against finite differences, ends above
95 % accuracy on digits it has not seen, and writes a picture. Run it with

    pip install "srctransform[examples]"
    python examples/digits.py
"""

import time

import numpy as np
from _pictures import save_picture
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import srctransform as st

HIDDEN = 64
EPOCHS = 30
BATCH = 64


def network(params, X):
    """The logarithm of each digit's probability, for each row of X."""
    hidden = np.tanh(X @ params["W1"] + params["b1"])
    logits = hidden @ params["W2"] + params["b2"]
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))


def loss(params, X, labels):
    """Mean cross-entropy."""
    logp = network(params, X)
    return -np.mean(logp[np.arange(len(labels)), labels])


def start(rng):
    """Small random weights: 64 pixels -> HIDDEN -> 10 digits."""
    return {
        "W1": rng.normal(size=(64, HIDDEN)) / 8.0,
        "b1": np.zeros(HIDDEN),
        "W2": rng.normal(size=(HIDDEN, 10)) / np.sqrt(HIDDEN),
        "b2": np.zeros(10),
    }


def accuracy(params, X, labels):
    return float(np.mean(np.argmax(network(params, X), axis=1) == labels))


def adam(params, gradient, state, rate=0.003, decay1=0.9, decay2=0.999):
    """One step of Adam (Kingma and Ba, 2015), in place."""
    state["step"] = t = state.get("step", 0) + 1
    for name, g in gradient.items():
        m, v = state.setdefault(name, (np.zeros_like(g), np.zeros_like(g)))
        m = decay1 * m + (1.0 - decay1) * g
        v = decay2 * v + (1.0 - decay2) * g**2
        state[name] = m, v
        params[name] -= rate * (m / (1.0 - decay1**t)) / (np.sqrt(v / (1.0 - decay2**t)) + 1e-8)


def train(value_and_gradient, params, X, labels, report):
    """EPOCHS passes over the data in random order; `report` gets each epoch's mean loss."""
    rng = np.random.default_rng(0)
    state = {}
    for epoch in range(1, EPOCHS + 1):
        losses = []
        order = rng.permutation(len(X))
        for batch in np.array_split(order, len(X) // BATCH):
            value, gradient = value_and_gradient(params, X[batch], labels[batch])
            adam(params, gradient, state)
            losses.append(value)
        report(epoch, float(np.mean(losses)))


def main():
    began = time.perf_counter()
    digits = load_digits()
    X_train, X_test, y_train, y_test = train_test_split(
        digits.data / 16.0, digits.target, test_size=0.25, random_state=0, stratify=digits.target
    )
    params = start(np.random.default_rng(0))

    value_and_gradient = st.value_and_grad(loss, example=(params, X_train, y_train))
    print(value_and_gradient.source)

    st.check_grads(loss, (params, X_train[:5], y_train[:5]))
    print("the gradient agrees with finite differences\n")

    history = []

    def report(epoch, mean_loss):
        history.append(
            (mean_loss, accuracy(params, X_train, y_train), accuracy(params, X_test, y_test))
        )
        if epoch == 1 or epoch % 5 == 0:
            _, seen, unseen = history[-1]
            print(f"epoch {epoch:3}  loss {mean_loss:.4f}  "
                  f"accuracy {seen:.1%} (training) {unseen:.1%} (test)")  # fmt: skip

    train(value_and_gradient, params, X_train, y_train, report)
    final = history[-1][2]
    print(
        f"\n{final:.1%} of {len(X_test)} test digits right, in {time.perf_counter() - began:.1f} s"
    )
    assert final > 0.95

    def draw(left, right):
        losses, seen, unseen = zip(*history, strict=True)
        epochs = range(1, EPOCHS + 1)
        left.semilogy(epochs, losses)
        left.set(title="loss", xlabel="epoch", ylabel="mean cross-entropy")
        right.plot(epochs, seen, label="training digits")
        right.plot(epochs, unseen, label="test digits")
        right.set(title="accuracy", xlabel="epoch", ylabel="share that is right", ylim=(0.8, 1.005))
        right.legend(loc="lower right")

    save_picture("digits.png", draw, columns=2, figsize=(9, 3.8))


if __name__ == "__main__":
    main()
