"""The line to the Bot API: python-telegram-bot's own client, without its updater, its queue and its logs."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.request import BaseRequest

from bot.channels.telegram.errors import translated, without_token
from bot.channels.telegram.wire import Wire
from bot.clock import Clock, SystemClock
from bot.errors import Fatal, Retryable

API_ROOT = "https://api.telegram.org"
KINDS = ("message", "channel_post", "callback_query", "my_chat_member")
CALLS = 64  # connections: twice what the sender keeps in flight
TAPS = 16
WARM_S = 25.0
NO_SKEW_MS = 2_000  # what seconds in a header and the way here can amount to


class TelegramLine:
    """One bot token. `bot` makes the calls; `updates` reads raw updates on a connection of its own.

    `taps` is the same bot over connections of its own: sends that hang cannot keep a pressed button waiting.
    `skew_ms` is how far our clock is ahead of Telegram's, as its newest answer showed; 0 where they agree. `wire`
    carries the requests in place of the network.
    """

    def __init__(
        self,
        token: str,
        base_url: str | None = None,
        *,
        timeout: float = 10.0,
        clock: Clock | None = None,
        wire: BaseRequest | None = None,
    ) -> None:
        # Without it the library warns whenever Telegram asks for a pause.
        os.environ.setdefault("PTB_TIMEDELTA", "1")
        self.token = token
        root = (base_url or API_ROOT).rstrip("/")
        self.skew_ms = 0
        self._clock = clock or SystemClock()
        self._calls = wire or Wire(root, CALLS, timeout, self._compare_clocks)
        self._taps = wire or Wire(root, TAPS, timeout, self._compare_clocks)
        self._polls = wire or Wire(root, 1, timeout, self._compare_clocks)
        self._polls_url = f"{root}/bot{token}/getUpdates"
        self._timeout = timeout
        self.bot = Bot(token, base_url=f"{root}/bot", request=self._calls, get_updates_request=self._polls)
        self.taps = Bot(token, base_url=f"{root}/bot", request=self._taps, get_updates_request=self._polls)
        keep_token_out_of_logs(token)

    @property
    def bot_id(self) -> str:
        """The number before the colon: public, names the bot."""
        return self.token.split(":")[0]

    async def username(self) -> str:
        """Ask who we are. Raises Fatal("unauthorized") for a wrong token, Retryable when Telegram is not there."""
        with translated(self.token):
            return (await self.bot.get_me()).username or ""

    async def keep_open(self) -> None:
        """Forever: see that there is a connection over which the next message leaves at once."""
        while True:
            with suppress(Retryable, Fatal):
                await self.username()
            await self._clock.sleep(WARM_S)

    async def updates(self, offset: int | None, wait_s: int) -> list[Any]:
        """Raw updates from `offset` on, waiting up to `wait_s` for the first.

        They stay unparsed: an update of a kind that this library does not know must not stop the others.
        """
        query: dict[str, object] = {"timeout": wait_s, "limit": 100, "allowed_updates": json.dumps(KINDS)}
        if offset is not None:
            query["offset"] = offset
        with translated(self.token):
            answer: object = await self._polls.post(
                f"{self._polls_url}?{urlencode(query)}", read_timeout=wait_s + self._timeout
            )
        return list(answer) if isinstance(answer, list) else []

    async def drop_webhook(self) -> None:
        """Polling and a webhook exclude each other. Nothing that waits is thrown away."""
        with translated(self.token):
            await self.bot.delete_webhook(drop_pending_updates=False)

    def _compare_clocks(self, date: str) -> None:
        """Each answer carries Telegram's date (whole seconds, the middle of which is the best guess)."""
        try:
            there = round(parsedate_to_datetime(date).timestamp() * 1000) + 500
        except ValueError:
            return
        skew = self._clock.now_ms() - there
        self.skew_ms = skew if abs(skew) >= NO_SKEW_MS else 0

    async def close(self) -> None:
        """End the connections."""
        for pool in (self._calls, self._taps, self._polls):
            await pool.shutdown()


class _Redaction(logging.Filter):
    """Takes secrets out of whatever a library is about to log."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        words = record.getMessage()
        if self.secret in words:
            record.msg, record.args = without_token(words, self.secret), ()
        return True


def keep_token_out_of_logs(token: str, loggers: Sequence[str] = ("aiohttp", "telegram")) -> None:
    """A URL holds the token: loggers that may name one speak from WARNING on, redacted."""
    for name in loggers:
        logger = logging.getLogger(name)
        if logger.level < logging.WARNING:
            logger.setLevel(logging.WARNING)
        if not any(isinstance(one, _Redaction) and one.secret == token for one in logger.filters):
            logger.addFilter(_Redaction(token))
