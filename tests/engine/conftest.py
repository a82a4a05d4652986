"""Shared by the engine's tests: one simulated market on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape

DAYS = 16
PAIRS = ("SOL-USDT-SWAP", "XRP-USDT-SWAP")


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen days of two pairs with every stream but trades."""
    folder = tmp_path_factory.mktemp("simulated")
    tape(folder, SimulatedMarket(11, PAIRS, 2.0), DAYS, without=frozenset({"trades"}))
    return folder
