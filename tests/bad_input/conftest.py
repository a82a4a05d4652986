"""A simulated pair on disk with every stream but trades, and replays of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.feeds.simulated_market import SimulatedMarket
from bot.feeds.simulated_tape import tape
from tests.bad_input.room import PAIR


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one pair: sixteen days, enough for signals."""
    home = tmp_path_factory.mktemp("bad_input")
    tape(home, SimulatedMarket(11, (PAIR,)), 16, without=frozenset({"trades"}))
    return home / PAIR


@pytest.fixture(scope="session")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one pair: two days with every trade."""
    home = tmp_path_factory.mktemp("traded")
    tape(home, SimulatedMarket(11, (PAIR,)), 2)
    return home / PAIR
