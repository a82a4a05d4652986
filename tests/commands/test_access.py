"""Rights: deny by default, say so politely, and let owners decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.conversation import ConversationConfig
from bot.commands.registry import BY_NAME
from bot.messages.notice_kinds import notice_message
from storage import chats, people
from tests.commands.talk import ANI, BUDI, GROUP, OWNER, WHATSAPP, Talk, only, open_talk
from tests.messages.examples import WIB


async def active(talk: Talk) -> list[tuple[str, str]]:
    async with talk.db.read() as conn:
        return [(chat.channel, chat.address) for chat in await chats.active_chats(conn)]


@pytest.mark.parametrize("line", ["/pause", "/pause 60 FOMC", "/resume", "/demo"])
async def test_owner_commands_are_refused_to_everyone_else(talk: Talk, line: str) -> None:
    await talk.configure()
    async with talk.db.write() as conn:
        await people.set_person(conn, "telegram", BUDI.user_id, role="member")
    assert "belum punya akses" in only(await talk.command(ANI, line)).text
    for person, place in ((ANI, GROUP), (BUDI, GROUP), (BUDI, BUDI.user_id)):
        assert "hanya untuk pemilik" in only(await talk.command(person, line, place)).text
    assert talk.submitted == []


async def test_an_owner_id_of_one_channel_means_nothing_on_another(talk: Talk) -> None:
    same = type(WHATSAPP)("whatsapp", OWNER.user_id)
    assert "belum punya akses" in only(await talk.command(same, "/pause")).text
    assert talk.submitted == []


@pytest.mark.parametrize("line", ["/stats", "/status", "/help"])
async def test_reading_is_for_members_and_configured_chats(talk: Talk, line: str) -> None:
    assert "belum punya akses" in only(await talk.command(ANI, line)).text
    assert "belum terdaftar" in only(await talk.command(ANI, line, GROUP)).text
    await talk.configure()
    assert "belum" not in only(await talk.command(ANI, line, GROUP)).text.splitlines()[0]


async def test_a_topic_of_a_configured_chat_is_configured(tmp_path: Path) -> None:
    config = ConversationConfig(chat_ids=frozenset({("telegram", GROUP)}))
    talk = await open_talk(tmp_path, config)
    try:
        assert "Hasil" in only(await talk.command(ANI, "/stats", f"{GROUP}:12")).text
        assert "belum terdaftar" in only(await talk.command(ANI, "/stats", "-1002:12")).text
    finally:
        await talk.db.close()


async def test_a_stranger_asks_once_and_an_owner_lets_them_in(talk: Talk) -> None:
    first = only(await talk.command(ANI, "/start")).text
    assert "bukan nasihat keuangan" in first and "Permintaan sudah dikirim" in first
    await talk.command(ANI, "/start")
    (asked,) = await talk.due()
    assert (asked.kind, asked.state, asked.address) == ("notice", "pending", OWNER.user_id)
    yes = notice_message(asked.state, asked.payload or {}, WIB).buttons[0][0].data
    assert await active(talk) == []
    decided = await talk.tap(OWNER, yes, address=OWNER.user_id)
    assert decided.toast == "Akses diberikan." and decided.edit is not None and decided.edit.buttons == ()
    assert await active(talk) == [("telegram", ANI.user_id)]
    assert "Hasil" in only(await talk.command(ANI, "/stats")).text
    told = [row.state for row in await talk.due()]
    assert told == ["approved"]
    again = await talk.tap(OWNER, yes.replace(":yes", ":no"), address=OWNER.user_id)
    assert again.toast == "Sudah diputuskan: diterima." and again.edit == decided.edit


async def test_a_refused_stranger_stays_out_and_asks_no_more(talk: Talk) -> None:
    await talk.command(ANI, "/start")
    await talk.tap(OWNER, "1:a:telegram:501:no", address=OWNER.user_id)
    await talk.command(ANI, "/start")
    assert "belum punya akses" in only(await talk.command(ANI, "/stats")).text
    assert await active(talk) == []
    assert sorted(row.state for row in await talk.due()) == ["pending", "rejected"]


async def test_nobody_approves_themselves(talk: Talk) -> None:
    await talk.command(ANI, "/start")
    answer = await talk.tap(ANI, "1:a:telegram:501:yes", address=ANI.user_id)
    assert answer.toast == "Maaf, ini hanya untuk pemilik bot." and answer.edit is None
    assert "belum punya akses" in only(await talk.command(ANI, "/stats")).text


async def test_the_claim_link_makes_an_owner_once(tmp_path: Path) -> None:
    talk = await open_talk(tmp_path, ConversationConfig())
    try:
        async with talk.db.write() as conn:
            await people.create_claim(conn, "abc-123")
        assert "belum punya pemilik" in only(await talk.command(BUDI, "/start")).text
        assert "salah" in only(await talk.command(BUDI, "/start claim_wrong")).text
        assert "milikmu" in only(await talk.command(ANI, "/start claim_abc-123")).text
        assert await active(talk) == [("telegram", ANI.user_id)]
        assert "salah" in only(await talk.command(BUDI, "/start claim_abc-123")).text
        assert "milikmu" in only(await talk.command(ANI, "/start claim_abc-123")).text
        await talk.command(ANI, "/pause")
        await talk.command(BUDI, "/pause")
        assert len(talk.submitted) == 1
    finally:
        await talk.db.close()


async def test_the_advice_line_is_only_in_start(talk: Talk) -> None:
    await talk.configure()
    for command in BY_NAME:
        text = " ".join(message.text for message in (await talk.command(OWNER, f"/{command}")).messages)
        assert ("bukan nasihat" in text) == (command == "start")


async def test_an_unknown_command_is_answered_in_private_only(talk: Talk) -> None:
    await talk.configure()
    assert "/terbang" in only(await talk.command(OWNER, "/terbang")).text
    assert (await talk.command(OWNER, "/terbang", GROUP)).messages == ()
    assert (await talk.command(OWNER, "/" + "x" * 300)).messages[0].text.count("x") == 32


async def test_thrown_out_and_let_in_again(talk: Talk) -> None:
    await talk.configure()
    await talk.handle(talk.incoming(ANI, GROUP, kind="membership", text="left"))
    assert await active(talk) == []
    await talk.handle(talk.incoming(ANI, GROUP, kind="membership", text="joined"))
    assert await active(talk) == [("telegram", GROUP)]
    await talk.handle(talk.incoming(ANI, "-100999", kind="membership", text="joined"))
    assert await active(talk) == [("telegram", GROUP)]


async def test_a_pending_stranger_gets_no_signals_by_joining_again(talk: Talk) -> None:
    await talk.command(ANI, "/start")
    await talk.handle(talk.incoming(ANI, ANI.user_id, kind="membership", text="left"))
    await talk.handle(talk.incoming(ANI, ANI.user_id, kind="membership", text="joined"))
    await talk.say(ANI, "START")
    assert await active(talk) == []


async def test_who_said_stop_stays_stopped_when_the_bot_is_let_in_again(talk: Talk) -> None:
    await talk.configure()
    async with talk.db.write() as conn:
        await chats.deactivate(conn, "telegram", GROUP, "stop")
    await talk.handle(talk.incoming(ANI, GROUP, kind="membership", text="joined"))
    assert await active(talk) == []
