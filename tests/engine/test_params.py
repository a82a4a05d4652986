"""Numbers of the engine that cannot be: refused by name."""

from __future__ import annotations

import pytest

from engine.params import BOUNDS, Params


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_outside_its_bounds_is_refused_by_name(name: str) -> None:
    least, most = BOUNDS[name]
    for value in (least, most):
        assert getattr(Params.build(**{name: value}), name) == value
    for value in (least - 0.01, most + 1):
        with pytest.raises(ValueError, match=f"params: {name} must lie between"):
            Params.build(**{name: value})


@pytest.mark.parametrize(("low", "high"), [(0.4, 0.79), (0.79, 0.62), (0.62, 1.0)])
def test_an_ote_that_is_none_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="ote_low"):
        Params.build(ote_low=low, ote_high=high)
