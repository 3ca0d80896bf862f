"""Pictures of the computational graph, forward and backward (Toydiff, and micrograd's `draw_dot`).

Such a graph is the function's Wengert list: one box a value, one oval an operation. Each box
shows the value, and under it the adjoint, which is the derivative of the result by this value.
The picture is SVG, written without any other program; its text for Graphviz is there too.
"""

import os
from pathlib import Path

import numpy as np

import srctransform as st
from srctransform import picture


def product_of_sum(a, b, c):
    e = b + c
    d = a * e
    return d  # noqa: RET504 (the picture shows its name)


def neuron(w1, w2, b, x1, x2):
    """The neuron of micrograd's notebook."""
    n = w1 * x1 + w2 * x2 + b
    return np.tanh(n)


def main():
    folder = Path(os.environ.get("EXAMPLES_OUTPUT") or Path(__file__).parents[1] / "output")
    folder.mkdir(parents=True, exist_ok=True)

    drawn = picture(product_of_sum, ("a", "b", "c"), args=(2.2, -1.8, 0.1))
    drawn.save(folder / "product_of_sum.svg")
    print(drawn.dot)
    assert drawn.dot.startswith("digraph")
    for adjoint in ("-1.7", "2.2"):
        assert adjoint in drawn.svg

    # With the weights of that notebook the derivatives by x1, w1, x2, w2 are -1.5, 1, 0.5, 0.
    args = (-3.0, 1.0, 6.8813735870195432, 2.0, 0.0)
    picture(neuron, ("x1", "w1", "x2", "w2"), args=args).save(folder / "neuron.svg")
    adjoints = st.grad(neuron, ("x1", "w1", "x2", "w2"))(*args)
    np.testing.assert_allclose(adjoints, (-1.5, 1.0, 0.5, 0.0), atol=1e-12)
    print(f"pictures: {folder}/product_of_sum.svg and neuron.svg")


if __name__ == "__main__":
    main()
