"""The shape of the house: who may import whom, how long a file may be, where Rasa may appear."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
LEAVES = {"settings", "clock", "errors", "text", "tokens", "money"}
DOMAIN = {
    "language",
    "catalogue",
    "search",
    "needs",
    "advice",
    "knowledge",
    "feedback",
}  # packages of the customer's order
EDGES = {"channels", "worker", "dispatch", "web", "engine", "cli", "processes", "health", "training", "demo"}
FILES = sorted(p for top in ("lifecycle", "actions") for p in (PROJECT / top).rglob("*.py"))


@cache
def imports(path: Path) -> set[str]:
    """Top-level names imported anywhere in a file, ours as `lifecycle.<module>`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= (
                {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "lifecycle" else {node.module}
            )
    return {".".join(name.split(".")[:2]) if name.startswith("lifecycle") else name.split(".")[0] for name in names}


def module_of(path: Path) -> str:
    return path.relative_to(PROJECT / "lifecycle").parts[0].removesuffix(".py")


def ours(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("lifecycle.") and name.count(".") == 1}


def test_the_listing_of_lifecycle_can_be_read_at_a_glance():
    packages = {p.name for p in (PROJECT / "lifecycle").iterdir() if (p / "__init__.py").exists()}
    assert packages >= DOMAIN
    assert len(list((PROJECT / "lifecycle").glob("*.py"))) <= 50


def test_no_two_test_files_have_one_name():
    """They are modules without a package: the second of a name could not be imported."""
    names = [path.name for path in (PROJECT / "tests").rglob("*.py") if path.name not in ("conftest.py", "__init__.py")]
    assert sorted(names) == sorted(set(names))


def test_no_test_runs_a_loop_in_the_main_thread():
    """Browser tests keep one running there: such a test passes alone and fails in the suite; `finished` is the way."""
    for path in (PROJECT / "tests").rglob("*.py"):
        calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        assert "asyncio.run" not in map(ast.unparse, calls), path


def test_language_knows_no_store():
    for path in (PROJECT / "lifecycle" / "language").glob("*.py"):
        assert ours(path) <= {"language"} | LEAVES, path


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_file_is_longer_than_it_can_be_read(path):
    if "migrations" not in path.parts and path.name != "model.py":  # the schema stays in one place
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_only_the_engine_imports_rasa():
    guilty = [p for p in FILES if "rasa" in imports(p) and "engine" not in p.parts]
    assert guilty == []


def test_nobody_imports_the_actions():
    guilty = [p for p in FILES if "actions" in imports(p) and p.parts[-2] != "actions"]
    assert guilty == []


def test_leaves_import_nothing_of_ours_but_leaves():
    for path in FILES:
        if "lifecycle" in path.parts and path.parent == PROJECT / "lifecycle" and module_of(path) in LEAVES:
            assert ours(path) <= LEAVES, path


def test_domain_modules_know_no_edge():
    for path in FILES:
        flat = path.parent == PROJECT / "lifecycle" and module_of(path) not in EDGES | LEAVES | {"__main__", "__init__"}
        if flat or ("lifecycle" in path.parts and module_of(path) in DOMAIN):
            assert not ours(path) & EDGES, f"{path.name} imports {ours(path) & EDGES}"
            assert not imports(path) & {"fastapi", "starlette", "smtplib", "sanic", "rasa_sdk"}, path


def test_modules_form_no_circle():
    graph: dict[str, set[str]] = {}
    for path in FILES:
        if "lifecycle" in path.relative_to(PROJECT).parts:
            graph.setdefault(module_of(path), set()).update(ours(path) - {module_of(path)})
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"circle: {' → '.join((*trail, module))}"
        if module not in done:
            for other in graph.get(module, ()):
                visit(other, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())
