"""/chart and the buttons beside it; why signals are held, and going on."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.conversation import ConversationConfig, Halt
from bot.commands.live import Status
from bot.messages.reader import Reader
from bot.ports import Person, Photo
from engine.market.events import Resume
from tests.commands.talk import ANI, GROUP, NOW, OWNER, Talk

CONFIG = ConversationConfig(
    owner_ids=frozenset({("telegram", "1")}), chat_ids=frozenset({("telegram", GROUP)}), bot_username="sharp_bot"
)


async def draw(what: str, reader: Reader, dark: bool) -> Photo | None:
    return None if what == "9" else Photo(b"png", f"{what} {'dark' if dark else 'light'}")


def drawing(talk: Talk) -> Talk:
    talk.config = CONFIG
    talk.__post_init__()
    talk.conversation.draw_with(draw)
    return talk


async def test_the_chart_of_a_number_comes_as_a_picture_with_the_head_of_the_post(talk: Talk) -> None:
    await drawing(talk).publish()
    (sent,) = (await talk.command(OWNER, "/chart 1423 dark")).messages
    assert sent.photo == Photo(b"png", "1423 dark") and sent.text.startswith("🟢 LONG LINK/USDT · C · 15m\n#1423·")
    (newest,) = (await talk.command(OWNER, "/chart")).messages
    assert newest.photo is not None and newest.photo.alt == "1423 light"
    (curve,) = (await talk.command(OWNER, "/chart equity")).messages
    assert curve.photo is not None and curve.text == "equity light"


async def test_the_web_chat_gets_both_rooms_unless_one_was_asked_for(talk: Talk) -> None:
    here = Person("web", "owner", "")
    talk.config = replace(CONFIG, owner_ids=frozenset({("web", "owner")}))
    talk.__post_init__()
    talk.conversation.draw_with(draw)
    found = [(await talk.command(here, f"/chart equity{room}")).messages[0].photo for room in ("", " dark", " light")]
    assert [photo is not None and bool(photo.dark) for photo in found] == [True, False, False]


async def test_what_is_no_chart_says_how_to_ask(talk: Talk) -> None:
    await drawing(talk).publish()
    assert (await talk.command(OWNER, "/chart foo")).messages[0].text.startswith("Tulis /chart")
    assert (await talk.command(OWNER, "/chart 77")).messages[0].photo is None
    for data in ("1:c:x", "1:c:²", "1:u:l:²"):
        answer = await talk.tap(OWNER, data, OWNER.user_id)
        assert answer.toast and not answer.messages


async def test_who_may_not_read_gets_no_chart_and_no_size_from_an_old_button(talk: Talk) -> None:
    await drawing(talk).publish()
    for data in ("1:c:1423", "1:z:1423"):
        answer = await talk.tap(ANI, data, ANI.user_id)
        assert answer.toast and not answer.messages and not answer.url
        assert answer == await talk.tap(ANI, data, "-5")


async def test_in_a_group_the_button_leads_into_the_private_chat(talk: Talk) -> None:
    """2,000 readers must not fill the group with pictures."""
    await drawing(talk).publish()
    answer = await talk.tap(ANI, "1:c:1423")
    assert answer.url == "https://t.me/sharp_bot?start=chart_1423" and not answer.messages
    (sent,) = (await talk.command(OWNER, "/start chart_1423")).messages
    assert sent.photo is not None
    assert all(sent.photo is None for sent in (await talk.command(ANI, "/start chart_1423")).messages)


async def test_why_and_resume_stand_under_a_halt(talk: Talk) -> None:
    drawing(talk)
    assert (await talk.tap(OWNER, "1:h:resume")).toast == "Itu sudah selesai."
    held = Halt("breaker", NOW + 3_600_000, "three stops in a row")
    talk.status = replace(Status(started_ms=NOW), halts=(held,))
    why = (await talk.tap(ANI, "1:h:why")).toast
    assert "Sinyal baru ditahan" in why and "tiga SL beruntun" in why and len(why) <= 200
    assert (await talk.tap(ANI, "1:h:resume")).toast.startswith("Maaf") and not talk.submitted
    assert "jeda" in (await talk.tap(OWNER, "1:h:resume")).toast.lower()
    assert [type(event) for event in talk.submitted] == [Resume]
