"""The client below python-telegram-bot: proxies, and a connection that the other side ended."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.channels.telegram.wire import proxy_for
from bot.errors import Retryable
from bot.ports import Message
from tests.servers.telegram_api import TOKEN, TelegramApi

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
API = "https://api.telegram.org"


@pytest.fixture(autouse=True)
def nobody_between(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_the_proxy_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for(API) is None
    monkeypatch.setenv("ALL_PROXY", "http://all:1")
    assert proxy_for(API) == "http://all:1"
    monkeypatch.setenv("HTTPS_PROXY", "http://safe:2")
    assert (proxy_for(API), proxy_for("http://other")) == ("http://safe:2", "http://all:1")
    monkeypatch.setenv("NO_PROXY", "api.telegram.org")
    assert proxy_for(API) is None


async def test_calls_go_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def pass_on(request: web.Request) -> web.Response:
        asked.append(request.raw_path)
        return web.json_response({"ok": True, "result": []})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", pass_on)
    server = web.AppRunner(app)
    await server.setup()
    await web.TCPSite(server, "127.0.0.1", 0).start()
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.addresses[0][1]}")
    line = TelegramLine("1:x", "http://telegram.invalid")
    assert await line.updates(None, 0) == []
    assert asked[0].startswith("http://telegram.invalid/bot1:x/getUpdates?")
    await line.close()
    await server.cleanup()


async def test_a_message_after_the_other_side_ended_the_connection_goes_over_a_new_one(api: TelegramApi) -> None:
    channel = TelegramChannel(TelegramLine(TOKEN, api.url, timeout=0.4))
    await channel.send("42", Message("a", "a"))
    port = int(api.url.rpartition(":")[2])
    await api.stop()
    await asyncio.sleep(0.05)
    await api.start(port)
    await channel.send("42", Message("b", "b"))
    assert [sent.text for sent in api.messages(42)] == ["a", "b"]
    await channel.close()


async def test_a_line_that_is_closed_sends_nothing(api: TelegramApi) -> None:
    channel = TelegramChannel(TelegramLine(TOKEN, api.url))
    await channel.close()
    with pytest.raises(Retryable):
        await channel.send("42", Message("a", "a"))
    assert not api.messages(42)
