"""Telegram's updates by webhook: Telegram calls us, each update is in the store before it gets its 200.

What does not carry our secret is refused and leaves nothing. Telegram brings an update again until it gets a 200, so a
store that cannot be written loses nothing; an update that comes twice is known by its id.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.telegram.errors import translated
from bot.channels.telegram.line import KINDS, TelegramLine
from bot.clock import Clock
from bot.errors import Fatal, Retryable
from storage import inbox
from storage.database import Database

LOG = logging.getLogger(__name__)
SOURCE = "telegram"
PATH = "/webhooks/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
CONNECTIONS = 20
LOOK_S = 60.0
LONGEST_PAUSE_S = 60.0
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Kept"},
    403: {"description": "It does not show our secret"},
    503: {"description": "The store cannot be written; Telegram brings it again"},
}


def secret_of(token: str) -> str:
    """The secret that Telegram shows us: made from the bot's token, which it does not give away.

    >>> secret_of("1:a") == secret_of("1:a") != secret_of("1:b"), len(secret_of("1:a"))
    (True, 64)
    """
    return hmac.new(token.encode(), b"telegram webhook", hashlib.sha256).hexdigest()


def telegram_router(db: Database, secret: str, clock: Clock, on_updates: Callable[[], None]) -> APIRouter:
    """The route that Telegram calls. `on_updates` is told after the commit."""
    router = APIRouter()
    forged = 0

    @router.post(PATH, response_class=Response, responses=ANSWERS)
    async def telegram(request: Request) -> Response:
        """An update from Telegram."""
        nonlocal forged
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            forged += 1
            if forged in (1, 10) or forged % 1000 == 0:
                LOG.warning("%d calls of the Telegram webhook without our secret were refused", forged)
            raise HTTPException(403, "not from Telegram")
        update_id, payload = _update(await request.body())
        try:
            async with db.write() as conn:
                await inbox.put(conn, SOURCE, str(update_id), payload, clock.now_ms())
        except SQLAlchemyError as error:
            LOG.error("an update could not be stored, Telegram will bring it again: %s", error)
            raise HTTPException(503, "cannot be stored now") from None
        on_updates()
        return Response(status_code=200)

    return router


def _update(body: bytes) -> tuple[int, str]:
    """Its id and its text. 400 for what is no update: Telegram never sends that."""
    try:
        update = json.loads(body)
    except ValueError:
        update = None
    found = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(found, int) or isinstance(found, bool):
        raise HTTPException(400, "not an update")
    return found, json.dumps(update, ensure_ascii=False, separators=(",", ":"))


class TelegramWebhook:
    """Tells Telegram where we are, and looks now and then whether it still knows and gets through.

    `connected` says whether Telegram calls our address, `problem` why not.
    """

    def __init__(
        self, line: TelegramLine, public_url: str, clock: Clock, *, on_name: Callable[[str], Awaitable[None]],
        look_s: float = LOOK_S,
    ) -> None:  # fmt: skip
        self.connected = False
        self.problem = ""
        self._line = line
        self._url = public_url.rstrip("/") + PATH
        self._clock = clock
        self._on_name = on_name
        self._look_s = look_s

    async def run(self) -> None:
        """Until cancelled, or until Telegram refuses the token."""
        failures, greeted = 0, False
        while True:
            try:
                if not greeted:
                    await self._on_name(await self._line.username())
                    greeted = True
                await self._look()
                failures, pause = 0, self._look_s
            except (Retryable, Fatal, SQLAlchemyError) as error:
                failures += 1
                self._trouble(str(error), failures)
                if isinstance(error, Fatal) and error.reason == "unauthorized":
                    return
                asked = error.retry_after if isinstance(error, Retryable) and error.retry_after else 0.0
                pause = max(asked, min(LONGEST_PAUSE_S, 0.5 * 2 ** min(failures, 7)))
            await self._clock.sleep(pause)

    async def _look(self) -> None:
        """Set the webhook where it is not ours; keep what Telegram says about its newest failure."""
        with translated(self._line.token):
            info = await self._line.bot.get_webhook_info()
        if info.url != self._url or not self.connected:
            with translated(self._line.token):
                await self._line.bot.set_webhook(
                    self._url,
                    secret_token=secret_of(self._line.token),
                    allowed_updates=list(KINDS),
                    max_connections=CONNECTIONS,
                    drop_pending_updates=False,
                )
            LOG.info("Telegram brings updates to %s", self._url)
            self.connected, self.problem = True, ""
            return
        failed = info.pending_update_count > 0 and info.last_error_message
        self.problem = f"Telegram cannot reach {self._url}: {info.last_error_message}" if failed else ""
        if failed:
            LOG.warning("%s (%d updates wait there)", self.problem, info.pending_update_count)

    def _trouble(self, words: str, failures: int) -> None:
        self.connected = False
        self.problem = f"the webhook {self._url} could not be set: {words}"
        if failures in (1, 5) or failures % 20 == 0:
            LOG.warning("Telegram: %s", self.problem)
