"""The paper arm: what Thompson sampling takes of the setups of PAPER books.

A tenth of them is decided by a draw from the posterior that p's bounds come from, the rest by its mean. Nothing of it
is ever sent. The draws hang on the setup's own name, so whoever asks again, live or in a replay, gets the same ones.
Under a policy that chooses how to enter, setups that wait draw their way likewise.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from engine.decision.policy import ANY_BOOK, Policy
from engine.decision.tick import Decided
from engine.decision.ways import INPUTS, waiting
from engine.learning.bandit import Choice, choose, no_choices
from engine.learning.dataset import matrix
from engine.learning.forecast import forecast, raw_logit
from engine.learning.labels import COLUMNS
from engine.learning.model import Posterior
from engine.learning.table import RULED, Decision, Floats, Ints
from engine.learning.timing import DEFAULT, shares_of


def chosen(document: Mapping[str, Any], keys: Sequence[str], book: Ints, raw: Floats, ids: Sequence[str]) -> Choice:
    """What the paper arm does with setups under a policy: rows of the feature matrix, books as numbers into `keys`.

    Only setups of PAPER books that show a p are its own; for others the answer means nothing.
    """
    said = forecast(document, keys, book, raw)
    draws = np.array([_draws(one) for one in ids]).reshape(len(ids), 2)
    tau = np.clip(said.tau, 1e-6, 1.0 - 1e-6)
    found = no_choices(len(raw))
    logit = raw_logit(document, keys, book, matrix(raw, document["inputs"]))
    for code in np.unique(book):
        rows = np.flatnonzero(book == code)
        row = document["books"].get(keys[code]) or document["books"][ANY_BOOK]
        a, b, aa, ab, bb = row["calibration"]["platt"]
        posterior = Posterior(np.array([a, b]), np.array([[aa, ab], [ab, bb]]))
        one = choose(posterior, logit[rows][:, None], tau[rows], draws[rows, 0], draws[rows, 1])
        for column, values in asdict(one).items():
            getattr(found, column)[rows] = values
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the paper arm did with one setup: whether a draw decided, whether it was taken, and the chance of that."""

    explored: bool
    taken: bool
    propensity: float


def drawn(decision: Decision, document: Mapping[str, Any]) -> Drawn | None:
    """What the paper arm does with one verdict under the policy in force.

    None where the paper arm has no say: other reasons refuse it, the book is live, or no p is shown.
    """
    if not RULED.issuperset(decision.reasons):
        return None
    raw = np.array([[_number(decision.features.get(name)) for name in COLUMNS]])
    keys, book = [f"{decision.timeframe}/{decision.regime}"], np.zeros(1, dtype=np.int64)
    said = forecast(document, keys, book, raw)
    if not said.shown[0] or said.live[0]:
        return None
    found = chosen(document, keys, book, raw, [decision.decision_id])
    return Drawn(bool(found.explored[0]), bool(found.taken[0]), float(found.propensity[0]))


@dataclass(frozen=True, slots=True)
class DrawnWay:
    """By which way the paper arm enters a setup that waits, and the chance of that."""

    way: str
    propensity: float


def way_drawn(fact: Decided, policy: Policy) -> DrawnWay | None:
    """The way of a setup that begins to wait with this verdict; None where the arm has no say.

    That is where the policy does not choose ways, or the book is live.
    """
    inputs = None if policy.timing is None else waiting(fact)
    if policy.timing is None or inputs is None or policy.mode(fact.timeframe, fact.regime) == "live":
        return None
    worth = policy.timing.worth(f"{fact.timeframe}/{fact.regime}", {**fact.features, **dict(zip(INPUTS, inputs))})
    digest = hashlib.sha256(f"enter/{fact.decision_id}".encode()).digest()
    shares = shares_of(worth, int.from_bytes(digest[:8], "big"))
    left = (int.from_bytes(digest[8:16], "big") + 0.5) / 2.0**64 * sum(shares.values())
    for way, share in shares.items():
        left -= share
        if left < 0.0:
            return DrawnWay(way, share)
    return DrawnWay(DEFAULT, shares[DEFAULT])


def _draws(decision_id: str) -> tuple[float, float]:
    """A uniform and a standard normal number that hang on a name alone.

    >>> _draws("a") == _draws("a") != _draws("b")
    True
    """
    digest = hashlib.sha256(f"explore/{decision_id}".encode()).digest()
    uniform, other = (
        (int.from_bytes(part, "big") + 0.5) / 2.0 ** (8 * len(part)) for part in (digest[:8], digest[8:14])
    )
    return uniform, NormalDist().inv_cdf(other)


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
