"""One way to people, whole: channel, sender, inbox worker, and what else it needs running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from bot.channels.telegram.answers import TelegramAnswers
from bot.channels.telegram.cards import TelegramCards
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.channels.telegram.poller import TelegramPoller
from bot.channels.telegram.webhook import TelegramWebhook, secret_of, telegram_router
from bot.channels.web.answers import WebAnswers
from bot.channels.web.channel import WebChannel
from bot.clock import Clock
from bot.commands.conversation import Conversation
from bot.inbox import InboxWorker, Respondent
from bot.outbox import OutboxSender, Place, Render, Silence
from bot.pace import TELEGRAM, UNLIMITED, Pacer
from bot.ports import Answer, Channel, Incoming
from storage import chats
from storage.database import Database

Job = Callable[[], Coroutine[Any, Any, None]]


async def _nothing() -> None:
    return None


@dataclass(slots=True)
class Line:
    """`jobs` run until cancelled; `connected` and `problem` (why not) are for the health page; `close` ends its
    connections. `routers` are what it hears by; `cards` keeps messages up to date in place, where the channel can.
    """

    name: str
    can_edit: bool
    sender: OutboxSender
    worker: InboxWorker
    channel: Channel
    pacer: Pacer
    jobs: list[Job] = field(default_factory=list)
    connected: Callable[[], bool] = lambda: True
    problem: Callable[[], str] = lambda: ""
    routers: list[APIRouter] = field(default_factory=list)
    cards: TelegramCards | None = None
    close: Callable[[], Awaitable[None]] = _nothing


@dataclass(frozen=True, slots=True)
class Office:
    """What every line is built from."""

    db: Database
    clock: Clock
    render: Render
    talk: Conversation
    after: Callable[[], None]

    async def handle(self, incoming: Incoming) -> Answer:
        """The conversation's answer; other chats may have something new to be sent."""
        try:
            return await self.talk.handle(incoming)
        finally:
            self.after()


def _line(
    office: Office,
    channel: Channel,
    respondent: Respondent,
    pacer: Pacer,
    *,
    silence: Silence = chats.deactivate,
    place: Place | None = None,
    ping: Callable[[], Awaitable[object]] | None = None,
) -> Line:
    sender = OutboxSender(
        office.db, channel, office.render, office.clock, pacer, silence=silence, place=place, ping=ping
    )
    worker = InboxWorker(office.db, office.clock, respondent, office.handle, told=office.talk.told)
    return Line(channel.name, channel.can_edit, sender, worker, channel, pacer, [sender.run, worker.run])


def web_line(office: Office, channel: WebChannel) -> Line:
    """The web chat: nothing to connect to."""
    return _line(office, channel, WebAnswers(channel), Pacer(UNLIMITED, office.clock))


def telegram_line(
    office: Office,
    token: str,
    base_url: str,
    holder: str,
    on_name: Callable[[TelegramChannel, str], Awaitable[None]],
    *,
    silence: Silence = chats.deactivate,
    place: Place | None = None,
    public_url: str | None = None,
) -> Line:
    """Telegram; `on_name` hears the bot's username once it is known. `public_url`: updates come by webhook there.

    Without it they are polled for.
    """
    wire = TelegramLine(token, base_url)
    channel = TelegramChannel(wire)
    pacer = Pacer(TELEGRAM, office.clock)
    answers = TelegramAnswers(channel, pacer, office.clock)
    line = _line(office, channel, answers, pacer, silence=silence, place=place, ping=wire.username)

    async def named(username: str) -> None:
        answers.username = username
        await on_name(channel, username)

    receiver: TelegramPoller | TelegramWebhook
    if public_url is None:
        nudge = line.worker.nudge
        receiver = TelegramPoller(wire, office.db, office.clock, holder=holder, on_name=named, on_updates=nudge)
    else:
        receiver = TelegramWebhook(wire, public_url, office.clock, on_name=named)
        line.routers.append(telegram_router(office.db, secret_of(token), office.clock, line.worker.nudge))
    line.jobs += [receiver.run, wire.keep_open]
    line.connected = lambda: receiver.connected
    line.problem = lambda: receiver.problem
    line.close = channel.close
    return line


def whatsapp_line(
    office: Office, channel: Channel, respondent: Respondent, pacer: Pacer, ping: Callable[[], Awaitable[object]]
) -> Line:
    """WhatsApp through Twilio (bot/whatsapp_room.py); what people say arrives by webhook."""
    return _line(office, channel, respondent, pacer, ping=ping)
