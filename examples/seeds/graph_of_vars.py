"""A graph of `Var` objects with the local derivatives on its edges, and `get_gradients`.

That text ends with a list of what is missing: vectorisation, derivatives of derivatives, and
optimisations. Plain functions have all three: see linear_noise.py and tanh.py one folder up,
and the code that is printed here, in which each subexpression of the derivative is computed
once. Derivatives with respect to intermediate values are derivatives of the function from there
on.
"""

import numpy as np

import srctransform as st


def add(a: float, b: float):
    return a + b


def from_c(a: float, c: float):
    return a * c


def example(a: float, b: float):
    c = add(a, b)
    return from_c(a, c)


def with_operators(a: float, b: float):
    return (a / b - a) * (b / a + a + b) * (a - b)


def with_functions(a: float, b: float, c: float):
    f = np.sin(a * b) + np.exp(c - a / b)
    return np.log(f * f) * c


def main():
    value, (da, db) = st.value_and_grad(example, ("a", "b"))(4.0, 3.0)
    print(f"d = {value}, dd/da = {da}, dd/db = {db}")
    assert (value, da, db) == (28.0, 11.0, 4.0)

    # With respect to the intermediate c: cut the function there. The two edges that lead to d are
    # the partial derivatives of d = a * c, and dd/da above is the sum over both paths from a.
    a, c = 4.0, add(4.0, 3.0)
    edge_a, edge_c = st.grad(from_c, ("a", "c"))(a, c)
    print(f"edges into d: from a {edge_a}, from c {edge_c}")
    assert (edge_a, edge_c) == (7.0, 4.0)
    assert edge_a + edge_c * st.grad(add)(4.0, 3.0) == da

    gradient = st.grad(with_operators, ("a", "b"))
    print(gradient.source)
    da, db = gradient(230.3, 33.2)
    print(da, db)
    np.testing.assert_allclose((da, db), (-153284.83150602411, 3815.0389441500993), rtol=1e-13)

    gradient = st.grad(with_functions, ("a", "b", "c"))
    print(gradient.source)
    found = gradient(43.0, 3.0, 2.0)
    print(*found)
    expected = (60.85353612046653, 872.2331479536114, -3.2853671032530305)
    np.testing.assert_allclose(found, expected, rtol=1e-13)


if __name__ == "__main__":
    main()
