"""Values by memory, roughly: who to ask when a buffer is written.

    d = du[1:-1]; e = du[0]       the group of du: du, d, e
    for ... carrying b = du:      b joins it

Groups are classes of tokens that were ever related (union-find), so a write looks at the few values
of its own group, and long programs take linear time.
"""

from __future__ import annotations

from ..ir.nodes import Var
from .sharing import PROTECTED, Memory, Token, Tokens


class Groups:
    """Values by memory, roughly: two that may share are in one group, or more."""

    def __init__(self) -> None:
        self.leader: dict[Token, Token] = {}
        self.vars: dict[Token, dict[Var, None]] = {}
        self.where: dict[Var, list[Token]] = {}

    def find(self, token: Token) -> Token:
        leader = self.leader
        while (up := leader.setdefault(token, token)) is not token:
            leader[token] = token = leader[up]
        return token

    def add(self, var: Var, memory: Memory) -> None:
        self.drop(var)
        tokens = [t for t in memory.all if t is not PROTECTED]
        self.where[var] = tokens
        for token in tokens:
            self.vars.setdefault(self.find(token), {})[var] = None

    def drop(self, var: Var) -> None:
        for token in self.where.get(var, ()):
            self.vars.get(self.find(token), {}).pop(var, None)

    def join(self, a: Token, b: Token) -> None:
        a, b = self.find(a), self.find(b)
        if a is b or PROTECTED in (a, b):
            return
        if len(self.vars.get(a, ())) < len(self.vars.get(b, ())):
            a, b = b, a
        self.leader[b] = a
        self.vars.setdefault(a, {}).update(self.vars.pop(b, {}))

    def members(self, tokens: Tokens) -> list[Var]:
        """The values that may share one of these."""
        found: dict[Var, None] = {}
        for leader in {self.find(t) for t in tokens if t is not PROTECTED}:
            found.update(self.vars.get(leader, {}))
        return list(found)
