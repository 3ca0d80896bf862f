"""The architecture is a test: imports point down, and there is no cycle."""

import ast
from pathlib import Path

import srctransform

ROOT = Path(srctransform.__file__).parent
LAYERS = [
    {"errors", "runtime"},
    {"ir"},
    {"frontend"},
    {"rules"},
    {"analysis"},
    {"optimize"},
    {"inline", "save"},
    {"transform"},
    {"backend"},
    {"pipeline"},
    {
        "api",
        "checking",
        "display",
        "explain",
        "layered",
        "picture",
        "probes",
        "rule_checking",
        "support",
        "target",
        "trees",
        "values",
    },
    {"__init__", "__main__"},
]
LEVEL = {name: k for k, names in enumerate(LAYERS) for name in names}


def imports(path):
    """The modules of the package that a file imports, as paths of names."""
    here = path.relative_to(ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = here[: len(here) - node.level]
            module = base + tuple(node.module.split(".")) if node.module else base
            if node.module:
                yield module
            else:
                yield from (module + (alias.name,) for alias in node.names)


def test_every_file_has_a_layer():
    for path in ROOT.rglob("*.py"):
        assert path.relative_to(ROOT).with_suffix("").parts[0] in LEVEL, path


def test_imports_point_down():
    for path in ROOT.rglob("*.py"):
        stage = path.relative_to(ROOT).with_suffix("").parts[0]
        for module in imports(path):
            if module and module[0] != stage and module[0] in LEVEL:
                assert LEVEL[module[0]] <= LEVEL[stage], f"{path.name} imports {module}"
                if LEVEL[module[0]] == LEVEL[stage]:
                    assert LEVEL[stage] in (LEVEL["api"], LEVEL["__main__"]), (
                        f"{path} imports {module}"
                    )


def test_no_import_cycles_between_files():
    files = {p.relative_to(ROOT).with_suffix("").parts: p for p in ROOT.rglob("*.py")}
    graph = {}
    for name, path in files.items():
        found = set()
        for module in imports(path):
            for candidate in (module, module + ("__init__",), module[:-1]):
                if candidate in files and candidate != name:
                    found.add(candidate)
                    break
        graph[name] = found
    done, active = set(), []

    def visit(name):
        assert name not in active, " -> ".join(map(str, [*active[active.index(name) :], name]))
        if name in done:
            return
        active.append(name)
        for other in sorted(graph[name]):
            visit(other)
        active.pop()
        done.add(name)

    for name in sorted(graph):
        visit(name)


def test_generated_code_helpers_import_only_numpy():
    for path in (ROOT / "runtime").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert all(a.name == "numpy" for a in node.names), path
            elif isinstance(node, ast.ImportFrom) and not node.level:
                library = ("scipy",) if path.name.startswith("scipy_") else ()  # as they run
                allowed = ("__future__", "typing", "collections.abc", *library)
                assert node.module in allowed, (path, node.module)
