"""The model card: what changed in what the program believes, or went wrong, and the numbers that speak for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.messages.markup import lines
from bot.messages.notices import Payload
from bot.messages.reader import Reader, ticker

# What happened, with the name of the procedure, and what it is about: a book, or a sign of something wrong.
WORDS: dict[str, Callable[[Reader, str, str], str]] = {
    "promoted": lambda reader, name, about: reader.html("learned-promoted", name=name),
    "rolled_back": lambda reader, name, about: lines(reader.html("learned-rolled_back", name=name), about or None),
    "chosen": lambda reader, name, about: reader.html("learned-chosen", name=name),
    "proven": lambda reader, name, about: reader.html("learned-proven", book=about),
    "unproven": lambda reader, name, about: reader.html("learned-unproven", book=about),
    "alarm": lambda reader, name, about: lines(reader.html("learned-alarm"), about, reader.html("learned-alarm-how")),
    "tripped": lambda reader, name, about: lines(reader.html("learned-tripped"), about),
    "cleared": lambda reader, name, about: lines(reader.html("learned-cleared"), about),
    "restarted": lambda reader, name, about: reader.html("learned-restarted"),
}


def learned(payload: Payload, reader: Reader) -> str:
    """A promotion, a way back, a choice by hand, a book that is proven or no more, an alarm, a warning and its end."""
    kind, detail = str(payload["kind"]), payload["detail"]
    name = reader.plain("procedure", name=str(payload["procedure"]))
    about = sign_words(detail, reader) if "sign" in detail else str(detail.get("book", ""))
    head = WORDS[kind](reader, name, about)
    probation = reader.html("learned-probation") if kind == "promoted" else None
    known = payload["labels"] and kind not in ("tripped", "cleared", "restarted")
    labels = reader.html("learned-labels", labels=reader.number(payload["labels"])) if known else None
    return lines(head, *_evidence(payload, reader), labels, probation)


def sign_words(detail: Mapping[str, Any], reader: Reader) -> str:
    """What went off, in words; `about` says where."""
    return reader.html("sign", name=str(detail["sign"]), about=_about(str(detail.get("about", "")), reader))


def _about(name: str, reader: Reader) -> str:
    """An input of a policy (of a pair, where one is named before it), a regime, or everything.

    >>> from zoneinfo import ZoneInfo
    >>> reader = Reader("id", ZoneInfo("UTC"))
    >>> _about("score_structure", reader), _about("all", reader), _about("ETH-USDT-SWAP sellers_control", reader)
    ('Struktur', 'semua', 'ETH/USDT kendali penjual')
    """
    pair, space, what = name.partition(" ")
    if space:
        return f"{ticker(pair)} {_about(what, reader)}"
    if name.startswith("score_"):
        return reader.plain("layer", name=name.removeprefix("score_"))
    return reader.plain("sign-about", about=name)


def _evidence(payload: Payload, reader: Reader) -> list[str]:
    detail, found = payload["detail"], []
    if "e" in detail:
        needed = reader.number(round(detail.get("needed", 20.0)))
        found.append(reader.html("learned-evidence", e=reader.number(round(detail["e"], 1), 1), needed=needed))
        found.append(reader.html("evidence-means", needed=needed))
    if payload.get("setups") is not None and payload.get("difference") is not None:
        setups, days = reader.number(payload["setups"]), reader.number(round(payload["days"]))
        found.append(reader.html("learned-sample", setups=setups, days=days))
        found.append(reader.html("learned-difference", difference=reader.r(payload["difference"])))
        found.append(reader.html("learned-interval", low=reader.r(payload["low"]), high=reader.r(payload["high"])))
    return found
