"""Derivatives of real functions: their text is committed, their numbers are checked."""

import warnings
from pathlib import Path

import pytest

import srctransform as st

from .checking import check
from .corpus import CASES

GENERATED = Path(__file__).parent / "corpus" / "generated"
KINDS = ("generic", "example")


def derivative(case, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        example = case.args if kind == "example" else None
        wrt = case.wrt[0] if len(case.wrt) == 1 else case.wrt
        return getattr(st, case.mode)(case.function, wrt, example=example)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_text_is_the_committed_one(case, kind, update):
    path = GENERATED / f"{case.name}_{kind}.py"
    text = derivative(case, kind).source
    if update:
        path.write_text(text)
    assert path.read_text() == text


#: programs whose derivatives raise as they run, and why
WRONG_TYPES = {"power_spectrum": "a real buffer gets a complex cotangent in a recursion"}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_numbers_are_right(case, request):
    if case.name in WRONG_TYPES:
        request.applymarker(pytest.mark.xfail(reason=WRONG_TYPES[case.name], strict=True))
    check(case.function, *case.args, wrt=case.wrt, tol=2e-6)


def test_every_committed_file_belongs_to_a_function(update):
    expected = {f"{case.name}_{kind}.py" for case in CASES for kind in KINDS}
    for path in GENERATED.iterdir():
        if update and path.suffix == ".py" and path.name not in expected:
            path.unlink()
    assert {p.name for p in GENERATED.iterdir() if p.suffix == ".py"} == expected
