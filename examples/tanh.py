"""tanh and its derivatives to order 6: a derivative is a function like any other.

Each order is made from the one before. At 0 the derivatives are those of the Taylor series
x - x**3/3 + 2 x**5/15 - ..., so 1, 0, -2, 0, 16, 0: the assertions are these figures. The first
derivatives are printed; a picture shows all of them on [-5, 5].
"""

import numpy as np
from _pictures import save_picture

import srctransform as st

ORDERS = 6


def tanh(x):
    return np.tanh(x)


def tanh_by_exp(x):
    y = np.exp(-2.0 * x)
    return (1.0 - y) / (1.0 + y)


def derivatives(f, orders):
    """[f, f', f'', ...]"""
    found = [f]
    for _ in range(orders):
        found.append(st.elementwise_grad(found[-1], example=(np.zeros(1),)))
    return found


def main():
    by_order = derivatives(tanh, ORDERS)
    for derivative in by_order[1:4]:
        print(derivative.source)

    at_zero = [float(d(np.zeros(1))[0]) for d in by_order]
    print("at 0:", *(f"{v:g}" for v in at_zero))
    np.testing.assert_allclose(at_zero, [0.0, 1.0, 0.0, -2.0, 0.0, 16.0, 0.0], atol=1e-12)

    # The same from the formula with exp: another program, the same derivatives.
    x = np.linspace(-5.0, 5.0, 501)
    for known, composed in zip(by_order, derivatives(tanh_by_exp, ORDERS), strict=True):
        np.testing.assert_allclose(composed(x), known(x), atol=1e-9)

    def draw(axes):
        for order, derivative in enumerate(by_order):
            label = "tanh" if order == 0 else f"derivative {order}"
            values = derivative(x)
            axes.plot(x, values / np.max(np.abs(values)), label=label)
        axes.set(xlabel="x", title="tanh and its derivatives, each scaled to a height of 1")
        axes.legend(ncols=1, loc="center left", bbox_to_anchor=(1.0, 0.5))

    save_picture("tanh.png", draw, figsize=(9, 4.5))


if __name__ == "__main__":
    main()
