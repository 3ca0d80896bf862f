"""Every stage of a derivative as text: what `print(explain(f))` shows on a slide.

1. The function             as its author wrote it
2. Read                     one primitive a line: a Wengert list
3. Spliced in               if it calls functions of its own, or writes
4. Types and activity       what is known of each value, and what varies with wrt
5. Differentiated           the statements of the derivative, as the rules give them
6. Simplified               what is left of them
7. Printed                  the derivative as Python
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .api import Wrt, wrt_names
from .display import source
from .errors import SourceError
from .frontend.read import read
from .pipeline import Options, derive

MODES = (
    "grad", "value_and_grad", "vjp", "jvp", "hvp", "jacobian", "hessian", "elementwise_grad"
)  # fmt: skip

#: the stages that `derive` reports, and what a reader should see in them
TITLES = {
    "function": ("The function", ""),
    "read": ("Read", "one primitive a line: a Wengert list{loops}"),
    "inline": ("Spliced in", "calls are part of the list; a write gives an array's next version"),
    "analyse": ("Types and activity", "active: depends on {wrt}, and the result depends on it"),
    "derive": ("Differentiated", "each statement has given its derivative, {order}"),
    "optimize": ("Simplified", "each value once, and no value that nobody reads"),
    "emit": ("Printed", "the derivative as Python, in a module of its own"),
}

REVERSE = "the last statement first"
LOOPS = ", and loops that say what they carry"
STACKS = "; what mirrored loops read is on stacks"
ORDER = {
    "jvp": "each value with its tangent",
    "hvp": "twice: the gradient, then each of its values with its tangent",
    "jacobian": "in a loop over the directions",
    "hessian": "twice: the gradient, then its values in a loop over the directions",
}


def explain(
    f: Callable[..., Any], wrt: Wrt = 0, mode: str = "grad", example: tuple[Any, ...] | None = None,
    optimize: bool = True,
) -> str:  # fmt: skip
    """The text of every stage of f's derivative.

    wrt, example, optimize: as in `grad`. mode: grad, value_and_grad, vjp, jvp, hvp, jacobian,
    hessian, elementwise_grad. Raises what making the derivative raises.
    """
    if mode not in MODES:
        raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}")
    if not callable(f):
        raise TypeError(f"explain takes a function, not {type(f).__name__}")
    if example is not None and not isinstance(example, tuple):
        raise TypeError("example must be a tuple, one value per parameter: example=(x, y)")
    names = wrt_names(read(f), wrt)
    stages: dict[str, str] = {}

    def watch(stage: str, text: str) -> None:
        stages["derive" if stage == mode else stage] = text

    derive(f, Options(mode, "auto", names, not isinstance(wrt, tuple), example, optimize), watch)
    try:
        stages["function"] = source(f)
    except SourceError:  # a callable object has none of its own
        stages.pop("function", None)
    if stages["inline"] == stages["read"]:
        del stages["inline"]
    order = ORDER.get(mode, REVERSE) + (STACKS if "push(" in stages["derive"] else "")
    loops = LOOPS if " carrying " in stages["read"] else ""
    words = {"wrt": " or ".join(names), "order": order, "loops": loops}
    shown = [stage for stage in TITLES if stage in stages]
    return "\n".join(
        _section(k, *TITLES[stage], stages[stage], words) for k, stage in enumerate(shown, 1)
    )


def _section(number: int, title: str, note: str, text: str, words: dict[str, str]) -> str:
    head = f"{number}. {title}"
    note = f"{note.format(**words)}\n" if note else ""
    return f"{head}\n{'-' * len(head)}\n{note}\n{_indented(text)}\n"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.rstrip("\n").split("\n"))
