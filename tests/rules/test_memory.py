"""What a rule gives may be a part of a cotangent: it is copied before something is added to it.

The gradient of `np.sum(h(x) ** 2) + x[0] ** 2` is what the rule of h gives, and then an entry more.
"""

import numpy as np
import pytest

from tests.checking import check
from tests.rules.programs import program

EXPRESSIONS = """
np.diag(x)    np.diag(x, 1)    np.pad(x, 1)    np.pad(x, 1, "edge")    np.diff(x, prepend=0.5)
np.reshape(x, (2, 2))    x[::-1]    np.flip(x)    np.broadcast_to(x, (3, 4))    np.transpose(x)
np.expand_dims(x, 0)    np.concatenate([x, x])    np.stack([x, x])    np.atleast_2d(x)    np.roll(x, 1)
np.insert(x, 1, 0.5)    np.append(x, 0.5)    np.delete(x, 0)    np.resize(x, 6)    np.repeat(x, 2)
np.tile(x, 2)    np.trim_zeros(x)    np.sort(x)    np.cumsum(x)    np.where(x > 0, x, 0.5)
np.real(x)    np.asarray(x)    np.astype(x, float)    np.split(x, 2)[0]    np.array([x, x])
np.moveaxis(x[None], 0, 1)    np.squeeze(x[None])    np.ravel(x)    np.take(x, [0, 1])
np.block([x, x])    np.column_stack([x, x])    np.gradient(x)    np.convolve(x, [1.0, 2.0])
np.apply_along_axis(np.cumsum, 0, x)    np.unstack(x)[1]    np.diagflat(x)    np.fft.rfft(x).real
np.sum(x, keepdims=True)    np.max(x, keepdims=True)    np.outer(x, x)    np.vander(x, 2)
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.replace("\n", "    ").split("    ")[1:-1])
def test_adding_to_what_a_rule_gave_changes_nothing_else(expression):
    f = program(f"np.sum(({expression}) ** 2) + np.sum(x ** 3) * x[0] ** 2", "x")
    check(f, np.array([0.5, -1.2, 2.0, 0.7]), second=False, modes=("rev",))
    g = program(f"({expression}) * 2.0, x[0] ** 2", "x")
    check(g, np.array([0.5, -1.2, 2.0, 0.7]), second=False, modes=("rev",))
