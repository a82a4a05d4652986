"""The canary: what it hears, and what it does not take for one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.learning.canary import Evidence, out_of_fold, sing
from engine.learning.labels import DAY
from tests.learning.truth.t15 import evidence_of


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return evidence_of(8, days=30)[0]


def test_an_input_that_knows_the_end_is_named(evidence: Evidence) -> None:
    knowing = dataclasses.replace(evidence, x=np.column_stack([evidence.x[:, :3], 2.0 * evidence.y - 1.0]))
    found = sing(knowing, evidence.y, DAY, 1)
    assert found is not None and found.suspects == (3,) and not found.clean


def test_an_honest_set_is_clean_and_noise_shows_nothing(evidence: Evidence) -> None:
    found = sing(evidence, evidence.y, DAY, 1)
    assert found is not None and found.clean
    assert found.honest < 0.30 < found.planted and found.shuffled.value < 0.0


def test_a_canary_that_says_nothing_is_not_heard(evidence: Evidence) -> None:
    for silent in (np.full(len(evidence.y), np.nan), np.zeros(len(evidence.y))):
        found = sing(evidence, silent, DAY, 1)
        assert found is not None and not found.heard


def test_the_same_labels_and_seed_give_the_same_song(evidence: Evidence) -> None:
    assert sing(evidence, evidence.y, DAY, 4) == sing(evidence, evidence.y, DAY, 4)


def test_one_class_and_one_day_cannot_sing(evidence: Evidence) -> None:
    assert sing(dataclasses.replace(evidence, y=np.ones(len(evidence.y))), evidence.y, DAY, 1) is None
    same = np.full_like(evidence.opened, evidence.opened[0])
    assert sing(dataclasses.replace(evidence, opened=same), evidence.y, DAY, 1) is None


def test_constant_inputs_are_no_obstacle(evidence: Evidence) -> None:
    dull = dataclasses.replace(evidence, x=np.zeros((len(evidence.y), 2)))
    assert np.isfinite(out_of_fold(dull, DAY)).all()
