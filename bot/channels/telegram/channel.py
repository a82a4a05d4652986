"""Telegram as a way to people: posts, edits, toasts and the command menu."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from telegram import BotCommand, InputMediaPhoto, LinkPreviewOptions, ReplyParameters
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest

from bot.channels.telegram.errors import translated
from bot.channels.telegram.keyboard import chat_of, keyboard, markup
from bot.channels.telegram.lengths import ELLIPSIS, cut, units
from bot.channels.telegram.line import TelegramLine
from bot.errors import Fatal, Later
from bot.ports import Message, Photo, Receipt

LOG = logging.getLogger(__name__)
TOAST = 200
LANES = 2_000
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(slots=True)
class _Lane:
    """One message's edits, one after the other; only the newest that waits is carried out."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest: int = 0


class TelegramChannel:
    """`bot.ports.Channel` over the Bot API. Raises Retryable or Fatal, nothing else."""

    name: Literal["telegram", "whatsapp", "web"] = "telegram"
    can_edit = True

    def __init__(self, line: TelegramLine) -> None:
        self.line = line
        self._tickets = itertools.count(1)
        self._lanes: dict[tuple[str, str], _Lane] = {}

    async def send(self, address: str, message: Message, reply_to: str | None = None) -> Receipt:
        """Post a message, as a reply where `reply_to` names one that is still there."""
        try:
            return await self._post(address, message, reply_to, plain=_is_long(message))
        except Fatal as error:
            if not _about_markup(error):
                raise
            LOG.warning("Telegram refused the markup of a message, sent as plain text: %s", error)
            return await self._post(address, message, reply_to, plain=True)

    async def _post(self, address: str, message: Message, reply_to: str | None, *, plain: bool) -> Receipt:
        chat, topic = chat_of(address)
        reply = ReplyParameters(int(reply_to), allow_sending_without_reply=True) if reply_to else None
        if message.photo is not None and units(message.text) <= MessageLimit.CAPTION_LENGTH:
            with translated(self.line.token):
                sent = await self.line.bot.send_photo(
                    chat,
                    message.photo.png,
                    _plain(message) if plain else message.html,
                    parse_mode=None if plain else ParseMode.HTML,
                    message_thread_id=topic,
                    reply_parameters=reply,
                    api_kwargs=markup(message),
                    disable_notification=message.silent,
                    filename="chart.png",
                )
            return Receipt(str(sent.message_id))
        if message.document is not None:
            with translated(self.line.token):
                sent = await self.line.bot.send_document(
                    chat,
                    message.document.data,
                    cut(message.text, MessageLimit.CAPTION_LENGTH, ELLIPSIS),
                    disable_content_type_detection=True,
                    message_thread_id=topic,
                    reply_parameters=reply,
                    api_kwargs=markup(message),
                    disable_notification=message.silent,
                    filename=message.document.name,
                )
            return Receipt(str(sent.message_id))
        with translated(self.line.token):
            sent = await self.line.bot.send_message(
                chat,
                _plain(message) if plain else message.html,
                parse_mode=None if plain else ParseMode.HTML,
                message_thread_id=topic,
                reply_parameters=reply,
                api_kwargs=markup(message),
                disable_notification=message.silent,
                link_preview_options=_NO_PREVIEW,
            )
        return Receipt(str(sent.message_id))

    def ticket(self) -> int:
        """A number in the line of all edits: take it when a text is made, hand it to `edit`."""
        return next(self._tickets)

    def claim(self, address: str, message_id: str, ticket: int) -> None:
        """An edit with this ticket is going to be made: older ones of the message that wait need not be any more."""
        lane = self._lane(address, message_id)
        lane.newest = max(lane.newest, ticket)

    async def edit(self, address: str, message_id: str, message: Message, ticket: int | None = None) -> None:
        """Bring a message to its newest state. A newer edit that waits replaces this one, which then does nothing.

        Without a ticket it does not stand in line: raises Later while another edit of the message is under way.
        """
        if ticket is None and self.editing(address, message_id):
            raise Later("another edit of this message is under way", 1.0)
        mine = self.ticket() if ticket is None else ticket
        self.claim(address, message_id, mine)
        lane = self._lane(address, message_id)
        async with lane.lock:
            if self.superseded(address, message_id, mine):
                return
            try:
                await self._rewrite(address, message_id, message, plain=_is_long(message))
            except Fatal as error:
                if not _about_markup(error):
                    raise
                LOG.warning("Telegram refused the markup of an edit, sent as plain text: %s", error)
                await self._rewrite(address, message_id, message, plain=True)

    def editing(self, address: str, message_id: str) -> bool:
        """Whether an edit of the message is under way: a turn to talk that is taken now would be used too late."""
        return self._lane(address, message_id).lock.locked()

    def superseded(self, address: str, message_id: str, ticket: int) -> bool:
        """Whether a newer edit of the message is under way or done."""
        return self._lane(address, message_id).newest > ticket

    async def _rewrite(self, address: str, message_id: str, message: Message, *, plain: bool) -> None:
        with translated(self.line.token):
            try:
                if message.photo is not None and units(message.text) <= MessageLimit.CAPTION_LENGTH:
                    await self._redraw(address, message_id, message, message.photo, plain=plain)
                else:
                    await self._reword(address, message_id, message, plain=plain)
            except BadRequest as error:
                if "not modified" not in str(error).lower():
                    raise

    async def _redraw(self, address: str, message_id: str, message: Message, photo: Photo, *, plain: bool) -> None:
        """Another picture and other words."""
        words, mode = (_plain(message), None) if plain else (message.html, ParseMode.HTML)
        media = InputMediaPhoto(photo.png, words, parse_mode=mode, filename="chart.png")
        chat, _ = chat_of(address)
        await self.line.bot.edit_message_media(media, chat, int(message_id), api_kwargs=keyboard(message))

    async def _reword(self, address: str, message_id: str, message: Message, *, plain: bool) -> None:
        """Other words; those under a picture that stays are its caption."""
        chat, _ = chat_of(address)
        words, mode = (_plain(message), None) if plain else (message.html, ParseMode.HTML)
        keys, bot = keyboard(message), self.line.bot
        try:
            await bot.edit_message_text(
                words, chat, int(message_id), parse_mode=mode, api_kwargs=keys, link_preview_options=_NO_PREVIEW
            )
        except BadRequest as error:
            if "there is no text in the message" not in str(error).lower():
                raise
            if units(message.text) > MessageLimit.CAPTION_LENGTH:
                words, mode = cut(message.text, MessageLimit.CAPTION_LENGTH, ELLIPSIS), None
            await bot.edit_message_caption(chat, int(message_id), caption=words, parse_mode=mode, api_kwargs=keys)

    async def answer_tap(self, query_id: str, toast: str = "", url: str = "") -> None:
        """End the spinner on a button, with a short text or a link to the bot. A tap that is too old is let go."""
        with translated(self.line.token):
            try:
                await self.line.taps.answer_callback_query(query_id, cut(toast, TOAST) or None, url=url or None)
            except BadRequest as error:
                LOG.info("a tap could not be answered: %s", error)

    async def set_commands(self, by_locale: Mapping[str, Sequence[tuple[str, str]]], default: str) -> None:
        """The menu of commands (name without slash, description): one per language, `default` for all others."""
        for locale, commands in by_locale.items():
            menu = [BotCommand(name, cut(words, 256)) for name, words in commands]
            with translated(self.line.token):
                await self.line.bot.set_my_commands(menu, language_code=locale)
                if locale == default:
                    await self.line.bot.set_my_commands(menu)

    async def close(self) -> None:
        """End the connections."""
        await self.line.close()

    def _lane(self, address: str, message_id: str) -> _Lane:
        key = (address.split(":")[0], message_id)
        if key not in self._lanes and len(self._lanes) >= LANES:
            busy = {name: lane for name, lane in self._lanes.items() if lane.lock.locked()}
            recent = list(self._lanes.items())[-LANES // 2 :]
            self._lanes = busy | dict(recent)
        return self._lanes.setdefault(key, _Lane())


def _about_markup(error: Fatal) -> bool:
    words = str(error).lower()
    return "can't parse entities" in words or "message is too long" in words or "message_too_long" in words


def _plain(message: Message) -> str:
    """The text without markup, cut where Telegram would refuse it."""
    return cut(message.text, MessageLimit.MAX_TEXT_LENGTH, ELLIPSIS)


def _is_long(message: Message) -> bool:
    return units(message.text) > MessageLimit.MAX_TEXT_LENGTH
