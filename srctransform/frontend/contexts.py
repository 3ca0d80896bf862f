"""`with np.errstate(...)` and `try ... finally`: what is done on the way out, however it ends.

    with np.errstate(all="ignore"):      old = set_errors(all="ignore")
        if x > 0.0:                      returned, result = x > 0.0 ? {True, x} : {False, UNBOUND}
            return x                     restore_errors(old)
    return -x                            result = returned ? {result} : {-x}

An exit inside is a flag by then, so what is done on the way out stands behind the body as it is.
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from ..errors import UnsupportedError
from ..ir import prims
from ..ir.nodes import Const, Var
from .joins import EXITS, FALSE, FLAGS, LEFT, RAISED
from .loops import Loops
from .syntax import found

SETTINGS = frozenset({"all", "divide", "over", "under", "invalid"})


class Contexts(Loops):
    """Lowers statements with a way out."""

    def with_errors(self, stmt: Any) -> None:
        depth = len(self.errors)
        for item in stmt.items:
            call = item.context_expr
            callee = self.expr(call.func) if isinstance(call, gast.Call) else None
            if not (isinstance(callee, Const) and callee.value is np.errstate):
                raise UnsupportedError(
                    "`with` is supported for np.errstate only",
                    self.span(call),
                    "enter the context outside of the function",
                )
            if item.optional_vars or call.args or {k.arg for k in call.keywords} - SETTINGS:
                raise UnsupportedError(
                    "np.errstate with anything but the settings all, divide, over, under, invalid "
                    "is not supported",
                    self.span(call),
                )
            settings = {k.arg: self.expr(k.value) for k in call.keywords}
            old = self.user_call(prims.set_errors, [], settings, call, Var("old"), "np.errstate")
            self.errors.append(old)
        self.block(stmt.body)
        while len(self.errors) > depth:
            old = self.errors.pop()
            if RAISED not in self.env:  # there it is done before
                self.let(prims.restore_errors, old, node=stmt)

    def try_finally(self, stmt: Any) -> None:
        for node in found(stmt.body, gast.Raise):
            raise UnsupportedError(
                "`raise` inside of `try` is not supported", self.span(node), "raise it before"
            )
        for node in found(stmt.finalbody, gast.Return, gast.Break, gast.Continue):
            raise UnsupportedError(
                "an exit from `finally` is not supported: it hides how the body ended",
                self.span(node),
                "leave behind the `try` statement",
            )
        self.finals += 1
        self.block(stmt.body)
        self.finals -= 1
        how = {name: self.env[name] for name in FLAGS}
        left = self.env.pop(LEFT, None)
        self.env |= dict.fromkeys(EXITS, FALSE)
        self.block(stmt.finalbody)
        self.env |= how
        if left is not None:
            self.env[LEFT] = left
