"""Following a journal: runs that go on from a stored state, kills that lost ticks, beginnings that were dropped."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from bot.engine_start import EngineStart
from bot.errors import DataError, SettingsError
from bot.feeds.okx import settled
from bot.feeds.simulated_market import SimulatedMarket, slow_events
from bot.replay.journal import replay_journal
from bot.replay.run import ReplayRequest
from engine.decision.signal import iso
from engine.decision.stream import Rules
from engine.decision.tick import Published
from engine.market.events import Delisted, Event, Settle, merge_key
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine
from storage.journal import NAME, Journal, seal
from storage.journal_events import payload_of

PAIR, OTHER = "SOL-USDT-SWAP", "ETH-USDT-SWAP"
DAY = 86_400_000
STEP = 300_000
RULES = Rules(Params().confluence_active)


def _events(days: int, *pairs: str) -> list[Event]:
    market = SimulatedMarket(5, list(pairs))
    found: list[Event] = []
    for pair in pairs:
        source = market.days(pair)
        found += [event for _ in range(days) for event in slow_events(pair, next(source))]
    return list(settled(sorted(found, key=merge_key)))


class Live:
    """A live process in small: an engine, its journal, and what it stored."""

    def __init__(self, data: Path, *pairs: str) -> None:
        self.data = data
        self._instruments = tuple(i for i in SimulatedMarket(5, list(pairs)).instruments())
        self.stored: dict[str, Any] | None = None

    def published(self, events: Sequence[Event], pair: str) -> int:
        """How many events lead up to the first signal of a pair."""
        engine = EngineStart("5m", self._instruments, asdict(RULES)).engine(Params(), RULES)
        for count, event in enumerate(events, 1):
            facts = engine.process(event).facts
            if any(isinstance(fact, Published) and fact.signal.plan.pair == pair for fact in facts):
                return count
        raise AssertionError(f"no signal of {pair}")

    def run(self, events: Iterable[Event], checkpoint_at: Sequence[int] = ()) -> None:
        """A process that is told these events and then killed; it stores after each settle."""
        start = EngineStart("5m", self._instruments, asdict(RULES), 1, self.stored)
        engine = start.engine(Params(), RULES)
        with Journal(self.data) as journal:
            journal.append(0, "start", start.payload())
            for event in events:
                if event.known_at in checkpoint_at and isinstance(event, Settle):
                    journal.append(event.known_at, "checkpoint", start.now(engine).payload())
                journal.append(event.known_at, event.kind, payload_of(event))
                engine.process(event)
                if isinstance(event, Settle):
                    self.stored = json.loads(json.dumps(engine.snapshot()))


def _followed(data: Path, out: Path, **wishes: Any) -> dict[str, list[str]]:
    request = ReplayRequest(
        data=data,
        out=out,
        pairs=None,
        start=None,
        end=None,
        policy=None,
        decisions=True,
        skip_bad_rows=False,
        sensitivity="quiet",
        publish="all",
        timezone="UTC",
        cache_dir="",
    )
    replay_journal(replace(request, **wishes), lambda *_: None)
    names = ("decisions", "signals", "outcomes")
    return {name: (out / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() for name in names}


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return _events(10, PAIR)


@pytest.fixture(scope="module")
def whole(events: list[Event], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What one uninterrupted run decides."""
    data = tmp_path_factory.mktemp("whole")
    Live(data, PAIR).run(events)
    found = _followed(data, data / "out")
    assert len(found["decisions"]) > 20 and found["signals"] and found["outcomes"]
    return found


def test_the_journals_own_rules_count_and_an_earlier_end_is_a_prefix(
    events: list[Event], whole: dict[str, list[str]], tmp_path: Path
) -> None:
    live = Live(tmp_path, PAIR)
    live.run(events)
    seal(tmp_path, whole=True)
    assert _followed(tmp_path, tmp_path / "out") == whole
    middle = events[len(events) * 2 // 3].known_at + 1
    part = _followed(tmp_path, tmp_path / "out", end=iso(middle))
    for name, lines in part.items():
        assert lines == whole[name][: len(lines)]
    assert 0 < len(part["decisions"]) < len(whole["decisions"])
    late = _followed(tmp_path, tmp_path / "out", start=iso(middle))
    assert 0 < len(late["decisions"]) < len(whole["decisions"])
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert 0 < summary["bars"] < 10 * 288


def test_a_window_without_a_bar_is_wrong_use(events: list[Event], tmp_path: Path) -> None:
    Live(tmp_path / "data", PAIR).run(events)
    first, last = iso(events[0].known_at - STEP), iso(events[-1].known_at)
    for wishes in ({"end": "2001-01-01"}, {"start": "2101-01-01"}, {"start": "2101-01-01", "pairs": (PAIR,)}):
        with pytest.raises(SettingsError) as said:
            _followed(tmp_path / "data", tmp_path / "out", **wishes)
        assert f"no bar lies in it; the data reaches from {first} to {last}" in str(said.value)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize("kills", [(0.5,), (0.6, 0.61, 0.9)])
def test_what_a_kill_lost_is_left_out(
    events: list[Event], whole: dict[str, list[str]], tmp_path: Path, kills: tuple[float, ...]
) -> None:
    """Each process is told more than it stored; the next one is told all of it again, from its beginning."""
    live = Live(tmp_path, PAIR)
    for kill in kills:
        cut = int(len(events) * kill)
        live.run(events[:cut])
        kept = live.stored
        live.run(events[: cut + 700])  # nothing of what this one concluded was stored
        live.stored = kept
    live.run(events)
    assert _followed(tmp_path, tmp_path / "out") == whole


def test_a_journal_without_its_beginning_is_followed_from_a_warm_checkpoint(
    tmp_path: Path,
) -> None:
    """The oldest part is gone: from the first checkpoint with 30 days before it on, it is as it was."""
    events = _events(36, PAIR)
    first = events[0].known_at
    checkpoints = [at for at in (event.known_at for event in events) if at in (first + 10 * DAY, first + 33 * DAY)]
    live = Live(tmp_path, PAIR)
    live.run(events, checkpoints)
    uncut = _followed(tmp_path, tmp_path / "out")
    _drop_before(tmp_path, first + 2 * DAY)
    cut = _followed(tmp_path, tmp_path / "out")
    assert 0 < len(cut["decisions"]) < len(uncut["decisions"])
    assert cut["decisions"] == uncut["decisions"][-len(cut["decisions"]) :]
    assert json.loads(cut["decisions"][0])["ts"] >= iso(first + 33 * DAY)
    _drop_before(tmp_path, first + 20 * DAY)
    with pytest.raises(DataError, match="the journal's beginning is gone"):
        _followed(tmp_path, tmp_path / "out")


def _drop_before(data: Path, recv_ts: int) -> None:
    """As if the parts with older entries had been dropped."""
    (log,) = (data / NAME).glob("_*.log")
    lines = log.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if int(line.split(b"\t")[1]) >= recv_ts]
    log.unlink()
    first = int(kept[0].split(b"\t")[0])
    (data / NAME / f"_{first:012}.log").write_bytes(b"".join(kept))


def test_wrong_use_and_foreign_entries_are_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    events = _events(2, PAIR, OTHER)
    Live(tmp_path, PAIR, OTHER).run(events)
    with pytest.raises(SettingsError, match="--pairs: 'SOL-USDT-SWP' is not in the journal; did you mean SOL"):
        _followed(tmp_path, tmp_path / "out", pairs=("SOL-USDT-SWP",))
    with pytest.raises(SettingsError, match="--policy: a journal brings its own policies"):
        _followed(tmp_path, tmp_path / "out", policy=tmp_path / "x")
    with pytest.raises(SettingsError, match="--learn: a journal brings the policies that were learned live"):
        _followed(tmp_path, tmp_path / "out", learn=True)
    _followed(tmp_path, tmp_path / "out", pairs=(PAIR,))
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["bars"] == 2 * 288
    log = next((tmp_path / NAME).glob("_*.log"))
    sound = log.read_bytes()
    number = len(sound.splitlines()) + 1
    for line, words in (
        ("settle\t{}", "a settle has the fields ts"),
        ("settle\t{", "the payload is no JSON"),
        ("start\t{}", "no start of an engine"),
        ("dance\t{}", "dance is no kind of entry"),
    ):
        log.write_bytes(sound + f"{number}\t1\t{line}\n".encode())
        with pytest.raises(DataError, match=f"journal.parquet: entry {number}: {words}"):
            _followed(tmp_path, tmp_path / "out")
    log.write_bytes(sound.replace(b'"version":"', b'"version":"0+', 1))
    with caplog.at_level(logging.WARNING):
        _followed(tmp_path, tmp_path / "out")
    assert "recorded by engine 0+" in caplog.text


def test_ticks_that_are_not_in_the_journal_are_told(
    events: list[Event], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The disk was full for a while: the next run's stored state is further on than the recording."""
    live = Live(tmp_path / "live", PAIR)
    live.run(events)
    cut = Live(tmp_path / "cut", PAIR)
    cut.run(events[: len(events) // 2])
    cut.stored = live.stored
    cut.run([])
    with caplog.at_level(logging.WARNING):
        _followed(tmp_path / "cut", tmp_path / "out")
    assert "ticks of a run are not in the journal" in caplog.text


@pytest.mark.parametrize("taken_off, reason", [(True, "delisted"), (False, "data_gap")])
def test_what_a_pair_left_open_that_a_later_run_does_not_follow_ends_in_the_replay_too(
    tmp_path: Path, taken_off: bool, reason: str
) -> None:
    """The run after the stop knows only the other pair: told of the delisting, or a day later by itself."""
    data, events = tmp_path / "data", _events(10, PAIR, OTHER)
    first = Live(data, PAIR, OTHER)
    cut = first.published(events, PAIR)
    first.run(events[:cut])
    others = [event for event in events if getattr(event, "pair", OTHER) in ("", OTHER)]
    later = next(event.known_at for event in events[cut:] if isinstance(event, Settle))
    if taken_off:
        others.insert(next(n for n, event in enumerate(others) if event.known_at == later), Delisted(later, PAIR))
    then = Live(data, OTHER)
    then.stored = first.stored
    then.run(others)
    found = _followed(data, tmp_path / "out")
    ended = {line["signal_id"]: line for line in map(json.loads, found["outcomes"])}
    (left,) = (line["signal_id"] for line in map(json.loads, found["signals"]) if line["pair"] == PAIR)
    assert ended[left]["followable"]["exit_reason"] == reason
    assert then.stored is not None
    assert PAIR not in {item["plan"]["pair"] for item in then.stored["stream"]["followed"]}
    narrow = _followed(data, tmp_path / "narrow", pairs=(OTHER,))
    assert {line["pair"] for line in map(json.loads, narrow["decisions"])} == {OTHER}


def test_an_engine_is_made_again_as_it_stood() -> None:
    start = EngineStart("5m", tuple(SimulatedMarket(5, [PAIR]).instruments()), asdict(RULES), 7)
    again = EngineStart.of(json.loads(json.dumps(start.payload())))
    assert again == start
    engine = again.engine(Params(), Rules(0.9))
    assert isinstance(engine, SharpSignalEngine) and engine.stream.rules == RULES and engine.stream.number == 7


def test_a_run_without_a_store_goes_on_from_the_one_before_only_if_that_was_live(events: list[Event]) -> None:
    past = events[len(events) // 2].known_at
    rules = {"judge_from": past - 3_600_000 + 1, "publish_from": past + 1}
    start = EngineStart("5m", tuple(SimulatedMarket(5, [PAIR]).instruments()), rules, continues=True)
    before = start.engine(Params(), RULES)
    for event in events:
        if event.known_at > past:
            break
        again = start.engine(Params(), RULES, before)
        if event.known_at < past and event.kind == "settle":
            assert again.resumed_at == 0 and again.stream.rules.judge_from == rules["judge_from"]
        before.process(event)
    again = start.engine(Params(), RULES, before)
    assert again.resumed_at == past and again.stream.rules.judge_from == 0
