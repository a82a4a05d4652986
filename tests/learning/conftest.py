"""Two simulated markets that the real engine lived through, made once: one with a planted edge, one without."""

from __future__ import annotations

import asyncio

import pytest

from tests.learning.planted import LEARN_DAYS, MORE_DAYS, Replayed, lived_through


@pytest.fixture(scope="session")
def with_edge(tmp_path_factory: pytest.TempPathFactory, compiled: str) -> Replayed:
    """A market in which a real edge is planted: days to learn from, and some more."""
    return asyncio.run(lived_through(tmp_path_factory.mktemp("with-edge"), 2.0, LEARN_DAYS + MORE_DAYS, compiled))


@pytest.fixture(scope="session")
def without_edge(tmp_path_factory: pytest.TempPathFactory, compiled: str) -> Replayed:
    """The same market without it: a martingale."""
    return asyncio.run(lived_through(tmp_path_factory.mktemp("without-edge"), 0.0, LEARN_DAYS, compiled))
