"""IR -> what is known of every value: kind, rank and shape, dtype, complexness.

    z = x * y       z : number of shape {x, y}
    s = np.sum(z)   s : number of shape ()

The facts live in a dictionary that grows with the program: a `Types` observes a builder, so the
statements of a derivative are typed as they are added.
"""

from __future__ import annotations

import operator
from collections import ChainMap
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..ir import prims
from ..ir.nodes import Atom, Block, Const, For, If, Let, Prim, Stmt, Var, While
from ..ir.types import (
    ANY,
    NEVER,
    NONE,
    OTHER,
    SCALAR_INT,
    WEAK,
    Shape,
    Type,
    broadcast,
    join,
    number,
    promote,
    same_shape,
    sequence,
    widest,
)  # fmt: skip
from ..ir.units import Unit
from ..ir.walk import blocks
from ..rules.registry import rule_of
from .containers import appended, converted, entry, item_of, joined, shortened, stored
from .examples import type_of_value
from .indexing import index_parts, indexed_shape, known_rank
from .loops import LoopTypes, without


class Types(LoopTypes):
    """The type of each variable. `numeric` are variables of unknown kind used as numbers."""

    def __init__(self, defs: dict[Var, Stmt], numeric: frozenset[Var] = frozenset()) -> None:
        super().__init__()
        self.defs = defs
        self.numeric = numeric
        self.fits: frozenset[tuple[Hashable, Hashable]] = frozenset()  # see fitting.py
        self.real: frozenset[Var] = frozenset()  # what is not complex, by what the result is
        self.live_globals = False  # with example=, globals are examples too
        self.witness: dict[Any, Var] = {}  # a variable at hand for each shape
        self.params: dict[Var, None] = {}  # of loops' bodies
        self.popped: set[Var] = set()  # typed by what was pushed
        self.combined: dict[tuple[Prim, tuple[Type, ...]], Type] = {}  # elementwise results

    def of(self, atom: Atom) -> Type:
        """The type of an atom."""
        if isinstance(atom, Const):
            return type_of_value(atom.value)
        return self.get(atom, ANY)

    def bear_witness(self, var: Var) -> None:
        """Let a variable that is in scope everywhere stand for all values of its shape."""
        kind = self.get(var, ANY)
        if kind.kind == "num" and kind.shape not in ((), frozenset()):
            self.witness.setdefault(kind.shape, var)

    def like_shape(self, atom: Atom) -> Atom:
        """The variable to read where only the shape of a value matters."""
        kind = self.of(atom)
        found = self.witness.get(kind.shape) if kind.kind == "num" else None
        if found is None and kind.kind == "num" and kind.shape != ():
            return self.operand_like(atom, kind)
        if found is None or (self[found].array is not True and kind.array is True):
            return atom
        return found

    def operand_like(self, atom: Atom, kind: Type) -> Atom:
        """An operand that has the shape of an elementwise result, and need not be recorded: it is
        in scope everywhere, or an entry where the result has no name."""
        made = self.defs.get(atom) if isinstance(atom, Var) else None
        rule = rule_of(made.prim) if isinstance(made, Let) else None
        if not isinstance(made, Let) or rule is None or not rule.elementwise:
            return atom
        for operand in made.args:
            have = self.of(operand)
            alike = have.kind == "num" and same_shape(have.shape, kind.shape)
            if not alike or have.array is not kind.array or not isinstance(operand, Var):
                continue
            source = self.defs.get(operand)
            everywhere = source is None and operand not in self.params
            entry = isinstance(source, Let) and source.prim is operator.getitem
            if everywhere or (entry and isinstance(atom, Var) and not atom.named):
                return operand
        return atom

    def like_array(self, atom: Atom) -> Atom:
        """The variable to read where only the shape and the dtype of an array matter."""
        found, kind = self.like_shape(atom), self.of(atom)
        other = self.of(found)
        same = other.bits == kind.bits > 0 and other.dtype == kind.dtype and bool(other.array)
        return found if same else atom

    def observe(self, stmt: Stmt) -> None:
        """Type what a statement defines (the statements of its blocks were observed before)."""
        match stmt:
            case Let():
                self[stmt.out] = self.settle(stmt.out, self.infer(stmt))
            case If():
                self._join(stmt)
            case For() | While():
                self.built_loop(stmt)

    def _join(self, stmt: If) -> None:
        """Outs whose arms have the same two shapes have one shape."""
        named: dict[tuple[Shape, Shape], Var] = {}
        for out, a, b in zip(stmt.outs, stmt.then.results, stmt.orelse.results, strict=True):
            one, other = self.of(a), self.of(b)
            fresh = named.setdefault((one.shape, other.shape), out)
            self[out] = self.settle(out, join(one, other, fresh))

    def settle(self, var: Var, kind: Type) -> Type:
        """Give an unknown shape its own atom, so that it is equal to itself and nothing else."""
        if kind.kind == "any" and var in self.numeric and not kind.mixed:
            kind = replace(kind, kind="num")
        if kind.kind in ("num", "any") and kind.shape == frozenset():
            certain = kind.dtype in ("float", "int", "bool") or var in self.real
            sources = kind.sources or (frozenset() if certain else frozenset([var]))
            kind = replace(kind, shape=frozenset([("of", var)]), sources=sources)
        elif isinstance(kind.shape, tuple) and None in kind.shape:
            dims = (("size", var, k) if n is None else n for k, n in enumerate(kind.shape))
            kind = replace(kind, shape=tuple(dims))
        return kind

    def block(self, block: Block) -> None:
        """Observe every statement of a block, inner blocks first."""
        for stmt in block.body:
            self.take(stmt)

    def take(self, stmt: Stmt) -> None:
        """Observe a statement that is made already, with all that its blocks hold."""
        if isinstance(stmt, For | While):
            self.loop(stmt)
            return
        for inner in blocks(stmt):
            self.block(inner)
        self.observe(stmt)

    # ------------------------------------------------------------ one statement

    def infer(self, let: Let) -> Type:
        """The type of a statement's result."""
        prim, args = let.prim, let.args
        rule = rule_of(prim)
        if rule is not None and rule.elementwise and rule.result is None:  # as most are
            return self.elementwise(let)
        if prim in (prims.first_of, prims.unpack):
            return self.of(args[0])
        if prim in (prims.make_tuple, prims.make_list):
            kind = "tuple" if prim is prims.make_tuple else "list"
            return sequence(kind, [self.of(a) for a in args])
        if any(isinstance(a, Var) and self.of(a).kind == "never" for a in args):
            return NEVER
        if prim in (list, tuple, sorted, dict):
            return converted(prim, args, self.defs, self.of)
        if prim is prims.make_dict and isinstance(args[0], Const):
            pairs = zip(args[0].value, [self.of(a) for a in args[1:]], strict=True)
            return Type("dict", items=tuple(pairs), closed=True)
        if prim is prims.make_record and isinstance(args[0], Const):
            assert isinstance(args[1], Const)
            pairs = zip(args[1].value, [self.of(a) for a in args[2:]], strict=True)
            return Type("object", items=tuple(pairs), cls=args[0].value, closed=True)
        if prim is prims.unpack and isinstance(args[1], Const):
            items = self.of(args[0])
            each = [item_of(args[0], self.defs, self.of)] * args[1].value
            return items if items.closed and items.kind == "tuple" else sequence("tuple", each)
        if prim is operator.getitem:
            return self.index(let)
        if prim is getattr and isinstance(args[1], Const):
            base = self.of(args[0])
            return base.item(args[1].value) if base.kind == "object" else ANY
        if prim is slice:
            return OTHER
        if prim is prims.global_ref:
            return self.of_global(let)
        if prim is prims.call and isinstance(args[0], Const) and isinstance(args[0].value, Unit):
            return args[0].value.result or ANY
        if prim is prims.new_object and isinstance(args[0], Const):
            return Type("object", cls=args[0].value)
        if prim in WRITES:
            return self.written(let)
        if prim in STACKS:
            return self.stacked(let)
        if rule is None:
            return ANY
        if rule.result is not None:
            found = self.by_result(let)
            if not found.array and found.kind == "num":
                array = prim in ARRAYS or (prim in VIEWS and self.gives_array(found, args[0]))
                found = replace(found, array=True) if array else found
            plain = prim is np.where and all(isinstance(a, Const) for a in args[1:])
            return replace(found, bits=64) if plain and found.inexact else found
        if prim in ELEMENTWISE:
            return self.elementwise(let)
        if rule.constant:
            return ANY
        return self.numeric_result(let, frozenset([("of", let.out)]))

    def gives_array(self, found: Type, base: Atom) -> bool:
        """Is the view an array? One without axes, too, if it is not that of a number."""
        array = self.of(base).array
        return bool(array) or (found.shape == () and array is None)

    def of_global(self, let: Let) -> Type:
        assert isinstance(let.args[0], Const)
        value = let.args[0].value()
        if self.live_globals:
            return type_of_value(value, let.out)
        kind = type_of_value(value, let.out)
        if (
            kind.kind == "num" and not kind.sparse
        ):  # it may be rebound: only what it is used for is known
            return Type("any")
        return kind if kind.kind in ("object", "other", "none") or kind.sparse else ANY

    def index(self, let: Let) -> Type:
        base = self.of(let.args[0])
        index = let.args[1]
        made = self.defs.get(let.args[0]) if isinstance(let.args[0], Var) else None
        if isinstance(made, Let) and made.prim is np.shape and isinstance(index, Const):
            return SCALAR_INT if isinstance(index.value, int) else OTHER
        if base.container:
            return entry(base, index, self.of)
        if base.kind == "other" and self.is_shape(let.args[0]):
            kind = self.of(index)
            return SCALAR_INT if kind.is_scalar and kind.dtype == "int" else ANY
        if base.kind == "any" and known_rank(base.shape) is not None:  # a list, perhaps
            shape = indexed_shape(base, index, self.defs, self.of)
            own = frozenset() if let.out in self.real else frozenset([let.out])
            return Type("num", (), base.dtype, own) if shape == () else ANY
        if base.kind != "num":
            return ANY
        shape = indexed_shape(base, index, self.defs, self.of)
        if shape is None:
            shape = frozenset([("of", let.out)])
        array = True if (isinstance(shape, tuple) and shape) or self.cuts(index) else None
        return replace(base, shape=shape, array=False if shape == () and not array else array)

    def cuts(self, index: Atom) -> bool:
        """Does the index hold a slice, so that what it gives is an array?"""
        parts = index_parts(index, self.defs) or []
        return any(
            isinstance(p.value, slice) or p.value is None or p.value is Ellipsis
            if isinstance(p, Const)
            else isinstance(made := self.defs.get(p), Let) and made.prim is slice
            for p in parts
        )

    def written(self, let: Let) -> Type:
        """The next version of a buffer."""
        base, *rest = let.args
        kind = self.of(base)
        if let.prim is prims.drop_last:
            return shortened(kind)
        new, path = self.of(rest[0]), rest[1:]
        if let.prim is prims.append:
            return appended(kind, new)
        if let.prim is prims.accumulate and kind.container:
            old = kind
            for key in path:
                old = entry(old, key, self.of) if old.container else ANY
            summed = self.arithmetic([old, new]) if old.kind == new.kind == "num" else ANY
            new = old if old.array else summed
        return kind if let.prim is prims.accumulate_at else stored(kind, new, tuple(path), self.of)

    def stacked(self, let: Let) -> Type:
        """A stack is a list of what is pushed. A popped value whose type was given keeps it."""
        if let.prim is prims.new_stack:
            return self.get(let.out, Type("list", elem=NEVER))
        stack, *pushed = let.args
        held = self.of(stack)
        if let.prim is prims.pop:
            if let.out in self and let.out not in self.popped:
                return self[let.out]
            self.popped.add(let.out)
            return held.element
        if isinstance(stack, Var) and held.kind == "list":
            local = ChainMap[Var, Any](self.defs, self.params)  # another value in another round
            kind = without(self.of(pushed[0]), local, None)
            self[stack] = Type("list", elem=join(held.element, kind))
        return NONE

    def is_shape(self, atom: Atom) -> bool:
        stmt = self.defs.get(atom) if isinstance(atom, Var) else None
        return isinstance(stmt, Let) and stmt.prim is np.shape

    def elementwise(self, let: Let) -> Type:
        """A program has few kinds of operands, so each combination is worked out once."""
        named = [self.of(a) for key, a in let.kwargs if key not in ("out", "where", "dtype")]
        operands = [kind for kind in named if kind.kind in ("num", "any")]
        kinds = (*[self.of(a) for a in let.args], *operands)
        known = self.combined.get((let.prim, kinds))
        if known is None:
            known = self.combined[let.prim, kinds] = self.combine(let.prim, kinds)
        return known

    def combine(self, prim: Prim, kinds: Sequence[Type]) -> Type:
        """The type of an elementwise result by those of the operands."""
        if any(k.kind == "never" for k in kinds):
            return NEVER
        rule = rule_of(prim)
        sequences = any(k.kind in ("other", "tuple", "list") for k in kinds)
        if sequences and not any(k.kind == "num" and not k.is_scalar for k in kinds):
            return joined(prim, kinds) or ANY  # xs + ys, x.shape + (1,), "a" + "b"
        if prim in COMPARISONS:
            return replace(self.arithmetic(kinds), dtype="bool", sources=frozenset(), bits=0)
        kind = self.arithmetic(kinds)
        dtype = kind.dtype
        if rule is not None and rule.inexact and dtype != "complex":
            dtype = "float"
        if prim in LOGICAL and all(k.dtype == "bool" for k in kinds):
            dtype = "bool"
        if rule is not None and rule.real:
            dtype = "float" if dtype == "complex" else dtype
            kind = replace(kind, sources=frozenset())
        return replace(kind, dtype=dtype, bits=_bits(dtype, kinds))

    def arithmetic(self, kinds: Sequence[Type]) -> Type:
        """The type of `x + y` by the types of x and y."""
        shape = broadcast(*(k.shape for k in kinds))
        if self.fits and isinstance(shape, frozenset):
            shape -= {other for other, part in self.fits if part in shape}
        array = True if any(k.array and k.rank for k in kinds) else None
        if isinstance(shape, tuple):
            array = True if shape else False if all(k.array is False for k in kinds) else None
        dtype = promote(*(k.dtype for k in kinds))
        sources = frozenset().union(*(k.sources for k in kinds))
        stays = all(k.sparse or k.is_scalar for k in kinds)
        cls = next((k.cls for k in kinds if k.sparse), None) if stays else None
        return Type("num", shape, dtype, sources, _bits(dtype, kinds), array, cls=cls)

    def by_result(self, let: Let) -> Type:
        rule = rule_of(let.prim)
        assert rule is not None and rule.result is not None
        values = [self.argument(a) for a in let.args]
        named = {key: self.argument(a) for key, a in let.kwargs}
        try:
            answer = rule.result(*values, **named)
        except (TypeError, IndexError, KeyError, ValueError):
            answer = None
        if isinstance(answer, Type):
            return answer
        if answer is None:
            answer = frozenset([("of", let.out)])
        return self.numeric_result(let, answer)

    def numeric_result(self, let: Let, shape: Any) -> Type:
        rule = rule_of(let.prim)
        atoms = (*let.args, *(a for _, a in let.kwargs))
        kinds = [self.of(a) for a in atoms if not isinstance(a, Const)]
        leaves = [leaf for kind in kinds for leaf in _leaves(kind)]
        numbers = [k for k in leaves if k.kind in ("num", "any")]
        dtype = promote(*(k.dtype for k in numbers)) if numbers else "unknown"
        sources = frozenset().union(*(k.sources for k in numbers))
        if rule is not None and rule.inexact and dtype != "complex":
            dtype = "float"
        if rule is not None and rule.real:
            sources, dtype = frozenset(), "float" if dtype == "complex" else dtype
        floats = bool(numbers) and all(k.inexact for k in numbers)
        return number(shape, dtype, sources, widest(*(k.bits for k in numbers)) if floats else 0)

    def argument(self, atom: Atom) -> Any:
        """What a `result` function sees: a constant's value, or the type of a value."""
        if isinstance(atom, Const):
            return atom.value
        stmt = self.defs.get(atom)
        if (
            isinstance(stmt, Let)
            and stmt.prim is prims.first_of
            and isinstance(stmt.args[0], Const)
        ):
            return stmt.args[0].value
        if isinstance(stmt, Let) and stmt.prim is prims.make_tuple:
            return tuple(self.argument(a) for a in stmt.args)
        return self.of(atom)


def _bits(dtype: str, kinds: Sequence[Type]) -> int:
    """The width of an elementwise result; ints of a width become floats in ways of their own."""
    bits = widest(*(k.bits for k in kinds))
    if dtype != "float" or all(k.inexact for k in kinds):
        return bits
    if all(k.bits == WEAK for k in kinds if not k.inexact):
        return widest(*(k.bits for k in kinds if k.inexact)) or bits
    return 0


def _leaves(kind: Type) -> list[Type]:
    if not kind.container:
        return [kind]
    inner = [item for _, item in kind.items] + ([kind.elem] if kind.elem else [])
    return [leaf for item in inner for leaf in _leaves(item)]


#: their results are arrays, even of no axes
ARRAYS: frozenset[Any] = frozenset({
    np.array, np.copy, np.asarray, np.zeros, np.ones, np.empty, np.full, np.zeros_like,
    np.ones_like, np.empty_like, np.full_like, np.broadcast_to, np.where, np.select,
    np.piecewise, np.asanyarray, np.tensordot, np.cov, np.i0, np.apply_along_axis,
})  # fmt: skip
#: of an array they give an array, even of no axes
VIEWS: frozenset[Any] = frozenset({
    np.squeeze, np.reshape, np.transpose, np.moveaxis, np.swapaxes, np.real, np.imag,
})  # fmt: skip
WRITES = frozenset({
    prims.store, prims.accumulate, prims.accumulate_at, prims.append, prims.drop_last,
})  # fmt: skip
STACKS = frozenset({prims.new_stack, prims.push, prims.pop})
COMPARISONS = frozenset({
    operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge,
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.isnan, np.isinf, np.isfinite,
})  # fmt: skip
LOGICAL = frozenset({operator.and_, operator.or_, operator.xor, operator.invert})
ELEMENTWISE = COMPARISONS | {
    operator.mod,
    operator.floordiv,
    np.floor,
    np.ceil,
    np.trunc,
    np.rint,
    np.sign,
    operator.and_,
    operator.or_,
    operator.xor,
    operator.invert,
    operator.lshift,
    operator.rshift,
}
