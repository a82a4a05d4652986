"""Verdicts and labels: whole, append-only, and never known before their time."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from bot.held_back_note import is_news
from engine.learning.arm import Drawn
from storage import closes, decisions, signals
from storage.database import Database
from storage.held_back import HeldBack, held_back
from tests.storage.documents import START, decided, ended, plan, signal, uuid_of


async def test_a_verdict_comes_back_whole(db: Database) -> None:
    one = decided(1, "refuse", reasons=("rr", "spread"))
    async with db.write() as conn:
        await decisions.add(conn, one, policy_version="p1")
    async with db.read() as conn:
        (row,) = await decisions.rows(conn)
    assert (row.decision_id, row.ts, row.pair, row.timeframe, row.side) == (one.decision_id, one.ts, one.pair, "15m", 1)
    assert (row.setup_model, row.verdict, row.reasons) == ("trend_continuation", "refuse", ("rr", "spread"))
    assert row.features == dict(one.features)
    assert list(row.features) == list(one.features)
    assert row.plan == asdict(plan(one.ts))
    assert (row.regime, row.signal_id, row.policy_version) == ("TRENDING", None, "p1")
    assert (row.win, row.rr, row.result, row.closed_at, row.ambiguous) == (None, None, None, None, None)


async def test_what_the_paper_arm_did_comes_back_with_its_verdict(db: Database) -> None:
    async with db.write() as conn:
        one, other = decided(1, "refuse"), decided(2, "refuse")
        drawn = {one.decision_id: Drawn(explored=True, taken=False, propensity=0.04)}
        await decisions.add_many(conn, [one, other], policy_version="p1", drawn=drawn)
        first, second = await decisions.rows(conn)
    assert (first.explored, first.taken, first.propensity) == (True, False, 0.04)
    assert (second.explored, second.taken, second.propensity) == (None, None, None)


async def test_prices_are_kept_for_the_hour_after_a_setup_alone(db: Database) -> None:
    one, quarter = decided(1, "refuse"), 900_000
    async with db.write() as conn:
        await decisions.add(conn, one, policy_version="p1")
        for step in range(-1, 6):
            prices = {one.pair: 100.0 + step, "OTHER-USDT-SWAP": 1.0}
            await closes.keep(conn, one.ts + step * quarter, prices)
        await closes.keep(conn, one.ts, {one.pair: 7.0})
        found = await closes.known(conn, one.ts, one.ts + 4 * quarter)
        assert found == {one.pair: ([one.ts, one.ts + 2 * quarter, one.ts + 4 * quarter], [100.0, 102.0, 104.0])}
        assert await closes.known(conn, one.ts + 1, one.ts + 3 * quarter) == {
            one.pair: ([one.ts + 2 * quarter], [102.0])
        }
        await closes.keep(conn, one.ts + 2 * quarter, {})


async def test_a_setup_without_levels_has_no_plan(db: Database) -> None:
    async with db.write() as conn:
        await decisions.add(conn, replace(decided(1, "refuse"), plan=None), policy_version="p1")
        assert (await decisions.rows(conn))[0].plan is None


async def test_a_monitor_and_its_end_are_two_rows_with_one_label(db: Database) -> None:
    first, second = decided(1, "monitor"), decided(1, "publish", ts=START + 5_000_000)
    async with db.write() as conn:
        await decisions.add(conn, first, policy_version="p1")
        await decisions.add(conn, second, policy_version="p1")
        await decisions.add(conn, first, policy_version="p1")
        await decisions.label(conn, uuid_of(1), ended(1))
        both = await decisions.rows(conn)
    assert [(row.verdict, row.win) for row in both] == [("monitor", 1), ("publish", 1)]


async def test_what_was_held_back_is_counted_since_the_newest_signal(db: Database) -> None:
    """By the first refuser; before the first signal, since the first verdict."""
    day = 86_400_000
    told = [("p_win",), ("p_win", "heat"), ("confluence", "p_win"), ("rr", "p_win"), ("trigger",)]
    async with db.write() as conn:
        assert await held_back(conn) is None
        for n, reasons in enumerate(told):
            verdict = decided(n, "refuse", ts=START + n * day, reasons=reasons)
            await decisions.add(conn, verdict, policy_version="p1")
        whole = await held_back(conn)
        await signals.add(conn, signal(9), ts_ms=START + day)
        since = await held_back(conn)
    assert whole == HeldBack(START, START + 4 * day, 1, 1), "after the first verdict"
    assert since == HeldBack(START + day, START + 4 * day, 0, 1) and is_news(since)
    assert not is_news(HeldBack(START, START + day, 5, 5)) and not is_news(HeldBack(START, START + 9 * day, 0, 0))


async def test_the_label_is_the_followable_track_and_the_first_stands(db: Database) -> None:
    outcome = ended(1, result="lose", r=-1.04)
    mixed = outcome._replace(theoretical=outcome.theoretical._replace(result="win", rr=0.9), win=1, ambiguous=True)
    async with db.write() as conn:
        await decisions.add(conn, decided(1), policy_version="p1")
        await decisions.label(conn, uuid_of(1), mixed)
        await decisions.label(conn, uuid_of(1), ended(1))
        (row,) = await decisions.rows(conn)
    assert (row.win, row.rr, row.result, row.exit_reason) == (0, -1.04, "lose", "sl")
    assert (row.win_theoretical, row.rr_theoretical, row.result_theoretical) == (1, 0.9, "win")
    assert (row.closed_at, row.resolution, row.ambiguous) == (outcome.closed_at, "1m", True)
    assert (row.mfe_r, row.mae_r) == (1.0, -0.25)


async def test_a_published_signal_takes_the_place_of_its_own_shadow(db: Database) -> None:
    async with db.write() as conn:
        await decisions.add(conn, decided(1), policy_version="p1")
        await decisions.label(conn, uuid_of(1), ended(1, result="expire", r=None))
        await decisions.label(conn, uuid_of(1), ended(1, result="lose", r=-1.04), published=True)
        await decisions.label(conn, uuid_of(1), ended(1))
        (row,) = await decisions.rows(conn)
    assert (row.result, row.rr) == ("lose", -1.04)


@pytest.mark.parametrize("result", ["expire", "no-fill", "void"])
async def test_what_was_never_filled_has_no_win(db: Database, result: str) -> None:
    async with db.write() as conn:
        await decisions.add(conn, decided(1), policy_version="p1")
        await decisions.label(conn, uuid_of(1), ended(1, result=result, r=None))
        (row,) = await decisions.rows(conn)
    assert (row.win, row.rr, row.result, row.mfe_r, row.mae_r) == (None, None, result, None, None)


async def test_until_reads_the_store_as_it_was(db: Database) -> None:
    early, late = decided(1, "monitor"), decided(1, "publish", ts=START + 2_000_000)
    closed = START + 3_000_000
    async with db.write() as conn:
        await decisions.add_many(conn, [early, late, decided(90)], policy_version="p1")
        await decisions.label(conn, uuid_of(1), ended(1, closed_at=closed))
        instants = (START + 1_000_000, closed - 1, closed)
        before, between, after = [[row async for row in decisions.each(conn, until)] for until in instants]
    assert [(row.verdict, row.win) for row in before] == [("monitor", None)]
    assert [(row.verdict, row.win) for row in between] == [("monitor", None), ("publish", None)]
    assert [(row.verdict, row.win) for row in after] == [("monitor", 1), ("publish", 1)]


async def test_two_timeframes_of_one_instant_are_two_setups(db: Database) -> None:
    async with db.write() as conn:
        await decisions.add_many(conn, [decided(1), replace(decided(1), timeframe="1h")], policy_version="p1")
        assert [row.timeframe for row in await decisions.rows(conn)] == ["15m", "1h"]


async def test_a_label_of_nothing_is_refused(db: Database) -> None:
    async with db.write() as conn:
        with pytest.raises(ValueError, match="decision_id"):
            await decisions.label(conn, "", ended(1))


async def test_a_feature_that_is_no_number_is_refused(db: Database) -> None:
    broken = replace(decided(1), features={"rsi": float("nan")})
    async with db.write() as conn:
        with pytest.raises(ValueError, match="JSON"):
            await decisions.add(conn, broken, policy_version="p1")
        await decisions.add_many(conn, [], policy_version="p1")
        assert await decisions.rows(conn) == []
