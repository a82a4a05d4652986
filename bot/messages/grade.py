"""The grade of a signal: how far it stands above what it needed to be sent. It promises nothing.

- A: there is a calibrated win chance, and even the low end of its range is what was needed or more.
- B: the calibrated win chance is 5 points or more above what was needed; or there is none yet, and the layers agree
  to 0.80 or more with 90 % of their weight at hand.
- C: everything else that was good enough to be sent.

Without a calibrated chance no signal is an A, however much the layers agree: nobody has shown yet what that is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Grade = Literal["A", "B", "C"]
CLEAR = 0.05
AGREED = 0.80
COVERED = 0.90
_EPSILON = 1e-9


def grade(document: Mapping[str, Any]) -> Grade:
    """The grade of a signal's document.

    >>> risk = {"threshold": 0.47}
    >>> grade({"p_win": 0.58, "p_win_low": 0.5, "risk": risk}), grade({"p_win": 0.58, "p_win_low": 0.4, "risk": risk})
    ('A', 'B')
    >>> grade({"p_win": None, "confluence_score": 0.82, "coverage": 1.0, "risk": risk})
    'B'
    """
    p, low, needed = document["p_win"], document.get("p_win_low"), document["risk"]["threshold"]
    if p is None:
        agreed = document["confluence_score"] >= AGREED - _EPSILON and document["coverage"] >= COVERED - _EPSILON
        return "B" if agreed else "C"
    if low is not None and low >= needed - _EPSILON:
        return "A"
    return "B" if p >= needed + CLEAR - _EPSILON else "C"
