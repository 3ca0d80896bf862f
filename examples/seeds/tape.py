"""`CompNode` and `Tape`: operations are recorded as they run, and the tape is played backwards.

Here the tape is the program's own text, and nothing is recorded at run time. What the tape's
text asks for is shown with plain functions: derivatives with respect to every intermediate
value, a user's own rule for `sigmoid`, and `GradientTape(persistent=True)`, which gives the
derivatives of several results.
"""

import numpy as np

import srctransform as st


# 5 * (a * b), and with respect to the product
def five_times(product: float):
    return 5.0 * product


def scaled_product(a: float, b: float):
    return five_times(a * b)


# a chain
def chain(x: float, y: float):
    h = x * y
    return h**2


# A diamond: y reaches the result on two paths. The same function from each level on gives the
# derivatives with respect to that level.
def from_h(h: float):
    return h * h


def from_h_by_square(h: float):
    return np.square(h)


def from_h1_h2(h1: float, h2: float):
    return from_h(h1 * h2)


def diamond(x: float, y: float, z: float):
    return from_h1_h2(x * y, y * z)


def diamond_by_square(x: float, y: float, z: float):
    return from_h_by_square((x * y) * (y * z))


# a sigmoid as a composition of primitives, and one with a rule of its own
def composed_sigmoid(x: float):
    return 1.0 / (1.0 + np.exp(-x))


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


st.rules.partials(sigmoid, "x", "z * (1.0 - z)")


def neuron(w: float, x: float):
    return sigmoid(w * x)


def composed_neuron(w: float, x: float):
    return composed_sigmoid(w * x)


# z = y * y, y = x * x: two results
def square(x: float):
    return x * x


def both(x: float):
    y = square(x)
    z = square(y)
    return y, z


def show_intermediates():
    assert st.grad(scaled_product, ("a", "b"))(2.0, 3.0) == (15.0, 10.0)
    assert st.grad(five_times)(2.0 * 3.0) == 5.0

    assert st.grad(square)(3.0 * 2.0) == 12.0
    assert st.grad(chain, ("x", "y"))(3.0, 2.0) == (24.0, 36.0)

    x, y, z = 3.0, 2.0, 1.0
    h1, h2 = x * y, y * z
    for inner, outer in ((from_h, diamond), (from_h_by_square, diamond_by_square)):
        dh = st.grad(inner)(h1 * h2)
        dh1, dh2 = st.grad(from_h1_h2, ("h1", "h2"))(h1, h2)
        dx, dy, dz = st.grad(outer, ("x", "y", "z"))(x, y, z)
        assert (dh, dh1, dh2, dx, dy, dz) == (24.0, 48.0, 144.0, 96.0, 288.0, 288.0)
    print(f"diamond: h {dh}, h1 {dh1}, h2 {dh2}, x {dx}, y {dy}, z {dz}")
    print(st.grad(diamond, ("x", "y", "z")).source)


def show_own_rule():
    print(st.grad(neuron).source)
    print(st.grad(composed_neuron).source)
    point = (0.7, -1.3)
    own, composed = st.grad(neuron)(*point), st.grad(composed_neuron)(*point)
    print(f"own rule {own:.15f}, composition of primitives {composed:.15f}")
    np.testing.assert_allclose(own, composed, rtol=1e-14)


def show_several_results():
    # One by one: a cotangent of one for the result in question and of zero for the other.
    pull_back = st.vjp(both)
    print(pull_back.source)
    assert pull_back(3.0, (1.0, 0.0)) == 6.0  # dy/dx
    assert pull_back(3.0, (0.0, 1.0)) == 108.0  # dz/dx
    assert pull_back(3.0, (1.0, 1.0)) == 114.0  # the sum of both
    # Together: forward mode gives the derivatives of all results in one run.
    (y, z), (dy, dz) = st.jvp(both)(3.0, 1.0)
    print(f"y = {y}, z = {z}, dy/dx = {dy}, dz/dx = {dz}")
    assert (y, z, dy, dz) == (9.0, 81.0, 6.0, 108.0)


def main():
    show_intermediates()
    show_own_rule()
    show_several_results()


if __name__ == "__main__":
    main()
