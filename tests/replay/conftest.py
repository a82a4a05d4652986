"""Shared by the tests of a replay: a simulated market read in blocks."""

from __future__ import annotations

import pytest

from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from engine.columns.block import Block
from tests.engine.runs import blocks_of, feed_over

DAYS = 16
PAIRS = ("SOL-USDT-SWAP", "XRP-USDT-SWAP")


@pytest.fixture(scope="session")
def simulated_blocks(tmp_path_factory: pytest.TempPathFactory, compiled: str) -> list[Block]:
    """Sixteen days of two pairs with every stream but trades."""
    folder = tmp_path_factory.mktemp("simulated")
    tape(folder, SimulatedMarket(11, PAIRS, 2.0), DAYS, without=frozenset({"trades"}))
    return blocks_of(feed_over(folder), compiled)
