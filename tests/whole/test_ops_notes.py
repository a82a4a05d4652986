"""Those who run the bot hear of a restart and of data that is lost: once, where they read, and not without end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select

from bot.app import App
from bot.clock import TapeClock
from bot.feed_watch import CALM_MS, GRACE_MS, FeedWatch, Note, watch_feed
from bot.feeds.simulator import SimulatedMarket, SimulatorFeed
from bot.metrics import Metrics
from bot.open_store import open_store
from bot.restart_note import AWAKE, note_restart, restart_payload
from bot.settings import load_settings
from storage import leases, outcomes, signals
from storage.database import Database
from storage.schema import outbox
from tests.messages.examples import TP1, TS, outcome, signal
from tests.whole.test_tasks import PAIR, market

BTC, ETH = ("BTC-USDT-SWAP", "candle"), ("ETH-USDT-SWAP", "candle")
MINUTE = 60_000


def test_a_loss_is_told_after_a_grace_time_once_for_all_its_pairs_and_so_is_its_end() -> None:
    watch = FeedWatch()
    assert watch.look({BTC, ETH}, 0) == [] == watch.look({BTC, ETH}, GRACE_MS - 1)
    assert watch.look({BTC, ETH}, GRACE_MS) == [Note(True, "candle", (BTC[0], ETH[0]), 0)]
    assert watch.look({BTC}, GRACE_MS + MINUTE) == []
    assert watch.look(set(), 3 * MINUTE) == [Note(False, "candle", (BTC[0], ETH[0]), 0, 180)]
    assert watch.look(set(), 4 * MINUTE) == []


def test_a_gap_that_heals_itself_is_no_news() -> None:
    watch = FeedWatch()
    assert [watch.look({BTC}, 0), watch.look(set(), GRACE_MS - 1), watch.look({BTC}, GRACE_MS)] == [[], [], []]


def test_a_stream_that_comes_and_goes_is_told_ever_more_rarely_and_another_at_once() -> None:
    watch, told = FeedWatch(), []
    for now in range(0, 3 * 60 * MINUTE, 15_000):  # lost for every other minute
        lost = {BTC} if now // MINUTE % 2 == 0 else set()
        told += [(now, note) for note in watch.look(lost, now) if note.lost]
    gaps = [after - before for (before, _), (after, _) in pairwise(told)]
    assert gaps[0] >= 5 * MINUTE and gaps[1] >= 15 * MINUTE and min(gaps[2:]) >= 60 * MINUTE
    now = told[-1][0] + MINUTE
    watch.look({("BTC-USDT-SWAP", "trades")}, now)
    assert len(watch.look({("BTC-USDT-SWAP", "trades")}, now + GRACE_MS)) == 1
    calm = now + 2 * MINUTE
    watch.look(set(), calm)
    watch.look(set(), calm + CALM_MS)
    watch.look({BTC}, calm + CALM_MS + 1)
    assert len(watch.look({BTC}, calm + CALM_MS + 1 + GRACE_MS)) == 1, "after an hour's calm at once again"


async def test_the_notice_names_what_became_of_the_open_signals(tmp_path: Path) -> None:
    async with await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}") as db, db.write() as conn:
        for number in (1, 2, 3):
            document = signal(number=number, signal_id=f"6f1c8b0e-0000-5000-8000-{number:012d}")
            document.pop("ledger")
            await signals.add(conn, document, ts_ms=TS)
        seen = TS + 60_000
        await signals.add_progress(conn, f"6f1c8b0e-0000-5000-8000-{2:012d}", "tp1", TP1.ts, TP1.price, 0.4)
        ended = outcome("lose", "sl", number=3, signal_id=f"6f1c8b0e-0000-5000-8000-{3:012d}")
        ended.pop("ledger")
        await outcomes.add(conn, ended, closed_ms=TS + 12_300_000)
        payload = await restart_payload(conn, seen, seen + 252_000)
        assert payload["down_s"] == 252 and payload["open"] == 3
        assert [(row["number"], row["state"], row["at"]) for row in payload["signals"]] == [
            (2, "tp1", TP1.ts),
            (3, "lose", TS + 12_300_000),
            (1, "waiting", None),
        ]
        assert (await restart_payload(conn, TS + 13_000_000, TS + 14_000_000))["open"] == 2, "what had closed is over"


async def test_both_go_out_in_a_real_run(tmp_path: Path) -> None:
    """Candles are lost for an hour, which takes two seconds."""
    simulated = SimulatedMarket(3, (PAIR,))
    url, clock = f"sqlite+aiosqlite:///{tmp_path / 'store.db'}", TapeClock(simulated.start_ms + 86_400_000)
    feed = SimulatorFeed(simulated, 3.0, 1, 1800.0, clock)
    first: list[int] = []

    def stale() -> list[tuple[str, str]]:
        first.append(clock.now_ms())
        return [(PAIR, "candle")] if clock.now_ms() - first[0] < 3_600_000 else []

    place = replace(market(), feed=feed, clock=clock, now_ms=clock.now_ms, past_until=lambda: feed.live_from)
    place = replace(place, stale=stale)
    async with await open_store(url) as db, db.write() as conn:
        assert await leases.take(conn, AWAKE, AWAKE, clock.now_ms() - 252_000, 0)
    tasks = (note_restart, watch_feed)
    app = App(load_settings({}, None), place, Metrics(), url, tmp_path, lambda words: None, False, tasks)
    assert await app.run() == 0
    async with await Database.open(url) as db, db.read() as conn:
        asked = (await conn.execute(select(outbox).where(outbox.c.kind == "notice").order_by(outbox.c.id))).all()
    kinds = [row.state for row in asked if row.state in ("restarted", "feed_lost", "feed_back")]
    assert kinds.count("restarted") == 1 and [kind for kind in kinds if kind != "restarted"] == [
        "feed_lost",
        "feed_back",
    ]
    assert {(row.channel, row.address) for row in asked} == {("web", "web")}
    assert all(row.status in ("sent", "dropped") for row in asked), "an hour is two seconds here: some come too late"
