"""The hash-chained ledger: signals and outcomes are two chains in which no line can be changed in silence.

hash = sha256(prev as hex + canonical JSON of the document without `ledger`, `feedback` and `pnl_real`), where
canonical means sorted keys, no spaces, UTF-8. The first `prev` is 64 zeros. What is stored and written is the exact
line, in the document's own key order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from storage.text import to_json

GENESIS = "0" * 64
UNHASHED = frozenset({"ledger", "feedback", "pnl_real"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a chain. `position` counts from 1; `number` is the signal's (0 where it cannot be read)."""

    chain: str
    position: int
    number: int
    what: str


def digest(prev: str, document: Mapping[str, Any]) -> str:
    """The hash of a document after `prev` (64 hex digits).

    >>> digest(GENESIS, {"number": 1, "feedback": {"up": 3}}) == digest(GENESIS, {"feedback": {}, "number": 1})
    True
    >>> digest(GENESIS, {"number": 1})[:12]
    '71954ae62f80'
    """
    hashed = {key: value for key, value in document.items() if key not in UNHASHED}
    text = json.dumps(hashed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256((prev + text).encode()).hexdigest()


def chain(prev: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with its place in the chain: `ledger` is the last key, an older one is replaced."""
    plain = {key: value for key, value in document.items() if key != "ledger"}
    return {**plain, "ledger": {"prev": prev, "hash": digest(prev, plain)}}


def line(document: Mapping[str, Any]) -> str:
    """The exact JSON line that is stored and written (without a line feed)."""
    return to_json(document)


def check(documents: Iterable[Mapping[str, Any]], chain_name: str = "signals", prev: str = GENESIS) -> list[Problem]:
    """Recompute a chain of documents, the first of which follows `prev`.

    >>> first = chain(GENESIS, {"number": 1})
    >>> second = chain(first["ledger"]["hash"], {"number": 2})
    >>> check([first, second]), [(p.position, p.what) for p in check([second])]
    ([], [(1, 'does not follow the line before it: a line is missing or was replaced')])
    """
    found: list[Problem] = []
    for position, document in enumerate(documents, start=1):
        what, prev = link(prev, document)
        if what:
            found.append(Problem(chain_name, position, _number(document), what))
    return found


def _number(document: Mapping[str, Any]) -> int:
    number = document.get("number")
    return number if isinstance(number, int) else 0


def link(prev: str, document: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with a document that should follow `prev` ("" if nothing), and the hash that the next one names."""
    place = document.get("ledger")
    if not isinstance(place, Mapping) or not all(isinstance(place.get(key), str) for key in ("prev", "hash")):
        return "has no ledger", prev
    if digest(place["prev"], document) != place["hash"]:
        return "was changed: its hash does not fit its content", place["hash"]
    if place["prev"] != prev:
        return "does not follow the line before it: a line is missing or was replaced", place["hash"]
    return "", place["hash"]
