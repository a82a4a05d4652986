"""TelegramChannel against the Bot API's wire on loopback, through the real client library."""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.line import TelegramLine
from bot.errors import Fatal, Later, Retryable
from bot.ports import Button, Document, Message, Photo
from tests.servers.telegram_api import TOKEN, TelegramApi
from tests.servers.telegram_rules import length

KEYS = ((Button("👍", "1:f:7:up"), Button("👎", "1:f:7:down")), (Button("Web", url="https://example.org"),))
POST = Message("<b>LONG</b> SOL &lt;15m&gt;", "LONG SOL <15m>", KEYS)


@pytest.fixture
async def channel(api: TelegramApi) -> AsyncIterator[TelegramChannel]:
    made = TelegramChannel(TelegramLine(TOKEN, api.url, timeout=0.4))
    yield made
    await made.close()


async def test_a_post_carries_markup_buttons_and_topic(api: TelegramApi, channel: TelegramChannel) -> None:
    first = await channel.send("-1005:77", POST)
    reply = await channel.send("-1005:77", Message("<i>filled</i>", "filled", silent=True), first.message_id)
    post = api.sent[int(first.message_id)]
    assert post.text == "LONG SOL <15m>"
    assert post.buttons == {"👍": "1:f:7:up", "👎": "1:f:7:down", "Web": "https://example.org"}
    assert post.params["message_thread_id"] == "77"
    assert post.params["link_preview_options"] == {"is_disabled": True}
    told = api.sent[int(reply.message_id)]
    assert told.reply_to == post.message_id
    assert told.params["reply_parameters"]["allow_sending_without_reply"] is True
    assert told.params["disable_notification"] == "true"


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4) + (360).to_bytes(4)


async def test_a_picture_is_sent_with_its_words_as_caption(api: TelegramApi, channel: TelegramChannel) -> None:
    first = await channel.send("-1005:77", POST)
    shown = Message("<b>chart</b>", "chart", photo=Photo(PNG, "a chart"), silent=True)
    sent = await channel.send("-1005:77", shown, first.message_id)
    call = api.called("sendPhoto")[0].params
    assert call["photo"] == PNG and call["message_thread_id"] == "77"
    assert api.sent[int(sent.message_id)].text == "chart" and call["disable_notification"] == "true"
    long = Message("x" * 1500, "x" * 1500, photo=Photo(PNG, ""))
    await channel.send("42", long)
    assert api.messages(42)[-1].text == "x" * 1500, "words that are no caption go out as words"


async def test_a_button_may_copy_text(api: TelegramApi, channel: TelegramChannel) -> None:
    await channel.send("42", Message("a", "a", ((Button("📋", copy="BTC/USDT LONG"),),)))
    assert api.messages(42)[0].params["reply_markup"]["inline_keyboard"] == [
        [{"text": "📋", "copy_text": {"text": "BTC/USDT LONG"}}]
    ]


async def test_a_button_has_its_colour(api: TelegramApi, channel: TelegramChannel) -> None:
    keys = (Button("✅", "1:a:yes", style="success"), Button("❌", "1:a:no", style="danger"), Button("?", "1:a:ask"))
    await channel.send("42", Message("a", "a", (keys,)))
    (row,) = api.messages(42)[0].params["reply_markup"]["inline_keyboard"]
    assert [key.get("style") for key in row] == ["success", "danger", None]


async def test_a_file_is_sent_with_its_words(api: TelegramApi, channel: TelegramChannel) -> None:
    words = "copy 🟢 " * 300
    await channel.send("42:7", Message(words, words, document=Document("data.txt", "Sari 🟢".encode())))
    call = api.called("sendDocument")[0].params
    assert call["document"].decode() == "Sari 🟢" and call["message_thread_id"] == "7"
    assert length(call["caption"]) <= 1024 and call["caption"].endswith("…")
    with pytest.raises(Fatal, match="non-empty"):
        await channel.send("42", Message("a", "a", document=Document("data.txt", b"")))


async def test_a_post_with_a_picture_is_edited(api: TelegramApi, channel: TelegramChannel) -> None:
    sent = await channel.send("42", Message("<b>a</b>", "a", KEYS, photo=Photo(PNG, "")))
    await channel.edit("42", sent.message_id, Message("<b>b</b> &lt;1h&gt;", "b <1h>", KEYS))
    post = api.sent[int(sent.message_id)]
    assert (post.text, post.edits, len(api.called("editMessageCaption"))) == ("b <1h>", ["a"], 1)
    await channel.edit("42", sent.message_id, Message("<b>b</b> &lt;1h&gt;", "b <1h>", KEYS))
    other = PNG[:16] + (800).to_bytes(4) + (450).to_bytes(4)
    await channel.edit("42", sent.message_id, Message("<b>c</b>", "c", photo=Photo(other, "")))
    assert (post.text, post.params["photo"], post.buttons) == ("c", other, {})
    long = "🟢" * 600
    await channel.edit("42", sent.message_id, Message(f"<b>{long}</b>", long))
    assert length(post.text) == 1023 and post.text.endswith("🟢…")


async def test_words_become_a_picture(api: TelegramApi, channel: TelegramChannel) -> None:
    sent = await channel.send("42", POST)
    await channel.edit("42", sent.message_id, Message("<b>c</b>", "c", photo=Photo(PNG, "")))
    assert api.sent[int(sent.message_id)].params["photo"] == PNG and len(api.called("editMessageMedia")) == 1


FAMILY = "👩\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("🟢" * 2048, "🟢" * 2048),
        ("🟢" * 2049, "🟢" * 2047 + "…"),
        ("a" + "🟢" * 2048, "a" + "🟢" * 2047 + "…"),
        ("x" * 4090 + FAMILY, "x" * 4090 + "…"),
        ("é<&>" * 1024, "é<&>" * 1024),
    ],
)
async def test_texts_are_as_long_as_telegram_counts(
    api: TelegramApi, channel: TelegramChannel, text: str, left: str
) -> None:
    marked = f"<b>{html.escape(text)}</b>"
    sent = await channel.send("42", Message(marked, text))
    post = api.sent[int(sent.message_id)]
    assert post.text == left and length(post.text) <= 4096
    await channel.edit("42", sent.message_id, Message("-", "-"))
    await channel.edit("42", sent.message_id, Message(marked, text))
    assert post.text == left and ("parse_mode" in api.calls[-1].params) == (text == left)


async def test_toasts_and_prompts_of_emoji_are_cut_whole(api: TelegramApi, channel: TelegramChannel) -> None:
    sent = await channel.send("42", POST)
    query = api.tap(int(sent.message_id), "1:f:7:up", user_id=9)
    await channel.answer_tap(query, "x" + "🟢" * 150)
    assert api.answers[query] == "x" + "🟢" * 99
    await channel.send("42", Message("why?", "why?", force_reply="x" + "🟢" * 40))
    assert api.messages(42)[-1].params["reply_markup"]["input_field_placeholder"] == "x" + "🟢" * 31


async def test_a_prompt_opens_the_reply_field(api: TelegramApi, channel: TelegramChannel) -> None:
    await channel.send("42", Message("why?", "why?", force_reply="one line " * 20))
    markup = api.messages(42)[0].params["reply_markup"]
    assert markup["force_reply"] is True and markup["selective"] is True
    assert len(markup["input_field_placeholder"]) == 64


async def test_an_edit_replaces_text_and_buttons_and_the_same_again_is_fine(
    api: TelegramApi, channel: TelegramChannel
) -> None:
    sent = await channel.send("42", POST)
    done = Message("<b>closed</b>", "closed")
    await channel.edit("42", sent.message_id, done)
    await channel.edit("42", sent.message_id, done)
    post = api.sent[int(sent.message_id)]
    assert (post.text, post.buttons, post.edits) == ("closed", {}, ["LONG SOL <15m>"])
    assert len(api.called("editMessageText")) == 2


async def test_broken_markup_goes_out_as_plain_text(api: TelegramApi, channel: TelegramChannel) -> None:
    sent = await channel.send("42", Message("<b>LONG", "LONG", KEYS))
    await channel.edit("42", sent.message_id, Message("1 < 2", "1 < 2", KEYS))
    post = api.sent[int(sent.message_id)]
    assert post.edits == ["LONG"] and post.text == "1 < 2"
    assert "👍" in post.buttons


async def test_a_text_beyond_the_limit_is_cut_not_lost(api: TelegramApi, channel: TelegramChannel) -> None:
    await channel.send("42", Message("<b>" + "x" * 5000 + "</b>", "x" * 5000))
    assert api.messages(42)[0].text == "x" * 4095 + "…"


@pytest.mark.parametrize(
    ("status", "words", "reason"),
    [
        (403, "Forbidden: bot was blocked by the user", "blocked"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "blocked"),
        (400, "Bad Request: chat not found", "not_found"),
        (400, "Bad Request: message thread not found", "not_found"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "rights"),
        (400, "Bad Request: need administrator rights in the channel chat", "rights"),
        (403, "Forbidden: CHAT_WRITE_FORBIDDEN", "rights"),
        (400, "Bad Request: TOPIC_CLOSED", "topic_closed"),
        (400, "Bad Request: BUTTON_DATA_INVALID", "rejected"),
        (401, "Unauthorized", "unauthorized"),
    ],
)
async def test_refusals_are_final_and_say_why(
    api: TelegramApi, channel: TelegramChannel, status: int, words: str, reason: str
) -> None:
    api.fail("sendMessage", status, words)
    with pytest.raises(Fatal) as refused:
        await channel.send("42", POST)
    assert refused.value.reason == reason


async def test_a_moved_group_names_its_new_id(api: TelegramApi, channel: TelegramChannel) -> None:
    api.migrate(-5, -1005, tell=False)
    with pytest.raises(Fatal) as refused:
        await channel.send("-5", POST)
    assert (refused.value.reason, refused.value.moved_to) == ("migrated", "-1005")


async def test_a_flood_says_how_long_to_wait(api: TelegramApi, channel: TelegramChannel) -> None:
    api.flood("sendMessage", 7)
    with pytest.raises(Retryable) as later:
        await channel.send("42", POST)
    assert (later.value.retry_after, later.value.sent) == (7.0, False)


async def test_what_may_have_arrived_is_told_apart_from_what_did_not(
    api: TelegramApi, channel: TelegramChannel
) -> None:
    api.hang("sendMessage")
    with pytest.raises(Retryable) as hung:
        await channel.send("42", POST)
    api.drop("sendMessage")
    with pytest.raises(Retryable) as cut:
        await channel.send("42", POST)
    api.fail("sendMessage", 502)
    with pytest.raises(Retryable) as broken:
        await channel.send("42", POST)
    assert (hung.value.sent, cut.value.sent, broken.value.sent) == (None, None, False)
    assert len(api.messages(42)) == 1
    await api.stop()
    with pytest.raises(Retryable) as gone:
        await channel.send("42", POST)
    assert gone.value.sent is False


async def test_the_token_is_in_no_log_and_no_error(
    api: TelegramApi, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("aiohttp").setLevel(logging.WARNING)
    await channel.send("42", POST)
    api.fail("getMe", 401, f"Unauthorized {TOKEN}")
    with pytest.raises(Fatal, match="TELEGRAM_BOT_TOKEN") as refused:
        await channel.line.username()
    api.fail("sendMessage", 400, f"Bad Request: {TOKEN}")
    with pytest.raises(Fatal) as rejected:
        await channel.send("42", POST)
    logging.getLogger("aiohttp").warning("POST /bot%s/getMe", TOKEN)
    words = caplog.text + repr(refused.value) + repr(rejected.value)
    assert TOKEN not in words and "POST /bot…/getMe" in words


async def test_of_waiting_edits_only_the_newest_is_made(api: TelegramApi, channel: TelegramChannel) -> None:
    sent = await channel.send("42", POST)
    texts = [f"count {number}" for number in range(10)]
    edits = [channel.edit("42", sent.message_id, Message(text, text), channel.ticket()) for text in texts]
    under_way = asyncio.gather(*edits)
    await asyncio.sleep(0)
    assert channel.editing("42", sent.message_id)
    with pytest.raises(Later):
        await channel.edit("42", sent.message_id, Message("filled", "filled"))
    await under_way
    post = api.sent[int(sent.message_id)]
    assert post.text == "count 9"
    assert len(api.called("editMessageText")) <= 2


async def test_an_edit_with_an_older_place_never_overwrites_a_newer_one(
    api: TelegramApi, channel: TelegramChannel
) -> None:
    sent = await channel.send("42", POST)
    early = channel.ticket()
    await channel.edit("42", sent.message_id, Message("filled", "filled"))
    await channel.edit("42", sent.message_id, Message("waiting", "waiting"), early)
    assert api.sent[int(sent.message_id)].text == "filled"


async def test_a_tap_is_answered_and_one_that_is_too_old_is_let_go(api: TelegramApi, channel: TelegramChannel) -> None:
    sent = await channel.send("42", POST)
    query = api.tap(int(sent.message_id), "1:f:7:up", user_id=9)
    await channel.answer_tap(query, "👍 " + "x" * 300)
    await channel.answer_tap("1234", "late")
    assert length(api.answers[query]) == 200


async def test_the_menu_is_set_for_each_language_and_for_all_others(api: TelegramApi, channel: TelegramChannel) -> None:
    await channel.set_commands({"id": [("stats", "hasil")], "en": [("stats", "results")]}, default="id")
    said = {language: menu[0]["description"] for language, menu in api.commands.items()}
    assert said == {"id": "hasil", "en": "results", "": "hasil"}
