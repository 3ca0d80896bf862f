"""`package.module:function` or `path/file.py:function` -> the function.

    find("model.py:Layer.loss")     (the function, the names of its module)

What the user's module does wrong while it is imported is the user's to see: its place and message,
without the frames of the import system.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import importlib.util
import sys
import sysconfig
import traceback
import types
from pathlib import Path
from typing import Any

#: where code that is not the user's stands
LIBRARIES = (str(Path(__file__).parent), "<frozen", *map(sysconfig.get_path, ("stdlib", "purelib")))


class Mistake(Exception):
    """Something is wrong with the request; the text says what."""


def find(target: str) -> tuple[Any, dict[str, Any]]:
    """The function a target names, and the names of its module. Raises Mistake."""
    place, colon, path = target.rpartition(":")
    if not colon or not place or not path:
        raise Mistake(
            f"{target!r} is no target: write package.module:function or path/file.py:function"
        )
    is_file = place.endswith(".py") or "/" in place or "\\" in place
    with contextlib.redirect_stdout(sys.stderr):  # what the module prints is no derivative
        module = _load_file(Path(place)) if is_file else _import(place)
    found: Any = module
    for k, name in enumerate(path.split(".")):
        if not hasattr(found, name):
            owner = place if not k else ".".join(path.split(".")[:k])
            raise Mistake(f"{owner} has no {name!r}{_instead(found, name)}")
        found = getattr(found, name)
    if not callable(found):
        raise Mistake(f"{target} is of type {type(found).__name__}, and no function")
    return found, vars(module)


def _import(name: str) -> types.ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            help = f"; for a file write {name}.py:..." if Path(f"{name}.py").is_file() else ""
            raise Mistake(f"there is no module {error.name!r}{help}") from None
        raise Mistake(f"cannot import {name}\n{users_frame(error)}") from None
    except (TypeError, ValueError) as error:
        if name.startswith(".") or not all(part.isidentifier() for part in name.split(".")):
            raise Mistake(f"{name!r} is no name of a module") from None
        raise Mistake(f"cannot import {name}\n{users_frame(error)}") from None
    except (Exception, SystemExit) as error:
        raise Mistake(f"cannot import {name}\n{users_frame(error)}") from None


def _load_file(path: Path) -> types.ModuleType:
    if not path.is_file():
        what = "is a directory" if path.is_dir() else "does not exist"
        raise Mistake(f"the file {path} {what}")
    name = path.stem if path.stem not in sys.modules else f"{path.stem}_from_file"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise Mistake(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(path.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise Mistake(f"cannot run {path}\n{users_frame(error)}") from None
    return module


def users_frame(error: BaseException) -> str:
    """An error with the place in the user's own code where it came up, if there is one."""
    last = "".join(traceback.format_exception_only(error)).rstrip("\n")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_users(f.filename)]
    if isinstance(error, SyntaxError) or not frames:
        return last
    return f"{''.join(traceback.format_list(frames[-1:]))}{last}"


def _is_users(file: str) -> bool:
    return not file.startswith(LIBRARIES)


def _instead(owner: Any, name: str) -> str:
    """The name that was meant, or all there are."""
    names = [n for n, v in vars(owner).items() if callable(v) and not n.startswith("_")]
    close = difflib.get_close_matches(name, names, 1)
    if close:
        return f"; did you mean {close[0]!r}?"
    own = [n for n in names if getattr(vars(owner)[n], "__module__", "") == _module(owner)]
    return f"; it has {', '.join(own[:10])}" if own else ""


def _module(owner: Any) -> str:
    name = owner.__name__ if isinstance(owner, types.ModuleType) else owner.__module__
    return str(name)
