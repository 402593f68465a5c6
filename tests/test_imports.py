"""The import rule: data goes one way, and each package stands where the map says."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]

# What a package may import, of ours and of others; the standard library goes without saying.
MAY_IMPORT = {
    "domain": set[str](),
    "errors": set[str](),
    "crash": set[str](),
    "normalise": {"domain", "phonenumbers", "rapidfuzz", "email_validator", "dns"},
    "reference": {"domain", "errors", "normalise", "maxminddb", "requests"},
    "store": {"domain", "errors", "crash", "sqlalchemy", "alembic"},
    "queue": {"redis", "rq"},
    "envybox": {"requests", "urllib3"},
    "sandbox": {"flask", "werkzeug"},
    "receive": {"domain", "errors", "crash", "normalise", "store", "queue", "flask", "werkzeug"}
    | {"itsdangerous"},
    "captcha": {"domain", "errors", "crash", "requests"},
    "deliver": {"domain", "errors", "crash", "settings", "store", "queue", "envybox"},
    "alert": {"domain", "errors", "store", "apprise", "holidays"},
    "reconcile": {"domain", "errors", "store", "envybox"},
    "health": {"domain", "errors", "store", "flask", "prometheus_client"},
    "show": {"domain", "errors", "store"}
    | {"flask", "flask_wtf", "wtforms", "werkzeug", "argon2", "babel", "flask_babel", "jinja2"}
    | {"pygal", "markupsafe"},
    "settings": {"domain", "errors", "sites", "redis"},
    # The rules of an address and a key are the CRM client's own.
    "sites": {"domain", "envybox", "errors", "toml_table", "phonenumbers"},
    "toml_table": {"errors"},
}
APP_MAY_IMPORT = {"settings", "errors", "alert", "captcha", "health", "receive", "show", "store"}
APP_MAY_IMPORT |= {"queue", "flask", "reference", "werkzeug"}
READS_THE_ENVIRONMENT = ("intake/settings.py", "intake/crash.py", "intake/cli/", "intake/running/")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("intake", include_external_packages=True)


def test_the_contracts_of_import_linter_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_the_contracts_would_catch_a_receiver_that_delivers(tmp_path: Path) -> None:
    copy_tree(tmp_path)
    (tmp_path / "intake/receive/shortcut.py").write_text("import intake.deliver.job\n")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "Receiving a post sends nothing BROKEN" in done.stdout


def test_the_contracts_would_catch_sql_in_the_log(tmp_path: Path) -> None:
    copy_tree(tmp_path)
    (tmp_path / "intake/show/shortcut.py").write_text("import sqlalchemy\n")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "Only the store speaks SQL BROKEN" in done.stdout


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_the_map_allows(package: str, graph: grimp.ImportGraph) -> None:
    surplus = imported_by(graph, package) - MAY_IMPORT[package] - {package}
    assert surplus == set(), f"intake.{package} imports {surplus}"


def test_every_package_stands_on_the_map(graph: grimp.ImportGraph) -> None:
    packages = {name.split(".")[1] for name in graph.find_children("intake")}
    assert packages == {*MAY_IMPORT, "cli", "running", "__main__"}


def test_the_web_wiring_knows_nothing_of_the_crm() -> None:
    found = set()
    for node in ast.walk(ast.parse((ROOT / "app.py").read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "intake":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(short(node.module or ""))
        elif isinstance(node, ast.Import):
            found |= {short(alias.name) for alias in node.names}
    assert found - set(sys.stdlib_module_names) <= APP_MAY_IMPORT


def test_only_the_settings_and_the_commands_read_the_environment() -> None:
    readers = {path for path in python_files() if reads_environment(ROOT / path)}
    assert {path for path in readers if not path.startswith(READS_THE_ENVIRONMENT)} == set()


def imported_by(graph: grimp.ImportGraph, package: str) -> set[str]:
    module = f"intake.{package}"
    members = {module, *graph.find_descendants(module)}
    names = {name for one in members for name in graph.find_modules_directly_imported_by(one)}
    return {short(name) for name in names} - set(sys.stdlib_module_names) - {"intake"}


def short(module: str) -> str:
    """Name the package: ours without the first word, others by the first alone."""
    parts = module.split(".")
    return parts[1] if parts[0] == "intake" and len(parts) > 1 else parts[0]


def python_files() -> Iterator[str]:
    yield from ("app.py", "wsgi.py")
    for path in (ROOT / "intake").rglob("*.py"):
        yield str(path.relative_to(ROOT))


def reads_environment(path: Path) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and is_os(node))
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and names_it(node))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def is_os(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "os"


def names_it(node: ast.ImportFrom) -> bool:
    return any(alias.name in {"environ", "getenv"} for alias in node.names)


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def copy_tree(target: Path) -> None:
    (target / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for path in (ROOT / "intake").rglob("*.py"):
        copy = target / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8"))
