"""One way to people, whole: channel, sender, inbox worker, and what else it needs running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.channels.telegram.answers import TelegramAnswers
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.channels.telegram.poller import TelegramPoller
from bot.channels.web.answers import WebAnswers
from bot.channels.web.channel import WebChannel
from bot.clock import Clock
from bot.commands.conversation import Conversation
from bot.inbox import InboxWorker, Respondent
from bot.outbox import OutboxSender, Render
from bot.pace import TELEGRAM, UNLIMITED, Pacer
from bot.ports import Answer, Channel, Incoming
from storage.database import Database

Job = Callable[[], Coroutine[Any, Any, None]]


async def _nothing() -> None:
    return None


@dataclass(slots=True)
class Line:
    """`jobs` run until cancelled; `connected` and `problem` (why not) are for the health page; `close` ends its
    connections.
    """

    name: str
    can_edit: bool
    sender: OutboxSender
    worker: InboxWorker
    jobs: list[Job] = field(default_factory=list)
    connected: Callable[[], bool] = lambda: True
    problem: Callable[[], str] = lambda: ""
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


def _line(office: Office, channel: Channel, respondent: Respondent, pacer: Pacer) -> Line:
    sender = OutboxSender(office.db, channel, office.render, office.clock, pacer)
    worker = InboxWorker(office.db, office.clock, respondent, office.handle, told=office.talk.told)
    return Line(channel.name, channel.can_edit, sender, worker, [sender.run, worker.run])


def web_line(office: Office, channel: WebChannel) -> Line:
    """The web chat: nothing to connect to."""
    return _line(office, channel, WebAnswers(channel), Pacer(UNLIMITED, office.clock))


def telegram_line(
    office: Office, token: str, base_url: str, holder: str, on_name: Callable[[TelegramChannel, str], Awaitable[None]]
) -> Line:
    """Telegram by polling; `on_name` hears the bot's username once it is known."""
    wire = TelegramLine(token, base_url)
    channel = TelegramChannel(wire)
    pacer = Pacer(TELEGRAM, office.clock)
    answers = TelegramAnswers(channel, pacer, office.clock)
    line = _line(office, channel, answers, pacer)

    async def named(username: str) -> None:
        answers.username = username
        await on_name(channel, username)

    poller = TelegramPoller(wire, office.db, office.clock, holder=holder, on_name=named, on_updates=line.worker.nudge)
    line.jobs.append(poller.run)
    line.connected = lambda: poller.connected
    line.problem = lambda: poller.problem
    line.close = channel.close
    return line


def whatsapp_line(office: Office, channel: Channel, respondent: Respondent, pacer: Pacer) -> Line:
    """WhatsApp through Twilio (bot/whatsapp_room.py); what people say arrives by webhook."""
    return _line(office, channel, respondent, pacer)
