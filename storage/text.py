"""Text and JSON as the store can hold them."""

from __future__ import annotations

import json
from typing import Any

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
