"""What is printed, stage by stage: cases in data/*.test, rewritten by `pytest --update`.

    [case a sentence that says what the case shows]
    def f(x):
        return x * x
    [grad]
    def grad_f(x):
    ...

A section is `[stage arguments]`: grad, vjp, jvp, ... print the derivative's function, `module` all
of it; read, inline, reverse, forward and optimize show the IR; error is the refusal as Python
prints it. The arguments are those of the public function: `[grad wrt=(0, 1), optimize=False]`.
"""

import inspect
import re
import traceback
import warnings
from pathlib import Path

import numpy as np
import pytest

import srctransform as st
from srctransform.api import wrt_names
from srctransform.frontend.read import read
from srctransform.pipeline import Options, derive

from .checking import check
from .modules import function_of

FILES = sorted((Path(__file__).parent / "data").glob("*.test"))
HEADER = re.compile(r"^\[(\w+)\b *(.*)\]$", re.MULTILINE)
MODES = {"reverse": "vjp", "forward": "jvp"}


def sections(text):
    """[(name, arguments, body)], in order."""
    found = list(HEADER.finditer(text))
    stops = [m.start() for m in found[1:]] + [len(text)]
    return [
        (m[1], m[2], text[m.end() : stop].strip("\n")) for m, stop in zip(found, stops, strict=True)
    ]


def cases():
    for file in FILES:
        parts = sections(file.read_text())
        for k, (name, title, source) in enumerate(parts):
            if name == "case":
                rest = [p[0] == "case" for p in parts[k + 1 :]]
                stop = k + 1 + (rest.index(True) if True in rest else len(rest))
                yield pytest.param(
                    file, title, source, parts[k + 1 : stop], id=f"{file.stem}: {title}"
                )


def produced(stage, arguments, source):
    """The text that a stage gives for a source."""
    fn = function_of(source)
    given = eval(f"dict({arguments})", {"np": np})
    if stage == "error":
        mode = given.pop("mode", "grad")
        with pytest.raises(Exception) as caught:
            getattr(st, mode)(fn, **given)
        return "".join(traceback.format_exception_only(caught.value)).rstrip()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if stage in ("read", "inline", "reverse", "forward", "optimize"):
            wrt = given.pop("wrt", 0)
            given |= {"wrt": wrt_names(read(fn), wrt), "bare": not isinstance(wrt, tuple)}
            mode = MODES.get(stage, "vjp")
            seen = {}
            derive(fn, Options(mode, check=True, **given), seen.__setitem__)
            return seen[MODES.get(stage, stage)]
        if stage == "module":
            return getattr(st, given.pop("mode", "grad"))(fn, **given).source.rstrip()
        text = "\n" + getattr(st, stage)(fn, **given).source
        return "def " + text.rpartition("\ndef ")[2].rstrip()


@pytest.mark.parametrize("file, title, source, expectations", list(cases()))
def test_case(file, title, source, expectations, update):
    assert expectations, "a case expects something"
    for stage, arguments, expected in expectations:
        got = produced(stage, arguments, source)
        if update and got != expected:
            rewrite(file, title, stage, arguments, got)
        else:
            assert got == expected, f"[{stage} {arguments}]\n{got}"


@pytest.mark.parametrize(
    "source, arguments",
    [
        pytest.param(p.values[2], arguments, id=p.id)
        for p in cases()
        for stage, arguments, _ in p.values[3]
        if stage in ("grad", "vjp", "jvp", "module") and "example=" in arguments
    ],
)
def test_the_numbers_of_what_is_printed_are_right(source, arguments):
    given = eval(f"dict({arguments})", {"np": np})
    fn, args = function_of(source), tuple(map(off_its_kinks, given["example"]))
    wrt = given.get("wrt", 0)
    names = wrt if isinstance(wrt, tuple) else (wrt,)
    params = list(inspect.signature(fn).parameters)
    wrt = tuple(params.index(n) if isinstance(n, str) else n for n in names)
    check(fn, *args, wrt=wrt, second=False, examples=(True,), tol=1e-5)


def off_its_kinks(x, rng=np.random.default_rng(3)):
    """Numbers that are no ties, as the ones of an example are."""
    if isinstance(x, np.ndarray):
        return x + rng.uniform(-0.2, 0.2, x.shape) if x.dtype.kind == "f" else x
    if isinstance(x, (list, tuple)):
        return type(x)(map(off_its_kinks, x))
    if isinstance(x, dict):
        return {key: off_its_kinks(value) for key, value in x.items()}
    return x + rng.uniform(0.05, 0.3) if isinstance(x, float) else x


def rewrite(file, title, stage, arguments, got):
    text, inside = "", False
    for name, given, body in sections(file.read_text()):
        inside = given == title if name == "case" else inside
        if inside and (name, given) == (stage, arguments):
            body = got
        head = f"{name} {given}".rstrip()
        text += ("\n\n" if name == "case" and text else "") + f"[{head}]\n{body}\n"
    file.write_text(text)
