"""The ordered window against sorting it anew."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from engine.market import ranks


@pytest.mark.parametrize("size", [1, 2, 7, 40])
def test_window_is_ordered_and_its_quantiles_are_those_of_the_newest_values(size: int) -> None:
    ring, order, newest = [0.0] * size, [0.0] * size, list[float]()
    for n, value in enumerate(np.random.default_rng(size).integers(-9, 9, 200).astype(float).tolist()):
        ranks.slide(ring, order, n, size, value)
        newest = [*newest, value][-size:]
        held = len(newest)
        assert order[:held] == sorted(newest)
        middle = statistics.median(newest)
        assert ranks.quantile(order, held, 0.5) == middle
        assert ranks.quantile(order, held, 0.9) == pytest.approx(float(np.quantile(newest, 0.9)))
        below = sum(v < value for v in newest) + 0.5 * sum(v == value for v in newest)
        assert ranks.share_below(order, held, value) == below / held
        assert ranks.deviation(order, held, middle) == statistics.median([abs(v - middle) for v in newest])
