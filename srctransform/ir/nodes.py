"""The language in the middle: structured SSA, plain frozen data without behaviour.

    Function := name(params) Block
    Block    := (params) Stmt* -> results
    Stmt     := Let    out = prim(*args, **kwargs)
              | If     outs = cond ? then : orelse             both blocks yield len(outs) values
              | For    outs = for item in iterable, carrying   body: (item, *carried) -> carried
              | While  outs = while test, carrying             test: carried -> (bool,)
                a loop that `stops` yields one more value: a bool that ends it after this round
    Atom     := Var | Const

A Wengert list is a block of Lets. Invariants, held by `check`:

- every Var is defined once, before it is used, in an enclosing block; a Var is its identity, and
  `hint` is for people: names are invented when code is printed;
- values are immutable: writing into an array is `store(x, index, value)`, which gives the next
  version of the buffer. The back end prints it in place, and nothing moves across a version;
- no facts live on nodes: an analysis returns a dictionary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..errors import Span

Prim = Callable[..., Any]


@dataclass(frozen=True, eq=False, slots=True)
class Var:
    """One value. `role` says what it is of another value: its adjoint or its tangent."""

    hint: str = ""
    role: str = ""  # "", "adjoint", "tangent"
    of: Var | None = None
    user: bool = False  # named by the user, so it keeps its line

    @property
    def named(self) -> bool:
        """Does it keep a line of its own: the user's variables, their adjoints and tangents?"""
        return self.user or (self.of is not None and self.of.named)


@dataclass(frozen=True, eq=False, slots=True)
class Const:
    """A value known before the program runs; `spelling` is how the user wrote it (`np.pi`)."""

    value: Any
    spelling: str = ""


Atom = Var | Const


@dataclass(frozen=True, eq=False, slots=True)
class Let:
    """out = prim(*args, **kwargs). `spelling` is how the user wrote the call, if a user did."""

    out: Var
    prim: Prim
    args: tuple[Atom, ...] = ()
    kwargs: tuple[tuple[str, Atom], ...] = ()
    span: Span | None = None
    spelling: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class If:
    """Both blocks run in the scope around them and yield the values of `outs`."""

    cond: Atom
    then: Block
    orelse: Block
    outs: tuple[Var, ...]
    span: Span | None = None
    key: object = field(default_factory=object)
    mirrors: object = None


@dataclass(frozen=True, eq=False, slots=True)
class For:
    """`body.params` are the item and the carried values; it yields the carried values, and with
    `stops` a bool behind them that ends the loop after this round.

    `key` is the loop's identity, which it keeps when it is rewritten; a loop (or branch) of a
    backward part `mirrors` the key of the one whose rounds it undoes.
    """

    iterable: Atom
    init: tuple[Atom, ...]
    body: Block
    outs: tuple[Var, ...]
    span: Span | None = None
    stops: bool = False
    key: object = field(default_factory=object)
    mirrors: object = None


@dataclass(frozen=True, eq=False, slots=True)
class While:
    """`test` and `body` both take the carried values; `test` yields one bool. The rest is as in
    `For`."""

    init: tuple[Atom, ...]
    test: Block
    body: Block
    outs: tuple[Var, ...]
    span: Span | None = None
    stops: bool = False
    key: object = field(default_factory=object)
    mirrors: object = None


Stmt = Let | If | For | While


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    params: tuple[Var, ...] = ()
    body: tuple[Stmt, ...] = ()
    results: tuple[Atom, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Param:
    """A parameter as Python has it; `kind` is one of `inspect.Parameter`'s kinds."""

    var: Var
    name: str
    kind: Any
    default: Any = None  # a Const, or None where there is none
    annotation: Any = None


@dataclass(frozen=True, eq=False, slots=True)
class Function:
    """A function of one block with one result. `origin` is the Python function it was read from."""

    name: str
    params: tuple[Param, ...]
    block: Block
    doc: str = ""
    origin: Any = None
    span: Span | None = None
    captures: tuple[Var, ...] = field(default=())  # of a nested function: passed before params


@dataclass(frozen=True, eq=False, slots=True)
class Itself:
    """A nested function, as its own body sees it: it has the variables of the call around."""

    function: Function


@dataclass(frozen=True, slots=True)
class GlobalRef:
    """A name that is read when the program runs: from a module, or from a closure's cell."""

    name: str
    home: Any  # the dictionary, or the cell

    def __call__(self) -> Any:
        return self.home[self.name] if isinstance(self.home, dict) else self.home.cell_contents

    def __hash__(self) -> int:
        return hash((self.name, id(self.home)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GlobalRef) and self.name == other.name and self.home is other.home


class _Unbound:
    """The value of a name that was not assigned on this path."""

    def __repr__(self) -> str:
        return "UNBOUND"


UNBOUND = _Unbound()
