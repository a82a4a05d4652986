"""`sharpsignal init`: from a bot token to an owner, five answers and a DEMO signal, then the preflight table."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import secrets
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import delete

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.clock import SystemClock
from bot.doctor import checks, table
from bot.doctor_telegram import unreachable
from bot.env_file import write_env
from bot.errors import Fatal, Retryable, SettingsError, SharpSignalError
from bot.lines import Line, Office, telegram_line
from bot.messages.outgoing import Outgoing
from bot.messages.reader import Reader
from bot.open_store import open_store
from bot.people import talk_config
from bot.setting_shapes import is_bot_token
from bot.settings import Settings
from bot.setup_places import SETTING as PLACES_NAME
from bot.setup_talk import SetupTalk, Step
from bot.terminal import terminal_reader
from storage import chats
from storage.database import Database
from storage.schema import leases
from storage.store_lock import StoreLock, StoreTaken

TOKEN_NAME = "TELEGRAM_BOT_TOKEN"
LOCALE_NAME = "SHARPSIGNAL_LOCALE"
TRIES = 3
TRY_BUTTONS_S = 60.0
LINGER_S = 20.0  # a person reads an answer, then presses the next button
PIPED_LINGER_S = 3.0
LOOK_S = 0.25

Say = Callable[[str], None]
Ask = Callable[[str], str]
"""Asks for a secret and returns what was typed, "" where nothing came."""


@dataclass(frozen=True, slots=True)
class InitRequest:
    """`asks`: questions may be put on the terminal. `wait_s`: how long the link waits for the owner (0: not at all).

    `values` are settings that were given as options (so that they are not asked for in the chat).
    """

    env_file: Path
    asks: bool
    wait_s: float
    values: dict[str, str]

    @property
    def given(self) -> set[Step]:
        """The questions that need not be put any more."""
        names: dict[str, Step] = {
            LOCALE_NAME: "lang",
            "SHARPSIGNAL_TIMEZONE": "zone",
            "SHARPSIGNAL_PAIRS": "pairs",
        }
        return {names[name] for name in self.values}


class Terminal:
    """What is asked and told at the terminal, in a language that the first answer in the chat may change."""

    def __init__(self, reader: Reader, ask: Ask, say: Say) -> None:
        self.reader = reader
        self.ask = ask
        self.say = say

    def speak(self, locale: str) -> None:
        """In this language from now on."""
        self.reader = replace(self.reader, locale=locale)


async def init(request: InitRequest, load: Callable[[], Settings], ask: Ask, say: Say) -> int:
    """Everything, from the first question to the table. `load` reads the settings anew."""
    settings = load()
    given = request.values.get(LOCALE_NAME)
    terminal = Terminal(replace(terminal_reader(settings), locale=given or settings.locale), ask, say)
    reader = terminal.reader
    logging.getLogger().setLevel(logging.WARNING)  # the lines here are for a person
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with StoreLock(Path(settings.database_url.partition(":///")[2])):
            here = await _set_up(request, settings, load, terminal)
        works = await _preflight(load(), terminal)
    except StoreTaken as error:
        words = reader.plain("init-store-used", pid=str(error.pid))
        raise SettingsError(f"SHARPSIGNAL_DATA_DIR: {words}") from error
    except OSError as error:
        words = reader.plain("init-store-closed", folder=str(settings.data_dir), why=str(error.strerror))
        raise SettingsError(f"SHARPSIGNAL_DATA_DIR: {words}") from error
    say("")
    reader = terminal.reader
    say(reader.plain("init-start" if works else "init-mend", program=_program()))
    return 0 if here and works else 1


def _program() -> str:
    """This program as it can be called from here: a virtual environment need not be in PATH."""
    called = Path(sys.argv[0])
    if shutil.which("sharpsignal") or called.name != "sharpsignal":
        return "sharpsignal"
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)


async def _set_up(request: InitRequest, settings: Settings, load: Callable[[], Settings], terminal: Terminal) -> bool:
    """The token and the talk; False where nobody came."""
    reader = terminal.reader
    token, username = await _bot(request, settings, terminal)
    write_env(request.env_file, {TOKEN_NAME: token, **request.values})
    terminal.say(reader.plain("init-token-kept", bot=username, file=str(request.env_file)))
    settings = load()
    if settings.telegram_bot_token is None or settings.telegram_bot_token.get_secret_value() != token:
        raise SettingsError(f"{TOKEN_NAME}: {reader.plain('init-token-other', file=str(request.env_file))}")
    db = await open_store(settings.database_url)
    try:
        return await _talk(request, settings, db, username, terminal)
    finally:
        await db.close()


async def _preflight(settings: Settings, terminal: Terminal) -> bool:
    """What `doctor` finds, now that everything is set up; whether it can work."""
    terminal.speak(settings.locale)
    reader = terminal.reader
    terminal.say("")
    terminal.say(reader.plain("init-preflight"))
    found = await checks(settings)
    for row in table(found, reader):
        terminal.say(row)
    return all(check.ok for check in found)


async def _bot(request: InitRequest, settings: Settings, terminal: Terminal) -> tuple[str, str]:
    """A token that Telegram knows, and the bot's name."""
    known, reader = settings.telegram_bot_token, terminal.reader
    if not request.asks:
        if known is None:
            raise SettingsError(f"{TOKEN_NAME}: {reader.plain('init-token-needed')}")
        return known.get_secret_value(), await _username(known.get_secret_value(), settings, reader)
    if LOCALE_NAME not in request.values:
        terminal.say(reader.plain("init-other-language", program=_program()))
    terminal.say(reader.plain("init-token-from"))
    for left in range(TRIES - 1, -1, -1):
        token = _typed(terminal, known)
        try:
            if not is_bot_token(token):
                raise SettingsError(f"{TOKEN_NAME}: {reader.plain('init-token-shape')}")
            return token, await _username(token, settings, reader)
        except SettingsError as error:
            if not left:
                raise
            terminal.say(str(error))
    raise AssertionError("unreachable")


def _typed(terminal: Terminal, known: SecretStr | None) -> str:
    """What was typed; nothing keeps the token that is there."""
    reader, old = terminal.reader, "" if known is None else known.get_secret_value()
    bot = old.split(":")[0]
    prompt = reader.plain("init-token-keep", bot=bot) if old else reader.plain("init-token-ask")
    typed = terminal.ask(f"{prompt} ").strip() or old
    if not typed:
        raise SettingsError(f"{TOKEN_NAME}: {reader.plain('init-token-none')}")
    return typed


async def _username(token: str, settings: Settings, reader: Reader) -> str:
    """Who the bot is. Raises SettingsError for a token that Telegram does not know, SharpSignalError for no network."""
    line = TelegramLine(token, settings.telegram_api_base_url)
    try:
        return await line.username()
    except Fatal as error:
        words = reader.plain("doctor-telegram-unknown") if error.reason == "unauthorized" else str(error)
        raise SettingsError(f"{TOKEN_NAME}: {words}") from error
    except Retryable as error:
        words = reader.plain("doctor-telegram-silent", why=str(error))
        raise SharpSignalError(f"{words}; {unreachable(settings, reader)}") from error
    finally:
        await line.close()


async def _talk(request: InitRequest, settings: Settings, db: Database, username: str, terminal: Terminal) -> bool:
    """Print the link and hold the first talk; False where nobody came."""

    def keep(name: str, value: str) -> None:
        write_env(request.env_file, {name: value})
        if name == LOCALE_NAME:
            terminal.speak(value)
        reader = terminal.reader
        if name == PLACES_NAME and value:
            terminal.say(reader.plain("init-places", line=f"{name}={value}"))
        elif name == PLACES_NAME:
            terminal.say(reader.plain("init-places-none", name=name))

    clock = SystemClock()
    places = [str(chat) if topic is None else f"{chat}:{topic}" for chat, topic in settings.telegram_chat_ids]
    talk = SetupTalk(db, clock, talk_config(settings, False), keep, request.given, places)
    talk.name_bot(username)
    _show(request, await _link(settings, db, username), terminal)
    if request.wait_s <= 0:
        return True
    office = Office(db, clock, Outgoing(settings.locale, settings.timezone), talk, lambda: None)

    async def named(channel: TelegramChannel, name: str) -> None:
        """The command menu is `run`'s to set."""

    assert settings.telegram_bot_token is not None
    token = settings.telegram_bot_token.get_secret_value()
    await _end_old_lease(db, token)
    line = telegram_line(office, token, settings.telegram_api_base_url, f"init-{secrets.token_hex(4)}", named)
    try:
        return await _held(request, line, talk, terminal)
    finally:
        await line.close()


def _show(request: InitRequest, link: str, terminal: Terminal) -> None:
    reader = terminal.reader
    terminal.say("")
    terminal.say(reader.plain("init-link", link=link))
    if request.asks:
        terminal.say(_qr(link))
    if request.wait_s > 0:
        terminal.say(reader.plain("init-waiting", minutes=f"{request.wait_s / 60:.2g}"))


async def _held(request: InitRequest, line: Line, talk: SetupTalk, terminal: Terminal) -> bool:
    """Run the line until the talk is over."""
    async with asyncio.TaskGroup() as group:
        jobs = [group.create_task(job()) for job in line.jobs]
        watch = group.create_task(_troubles(line, terminal))
        try:
            async with asyncio.timeout(request.wait_s):
                await talk.claimed.wait()
                terminal.say(terminal.reader.plain("init-owned", questions=str(talk.questions)))
                await talk.asked_all.wait()
            terminal.say(terminal.reader.plain("init-demo"))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TRY_BUTTONS_S):
                    await talk.tried.wait()
                    terminal.say(terminal.reader.plain("init-pressed"))
                    await _quiet(talk.heard, LINGER_S if sys.stdin.isatty() else PIPED_LINGER_S)
            return True
        except TimeoutError:
            terminal.say(terminal.reader.plain("init-nobody", seconds=f"{request.wait_s:g}"))
            return False
        finally:
            for task in (*jobs, watch):
                task.cancel()


async def _quiet(heard: asyncio.Event, seconds: float) -> None:
    """Until nothing came for so long: answers are on their way, and who pressed one button presses the next."""
    with contextlib.suppress(TimeoutError):
        while True:
            heard.clear()
            async with asyncio.timeout(seconds):
                await heard.wait()


async def _troubles(line: Line, terminal: Terminal) -> None:
    """Say once what keeps Telegram's updates away, where it lasts."""
    told = ""
    while True:
        await asyncio.sleep(LOOK_S)
        problem = line.problem()
        if problem and problem != told:
            told = problem
            terminal.say(_mend(problem, terminal.reader))


def _mend(problem: str, reader: Reader) -> str:
    """A trouble with the updates, and what to do about it.

    >>> from zoneinfo import ZoneInfo
    >>> "stop it" in _mend("Conflict: terminated by other getUpdates request", Reader("en", ZoneInfo("UTC")))
    True
    """
    if "conflict" in problem.lower():
        return reader.plain("init-conflict")
    return reader.plain("init-trouble", problem=problem)


async def _link(settings: Settings, db: Database, username: str) -> str:
    """The claim link of a bot without an owner; for a known owner the way to the questions."""
    async with db.write() as conn:
        owned = settings.telegram_owner_ids or await chats.owners(conn, "telegram")
        if owned:
            return f"https://t.me/{username}?start=setup"
        nonce = await chats.open_claim(conn)
        if nonce is None:
            nonce = secrets.token_urlsafe(16)
            await chats.create_claim(conn, nonce, SystemClock().now_ms())
    return f"https://t.me/{username}?start=claim_{nonce}"


async def _end_old_lease(db: Database, token: str) -> None:
    """We hold the store, so whoever had the bot's lease is dead: nobody waits for it to run out."""
    async with db.write() as conn:
        await conn.execute(delete(leases).where(leases.c.name == f"telegram:{token.split(':')[0]}"))


def _qr(link: str) -> str:
    import segno

    drawn = io.StringIO()
    segno.make(link, error="m").terminal(out=drawn, compact=True)
    return drawn.getvalue()
