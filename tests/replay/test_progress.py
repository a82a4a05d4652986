"""How far a run came, as it is said where no terminal reads it."""

from __future__ import annotations

import pytest

from bot.progress_lines import ProgressLine

JANUARY, FEBRUARY, APRIL = 1_767_571_200_000, 1_769_990_400_000, 1_775_001_600_000


def test_a_month_is_a_line_and_nights_come_with_the_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine("replay") as progress:
        progress(JANUARY, APRIL)
        progress.learned(3)
        progress(JANUARY + 1, APRIL)
        progress.learned(1026)
        progress(FEBRUARY, APRIL)
    first, second = capsys.readouterr().err.splitlines()
    assert first == "replay: 2026-01" and second.startswith("replay: 2026-02  1,026 nights learned  33%, 0:00 left")


def test_the_time_left_is_unknown_where_the_end_is(capsys: pytest.CaptureFixture[str]) -> None:
    progress = ProgressLine("replay")
    progress.learned(1)
    progress(JANUARY, 0)
    assert capsys.readouterr().err == "replay: 2026-01  1 nights learned\n"
