"""The JSON that a 3Commas signal bot takes, and our own strict reading of it.

The secret and the bot's uuid are the reader's own: the text has places for them, never the values. It carries the side
and the price of the signal; levels are the bot's own business there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MAX_LAG = "300"
SECRET, BOT = "YOUR_SECRET", "YOUR_BOT_UUID"
_KEYS = ("secret", "max_lag", "timestamp", "trigger_price", "tv_exchange", "tv_instrument", "action", "bot_uuid")
_PRICE = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_ACTIONS = {"enter_long": True, "enter_short": False}


@dataclass(frozen=True, slots=True)
class Call:
    """What a 3Commas text asks for."""

    instrument: str
    long: bool
    price: Decimal
    at: str


def call_of(document: Mapping[str, Any]) -> Call:
    """What a signal asks for there."""
    price = Decimal(document["market"]["price"])
    return Call(_instrument(document["pair"]), document["side"] == "long", price, document["ts"])


def threecommas_text(document: Mapping[str, Any]) -> str:
    """The signal as a 3Commas signal bot takes it."""
    action = "enter_long" if document["side"] == "long" else "enter_short"
    values = (SECRET, MAX_LAG, document["ts"], document["market"]["price"], "OKX", _instrument(document["pair"]))
    return json.dumps(dict(zip(_KEYS, (*values, action, BOT), strict=True)), indent=1)


def close_text(document: Mapping[str, Any], at: str) -> str:
    """The same bot told to leave at `at` (ISO 8601)."""
    action = "exit_long" if document["side"] == "long" else "exit_short"
    values = (SECRET, MAX_LAG, at, document["market"]["price"], "OKX", _instrument(document["pair"]))
    return json.dumps(dict(zip(_KEYS, (*values, action, BOT), strict=True)), indent=1)


def parse_threecommas(text: str) -> Call:
    """What a text asks for. ValueError for anything that is not exactly our form."""
    found = json.loads(text)
    if not isinstance(found, dict) or tuple(found) != _KEYS or not all(isinstance(v, str) for v in found.values()):
        raise ValueError("not the fields that a 3Commas bot takes")
    if found["action"] not in _ACTIONS or not _PRICE.fullmatch(found["trigger_price"]):
        raise ValueError("no action or no price that a 3Commas bot takes")
    price = Decimal(found["trigger_price"])
    return Call(found["tv_instrument"], _ACTIONS[found["action"]], price, found["timestamp"])


def _instrument(pair: str) -> str:
    """An OKX contract as TradingView names it.

    >>> _instrument("SOL-USDT-SWAP")
    'SOLUSDT.P'
    """
    base, quote = pair.split("-")[:2]
    return f"{base}{quote}.P"
