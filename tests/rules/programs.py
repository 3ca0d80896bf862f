"""Programs of one line, so that options are literals in their source and not closure variables."""

import cmath
import linecache
import math

import numpy as np


def program(expression, parameters="x"):
    """`lambda <parameters>: <expression>` as a function with a source."""
    name = f"<program {parameters}: {expression}>"
    text = f"def f({parameters}):\n    return {expression}\n"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    namespace = {"np": np, "math": math, "cmath": cmath}
    exec(compile(text, name, "exec"), namespace)
    return namespace["f"]
