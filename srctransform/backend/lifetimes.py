"""Which values live at the same time, as the code is printed, and which go by one name.

    for i in range(n):            s = 0.0
        s1 = s + x[i]       →     for i in range(n):
        yield s1                      s = s + x[i]

A value is *live* at a place if it is read later, on some path. The arms of a branch never see each
other's values; what a loop reads from outside is live in all of it. Two values interfere if one is
live where the other is born; a group of values that hand over to each other, and do not interfere,
has one name.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from ..ir.nodes import UNBOUND, Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.walk import blocks, operands, statements
from .order import handed, stem
from .plan import VERSIONS, Plan
from .tails import Tails


@dataclass(eq=False, slots=True)
class Group:
    """Values of one name, as (born, last read, value), in order."""

    spans: list[tuple[int, int, Var]]
    ends: list[int]  # the last read of this one and those before
    stems: frozenset[object]  # what its named members want to be called

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.ends[-1]

    @property
    def members(self) -> list[Var]:
        return [span[2] for span in self.spans]


class Lifetimes:
    """Where each value is read for the last time, and the groups."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.order = plan, plan.order
        self.tails = Tails(plan)
        self.last_read: dict[Var, int] = {}
        self.read_in: dict[Var, dict[int, int]] = {}  # the last read in each block
        self.steady: set[tuple[int, int]] = set()  # carried values that only the last round sets
        self._reads(self.order.top)
        for stmt in statements(self.order.top):
            if isinstance(stmt, While):
                self._keep_through_test(stmt)
        self.groups: dict[Var, Group] = {}
        self._group()

    # ------------------------------------------------------------ reads

    def _reads(self, block: Block) -> None:
        end = self.order.end[id(block)]
        for a in block.results:
            self._touch(a, block, end)
        for stmt in block.body:
            if isinstance(stmt, For | While):
                self._find_steady(stmt)
            elif self.plan.is_folded(stmt):
                continue
            for a in operands(stmt):
                self._touch(a, block, self.order.position[id(stmt)])
            if isinstance(stmt, For):
                self._touch(stmt.iterable, block, self.order.begin[id(stmt.body)] + 1)
            for inner in blocks(stmt):
                self._reads(inner)

    def _keep_through_test(self, stmt: While) -> None:
        """What the body reads, or what is read behind the loop, is kept while the test is asked."""
        for asked, param, out in zip(stmt.test.params, stmt.body.params, stmt.outs, strict=True):
            if param in self.read_in or out in self.read_in:
                self._touch_var(asked, stmt.test, self.order.end[id(stmt.test)])

    def _find_steady(self, stmt: For | While) -> None:
        """A flag that begins as False needs no line in the rounds that go on."""
        params = stmt.body.params[isinstance(stmt, For) :]
        for k, param in enumerate(params):
            if self.tails.is_steady(stmt, k):
                self.steady.add((id(stmt), k))
                self._touch(param, stmt.body, self.order.end[id(stmt.body)])

    def _touch(self, atom: Atom, block: Block, at: int) -> None:
        """An atom is read in the text, and so is what is folded into it."""
        pending = [atom]
        while pending:
            a = pending.pop()
            if isinstance(a, Const):
                continue
            self._touch_var(a, block, at)
            if a in self.plan.folded:
                stmt = self.plan.defs[a]
                pending += operands(stmt)
                if isinstance(stmt, If):
                    pending += self.plan.if_operands(stmt)

    def _touch_var(self, var: Var, block: Block, at: int) -> None:
        home = self.order.home.get(var, self.order.top)
        rows = self.read_in.setdefault(var, {})
        while True:
            rows[id(block)] = max(at, rows.get(id(block), -1))
            around = self.order.owner[id(block)]
            if block is home or around is None:
                break
            stmt, block = around
            at = self.order.end[id(_last_block(stmt))]
            if isinstance(stmt, For | While):
                for inner in blocks(stmt):  # each round reads it again
                    rows[id(inner)] = self.order.end[id(inner)]
        self.last_read[var] = max(at, self.last_read.get(var, -1))

    # ------------------------------------------------------------ interference

    def live_at(self, var: Var, other: Var) -> bool:
        """Is var still to be read where the other is born?"""
        rows = self.read_in.get(var)
        if rows is None:
            return False
        home = self.order.home.get(var, self.order.top)
        block = self.order.home.get(other, self.order.top)
        place = after = self.order.born.get(other, 0)
        while block is not home:
            if rows.get(id(block), -1) > after:
                return True
            around = self.order.owner[id(block)]
            if around is None:
                return False
            stmt, block = around
            place, after = self.order.position[id(stmt)], self.order.finish[id(stmt)]
            if isinstance(stmt, For) and self._is_set_before(stmt, other, var):
                after = self.order.begin[id(stmt.body)]
        return self.order.born.get(var, 0) <= place and rows.get(id(block), -1) > after

    def _is_set_before(self, loop: For, param: Var, var: Var) -> bool:
        """Is it carried, and set before the line of the loop reads what it goes through?"""
        if param not in loop.body.params[1:]:
            return False
        return loop.init[loop.body.params.index(param) - 1] is not var

    def interfere(self, one: Group, two: Group) -> bool:
        """Are values of both groups needed at the same time?"""
        if one.end <= two.start or two.end <= one.start:
            return one.start == two.start and self._clash(one, two)
        return self._clash(one, two)

    def _clash(self, one: Group, two: Group) -> bool:
        if len(one.spans) > len(two.spans):
            one, two = two, one
        for start, end, var in one.spans:
            k = bisect_left(two.spans, end + 1, key=lambda span: span[0]) - 1
            while k >= 0 and two.ends[k] >= start:
                other = two.spans[k][2]
                if self.live_at(var, other) or self.live_at(other, var):
                    return True
                k -= 1
        return False

    # ------------------------------------------------------------ groups

    def group(self, var: Var) -> Group:
        """The values that share a name with this one."""
        found = self.groups.get(var)
        if found is None:
            born = self.order.born.get(var, 0)
            last = max(born, self.last_read.get(var, born))
            stems = frozenset([stem(var)]) if var.named else frozenset()
            found = self.groups[var] = Group([(born, last, var)], [last], stems)
        return found

    def stand_in(self, stmt: Stmt) -> Group:
        """A value that lives from the start of a statement to the end of its block."""
        around = self.order.owner[id(blocks(stmt)[0])]
        assert around is not None
        var, block = Var(), around[1]
        self.order.born[var], self.order.home[var] = self.order.position[id(stmt)], block
        self.last_read[var] = self.order.end[id(block)]
        self.read_in[var] = {id(block): self.last_read[var]}
        return self.group(var)

    def _group(self) -> None:
        found = list(statements(self.order.top))
        for stmt in found:
            if isinstance(stmt, Let):
                if stmt.prim in VERSIONS and isinstance(stmt.args[0], Var):
                    self._merge(self.group(stmt.args[0]), self.group(stmt.out))
            elif isinstance(stmt, For | While):
                self._merge_params(stmt)
        for stmt in found:
            if not isinstance(stmt, Let):
                for a, b in handed(stmt):
                    self._try(a, b)

    def _merge_params(self, stmt: For | While) -> None:
        """What a loop carries leaves it by the name it has in there."""
        for param, out in zip(stmt.body.params[isinstance(stmt, For) :], stmt.outs, strict=True):
            self._merge(self.group(param), self.group(out))
        if isinstance(stmt, While):
            for param, out in zip(stmt.test.params, stmt.outs, strict=True):
                self._merge(self.group(param), self.group(out))

    def _try(self, a: Atom, b: Var) -> None:
        if isinstance(a, Const) or a in self.plan.folded or b in self.plan.folded:
            return
        one, two = self.group(a), self.group(b)
        if one is two or self._merge_is_odd(a, b, one, two) or self.interfere(one, two):
            return
        self._merge(one, two)

    def _merge_is_odd(self, a: Var, b: Var, one: Group, two: Group) -> bool:
        """Would a value lose the name that the user knows it by?"""
        if one.stems == two.stems or not one.stems or not two.stems:
            return False
        return not (a in self.plan.written and b in self.plan.written)

    def _merge(self, one: Group, two: Group) -> None:
        if one is two:
            return
        if len(one.spans) < len(two.spans):
            one, two = two, one
        in_order = one.spans[-1][0] <= two.spans[0][0]
        at = len(one.ends) if in_order else 0
        one.spans += two.spans
        if not in_order:
            one.spans.sort(key=lambda span: span[0])
            one.ends.clear()
        for _, last, _ in one.spans[at:]:
            one.ends.append(max(last, one.ends[-1]) if one.ends else last)
        one.stems |= two.stems
        for _, _, var in two.spans:
            self.groups[var] = one


def _last_block(stmt: Stmt) -> Block:
    return blocks(stmt)[-1]


def is_unbound(atom: Atom) -> bool:
    return isinstance(atom, Const) and atom.value is UNBOUND
