"""Telegram's refusals in our own words. The bot's token never survives into a message or a traceback.

python-telegram-bot's tree has traps: BadRequest is a NetworkError (a refusal, not a fault of the line), and TimedOut
does not mean that nothing was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.errors import Fatal, Retryable

_NO_CHAT = ("chat not found", "user not found", "peer_id_invalid", "message thread not found", "chat_id is empty")
_NO_RIGHTS = (
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "need administrator rights",
    "chat_restricted",
    "chat_admin_required",
)
_TOPIC_CLOSED = "topic_closed"
_ANOTHER = "another program reads the updates of this bot: stop it, a token is for one program ({words})"
_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


@contextmanager
def translated(token: str) -> Iterator[None]:
    """Raise Retryable or Fatal where the Bot API or the line to it failed."""
    try:
        yield
    except TelegramError as error:
        raise translate_error(error, token) from None


def translate_error(error: TelegramError, token: str) -> Retryable | Fatal:
    """What to do about an error.

    >>> translate_error(Forbidden("Forbidden: bot was blocked by the user"), "1:x").reason
    'blocked'
    >>> translate_error(NetworkError("Bad Gateway"), "1:x").sent
    False
    """
    words = without_token(str(error), token)
    if isinstance(error, RetryAfter):
        return Retryable(words, retry_after=_seconds(error), sent=False)
    if isinstance(error, ChatMigrated):
        return Fatal(words, "migrated", moved_to=str(error.new_chat_id))
    if isinstance(error, Forbidden):
        return Fatal(words, "rights" if _lacks_rights(words.lower()) else "blocked")
    if isinstance(error, Conflict):
        return Retryable(_ANOTHER.format(words=words), sent=False)
    if isinstance(error, InvalidToken):
        where = " and TELEGRAM_API_BASE_URL" if "not found" in words.lower() else ", take it from @BotFather anew"
        return Fatal(f"Telegram does not know this bot: check TELEGRAM_BOT_TOKEN{where}", "unauthorized")
    if isinstance(error, BadRequest):
        return Fatal(words, _why_refused(words.lower()))
    return Retryable(words, sent=_reached(error))


def without_token(words: str, token: str) -> str:
    """The same words with the bot's secret taken out.

    >>> without_token("POST /bot123:abc/getMe", "123:abc")
    'POST /bot…/getMe'
    """
    return words.replace(token, "…") if token else words


def _seconds(error: RetryAfter) -> float:
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def _why_refused(words: str) -> str:
    if any(part in words for part in _NO_CHAT):
        return "not_found"
    if _TOPIC_CLOSED in words:
        return "topic_closed"
    return "rights" if _lacks_rights(words) else "rejected"


def _lacks_rights(words: str) -> bool:
    return any(part in words for part in _NO_RIGHTS)


def _reached(error: TelegramError) -> bool | None:
    """False where the request surely was not carried out, None where nobody knows."""
    cause = error.__cause__
    if isinstance(cause, _NEVER_LEFT) or _was_shut(cause):
        return False
    answered = isinstance(error, NetworkError) and (cause is None or isinstance(cause, TelegramError))
    return False if answered and "timed out" not in str(error).lower() else None


def _was_shut(cause: BaseException | None) -> bool:
    """Whether the other side had ended a kept connection before the whole of the request was written to it."""
    return cause is not None and isinstance(cause.__cause__, aiohttp.ClientConnectionResetError)
