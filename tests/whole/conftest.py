"""The programs started here load the steps: who compiles them first is not kept waiting for inside a test."""

from __future__ import annotations

import pytest

from engine.packed import packed_stage
from engine.params import Params


@pytest.fixture(scope="session", autouse=True)
def kept_steps(compiled: str) -> None:
    """The steps are in the cache that a started program looks into."""
    packed_stage(Params(), compiled)
