"""The Telegram line of the program as a process of its own: store, sender, poller, inbox worker and conversation.

python -m tests.proof.sender sqlite+aiosqlite:///store.db http://127.0.0.1:8081
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from bot.channels.telegram.channel import TelegramChannel
from bot.clock import SystemClock
from bot.commands.conversation import Conversation
from bot.commands.desk import ConversationConfig
from bot.commands.live import Status
from bot.lines import Line, Office, telegram_line
from bot.messages.outgoing import Outgoing
from engine.market.events import Event
from storage.database import Database
from tests.servers.telegram_api import TOKEN

CLOCK = SystemClock()


async def _submit(event: Event) -> None:
    raise AssertionError(event)


async def _status() -> Status:
    return Status(CLOCK.now_ms())


async def _named(channel: TelegramChannel, username: str) -> None:
    return None


async def main(database_url: str, api_url: str) -> None:
    """Run until killed."""
    db = await Database.open(database_url)
    lines: list[Line] = []
    talk = Conversation(db, CLOCK, _submit, _status, ConversationConfig())
    office = Office(db, CLOCK, Outgoing("id", "Asia/Jakarta"), talk, lambda: lines[0].sender.nudge())
    lines.append(telegram_line(office, TOKEN, api_url, "proof", _named))
    async with asyncio.TaskGroup() as group:
        for job in lines[0].jobs:
            group.create_task(job())


if __name__ == "__main__":
    os.environ["PTB_TIMEDELTA"] = "1"
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(main(*sys.argv[1:]))
