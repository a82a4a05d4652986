"""The figures on a terminal: in words, numbers under each other, and nothing claimed while there is little to claim."""

from __future__ import annotations

import pytest

from bot.messages.reader import Reader
from bot.messages.stats_table import stats_table
from storage.stats import Stats
from tests.messages.examples import LONDON, READERS, WIB
from tests.storage.scan import Followed, figures

DAY = 86_400_000


def stats(wins: int, losses: int) -> Stats:
    won = [Followed("TRENDING", "long", "paper", "win", n * DAY, 1.5, 1.6) for n in range(wins)]
    lost = [Followed("RANGING", "short", "paper", "lose", n * DAY, -1.05, -1.0) for n in range(losses)]
    rest = [Followed("QUIET", "long", "paper", kind) for kind in ("expire", "no-fill", "void", None)]
    return figures([*won, *lost, *rest])


def cells(table: str, label: str) -> list[str]:
    line = next(line for line in table.splitlines() if line.strip().startswith(f"{label}  "))
    return line.split(label, 1)[1].split()


def test_every_figure_has_its_word() -> None:
    told = stats_table(stats(20, 25), None, LONDON)
    assert told.splitlines()[0] == "📊 Results since the start"
    for label, value in {
        "Signals": "49",
        "Still open": "1",
        "Filled": "45",
        "Won": "20",
        "Lost": "25",
        "Expired, missed": "1",
        "No fill": "1",
        "Not counted": "1",
        "Win rate of fills": "44.4%",
        "Expectancy per fill": "+0.08R",
        "90% range": "−0.05R to +0.17R",
        "Theoretical (without the 45 seconds)": "+0.16R",
        "Profit factor": "1.14",
        "Deepest drawdown": "26.25R",
    }.items():
        assert " ".join(cells(told, label)) == value
    assert cells(told, "TRENDING") == ["20", "20", "20", "100.0%", "+1.50R"]
    assert cells(told, "QUIET") == ["4", "0", "0", "–", "–"]
    assert cells(told, "LONG") == ["24", "20", "20", "100.0%", "+1.50R"]
    assert cells(told, "PAPER") == ["49", "45", "20", "44.4%", "+0.08R"]
    assert told.endswith("The range still holds zero: no proven edge.") and "too few" not in told


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("found", [stats(0, 0), stats(1, 0), stats(3, 2), stats(50, 20)])
def test_numbers_stand_under_each_other(found: Stats, reader: Reader) -> None:
    blocks = [block.splitlines() for block in stats_table(found, None, reader).split("\n\n")]
    whole, groups = blocks[1], blocks[2]
    assert len({len(line) for line in whole}) == 1 and not any("_" in line or "{" in line for line in whole + groups)
    assert len({len(line) for line in groups if line.startswith("  ")}) == 1


def test_what_cannot_be_told_is_a_dash_and_few_fills_come_with_a_warning() -> None:
    told = stats_table(stats(0, 0), 30, WIB)
    assert told.splitlines()[0] == "📊 Hasil 30 hari terakhir"
    for label in ("Win rate dari yang terisi", "Expectancy per sinyal terisi", "Rentang 90%", "Profit factor"):
        assert cells(told, label) == ["–"]
    assert "Belum ada sinyal terisi" in told
    assert stats_table(figures([]), 30, WIB).splitlines()[1:] == ["Belum ada sinyal."]
