"""Path enumeration: two of the texts walk every path from the result to each input.

A chain of n diamonds `x = x * x` has 2**n paths, so such a walk ends at n = 20 or so. Reverse
mode visits each statement once: the gradient of n statements has about n statements, and
n = 2000 is no more than a long function. The programs are written out to a file, because n
statements are the point.
"""

import importlib.util
import tempfile
import time
from pathlib import Path

import srctransform as st


def load_chain(n, statement, folder):
    """A function of x that is n times the statement, from a file in folder."""
    path = Path(folder) / f"chain_{n}.py"
    path.write_text("def chain(x: float):\n" + f"    {statement}\n" * n + "    return x\n")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.chain


def paths_walked(n):
    """d(x**(2**n))/dx at 1 by visiting every path: each of the two edges of each diamond is 1."""
    return 1 if n == 0 else paths_walked(n - 1) + paths_walked(n - 1)


def timed(fn, *args):
    start = time.perf_counter()
    value = fn(*args)
    return value, time.perf_counter() - start


def main():
    with tempfile.TemporaryDirectory() as folder:
        print(st.grad(load_chain(3, "x = x * x", folder)).source)

        gradient, made = timed(st.grad, load_chain(20, "x = x * x", folder))
        value, ran = timed(gradient, 1.0)
        walked, walk = timed(paths_walked, 20)
        print(f"n = 20: {value:g} by {len(gradient.source.splitlines())} lines in {ran:.6f} s "
              f"(made in {made:.2f} s); walking {walked} paths: {walk:.2f} s")  # fmt: skip
        assert value == walked == 2.0**20

        # 2**2000 is beyond floating point; this diamond has the fixed point 1 and the slope 1.
        gradient, made = timed(st.grad, load_chain(2000, "x = (x * x + 1.0) / 2.0", folder))
        value, ran = timed(gradient, 1.0)
        lines = len(gradient.source.splitlines())
        print(f"n = 2000: {value:g} by {lines} lines in {ran:.6f} s (made in {made:.2f} s)")
        assert value == 1.0
        assert lines < 4.0 * 2000


if __name__ == "__main__":
    main()
