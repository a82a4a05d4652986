"""A replay that learns: the same bytes twice, prefixes, both ways the same, nothing learned from what came later."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.errors import SettingsError
from bot.feeds.replay import ReplayFeed
from bot.feeds.simulated_market import START_MS, SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.replay.learning import ReplayLearning
from bot.replay.run import ReplayRequest, _over_columns, _with_trades, closes_of
from bot.replay.run import replay as run_replay
from bot.replay.writer import ReplayWriter
from engine.decision.signal import iso
from engine.learning.cadence import CUT, DAY
from engine.learning.past import Conclusion
from storage.recordings import is_pair_folder, load_tape, write_tape
from tests.engine.runs import LEAST, engine_of

PAIRS = ("BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP")
DAYS, PART = 24, 18
FILES = ("signals.jsonl", "outcomes.jsonl", "decisions.jsonl", "ticks.sha256", "learning.json", "report.html")
MIDDLE = START_MS + PART * DAY + CUT


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some weeks of three pairs with a planted edge, bars and what is known at their closes."""
    folder = tmp_path_factory.mktemp("learned") / "tape"
    tape(folder, SimulatedMarket(16, PAIRS, 2.0), DAYS, without=frozenset({"trades", "book"}))
    return folder


def run(data: Path, out: Path, cache: str, **wishes: Any) -> dict[str, Any]:
    """Replay with --learn; what learning.json holds."""
    request = ReplayRequest(
        data=data, out=out, pairs=None, start=None, end=None, policy=None, decisions=True, skip_bad_rows=False,
        sensitivity="active", publish="all", timezone="UTC", cache_dir=cache, learn=True,
    )  # fmt: skip
    run_replay(replace(request, **wishes), lambda ts, last: None)
    found: dict[str, Any] = json.loads((out / "learning.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def learned(data: Path, compiled: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of one run."""
    out = tmp_path_factory.mktemp("out") / "whole"
    found = run(data, out, compiled)
    assert len(found["nights"]) == DAYS and len({night["policy_version"] for night in found["nights"]}) > 5
    return out


def nights_of(out: Path) -> list[dict[str, Any]]:
    nights: list[dict[str, Any]] = json.loads((out / "learning.json").read_text(encoding="utf-8"))["nights"]
    return nights


def test_twice_gives_the_same_bytes(data: Path, learned: Path, compiled: str, tmp_path: Path) -> None:
    run(data, tmp_path / "again", compiled)
    for name in FILES:
        assert (learned / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_an_earlier_end_gives_prefixes(data: Path, learned: Path, compiled: str, tmp_path: Path) -> None:
    run(data, tmp_path / "part", compiled, end=iso(MIDDLE + DAY // 2))
    for name in ("signals.jsonl", "outcomes.jsonl", "decisions.jsonl"):
        part = (tmp_path / "part" / name).read_bytes()
        assert part and (learned / name).read_bytes().startswith(part), name
    nights = nights_of(tmp_path / "part")
    assert nights == nights_of(learned)[: len(nights)] and nights[-1]["cut"] == MIDDLE


def test_what_comes_after_a_cut_changes_nothing_before(
    data: Path, learned: Path, compiled: str, tmp_path: Path
) -> None:
    rng = np.random.default_rng(5)
    for folder in filter(is_pair_folder, sorted(data.iterdir())):
        write_tape(tmp_path / "tape" / folder.name, _another_future(load_tape(folder), rng))
    other = run(tmp_path / "tape", tmp_path / "other", compiled)["nights"]
    until = [night for night in nights_of(learned) if night["cut"] <= MIDDLE]
    assert until == other[: len(until)] and until[-1]["policy_version"] is not None
    assert other[len(until) :] != nights_of(learned)[len(until) :], "the other future is learned from in its time"
    for name in ("decisions.jsonl", "signals.jsonl"):
        ours, theirs = (_before(out / name) for out in (learned, tmp_path / "other"))
        assert ours == theirs and ours


def _another_future(known: Any, rng: np.random.Generator) -> Any:
    """The same tape up to the cut, another walk from there on."""
    c = known.candles
    later = c.ts >= MIDDLE
    walk = np.ones(len(c.ts))
    walk[later] = np.exp(np.cumsum(rng.normal(0.0, 0.003, int(later.sum()))))
    prices = {name: getattr(c, name) * walk for name in ("open", "high", "low", "close")}
    candles = replace(c, **prices, volume=np.where(later, 2.0 * c.volume, c.volume))
    taker = None if c.taker_buy is None else np.where(later, 2.0 * c.taker_buy, c.taker_buy)
    return replace(known, candles=replace(candles, taker_buy=taker))


def _before(lines: Path) -> list[str]:
    """The lines of what was judged before the cut."""
    limit = iso(MIDDLE)
    return [line for line in lines.read_text(encoding="utf-8").splitlines() if json.loads(line)["ts"] < limit]


def test_event_by_event_learns_the_same_as_over_columns(data: Path, compiled: str, tmp_path: Path) -> None:
    told: list[list[Conclusion]] = []
    files: list[bytes] = []
    for way in (_with_trades, _over_columns):
        feed = ReplayFeed(data, PAIRS[:2])
        learning = ReplayLearning(LEAST, START_MS, START_MS + DAYS * DAY, closes_of(feed.tapes()))
        with ReplayWriter(tmp_path / way.__name__, feed.pairs, decisions=True) as writer:
            for _ in way(engine_of(feed), feed, writer, compiled, learning):
                pass
            writer.learned(learning.document())
            writer.finish(1.0, feed.bars())
        told.append(learning.nights)
        files += [(tmp_path / way.__name__ / name).read_bytes() for name in ("ticks.sha256", "learning.json")]
    assert told[0] == told[1] and any(night.version is not None for night in told[0])
    assert files[:2] == files[2:]


def test_the_rule_is_counted_over_all_setups_of_policies(learned: Path) -> None:
    found = json.loads((learned / "learning.json").read_text(encoding="utf-8"))
    rule = found["rule"]
    assert 0 <= rule["surely"] <= rule["setups"] and 0 < rule["takes"] <= rule["setups"]
    assert set(found["books"]) >= set(found["paper_share"]) > set()
    assert all(row["mode"] in ("paper", "live") and row["n_eff"] > 0 for row in found["books"].values())


def test_nights_are_told_while_it_runs(data: Path, compiled: str, tmp_path: Path) -> None:
    heard: list[int] = []
    request = ReplayRequest(
        data, tmp_path / "out", PAIRS[:1], None, iso(START_MS + 5 * DAY), None, False, False, "active", "all", "UTC",
        compiled, True,
    )  # fmt: skip
    run_replay(request, lambda ts, last: None, heard.append)
    assert heard == sorted(heard) and heard[-1] == 5


def test_too_few_labels_make_no_policy_and_the_page_says_so(data: Path, compiled: str, tmp_path: Path) -> None:
    found = run(data, tmp_path / "out", compiled, pairs=PAIRS[:1], end=iso(START_MS + 3 * DAY))
    assert {night["reason"] for night in found["nights"]} == {"too_few_labels"} and not found["books"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "In 3 nights nothing was learned: too few setups had ended" in page


def test_learning_goes_with_no_policy_of_ones_own(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--learn: .* leave --policy out"):
        run(data, tmp_path / "out", "", policy=tmp_path / "policy.json")
    assert not (tmp_path / "out").exists()
