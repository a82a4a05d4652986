"""Text and JSON as the store can hold them."""

from __future__ import annotations

import json
from typing import Any

import pydantic_core

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_MARK = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    """The text as given, except what no database takes: NUL and lone surrogates become a replacement mark.

    >>> storable("naik 🚀"), storable("a" + chr(0xD800) + chr(0))
    ('naik 🚀', 'a?\\ufffd')
    """
    whole = text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\0", _MARK)


def to_json(value: Any) -> str:
    """Compact JSON in the value's own key order, storable; NaN and infinity raise ValueError.

    >>> to_json({"b": 1, "a": [None, "é"]})
    '{"b":1,"a":[null,"é"]}'
    """
    return storable(_COMPACT.encode(value))


def numbers_json(value: Any) -> str:
    """The same for what is mostly numbers and never hashed, in a quarter of the time: numbers may be spelled otherwise.

    >>> numbers_json({"b": 1e-05, "a": [None, "\u00e9"]})
    '{"b":0.00001,"a":[null,"\u00e9"]}'
    >>> numbers_json([float("nan")])
    Traceback (most recent call last):
    ValueError: Out of range float values are not JSON compliant
    """
    try:
        made = pydantic_core.to_json(value).decode()
    except ValueError:  # a lone surrogate, or what is no JSON at all
        return to_json(value)
    return to_json(value) if "NaN" in made or "Infinity" in made else storable(made)
