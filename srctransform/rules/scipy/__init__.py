"""The calculus of SciPy: a file for each of its namespaces, by the same name.

A file is read once a program has imported its namespace, so that SciPy is not needed to run the
package, and NumPy programs do not wait for it.
"""

from __future__ import annotations

import pkgutil

from ..registry import rules_for

for _module in pkgutil.iter_modules(__path__):
    if _module.name.startswith("_"):  # a part of a file
        continue
    rules_for(f"scipy.{_module.name}", f"{__name__}.{_module.name}")
