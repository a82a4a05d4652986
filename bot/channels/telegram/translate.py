"""Raw Telegram updates in the bot's own words."""

from __future__ import annotations

import json
import re

from telegram import (
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    Update,
    User,
)

from bot.channels.telegram.keyboard import address_of
from bot.inbox import Ignored, Moved, Translated
from bot.names import shown_name
from bot.ports import Incoming, Person

ANONYMOUS = frozenset({1087968824, 136817688, 777000})
_COMMAND = re.compile(r"/(?P<command>[A-Za-z0-9_]+)(?:@(?P<addressee>\w+))?(?:\s(?P<args>.*))?", re.DOTALL)
JOINED = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)


def translate_update(payload: str, received_ms: int, username: str = "") -> Translated:
    """What an update asks of us. `username` is the bot's own, to pass by commands for other bots.

    Raises ValueError, KeyError or TypeError where the payload is not an update.
    """
    update = Update.de_json(json.loads(payload), None)
    if update.callback_query is not None:
        return _tap(update, received_ms)
    if update.my_chat_member is not None:
        return _membership(update, update.my_chat_member)
    message = update.message or update.channel_post
    if message is None:
        return Ignored("a kind of update that asks nothing")
    if message.migrate_to_chat_id is not None:
        return Moved(str(message.chat.id), str(message.migrate_to_chat_id))
    if message.forum_topic_reopened is not None and message.message_thread_id is not None:
        return _topic_reopened(update, message, message.message_thread_id)
    return _words(update, message, username)


def _words(update: Update, message: Message, username: str) -> Translated:
    text = message.text or message.caption
    if not text:
        return Ignored("a message without text")
    if message.is_automatic_forward:
        return Ignored("a channel's post shown in its discussion group")
    if message.sender_chat is None and message.from_user is not None and message.from_user.is_bot:
        return Ignored("a message of a bot")
    found = _COMMAND.fullmatch(text)
    if found and found["addressee"] and username and found["addressee"].lower() != username.lower():
        return Ignored("a command for another bot")
    return Incoming(
        event_id=f"u{update.update_id}",
        kind="command" if found else "text",
        person=_author(message),
        address=_address(message),
        private=message.chat.type == Chat.PRIVATE,
        at_ms=int(message.date.timestamp() * 1000),
        command=found["command"].lower() if found else "",
        args=(found["args"] or "").strip() if found else "",
        text=text,
        message_id=str(message.message_id),
        reply_to=_replied_to(message),
        broadcast=message.chat.type == Chat.CHANNEL,
    )


def _tap(update: Update, received_ms: int) -> Translated:
    """A press on a button. Telegram gives it no date of its own, so the time is that of its arrival."""
    query = update.callback_query
    if query is None or query.message is None:
        return Ignored("a press on a message that is not in a chat")
    message = query.message
    address = _address(message) if isinstance(message, Message) else address_of(message.chat.id, None)
    return Incoming(
        event_id=query.id,
        kind="tap",
        person=_person(query.from_user),
        address=address,
        private=message.chat.type == Chat.PRIVATE,
        at_ms=received_ms,
        data=query.data or "",
        message_id=str(message.message_id),
        broadcast=message.chat.type == Chat.CHANNEL,
    )


def _membership(update: Update, change: ChatMemberUpdated) -> Incoming:
    """The bot was let in, blocked or thrown out, or may write again or no more."""
    channel = change.chat.type == Chat.CHANNEL
    if not _is_there(change.new_chat_member):
        text = "left"
    elif not may_write(change.new_chat_member, channel):
        text = "unable"
    else:
        text = "able" if _is_there(change.old_chat_member) else "joined"
    return Incoming(
        event_id=f"u{update.update_id}",
        kind="membership",
        person=_person(change.from_user),
        address=address_of(change.chat.id, None),
        private=change.chat.type == Chat.PRIVATE,
        at_ms=int(change.date.timestamp() * 1000),
        text=text,
    )


def _is_there(member: ChatMember) -> bool:
    return member.status in JOINED or (isinstance(member, ChatMemberRestricted) and member.is_member)


def may_write(member: ChatMember, channel: bool) -> bool:
    """Whether this member of a chat may write there; in a channel only admins with the right to post may."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    if channel:
        admin = isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
        return admin or member.status == ChatMember.OWNER
    return member.status in JOINED


def _topic_reopened(update: Update, message: Message, topic: int) -> Incoming:
    """Somebody opened a topic again: only this topic of the chat is meant."""
    return Incoming(
        event_id=f"u{update.update_id}",
        kind="membership",
        person=_author(message),
        address=address_of(message.chat.id, topic),
        private=False,
        at_ms=int(message.date.timestamp() * 1000),
        text="reopened",
    )


def _address(message: Message) -> str:
    topic = message.message_thread_id if message.is_topic_message else None
    return address_of(message.chat.id, topic)


def _replied_to(message: Message) -> str:
    """The message that is answered; the one that opened the topic is no answer."""
    original = message.reply_to_message
    if original is None or original.forum_topic_created is not None:
        return ""
    return str(original.message_id)


def _author(message: Message) -> Person:
    """Who wrote. Whoever speaks as a chat is that chat: anonymous admins share one user id, which proves nothing."""
    if message.sender_chat is not None:
        return _chat_as_person(message.sender_chat)
    if message.from_user is None or message.from_user.id in ANONYMOUS:
        return _chat_as_person(message.chat)
    return _person(message.from_user)


def _person(user: User) -> Person:
    return Person("telegram", str(user.id), shown_name(user.full_name), user.language_code or "")


def _chat_as_person(chat: Chat) -> Person:
    return Person("telegram", str(chat.id), shown_name(chat.title or ""))
