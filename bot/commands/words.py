"""Feedback without buttons: digits, emoji and a few words (WhatsApp, and replies anywhere)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from bot.commands.desk import is_direct
from bot.i18n import LOCALES, say
from bot.messages.buttons import EMOJI, KINDS, FeedbackTap, Kind
from bot.ports import Incoming
from storage import chats, posts
from storage.database import Database

_DIGITS: dict[str, Kind] = dict(zip("1234", KINDS, strict=True))
_DROPPED = dict.fromkeys([0xFE0F, 0x20E3, 0x200D, *range(0x1F3FB, 0x1F400)])
_KEYS = {
    "stop": "words-stop",
    "start": "words-start",
    "stats": "words-stats",
    "status": "words-status",
    "watch": "words-watch",
    "help": "words-help",
    "resume": "words-resume",
    "keep": "words-keep",
}
_ITEMS: dict[Kind, str] = {"nofill": "whatsapp-item-nofill", "note": "whatsapp-item-note"}
_MOST = 24


def _words(key: str) -> list[str]:
    """What people of any of our languages write for one thing, lower case."""
    return [word.strip().lower() for locale in LOCALES for word in say(locale, key).split(",") if word.strip()]


@cache
def _commands() -> dict[str, str]:
    return {word: command for command, key in _KEYS.items() for word in _words(key)}


@cache
def _items() -> dict[str, Kind]:
    """The titles of the list under "more": what comes back where a phone tells only the words."""
    return {word: kind for kind, key in _ITEMS.items() for word in _words(key)}


def _any_of(key: str) -> str:
    return "|".join(re.escape(word) for word in _words(key))


@cache
def _why() -> re.Pattern[str]:
    return re.compile(rf"(?:{_any_of('words-why')})(?:\s+([^?]{{1,40}}))?\??", re.IGNORECASE)


@cache
def _pause() -> re.Pattern[str]:
    return re.compile(rf"(?:{_any_of('words-pause')})[.!]?(?:\s+([0-9].*))?", re.IGNORECASE | re.DOTALL)


def vote_word(text: str) -> Kind | None:
    """The vote that a short text means: 1-4 in any form (keycaps, full-width) or the emoji itself in any skin.

    >>> [vote_word(text) for text in ("1", "２", "3️⃣", "👍🏽", "4.", "12", "ok")]
    ['up', 'down', 'nofill', 'up', 'note', None, None]
    """
    if len(text) > _MOST:
        return None
    if (chosen := _items().get(text.strip().lower())) is not None:
        return chosen
    bare = unicodedata.normalize("NFKC", text).translate(_DROPPED).strip().rstrip(".)").strip()
    if bare in _DIGITS:
        return _DIGITS[bare]
    return next((kind for kind in KINDS if EMOJI[kind].translate(_DROPPED) == bare), None)


def command_word(text: str) -> str | None:
    """The command that a word, or a button that says it, means.

    >>> command_word(" Stop. "), command_word("STATS"), command_word("stop it")
    ('stop', 'stats', None)
    """
    return _commands().get(text.strip().rstrip(".!").lower()) if len(text) <= _MOST else None


def switch_words(text: str) -> tuple[str, str] | None:
    """The switch that somebody throws in words, and what stands behind it. Nobody pauses in the middle of a sentence.

    >>> switch_words("PAUSE 60 FOMC"), switch_words("resume"), switch_words("pause is good")
    (('pause', '60 FOMC'), ('resume', ''), None)
    """
    if command_word(text) == "resume":
        return "resume", ""
    found = _pause().fullmatch(text.strip())
    return None if found is None else ("pause", (found[1] or "").strip())


def why_words(text: str) -> str | None:
    """What is asked about, where somebody asks why in words.

    >>> why_words("WHY btc"), why_words("kenapa #12?"), why_words("why"), why_words("whynot btc")
    ('btc', '#12', '', None)
    """
    found = _why().fullmatch(text.strip())
    return None if found is None else (found[1] or "").strip()


async def meant(db: Database, incoming: Incoming, kind: Kind) -> FeedbackTap | None:
    """The signal that a vote in words is about: the one in `reply_to`, else the newest one sent there.

    In a group only a reply counts. A reply to something that is no signal is no vote, except on WhatsApp, where people
    answer anything.
    """
    channel, address = incoming.person.channel, incoming.address
    async with db.read() as conn:
        if incoming.reply_to:
            prompt = await chats.prompt(conn, channel, address, incoming.reply_to)
            if prompt is not None:
                return FeedbackTap(prompt.number, kind, prompt.demo)
            number = await posts.number_of(conn, channel, address, incoming.reply_to)
            if number is not None:
                return FeedbackTap(number, kind, False)
            if channel != "whatsapp":
                return None
        if not is_direct(incoming):
            return None
        newest = await posts.newest(conn, channel, address)
        shown = await chats.latest_prompt(conn, channel, address, "")
    if shown is not None and shown.demo and (newest is None or shown.at > newest.at):
        return FeedbackTap(shown.number, kind, True)
    return None if newest is None else FeedbackTap(newest.number, kind, False)
