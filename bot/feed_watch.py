"""Data that is lost and comes back, told to those who run the bot: each kind of data at most so often."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

from bot.house import House
from bot.ops_notes import tell_ops

GRACE_MS = 30_000  # shorter gaps heal themselves and are no news
BACK_OFF_MS = (0, 300_000, 900_000, 3_600_000)
CALM_MS = 3_600_000  # after this long without a loss the next one is told at once again
LOOK_S = 2.0


@dataclass(frozen=True, slots=True)
class Note:
    """`lost` or back: a stream of these pairs, since when (ms), and for how long once it is back."""

    lost: bool
    stream: str
    pairs: tuple[str, ...]
    since: int
    seconds: int | None = None


@dataclass(slots=True)
class _Stream:
    since: dict[str, int] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    told_since: int = 0
    level: int = 0
    next_at: int = 0
    calm_since: int | None = None


class FeedWatch:
    """Says what is worth a notice: a loss after a grace time, then at most after 5, 15 and 60 minutes, and its end."""

    def __init__(self) -> None:
        self._streams: dict[str, _Stream] = {}

    def look(self, lost: Collection[tuple[str, str]], now: int) -> list[Note]:
        """`lost`: (pair, stream) now (ms)."""
        for _, kind in lost:
            self._streams.setdefault(kind, _Stream())
        found = []
        for name, stream in self._streams.items():
            pairs = {pair for pair, of in lost if of == name}
            stream.since = {pair: stream.since.get(pair, now) for pair in sorted(pairs)}
            note = self._loss(name, stream, now) if pairs else self._end(name, stream, now)
            if note is not None:
                found.append(note)
        return found

    def _loss(self, name: str, stream: _Stream, now: int) -> Note | None:
        stream.calm_since = None
        pairs = tuple(pair for pair, since in stream.since.items() if now - since >= GRACE_MS)
        if not set(pairs) - set(stream.told) or now < stream.next_at:
            return None
        first = min(stream.since[pair] for pair in pairs)
        stream.told, stream.told_since = pairs, stream.told_since if stream.told else first
        stream.level = min(stream.level + 1, len(BACK_OFF_MS) - 1)
        stream.next_at = now + BACK_OFF_MS[stream.level]
        return Note(True, name, pairs, first)

    def _end(self, name: str, stream: _Stream, now: int) -> Note | None:
        if stream.calm_since is None:
            stream.calm_since = now
        if now - stream.calm_since >= CALM_MS:
            stream.level, stream.next_at = 0, 0
        if not stream.told:
            return None
        pairs, stream.told = stream.told, ()
        return Note(False, name, pairs, stream.told_since, (now - stream.told_since) // 1000)


async def watch_feed(house: House) -> None:
    """Look at what is lost, from when the engine takes events. Until cancelled."""
    watch, clock = FeedWatch(), house.market.clock
    while not house.started():
        await asyncio.sleep(LOOK_S / 10)
    while True:
        now = clock.now_ms()
        for note in watch.look(house.market.stale(), now):
            await _tell(house, note, now)
        await clock.sleep(LOOK_S)


async def _tell(house: House, note: Note, now: int) -> None:
    payload = {"stream": note.stream, "pairs": list(note.pairs), "since": note.since, "seconds": note.seconds}
    kind = "feed_lost" if note.lost else "feed_back"
    await tell_ops(house, kind, f"{kind}:{note.stream}:{now}", payload, now + CALM_MS)
