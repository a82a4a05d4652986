"""Telegram's side of a talk: reads raw updates, ends the spinner of a pressed button, sends what is answered."""

from __future__ import annotations

import html
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.translate import translate_update
from bot.clock import Clock
from bot.errors import Fatal, Retryable, SharpSignalError
from bot.inbox import Translated
from bot.pace import Pacer
from bot.ports import Answer, Incoming, Message, Receipt
from storage.inbox import InboxRow
from storage.outbox import refresh_at

LOG = logging.getLogger(__name__)
SPARE = 6
TRIES = 6
LOOK_MS = 250
LANES = 2_000
VOTE = "1:f:"
CROWD = 20
LONGEST_WAIT_S = 60.0
LONGEST_EDIT_WAIT_S = 900.0
T = TypeVar("T")


class TelegramAnswers:
    """`bot.inbox.Respondent` for Telegram."""

    name = "telegram"

    def __init__(self, channel: TelegramChannel, pacer: Pacer, clock: Clock) -> None:
        self.username = ""
        self._channel = channel
        self._pacer = pacer
        self._clock = clock
        self._waiting: Counter[str] = Counter()
        self._newest: dict[tuple[str, str], int] = {}

    def translate(self, row: InboxRow) -> Translated:
        """The update's meaning. Telegram dates what was written by its own clock; from here on our clock counts."""
        found = translate_update(row.payload, row.at, self.username)
        if isinstance(found, Incoming) and found.kind != "tap":
            return replace(found, at_ms=found.at_ms + self._channel.line.skew_ms)
        return found

    def place(self, incoming: Incoming) -> int:
        """A place in the line of the tapped message's edits."""
        return self._channel.ticket()

    async def acknowledge(self, incoming: Incoming) -> None:
        """End the spinner without a word."""
        await self._channel.answer_tap(incoming.event_id)

    async def perform(self, answer: Answer, incoming: Incoming, place: int) -> Sequence[tuple[Message, Receipt]]:
        """Toast, edit of the tapped message, then messages. What Telegram refuses for good is noted and let go."""
        if answer.edit is not None:
            self._channel.claim(incoming.address, incoming.message_id, place)
        if incoming.kind == "tap":
            try:
                await self._channel.answer_tap(incoming.event_id, answer.toast, answer.url)
            except SharpSignalError as error:
                LOG.warning("a tap was counted but not acknowledged: %s", error)
        if answer.edit is not None and incoming.message_id:
            await self._edit(answer.edit, incoming, place)
        return await self._send_all(answer.messages, incoming)

    async def _send_all(self, messages: Sequence[Message], incoming: Incoming) -> list[tuple[Message, Receipt]]:
        """Send one after the other; a chat in which too many answers wait already gets no more for now."""
        chat = incoming.address.split(":")[0]
        if messages and self._waiting[chat] >= CROWD:
            LOG.warning("too many answers wait for chat %s: one is left out", chat)
            return []
        sent = []
        self._waiting[chat] += 1
        try:
            for message in messages:
                receipt = await self._send(_addressed(message, incoming), incoming)
                if receipt is not None:
                    sent.append((message, receipt))
        finally:
            self._waiting[chat] -= 1
            self._waiting += Counter()
        return sent

    async def _edit(self, message: Message, incoming: Incoming, place: int) -> None:
        async def edit() -> None:
            while not self._channel.superseded(incoming.address, incoming.message_id, place):
                wait = self._resting_ms(incoming) or self._pacer.take(incoming.address, SPARE)
                if wait <= 0:
                    edit = self._channel.edit(incoming.address, incoming.message_id, message, place)
                    await self._in_turn(incoming.address, edit)
                    return self._refreshed(incoming)
                await self._clock.sleep(min(wait, LOOK_MS) / 1000)

        await self._patiently(edit, incoming.address, TRIES, LONGEST_EDIT_WAIT_S)

    def _resting_ms(self, incoming: Incoming) -> int:
        """ms until an edit may take its turn: not while another is under way, and where many read one post its numbers
        follow the votes at most every half minute. Only the newest waits.
        """
        if self._channel.editing(incoming.address, incoming.message_id):
            return LOOK_MS
        last = self._newest.get((incoming.address, incoming.message_id))
        if last is None or incoming.private or not incoming.data.startswith(VOTE):
            return 0
        now = self._clock.now_ms()
        return refresh_at(last, now) - now

    def _refreshed(self, incoming: Incoming) -> None:
        now = self._clock.now_ms()
        if len(self._newest) >= LANES:
            self._newest = {post: at for post, at in self._newest.items() if refresh_at(at, now) > now}
        self._newest[incoming.address, incoming.message_id] = now

    async def _send(self, message: Message, incoming: Incoming) -> Receipt | None:
        reply_to = None if incoming.private or incoming.kind != "command" else incoming.message_id

        async def send() -> Receipt:
            await self._pacer.turn(incoming.address)
            return await self._in_turn(incoming.address, self._channel.send(incoming.address, message, reply_to))

        return await self._patiently(send, incoming.address, 1, LONGEST_WAIT_S)

    async def _in_turn(self, address: str, call: Awaitable[T]) -> T:
        """Make a call whose turn was taken, and give the turn back when it is answered."""
        accepted = True
        try:
            return await call
        except Retryable:
            accepted = False
            raise
        finally:
            self._pacer.ended(address, accepted=accepted)

    async def _patiently(
        self, work: Callable[[], Awaitable[T]], address: str, unknowns: int, longest_s: float
    ) -> T | None:
        """Try again after passing faults, at most `unknowns` times after one that may have been carried out."""
        for attempt in range(TRIES):
            try:
                return await work()
            except Fatal as error:
                LOG.warning("an answer to %s was refused: %s", address, error)
                return None
            except Retryable as error:
                unknowns -= error.sent is None
                pause = error.retry_after if error.retry_after is not None else min(30.0, 0.5 * 2**attempt)
                if unknowns < 0 or pause > longest_s:
                    LOG.warning("an answer to %s was given up: %s", address, error)
                    return None
                if error.retry_after is not None:
                    self._pacer.hold(address, pause)
                await self._clock.sleep(pause)
        LOG.warning("an answer to %s was given up after %d tries", address, TRIES)
        return None


def _addressed(message: Message, incoming: Incoming) -> Message:
    """A prompt in a group names the person, so that the reply field opens for that person alone."""
    if message.force_reply is None or incoming.private or incoming.kind != "tap":
        return message
    name = incoming.person.name or incoming.person.user_id
    mention = f'<a href="tg://user?id={incoming.person.user_id}">{html.escape(name, quote=False)}</a>'
    return replace(message, html=f"{mention}: {message.html}", text=f"{name}: {message.text}")
