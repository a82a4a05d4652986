"""/pause and /resume become events, /lang and /timezone settings, /demo a post."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.conversation import ConversationConfig
from bot.commands.demo import demo_document
from engine.market.events import Pause, Resume
from storage import chats
from tests.commands.talk import ANI, GROUP, NOW, OWNER, Talk, only, open_talk
from tests.messages.examples import signal
from tests.messages.strict_html import words


async def test_pause_for_minutes_with_a_reason(talk: Talk) -> None:
    said = only(await talk.command(OWNER, "/pause 60   rilis  FOMC")).text
    assert talk.submitted == [Pause(NOW, NOW + 3_600_000, "rilis FOMC")]
    assert said == "⏸ Sinyal baru dijeda s/d 23:16 WIB. Yang terbuka tetap dipantau."


SPANS = (
    *("2h rapat", "2 jam, rapat", "120m rapat", "120 Menit rapat", "120 rapat", "+120 rapat", "1h 60m rapat"),
    *("1 jam 60 menit: rapat", "2 hour\u017f rapat", "2 ЧАСА rapat"),
)


@pytest.mark.parametrize("args", SPANS)
async def test_a_span_may_be_told_as_people_write_it(talk: Talk, args: str) -> None:
    await talk.command(OWNER, f"/pause {args}")
    assert talk.submitted == [Pause(NOW, NOW + 7_200_000, "rapat")]


async def test_pause_without_minutes_lasts_until_resume(talk: Talk) -> None:
    assert "/resume" in only(await talk.command(OWNER, "/pause libur <b>panjang</b>")).text
    await talk.command(OWNER, "/resume")
    assert talk.submitted == [Pause(NOW, None, "libur <b>panjang</b>"), Resume(NOW)]


NO_SPANS = ["0", "-5", "1.5", "10081", "99999999999999999999", "+0 x", "00000000120000", "²", "8d", "30x", "2 weeks"]


@pytest.mark.parametrize("args", NO_SPANS)
async def test_minutes_that_make_no_sense_pause_nothing(talk: Talk, args: str) -> None:
    assert "1 sampai 10.080" in only(await talk.command(OWNER, f"/pause {args}")).text
    assert talk.submitted == []


async def test_a_long_reason_is_cut(talk: Talk) -> None:
    await talk.command(OWNER, "/pause 5 " + "x" * 5_000)
    (event,) = talk.submitted
    assert isinstance(event, Pause) and event.reason == "x" * 200


async def test_language_and_zone_are_kept_for_person_and_chat(talk: Talk) -> None:
    await talk.configure(OWNER.user_id)
    assert only(await talk.command(OWNER, "/lang EN")).text == "Language: English."
    assert only(await talk.command(OWNER, "/timezone wita")).text == "Time zone: Asia/Makassar, now 23:16 WITA."
    async with talk.db.read() as conn:
        chat = await chats.chat(conn, "telegram", OWNER.user_id)
    assert chat is not None and (chat.locale, chat.timezone, chat.active) == ("en", "Asia/Makassar", True)
    assert "Commands" in only(await talk.command(OWNER, "/help")).text


async def test_a_language_is_known_by_its_name_and_a_zone_by_its_city(talk: Talk) -> None:
    await talk.configure(OWNER.user_id)
    assert only(await talk.command(OWNER, "/lang Inggris")).text == "Language: English."
    assert only(await talk.command(OWNER, "/lang indonesian")).text == "Bahasa: Indonesia."
    assert "Asia/Bangkok" in only(await talk.command(OWNER, "/timezone bangkok")).text


async def test_a_stranger_may_choose_a_language_and_gets_nothing_else(talk: Talk) -> None:
    await talk.command(ANI, "/lang en")
    assert "you are not in yet" in only(await talk.command(ANI, "/stats")).text
    async with talk.db.read() as conn:
        assert await chats.chat(conn, "telegram", ANI.user_id) is None


async def test_in_a_group_the_owner_chooses_for_all(talk: Talk) -> None:
    await talk.configure()
    assert "hanya untuk pemilik" in only(await talk.command(ANI, "/lang en", GROUP)).text
    assert "hanya untuk pemilik" in only(await talk.command(ANI, "/timezone WIT", GROUP)).text
    await talk.command(OWNER, "/lang en", GROUP)
    assert "Results" in only(await talk.command(ANI, "/stats", GROUP)).text


@pytest.mark.parametrize("line", ["/lang", "/lang de", "/timezone", "/timezone Mars", "/timezone ../../etc/passwd"])
async def test_wrong_settings_are_explained(talk: Talk, line: str) -> None:
    assert line.split()[0] in only(await talk.command(OWNER, line)).text


async def test_the_web_chat_is_one_chat_with_its_settings(talk: Talk) -> None:
    local = type(ANI)("web", "local")
    assert only(await talk.command(local, "/lang en", "web")).text == "Language: English."
    assert "/fly" in only(await talk.command(local, "/fly", "web")).text
    assert "commands and buttons" in only(await talk.say(local, "hello", "web")).text


async def test_a_demo_signal_has_the_form_of_a_real_one() -> None:
    document = demo_document(NOW)
    real = signal()
    assert list(document) == [key for key in real if key != "ledger"]
    for part in ("layers_match", "layers_score", "layers_state", "market", "risk", "orders", "invalidation"):
        assert set(document[part]) == set(real[part])


async def test_demo_posts_a_marked_example_in_the_language_of_the_chat(talk: Talk) -> None:
    await talk.command(OWNER, "/lang en")
    said, post = (await talk.command(OWNER, "/demo")).messages
    assert "example" in said.text
    assert "🎓 DEMO: an example, never counted" in post.text.splitlines()
    assert [button.data for button in post.buttons[0]] == ["1:d:1:up", "1:d:1:down", "1:d:1:nofill", "1:d:1:note"]
    assert await talk.due() == []


async def test_on_a_simulated_market_every_answer_says_so_once(tmp_path: Path) -> None:
    owners = frozenset({("telegram", OWNER.user_id)})
    talk = await open_talk(tmp_path, ConversationConfig(owner_ids=owners, simulated=True))
    try:
        await talk.publish()
        for chosen, said in (("en", "🎮 SIMULATED"), ("id", "🎮 SIMULASI")):
            assert said in only(await talk.command(OWNER, f"/lang {chosen}")).text, "in the language chosen just now"
        for line in ("start", "help", "stats", "status", "pause 5", "resume", "lang en", "timezone WIB", "demo", "fly"):
            for message in (await talk.command(OWNER, f"/{line}")).messages:
                assert message.text.count("🎮 SIMULA") == 1, line
                assert words(message.html) == message.text
        tapped = await talk.tap(ANI, "1:f:1423:up")
        assert tapped.edit is not None and tapped.edit.text.count("🎮 SIMULASI") == 1
        prompt = only(await talk.tap(ANI, "1:f:1423:note"))
        assert prompt.text.count("🎮 SIMULASI") == 1 and prompt.force_reply
    finally:
        await talk.db.close()
