"""A `Variable` that records its children, and a recursive `gradient(var)`, on one tanh neuron.

A figure of -0.0669 is printed elsewhere for this neuron. It is wrong: it comes from tanh(a)**2
as the derivative of tanh, which is 1 - tanh(a)**2 (the derivative of division beside it is
wrong as well). By hand: (tanh 2 - 1) * (1 - tanh(2)**2) * 2 = -0.005083... Central differences,
which know no rule that could be wrong, are printed next to reverse and forward mode: all agree.
"""

import numpy as np

import srctransform as st


def loss(w: float, b: float, x: float, y: float):
    a = x * w + b
    p = np.tanh(a)
    return 1 / 2 * (p - y) ** 2


def quotient(x: float, y: float):
    return x / y


def central_difference(f, x, step=1e-5):
    return (f(x + step) - f(x - step)) / (2.0 * step)


def main():
    w, b, x, y = 1.0, 0.0, 2.0, 1.0

    reverse = st.grad(loss)
    print(reverse.source)
    forward = st.jvp(loss)
    print(forward.source)

    by_reverse = reverse(w, b, x, y)
    _, by_forward = forward(w, b, x, y, 1.0)
    by_differences = central_difference(lambda v: loss(v, b, x, y), w)
    by_hand = (np.tanh(2.0) - 1.0) * (1.0 - np.tanh(2.0) ** 2) * 2.0
    print(f"reverse mode         {by_reverse:.12f}")
    print(f"forward mode         {by_forward:.12f}")
    print(f"by hand              {by_hand:.12f}")
    print(f"central differences  {by_differences:.12f}")
    np.testing.assert_allclose(by_reverse, by_hand, rtol=1e-14)
    np.testing.assert_allclose(by_forward, by_reverse, rtol=1e-14)
    np.testing.assert_allclose(by_differences, by_reverse, rtol=1e-7)
    assert f"{by_reverse:.6f}" == "-0.005083"

    # The derivative of division, which is (1 / y, -x / y**2).
    assert st.grad(quotient, ("x", "y"))(3.0, 2.0) == (0.5, -0.75)


if __name__ == "__main__":
    main()
