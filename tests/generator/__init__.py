"""Random programs: what is generated, how it is judged, how a failure is made small.

    program.py       a program: text, arguments, and the parameters it is differentiated for
    straight.py      straight-line programs over NumPy's functions; a line is kept if it runs
    expressions.py   expressions of a wanted shape, over what is in scope
    statements.py    assignments, writes, views, aliases, lists, dicts, tuples
    idioms.py        buffers that are swapped, rows, searches, functions that write, objects
    control.py       branches, loops, exits, helpers, recursion, closures
    structured.py    programs of all these; a statement is kept if the program stays tame
    judging.py       the oracles: differences, complex step, forward against reverse, values
    shrinking.py     a small program that fails in the same way

Every program is a function of its seed and of the features that are switched on.
"""
