"""How each setting is written: one small reader per shape. A wrong value raises ValueError that starts with "must"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.languages import LOCALES

ALL_PAIRS = ("*",)
_PAIR = re.compile(r"[A-Z0-9]{1,24}-USDT-SWAP")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_BOT_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{10,100}")
_CONTENT = re.compile(r"([a-z_]+):([a-z]{2}(?:_[A-Za-z]{2})?)=(HX[0-9A-Za-z]+)")
_DATABASES = ("sqlite+aiosqlite://", "postgresql+asyncpg://")


class ChatTarget(NamedTuple):
    """A Telegram chat, and the topic inside it (None: the chat itself)."""

    chat_id: int
    topic: int | None = None


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def pairs(text: str) -> tuple[str, ...]:
    """Read OKX instIds.

    >>> pairs("BTC-USDT-SWAP, ETH-USDT-SWAP")
    ('BTC-USDT-SWAP', 'ETH-USDT-SWAP')
    """
    names = _items(text)
    if names == ["*"]:
        return ALL_PAIRS
    wrong = [name for name in names if not _PAIR.fullmatch(name)]
    if wrong or not names:
        raise ValueError(
            f"must be OKX instIds like BTC-USDT-SWAP, comma separated, or *; not {', '.join(wrong) or text}"
        )
    if len(set(names)) < len(names):
        raise ValueError("must name each pair once")
    return tuple(names)


def locale(text: str) -> str:
    """Read a locale that has a file of messages."""
    if text not in LOCALES:
        raise ValueError(f"must be one of {', '.join(sorted(LOCALES))}")
    return text


def timezone(text: str) -> str:
    """Read an IANA time zone.

    >>> timezone("Asia/Jakarta")
    'Asia/Jakarta'
    """
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be a time zone name like Asia/Jakarta or UTC") from error
    return text


def choice(*known: str) -> Callable[[str], str]:
    """Read one of a few words."""

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return text

    return read


def record_days(text: str) -> int:
    """Read how many days are kept; 0 is none."""
    if not (text.isascii() and text.isdigit()) or int(text[:6]) > 3650:
        raise ValueError("must be a whole number of days from 0 (nothing is recorded) to 3650")
    return int(text[:6])


def port(text: str) -> int:
    """Read a TCP port.

    >>> port("8080")
    8080
    """
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise ValueError("must be a whole number from 0 to 65535 (0: any free port)")
    return int(text)


def url(*schemes: str) -> Callable[[str], str]:
    """Read a URL with one of `schemes`; a trailing slash is dropped."""

    def read(text: str) -> str:
        try:
            parts = urlsplit(text)
            good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good or re.search(r"\s", text):
            raise ValueError("must be a URL starting with " + " or ".join(f"{scheme}://" for scheme in schemes))
        return text.rstrip("/")

    return read


def database(text: str) -> str:
    """Read a database URL."""
    if not text.startswith(_DATABASES):
        raise ValueError("must start with " + " or ".join(_DATABASES))
    return text


def chats(text: str) -> tuple[ChatTarget, ...]:
    """Read `id` or `id:topic`, comma separated.

    >>> chats("-1001:7, 42")
    (ChatTarget(chat_id=-1001, topic=7), ChatTarget(chat_id=42, topic=None))
    """
    found = []
    for item in _items(text):
        match = re.fullmatch(r"(-?[0-9]{1,15})(?::([0-9]{1,12}))?", item)
        if match is None:
            raise ValueError(f"must be chat ids like -1001234567890 or -1001234567890:7 (id:topic); not {item}")
        found.append(ChatTarget(int(match[1]), int(match[2]) if match[2] else None))
    return tuple(dict.fromkeys(found))


def user_ids(text: str) -> tuple[int, ...]:
    """Read Telegram user ids.

    >>> user_ids("7,8")
    (7, 8)
    """
    wrong = [item for item in _items(text) if not re.fullmatch(r"[0-9]{1,15}", item)]
    if wrong:
        raise ValueError(f"must be numeric Telegram user ids, comma separated; not {', '.join(wrong)}")
    return tuple(dict.fromkeys(int(item) for item in _items(text)))


def account_sid(text: str) -> str:
    """Read a Twilio account id."""
    if not re.fullmatch(r"AC[0-9A-Za-z]+", text):
        raise ValueError("must be a Twilio account SID, starting with AC")
    return text


def phone(text: str) -> str:
    """Read an E.164 number, with or without Twilio's `whatsapp:` in front.

    >>> phone("whatsapp:+6281234567890")
    '+6281234567890'
    """
    number = text.removeprefix("whatsapp:")
    if not _PHONE.fullmatch(number):
        raise ValueError("must be a phone number in E.164 form like +6281234567890")
    return number


def is_bot_token(text: str) -> bool:
    """Whether this has the shape of what @BotFather gives.

    >>> is_bot_token("123456789:AAE-of_nobody"), is_bot_token("my token")
    (True, False)
    """
    return _BOT_TOKEN.fullmatch(text) is not None


def phones(text: str) -> tuple[str, ...]:
    """Read E.164 numbers, comma separated."""
    return tuple(dict.fromkeys(phone(item) for item in _items(text)))


def content_sids(text: str) -> Mapping[tuple[str, str], str]:
    """Read `kind:locale=HX…`, comma separated.

    >>> content_sids("signal:id=HX1")
    {('signal', 'id'): 'HX1'}
    """
    found: dict[tuple[str, str], str] = {}
    for item in _items(text):
        match = _CONTENT.fullmatch(item)
        if match is None:
            raise ValueError(f"must be kind:locale=HX…, comma separated; not {item}")
        found[match[1], match[2]] = match[3]
    return found
