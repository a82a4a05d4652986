"""Who is looking at the web chat now, and how they hear of something new."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

MOST_TOASTS = 20


class Listener:
    """One open page: wakes when something changed; toasts are for its person alone and are not kept."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.toasts: deque[str] = deque(maxlen=MOST_TOASTS)
        self._news = asyncio.Event()

    def wake(self) -> None:
        self._news.set()

    async def wait(self, seconds: float) -> None:
        """Until there is news, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return
        finally:
            self._news.clear()


class Listeners:
    """All open pages. `close` ends their streams, so that the server can stop."""

    def __init__(self) -> None:
        self.closed = False
        self._open: set[Listener] = set()

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def listening(self, person: str) -> Iterator[Listener]:
        """A page is open for as long as the block lasts."""
        listener = Listener(person)
        self._open.add(listener)
        try:
            yield listener
        finally:
            self._open.discard(listener)

    def changed(self) -> None:
        """Messages were added or edited, and that is committed."""
        for listener in self._open:
            listener.wake()

    def toast(self, person: str, text: str) -> None:
        """A short word to every open page of one person."""
        for listener in self._open:
            if listener.person == person:
                listener.toasts.append(text)
                listener.wake()

    def close(self) -> None:
        self.closed = True
        self.changed()
