"""A card over the wire: posted and pinned without a sound, edited in place, there again when somebody deleted it."""

from __future__ import annotations

from bot.channels.telegram.cards import TelegramCards
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.clock import SystemClock
from bot.pace import UNLIMITED, Pacer
from bot.ports import Message
from storage.database import Database
from tests.servers.telegram_api import TOKEN, TelegramApi

PLACE = "-1007:10"


async def test_a_card_is_one_message_however_often_it_is_shown(api: TelegramApi, db: Database) -> None:
    channel = TelegramChannel(TelegramLine(TOKEN, api.url, timeout=1.0))
    try:
        for words in ("one", "two", "two", "three"):
            cards = TelegramCards(channel, Pacer(UNLIMITED, SystemClock()), db, SystemClock())
            await cards.show(PLACE, "status", Message(words, words, silent=True))
        (post,) = api.messages(-1007)
        assert (post.text, post.params["message_thread_id"]) == ("three", "10")
        assert post.params["disable_notification"] == "true"
        assert api.profile.pinned == [(-1007, post.message_id, True)]
        del api.sent[post.message_id]
        api.fail("pinChatMessage", 400, "Bad Request: not enough rights to manage pinned messages in the chat")
        await cards.show(PLACE, "status", Message("four", "four", silent=True))
        await cards.show(PLACE, "status", Message("five", "five", silent=True))
        assert [one.text for one in api.messages(-1007)] == ["five"], "without the right to pin it still stands"
    finally:
        await channel.close()
