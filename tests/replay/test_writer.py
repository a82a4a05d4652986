"""The files of a replay: what is in them, when they appear, and that the same ticks give the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.errors import SettingsError
from bot.replay.figures import Covered, Summary
from bot.replay.writer import ReplayWriter
from engine.decision.tick import PolicySet, Tick
from storage.chain import GENESIS, check
from tests.replay.ticks import DAY, HOUR, PAIR, T0, Stream, decided, story

MIXED: list[tuple[str, float | None]] = [
    ("win", 1.5),
    ("lose", -1.1),
    ("expire", None),
    ("lose", -1.0),
    ("no-fill", None),
    ("win", 0.4),
    ("void", None),
    ("open", None),
]


def _replay(out: Path, ticks: Sequence[Tick], *, decisions: bool = False, seconds: float = 2.0) -> Summary:
    zone = ZoneInfo("Asia/Jakarta")
    with ReplayWriter(out, [PAIR], zone=zone, zone_name="Asia/Jakarta", decisions=decisions) as writer:
        for tick in ticks:
            writer.take(tick)
        covered = {PAIR: Covered(T0, T0 + 4 * DAY, 96.0)}
        return writer.finish(seconds, 1000, tick_inferred=[PAIR], covered=covered)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_file_is_there_and_nothing_else(tmp_path: Path) -> None:
    _replay(tmp_path / "out", story(MIXED), decisions=True)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "signals.jsonl",
        "outcomes.jsonl",
        "decisions.jsonl",
        "ticks.sha256",
        "summary.json",
        "report.html",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["out"], "no temporary folder is left"


def test_signals_and_outcomes_are_two_ledger_chains_in_order(tmp_path: Path) -> None:
    _replay(tmp_path / "out", story(MIXED))
    signals, outcomes = _lines(tmp_path / "out/signals.jsonl"), _lines(tmp_path / "out/outcomes.jsonl")
    assert [signal["number"] for signal in signals] == list(range(1, 9))
    assert signals[0]["ts"] == "2023-11-15T13:00:00+07:00"
    assert [end["followable"]["result"] for end in outcomes] == [result for result, _ in MIXED if result != "open"]
    assert outcomes[1]["followable_r"] == -1.1
    for lines in (signals, outcomes):
        assert lines[0]["ledger"]["prev"] == GENESIS
        assert check(lines) == []


def test_decisions_are_written_only_when_asked(tmp_path: Path) -> None:
    _replay(tmp_path / "out", story(MIXED[:2]), decisions=True)
    decisions = _lines(tmp_path / "out/decisions.jsonl")
    assert [decision["verdict"] for decision in decisions] == ["refuse", "publish"] * 2
    assert decisions[0] == {
        "ts": "2023-11-15T12:00:00+07:00",
        "pair": PAIR,
        "timeframe": "15m",
        "side": "long",
        "setup_model": "trend_continuation",
        "verdict": "refuse",
        "reasons": ["costs", "rr"],
        "features": {"adx": 27.5, "oi_z": None},
        "signal_id": None,
    }
    assert decisions[1]["signal_id"] == _lines(tmp_path / "out/signals.jsonl")[0]["signal_id"]
    _replay(tmp_path / "out", story(MIXED[:2]))
    assert not (tmp_path / "out/decisions.jsonl").exists(), "an older run's decisions would belong to other signals"


def test_the_same_ticks_give_the_same_bytes(tmp_path: Path) -> None:
    for name, seconds in (("one", 2.0), ("two", 5.0)):
        _replay(tmp_path / name, story(MIXED), decisions=True, seconds=seconds)
    for path in (tmp_path / "one").iterdir():
        other = tmp_path / "two" / path.name
        if path.name != "summary.json":
            assert path.read_bytes() == other.read_bytes(), path.name
    one, two = (json.loads((tmp_path / name / "summary.json").read_text()) for name in ("one", "two"))
    assert {key for key in one if one[key] != two[key]} == {"seconds", "bars_per_second"}


def test_an_earlier_end_gives_byte_prefixes(tmp_path: Path) -> None:
    ticks = story(MIXED)
    _replay(tmp_path / "whole", ticks, decisions=True)
    _replay(tmp_path / "part", ticks[:14], decisions=True)
    for name in ("signals", "outcomes", "decisions"):
        part = (tmp_path / "part" / f"{name}.jsonl").read_bytes()
        assert part
        assert (tmp_path / "whole" / f"{name}.jsonl").read_bytes().startswith(part)


def test_a_failed_run_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "results" / "today"
    with pytest.raises(RuntimeError, match="broken"), ReplayWriter(out, [PAIR]) as writer:
        writer.take(story(MIXED)[0])
        raise RuntimeError("broken")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_run_leaves_the_last_good_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _replay(out, story(MIXED))
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(RuntimeError), ReplayWriter(out, [PAIR]) as writer:
        for tick in story(MIXED[:2]):
            writer.take(tick)
        raise RuntimeError("broken")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_other_files_in_out_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/notes.txt").write_text("mine")
    _replay(tmp_path / "out", story(MIXED))
    assert (tmp_path / "out/notes.txt").read_text() == "mine"


def test_out_that_is_a_file_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(SettingsError, match="a folder is needed"):
        ReplayWriter(tmp_path / "out", [PAIR])


def test_out_below_a_file_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(SettingsError, match="--out: nothing can be written beside"),
        ReplayWriter(tmp_path / "file/out", [PAIR]),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_policy_in_force_is_named(tmp_path: Path) -> None:
    stream = Stream()
    facts = [PolicySet("v1", T0, None), PolicySet("bad", T0, "hash does not match"), PolicySet("v2", T0 + HOUR, None)]
    summary = _replay(tmp_path / "out", [stream.tick(fact.ts, fact, kind="policy", pair="") for fact in facts])
    assert (summary.policies, summary.policy_version) == (["v1", "v2"], "v2")


def test_an_empty_run_has_nulls_not_zeros(tmp_path: Path) -> None:
    summary = _replay(tmp_path / "out", [Stream().tick(T0, decided(T0, "refuse", "costs"))])
    written = json.loads((tmp_path / "out/summary.json").read_text())
    assert written == summary.document()
    assert (written["signals"], written["filled"], written["refusals"]) == (0, 0, {"costs": 1})
    undefined = ("win_rate", "expectancy_r", "expectancy_r_low", "profit_factor", "max_drawdown_r", "brier", "coverage")
    assert {written[name] for name in undefined} == {None}
    assert "No signal was filled" in (tmp_path / "out/report.html").read_text(encoding="utf-8")


class _Page(HTMLParser):
    """Collects what a page loads and whether its tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.open: list[str] = []
        self.pictures = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]
        self.pictures += tag == "svg"
        if tag not in ("meta", "!doctype"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_report_stands_alone_with_losses_first(tmp_path: Path) -> None:
    _replay(tmp_path / "out", story(MIXED))
    text = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert (page.loads, page.open, page.pictures) == ([], [], 2)
    assert "url(" not in text and "@import" not in text
    cells = (
        r'data-name="R"><span><span class="(?:good|bad|)">([^<]+)</span></span></td><td [^>]*data-name="#"><span>(\d+)<'
    )
    listed = re.findall(cells, text)
    assert listed[:4] == [("-1.10 R", "2"), ("-1.00 R", "4"), ("+0.40 R", "6"), ("+1.50 R", "1")]
    assert len(listed) == 8
    assert "Tick size inferred" in text
    assert "<small>2" in text, "the time of a signal stands under its pair, on a phone, too"
    assert "lose: sl<small>the stop came before TP1</small>" in text
