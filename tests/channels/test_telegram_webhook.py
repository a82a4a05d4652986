"""Telegram's updates by webhook: the secret, the store before the 200, and what Telegram is told at the start."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.api.app import create_app
from bot.channels.telegram.line import TelegramLine
from bot.channels.telegram.webhook import HEADER, PATH, TelegramWebhook, secret_of, telegram_router
from bot.clock import SystemClock
from bot.metrics import Metrics
from storage.database import Database
from storage.schema import inbox
from tests.channels.talking import side_by_side
from tests.servers.telegram_api import TOKEN, TelegramApi

URL = "https://bot.example.org/"
SECRET = secret_of(TOKEN)
UPDATE = {
    "update_id": 7,
    "message": {"message_id": 1, "date": 1, "chat": {"id": 4, "type": "private"}, "text": "/start"},
}
CLOCK = SystemClock()


class Healthy:
    async def missing(self) -> list[str]:
        return []


@pytest.fixture
async def client(db: Database) -> AsyncIterator[httpx.AsyncClient]:
    woken.clear()
    app = create_app(Healthy(), Metrics(), [telegram_router(db, SECRET, CLOCK, lambda: woken.append(1))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as made:
        yield made


woken: list[int] = []


async def stored(db: Database) -> list[tuple[str, dict[str, Any]]]:
    async with db.read() as conn:
        rows = await conn.execute(select(inbox.c.update_id, inbox.c.payload).order_by(inbox.c.id))
        return [(row.update_id, json.loads(row.payload)) for row in rows]


async def test_an_update_is_in_the_store_before_its_200_and_only_once(client: httpx.AsyncClient, db: Database) -> None:
    for _ in range(2):
        answer = await client.post(PATH, json=UPDATE, headers={HEADER: SECRET})
        assert answer.status_code == 200
    assert await stored(db) == [("7", UPDATE)] and len(woken) == 2


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "0", SECRET.upper(), "ü"])
async def test_what_has_not_our_secret_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient, db: Database, secret: str
) -> None:
    headers = [(HEADER.encode(), secret.encode())] if secret else []
    answer = await client.post(PATH, json=UPDATE, headers=headers)
    assert answer.status_code == 403 and answer.json()["success"] is False
    assert await stored(db) == [] and woken == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"update_id": "7"}', b'{"update_id": true}', b"\xff\xfe"])
async def test_what_is_no_update_is_refused_with_the_secret_too(
    client: httpx.AsyncClient, db: Database, body: bytes
) -> None:
    assert (await client.post(PATH, content=body, headers={HEADER: SECRET})).status_code == 400
    assert await stored(db) == []


async def test_a_store_that_cannot_be_written_makes_telegram_come_again(
    client: httpx.AsyncClient, db: Database
) -> None:
    async with db.write() as conn:
        await conn.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    assert (await client.post(PATH, json=UPDATE, headers={HEADER: SECRET})).status_code == 503
    assert woken == []
    async with db.write() as conn:
        await conn.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
    assert (await client.post(PATH, json=UPDATE, headers={HEADER: SECRET})).status_code == 200


async def test_forged_calls_do_not_flood_the_log(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(30):
        await client.post(PATH, json=UPDATE, headers={HEADER: "no"})
    assert caplog.text.count("without our secret") == 2 and SECRET not in caplog.text


async def test_telegram_is_told_where_we_are_and_again_when_somebody_took_it_away(api: TelegramApi) -> None:
    line, names = TelegramLine(TOKEN, api.url, timeout=1.0), list[str]()

    async def named(username: str) -> None:
        names.append(username)

    hook = TelegramWebhook(line, URL, CLOCK, on_name=named, look_s=0.05)
    async with side_by_side(hook.run()):
        await api.until(lambda: bool(api.profile.webhook))
        told = api.profile.webhook
        assert (told["url"], told["secret_token"]) == ("https://bot.example.org/webhooks/telegram", SECRET)
        assert told["allowed_updates"] == ["message", "channel_post", "callback_query", "my_chat_member"]
        assert str(told.get("drop_pending_updates", "false")).lower() == "false"
        api.profile.webhook = {}
        await api.until(lambda: bool(api.profile.webhook))
        assert hook.connected and hook.problem == "" and names == [api.username]
    await line.close()


async def test_a_refused_webhook_is_told_with_its_reason_and_tried_again(
    api: TelegramApi, caplog: pytest.LogCaptureFixture
) -> None:
    line = TelegramLine(TOKEN, api.url, timeout=1.0)
    caplog.set_level(logging.WARNING)
    api.fail("setWebhook", 400, "Bad Request: bad webhook: Failed to resolve host: Name or service not known")

    async def named(username: str) -> None:
        return None

    hook = TelegramWebhook(line, URL, CLOCK, on_name=named)
    async with side_by_side(hook.run()):
        await api.until(lambda: len(api.called("setWebhook")) == 1)
        async with asyncio.timeout(5):
            while "failed to resolve host" not in hook.problem.lower():
                await asyncio.sleep(0.01)
        assert not hook.connected
        await api.until(lambda: bool(api.profile.webhook))
    await line.close()
    assert TOKEN not in caplog.text
