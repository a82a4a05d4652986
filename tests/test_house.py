"""The rules of the house, read off the tree itself: who may import whom, what is banned, what must be there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("bot", "engine", "storage")
MOST_LINES = 400
MOST_OF_A_FUNCTION = 45  # lines without its docstring; 40 is a reason to look again
CLOCK = "bot/clock.py"
BROAD_EXCEPTS = {"the pipeline's edge": r"bot/pipeline\.py", "the OKX message callback": r"bot/feeds/okx\w*\.py"}
BANNED_IMPORTS = {"pickle", "unittest.mock", "mock", "pytest_mock", "cloudpickle", "dill", "shelve"}
BANNED_CALLS = {"asyncio.create_task", "asyncio.ensure_future", "loop.create_task"}
CLOCK_CALLS = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
MARKS = re.compile("|".join((r"#\s*type: *" + "ignore", r"#\s*no" + "qa", r"pragma: no" + " cover", r"\bTO" + r"DO\b")))
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:" + "|".join(("work", "tmp", "root", "home", "Users")) + r")/\w")


@cache
def tree() -> dict[str, Path]:
    """Every file of the project as git sees it, new ones included; without git, every file not ignored by habit."""
    try:
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        skipped = {".venv", ".git", "__pycache__", "data", "out", "build", "dist"}
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        listed = [str(path) for path in found if not skipped & set(path.parts)]
    return {name: ROOT / name for name in sorted(listed) if (ROOT / name).is_file()}


def python_files(*rooms: str) -> dict[str, Path]:
    return {name: path for name, path in tree().items() if name.endswith(".py") and name.split("/")[0] in rooms}


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _called(node: ast.AST) -> str:
    """The last two words of what is called: `datetime.now` for `datetime.datetime.now()`."""
    return ".".join(ast.unparse(node.func).split(".")[-2:]) if isinstance(node, ast.Call) else ""


def test_the_rooms_keep_to_the_import_contracts() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_package_is_listed_and_every_listed_one_is_there() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    homes = {str(Path(name).parent) for name in python_files(*ROOMS, "locales") if name.endswith("/__init__.py")}
    assert sorted(listed) == sorted(home.replace("/", ".") for home in homes)
    loose = {str(Path(name).parent) for name in python_files(*ROOMS)} - homes - {"storage/migrations/versions"}
    assert not loose, "folders with code but without __init__.py"


def test_no_file_outgrows_a_head() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in python_files(*ROOMS).items()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_function_outgrows_a_head() -> None:
    long = {}
    for name, path in python_files(*ROOMS).items():
        for node in _nodes(path) if "/versions/" not in name else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
                long[f"{name}: {node.name}"] = (node.end_lineno or 0) - first.lineno + 1
    assert {name: lines for name, lines in long.items() if lines > MOST_OF_A_FUNCTION} == {}


def test_files_are_named_by_what_they_own() -> None:
    nameless = {"utils", "helpers", "common", "service", "manager", "misc"}
    assert [name for name in python_files(*ROOMS) if Path(name).stem in nameless] == []


def test_no_mocks_and_no_pickle() -> None:
    found = []
    for name, path in python_files(*ROOMS, "tests", "benchmarks").items():
        for node in _nodes(path):
            if isinstance(node, ast.Import):
                found += [f"{name}: {alias.name}" for alias in node.names if alias.name in BANNED_IMPORTS]
            elif isinstance(node, ast.ImportFrom):
                whole = {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
                found += [f"{name}: {module}" for module in whole & BANNED_IMPORTS]
    assert found == []


def test_only_the_clock_reads_the_clock_and_tasks_live_in_groups() -> None:
    found = []
    for name, path in python_files(*ROOMS).items():
        banned = BANNED_CALLS | (CLOCK_CALLS if name != CLOCK else set())
        found += [f"{name}: {_called(node)}" for node in _nodes(path) if _called(node) in banned]
    assert found == []


def test_tests_do_not_sleep_by_the_clock() -> None:
    found = [name for name, path in python_files("tests").items() for n in _nodes(path) if _called(n) == "time.sleep"]
    assert found == []


def _is_broad(node: ast.AST) -> bool:
    """Catches everything and keeps it: cleaning up and raising again is no swallowing."""
    if not isinstance(node, ast.ExceptHandler) or ast.unparse(node.body[-1]) == "raise":
        return False
    if node.type is None:
        return True
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(ast.unparse(kind) in ("Exception", "BaseException") for kind in caught)


def test_broad_excepts_stand_in_two_places_only() -> None:
    found = [
        name for name, path in python_files(*ROOMS, "tests", "benchmarks").items() for n in _nodes(path) if _is_broad(n)
    ]
    for place in BROAD_EXCEPTS.values():
        allowed = next((name for name in found if re.fullmatch(place, name)), None)
        if allowed:
            found.remove(allowed)
    assert found == []


def test_nothing_is_marked_unfinished_or_excused() -> None:
    found = []
    for name, path in python_files(*ROOMS, "tests", "benchmarks").items():
        lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        found += [f"{name}:{number}" for number, line in lines if MARKS.search(line)]
    assert found == []


def test_no_path_of_one_machine_is_in_the_tree() -> None:
    found = []
    for name, path in tree().items():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}:{n} {line.strip()[:80]}" for n, line in enumerate(text.splitlines(), 1) if _machine(line)]
    assert found == []


def _machine(line: str) -> bool:
    return MACHINE_PATH.search(line) is not None


@pytest.mark.parametrize(
    ("line", "machine"),
    [("open('/" + "tmp/x')", True), ("see https://example.org/" + "work/x", False), ("a/" + "tmp/b", False)],
)
def test_the_search_for_machine_paths_finds_them(line: str, machine: bool) -> None:
    assert _machine(line) is machine


def test_the_readme_names_both_commands_and_shows_the_chat() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first_screen = "\n".join(text.splitlines()[:40])
    assert "make demo" in first_screen and "make test" in first_screen
    assert "docs/dashboard.png" in first_screen


def test_links_inside_the_documents_lead_somewhere() -> None:
    broken = []
    for name, path in tree().items():
        if name.endswith(".md"):
            links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8"))
            broken += [f"{name} -> {link}" for link in links if not (path.parent / link).exists()]
    assert broken == []


def test_the_changelog_has_room_for_what_comes() -> None:
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make (\w+)`|^make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert {first or second for first, second in named} <= targets
    assert targets >= {"demo", "test", "run", "lint", "bench", "proof"}


def test_constraints_pin_every_dependency_and_name_no_registry() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text and "--hash" not in text
    pinned = {line.split("==")[0].lower().replace("_", "-").replace(".", "-") for line in text.split()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(want for extra in extras for want in extra)]
    names = {re.split(r"[\[<>=!~;]", want)[0].lower().replace("_", "-").replace(".", "-") for want in wanted}
    assert names <= pinned
    assert not pinned & {"pip", "setuptools", "wheel", "sharpsignal"}


def test_every_file_that_is_no_code_travels_with_its_package() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    patterns = [
        f"{package.replace('.', '/')}/{glob}" for package, globs in setup["package-data"].items() for glob in globs
    ]
    inside = [name for name in tree() if name.split("/")[0] in (*ROOMS, "locales") and not name.endswith(".py")]
    assert [name for name in inside if not any(Path(name).match(pattern) for pattern in patterns)] == []


def test_ci_is_a_script_that_parses_and_may_run() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)
