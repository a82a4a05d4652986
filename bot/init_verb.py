"""`sharpsignal init`: from a bot token to an owner, five answers and a DEMO signal, then the preflight table."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import re
import secrets
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
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
from bot.open_store import open_store
from bot.people import talk_config
from bot.settings import Settings
from bot.setup_places import SETTING as PLACES_NAME
from bot.setup_talk import SetupTalk, Step
from storage import chats
from storage.database import Database
from storage.schema import leases
from storage.store_lock import StoreLock, StoreTaken

TOKEN_NAME = "TELEGRAM_BOT_TOKEN"
TRIES = 3
TRY_BUTTONS_S = 60.0
LINGER_S = 20.0  # a person reads an answer, then presses the next button
PIPED_LINGER_S = 3.0
LOOK_S = 0.25
_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{10,100}")

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
            "SHARPSIGNAL_LOCALE": "lang",
            "SHARPSIGNAL_TIMEZONE": "zone",
            "SHARPSIGNAL_PAIRS": "pairs",
        }
        return {names[name] for name in self.values}


async def init(request: InitRequest, load: Callable[[], Settings], ask: Ask, say: Say) -> int:
    """Everything, from the first question to the table. `load` reads the settings anew."""
    settings = load()
    logging.getLogger().setLevel(logging.WARNING)  # the lines here are for a person
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with StoreLock(Path(settings.database_url.partition(":///")[2])):
            here = await _set_up(request, settings, load, ask, say)
        works = await _preflight(load(), say)
    except StoreTaken as error:
        words = f"sharpsignal is running on this store (process {error.pid}): stop it first, then run init again"
        raise SettingsError(f"SHARPSIGNAL_DATA_DIR: {words}") from error
    except OSError as error:
        words = f"{settings.data_dir} cannot be used ({error.strerror}); name a folder that you may write to"
        raise SettingsError(f"SHARPSIGNAL_DATA_DIR: {words}") from error
    say("")
    say(f"Start it with: {_program()} run" if works else f"Mend what says FAIL, then look again: {_program()} doctor")
    return 0 if here and works else 1


def _program() -> str:
    """This program as it can be called from here: a virtual environment need not be in PATH."""
    called = Path(sys.argv[0])
    if shutil.which("sharpsignal") or called.name != "sharpsignal":
        return "sharpsignal"
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)


async def _set_up(request: InitRequest, settings: Settings, load: Callable[[], Settings], ask: Ask, say: Say) -> bool:
    """The token and the talk; False where nobody came."""
    token, username = await _bot(request, settings, ask, say)
    write_env(request.env_file, {TOKEN_NAME: token, **request.values})
    say(f"@{username} answers; {request.env_file} holds the token (readable by you alone).")
    settings = load()
    if settings.telegram_bot_token is None or settings.telegram_bot_token.get_secret_value() != token:
        raise SettingsError(f"{TOKEN_NAME}: the environment names another bot than {request.env_file}; unset it there")
    db = await open_store(settings.database_url)
    try:
        return await _talk(request, settings, db, username, say)
    finally:
        await db.close()


async def _preflight(settings: Settings, say: Say) -> bool:
    """What `doctor` finds, now that everything is set up; whether it can work."""
    say("")
    say("Preflight:")
    found = await checks(settings)
    for row in table(found):
        say(row)
    return all(check.ok for check in found)


async def _bot(request: InitRequest, settings: Settings, ask: Ask, say: Say) -> tuple[str, str]:
    """A token that Telegram knows, and the bot's name."""
    known = settings.telegram_bot_token
    if not request.asks:
        if known is None:
            raise SettingsError(f"{TOKEN_NAME}: must be set; @BotFather in Telegram gives one (/newbot)")
        return known.get_secret_value(), await _username(known.get_secret_value(), settings)
    say("A bot token comes from @BotFather in Telegram: /newbot, then paste here what it gives (it stays invisible).")
    for left in range(TRIES - 1, -1, -1):
        token = _typed(ask, known)
        try:
            if not _TOKEN.fullmatch(token):
                raise SettingsError(f"{TOKEN_NAME}: must look like 123456789:AAE… with nothing before or after it")
            return token, await _username(token, settings)
        except SettingsError as error:
            if not left:
                raise
            say(str(error))
    raise AssertionError("unreachable")


def _typed(ask: Ask, known: SecretStr | None) -> str:
    """What was typed; nothing keeps the token that is there."""
    old = "" if known is None else known.get_secret_value()
    keep = f" (Enter keeps the one of bot {old.split(':')[0]})" if old else ""
    typed = ask(f"Token{keep}: ").strip() or old
    if not typed:
        raise SettingsError(f"{TOKEN_NAME}: nothing was typed; @BotFather in Telegram gives a token (/newbot)")
    return typed


async def _username(token: str, settings: Settings) -> str:
    """Who the bot is. Raises SettingsError for a token that Telegram does not know, SharpSignalError for no network."""
    line = TelegramLine(token, settings.telegram_api_base_url)
    try:
        return await line.username()
    except Fatal as error:
        raise SettingsError(f"{TOKEN_NAME}: {error}") from error
    except Retryable as error:
        raise SharpSignalError(f"Telegram does not answer ({error}): {unreachable(settings)}") from error
    finally:
        await line.close()


async def _talk(request: InitRequest, settings: Settings, db: Database, username: str, say: Say) -> bool:
    """Print the link and hold the first talk; False where nobody came."""

    def keep(name: str, value: str) -> None:
        write_env(request.env_file, {name: value})
        if name == PLACES_NAME:
            say(f"{name}={value}: signals go there, too." if value else f"{name} is empty again.")

    clock = SystemClock()
    places = [str(chat) if topic is None else f"{chat}:{topic}" for chat, topic in settings.telegram_chat_ids]
    talk = SetupTalk(db, clock, talk_config(settings, False), keep, request.given, places)
    talk.name_bot(username)
    _show(request, await _link(settings, db, username), say)
    if request.wait_s <= 0:
        return True
    office = Office(db, clock, Outgoing(db, settings.locale, settings.timezone), talk, lambda: None)

    async def named(channel: TelegramChannel, name: str) -> None:
        """The command menu is `run`'s to set."""

    assert settings.telegram_bot_token is not None
    token = settings.telegram_bot_token.get_secret_value()
    await _end_old_lease(db, token)
    line = telegram_line(office, token, settings.telegram_api_base_url, f"init-{secrets.token_hex(4)}", named)
    try:
        return await _held(request, line, talk, say)
    finally:
        await line.close()


def _show(request: InitRequest, link: str, say: Say) -> None:
    say("")
    say(f"Open this on your phone and press Start: {link}")
    if request.asks:
        say(_qr(link))
    if request.wait_s > 0:
        say(f"Waiting for you, {request.wait_s / 60:.2g} minutes at most. Ctrl+C ends it; the link stays good.")


async def _held(request: InitRequest, line: Line, talk: SetupTalk, say: Say) -> bool:
    """Run the line until the talk is over."""
    async with asyncio.TaskGroup() as group:
        jobs = [group.create_task(job()) for job in line.jobs]
        watch = group.create_task(_troubles(line, say))
        try:
            async with asyncio.timeout(request.wait_s):
                await talk.claimed.wait()
                say(f"You own the bot now. Go on in the chat; it asks with buttons, a press each ({talk.questions}).")
                await talk.asked_all.wait()
            say("The DEMO signal is in the chat: press a button under it (this ends in a minute, pressed or not).")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TRY_BUTTONS_S):
                    await talk.tried.wait()
                    say("Pressed, and answered. Try the others, too: this goes on when none was pressed for a while.")
                    await _quiet(talk.heard, LINGER_S if sys.stdin.isatty() else PIPED_LINGER_S)
            return True
        except TimeoutError:
            say(f"Nobody finished within {request.wait_s:g} s. The link stays good: `sharpsignal init` goes on.")
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


async def _troubles(line: Line, say: Say) -> None:
    """Say once what keeps Telegram's updates away, where it lasts."""
    told = ""
    while True:
        await asyncio.sleep(LOOK_S)
        problem = line.problem()
        if problem and problem != told:
            told = problem
            say(_mend(problem))


def _mend(problem: str) -> str:
    """A trouble with the updates, and what to do about it.

    >>> "stop it" in _mend("Conflict: terminated by other getUpdates request")
    True
    """
    if "conflict" in problem.lower():
        return (
            "Another program reads this bot's updates: stop it (an old copy, another server), or take the token away "
            "from it with /revoke at @BotFather and run init with the new one."
        )
    return f"Telegram: {problem}. Trying again."


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
