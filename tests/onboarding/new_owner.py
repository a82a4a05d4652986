"""A new owner at a terminal and in a chat: the real `sharpsignal init` as a process, Telegram and OKX on loopback."""

from __future__ import annotations

import asyncio
import os
import re
import stat
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from tests.servers.okx import OkxServer, instrument
from tests.servers.telegram_api import TOKEN, TelegramApi
from tests.servers.telegram_wire import ApiError, Params
from tests.whole.process import SHARPSIGNAL

OWNER = 7
HOUSE = re.compile("SHARPSIGNAL_|TELEGRAM_|TWILIO_|WHATSAPP_|OPENAI_|OKX_|DATABASE_URL|REDIS_URL")


class Telegram(TelegramApi):
    """The Bot API with what `doctor` asks: chats, and the bot's place in them. `members` are ChatMember bodies."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.places: dict[int, Params] = {}
        self.members: dict[int, Params] = {}

    async def _answer(self, method: str, params: Params) -> Any:
        chat_id = int(params.get("chat_id") or 0)
        if method in ("getChat", "getChatMember") and chat_id not in self.places:
            raise ApiError(400, "Bad Request: chat not found")
        if method == "getChat":
            return {
                "accent_color_id": 0,
                "max_reaction_count": 11,
                "accepted_gift_types": GIFTS,
                **self.places[chat_id],
            }
        if method == "getChatMember":
            return {"user": {"id": self.bot_id, "is_bot": True, "first_name": "Sharp"}, **self.members[chat_id]}
        return await super()._answer(method, params)


GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
)


@dataclass
class Terminal:
    """A running verb: what it said so far, and what is typed into it."""

    process: Process
    said: str = ""

    async def until(self, pattern: str, seconds: float = 30.0) -> re.Match[str]:
        """Read on until something was said."""
        assert self.process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                while (found := re.search(pattern, self.said)) is None:
                    more = await self.process.stdout.read(4096)
                    assert more, f"it ended without {pattern!r}:\n{self.said}"
                    self.said += more.decode()
        except TimeoutError:
            raise AssertionError(f"never said {pattern!r}:\n{self.said}") from None
        return found

    async def ended(self, seconds: float = 30.0) -> int:
        """Its exit code; `said` is then whole."""
        assert self.process.stdout is not None
        async with asyncio.timeout(seconds):
            while more := await self.process.stdout.read(4096):
                self.said += more.decode()
            return await self.process.wait()


@dataclass
class Home:
    """A folder of a new owner, and the two servers."""

    folder: Path
    telegram: Telegram
    okx: OkxServer

    @property
    def env(self) -> str:
        return (self.folder / ".env").read_text(encoding="utf-8")

    @property
    def mode(self) -> int:
        return stat.S_IMODE((self.folder / ".env").stat().st_mode)

    @asynccontextmanager
    async def verb(self, *words: str, typed: str = "", **settings: str) -> AsyncIterator[Terminal]:
        """A verb with something piped in."""
        clean = {name: value for name, value in os.environ.items() if not HOUSE.match(name)}
        servers = {
            "TELEGRAM_API_BASE_URL": self.telegram.url,
            "OKX_REST_URL": self.okx.rest_url,
            "OKX_WS_URL": self.okx.ws_url,
            "SHARPSIGNAL_PORT": "0",
            "PYTHONUNBUFFERED": "1",
        }
        process = await asyncio.create_subprocess_exec(
            *(SHARPSIGNAL, *words), cwd=self.folder, env={**clean, **servers, **settings},
            stdin=PIPE, stdout=PIPE, stderr=STDOUT,
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(typed.encode())
        process.stdin.close()
        try:
            yield Terminal(process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


@asynccontextmanager
async def home(folder: Path) -> AsyncIterator[Home]:
    """Everything there, nothing set up."""
    pairs = [instrument(f"{coin}-USDT-SWAP") for coin in ("BTC", "ETH", "SOL", "XRP", "DOGE")]
    async with OkxServer(SystemClock().now_ms, pairs) as okx, Telegram() as telegram:
        yield Home(folder, telegram, okx)


__all__ = ["OWNER", "TOKEN", "Home", "Telegram", "Terminal", "home"]
