"""Figures beyond their bound: measured, told once each, and their end; inside, and by Prometheus' rules."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.alarms import QUIET_MS, AlarmWatch, Note, measured, watch_figures
from bot.app import App
from bot.clock import TapeClock
from bot.feed_watch import BACK_OFF_MS, CALM_MS
from bot.feeds.simulator import SimulatedMarket, SimulatorFeed
from bot.figures import Figures
from bot.house import House
from bot.metrics import Metrics
from bot.settings import load_settings
from bot.slo import BY_NAME, SLOS, figures
from storage import outbox as outboxes
from storage.database import Database
from storage.schema import outbox
from storage.totals import ALL, Ended, take_all
from tests.conftest import ROOT
from tests.whole.test_tasks import PAIR, market

MINUTE = 60_000
RULES = ROOT / "docs" / "alerts.yml"


def test_each_figure_is_told_once_after_its_time_and_once_when_it_is_over() -> None:
    for slo in SLOS:
        watch, told = AlarmWatch(), []
        for now in range(0, 40 * MINUTE, 10_000):
            value = 2 * slo.bound if now < 20 * MINUTE else slo.target
            told += [(now, note) for note in watch.look({slo.name: value}, now)]
        (begun, on), (ended, off) = told
        assert (begun, on) == (slo.minutes * MINUTE, Note(True, slo.name, 2 * slo.bound, slo.bound, 0))
        assert (ended, off.on, off.seconds) == (20 * MINUTE + QUIET_MS, False, 1_200)


def test_a_figure_that_comes_and_goes_is_told_ever_more_rarely() -> None:
    watch, told, now = AlarmWatch(), [], 0
    for now in range(0, 180 * MINUTE, 10_000):
        bad = now // (4 * MINUTE) % 2 == 0
        told += [now for note in watch.look({"win_rate": 2.0 if bad else 0.0}, now) if note.on]
    gaps = [after - before for before, after in pairwise(told)]
    assert all(gap >= least for gap, least in zip(gaps, [*BACK_OFF_MS[1:], *BACK_OFF_MS[-1:] * 9])) and len(gaps) >= 3
    watch.look({}, now)
    watch.look({}, now + CALM_MS)
    assert [note.on for note in watch.look({"win_rate": 2.0}, now + CALM_MS + 1)] == [True]


def test_what_nobody_measured_lately_is_no_figure() -> None:
    clock = TapeClock()
    metrics = Metrics(clock)
    assert figures(metrics, [], 0.0, None) == {"outbox": 0.0}
    metrics.round_trip("books", 0.6)
    for _ in range(30):
        metrics.answered("/api/stats", "200", 0.01)
    found = figures(metrics, [], 0.0, 12.0)
    assert 0.6 <= found["round_trip"] <= 0.66 and found["errors"] == 0.0 and found["freshness"] == 12.0
    clock.advance(11 * MINUTE)
    assert figures(metrics, [], 0.0, None) == {"outbox": 0.0}


def _thirty(metrics: Metrics, status: str, seconds: float) -> None:
    for _ in range(30):
        metrics.answered("/api/stats", status, seconds)


Trouble = Callable[[Metrics, bool], None]
TROUBLES: dict[str, Trouble] = {
    "latency": lambda m, bad: _thirty(m, "200", 1.0 if bad else 0.01),
    "errors": lambda m, bad: _thirty(m, "500" if bad else "200", 0.01),
    "rate_limited": lambda m, bad: m.exchange_answered("candles", "rate_limited" if bad else "ok", 0.1),
    "round_trip": lambda m, bad: m.round_trip("books", 0.6 if bad else 0.1),
    "time_to_trigger": lambda m, bad: m.triggered(9.0 if bad else 0.4),
}


async def test_every_alarm_reaches_the_owner_and_so_does_its_end(tmp_path: Path) -> None:
    """Two hours in which everything is wrong, then two in which nothing is; they take seconds."""
    simulated = SimulatedMarket(3, (PAIR,))
    url, clock = f"sqlite+aiosqlite:///{tmp_path / 'store.db'}", TapeClock(simulated.start_ms + 86_400_000)
    metrics = Metrics(clock)
    feed = SimulatorFeed(simulated, 5.0, 1, 3600.0, clock)
    place = replace(market(), feed=feed, clock=clock, now_ms=clock.now_ms, past_until=lambda: feed.live_from)
    seen: list[dict[str, Any]] = []
    began: list[int] = []

    async def trouble(house: House) -> None:
        """Ten times a second another thing goes wrong, as the clock says."""
        tell = Figures(house.db, metrics, clock.now_ms).tell
        while not house.started():
            await clock.sleep(0.01)
        began.append(clock.now_ms())
        async with house.db.write() as conn:
            await conn.run_sync(lambda sync: take_all(sync, [ended(at) for at in range(100)]))
        while True:
            bad = clock.now_ms() - began[0] < 2 * 60 * MINUTE
            for make in TROUBLES.values():
                make(metrics, bad)
            if not bad and "over" not in {one["name"] for one in seen}:
                async with house.db.write() as conn:
                    await conn.run_sync(lambda sync: take_all(sync, [ended(at, True) for at in range(100, 2_000)]))
                seen.append({"name": "over"})
            seen.extend((await tell())["objectives"])
            await clock.sleep(5.0)

    async def alarmed(house: House) -> None:
        await watch_figures(replace(house, market=replace(house.market, simulated=False)))

    app = App(load_settings({}, None), place, metrics, url, tmp_path, lambda words: None, False, (trouble, alarmed))
    assert await app.run() == 0
    async with await Database.open(url) as db, db.read() as conn:
        asked = (await conn.execute(select(outbox).where(outbox.c.kind == "notice").order_by(outbox.c.id))).all()
    told = [(row.state, json.loads(row.payload)["slo"]) for row in asked if row.state in ("alarm", "alarm_over")]
    wanted = {*TROUBLES, "win_rate"}
    for kind in ("alarm", "alarm_over"):  # messages may wait, too, where hours are seconds
        assert {slo for state, slo in told if state == kind} - {"outbox"} == wanted, told
    assert {one["name"] for one in seen if one.get("alarm")} >= wanted
    assert 'sharpsignal_alarm{slo="round_trip"} 0.0' in metrics.text()
    assert 'win_rate{bin="50",regime="all"}' in metrics.text()


async def test_a_message_that_waits_and_old_candles_are_alarms_and_end_like_the_others(tmp_path: Path) -> None:
    clock = TapeClock(0)
    metrics, watch, told = Metrics(clock), AlarmWatch(), list[Note]()
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}") as db:
        async with db.write() as conn:
            row = outboxes.NewRow("telegram", "-1", "notice", None, "alarm", "waits", None, 3, 0)
            assert await outboxes.enqueue_many(conn, [row]) == 1
        for now in range(0, 40 * MINUTE, 10_000):
            bad = now < 20 * MINUTE
            metrics.feed_age.labels(exchange="okx", pair=PAIR, stream="candle").set(now / 1000 if bad else 5.0)
            if now == 20 * MINUTE:
                async with db.write() as conn:
                    (one,) = (await conn.execute(select(outbox.c.id))).all()
                    await outboxes.sent(conn, one.id, "7", now)
            found, _ = await measured(db, metrics, now)
            assert found["outbox"] == (now / 1000 if bad else 0.0)
            told += watch.look(found, now)
    begun = {note.slo: note for note in told if note.on}
    over = {note.slo: note for note in told if not note.on}
    assert set(begun) == set(over) == {"outbox", "freshness"} and len(told) == 4
    assert 60.0 < begun["outbox"].since / 1000 < 75.0 and 600.0 < begun["freshness"].since / 1000 < 615.0
    assert over["outbox"].seconds == 20 * 60 - begun["outbox"].since // 1000


def ended(at: int, wins_when_sure: bool = False) -> Ended:
    """A fill that was told 45 or 55 percent: first the surer ones lose, later they win."""
    sure = at % 2 == 0
    won = sure is wins_when_sure
    groups = (ALL, ("confidence", "50" if sure else "40"), ("regime", "TRENDING"))
    return Ended(at + 1, 0, "win" if won else "lose", 1.0, 1.0, 0, 60.0, 0.55 if sure else 0.45, groups)


def test_the_gauge_of_inversions_stands_in_the_rules_of_prometheus_with_all_others() -> None:
    rules = RULES.read_text(encoding="utf-8")
    found = re.findall(r"expr: .* > ([\d.]+)\n(?: +for: (\d+)m\n)? +labels:\n +slo: (\w+)", rules)
    assert [(slo, float(bound), int(minutes or 0)) for bound, minutes, slo in found] == [
        (slo.name, slo.bound, slo.minutes) for slo in SLOS
    ]
    assert set(BY_NAME) == {slo for _, _, slo in found}


def test_the_rules_and_the_dashboard_name_metrics_that_exist() -> None:
    text = RULES.read_text(encoding="utf-8") + (ROOT / "docs" / "grafana.json").read_text(encoding="utf-8")
    known = {family.name for family in Metrics().registry.collect()}
    named = {re.sub(r"_(total|bucket)$", "", name) for name in re.findall(r"sharpsignal_\w+", text)}
    assert named - known == set()


def _promtool() -> str:
    found = shutil.which("promtool")
    if found is None and not os.environ.get("CI"):
        pytest.skip("promtool is not here (Debian: apt install prometheus)")
    assert found is not None, "CI has to have promtool"
    return found


def test_prometheus_reads_the_rules_fires_each_alarm_and_recovers() -> None:
    ran = subprocess.run(
        [_promtool(), "test", "rules", str(ROOT / "tests" / "api" / "alerts_test.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    cases = (ROOT / "tests" / "api" / "alerts_test.yml").read_text(encoding="utf-8")
    alerts = re.findall(r"alert: (\w+)", RULES.read_text(encoding="utf-8"))
    assert re.findall(r'alertname="(\w+)"', cases) == alerts


def test_every_query_of_the_dashboard_is_one(tmp_path: Path) -> None:
    panels = json.loads((ROOT / "docs" / "grafana.json").read_text(encoding="utf-8"))["panels"]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    rules = [{"record": f"panel:query:{at}", "expr": query} for at, query in enumerate(queries)]
    file = tmp_path / "queries.yml"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    ran = subprocess.run([_promtool(), "check", "rules", str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
