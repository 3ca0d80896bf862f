"""Branches and loops as statements.

for i in range(n) carrying s = 0.0           s = 0.0
    s1, stop = if x[i] < 0.0: s, True        for i in range(n):
               else: s + x[i], False    →        if x[i] < 0.0:
    yield s1, stop                                   break
                                                 s = s + x[i]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import gast

from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.walk import blocks, operands, outs, statements
from .flags import is_false
from .lifetimes import is_unbound
from .printer import statement_lines, to_text
from .records import record_size
from .surroundings import callee
from .tails import Results, raises
from .unpacking import part_of, tuple_size
from .writes import Writes, store_name


@dataclass(frozen=True)
class Tail:
    """What happens to the results of a block: each goes to its target, or to nobody (None)."""

    targets: tuple[Var | None, ...] = ()
    kind: str = "arm"  # arm, round (of a loop), return
    stops: bool = False
    steady: frozenset[int] = frozenset()  # targets that only the last round sets


#: the position of what does not come
NEVER = float("inf")


class Control(Writes):
    """Prints control flow."""

    def block(self, stmts: tuple[Stmt, ...], indent: int, top: bool = False) -> list[str]:
        lines: list[str] = []
        for stmt in stmts:
            text = self.statement(stmt, indent)
            if not text:
                continue
            if top and self.forward_end < self.plan.position[id(stmt)]:
                self.forward_end = NEVER
                lines += [""] if lines else []
            lines += text
        return lines

    def statement(self, stmt: Stmt, indent: int) -> list[str]:
        if not self.is_printed(stmt):
            return []
        self.namer.now = self.plan.position[id(stmt)]
        above, behind = self.remarks(stmt)
        if isinstance(stmt, Let):
            tree = self.unpacking_call(stmt) or self.let_statement(stmt)
            lines = statement_lines(tree, indent, behind)
        else:
            lines = self.branch(stmt, indent) if isinstance(stmt, If) else self.loop(stmt, indent)
            lines = remarked(lines, behind)
        return [" " * indent + c for c in above] + lines if lines else []

    def finish(
        self, block: Block, results: Results, indent: int, tail: Tail, top: bool = False
    ) -> list[str]:
        """A block, and what becomes of its results."""
        last = self.last_branch(block, results, tail)
        if last is None:
            lines = self.block(block.body, indent, top)
            return lines if raises(block) else lines + self.close(results, indent, tail)
        rest = tuple(s for s in block.body if s is not last)
        lines = self.block(rest, indent, top)
        return lines + self.exits_from(last, results, indent, tail)

    def close(self, results: Results, indent: int, tail: Tail) -> list[str]:
        """Hand over, then leave."""
        pad = " " * indent
        if tail.kind == "return":
            return statement_lines(gast.Return(value=self.expr(results[0])), indent)
        pairs = self.handed_on(results, tail)
        if not tail.stops:
            return self.handover(pairs, indent)
        flag = results[-1]
        if isinstance(flag, Const):
            return self.handover(pairs, indent) + ([f"{pad}break"] if flag.value is True else [])
        test = self.expr(flag)
        taken = {self.name(target) for target, a in pairs if not self.same_name(target, a)}
        lines = []
        if names_of(test) & taken:
            name = self.namer.spare("stop")
            lines = statement_lines(self.assign_name(name, test), indent)
            test = _load(name)
        lines += self.handover(pairs, indent)
        return [*lines, f"{pad}if {to_text(test)}:", f"{pad}    break"]

    # ------------------------------------------------------------ hand over

    def handed_on(self, results: Iterable[Atom], tail: Tail) -> list[tuple[Var, Atom]]:
        return [
            (target, a)
            for k, (target, a) in enumerate(zip(tail.targets, results, strict=False))
            if target is not None and not (k in tail.steady and is_false(a))
        ]

    def same_name(self, target: Var, a: Atom) -> bool:
        """Does the value go by the name of its target already?"""
        if isinstance(a, Const):
            return is_unbound(a)
        return a not in self.plan.folded and self.lives.group(a) is self.lives.group(target)

    def handover(self, pairs: list[tuple[Var, Atom]], indent: int) -> list[str]:
        """Assignments that mean what one assignment of all at once would."""
        rows: list[tuple[str, Any, set[str], Let | None]] = []
        for target, a in pairs:
            if is_unbound(a):
                continue
            name, tree = self.name(target), self.expr(a)
            if isinstance(tree, gast.Name) and tree.id == name:
                continue
            made = self.plan.defs.get(a) if isinstance(a, Var) else None
            let = made if isinstance(made, Let) and a in self.plan.folded else None
            rows.append((name, tree, names_of(tree), let))
        lines: list[str] = []
        while rows:
            for row in rows:
                if not any(row[0] in other[2] for other in rows if other is not row):
                    rows.remove(row)
                    lines += statement_lines(self.assign_name(row[0], row[1], row[3]), indent)
                    break
            else:
                names = gast.Tuple(elts=[store_name(row[0]) for row in rows], ctx=gast.Store())
                values = gast.Tuple(elts=[row[1] for row in rows], ctx=gast.Load())
                swap = gast.Assign(targets=[names], value=values, type_comment=None)
                return lines + statement_lines(swap, indent)
        return lines

    # ------------------------------------------------------------ branches

    def branch(self, stmt: If, indent: int) -> list[str]:
        if self.plan.is_expression(stmt) and not self.literal:
            return statement_lines(self.assign(stmt.outs[0], self.if_expr(stmt)), indent)
        wanted = tuple(v if v in self.lives.last_read else None for v in stmt.outs)
        for out in wanted:
            if out is not None:
                self.name(out)
        tail = Tail(wanted)
        pad = " " * indent
        test = self.expr(stmt.cond)
        then = self.finish(stmt.then, stmt.then.results, indent + 4, tail)
        if then and raises(stmt.then):
            rest = self.finish(stmt.orelse, stmt.orelse.results, indent, tail)
            return [f"{pad}if {to_text(test)}:", *then, *rest]
        orelse = self.finish(stmt.orelse, stmt.orelse.results, indent + 4, tail)
        if not then:
            test, orelse = self.with_inner_test(negated(test), stmt.orelse, orelse)
            return [f"{pad}if {to_text(test)}:", *orelse] if orelse else []
        if not orelse:
            test, then = self.with_inner_test(test, stmt.then, then)
        return _either(test, then, orelse, pad)

    def with_inner_test(self, test: Any, arm: Block, lines: list[str]) -> tuple[Any, list[str]]:
        """One test for a branch, and what stands in it, if that is one branch of one arm."""
        inner = next((s for s in arm.body if self.is_printed(s)), None)
        if not isinstance(inner, If) or not lines:
            return test, lines
        outer = len(lines[0]) - len(lines[0].lstrip())
        if any(not line.startswith(" " * (outer + 1)) for line in lines[1:]):
            return test, lines
        for second in (self.expr(inner.cond), negated(self.expr(inner.cond))):
            if lines[0].strip() == f"if {to_text(second)}:":
                return all_of(test, second), [line[4:] for line in lines[1:]]
        return test, lines

    def last_branch(self, block: Block, results: Results, tail: Tail) -> If | None:
        """The branch a block ends with, if its arms are to leave the block themselves."""
        if tail.kind == "arm" or (self.literal and tail.kind == "return"):
            return None
        tails = self.lives.tails
        if tail.stops:
            last = tails.stopping_branch(block, results)
            if last is not None:
                return last
        last = tails.branch(block, results)
        if last is None:
            return None
        if tail.kind == "return":
            (result,) = results
            return last if result in last.outs and not result.named else None
        then, orelse = tails.paths(last, results)
        if not self.is_idle(last.then, then, tail) or self.is_idle(last.orelse, orelse, tail):
            return None
        return last if sum(map(self.is_printed, last.orelse.body)) > 2 else None

    def is_idle(self, arm: Block, results: Results, tail: Tail) -> bool:
        """Does an arm do nothing but go on with the next round?"""
        if any(map(self.is_printed, arm.body)):
            return False
        if tail.stops and not is_false(results[-1]):
            return False
        return all(self.same_name(target, a) for target, a in self.handed_on(results, tail))

    def leaves(self, arm: Block, results: Results, tail: Tail) -> bool:
        """Does nothing that stands behind this arm run after it?"""
        if tail.kind == "return" or raises(arm):
            return True
        return tail.stops and self.lives.tails.leaves(arm, results)

    def exits_from(self, stmt: If, results: Results, indent: int, tail: Tail) -> list[str]:
        """A branch whose arms end the block they stand in."""
        self.namer.now = self.plan.position[id(stmt)]
        above, behind = self.remarks(stmt)
        lines = self.guards(stmt, results, indent, tail)
        return [" " * indent + c for c in above] + remarked(lines, behind)

    def guards(self, stmt: If, results: Results, indent: int, tail: Tail) -> list[str]:
        """The branch, as a guard where one of its arms leaves."""
        pad = " " * indent
        test = self.expr(stmt.cond)
        before, tail = self.hand_over_early(stmt, results, tail)
        lines = self.handover(before, indent)
        then, orelse = self.lives.tails.paths(stmt, results)
        if self.leaves(stmt.then, then, tail):
            guard = self.finish(stmt.then, then, indent + 4, tail)
            rest = self.finish(stmt.orelse, orelse, indent, tail)
            return [*lines, f"{pad}if {to_text(test)}:", *guard, *rest]
        bare = not any(map(self.is_printed, stmt.orelse.body))
        if bare and self.leaves(stmt.orelse, orelse, tail):
            guard = self.finish(stmt.orelse, orelse, indent + 4, tail)
            rest = self.finish(stmt.then, then, indent, tail)
            return [*lines, f"{pad}if {to_text(negated(test))}:", *guard, *rest]
        if self.is_idle(stmt.then, then, tail):
            rest = self.finish(stmt.orelse, orelse, indent, tail)
            if len(rest) <= 2 and all(len(line) <= 75 for line in rest):
                rest = [f"    {line}" for line in rest]
                return [*lines, *_either(test, [], rest, pad)]
            return [*lines, f"{pad}if {to_text(test)}:", f"{pad}    continue", *rest]
        first = self.finish(stmt.then, then, indent + 4, tail)
        second = self.finish(stmt.orelse, orelse, indent + 4, tail)
        return [*lines, *_either(test, first, second, pad)]

    def hand_over_early(
        self, stmt: If, results: Results, tail: Tail
    ) -> tuple[list[tuple[Var, Atom]], Tail]:
        """What both paths hand over alike can stand before the branch that does not read it."""
        if tail.kind == "return":
            return [], tail
        inside = self.names_within(stmt)
        early, targets = [], list(tail.targets)
        for k, (target, a) in enumerate(zip(tail.targets, results, strict=False)):
            if target is None or (k in tail.steady and is_false(a)):
                continue
            if a in stmt.outs or self.same_name(target, a) or is_unbound(a):
                continue
            others = (r for r in results if r is not a)
            name = self.name(target)
            if name not in inside and name not in self.names_read(others):
                early.append((target, a))
                targets[k] = None
                self.namer.holders[name].append(self.lives.stand_in(stmt))
        return early, Tail(tuple(targets), tail.kind, tail.stops, tail.steady)

    def names_within(self, stmt: Stmt) -> set[str]:
        """The names that a statement reads, or is known to make, in its blocks too."""
        inner = [s for block in blocks(stmt) for s in statements(block)]
        atoms = [a for s in (stmt, *inner) for a in (*operands(s), *outs(s))]
        atoms += [a for s in (stmt, *inner) for block in blocks(s) for a in block.results]
        return self.names_read(atoms)

    def names_read(self, atoms: Iterable[Atom]) -> set[str]:
        """The names that atoms are printed with, as far as there are names yet."""
        found: set[Atom] = set()
        pending = list(atoms)
        while pending:
            a = pending.pop()
            if a in found:
                continue
            found.add(a)
            if a in self.plan.folded:
                made = self.plan.defs[a]
                pending += operands(made)
                if isinstance(made, If):
                    pending += self.plan.if_operands(made)
        names = self.namer.names
        return {names[a] for a in found if isinstance(a, Var) and a in names}

    def is_printed(self, stmt: Stmt) -> bool:
        popped = isinstance(stmt, Let) and stmt.out in self.plan.popped
        return not (popped or self.plan.is_folded(stmt)) and id(stmt) not in self.in_header

    # ------------------------------------------------------------ loops

    def loop(self, stmt: For | While, indent: int) -> list[str]:
        """A loop; a carried value goes by one name before, in and after it."""
        pad = " " * indent
        params = stmt.body.params[isinstance(stmt, For) :]
        tests = stmt.test.params if isinstance(stmt, While) else params
        rows = zip(params, tests, stmt.outs, strict=True)
        live = self.lives.last_read
        wanted = [p if p in live or t in live or out in live else None for p, t, out in rows]
        for param in wanted:
            if param is not None:
                self.name(param)
        pairs = [(p, a) for p, a in zip(wanted, stmt.init, strict=True) if p is not None]
        lines = self.handover(pairs, indent)
        steady = frozenset(k for i, k in self.lives.steady if i == id(stmt))
        tail = Tail(tuple(wanted), "round", stmt.stops, steady)
        if isinstance(stmt, For):
            source = self.expr(stmt.iterable)
            head = [f"{pad}for {to_text(self.loop_target(stmt))} in {to_text(source)}:"]
        elif any(map(self.is_printed, stmt.test.body)):
            head = [f"{pad}while True:", *self.block(stmt.test.body, indent + 4)]
            leave = to_text(negated(self.expr(stmt.test.results[0])))
            head += [f"{pad}    if {leave}:", f"{pad}        break"]
        else:
            head = [f"{pad}while {to_text(self.expr(stmt.test.results[0]))}:"]
        inner = self.finish(stmt.body, stmt.body.results, indent + 4, tail)
        return [*lines, *head, *(inner or [f"{pad}    pass"])]

    def loop_target(self, stmt: For) -> Any:
        """`i` or `i, (a, b)`, where the body begins with taking the item apart."""
        item = stmt.body.params[0]
        self.namer.reused.add(item)
        taken: list[Stmt] = []
        source = self.plan.defs.get(stmt.iterable) if isinstance(stmt.iterable, Var) else None
        prim = source.prim if isinstance(source, Let) else None
        hints = ("k", "item") if prim is enumerate else ()
        tree = self.taken_apart(item, stmt.body, taken, tuple_size(source), hints)
        if tree is None or set(map(id, taken)) != set(map(id, stmt.body.body[: len(taken)])):
            rounds = prim is range or item.hint == "count"
            known = item.user or (item.hint and item.hint != "count")
            return _load(self.name(item, "" if known else "k" if rounds else "item"))
        self.in_header.update(map(id, taken))
        return tree

    def unpacking_call(self, let: Let) -> Any:
        """`y, saved = f_fwd(x)`, where what follows takes the result of a call apart."""
        called = callee(let)
        size = record_size(let, self.records)
        size = self.around.sizes.get(called.name, 0) if called is not None else size
        home = self.plan.home.get(let.out)
        if not size or home is None or let.out.named:
            return None
        taken: list[Stmt] = []
        self.name_alike(let, home)
        tree = self.taken_apart(let.out, home, taken, size)
        at = home.body.index(let) + 1
        if tree is None or set(map(id, taken)) != set(map(id, home.body[at : at + len(taken)])):
            return None
        self.in_header.update(map(id, taken))
        value = self.popped(let) if let.prim is prims.pop else self.call_expr(let)
        if let.prim is prims.unpack:
            value = self.expr(let.args[0])
        target = gast.Tuple(elts=list(map(_storing, tree.elts)), ctx=gast.Store())
        return gast.Assign(targets=[target], value=value, type_comment=None)

    def name_alike(self, let: Let, home: Block) -> None:
        """What is read from a list goes by the name it was recorded with, if that is free."""
        pushed = self.recorded.get(let.args[0]) if isinstance(let.args[0], Var) else None
        made = self.plan.defs.get(pushed) if isinstance(pushed, Var) else None
        if not isinstance(made, Let) or made.prim is not prims.make_tuple:
            return
        for _, reader in self.plan.readers.get(let.out, ()):
            part = part_of(reader, let.out) if reader is not None else None
            if part is not None and isinstance(reader, Let):
                self.name_as(reader.out, made.args[part])

    def taken_apart(
        self, item: Var, block: Block, taken: list[Stmt], count: int, hints: tuple[str, ...] = ()
    ) -> Any:
        """The targets that an item is unpacked into, if it is read for nothing else."""
        readers = self.plan.readers.get(item, [])
        lets = [s for b, s in readers if b is block and isinstance(s, Let)]
        if len(lets) != len(readers):
            return None
        if len(lets) == 1 and lets[0].prim is prims.unpack and lets[0].out not in self.plan.folded:
            here: list[Stmt] = [lets[0]]
            count = lets[0].args[1].value  # type: ignore[union-attr]
            tree = self.taken_apart(lets[0].out, block, here, count)
            taken += here if tree is not None else []
            return tree
        parts: dict[int, Let] = {}
        for let in lets:
            index = let.args[-1]
            if let.prim is not prims.getitem or not isinstance(index, Const):
                return None
            if index.value not in range(count) or index.value in parts:
                return None
            parts[index.value] = let
        taken += lets
        for k, hint in enumerate(hints):
            if k in parts and not parts[k].out.hint and not self.plan.is_folded(parts[k]):
                self.namer.reused.add(parts[k].out)
                self.name(parts[k].out, hint)
        targets = [
            self.target(parts[k], block, taken) if k in parts else _load("_") for k in range(count)
        ]
        complete = parts and all(tree is not None for tree in targets)
        return gast.Tuple(elts=targets, ctx=gast.Load()) if complete else None

    def target(self, let: Let, block: Block, taken: list[Stmt]) -> Any:
        tree = None if let.out.named else self.taken_apart(let.out, block, taken, 0)
        return _load(self.name(let.out)) if tree is None and not self.plan.is_folded(let) else tree


def _either(test: Any, then: list[str], orelse: list[str], pad: str) -> list[str]:
    if not then and not orelse:
        return []
    if not then:
        return [f"{pad}if {to_text(negated(test))}:", *orelse]
    lines = [f"{pad}if {to_text(test)}:", *then]
    return [*lines, f"{pad}else:", *orelse] if orelse else lines


def remarked(lines: list[str], comment: str) -> list[str]:
    """The lines with a comment behind the first that opens a block."""
    for k, line in enumerate(lines):
        if comment and line.endswith(":"):
            wide = len(line) + len(comment) + 2 > 79
            pad = line[: len(line) - len(line.lstrip())]
            new = [pad + comment, line] if wide else [f"{line}  {comment}"]
            return [*lines[:k], *new, *lines[k + 1 :]]
    return lines


def negated(test: Any) -> Any:
    """`not test`; a comparison is never turned round, for NaN is on neither side."""
    if isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not):
        return test.operand
    if isinstance(test, gast.Compare) and len(test.ops) == 1:
        other = OPPOSITE.get(type(test.ops[0]))
        if other is not None:
            return gast.Compare(left=test.left, ops=[other()], comparators=test.comparators)
    return gast.UnaryOp(op=gast.Not(), operand=test)


def all_of(first: Any, second: Any) -> Any:
    """`first and second`; `not a and not b` is `not (a or b)`."""
    sides = [t.operand for t in (first, second) if isinstance(t, gast.UnaryOp)
             and isinstance(t.op, gast.Not)]  # fmt: skip
    if len(sides) == 2:
        either = gast.BoolOp(op=gast.Or(), values=sides)
        return gast.UnaryOp(op=gast.Not(), operand=either)
    return gast.BoolOp(op=gast.And(), values=[first, second])


#: comparisons that have an exact opposite
OPPOSITE = {gast.Is: gast.IsNot, gast.IsNot: gast.Is, gast.In: gast.NotIn, gast.NotIn: gast.In}


def names_of(tree: Any) -> set[str]:
    """The names a tree reads."""
    return {node.id for node in gast.walk(tree) if isinstance(node, gast.Name)}


def _storing(tree: Any) -> Any:
    """A target as it stands left of an equals sign."""
    if isinstance(tree, gast.Tuple):
        return gast.Tuple(elts=list(map(_storing, tree.elts)), ctx=gast.Store())
    return store_name(tree.id)


def _load(name: str) -> Any:
    return gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None)
