"""Lives of pairs that the engine does not follow now: kept for their return, for a day."""

from __future__ import annotations

from collections.abc import Iterator

from engine.decision.book import Followed


class Aside:
    """By pair, in the order in which they were put aside. None of them is walked, held against others, or forgotten."""

    def __init__(self) -> None:
        self._lives: dict[str, list[Followed]] = {}

    def __iter__(self) -> Iterator[Followed]:
        return (f for lives in self._lives.values() for f in lives)

    def __contains__(self, pair: str) -> bool:
        return pair in self._lives

    def pairs(self) -> list[str]:
        """Pairs of which something is kept, in byte order."""
        return sorted(self._lives)

    def keep(self, f: Followed) -> None:
        self._lives.setdefault(f.life.plan.pair, []).append(f)

    def take(self, pair: str) -> list[Followed]:
        """All lives of a pair; they are aside no more."""
        return self._lives.pop(pair, [])

    def silent(self, now: int) -> list[str]:
        """Pairs that were not heard of for a day, in byte order: all lives of a pair have heard the same bars."""
        return [pair for pair in self.pairs() if self._lives[pair][0].life.silent_at <= now]
