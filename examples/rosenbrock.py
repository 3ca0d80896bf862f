"""`scipy.optimize.minimize(value_and_grad(f), ...)` on Rosenbrock's function.

With `jac=True` SciPy takes the value and the gradient from one call, which is what
`value_and_grad` makes. The minimum is f(1, ..., 1) = 0. Without a gradient, SciPy takes finite
differences, at the price of one evaluation more for each variable; the number of calls is
printed for both.
"""

import numpy as np
from _pictures import save_picture
from scipy.optimize import minimize, rosen_der, rosen_hess, rosen_hess_prod

import srctransform as st


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def main():
    start = np.array([-1.2, 1.0])
    value_and_gradient = st.value_and_grad(rosenbrock, example=(start,))
    print(value_and_gradient.source)
    np.testing.assert_allclose(value_and_gradient(start)[1], rosen_der(start), rtol=1e-12)
    st.check_grads(rosenbrock, (start,))

    for dimension in (2, 20):
        x0 = np.resize(start, dimension)
        found = minimize(value_and_gradient, x0, jac=True, method="BFGS", options={"gtol": 1e-8})
        without = minimize(rosenbrock, x0, method="BFGS")
        print(f"{dimension:2} variables: f = {found.fun:.1e}, {found.nfev} calls; "
              f"{without.nfev} calls without a gradient")  # fmt: skip
        np.testing.assert_allclose(found.x, np.ones(dimension), atol=1e-6)
        assert found.nfev < without.nfev / 2

    # Second derivatives: Newton's method with the Hessian, or with its product with a vector.
    hessian = st.hessian(rosenbrock, example=(start,))
    product = st.hvp(rosenbrock, example=(start,))
    x0, v = np.resize(start, 20), np.linspace(-1.0, 1.0, 20)
    np.testing.assert_allclose(hessian(x0), rosen_hess(x0), rtol=1e-12)
    np.testing.assert_allclose(product(x0, v), rosen_hess_prod(x0, v), rtol=1e-12)
    print(product.source)
    for given in ({"hess": hessian}, {"hessp": product}):
        found = minimize(value_and_gradient, x0, jac=True, method="trust-krylov", **given)
        print(f"20 variables: f = {found.fun:.1e}, {found.nfev} calls with {next(iter(given))}")
        assert found.fun < 1e-12 and found.nfev < 100

    path = [start]
    minimize(value_and_gradient, start, jac=True, method="BFGS", callback=path.append)
    path = np.array(path)

    def draw(axes):
        X, Y = np.meshgrid(np.linspace(-1.6, 1.6, 300), np.linspace(-0.6, 1.6, 300))
        Z = 100.0 * (Y - X**2) ** 2 + (1.0 - X) ** 2
        axes.contourf(X, Y, np.log10(Z + 1e-3), levels=20, cmap="Blues_r")
        axes.plot(*path.T, "o-", color="darkorange", ms=4, lw=1.2, label="BFGS")
        axes.plot(1.0, 1.0, "*", color="crimson", ms=14, label="minimum")
        axes.set(title="Rosenbrock's valley", xlabel="x", ylabel="y")
        axes.grid(False)
        axes.legend(loc="lower left")

    save_picture("rosenbrock.png", draw, figsize=(6.5, 4.5))


if __name__ == "__main__":
    main()
