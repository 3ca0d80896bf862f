"""What a gradient holds on to: the most bytes that are in use at a time during one call.

peak(call)      bytes, of arrays and of Python's objects, beyond what was there before
"""

from __future__ import annotations

import gc
import tracemalloc

from .timing import Call


def peak(call: Call) -> int:
    """The peak of one call. The first call is not counted: it may fill caches."""
    call()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        call()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
