"""What is kept for people to ask about: the newest verdict by signal, decision and side, with its evidence."""

from __future__ import annotations

from dataclasses import replace

from engine.decision.candidate import judged
from engine.decision.evidence import Judged
from engine.params import Params
from storage import bases, decisions, evidence, signals
from storage.database import Database
from tests.decision.rows import CONTRACT, setup_row
from tests.decision.test_evidence import CALM
from tests.storage.documents import START, decided, signal, uuid_of

JUDGED = Judged(judged(setup_row(), 1, CONTRACT, None, 0.5, Params()), CALM, None, Params())


async def test_the_newest_verdict_is_found_by_signal_by_decision_and_by_side(db: Database) -> None:
    first = replace(decided(1, "monitor", reasons=("trigger",)), judged=JUDGED)
    last = replace(decided(1, "publish", ts=START + 5_000_000), judged=JUDGED)
    short = replace(decided(2, "refuse", reasons=("costs",)), side=-1)
    async with db.write() as conn:
        await decisions.add_many(conn, [first, last, short], policy_version="p1")
        await decisions.add_many(conn, [first], policy_version="p1")
        by_signal = await evidence.of_signal(conn, uuid_of(1))
        by_decision = await evidence.of_decision(conn, uuid_of(1))
        long_side = await evidence.newest_of_side(conn, "AAA-USDT-SWAP", 1)
        short_side = await evidence.newest_of_side(conn, "AAA-USDT-SWAP", -1)
        nothing = await evidence.newest_of_side(conn, "BBB-USDT-SWAP", 1)
    assert by_signal is not None and by_signal.verdict == "publish"
    assert by_signal == by_decision == long_side
    assert by_signal.evidence["market_state"] == JUDGED.candidate.market_state
    assert short_side is not None and (short_side.reasons, short_side.evidence) == (("costs",), {})
    assert nothing is None


async def test_the_basis_of_a_signal_comes_back_whole(db: Database) -> None:
    document = signal(1)
    basis = {"row": [0.1 + 0.2, 1e-17, 3.0], "side": -1}
    async with db.write() as conn:
        await signals.add(conn, document, ts_ms=START)
        await bases.add(conn, uuid_of(1), basis)
        await bases.add(conn, uuid_of(1), {"other": 1})
        assert await bases.get(conn, uuid_of(1)) == basis
        assert await bases.get(conn, uuid_of(2)) is None
