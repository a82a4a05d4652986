"""T16: a replay that learns gives the same bytes twice, and its policies, read from their files, give its decisions."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.compilation import cache_home, compiled_folder
from bot.feeds.replay import ReplayFeed
from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from bot.replay.learning import ReplayLearning
from bot.replay.run import closes_of, columns_of
from bot.replay.tick_hash import TickHash
from engine.columns.replaying import Command
from engine.decision.policy import Policy
from engine.decision.stream import Rules
from engine.learning.past import Conclusion
from engine.market.events import PolicyTaken
from engine.params import Params
from engine.sharp_signal_engine import SharpSignalEngine
from tests.learning.truth.measured import Figure, Measured

PAIRS, DAYS, SEED = ("BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP"), 24, 16
LEAST = Params().confluence_active


def measure() -> Measured:
    """A market of some weeks is learned from twice; then it is replayed under the policies that were written down."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "tape"
        tape(data, SimulatedMarket(SEED, PAIRS, 1.0), DAYS, without=frozenset({"trades"}))
        first, nights = learned(data)
        second, again = learned(data)
        written = [_through_a_file(Path(folder), night) for night in nights if night.version is not None]
        third = told(data, written)
    policies = [night.version for night in nights if night.version is not None]
    return Measured(
        16,
        "the same inputs give the same bytes",
        (
            Figure("policies in force, one after the other", len(policies), least=5),
            Figure("runs whose ticks differ", int(first != second), most=0),
            Figure("nights that differ", sum(a != b for a, b in zip(nights, again, strict=True)), most=0),
            Figure("runs under the written policies whose ticks differ", int(first != third), most=0),
        ),
    )


def learned(data: Path) -> tuple[str, list[Conclusion]]:
    """The hash of a replay that learns, and what its nights and looks concluded."""
    feed = ReplayFeed(data)
    columns = {name: columns_of(one) for name, one in feed.tapes().items()}
    ends = [(int(one.ts[0]), int(one.ts[-1])) for one in columns.values()]
    first, last = min(first for first, _ in ends), max(last for _, last in ends)
    learning = ReplayLearning(LEAST, first, last, closes_of(feed.tapes()))
    ticks, cache = TickHash(feed.pairs), compiled_folder(cache_home())
    for block in engine_of(feed).replay_asking(columns, learning.instants, learning.decide, cache, 1):
        ticks.add_block(block)
        learning.hear(block)
    return ticks.hexdigest(), learning.concluded


def told(data: Path, commands: Sequence[Command]) -> str:
    """The hash of a replay under given policies."""
    feed = ReplayFeed(data)
    columns = {name: columns_of(one) for name, one in feed.tapes().items()}
    ticks, cache = TickHash(feed.pairs), compiled_folder(cache_home())
    for block in engine_of(feed).replay_blocks(columns, cache, commands):
        ticks.add_block(block)
    return ticks.hexdigest()


def engine_of(feed: ReplayFeed) -> SharpSignalEngine:
    """A new engine for a tape."""
    tapes = feed.tapes()
    instruments = {name: one.instrument for name, one in tapes.items()}
    bases = {name: one.candles.timeframe for name, one in tapes.items()}
    return SharpSignalEngine(instruments, bases, Params(), Rules(LEAST))


def _through_a_file(folder: Path, night: Conclusion) -> PolicyTaken:
    """A night's policy as it comes back from a file, at its instant."""
    assert night.version is not None
    path = folder / f"{night.version}.json"
    path.write_text(json.dumps(night.policies[night.version]), encoding="utf-8")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert Policy.from_document(document).version == night.version
    return PolicyTaken(night.effective, document)
