"""What is to be delivered in a proof, and what came of it: read from both ends, the store and the Telegram server."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.clock import SystemClock
from storage import chats, outbox, signals
from storage.database import Database
from storage.outbox import PRIORITY, NewRow
from tests.messages.examples import FILLED, TS, signal
from tests.servers.telegram_api import Sent, TelegramApi

FIRST_CHAT = 100_001
FIRST_TAPPED = 900_001
TAPPED_CHATS = 10
TAPPED = 9_000
_NUMBER = re.compile(r"#(\d+)")
Told = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Load:
    """`signals` posts, each with one reply, to every one of `chats` private chats."""

    chats: int
    signals: int

    @property
    def deliveries(self) -> int:
        return 2 * self.chats * self.signals

    @property
    def addresses(self) -> list[int]:
        return list(range(FIRST_CHAT, FIRST_CHAT + self.chats))

    @property
    def story(self) -> list[Told]:
        """What one chat hears, in order."""
        return [told for number in range(1, self.signals + 1) for told in ((number, "signal"), (number, "reply"))]

    async def ask_for(self, db: Database) -> None:
        """Everything at once, as on the worst day; ten more chats have an older post whose buttons are pressed."""
        now = SystemClock().now_ms()
        tapped = range(FIRST_TAPPED, FIRST_TAPPED + TAPPED_CHATS)
        async with db.write() as conn:
            for number in (*range(1, self.signals + 1), TAPPED):
                document = signal(number=number, signal_id=str(uuid5(NAMESPACE_URL, f"proof:{number}")))
                document.pop("ledger")
                await signals.add(conn, document, ts_ms=TS)
                await signals.add_progress(conn, document["signal_id"], "filled", FILLED.ts, FILLED.price, None)
            for address in (*self.addresses, *tapped):
                await chats.upsert_chat(conn, "telegram", str(address), active=True, at=now)
            rows = [_row(address, TAPPED, "signal", now) for address in tapped]
            rows += [_row(chat, number, kind, now) for number, kind in self.story for chat in self.addresses]
            await outbox.enqueue_many(conn, rows)


def _row(address: int, number: int, kind: str, now: int) -> NewRow:
    key = f"{kind}:{number}"
    return NewRow("telegram", str(address), kind, number, "filled", key, None, PRIORITY[kind], now)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Both ends. `doubts`: how often each (chat, number, kind) may have arrived; `dead`: those given up."""

    copies: Counter[tuple[int, int, str]]
    heard: dict[int, list[Told]]
    doubts: dict[tuple[int, int, str], int]
    dead: set[tuple[int, int, str]]

    @property
    def doubles(self) -> int:
        return sum(count - 1 for count in self.copies.values())


def told(post: Sent) -> Told:
    """The signal a message is about, and whether it is its post or the news of its fill (a reply, where it can be)."""
    found = _NUMBER.search(post.text)
    assert found is not None, post.text
    return int(found[1]), "reply" if post.text.startswith("▶") else "signal"


def ledger(api: TelegramApi, store: Path, load: Load) -> Ledger:
    """What arrived (first copies in order), and what the store says about it."""
    copies: Counter[tuple[int, int, str]] = Counter()
    heard: dict[int, list[Told]] = {chat: [] for chat in load.addresses}
    for post in api.messages():
        if post.chat_id in heard:
            key = (post.chat_id, *told(post))
            copies[key] += 1
            if copies[key] == 1:
                heard[post.chat_id].append(key[1:])
    doubts: dict[tuple[int, int, str], int] = {}
    dead: set[tuple[int, int, str]] = set()
    query = "SELECT address, number, kind, unknowns, status FROM outbox WHERE kind IN ('signal', 'reply')"
    for address, number, kind, unknowns, status in rows(store, query):
        doubts[int(address), number, kind] = unknowns
        if status == "dead":
            dead.add((int(address), number, kind))
    return Ledger(copies, heard, doubts, dead)


def waiting(store: Path) -> int:
    """Posts and replies that are still to be sent."""
    query = "SELECT count(*) FROM outbox WHERE status = 'pending' AND kind IN ('signal', 'reply')"
    return int(rows(store, query)[0][0])


def rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    """Read the store from beside."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()
