"""What a night shows to people: labels, how good the forecasts were, contests and proofs; plain JSON-able numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from engine.learning.contest import Standing
from engine.learning.labels import Labels
from engine.learning.proof import NEEDED, Proof
from engine.learning.reliability import reliability
from engine.learning.table import Floats, Ints


@dataclass(frozen=True, slots=True)
class Measured:
    """Forecasts as they were made when the setups were judged, their ends, UTC days, and the base rates known then."""

    p: Floats
    y: Floats
    day: Ints
    base_rate: Floats | None

    @classmethod
    def nothing(cls) -> Measured:
        """No forecast was made yet."""
        none = np.zeros(0)
        return cls(none, none, np.zeros(0, dtype=np.int64), None)


def night_status(
    labels: Labels,
    contests: Mapping[str, Standing],
    everything: Proof | None,
    books: Mapping[str, Proof],
    measured: Measured,
) -> dict[str, Any]:
    """The status of a night that learned something."""
    return {
        "reason": "trained",
        "labels": len(labels.y),
        "n_eff": labels.n_eff,
        "base_rate": float(np.average(labels.y, weights=labels.weight)),
        "forecasts": None if not len(measured.p) else asdict(
            reliability(measured.p, measured.y, measured.day, measured.base_rate)
        ),
        "contests": {name: contest_status(one) for name, one in contests.items()},
        "proof": None if everything is None else proof_status(everything),
        "books": {name: proof_status(one) for name, one in books.items()},
    }  # fmt: skip


def contest_status(one: Standing) -> dict[str, Any]:
    """A contest, with what is missing."""
    return {**asdict(one), "failed": list(one.failed)}


def proof_status(one: Proof) -> dict[str, Any]:
    """A proof of edge."""
    return {**asdict(one), "needed": NEEDED, "enough": one.enough}
