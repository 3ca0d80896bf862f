"""Lists and dicts that only the run knows: one shadow of them in the backward part, each operation
O(1), and nothing recorded that can be read again.

    S.append(S[k] * b)       →       dz = dS.pop();  db += dz * S[k];  dS[k] += b * dz
"""

import numpy as np
import pytest

import srctransform as st

from .checking import check

V = np.array([0.3, -0.7, 0.9])
WORDS = ["a", "b", "a", "c", "b", "a"]


def powers(b, n):
    S = [0.9]
    for k in range(n):
        S.append(S[k] * b)
    return S[-1]


def chained(b, n):
    S = [0.9]
    for _ in range(n):
        S.append(np.sin(S[-1] * b))
    return S[-1] + S[0]


def stacked(x, n):
    stack = [x]
    for _ in range(n):
        v = stack.pop()
        stack.append(v * x)
        stack.append(np.sin(v))
    s = 0.0
    for v in stack:
        s = s + v
    return s


def convolved(b, n):
    S = [b]
    for k in range(1, n):
        t = 0.0
        for j in range(k):
            t += S[j] * S[k - 1 - j]
        S.append(t)
    return S[-1]


def several_behind(x, n):
    S = [x, x * x]
    for k in range(2, n):
        S.append(S[k - 1] * S[k - 2] + S[0])
    return S[-1] * S[2]


def written(x, n):
    S = []
    for k in range(n):
        S.append(x * k)
    for k in range(1, n):
        S[k] = S[k - 1] * np.sin(S[k])
    return S[-1]


def in_branches(x, n):
    S = [x]
    for k in range(n):
        if k % 2 == 0:
            S.append(S[k] * x)
        else:
            S.append(np.sin(S[-1]))
            S.append(S[0] + 1.0)
    return S[-1] * S[1]


def of_arrays(x, n):
    S = [x]
    for k in range(n):
        S.append(np.sin(S[k]) * S[0])
    return np.sum(S[-1] * S[1])


def of_shapes(x, n):
    S = [x]
    for k in range(n):
        S.append(np.concatenate((S[k], S[k] * x[0])))
    return np.sum(S[-1] ** 2)


def of_rows(x, n):
    track = []
    p, q = x, 1.0
    for _ in range(n):
        p, q = p * np.cos(q), q + p
        track.append((p, q))
    s = 0.0
    for k in range(n):
        a, b = track[k]
        s = s + a * b
    return s + track[-1][0]


def of_lists(x, n):
    table = []
    for k in range(n):
        row = []
        for j in range(k + 1):
            row.append(x * (j + 1))
        table.append(row)
    return table[-1][0] * table[1][1]


def memo(b, n):
    D = {}
    D[0] = b
    D[1] = b * b
    for k in range(2, n):
        D[k] = D[k - 1] * b + D[k - 2]
    return D[n - 1]


def grid(x, n):
    D = {}
    for i in range(n):
        for j in range(n):
            if i == 0 or j == 0:
                D[i, j] = x * (i + j + 1)
            else:
                D[i, j] = np.sin(D[i - 1, j]) + D[i, j - 1] * D[i - 1, j - 1]
    return D[n - 1, n - 1]


def counted(x, words):
    D = {}
    for w in words:
        if w in D:
            D[w] = D[w] * x
        else:
            D[w] = x
    s = 0.0
    for w in D:
        s += D[w] ** 2
    return s


def with_defaults(x, words):
    D = {}
    for k, w in enumerate(words):
        D[w] = D.get(w, 0.0) + x * (k + 1)
    s = 0.0
    for w, v in D.items():
        s += v**2 * len(w)
    return s


def summed(x, words):
    D = {}
    for w in words:
        D.setdefault(w, x)
        D[w] += x * x
    return sum(D.values())


def augmented(x, words):
    D = {w: 1.0 for w in words}
    for w in words:
        D[w] *= x
        D[w] += x
    return sum(D.values())


def of_arrays_by_key(x, n):
    D = {}
    for k in range(n):
        D[k] = x * (k + 1)
    for k in range(1, n):
        D[k] = D[k] * D[k - 1]
    return np.sum(D[n - 1])


def fibonacci(x, n):
    known = {0: x, 1: x * x}

    def go(k):
        if k not in known:
            known[k] = go(k - 1) * x + go(k - 2)
        return known[k]

    return go(n)


PROGRAMS = {
    f.__name__: (f, args)
    for f, args in [
        (powers, (0.8, 4)),
        (chained, (0.8, 4)),
        (stacked, (0.8, 3)),
        (convolved, (0.8, 5)),
        (several_behind, (0.8, 5)),
        (written, (0.8, 4)),
        (in_branches, (0.8, 4)),
        (of_arrays, (V, 3)),
        (of_shapes, (V, 2)),
        (of_rows, (0.8, 3)),
        (of_lists, (0.8, 3)),
        (memo, (0.8, 5)),
        (grid, (0.8, 3)),
        (counted, (0.8, WORDS)),
        (with_defaults, (0.8, WORDS)),
        (summed, (0.8, WORDS)),
        (augmented, (0.8, WORDS)),
        (of_arrays_by_key, (V, 4)),
        (fibonacci, (0.8, 5)),
    ]
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_derivatives(name):
    f, args = PROGRAMS[name]
    check(f, *args, wrt=(0,), tol=1e-5)


def body(f, *args):
    text = st.grad(f, example=args).source
    return text[text.index("def grad_") :]


def test_a_list_that_grows_is_read_again():
    assert (
        body(powers, 0.8, 4)
        == '''\
def grad_powers(b, n):
    """Gradient of `powers` with respect to b."""
    S = [0.9]
    for k in range(n):
        S.append(S[k] * b)

    dS = [0.0] * len(S)
    dS[-1] += 1.0
    db = 0.0
    for k in range(n - 1, -1, -1):
        dz = dS.pop()
        db += dz * S[k]
        dS[k] += b * dz
    return db
'''
    )


def test_a_stack_is_undone_by_a_stack():
    text = body(stacked, 0.8, 3)
    assert "v = stack.pop()\n        v_hist.append(v)" in text
    assert "dz = dstack.pop()\n        dz1 = dstack.pop()" in text
    assert "list(" not in text
    assert "assemble" not in text


def test_a_table_has_a_shadow():
    assert body(memo, 0.8, 5).endswith("""\
    for k in range(t2, 1, -1):
        dz = dD[k]
        dD[k] = 0.0
        db += dz * hist[k - 2]
        dD[k - 2] += dz
        dD[k - 1] += b * dz
    return db + dD[0] + 2.0 * b * dD[1]
""")


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_copied_or_recorded_as_a_whole(name):
    f, args = PROGRAMS[name]
    text = body(f, *args)
    for costly in ("deepcopy", "list(S)", "dict(D)", "assemble("):
        assert costly not in text, text


def test_items_from_the_front_are_not_recorded():
    for f in (powers, several_behind):
        text = body(f, *PROGRAMS[f.__name__][1])
        assert "hist" not in text, text
        assert "stack" not in text, text


def test_a_length_is_recorded_and_not_the_list():
    def f(x, n):
        S = []
        for _ in range(n):
            x = np.sin(x) * len(S)
            S.append(x + 1.0)
        return S[-1]

    check(f, 0.7, 3, wrt=(0,))
    assert "list(S)" not in body(f, 0.7, 3)


def test_a_shape_is_recorded_and_not_the_value():
    def f(x, n):
        for _ in range(n):
            y = np.concatenate((x[:1], x[1:] * x[:-1]))
            x = np.sin(y)
        return np.sum(x)

    check(f, V, 3, wrt=(0,))
    text = st.grad(f).source
    assert "x[:1])" not in text[text.index("def grad_f") :].split("append")[1]


def test_a_key_that_varies_is_refused():
    def f(x, n):
        D = {}
        for k in range(n):
            D[x * k] = x
        return sum(D)

    for derive in (st.grad, st.jvp):
        with pytest.raises(st.UnsupportedError, match="the key of a dict depends on"):
            derive(f, example=(0.7, 3))


def test_a_variable_of_another_shape_in_each_loop():
    def f(x, y):
        for q in x:
            pass
        for q in y:
            pass
        return np.sum(q) + np.sum(x)

    check(f, V, np.ones((2, 3)), wrt=(0,), examples=(True,), second=False)
