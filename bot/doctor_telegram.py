"""What `doctor` finds at Telegram: the bot, who owns it, and its rights in every chat that gets signals."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted

from bot.channels.telegram.errors import translated
from bot.channels.telegram.line import TelegramLine
from bot.doctor import Check
from bot.errors import Fatal, Retryable
from bot.setting_shapes import ChatTarget
from bot.settings import Settings


async def telegram(settings: Settings) -> Sequence[Check]:
    """The bot itself, then each chat of TELEGRAM_CHAT_IDS."""
    if settings.telegram_bot_token is None:
        mend = "`sharpsignal init` sets one up in two minutes"
        if settings.telegram_chat_ids or settings.telegram_owner_ids:
            return [Check("telegram", "warn", "chats or owners are named, but TELEGRAM_BOT_TOKEN is empty", mend)]
        return [Check("telegram", "off", "no bot", mend)]
    line = TelegramLine(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_base_url)
    try:
        name = await line.username()
        found = [Check("telegram", "ok", f"@{name} answers"), _owner(settings)]
        return [*found, *[await _chat(line, target) for target in settings.telegram_chat_ids]]
    except Fatal as error:
        return [Check("telegram", "fail", str(error), "`sharpsignal init` asks for a new token")]
    except Retryable as error:
        return [Check("telegram", "fail", f"Telegram does not answer: {error}", unreachable(settings))]
    finally:
        await line.close()


def unreachable(settings: Settings) -> str:
    """What to do where Telegram is not there."""
    if settings.telegram_api_base_url != "https://api.telegram.org":
        return f"is a Bot API server at {settings.telegram_api_base_url}? (TELEGRAM_API_BASE_URL)"
    return "check the network; where Telegram is blocked set HTTPS_PROXY or TELEGRAM_API_BASE_URL"


def _owner(settings: Settings) -> Check:
    if settings.telegram_owner_ids or _claimed(Path(settings.database_url.partition(":///")[2])):
        return Check("owner", "ok", "the bot has an owner")
    return Check("owner", "warn", "nobody owns the bot yet", "open the link that `sharpsignal init` prints")


def _claimed(path: Path) -> bool:
    if not path.exists():
        return False
    query = "SELECT count(*) FROM people WHERE channel = 'telegram' AND role = 'owner'"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as found:
            return bool(found.execute(query).fetchone()[0])
    except sqlite3.DatabaseError:
        return False


async def _chat(line: TelegramLine, target: ChatTarget) -> Check:
    """Whether the bot may post, edit and pin there."""
    shown = str(target.chat_id) if target.topic is None else f"{target.chat_id}:{target.topic}"
    name = f"chat {shown}"
    try:
        with translated(line.token):
            place = await line.bot.get_chat(target.chat_id)
            member = await line.bot.get_chat_member(target.chat_id, int(line.bot_id))
    except Fatal as error:
        if error.moved_to is not None:
            mend = f"write {error.moved_to} in TELEGRAM_CHAT_IDS (the running bot follows it by itself)"
            return Check(name, "warn", "the group became a supergroup with another id", mend)
        mend = (
            "add the bot there (/start it in a private chat), or mend TELEGRAM_CHAT_IDS: `sharpsignal init` finds ids"
        )
        return Check(name, "fail", f"not open to the bot: {error}", mend)
    title = f"{place.title or place.username or place.first_name or shown} ({place.type})"
    if target.topic is not None and not place.is_forum:
        return Check(name, "fail", f"{title} has no topics", f"write {target.chat_id} without :{target.topic}")
    return _rights(name, title, place.type, member)


def _rights(name: str, title: str, kind: str, member: ChatMember) -> Check:
    if member.status in (ChatMember.LEFT, ChatMember.BANNED):
        return Check(name, "fail", f"the bot is not in {title}", "add it there")
    if kind == "private":
        return Check(name, "ok", title)
    if not isinstance(member, ChatMemberAdministrator):
        mute = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
        if kind == "channel" or mute:
            return Check(name, "fail", f"the bot may not post in {title}", "make it an admin that may post messages")
        mend = "make it an admin that may pin, for the pinned status card"
        return Check(name, "warn", f"{title}: may post, may not pin", mend)
    wanted = {"pin": member.can_pin_messages}
    if kind == "channel":
        wanted = {"post": member.can_post_messages, "edit": member.can_edit_messages, "pin": member.can_edit_messages}
    missing = [what for what, given in wanted.items() if not given]
    if not missing:
        return Check(name, "ok", f"{title}: admin, may post, edit and pin")
    state = "fail" if "post" in missing else "warn"
    words = f"{title}: the bot may not {' or '.join(missing)}"
    mend = f"give it the right to {' and '.join(missing)} messages"
    return Check(name, "fail" if state == "fail" else "warn", words, mend)
