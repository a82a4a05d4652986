"""A conversation over a real store, and people who do things in it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.clock import TapeClock
from bot.commands.conversation import Conversation, ConversationConfig, FeedState, Halt, Status
from bot.ports import Answer, Incoming, Message, Person, Receipt
from engine.market.events import Event
from storage import chats, outbox, signals
from storage.database import Database
from storage.outbox import OutboxRow
from tests.messages.examples import TS, signal

OWNER = Person("telegram", "1", "Ibu Owner")
ANI = Person("telegram", "501", "Ani")
BUDI = Person("telegram", "502", "Budi")
WHATSAPP = Person("whatsapp", "+62811000", "Wati")
GROUP = "-100777"
NOW = TS + 60_000


@dataclass
class Talk:
    """What a test holds: the conversation, its store, and what was handed to the engine."""

    db: Database
    clock: TapeClock
    submitted: list[Event] = field(default_factory=list)
    status: Status = field(default_factory=lambda: Status(started_ms=NOW - 3_600_000))
    config: ConversationConfig = field(default_factory=ConversationConfig)
    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.conversation = Conversation(self.db, self.clock, self._submit, self._status, self.config)

    async def _submit(self, event: Event) -> None:
        self.submitted.append(event)

    async def _status(self) -> Status:
        return self.status

    def incoming(self, person: Person, address: str, *, event_id: str = "", **what: Any) -> Incoming:
        ident = event_id or f"u{next(self.ids)}"
        private = address == person.user_id
        return Incoming(ident, person=person, address=address, private=private, at_ms=self.clock.now_ms(), **what)

    async def tap(
        self, person: Person, data: str, address: str = GROUP, message_id: str = "9", event_id: str = ""
    ) -> Answer:
        incoming = self.incoming(person, address, event_id=event_id, kind="tap", data=data, message_id=message_id)
        return await self.handle(incoming)

    async def command(self, person: Person, line: str, address: str = "") -> Answer:
        command, _, args = line.removeprefix("/").partition(" ")
        place = address or person.user_id
        return await self.handle(self.incoming(person, place, kind="command", text=line, command=command, args=args))

    async def say(self, person: Person, text: str, address: str = "", reply_to: str = "", event_id: str = "") -> Answer:
        place = address or person.user_id
        return await self.handle(
            self.incoming(person, place, event_id=event_id, kind="text", text=text, reply_to=reply_to)
        )

    async def handle(self, incoming: Incoming) -> Answer:
        """Handle, and tell the conversation what was sent, as a channel does."""
        answer = await self.conversation.handle(incoming)
        for place, sent in enumerate(answer.messages):
            await self.conversation.told(incoming, sent, Receipt(f"m-{incoming.event_id}-{place}"))
        return answer

    async def publish(self, number: int = 1423, posts: tuple[tuple[str, str, str], ...] = ()) -> None:
        """A stored signal and its sent posts: (channel, address, message id)."""
        document = signal(number=number, signal_id=f"6f1c8b0e-0000-5000-8000-{number:012d}")
        document.pop("ledger")
        async with self.db.write() as conn:
            await signals.add(conn, document, ts_ms=TS)
            for channel, address, _ in posts:
                await chats.upsert_chat(conn, channel, address, active=True)
                await outbox.enqueue(
                    conn,
                    channel=channel,
                    address=address,
                    kind="signal",
                    number=number,
                    state="waiting",
                    dedupe_key=f"signal:{number}",
                    payload=None,
                    priority=1,
                    at=self.clock.now_ms(),
                )
        for channel, _, _ in posts:
            for row in await self.due(channel):
                message_id = next(ident for kind, place, ident in posts if (kind, place) == (channel, row.address))
                async with self.db.write() as conn:
                    await outbox.sent(conn, row.id, message_id, self.clock.now_ms())

    async def due(self, channel: str = "telegram") -> list[OutboxRow]:
        """Everything that waits to be sent on a channel."""
        async with self.db.write() as conn:
            return await outbox.lease(conn, channel, self.clock.now_ms(), 100)

    async def configure(self, address: str = GROUP, channel: str = "telegram") -> None:
        async with self.db.write() as conn:
            await chats.upsert_chat(conn, channel, address, active=True)


def only(answer: Answer) -> Message:
    """The one message of an answer."""
    assert len(answer.messages) == 1, answer
    return answer.messages[0]


async def open_talk(folder: Path, config: ConversationConfig | None = None) -> Talk:
    db = await Database.open(f"sqlite+aiosqlite:///{folder / 'talk.db'}")
    owners = frozenset({("telegram", OWNER.user_id), ("web", "local")})
    return Talk(db, TapeClock(NOW), config=config or ConversationConfig(owner_ids=owners, bot_username="sharp_bot"))


STATUS = Status(
    started_ms=NOW - 90_060_000,
    feeds=(FeedState("LINK-USDT-SWAP", NOW - 2_000), FeedState("BTC-USDT-SWAP", NOW - 95_000, ("trades",))),
    halts=(Halt("breaker", NOW + 1_800_000, "three stops in a row"),),
    policy_version="ab" * 32,
)
