"""What the report tells, against numbers worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.replay import sections
from bot.replay.breakdown import group, groups
from bot.replay.figures import Covered, Figures
from bot.replay.pictures import weeks_picture
from bot.replay.signal_row import SignalRow
from bot.replay.tables import table
from bot.replay.words import ENDINGS, REFUSALS
from engine.decision.guardrails import ORDER
from engine.decision.signal import LayerView
from engine.decision.track_rules import ENDS
from tests.replay.ticks import DAY, HOUR, PAIR, T0, decided, outcome, signal

Told = Sequence[tuple[str, str, float | None]]


def rows(told: Told) -> list[SignalRow]:
    """A signal a day: (regime, result, R); smc agreed with every other one, cvd never voted."""
    found = []
    for number, (regime, result, r) in enumerate(told, 1):
        made = signal(number, T0 + number * DAY)
        layers = {
            **made.layers,
            "smc": LayerView(0.5 * (-1) ** number, number % 2, "live"),
            "cvd": LayerView(None, None, "stale"),
        }
        row = SignalRow.of(replace(made, regime=regime, layers=layers, cost_r=0.1 * number))
        row.end(outcome(made, made.plan.ts + HOUR, result, r))
        found.append(row)
    return found


TOLD: Told = [("QUIET", "win", 2.0), ("TRENDING", "lose", -1.0), ("QUIET", "win", 1.0), ("TRENDING", "expire", None)]


def cells(html: str) -> list[list[str]]:
    """The cells of every row of every table, without tags."""
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", html)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", line)] for line in lines]


def test_a_cell_says_its_name_where_a_phone_shows_no_head() -> None:
    drawn = table(["pair", "90 % <range>"], [["BTC", "<b>1</b>"]])
    assert 'data-name="90 % &lt;range&gt;"><span><b>1</b></span></td>' in drawn
    assert "data-name" not in table(["", ""], [["mean", "1"]])


def test_every_ending_and_every_refusal_has_words() -> None:
    assert set(ENDINGS) == {f"{result}: {reason}" for result, reason in ENDS.values() if result}
    assert list(REFUSALS) == list(ORDER)


def test_groups_are_the_followable_fills_worst_first() -> None:
    found = groups(rows(TOLD), lambda row: row.regime)
    assert [(one.name, one.signals, one.filled, one.won, one.mean) for one in found] == [
        ("TRENDING", 2, 1, 0, -1.0),
        ("QUIET", 2, 2, 2, 1.5),
    ]
    assert (found[0].low, found[0].high) == (None, None), "one day says nothing about luck"
    assert found[1].low == pytest.approx(1.0) and found[1].high == pytest.approx(2.0)
    assert group("none", []).mean is None


def test_a_layer_is_compared_where_it_voted() -> None:
    told = {line[0]: line[1:] for line in cells(sections.layers(rows(TOLD))) if line}
    assert "cvd" not in told
    assert told["smc"][0].startswith("+1.50 R") and told["smc"][1].startswith("-1.00 R")
    assert told["smc"][2] == "+2.50 R"
    assert told["fibo"][1].startswith("–") and told["fibo"][2] == "–"


def test_what_paid_has_every_kind_of_group() -> None:
    html = sections.paid(rows(TOLD))
    assert re.findall(r"<h3>By ([^<]+)</h3>", html) == ["regime", "setup model", "timeframe", "side", "venue session"]
    assert ["QUIET", "2", "2", "100 %", "+1.50 R", "+1.00 to +2.00"] in cells(html)


def test_refusals_are_told_by_first_by_any_and_alone() -> None:
    figures = Figures([PAIR])
    for reasons in (("rr", "costs"), ("rr",), ("costs",), ("rr", "heat")):
        figures.decided(decided(T0, "refuse", *reasons))
    found = cells(sections.refusals(figures))
    assert found[1:] == [
        ["rr" + REFUSALS["rr"], "3", "75 %", "3", "1"],
        ["costs" + REFUSALS["costs"], "1", "25 %", "2", "1"],
        ["heat" + REFUSALS["heat"], "0", "0 %", "1", "0"],
    ]


def test_room_is_a_share_of_the_hours_that_were_judged() -> None:
    figures = Figures([PAIR, "BBB-USDT-SWAP"])
    figures.covered = {PAIR: Covered(T0, T0 + 8 * HOUR, 8.0)}
    for hour, reasons in ((0, ("costs",)), (1, ("costs",)), (2, ("regime",)), (2, ("rr",))):
        figures.decided(decided(T0 + hour * HOUR, "refuse", *reasons))
    assert cells(sections.room(figures))[1:] == [[PAIR, "8", "38 %", "12 %"]]


def test_monitors_are_told_by_how_they_ended() -> None:
    figures, made = Figures([PAIR]), signal(1, T0)
    for _ in range(4):
        figures.decided(decided(T0, "monitor", "trigger", of=made))
    figures.decided(decided(T0 + HOUR, "publish", of=made))
    figures.decided(decided(T0 + HOUR, "refuse", "trigger", of=made))
    counts = re.findall(r'<div class="count">(\d+)', sections.monitors(figures))
    assert counts == ["1", "1", "2"]


def test_costs_are_told_as_mean_median_and_tail() -> None:
    assert cells(sections.costs(rows(TOLD)))[1:] == [
        ["mean", "0.250"],
        ["median", "0.250"],
        ["one in ten above", "0.400"],
    ]


def test_every_week_of_the_run_has_its_place_empty_ones_too() -> None:
    monday = T0 - 2 * DAY  # T0 is a Wednesday
    picture = weeks_picture([T0, T0 + HOUR, T0 + 14 * DAY], [(T0, T0 + 21 * DAY)])
    assert "over 4 weeks" in picture
    heights = [float(height) for height in re.findall(r'<rect class="accent".*?height="([\d.]+)"', picture)]
    assert heights[0] > 0 and heights == [heights[0], 0.0, heights[0] / 2, 0.0]
    assert weeks_picture([monday - 1, monday], [(monday - 1, monday + 1)]).count("<rect") == 2
    assert weeks_picture([], []) == ""


def test_a_run_without_anything_says_so() -> None:
    figures = Figures([PAIR])
    told = [sections.layers([]), sections.costs([]), sections.refusals(figures), sections.room(figures)]
    assert all('class="none"' in html for html in [*told, sections.monitors(figures)])
