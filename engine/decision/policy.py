"""A policy: what the learner found, as a file that the engine reads. Predicting is plain float arithmetic.

The document is JSON; `version` is the sha256 of its canonical content, so a changed byte is a refused policy. Books
are `timeframe/REGIME`; the book `*` stands for every book the learner never saw. One prediction: standardised layer
scores -> raw logit of the book -> calibrated p with its one-sided 90 % bounds (Laplace posteriors).

A book is "live" once its edge and that of all books together are proven, else "paper": a live book is held to the lower
bound of p, a paper one to p itself. `avoid` names what the evidence says to stay out of, as ranges of features.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.decision.policy_calibration import Calibration, calibration_of
from engine.decision.policy_timing import TimingPart, timing_part
from engine.decision.signal import LAYER_NAMES

KIND = "sharpsignal.policy"
SCHEMA = 2
MIN_N_EFF = 100.0
ANY_BOOK = "*"
FORMS = ("value", "missing", "odds")
MODES = ("paper", "live")


def book_key(timeframe: str, regime: str) -> str:
    """The name of a book.

    >>> book_key("15m", "TRENDING")
    '15m/TRENDING'
    """
    return f"{timeframe}/{regime}"


def content_hash(document: Mapping[str, Any]) -> str:
    """sha256 of the canonical content without `version`."""
    content = {key: value for key, value in document.items() if key != "version"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The document with its version; floats as JSON will give them back."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(content), allow_nan=False))
    plain.pop("version", None)
    return {"version": content_hash(plain), **plain}


def odds_of(rr: float) -> float:
    """Log-odds of a fair game that pays `rr` for 1: what TP1's distance alone says about reaching it first.

    >>> round(odds_of(1.5), 4)
    -0.4055
    """
    return -math.log(rr)


@dataclass(frozen=True, slots=True)
class Estimate:
    """`p` is None in a book with n_eff < 100; `p_low` and `p_high` are one-sided 90 % bounds (a range without p).

    Without a policy there is neither. `live`: the book's edge is proven.
    """

    p: float | None
    p_low: float | None
    p_high: float | None
    n_eff: float
    live: bool = False

    @property
    def held(self) -> float | None:
        """What is held against tau: the lower bound where the book is live, else p; None without p.

        >>> Estimate(0.5, 0.45, 0.55, 200.0).held, Estimate(0.5, 0.45, 0.55, 200.0, True).held
        (0.5, 0.45)
        """
        return None if self.p is None else self.p_low if self.live else self.p


@dataclass(frozen=True, slots=True)
class _Input:
    feature: str
    form: str
    center: float
    scale: float

    def read(self, features: Mapping[str, float | None]) -> float:
        """Standardised; what is missing stands at the centre (0)."""
        value = features.get(self.feature)
        if self.form == "missing":
            return ((1.0 if value is None else 0.0) - self.center) / self.scale
        if value is None or (self.form == "odds" and value <= 0.0):
            return 0.0
        return ((odds_of(value) if self.form == "odds" else value) - self.center) / self.scale


@dataclass(frozen=True, slots=True)
class _Book:
    n_eff: float
    weights: Mapping[str, float] | None
    intercept: float
    coefficients: tuple[float, ...]
    calibration: Calibration
    gross_ratio: float
    margin: float
    mode: str


@dataclass(frozen=True, slots=True)
class _Avoided:
    """Something to stay out of: every feature named lies within its range (both ends included)."""

    timeframe: str | None
    regime: str | None
    ranges: tuple[tuple[str, float, float], ...]

    def holds(self, timeframe: str, regime: str, features: Mapping[str, float | None]) -> bool:
        if self.timeframe not in (None, timeframe) or self.regime not in (None, regime):
            return False
        return all(
            (value := features.get(name)) is not None and low <= value <= high for name, low, high in self.ranges
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """Read with `Policy.from_document`; immutable. `procedure` names how it was fitted.

    `probation_until` (ms, 0: none): signals are half the size until then. `timing` is None where every setup waits for
    its full trigger.
    """

    version: str
    cut: int
    n_eff: float
    procedure: str
    probation_until: int
    document: Mapping[str, Any]
    _inputs: tuple[_Input, ...]
    _books: Mapping[str, _Book]
    _avoid: tuple[_Avoided, ...]
    timing: TimingPart | None = None

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Policy:
        """The policy a file holds. Raises ValueError on a foreign, corrupt or hash-mismatched document."""
        try:
            if document["kind"] != KIND or document["schema"] != SCHEMA:
                raise ValueError("not a policy of this version of the program")
            if document["version"] != content_hash(document):
                raise ValueError("its content does not match its version (sha256)")
            inputs = tuple(_input(row) for row in document["inputs"])
            books = {str(name): _book(row, len(inputs)) for name, row in document["books"].items()}
            if ANY_BOOK not in books:
                raise ValueError("it has no book for everything else")
            if books[ANY_BOOK].mode != "paper":
                raise ValueError("a book never seen cannot be proven")
            return cls(
                version=str(document["version"]),
                cut=int(document["cut"]),
                n_eff=_number(document["n_eff"]),
                procedure=str(document["procedure"]),
                probation_until=int(document["probation_until"]),
                document=document,
                _inputs=inputs,
                _books=books,
                _avoid=tuple(_avoided(row) for row in document["avoid"]),
                timing=timing_part(document.get("timing")),
            )
        except ValueError as error:
            raise ValueError(f"policy refused: {error}") from error
        except (KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
            raise ValueError(f"policy refused: {type(error).__name__} {error}") from error

    def _of(self, timeframe: str, regime: str) -> _Book:
        return self._books.get(f"{timeframe}/{regime}") or self._books[ANY_BOOK]

    def forecast(self, timeframe: str, regime: str, features: Mapping[str, float | None]) -> tuple[float, float, float]:
        """(p, p_low, p_high) of any book, however few its labels: for measuring, not for showing."""
        book = self._of(timeframe, regime)
        raw = book.intercept
        for one, coefficient in zip(self._inputs, book.coefficients):
            raw += coefficient * one.read(features)
        return book.calibration.apply(raw)

    def estimate(self, timeframe: str, regime: str, features: Mapping[str, float | None]) -> Estimate:
        """p_win at the book's posterior mean with its bounds; p is None where n_eff < 100."""
        p, low, high = self.forecast(timeframe, regime, features)
        book = self._of(timeframe, regime)
        return Estimate(p if book.n_eff >= MIN_N_EFF else None, low, high, book.n_eff, book.mode == "live")

    def avoids(self, timeframe: str, regime: str, features: Mapping[str, float | None]) -> bool:
        """Whether the evidence says to stay out of this setup, however good its p."""
        return any(one.holds(timeframe, regime, features) for one in self._avoid)

    def tau(self, timeframe: str, regime: str, cost_r: float, rr: float) -> float:
        """The least p worth publishing: (1 + c + m) / (1 + W), all in R.

        m is the book's margin, W its `gross_r`. p >= tau is p (W - c) - (1 - p)(1 + c) >= m, and m is above 0: what is
        expected after costs is positive.
        """
        margin = self._of(timeframe, regime).margin
        return min(1.0, (1.0 + cost_r + margin) / (1.0 + self.gross_r(timeframe, regime, rr)))

    def gross_r(self, timeframe: str, regime: str, rr: float) -> float:
        """W = E[gross R | TP1 first]: `rr`, which is RR(TP1), times the ratio the labels showed."""
        return rr * self._of(timeframe, regime).gross_ratio

    def weights(self, timeframe: str, regime: str) -> Mapping[str, float] | None:
        """The eight layers' weights (they sum to 1), or None: use the prior ones."""
        return self._of(timeframe, regime).weights

    def mode(self, timeframe: str, regime: str) -> str:
        """The evidence of a book: "live" where its edge is proven, else "paper"."""
        return self._of(timeframe, regime).mode


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return float(value)


def _input(row: Mapping[str, Any]) -> _Input:
    scale = _number(row["scale"])
    if scale <= 0.0 or row["form"] not in FORMS:
        raise ValueError(f"input {row['feature']!r} cannot be read")
    return _Input(str(row["feature"]), str(row["form"]), _number(row["center"]), scale)


def _book(row: Mapping[str, Any], inputs: int) -> _Book:
    coefficients = tuple(_number(value) for value in row["coefficients"])
    if len(coefficients) != inputs:
        raise ValueError("a book's coefficients do not fit the inputs")
    ratio, n_eff = _number(row["gross_ratio"]), _number(row["n_eff"])
    if ratio <= 0.0 or n_eff < 0.0 or row["mode"] not in MODES:
        raise ValueError("a book's ratio, n_eff or mode is impossible")
    margin = _number(row["margin"])
    if margin <= 0.0:
        raise ValueError("a book's margin over break-even must be above zero")
    return _Book(
        n_eff=n_eff,
        weights=_weights(row["weights"]),
        intercept=_number(row["intercept"]),
        coefficients=coefficients,
        calibration=calibration_of(row["calibration"]),
        gross_ratio=ratio,
        margin=margin,
        mode=str(row["mode"]),
    )


def _avoided(row: Mapping[str, Any]) -> _Avoided:
    ranges = tuple((str(name), _number(low), _number(high)) for name, (low, high) in row["where"].items())
    timeframe, regime = (None if row[key] is None else str(row[key]) for key in ("timeframe", "regime"))
    if not ranges and timeframe is None and regime is None:
        raise ValueError("a rule of what to avoid names nothing")
    return _Avoided(timeframe, regime, ranges)


def _weights(row: Mapping[str, Any] | None) -> Mapping[str, float] | None:
    if row is None:
        return None
    weights = {name: _number(row[name]) for name in LAYER_NAMES}
    if len(row) != len(weights) or min(weights.values()) < 0.0 or abs(sum(weights.values()) - 1.0) > 1e-6:
        raise ValueError("a book's weights are not eight shares of one")
    return weights
