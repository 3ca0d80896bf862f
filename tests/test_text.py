"""Trees that are printed straight: the text is the one it was parsed from."""

import gast
import pytest

from srctransform.backend.text import Unusual, text_of

SOURCES = """
x = y = 1.5
x[0], y = y, x[0]
x[1:n, ::2, None] += -a * (b + c)
x[()] = x[1,]
return a, (b, c), [d], {"k": e, "l": (f,)}
f(x)(y) if p else q
(-x) ** 2 ** -y
-x ** 2 - -y
a - (b - c) - d
a @ (b @ c.T)
a / (b * c) // d % e
(a if p else b) if (c if p else d) else e if q else g
(a, b)[k]
(a + b).sum(axis=(0, 1), **options)
not a < b <= c and (d or e is not None)
(not a) == b in c
a & b | c ^ d << 2
"it's" + 'a "quote"'
""".strip().splitlines()


@pytest.mark.parametrize("source", SOURCES)
def test_the_text_is_that_of_the_source(source):
    tree = gast.parse(f"def f():\n    {source}").body[0].body[0]
    assert text_of(tree) == source


@pytest.mark.parametrize("source", ["lambda: x", "[v for v in x]", "f'{x}'", "assert x", "f(*x)"])
def test_other_trees_are_left_to_others(source):
    with pytest.raises(Unusual):
        text_of(gast.parse(source).body[0])
