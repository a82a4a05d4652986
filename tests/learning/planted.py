"""A simulated market replayed by the real engine, and what it concluded kept in a real label store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.feeds.replay import ReplayFeed
from bot.feeds.simulated_market import START_MS, SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.replay.run import columns_of
from engine.columns.replaying import Command
from engine.decision.signal import Outcome
from engine.decision.stream import Rules
from engine.decision.tick import Closed, Decided, ShadowClosed, Tick
from engine.learning.cadence import CUT, DAY
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine
from storage import decisions
from storage.database import Database

SEED = 11
PAIRS = ("BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP", "XRP-USDT-SWAP")
LEARN_DAYS, MORE_DAYS = 60, 25
CUT_MS = START_MS + LEARN_DAYS * DAY + CUT
LEAST = Params().confluence_active


@dataclass(frozen=True, slots=True)
class Replayed:
    """One market: its tape, and the ticks of an engine without a policy; `home` is a data folder with its store."""

    data: Path
    home: Path
    ticks: list[Tick]

    @property
    def url(self) -> str:
        return url_in(self.home)


def url_in(home: Path) -> str:
    """The store's place in a data folder, as the program has it."""
    return f"sqlite+aiosqlite:///{home / 'sharpsignal.db'}"


async def lived_through(folder: Path, edge: float, days: int, compiled: str) -> Replayed:
    """Days of four pairs, every stream but trades, through the engine and into a store."""
    data, home = folder / "tape", folder / "data"
    tape(data, SimulatedMarket(SEED, PAIRS, edge), days, without=frozenset({"trades"}))
    found = Replayed(data, home, ticks_of(data, compiled))
    await keep(home, *said(found.ticks))
    return found


def ticks_of(data: Path, compiled: str, commands: Sequence[Command] = ()) -> list[Tick]:
    """The engine over a tape."""
    tapes = ReplayFeed(data).tapes()
    instruments = {name: one.instrument for name, one in tapes.items()}
    bases = {name: one.candles.timeframe for name, one in tapes.items()}
    engine = SharpSignalEngine(instruments, bases, Params(), Rules(LEAST))
    columns = {name: columns_of(one) for name, one in tapes.items()}
    return list(engine.replay_columns(columns, compiled, commands))


def said(ticks: Sequence[Tick]) -> tuple[list[Decided], dict[str, Outcome]]:
    """Every verdict, and the market's answer to each setup, published or not."""
    facts = [fact for tick in ticks for fact in tick.facts]
    ends = {fact.decision_id: fact.outcome for fact in facts if isinstance(fact, Closed | ShadowClosed)}
    return [fact for fact in facts if isinstance(fact, Decided)], ends


async def keep(home: Path, verdicts: Sequence[Decided], ends: dict[str, Outcome]) -> str:
    """Store them as the live program would; returns the store's URL."""
    home.mkdir(parents=True, exist_ok=True)
    database = await Database.open(url_in(home))
    try:
        async with database.write() as conn:
            await decisions.add_many(conn, verdicts, policy_version="none")
            for decision_id, outcome in ends.items():
                await decisions.label(conn, decision_id, outcome)
    finally:
        await database.close()
    return url_in(home)
