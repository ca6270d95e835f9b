"""The house of the design, kept by reading every import: they point down, and each library is known in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "rooms_chat"

# From the ground up; what stands on one line does not know each other.
FLOORS = [
    "errors i18n times",
    "pace",
    "names emoji config events hub limits data_folder metrics logs",
    "named highlight",
    "markup",
    "storage",
    "people",
    "connections",
    "wire elsewhere untold others",
    "presence",
    "rooms mentions status links",
    "members",
    "asks",
    "changes",
    "messages reactions seen facts cards",
    "delivery",
    "workers",
    "chat",
    "sockets api web",
    "app",
    "transport testing",
    "cli",
]
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names.split()}

HOMES = {
    "eventlet": {"transport"},
    "greenlet": {"transport"},
    "engineio": {"transport", "testing"},
    "socketio": {"transport", "testing"},
    "flask_socketio": {"transport"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "sqlite3": {"storage"},
    "flask": {"app", "api", "web", "transport"},
    "werkzeug": {"app", "api", "web", "transport"},
    "flask_wtf": {"web"},
    "wtforms": {"web"},
    "click": {"cli"},
    "redis": {"workers"},
    "markdown_it": {"markup"},
    "nh3": {"markup"},
    "prometheus_client": {"metrics"},
    "pytest": {"testing"},
    "_pytest": set(),
}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part_of(path: Path) -> str:
    """The noun, or the package, that a module belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All that runs; what is imported for type checkers only does not."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from statements(child)


def imports(path: Path) -> set[str]:
    """Full names of what a module imports, wherever in it."""
    found: set[str] = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own_parts(path: Path) -> set[str]:
    """The parts of this package that a module imports from."""
    names = {name.split(".")[1] for name in imports(path) if name.startswith("rooms_chat.")}
    return names - {"__version__", part_of(path)}


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    here = FLOOR[part_of(path)]
    assert {part for part in own_parts(path) if FLOOR[part] >= here} == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_each_library_is_known_in_its_place_only(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports(path)}
    assert {library for library in libraries if part_of(path) not in HOMES.get(library, {part_of(path)})} == set()


def test_only_delivery_emits() -> None:
    emitting = {
        name_of(path)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "emit"
    }
    of_delivery = {name for name in emitting if name.startswith("delivery/")}
    assert of_delivery
    assert emitting - of_delivery <= {"transport/sockets.py", "testing/live.py"}  # a wire, and a client


def test_the_package_itself_imports_nothing() -> None:
    """eventlet has to patch first, and a test run that loads our plugin should not pay for a server."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]


def test_everybody_lives_on_a_floor() -> None:
    assert {part_of(path) for path in MODULES} <= set(FLOOR)
