"""np.einsum: every form of subscripts, in both modes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import srctransform as st
from srctransform.errors import UnsupportedError
from tests.checking import check
from tests.rules.programs import program

rng = np.random.default_rng(0)


def array(*shape):
    return rng.standard_normal(shape)


def product_of(subscripts):
    """np.einsum of these subscripts, which are known when the derivative is made."""
    count = subscripts.count(",") + 1
    names = ", ".join("xyz"[:count])
    namespace = {"np": np}
    text = f"def f({names}):\n    return np.einsum({subscripts!r}, {names})\n"
    return source_function(text, namespace)


def source_function(text, namespace):
    import linecache

    name = f"<einsum {text!r}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    exec(compile(text, name, "exec"), namespace)
    return namespace["f"]


@pytest.mark.parametrize(
    "subscripts, shapes",
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        (" ij , jk -> ki ", [(2, 3), (3, 4)]),
        ("ij,ij->", [(2, 3), (2, 3)]),
        ("i,j->ij", [(2,), (3,)]),
        ("bij,bjk->bik", [(5, 2, 3), (5, 3, 4)]),
        ("bij,bjk->bi", [(5, 2, 3), (5, 3, 4)]),
        ("i,ij,j->", [(2,), (2, 3), (3,)]),
        ("ab,bc,cd->ad", [(2, 3), (3, 4), (4, 2)]),
        ("b,a->ba", [(2,), (3,)]),
    ],
)
def test_products_of_several_operands(subscripts, shapes):
    check(product_of(subscripts), *[array(*s) for s in shapes])


@pytest.mark.parametrize(
    "subscripts, shape",
    [("ij->ji", (2, 3)), ("ba", (2, 3)), ("ij->", (2, 3)), ("ijk->ik", (2, 3, 4)),
     ("ijk->kj", (2, 3, 4)), ("i", (3,))],
)  # fmt: skip
def test_one_operand_is_transposed_and_summed(subscripts, shape):
    check(product_of(subscripts), array(*shape))


@pytest.mark.parametrize(
    "subscripts, shape",
    [
        ("ii", (3, 3)),
        ("ii->i", (3, 3)),
        ("iij->j", (2, 2, 3)),
        ("iji->ij", (2, 3, 2)),
        ("iijk->ki", (2, 2, 3, 4)),
    ],
)
def test_a_repeated_index_is_a_diagonal(subscripts, shape):
    check(product_of(subscripts), array(*shape))


def test_a_diagonal_times_another_operand():
    check(product_of("ii,ij->j"), array(3, 3), array(3, 2))


@pytest.mark.parametrize(
    "subscripts, shapes",
    [
        ("ij,k->k", [(2, 3), (4,)]),
        ("ij,jk->k", [(2, 3), (3, 4)]),
        ("ijk,jl->jl", [(2, 3, 4), (3, 2)]),
    ],
)
def test_an_index_that_only_one_operand_has_is_summed(subscripts, shapes):
    check(product_of(subscripts), *[array(*s) for s in shapes])


@pytest.mark.parametrize(
    "subscripts, shapes",
    [
        ("...ij,...jk->...ik", [(5, 2, 3), (5, 3, 4)]),
        ("...ij,...jk->...ik", [(5, 2, 3), (3, 4)]),
        ("...ij,...jk", [(6, 1, 2, 3), (5, 3, 4)]),
        ("i...,i...->...", [(2, 3), (2, 3)]),
        ("...i->...", [(2, 3)]),
        ("i...", [(2, 3)]),
        ("...ii->...i", [(2, 3, 3)]),
        ("ij...,j->i...", [(2, 3, 4), (3,)]),
    ],
)
def test_an_ellipsis_stands_for_any_number_of_axes(subscripts, shapes):
    check(product_of(subscripts), *[array(*s) for s in shapes])


def test_axes_of_length_one_are_broadcast():
    check(product_of("ij,ij->ij"), array(1, 3), array(2, 3))
    check(product_of("ij,jk->ik"), array(2, 1), array(3, 4), second=False)


def test_complex_operands():
    check(product_of("ij,jk->ik"), array(2, 3) + 1j * array(2, 3), array(3, 2) + 1j * array(3, 2))


def test_float32_stays_float32():
    x, y = array(2, 3).astype("f"), array(3, 3).astype("f")
    f = st.grad(lambda x, y: np.sum(np.einsum("ij,jj->i", x, y)), (0, 1), example=(x, y))
    assert [g.dtype for g in f(x, y)] == [np.float32, np.float32]


def test_subscripts_that_are_known_only_as_the_program_runs():
    def f(x, y, subscripts):
        return np.einsum(subscripts, x, y)

    check(f, array(2, 3), array(3, 4), "ij,jk->ki", wrt=(0, 1))


def test_a_contraction_path_is_asked_for_again():
    def f(x, y, z):
        return np.einsum("ij,jk,kl->il", x, y, z, optimize=True)

    check(f, array(2, 3), array(3, 4), array(4, 2), second=False)
    assert "optimize=True" in st.vjp(f, 0, example=(array(2, 3), array(3, 4), array(4, 2))).source


def test_static_subscripts_are_rewritten_before_the_program_runs():
    args = (array(2, 3, 2), array(3, 4))
    text = st.vjp(product_of("ijl,jk->ilk"), (0, 1), example=args).source
    assert "np.einsum('ilk,jk->ijl', dout, y)" in text.replace('"', "'")
    assert "einsum_dx" not in text


def test_a_scalar_product_prints_as_a_product():
    text = st.vjp(product_of("ij,ij->"), (0, 1), example=(array(2, 3), array(2, 3))).source
    assert "dx = dout * y" in text and "einsum" not in text


def test_subscripts_given_as_lists():
    x, y = array(2, 3), array(3, 4)
    check(lambda x, y: np.einsum(x, [0, 1], y, [1, 2], [0, 2]) ** 2, x, y)
    check(lambda x, y: np.einsum(x, [5, 3], y, [3, 1]) ** 2, x, y)
    check(lambda x: np.einsum(x, [0, 0]) ** 2, array(3, 3))
    check(lambda x, y: np.einsum(x, [..., 0], y, [..., 0], [...]) ** 2, x, x + 1.0, second=False)


@pytest.mark.parametrize("path", ["'greedy'", "['einsum_path', (0, 1), (0, 1)]"])
def test_paths_of_contraction(path):
    f = source_function(
        f"def f(x, y):\n    return np.einsum('ij,jk,kl->il', x, y, x, optimize={path})\n",
        {"np": np},
    )
    check(f, array(3, 3), array(3, 3), second=False)


def test_a_path_that_was_found():
    def f(x, y):
        path = np.einsum_path("ij,jk->ik", x, y)[0]
        return np.einsum("ij,jk->ik", x, y, optimize=path) ** 2

    check(f, array(2, 3), array(3, 4), second=False)


def test_more_operands_than_six_are_refused():
    def f(x):
        return np.einsum("i,i,i,i,i,i,i->", x, x, x, x, x, x, x)

    with pytest.raises(UnsupportedError, match="einsum"):
        st.grad(f)


def test_a_view_made_by_einsum_is_not_written_through():
    def f(x):
        y = np.einsum("ij->ji", x)
        y += 1.0
        return np.sum(y * x.T)

    with pytest.raises(TypeError, match="which another name shares"):
        st.grad(f)(array(2, 3))
    with pytest.raises(UnsupportedError, match="may be the same object"):
        st.grad(f, example=(array(2, 3),))


@pytest.mark.parametrize(
    "x, y, z", list(itertools.product(["ij", "ji"], ["jk", "kj"], ["ik", "ki"]))
)
def test_the_adjoint_of_a_product_of_matrices_is_written_with_at(x, y, z):
    f = program(f'np.einsum("{x},{y}->{z}", x, y)', "x, y")
    sizes = {"i": 2, "j": 3, "k": 4}
    args = [rng.standard_normal([sizes[c] for c in term]) for term in (x, y)]
    check(f, *args)
    backward = st.vjp(f, (0, 1), example=tuple(args)).source.split('"""')[-1]
    assert "einsum" not in backward and backward.count("@") == 2


@pytest.mark.parametrize("spec", ["ij,j->i", "ij,i->j", "j,ij->i", "i,ij->j"])
def test_the_adjoint_of_a_matrix_and_a_vector(spec):
    f = program(f'np.einsum("{spec}", x, y)', "x, y")
    sizes = {"i": 2, "j": 3}
    args = [rng.standard_normal([sizes[c] for c in term]) for term in spec[:-3].split(",")]
    check(f, *args)
