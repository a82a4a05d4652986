"""What `doctor` finds at Telegram: the bot, who owns it, and its rights in every chat that gets signals."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted

from bot.channels.telegram.errors import translated
from bot.channels.telegram.line import TelegramLine
from bot.doctor import Check, State
from bot.errors import Fatal, Retryable
from bot.messages.reader import Reader
from bot.setting_shapes import ChatTarget, is_bot_token
from bot.settings import Settings
from bot.terminal import terminal_reader


async def telegram(settings: Settings) -> Sequence[Check]:
    """The bot itself, then each chat of TELEGRAM_CHAT_IDS."""
    reader = terminal_reader(settings)
    if settings.telegram_bot_token is None:
        mend = reader.plain("doctor-telegram-off-mend")
        if settings.telegram_chat_ids or settings.telegram_owner_ids:
            return [Check("telegram", "warn", reader.plain("doctor-telegram-no-token"), mend)]
        return [Check("telegram", "off", reader.plain("doctor-telegram-off"), mend)]
    token = settings.telegram_bot_token.get_secret_value()
    if not is_bot_token(token):
        words = reader.plain("doctor-telegram-shape", shape=reader.plain("init-token-shape"))
        return [Check("telegram", "fail", words, reader.plain("doctor-telegram-refused-mend"))]
    line = TelegramLine(token, settings.telegram_api_base_url)
    try:
        name = await line.username()
        found = [Check("telegram", "ok", reader.plain("doctor-telegram", name=name)), _owner(settings, reader)]
        return [*found, *[await _chat(line, target, reader) for target in settings.telegram_chat_ids]]
    except Fatal as error:
        words = reader.plain("doctor-telegram-unknown") if error.reason == "unauthorized" else str(error)
        return [Check("telegram", "fail", words, reader.plain("doctor-telegram-refused-mend"))]
    except Retryable as error:
        words = reader.plain("doctor-telegram-silent", why=str(error))
        return [Check("telegram", "fail", words, unreachable(settings, reader))]
    finally:
        await line.close()


def unreachable(settings: Settings, reader: Reader) -> str:
    """What to do where Telegram is not there."""
    if settings.telegram_api_base_url != "https://api.telegram.org":
        return reader.plain("doctor-telegram-server-mend", url=settings.telegram_api_base_url)
    return reader.plain("doctor-telegram-mend")


def _owner(settings: Settings, reader: Reader) -> Check:
    if settings.telegram_owner_ids or _claimed(Path(settings.database_url.partition(":///")[2])):
        return Check("owner", "ok", reader.plain("doctor-owner"))
    return Check("owner", "warn", reader.plain("doctor-owner-none"), reader.plain("doctor-owner-none-mend"))


def _claimed(path: Path) -> bool:
    if not path.exists():
        return False
    query = "SELECT count(*) FROM people WHERE channel = 'telegram' AND role = 'owner'"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as found:
            return bool(found.execute(query).fetchone()[0])
    except sqlite3.DatabaseError:
        return False


async def _chat(line: TelegramLine, target: ChatTarget, reader: Reader) -> Check:
    """Whether the bot may post, edit and pin there."""
    shown = str(target.chat_id) if target.topic is None else f"{target.chat_id}:{target.topic}"
    name = f"chat {shown}"
    try:
        with translated(line.token):
            place = await line.bot.get_chat(target.chat_id)
            member = await line.bot.get_chat_member(target.chat_id, int(line.bot_id))
    except Fatal as error:
        if error.moved_to is not None:
            mend = reader.plain("doctor-chat-moved-mend", id=error.moved_to)
            return Check(name, "warn", reader.plain("doctor-chat-moved"), mend)
        words = reader.plain("doctor-chat-closed", why=str(error))
        return Check(name, "fail", words, reader.plain("doctor-chat-closed-mend"))
    title = f"{place.title or place.username or place.first_name or shown} ({place.type})"
    if target.topic is not None and not place.is_forum:
        mend = reader.plain("doctor-chat-no-topics-mend", id=str(target.chat_id), topic=str(target.topic))
        return Check(name, "fail", reader.plain("doctor-chat-no-topics", chat=title), mend)
    return _rights(name, title, place.type, member, reader)


def _rights(name: str, title: str, kind: str, member: ChatMember, reader: Reader) -> Check:
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        return Check(name, "fail", reader.plain("doctor-chat-out", chat=title), reader.plain("doctor-chat-out-mend"))
    if kind == "private":
        return Check(name, "ok", title)
    if not isinstance(member, ChatMemberAdministrator):
        mute = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
        if kind == "channel" or mute:
            words = reader.plain("doctor-chat-mute", chat=title)
            return Check(name, "fail", words, reader.plain("doctor-chat-mute-mend"))
        words = reader.plain("doctor-chat-member", chat=title)
        return Check(name, "warn", words, reader.plain("doctor-chat-member-mend"))
    return _admin(name, title, kind, member, reader)


def _admin(name: str, title: str, kind: str, member: ChatMemberAdministrator, reader: Reader) -> Check:
    wanted = {"pin": member.can_pin_messages}
    if kind == "channel":
        wanted = {"post": member.can_post_messages, "edit": member.can_edit_messages, "pin": member.can_edit_messages}
    missing = [what for what, given in wanted.items() if not given]
    if not missing:
        return Check(name, "ok", reader.plain("doctor-chat-admin", chat=title))
    state: State = "fail" if "post" in missing else "warn"
    rights = ", ".join(reader.plain("doctor-right", right=right) for right in missing)
    words = reader.plain("doctor-chat-lacks", chat=title, rights=rights)
    return Check(name, state, words, reader.plain("doctor-chat-lacks-mend", rights=rights))
