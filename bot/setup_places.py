"""Where signals go besides the owner's own chat: groups and channels that the bot is added to in the first talk.

Telegram's links `?startgroup` and `?startchannel` let a person pick one and give the bot its rights there; the update
about the bot's membership then names the chat. Only what the owner did counts: a stranger may add any bot anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.ports import Answer, Button, Incoming, Message
from storage import chats, moves
from storage.database import Database

SETTING = "TELEGRAM_CHAT_IDS"
GROUP_RIGHTS = "pin_messages"
CHANNEL_RIGHTS = "post_messages+edit_messages"  # in a channel, who may edit may pin


class SetupPlaces:
    """`named` are the chats of the settings (`id` or `id:topic`); `keep` is told the whole list when it changes."""

    def __init__(self, db: Database, named: Sequence[str], keep: Callable[[str, str], None]) -> None:
        self._db = db
        self._named = list(named)
        self._added: list[str] = []
        self._stored = ",".join(named)
        self._greeted: set[str] = set()
        self._keep = keep

    async def changed(self, incoming: Incoming, reader: Reader) -> Answer:
        """The owner let the bot into a chat, gave it its rights or took it out; the chat is told once."""
        chat = incoming.address.partition(":")[0]
        if incoming.text == "left":
            if chat in self._added:
                self._added.remove(chat)
                await self.store()
            return Answer()
        if chat not in (*self._named, *self._added):
            self._added.append(chat)
            await self.store()
        if incoming.text == "unable" or chat in self._greeted or chat in self._named:
            return Answer()
        self._greeted.add(chat)
        return Answer(messages=(message(reader.html("setup-here")),))

    async def store(self) -> None:
        """Write the setting; a group that became a supergroup meanwhile (rights do that) goes by its new id."""
        async with self._db.read() as conn:
            now = {chat: await moves.newest(conn, "telegram", chat) for chat in tuple(self._added)}
        self._added = list(dict.fromkeys(now.get(chat, chat) for chat in self._added))
        value = ",".join(dict.fromkeys((*self._named, *self._added)))
        if value != self._stored:
            self._stored = value
            self._keep(SETTING, value)

    async def row(self, own: str, reader: Reader) -> str:
        """Where signals go now, in one line. `own` is the address of the owner's private chat."""
        if self._added:
            await self.store()
        async with self._db.read() as conn:
            here = await chats.chat(conn, "telegram", own)
        count = len({*self._named, *self._added} - {own})
        kind = "others" if here is None or not here.active else "both" if count else "only"
        return reader.plain("setup-where-row", kind=kind, count=count)


def where(place: str, now: str, reader: Reader, username: str, on: tuple[tuple[Button, ...], ...]) -> Message:
    """The question; its links open Telegram's own lists of groups and channels. `now`: where signals go already."""
    bot = f"https://t.me/{username}"
    links = (
        Button(reader.plain("setup-where-group"), url=f"{bot}?startgroup=here&admin={GROUP_RIGHTS}"),
        Button(reader.plain("setup-where-channel"), url=f"{bot}?startchannel&admin={CHANNEL_RIGHTS}"),
    )
    words = lines(reader.html("setup-where", place=place), now or None, reader.html("setup-where-how"))
    return message(words, (links, *on))
