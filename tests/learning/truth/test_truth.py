"""Every measurement of the learner meets its targets."""

from __future__ import annotations

import pytest

from tests.learning.truth.table import measures, run


@pytest.mark.parametrize("number", sorted(measures()))
def test_the_learner_holds_its_targets(number: int) -> None:
    found = run(measures()[number])
    assert found.number == number
    assert not found.missed(), f"T{number} {found.asks}"
