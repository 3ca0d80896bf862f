"""A factor that several products of one array have in common is multiplied once.

    da = 2.0 * x * r               dz = 2.0 * r
    dx = 2.0 * a * r       →       da = x * dz
    db = 2.0 * r.sum()             dx = a * dz
                                   db = dz.sum()

Signs stay where they are: `du[:-1] -= 2.0 * r` becomes `du[:-1] -= dz`. Scalars are left alone: a
factor costs nothing there, and reads better in its place.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

import numpy as np

from ..analysis.types import Types
from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, Function, If, Let, Stmt, Var, While
from ..ir.walk import count_uses, substitute_block, with_block

#: linear in the first operand, so that the factor may as well be inside
LINEAR = frozenset({np.sum, np.transpose, np.expand_dims, np.reshape})

#: the size of a factor, and the array it stands before
Key = tuple[float, Var]


@dataclass(frozen=True)
class Product:
    """The statement `factor * inner` and what it may share: `counts` if that saves a product."""

    let: Let
    inner: Let | None  # a * r, or sum(r); None where it is r itself
    keys: tuple[Key, ...]
    counts: bool


def share_factors(fn: Function, types: Types, primal: Set[Var]) -> Function:
    """The function, where no array is multiplied twice by one number. `primal` are the values of
    the user's own statements, which stay as they are."""
    factors = _Factors(types, primal, count_uses(fn.block))
    block = factors.block(fn.block)
    return with_block(fn, substitute_block(block, factors.same))


class _Factors:
    def __init__(self, types: Types, primal: Set[Var], uses: Counter[Var]) -> None:
        self.types = types
        self.primal = primal
        self.uses = uses
        self.quotients: dict[Atom, Let] = {}  # nameless c / x, c / x / y, ...
        self.same: dict[Var, Atom] = {}  # a nameless product that is what is shared now

    def block(self, block: Block) -> Block:
        products = list(self.products(block))
        new: dict[Var, list[Let]] = {}
        gone: set[Var] = set()
        while (key := self.most_common(products)) is not None:
            users = [p for p in products if key in p.keys]
            made = [*self.scaled(*key, self.uses[key[1]] == len(users))]
            for let in made:
                self.types.observe(let)
            for product in users:
                new[product.let.out] = [*self.rewritten(product, key[1], made[-1].out)]
                if product.inner is not None:
                    gone.add(product.inner.out)
            first = users[0].let.out
            new[first] = made + new[first]
            products = [p for p in products if key not in p.keys]
        body: list[Stmt] = []
        for stmt in block.body:
            if isinstance(stmt, Let):
                if stmt.out not in gone:
                    body += new.get(stmt.out, [stmt])
            else:
                body.append(self.inside(stmt))
        return replace(block, body=tuple(body))

    def inside(self, stmt: If | For | While) -> Stmt:
        if isinstance(stmt, If):
            return replace(stmt, then=self.block(stmt.then), orelse=self.block(stmt.orelse))
        return replace(stmt, body=self.block(stmt.body))

    def products(self, block: Block) -> Iterator[Product]:
        """The statements of a block that are a number times an array."""
        here: dict[Atom, Let] = {}
        for stmt in block.body:
            if not isinstance(stmt, Let) or stmt.out in self.primal:
                continue
            if stmt.prim is operator.mul and isinstance(stmt.args[0], Const):
                c, value = stmt.args[0].value, stmt.args[1]
                if isinstance(c, float) and isinstance(value, Var) and c == c:
                    yield from self.product(stmt, abs(c), value, here.get(value))
            if not stmt.out.named and self.uses[stmt.out] == 1:
                here[stmt.out] = stmt
            if not stmt.out.named and stmt.prim is operator.truediv:
                top = stmt.args[0]
                if top in self.quotients or (isinstance(top, Const) and type(top.value) is float):
                    self.quotients[stmt.out] = stmt

    def product(self, let: Let, c: float, value: Var, inner: Let | None) -> Iterator[Product]:
        if inner is not None and inner.prim is operator.mul:
            arrays = [a for a in inner.args if isinstance(a, Var) and self.is_array(a)]
            if len(arrays) == 2:
                yield Product(let, inner, tuple((c, a) for a in dict.fromkeys(arrays)), True)
        elif inner is not None and inner.prim in LINEAR and isinstance(inner.args[0], Var):
            if self.is_array(inner.args[0]):
                yield Product(let, inner, ((c, inner.args[0]),), False)
        elif self.is_array(value):
            yield Product(let, None, ((c, value),), True)

    def is_array(self, atom: Atom) -> bool:
        kind = self.types.of(atom)
        return kind.kind == "num" and not kind.is_scalar and kind.inexact

    def most_common(self, products: list[Product]) -> Key | None:
        """What most products share, if that saves one."""
        counts = Counter(key for p in products if p.counts for key in p.keys)
        key, count = next(iter(counts.most_common(1)), (None, 0))
        return key if count > 1 else None

    def scaled(self, c: float, array: Var, alone: bool) -> Iterator[Let]:
        """c times the array. `alone`, nobody else reads it: then 2.0 * (0.5 / n) is 1.0 / n."""
        made = self.quotients.get(array)
        if alone and made is not None:
            top, bottom = made.args
            if isinstance(top, Const):
                yield replace(made, out=Var(), args=(Const(c * top.value), bottom))
                return
            if isinstance(top, Var) and top in self.quotients and self.uses[top] == 1:
                inner = [*self.scaled(c, top, True)]
                yield from inner
                yield replace(made, out=Var(), args=(inner[-1].out, bottom))
                return
        yield Let(Var(), operator.mul, (Const(c), array))

    def rewritten(self, product: Product, array: Var, shared: Var) -> Iterator[Let]:
        """The product in terms of the array that has the factor already."""
        let, inner = product.let, product.inner
        negative = product.let.args[0].value < 0  # type: ignore[union-attr]
        out = Var() if negative else let.out
        if inner is not None:
            k = inner.args.index(array)
            args = (*inner.args[:k], shared, *inner.args[k + 1 :])
            yield replace(inner, out=out, args=args)
        elif not negative and let.out.named:
            yield replace(let, prim=prims.first_of, args=(shared,))
        elif not negative:
            self.same[let.out] = shared
        if negative:
            yield replace(let, prim=operator.neg, args=(shared if inner is None else out,))
