"""stop_gradient is the identity to a program, and a constant to every transform."""

import numpy as np

import srctransform as st


def straight_through(x, w):
    rounded = x + st.stop_gradient(np.round(x * w) - x)
    return np.sum(rounded**2)


def test_it_is_the_identity_when_it_runs():
    x = np.ones(3)
    assert st.stop_gradient(x) is x


def test_nothing_is_differentiated_through_it():
    x, w = np.array([0.2, 1.4]), 2.0
    gradient = st.grad(straight_through)(x, w)
    assert np.array_equal(gradient, 2.0 * np.round(x * w))
    _, tangent = st.jvp(straight_through)(x, w, np.ones(2))
    assert np.isclose(tangent, gradient.sum())


def test_the_printed_code_does_not_mention_it():
    for example in (None, (np.ones(2), 2.0)):
        text = st.grad(straight_through, example=example).source
        assert "stop_gradient" not in text
        assert "srctransform" not in text
