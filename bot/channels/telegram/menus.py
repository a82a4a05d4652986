"""The menus of commands and the bot's description, by scope and language: what is stale is deleted, then ours is set.

Telegram looks in the order chat, all group chats or all private chats, default, the reader's language first. What was
set is remembered by its fingerprint, so that an unchanged start calls nothing. A failure here never holds anything up.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)

from bot.channels.telegram.errors import translated
from bot.channels.telegram.line import TelegramLine
from bot.clock import Clock
from bot.errors import Fatal, Retryable
from storage import preferences
from storage.database import Database

LOG = logging.getLogger(__name__)
OTHERS = ""  # readers of every language that has no menu of its own
ABOUT = "about"
LOOK_S = 60.0
LONGEST_PAUSE_S = 600.0
REFUSED_S = 3_600.0
SCOPES: tuple[str, ...] = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
Commands = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of (name, description) for a scope (one of SCOPES, or `chat:<id>`) by language; OTHERS is for all others.

    None for `commands`: the scope has no menu of its own.
    """

    scope: str
    by_locale: Mapping[str, Commands]


@dataclass(frozen=True, slots=True)
class About:
    """What is told of the bot before anybody writes to it (512 characters) and in its profile (120)."""

    long: str
    short: str


class TelegramMenus:
    """Brings Telegram's menus to what `wanted()` says, now and whenever that changes. `run` until cancelled."""

    def __init__(
        self,
        line: TelegramLine,
        db: Database,
        clock: Clock,
        wanted: Callable[[], Awaitable[Sequence[Menu]]],
        about: Mapping[str, About],
        look_s: float = LOOK_S,
    ) -> None:
        self._line = line
        self._db = db
        self._clock = clock
        self._wanted = wanted
        self._about = about
        self._look_s = look_s
        self._refused: dict[str, int] = {}

    async def run(self) -> None:
        """Look at what is wanted once a minute; what fails comes again, later each time."""
        failures = 0
        while True:
            try:
                await self.bring_up_to_date()
                failures, pause = 0, self._look_s
            except Retryable as error:
                failures += 1
                pause = max(error.retry_after or 0.0, min(LONGEST_PAUSE_S, 2.0**failures))
                LOG.log(logging.WARNING if failures == 1 else logging.INFO, "the menus come later: %s", error)
            except SQLAlchemyError as error:
                pause = self._look_s
                LOG.error("the menus cannot be looked up: %s", error)
            await self._clock.sleep(pause)

    async def bring_up_to_date(self) -> None:
        """Delete what nobody wants any more, then set what is new or changed. Raises Retryable."""
        set_before = await self._remembered()
        wanted = {menu.scope: menu for menu in await self._wanted()}
        for scope in [*set_before, *SCOPES]:
            if scope not in wanted and scope != ABOUT and set_before.get(scope, ("", []))[0] != _print({}):
                await self._carefully(scope, {}, set_before.get(scope, ("", []))[1])
        for scope, menu in wanted.items():
            before, locales = set_before.get(scope, ("", []))
            if before != _print(menu.by_locale):
                await self._carefully(scope, menu.by_locale, locales)
        if self._about and set_before.get(ABOUT, ("", []))[0] != self._about_print():
            await self._describe()

    async def _carefully(self, scope: str, by_locale: Mapping[str, Commands], old: Sequence[str]) -> None:
        """One scope; a chat that Telegram does not let us have a menu in (yet) is asked about again in an hour."""
        if self._clock.now_ms() < self._refused.get(scope, 0):
            return
        try:
            await self._set(scope, by_locale, old)
        except Fatal as error:
            self._refused[scope] = self._clock.now_ms() + round(REFUSED_S * 1000)
            LOG.warning("no menu for %s: %s", scope, error)
            return
        await self._remember(scope, _print(by_locale), list(by_locale) if by_locale or scope in SCOPES else None)

    async def _set(self, scope: str, by_locale: Mapping[str, Commands], old: Sequence[str]) -> None:
        where = _scope(scope)
        for locale in dict.fromkeys([*old, *by_locale, OTHERS, *self._about]):
            with translated(self._line.token):
                await self._line.bot.delete_my_commands(scope=where, language_code=locale or None)
        for locale, commands in by_locale.items():
            menu = [BotCommand(name, words[:256]) for name, words in commands][:100]
            with translated(self._line.token):
                await self._line.bot.set_my_commands(menu, scope=where, language_code=locale or None)

    async def _describe(self) -> None:
        try:
            for locale, about in self._about.items():
                with translated(self._line.token):
                    await self._line.bot.set_my_description(about.long[:512], language_code=locale or None)
                    await self._line.bot.set_my_short_description(about.short[:120], language_code=locale or None)
        except Fatal as error:
            LOG.warning("the bot's description was refused: %s", error)
        await self._remember(ABOUT, self._about_print(), list(self._about))

    def _about_print(self) -> str:
        return _print({locale: [(about.long, about.short)] for locale, about in self._about.items()})

    async def _remembered(self) -> dict[str, tuple[str, list[str]]]:
        """(fingerprint, languages) of each scope that was set."""
        async with self._db.read() as conn:
            kept = await preferences.of(conn, "chat", "telegram", self._home)
        found = {}
        for name, value in kept.items():
            if name.startswith("menu:"):
                entry = json.loads(value)
                found[name.removeprefix("menu:")] = (str(entry["print"]), list(entry["locales"]))
        return found

    async def _remember(self, scope: str, fingerprint: str, locales: list[str] | None) -> None:
        value = None if locales is None else json.dumps({"print": fingerprint, "locales": locales})
        async with self._db.write() as conn:
            await preferences.put(conn, "chat", "telegram", self._home, f"menu:{scope}", value)

    @property
    def _home(self) -> str:
        return f"bot{self._line.bot_id}"


def _print(by_locale: Mapping[str, Any]) -> str:
    told = json.dumps({locale: list(map(list, commands)) for locale, commands in by_locale.items()}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _scope(name: str) -> BotCommandScope:
    kind, _, chat = name.partition(":")
    if kind == "chat":
        return BotCommandScopeChat(int(chat))
    scopes = {
        "default": BotCommandScopeDefault,
        "all_private_chats": BotCommandScopeAllPrivateChats,
        "all_group_chats": BotCommandScopeAllGroupChats,
        "all_chat_administrators": BotCommandScopeAllChatAdministrators,
    }
    return scopes[kind]()
