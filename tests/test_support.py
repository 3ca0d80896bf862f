"""What can be differentiated is known of every function of the namespaces that programs use.

`pytest --update` writes the table of docs/functions.md; what only other versions of Python, NumPy or
SciPy have is kept.
"""

import re
from pathlib import Path

import numpy as np
import pytest

import srctransform as st
from tests.namespaces import NAMESPACES, public_functions, ufunc_methods

PAGE = Path(__file__).parent.parent / "docs" / "functions.md"
TITLES = {
    "differentiable": "rule",
    "followed": "followed",
    "constant": "constant",
}


def functions(namespace):
    return ufunc_methods() if namespace == "ufunc methods" else public_functions(namespace)


@pytest.mark.parametrize("namespace", [*NAMESPACES, "ufunc methods"])
def test_every_function_is_differentiated_constant_or_refused_with_a_reason(namespace):
    unknown = [name for name, fn in functions(namespace) if st.supported(fn).status == "unknown"]
    assert not unknown, f"{namespace}: {' '.join(unknown)}"


def test_supported_answers_in_words():
    assert str(st.supported(np.cumsum)) == "differentiable"
    assert str(st.supported(np.argmax)) == "constant"
    assert st.supported(np.sin)
    assert not st.supported(np.save)
    assert st.supported(np.save).reason


def test_functions_of_the_user_are_followed():
    def f(x):
        return x

    assert st.supported(f).status == "followed"
    assert st.supported(eval).status == "refused"


def test_what_cannot_be_called_has_no_answer():
    with pytest.raises(TypeError, match="takes a function, not float"):
        st.supported(1.0)


def rows(namespace):
    """(what, names) of a namespace, as the page lists them."""
    found = {}
    for name, fn in functions(namespace):
        support = st.supported(fn)
        title = TITLES.get(support.status) or support.reason
        found.setdefault(title, []).append(name)
    order = [t for t in TITLES.values() if t in found]
    return [(t, found[t]) for t in [*order, *sorted(t for t in found if t not in order)]]


def shortened(names, everything):
    """`norm.*` for a distribution or ufunc of which all methods are among the names."""
    short = {}
    for name in names:
        owner = name.partition(".")[0]
        family = {n for n in everything if n.startswith(f"{owner}.")}
        whole = len(family) > 1 and family <= set(names)
        short[f"{owner}.*" if whole else name] = None
    return list(short)


def listed(text, namespace):
    """What the page says of a namespace: name -> what."""
    part = re.search(rf"^## {re.escape(namespace)}\n(.*?)(?=^## |\Z)", text, re.S | re.M)
    lines = part[1].splitlines() if part else []
    pairs = [re.fullmatch(r"\| (.*?) \| (.*) \|", line) for line in lines]
    return {
        name: match[1] for match in pairs if match for name in re.findall(r"`([^`]+)`", match[2])
    }


def test_the_page_lists_every_function(update):
    text = PAGE.read_text()
    if update:
        before, text = text, text[: text.index("\n## ")]
        for namespace in [*NAMESPACES, "ufunc methods"]:
            text += f"\n## {namespace}\n\n| | |\n|---|---|\n"
            everything = [name for name, _ in functions(namespace)]
            elsewhere = {n: what for n, what in listed(before, namespace).items()
                         if n not in everything and not n.endswith(".*")}  # fmt: skip
            for title, names in rows(namespace):
                others = [n for n, what in elsewhere.items() if what == title]
                short = sorted([*shortened(names, everything), *others])
                text += f"| {title} | {' '.join(f'`{name}`' for name in short)} |\n"
        PAGE.write_text(text)
    for namespace in [*NAMESPACES, "ufunc methods"]:
        said = listed(text, namespace)
        for title, names in rows(namespace):
            for name in names:
                family = f"{name.partition('.')[0]}.*"
                assert said.get(name, said.get(family)) == title, f"{namespace}: {name}"
