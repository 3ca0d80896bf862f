"""Names for values, invented as the code is printed.

x rebound            x, then x again if the old value is not needed any more, else x_1
adjoint of x         dx;  x_bar where the function has names like dx or dt of its own
tangent of x         x_dot
a temporary          by what it holds: exp_z, sum_exp_z; last resort t1
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Iterable

from ..ir.nodes import Var
from .lifetimes import Group

D_STYLE = re.compile(r"^d[A-Za-z]$")


class Namer:
    """Hands out names. `reserved` are names that may never be reused."""

    def __init__(
        self,
        user_names: Iterable[str],
        reserved: Iterable[str],
        primal: frozenset[Var],
        interfere: Callable[[Group, Group], bool],
    ) -> None:
        self.user_names = set(user_names)
        self.primal = primal
        self.second = any(v.role == "adjoint" for v in primal)  # d-names are taken already
        self.reused: set[Var] = set()  # loop variables, which may have the name of others
        self.crowded: set[Var] = set()  # adjoints that live while another version's does
        self.reserved = set(reserved)
        self.names: dict[Var, str] = {}
        self.holders: dict[str, list[Group]] = {}  # who has a name, less those who are done
        self.interfere = interfere
        self.now = 0  # the position of the statement that is printed
        self.counts: dict[str, int] = {}
        self.claims: dict[str, int] = {}  # names that are kept for what is made there
        self.bar = self._needs_bar()

    def _needs_bar(self) -> bool:
        """Does the function use `d?` names, so that an adjoint `dx` could be mistaken?"""
        for name in self.user_names:
            if D_STYLE.match(name) or (name.startswith("d") and name[1:] in self.user_names):
                return True
        return False

    def stem(self, var: Var, hint: str = "") -> str:
        """The name a variable would like to have; `hint` describes a nameless one."""
        if var.of is not None and not (hint and not var.named):
            inner = self.names.get(var.of) or self.stem(var.of)
            if not var.of.named and var.of not in self.names:
                inner = "z" if "z" not in self.user_names else "t"
            return self.stem_of(var, inner)
        return hint or var.hint or "t"

    def stem_of(self, var: Var, inner: str) -> str:
        """The name of an adjoint or tangent of what is called `inner`."""
        if var.role == "tangent":
            return f"{inner}_dot"
        nested = var.of is not None and var.of.role in ("adjoint", "tangent")
        bar = self.bar or nested or (self.second and var not in self.primal)
        return f"{inner}_bar" if bar else f"d{inner}"

    def assign(self, var: Var, group: Group, hint: str = "") -> str:
        """The name of a group of values; `var` is the one that speaks for it."""
        stem = self.stem(var, hint)
        if var.of is not None and var.of.user and var not in self.crowded:
            shared = self.stem_of(var, var.of.hint)  # versions of one variable share an adjoint
            if not group.start < self.claims.get(shared, group.start) < group.end:
                stem = shared
        rebinds = bool(group.stems)
        plain = bool(var.hint or var.of or hint)
        name = stem if plain else self._numbered(stem)
        numbered = stem
        if rebinds and not self._free(name, group):
            numbered = f"{stem}_"
            name = f"{stem}_{self.counts.get(numbered, 1)}"  # the version before may be done with
        while not self._free(name, group):
            name = self._numbered(numbered)
        self.hold(group, name)
        return name

    def _numbered(self, stem: str) -> str:
        self.counts[stem] = count = self.counts.get(stem, 0) + 1
        return f"{stem}{count}"

    def _free(self, name: str, group: Group) -> bool:
        rebinds = bool(group.stems)
        if name in self.reserved or keyword.iskeyword(name):
            return False
        if name not in self.holders:
            return rebinds or (name not in self.user_names and not hasattr(builtins, name))
        if not rebinds and not any(v in self.reused for v in group.members):
            return False
        self.holders[name] = held = [g for g in self.holders[name] if g.end > self.now]
        return not any(self.interfere(g, group) for g in held)

    def spare(self, stem: str) -> str:
        """A name that nothing else has."""
        name = stem
        while name in self.holders or name in self.reserved or name in self.user_names:
            name = self._numbered(stem)
        self.reserved.add(name)
        return name

    def hold(self, group: Group, name: str) -> None:
        """Give a group a name that is decided elsewhere."""
        for member in group.members:
            self.names[member] = name
        self.holders.setdefault(name, []).append(group)
