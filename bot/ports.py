"""The seams of the shell: one method or a few each, with hand-written fakes in the tests."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from engine.market.events import Event
from engine.market.instrument import Instrument


class Feed(Protocol):
    """Where events come from: OKX, a recorded tape, the simulator.

    `instruments()` is called once, before `events()`. `events()` yields single events in processing order and ends
    when the tape ends (never, live). It yields `Settle(ts)` after the last candle of an instant.
    """

    async def instruments(self) -> Sequence[Instrument]: ...

    def events(self) -> AsyncGenerator[Event, None]: ...

    async def close(self) -> None: ...


Style = Literal["", "primary", "success", "danger"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: `data` is what comes back (<= 64 bytes), or `url` opens a link.

    `copy` is text that a press puts on the clipboard (1-256 characters); `style` is how it looks where that can be
    chosen. A channel leaves out a button of which it can do nothing.
    """

    label: str
    data: str = ""
    url: str = ""
    style: Style = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture (PNG) of a message, and what it shows in words for those who cannot see it.

    `dark` is the same picture for a dark room, where the channel can show either; empty without one.
    """

    png: bytes
    alt: str
    dark: bytes = b""


@dataclass(frozen=True, slots=True)
class Document:
    """A file of a message, by the name that it is saved under."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A channel-neutral message, already in the reader's language and zone.

    `html` uses only Telegram's tags (<b> <i> <code> <pre> <blockquote expandable>), everything else escaped;
    `text` is the same without markup (WhatsApp, fallback); `buttons` are rows. `force_reply` is a prompt's placeholder.
    `photo` goes above the words where a channel shows pictures; elsewhere the words do without it. `document` is sent
    with the words by a channel that sends files (Telegram); whoever answers elsewhere says it in words.
    """

    html: str
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    force_reply: str | None = None
    attachments: tuple[str, ...] = field(default=())
    photo: Photo | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side took a message: its id there (empty where the channel has none)."""

    message_id: str


class Channel(Protocol):
    """One way to people. Raises bot.errors.Retryable or Fatal, nothing else."""

    name: Literal["telegram", "whatsapp", "web"]
    can_edit: bool

    async def send(self, address: str, message: Message, reply_to: str | None = None) -> Receipt: ...

    async def edit(self, address: str, message_id: str, message: Message) -> None: ...


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something: `user_id` in the channel's own terms."""

    channel: Literal["telegram", "whatsapp", "web"]
    user_id: str
    name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something a person did, translated out of the channel's wire format by the channel.

    `event_id` is the channel's unique id of the update (idempotency). `kind`: command (text starts with /, `command`
    and `args` set), tap (`data` set), text (free text, maybe answering `reply_to`), membership (`text` joined|left, or
    able|unable: what we may do there; reopened: a topic).
    `address` is where an answer goes (chat id, or chat:topic); `private` whether it is a one-to-one chat; `broadcast`
    whether it is a channel in which readers cannot type (a Telegram channel).
    """

    event_id: str
    kind: Literal["command", "tap", "text", "membership"]
    person: Person
    address: str
    private: bool
    at_ms: int
    command: str = ""
    args: str = ""
    data: str = ""
    text: str = ""
    message_id: str = ""
    reply_to: str = ""
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do after an Incoming: a toast for a tap, messages for the same chat, an edit of the tapped message.

    `url` opens a link for the person who tapped (Telegram: the `url` of answerCallbackQuery, a t.me/<bot>?start= link).
    `fallback_edit`: where the tapped message cannot be edited, the edit is sent as a message of its own.
    """

    toast: str = ""
    messages: tuple[Message, ...] = ()
    edit: Message | None = None
    url: str = ""
    fallback_edit: bool = False
