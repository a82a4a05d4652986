"""What is said from outside: a second opinion on a setup that waits, and a person who was not filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from engine.decision.advice import Advice
from engine.decision.book import Books, Followed
from engine.decision.monitors import Monitors
from engine.decision.pulse import Pulse
from engine.decision.tick import Fact
from engine.market.events import Opinion


class Hearer(Protocol):
    """What the stream lets what is said work on."""

    books: Books
    advice: Advice
    monitors: Monitors

    def pulse(self, pair: str) -> Pulse | None: ...

    def walked(self, f: Followed, facts: list[Fact]) -> None: ...


def take_adviser(stream: Hearer, document: Mapping[str, Any]) -> list[Fact]:
    """A second opinion takes its seat or leaves it: what waits for one waits for its next 5m close instead."""
    stream.advice.take(document)
    stream.monitors.let_go()
    return []


def heard(stream: Hearer, said: Opinion) -> list[Fact]:
    """An opinion on a setup that waits, for it or for its triggers."""
    return stream.monitors.heard(said, stream.pulse(said.pair)) if stream.advice.waits else []


def fill_reported(stream: Hearer, pair: str, number: int, ts: int) -> list[Fact]:
    """A person was not filled: the market says whether anybody surely was, at once or when the entry is over."""
    facts: list[Fact] = []
    for f in stream.books.of(pair):
        if number and f.number == number and f.life.report(ts):
            stream.walked(f, facts)
    return facts


def doubts(stream: Hearer) -> dict[int, str]:
    """What a look at the fill of each open published signal would say now, by number, one of DOUBTS."""
    lives = (f for followed in stream.books.followed.values() for f in followed if f.number)
    return {f.number: f.life.doubted() for f in lives}
