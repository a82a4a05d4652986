"""A conversation over a fresh store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.commands.talk import Talk, open_talk


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    opened = await open_talk(tmp_path)
    yield opened
    await opened.db.close()
