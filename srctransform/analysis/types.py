"""IR -> what is known of every value: kind, rank and shape, dtype, complexness.

    z = x * y       z : number of shape {x, y}
    s = np.sum(z)   s : number of shape ()

The facts live in a dictionary that grows with the program: a `Types` observes a builder, so the
statements of a derivative are typed as they are added.
"""

from __future__ import annotations

import operator
from dataclasses import is_dataclass, replace
from typing import Any

import numpy as np

from ..ir import prims
from ..ir.nodes import UNBOUND, Atom, Block, Const, For, If, Let, Stmt, Var, While
from ..ir.types import (
    ANY,
    COMPLEX,
    NONE,
    OTHER,
    SCALAR_BOOL,
    SCALAR_INT,
    WEAK,
    Type,
    broadcast,
    join,
    number,
    promote,
    sequence,
    widest,
)  # fmt: skip
from ..ir.walk import statements
from ..rules.registry import Rule, rule_of
from .indexing import indexed_shape

#: statements that pass their operands on as they are, so a container may be among them
TRANSPARENT = frozenset({
    operator.getitem, getattr, len, isinstance, print, type, repr, str, list, tuple, dict, zip,
    enumerate, reversed, sorted, range, iter, id, bool, operator.is_, operator.is_not, operator.eq,
    operator.ne, operator.not_, prims.unpack, prims.unpack_starred, prims.make_tuple,
    prims.make_list, prims.make_dict, prims.make_record, prims.first_of, prims.call_method,
    prims.call, prims.apply, prims.concat_args, prims.merge_kwargs, prims.fstring, prims.assert_,
    prims.is_in, prims.not_in, prims.closure, prims.map_list, prims.only_if,
})  # fmt: skip


class Types(dict[Var, Type]):
    """The type of each variable. `numeric` are variables of unknown kind used as numbers."""

    def __init__(self, defs: dict[Var, Stmt], numeric: frozenset[Var] = frozenset()) -> None:
        super().__init__()
        self.defs = defs
        self.numeric = numeric
        self.live_globals = False  # with example=, globals are examples too
        self.witness: dict[Any, Var] = {}  # a variable at hand for each shape

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
        if found is None or (self[found].array is not True and kind.array is True):
            return atom
        return found

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
                arms = (stmt.then.results, stmt.orelse.results)
                for out, a, b in zip(stmt.outs, *arms, strict=True):
                    self[out] = self.settle(out, self._join(a, b))
            case For() | While():
                for out in stmt.outs:
                    self[out] = self.settle(out, ANY)

    def _join(self, a: Atom, b: Atom) -> Type:
        for one, other in ((a, b), (b, a)):
            if isinstance(one, Const) and one.value is UNBOUND:
                return self.of(other)
        return join(self.of(a), self.of(b))

    def settle(self, var: Var, kind: Type) -> Type:
        """Give an unknown shape its own atom, so that it is equal to itself and nothing else."""
        if kind.kind == "any" and var in self.numeric:
            kind = replace(kind, kind="num")
        if kind.kind in ("num", "any") and kind.shape == frozenset():
            sources = kind.sources or (
                frozenset() if kind.dtype in ("float", "int", "bool") else frozenset([var])
            )
            kind = replace(kind, shape=frozenset([("of", var)]), sources=sources)
        return kind

    def block(self, block: Block) -> None:
        """Observe every statement of a block, inner blocks first."""
        for stmt in block.body:
            if isinstance(stmt, If):
                self.block(stmt.then)
                self.block(stmt.orelse)
            elif isinstance(stmt, For):
                source = self.defs.get(stmt.iterable) if isinstance(stmt.iterable, Var) else None
                if isinstance(source, Let) and source.prim is range:
                    self[stmt.body.params[0]] = SCALAR_INT
                self.block(stmt.body)
            elif isinstance(stmt, While):
                self.block(stmt.test)
                self.block(stmt.body)
            self.observe(stmt)

    # ------------------------------------------------------------ one statement

    def infer(self, let: Let) -> Type:
        """The type of a statement's result."""
        prim, args = let.prim, let.args
        if prim is prims.first_of:
            return self.of(args[0])
        if prim in (prims.make_tuple, prims.make_list):
            kind = "tuple" if prim is prims.make_tuple else "list"
            return sequence(kind, [self.of(a) for a in args])
        if prim is prims.make_dict and isinstance(args[0], Const):
            pairs = zip(args[0].value, [self.of(a) for a in args[1:]], strict=True)
            return Type("dict", items=tuple(pairs), closed=True)
        if prim is prims.make_record and isinstance(args[0], Const):
            assert isinstance(args[1], Const)
            pairs = zip(args[1].value, [self.of(a) for a in args[2:]], strict=True)
            return Type("object", items=tuple(pairs), cls=args[0].value, closed=True)
        if prim is operator.getitem:
            return self.index(let)
        if prim is getattr and isinstance(args[1], Const):
            base = self.of(args[0])
            return base.item(args[1].value) if base.kind == "object" else ANY
        if prim is prims.global_ref:
            return self.of_global(let)
        if prim in (prims.store, prims.accumulate, prims.accumulate_at):
            return self.of(args[0])
        rule = rule_of(prim)
        if rule is None:
            return ANY
        if rule.result is not None:
            found = self.by_result(let)
            plain = prim is np.where and all(isinstance(a, Const) for a in args[1:])
            return replace(found, bits=64) if plain and found.inexact else found
        if rule.elementwise or prim in ELEMENTWISE:
            return self.elementwise(let)
        if rule.constant:
            return ANY
        return self.numeric_result(let, frozenset([("of", let.out)]))

    def of_global(self, let: Let) -> Type:
        assert isinstance(let.args[0], Const)
        value = let.args[0].value()
        if self.live_globals:
            return type_of_value(value, let.out)
        kind = type_of_value(value, let.out)
        if kind.kind == "num":  # it may be rebound: only what it is used for is known
            return Type("any")
        return kind if kind.kind in ("object", "other", "none") else ANY

    def index(self, let: Let) -> Type:
        base = self.of(let.args[0])
        index = let.args[1]
        made = self.defs.get(let.args[0]) if isinstance(let.args[0], Var) else None
        if isinstance(made, Let) and made.prim is np.shape and isinstance(index, Const):
            return SCALAR_INT if isinstance(index.value, int) else OTHER
        if base.container:
            return base.item(index.value) if isinstance(index, Const) else ANY
        if base.kind == "other" and self.is_shape(let.args[0]):
            kind = self.of(index)
            return SCALAR_INT if kind.is_scalar and kind.dtype == "int" else ANY
        if base.kind != "num":
            return ANY
        shape = indexed_shape(base, index, self.defs, self.of)
        if shape is None:
            shape = frozenset([("of", let.out)])
        array = True if isinstance(shape, tuple) and shape else None
        return replace(base, shape=shape, array=False if shape == () else array)

    def is_shape(self, atom: Atom) -> bool:
        stmt = self.defs.get(atom) if isinstance(atom, Var) else None
        return isinstance(stmt, Let) and stmt.prim is np.shape

    def elementwise(self, let: Let) -> Type:
        rule = rule_of(let.prim)
        kinds = [self.of(a) for a in let.args]
        sequences = any(k.kind in ("other", "tuple", "list") for k in kinds)
        if sequences and not any(k.kind == "num" and not k.is_scalar for k in kinds):
            return ANY  # x.shape + (1,), "a" + "b"
        shape = broadcast(*(k.shape for k in kinds))
        array = None
        if isinstance(shape, tuple):
            array = True if shape else False if all(k.array is False for k in kinds) else None
        if let.prim in COMPARISONS:
            return Type("num", shape, "bool", array=array)
        dtype = promote(*(k.dtype for k in kinds))
        if rule is not None and rule.inexact and dtype != "complex":
            dtype = "float"
        if rule is not None and rule.real:
            dtype = "float" if dtype == "complex" else dtype
            return Type("num", shape, dtype, frozenset(), _bits(dtype, kinds), array)
        sources = frozenset().union(*(k.sources for k in kinds))
        return Type("num", shape, dtype, sources, _bits(dtype, kinds), array)

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


def _bits(dtype: str, kinds: list[Type]) -> int:
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
    return [leaf for _, item in kind.items for leaf in _leaves(item)]


COMPARISONS = frozenset({
    operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge,
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.isnan, np.isinf, np.isfinite,
})  # fmt: skip
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
}


def numeric_uses(block: Block) -> frozenset[Var]:
    """Variables that are operands of arithmetic or of NumPy functions, so they are numbers."""
    found: set[Var] = set()
    displays = {
        stmt.out: stmt.args
        for stmt in statements(block)
        if isinstance(stmt, Let) and stmt.prim in (prims.make_tuple, prims.make_list)
    }
    for stmt in statements(block):
        if isinstance(stmt, Let) and stmt.prim not in TRANSPARENT:
            rule = rule_of(stmt.prim)
            if rule is not None:
                found.update(_numbers_among(stmt, rule, displays))
        elif isinstance(stmt, Let) and stmt.prim is operator.getitem:
            base, index = stmt.args
            parts = index.value if isinstance(index, Const) else ()
            if (
                isinstance(parts, tuple)
                and any(p is None or p is Ellipsis or isinstance(p, slice) for p in parts)
                and isinstance(base, Var)
            ):
                found.add(base)
    return _through_slices(block, frozenset(found))


def _numbers_among(stmt: Let, rule: Rule, displays: dict[Var, tuple[Atom, ...]]) -> set[Var]:
    """The operands that are numbers: those the rule differentiates by, and items of displays."""
    operands = list(stmt.args)
    if rule.signature is not None and not rule.elementwise and not rule.constant:
        names = [
            p.name for p in rule.signature.parameters.values() if p.kind is not p.VAR_POSITIONAL
        ]
        operands = [a for k, a in enumerate(stmt.args) if k >= len(names) or names[k] in rule.args]
    operands += [a for key, a in stmt.kwargs if key in rule.args]
    found: set[Var] = set()
    while operands:
        a = operands.pop()
        if not isinstance(a, Var):
            continue
        if a in displays:
            operands += displays[a]
        elif not rule.containers or a not in stmt.args:
            found.add(a)
    return found


def _through_slices(block: Block, numeric: frozenset[Var]) -> frozenset[Var]:
    """x is an array if the slice x[1:] is used as a number."""
    found = set(numeric)
    for stmt in reversed(list(statements(block))):
        if isinstance(stmt, Let) and stmt.prim is operator.getitem and stmt.out in found:
            base, index = stmt.args
            if (
                isinstance(index, Const)
                and isinstance(index.value, slice)
                and isinstance(base, Var)
            ):
                found.add(base)
        if isinstance(stmt, Let) and stmt.prim is prims.first_of and stmt.out in found:
            found.update(a for a in stmt.args if isinstance(a, Var))
    return frozenset(found)


def type_of_value(value: Any, key: Any = None) -> Type:
    """The type of an example: its rank, which dimensions are one, its dtype, its structure.

    Sizes are not kept: the derivative is for every size of that rank.
    """
    if value is None:
        return NONE
    if isinstance(value, bool | np.bool_):
        return SCALAR_BOOL
    if isinstance(value, int | float | complex | np.number):
        bits = value.dtype.itemsize * 8 if isinstance(value, np.generic) else WEAK
        if isinstance(value, complex | np.complexfloating):
            return Type("num", (), "complex", frozenset([COMPLEX]), bits // 2, array=False)
        dtype = "int" if isinstance(value, int | np.integer) else "float"
        return Type("num", (), dtype, bits=bits, array=False)
    if isinstance(value, np.ndarray):
        return _type_of_array(value, key)
    if isinstance(value, dict):
        items = tuple((k, type_of_value(v, (key, k))) for k, v in value.items())
        return Type("dict", items=items, cls=type(value), closed=True)
    if isinstance(value, list | tuple):
        if hasattr(value, "_fields"):
            items = tuple((n, type_of_value(getattr(value, n), (key, n))) for n in value._fields)
            return Type("object", items=items, cls=type(value), closed=True)
        kind = "list" if isinstance(value, list) else "tuple"
        return sequence(
            kind, [type_of_value(v, (key, k)) for k, v in enumerate(value)], type(value)
        )
    if is_dataclass(value) and not isinstance(value, type):
        names = value.__dataclass_fields__
        items = tuple((n, type_of_value(getattr(value, n), (key, n))) for n in names)
        return Type("object", items=items, cls=type(value), closed=True)
    if callable(value) or isinstance(value, str | bytes | slice | type | np.dtype):
        return OTHER
    return Type("object", cls=type(value)) if hasattr(value, "__dict__") else OTHER


def _type_of_array(value: Any, key: Any) -> Type:
    dims = tuple(1 if n == 1 else (key, k) for k, n in enumerate(value.shape))
    kinds = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}
    dtype = kinds.get(value.dtype.kind)
    if dtype is None:
        return OTHER
    sources = frozenset([COMPLEX]) if dtype == "complex" else frozenset()
    return Type(
        "num", dims, dtype, sources, value.dtype.itemsize * 8 // (1 + (dtype == "complex")), True
    )
