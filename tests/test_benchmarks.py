"""The table of the benchmarks: the page quotes it as it is printed, and every part prints whole lines."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from benchmarks.line import HEAD, Line, Target
from tests.conftest import ROOT


def cells(text: str) -> list[list[str]]:
    """The rows of a Markdown table without its head."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("| ---")]


def test_the_page_quotes_a_table_as_it_is_printed() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- benchmarks -->\n(.*?)<!-- /benchmarks -->", page, re.DOTALL)
    assert found is not None
    head, *rows = cells(found[1])
    assert tuple(head) == HEAD
    assert rows and all(len(row) == len(HEAD) for row in rows)
    assert "Python 3." in found[1] and "not installed" not in found[1]


@pytest.mark.parametrize(
    ("line", "met"),
    [
        (Line("w", "us", 49.0, target=Target(50.0)), True),
        (Line("w", "us", 51.0, target=Target(50.0)), False),
        (Line("w", "bars/s", 51.0, target=Target(50.0)), True),
        (Line("w", "us", 1.0, "p", 29.0, Target(30.0, of="ratio")), False),
        (Line("w", "bars/s", 31.0, "p", 1.0, Target(30.0, of="ratio")), True),
        (Line("w", "us", 1.0, "p", None, Target(30.0, of="ratio")), None),
        (Line("w", "us", 1.0, "p", 2.0), None),
    ],
)
def test_a_target_is_met_or_not(line: Line, met: bool | None) -> None:
    assert line.met is met


@pytest.mark.slow
def test_a_part_prints_its_lines_whether_peers_are_there_or_not() -> None:
    command = [sys.executable, "-m", "benchmarks", "--bars", "3000", "--markdown", "features", "tape_load"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    head, *rows = cells(ran.stdout)
    assert tuple(head) == HEAD
    assert {row[2] for row in rows} >= {"smartmoneyconcepts, its 5 functions", "sqlite3"}
    assert all(re.fullmatch(r"[\d,.]+ ns/bar", row[1]) for row in rows)


def test_an_unknown_part_is_refused_with_the_known_ones() -> None:
    ran = subprocess.run([sys.executable, "-m", "benchmarks", "nothing"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 2
    assert "whole_replay" in ran.stderr
