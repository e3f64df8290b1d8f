"""Ways to be unsafe that the source never takes: default deny by reading it."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for pattern in ("services/*/src/**/*.py", "gateway/src/**/*.py", "libs/*/src/**/*.py", "deploy/*/src/**/*.py")
    for path in ROOT.glob(pattern)
)
PRODUCT = [path for path in SOURCES if "deploy" not in path.relative_to(ROOT).parts]
TEMPLATES = sorted((ROOT / "gateway/src/ctz_gateway/templates").rglob("*.*"))
MIGRATIONS = "migrations"
SQL_WORDS = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|DROP|NOTIFY|LISTEN|SET)\b\s+\S")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


@cache
def calls(path: Path) -> Sequence[ast.Call]:
    """Every call in a file, which is parsed once for all tests."""
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]


def called(call: ast.Call) -> str:
    """The last name of what is called: `add_insecure_port` of `server.add_insecure_port(…)`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def files_that_call(*names: str) -> set[str]:
    return {name_of(path) for path in SOURCES for call in calls(path) if called(call) in names}


def test_the_sources_are_found() -> None:
    assert len(SOURCES) > 200
    assert TEMPLATES


def test_t116_grpc_ports_and_channels_are_opened_where_credentials_are_looked_after() -> None:
    """Everywhere else a server without the interceptor, or a client without credentials, could appear."""
    assert {
        "libs/chassis/src/ctz_chassis/grpc_server.py",
        "gateway/src/ctz_gateway/front/process.py",
    } == files_that_call("add_insecure_port", "add_secure_port")
    assert {
        "libs/chassis/src/ctz_chassis/grpc_client.py",
        # The check calls the front with an access token, as any other tool would.
        "deploy/local/src/ctz_local/check/tools.py",
    } == files_that_call("insecure_channel", "secure_channel")


@pytest.mark.parametrize(
    ("argument", "value"), [("verify", False), ("shell", True), ("autoescape", False), ("debug", True)]
)
def test_no_call_turns_a_guard_off(argument: str, value: bool) -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in SOURCES
        for call in calls(path)
        for keyword in call.keywords
        if keyword.arg == argument and isinstance(keyword.value, ast.Constant) and keyword.value.value is value
    ]
    assert [] == found


def test_nothing_is_executed_or_unpickled_that_came_from_outside() -> None:
    unsafe = {"eval", "exec", "system", "popen", "Markup", "mktemp", "from_string"}
    found = [
        f"{name_of(path)}:{call.lineno} {called(call)}"
        for path in SOURCES
        for call in calls(path)
        if called(call) in unsafe
    ]
    assert [] == found
    text = re.compile(r"^\s*(?:import|from) (?:pickle|marshal|shelve|dill)\b", re.MULTILINE)
    assert [] == [name_of(path) for path in SOURCES if text.search(path.read_text("utf-8"))]


def test_templates_are_files_or_constants() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in SOURCES
        for call in calls(path)
        if called(call) == "render_template_string"
        and not (isinstance(call.args[0], ast.Name) and call.args[0].id.isupper())
    ]
    assert [] == found


def test_no_template_lets_markup_through() -> None:
    unsafe = re.compile(
        r"\|\s*safe\b|Markup\(|autoescape\s+false|\bx-html\b|\bv-html\b|\bon[a-z]+\s*=\s*[\"']", re.IGNORECASE
    )
    found = [f"{name_of(path)}: {match[0]}" for path in TEMPLATES for match in unsafe.finditer(path.read_text("utf-8"))]
    assert [] == found


def interpolated_sql(path: Path) -> Iterator[str]:
    """Strings put together at run time that read like SQL."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            fixed = "?".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            has_parts = any(isinstance(part, ast.FormattedValue) for part in node.values)
            if has_parts and SQL_WORDS.search(fixed):
                names = [ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)]
                yield f"{name_of(path)} {', '.join(names)}"


def test_no_statement_is_put_together_at_run_time() -> None:
    """Statements are expressions or constants, and values are bound; migrations alone write names into theirs."""
    assert [] == [each for path in PRODUCT if MIGRATIONS not in path.parts for each in interpolated_sql(path)]


def test_a_statement_that_is_put_together_would_be_found(tmp_path: Path) -> None:
    found = list(interpolated_sql(_written(tmp_path, "x = f\"SELECT * FROM account WHERE email = '{email}'\"")))
    assert 1 == len(found)
    assert [] == list(interpolated_sql(_written(tmp_path, "x = f'{count} workouts selected from the list'")))


def _written(folder: Path, text: str) -> Path:
    path = folder / "example.py"
    path.write_text(text)
    return path
