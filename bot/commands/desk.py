"""What every command works with, and who is asking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.commands.live import Status
from bot.commands.ops import Ops
from bot.commands.rights import Right, Role, allows, role_of
from bot.i18n import pick_locale
from bot.messages.load import reader_of
from bot.messages.markup import message
from bot.messages.reader import Reader
from bot.ports import Answer, Incoming, Photo
from engine.market.events import Event
from storage import chats, people, quiet
from storage.database import Database

__all__ = [
    "KEPT_OUT",
    "Caller",
    "ConversationConfig",
    "Desk",
    "Right",
    "Role",
    "allows",
    "is_direct",
    "recognise",
    "reply",
    "toast",
]

KEPT_OUT = chats.KEPT_OUT


@dataclass(frozen=True, slots=True)
class ConversationConfig:
    """Settings of the talk. `owner_ids` and `chat_ids` are (channel, user id) and (channel, address) pairs.

    `bot_username` is the Telegram bot's own name without @, for links into its private chat ("" where unknown).
    """

    locale: str = "id"
    timezone: str = "Asia/Jakarta"
    owner_ids: frozenset[tuple[str, str]] = frozenset()
    chat_ids: frozenset[tuple[str, str]] = frozenset()
    simulated: bool = False
    bot_username: str = ""


Picture = Callable[[str, Reader, bool], Awaitable[Photo | None]]
"""A picture by name, for a reader, dark or light; None where there is nothing to draw."""


async def no_picture(what: str, reader: Reader, dark: bool) -> Photo | None:
    """Where nothing is drawn."""
    return None


@dataclass(slots=True)
class Desk:
    """The shell's parts that commands use. `submit` hands a control event to the engine; `ops` shows the shell;
    `picture` draws a chart by name (bot/charts/pictures.py)."""

    db: Database
    clock: Clock
    submit: Callable[[Event], Awaitable[None]]
    status: Callable[[], Awaitable[Status]]
    config: ConversationConfig
    ops: Ops = field(default_factory=Ops)
    picture: Picture = no_picture

    async def drawn(self, what: str, reader: Reader, channel: str, room: str = "") -> Photo | None:
        """A picture for a `room` (`dark`, `light`); where none was asked for, the web chat gets both."""
        photo = await self.picture(what, reader, room == "dark")
        if photo is None or room or channel != "web":
            return photo
        twin = await self.picture(what, reader, True)
        return photo if twin is None else replace(photo, dark=twin.png)


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone who did something: what they may, and how they and their chat read.

    `reader` is the chat's (messages), `own` the person's (toasts); in private both are the person's. `chat_known`: the
    chat is one of those that get signals.
    """

    incoming: Incoming
    role: Role
    chat_known: bool
    reader: Reader
    own: Reader

    @property
    def is_owner(self) -> bool:
        """Owner rights: by setting or by the claim link."""
        return self.role == "owner"

    @property
    def direct(self) -> bool:
        """Whether words are meant for the bot: a private chat, or the web chat, where nobody else is."""
        return is_direct(self.incoming)

    @property
    def may_read(self) -> bool:
        """Members anywhere, and everyone in a chat that gets signals."""
        return self.may("read")

    def may(self, right: Right) -> bool:
        """By role; reading is also for everyone in a chat that gets signals."""
        return allows(self.role, right) or (right == "read" and self.chat_known)


def is_direct(incoming: Incoming) -> bool:
    """Whether words are meant for the bot."""
    return incoming.private or incoming.person.channel == "web"


async def recognise(desk: Desk, conn: AsyncConnection, incoming: Incoming) -> Caller:
    """Look up rights, language and zone of whoever did something."""
    person = incoming.person
    config = desk.config
    known = await chats.person(conn, person.channel, person.user_id)
    place = await chats.chat(conn, person.channel, incoming.address)
    role = await role_in(conn, config, person.channel, person.user_id, known)
    chat_reader = reader_of(place, config.locale, config.timezone)
    own = Reader(
        _language(known, place, incoming, chat_reader.locale),
        chat_reader.zone if known is None or not known.timezone else reader_of(None, "", known.timezone).zone,
    )
    configured = (person.channel, incoming.address) in config.chat_ids or (
        (person.channel, incoming.address.partition(":")[0]) in config.chat_ids
    )
    listed = _is_listed(place) or (not configured and await _group_listed(conn, person.channel, incoming.address))
    return Caller(incoming, role, configured or listed, own if incoming.private else chat_reader, own)


async def role_in(
    conn: AsyncConnection, config: ConversationConfig, channel: str, user_id: str, known: people.PersonRow | None
) -> Role:
    """The role of someone of whom the store knows `known`: owner by setting, else what they were made."""
    if (channel, user_id) in config.owner_ids:
        return "owner"
    return "none" if known is None else role_of(known.role, await people.granted(conn, channel, user_id))


def _is_listed(place: chats.Chat | None) -> bool:
    return place is not None and (place.active or place.reason not in KEPT_OUT)


async def _group_listed(conn: AsyncConnection, channel: str, address: str) -> bool:
    """Whether another topic of the same group gets signals."""
    chat = address.partition(":")[0]
    return channel == "telegram" and any(_is_listed(one) for one in await quiet.places(conn, channel, chat))


def _language(known: people.PersonRow | None, place: chats.Chat | None, incoming: Incoming, otherwise: str) -> str:
    """What the person chose, else what their private chat has, else the language of their app, else the chat's."""
    if known is not None and known.locale:
        return pick_locale(known.locale, otherwise)
    if incoming.private and place is not None and place.locale:
        return pick_locale(place.locale, otherwise)
    return pick_locale(incoming.person.language, otherwise)


def reply(reader: Reader, key: str, /, **values: str | int) -> Answer:
    """An answer of one short message."""
    return Answer(messages=(message(reader.html(key, **values)),))


def toast(reader: Reader, key: str, /, **values: str | int) -> Answer:
    """An answer to a tap of one line, at most 200 characters."""
    return Answer(toast=reader.plain(key, **values)[:200])
