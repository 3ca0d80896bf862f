"""IR -> text. Names are invented here, and mean nothing to any pass.

    f(x, w)
      t = mul w x
      h = sin t
      return h
"""

from __future__ import annotations

from .nodes import Atom, Block, Const, For, Function, GlobalRef, If, Let, Var, While
from .walk import outs


def show(function: Function) -> str:
    """The function as text, one primitive a line."""
    names: dict[Var, str] = {}
    taken: dict[str, int] = {}

    def name(var: Var) -> str:
        if var not in names:
            stem = label(var)
            count = taken.get(stem, 0)
            taken[stem] = count + 1
            names[var] = stem if not count else f"{stem}_{count + 1}"
        return names[var]

    def atom(a: Atom) -> str:
        return name(a) if isinstance(a, Var) else show_const(a)

    def lines(block: Block, indent: str, end: str) -> list[str]:
        text = []
        for stmt in block.body:
            match stmt:
                case Let():
                    words = [prim_name(stmt.prim), *map(atom, stmt.args)]
                    words += [f"{key}={atom(a)}" for key, a in stmt.kwargs]
                    text.append(f"{indent}{name(stmt.out)} = {' '.join(words)}")
                case If():
                    text.append(f"{indent}if {atom(stmt.cond)}:")
                    text += lines(stmt.then, indent + "  ", "yield")
                    text.append(f"{indent}else:")
                    text += lines(stmt.orelse, indent + "  ", "yield")
                    text.append(f"{indent}-> {', '.join(map(name, outs(stmt)))}")
                case For():
                    item, *carried = map(name, stmt.body.params)
                    init = ", ".join(
                        f"{c} = {atom(a)}" for c, a in zip(carried, stmt.init, strict=True)
                    )
                    text.append(f"{indent}for {item} in {atom(stmt.iterable)} carrying {init}:")
                    text += lines(stmt.body, indent + "  ", "yield")
                    text.append(f"{indent}-> {', '.join(map(name, outs(stmt)))}")
                case While():
                    carried = [name(p) for p in stmt.body.params]
                    init = ", ".join(
                        f"{c} = {atom(a)}" for c, a in zip(carried, stmt.init, strict=True)
                    )
                    text.append(f"{indent}while carrying {init}:")
                    text += lines(stmt.test, indent + "  ", "test")
                    text += lines(stmt.body, indent + "  ", "yield")
                    text.append(f"{indent}-> {', '.join(map(name, outs(stmt)))}")
        text.append(f"{indent}{end} {', '.join(map(atom, block.results))}".rstrip())
        return text

    params = [name(v) for v in function.captures] + [name(p.var) for p in function.params]
    head = f"{function.name}({', '.join(params)})"
    return "\n".join([head, *lines(function.block, "  ", "return")])


def label(var: Var) -> str:
    """A readable stem for a variable: `dx` for the adjoint of x, `x_dot` for its tangent."""
    if var.of is not None and var.role == "adjoint":
        return "d" + label(var.of)
    if var.of is not None and var.role == "tangent":
        return label(var.of) + "_dot"
    return var.hint or "t"


def prim_name(prim: object) -> str:
    name = getattr(prim, "__name__", None) or repr(prim)
    return name.rstrip("_") if name not in ("call", "apply") else name


def show_const(const: Const) -> str:
    value = const.value
    if const.spelling:
        return const.spelling
    if isinstance(value, Function):
        return f"<{value.name}>"
    if isinstance(value, GlobalRef):
        return value.name
    if callable(value) or hasattr(value, "__path__"):
        return str(getattr(value, "__name__", repr(value)))
    if isinstance(value, tuple):
        inner = ", ".join(show_const(Const(v)) for v in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)
