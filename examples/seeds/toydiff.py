"""Operation classes (Toydiff): each operation has a `forward` and a `backward(incoming_grad)`.

There, an expression is a tree of `Add` and `Multiply` objects, and `backward` walks it on every
call. Here, an expression is a function, and the walk was made once: the two methods of all
operations are what you see in the printed gradient, forward part above, backward part below.
Arrays work alike.
"""

import numpy as np

import srctransform as st


def product_of_sum(a: float, b: float, c: float):
    return a * (b + c)


def product(a: float, b: float):
    return a * b


def elementwise(a, b, c):
    return np.sum(a * (b + c))


def main():
    gradient = st.grad(product_of_sum, ("a", "b", "c"))
    print(gradient.source)

    da, db, dc = gradient(2.2, -1.8, 0.1)
    print(f"at (2.2, -1.8, 0.1): {da:.4f}, {db:.4f}, {dc:.4f}   (PyTorch prints -1.7, 2.2, 2.2)")
    np.testing.assert_allclose((da, db, dc), (-1.7, 2.2, 2.2), rtol=1e-15)

    assert st.grad(product, ("a", "b"))(1.0, 0.0) == (0.0, 1.0)

    # The same formula on arrays: one gradient for each element, at NumPy's speed.
    a, b, c = np.array([2.2, 1.0]), np.array([-1.8, 0.0]), np.array([0.1, 3.0])
    example = (a, b, c)
    gradient = st.grad(elementwise, ("a", "b", "c"), example=example)
    print(gradient.source)
    da, db, dc = gradient(a, b, c)
    np.testing.assert_allclose(da, [-1.7, 3.0])
    np.testing.assert_allclose(db, [2.2, 1.0])
    np.testing.assert_allclose(dc, [2.2, 1.0])
    print("on arrays:", da, db, dc)


if __name__ == "__main__":
    main()
