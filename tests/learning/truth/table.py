"""The table of docs/learning.md: every measurement, its targets and what was measured, as markdown."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import tests.learning.truth as package
from tests.learning.truth.measured import Measure, Measured

HEAD = "| # | asked | figure | target | measured |\n|---|---|---|---|---|"


def measures() -> dict[int, str]:
    """The module that measures each test, by the test's number (modules named t01, t02, ...)."""
    names = [one.name for one in pkgutil.iter_modules(package.__path__)]
    return {int(name[1:]): f"{package.__name__}.{name}" for name in names if name[:1] == "t" and name[1:].isdigit()}


def run(module: str) -> Measured:
    """Measure one."""
    measure: Measure = importlib.import_module(module).measure
    return measure()


def rows(found: Measured) -> Iterator[str]:
    """The lines of one measurement."""
    for at, one in enumerate(found.figures):
        first = (f"T{found.number}", found.asks) if at == 0 else ("", "")
        yield f"| {first[0]} | {first[1]} | {one.name} | {one.target} | {one.value:.4g} |"


def main(numbers: list[str]) -> int:
    """Print the table of some tests (all without any); 1 where a target is missed."""
    chosen = {at: name for at, name in sorted(measures().items()) if not numbers or str(at) in numbers}
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(run, chosen.values()))
    sys.stdout.write(HEAD + "\n")
    for one in found:
        sys.stdout.writelines(row + "\n" for row in rows(one))
    return 1 if any(one.missed() for one in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
