"""The model card: what changed in what the program believes, and the numbers that speak for it."""

from __future__ import annotations

from collections.abc import Callable

from bot.messages.markup import lines
from bot.messages.notices import Payload
from bot.messages.reader import Reader

WORDS: dict[str, Callable[[Reader, str, str], str]] = {
    "promoted": lambda reader, name, book: reader.html("learned-promoted", name=name),
    "rolled_back": lambda reader, name, book: reader.html("learned-rolled_back", name=name),
    "chosen": lambda reader, name, book: reader.html("learned-chosen", name=name),
    "proven": lambda reader, name, book: reader.html("learned-proven", book=book),
    "unproven": lambda reader, name, book: reader.html("learned-unproven", book=book),
}


def learned(payload: Payload, reader: Reader) -> str:
    """A promotion, a way back, a choice by hand, or a book that is proven or no more."""
    kind, detail = str(payload["kind"]), payload["detail"]
    name = reader.plain("procedure", name=str(payload["procedure"]))
    head = WORDS[kind](reader, name, str(detail.get("book", "")))
    probation = reader.html("learned-probation") if kind == "promoted" else None
    labels = reader.html("learned-labels", labels=reader.number(payload["labels"]))
    return lines(head, *_evidence(payload, reader), labels, probation)


def _evidence(payload: Payload, reader: Reader) -> list[str]:
    detail, found = payload["detail"], []
    if "e" in detail:
        needed = reader.number(round(detail.get("needed", 20.0)))
        found.append(reader.html("learned-evidence", e=reader.number(round(detail["e"], 1), 1), needed=needed))
    if payload.get("setups") is not None and payload.get("difference") is not None:
        setups, days = reader.number(payload["setups"]), reader.number(round(payload["days"]))
        found.append(reader.html("learned-sample", setups=setups, days=days))
        found.append(reader.html("learned-difference", difference=reader.r(payload["difference"])))
        found.append(reader.html("learned-interval", low=reader.r(payload["low"]), high=reader.r(payload["high"])))
    return found
