"""What the outbox tests share: an open store, a Bot API server and a channel to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from storage.database import Database
from tests.servers.telegram_api import TOKEN, TelegramApi


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'store.db'}")
    yield database
    await database.close()


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi() as server:
        yield server


@pytest.fixture
async def channel(api: TelegramApi) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(TelegramLine(TOKEN, api.url, timeout=0.4))
    yield made
    await made.close()
