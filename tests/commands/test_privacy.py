"""One vote a person, a reason for a ⛔, a copy of what is kept, and an end that leaves no trace in the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from bot.ports import Person
from engine.market.events import FillReported
from storage import chats, feedback, inbox, outbox, people, preferences, reasons, signals, web_chat
from tests.commands.talk import ANI, BUDI, GROUP, NOW, OWNER, WHATSAPP, Talk, only

RARE = Person("telegram", "7700991122", "Sri Rahayu")
WEB = Person("web", "b5566778899aabb")
PHONE = Person("whatsapp", "+628811223344", "Sri WA")


async def counts(talk: Talk, number: int = 1423) -> dict[str, int]:
    async with talk.db.read() as conn:
        return await feedback.counts(conn, number)


async def link(talk: Talk, first: Person, second: Person) -> str:
    for one in (first, second):
        async with talk.db.write() as conn:
            await people.set_person(conn, one.channel, one.user_id, name=one.name, role="member")
    code = only(await talk.command(first, "/link")).text.split("/link ")[1].split()[0]
    return only(await talk.command(second, f"/link {code.lower()}")).text


async def test_a_nofill_asks_why_in_place_and_one_tap_answers(talk: Talk) -> None:
    await talk.configure()
    await talk.publish()
    post = (await talk.tap(ANI, "1:f:1423:nofill")).edit
    assert post is not None
    why = post.buttons[-1]
    assert [button.label for button in why] == ["Tak sampai", "Telat", "Dilewati"]
    answer = await talk.tap(ANI, why[1].data)
    assert answer.toast == "⛔ dicatat: Telat" and answer.edit is not None and answer.edit.buttons == post.buttons[:-1]
    assert await talk.tap(ANI, why[1].data) == answer
    await talk.tap(BUDI, why[0].data)
    assert (await counts(talk))["no_fill"] == 2
    async with talk.db.read() as conn:
        assert await reasons.counts(conn, 1423) == {"never": 1, "late": 1, "skipped": 0}
    back = (await talk.tap(ANI, "1:f:1423:nofill")).edit
    assert back is not None and len(back.buttons) == len(answer.edit.buttons)
    assert (await counts(talk))["no_fill"] == 1
    async with talk.db.read() as conn:
        assert (await reasons.counts(conn, 1423))["late"] == 0


async def test_a_fill_that_never_came_is_looked_at_again_where_it_may_not_stand(talk: Talk) -> None:
    """However many say so: the market has the say, and what stands is no event."""
    await talk.configure()
    await talk.publish()
    assert (await talk.tap(ANI, "1:n:1423:never")).toast == "⛔ dicatat: Tak sampai"
    async with talk.db.write() as conn:
        await signals.add_progress(conn, "6f1c8b0e-0000-5000-8000-000000001423", "filled", NOW, 17.36, None)
    told = {}
    for said in ("deep", "market", "over", "wait", "thin"):
        talk.status = replace(talk.status, fills={1423: said})
        told[said] = (await talk.tap(BUDI, "1:n:1423:never")).toast
    assert "menembus entry. Fill tetap" in told["deep"] and "45 detik" in told["market"] and "ditutup" in told["over"]
    assert "begitu waktu entry habis" in told["wait"] and "Dihitung tidak terisi" in told["thin"]
    assert talk.submitted == [FillReported(NOW, "LINK-USDT-SWAP", 1423)] * 2
    await talk.tap(BUDI, "1:n:1423:late")
    assert len(talk.submitted) == 2


async def test_reasons_of_nothing_are_refused(talk: Talk) -> None:
    for data in ("1:n:1423:late", "1:n:1423:other", "1:n:x:late", "1:n", "1:n:1423:late:x"):
        answer = await talk.tap(ANI, data)
        assert answer.edit is None and answer.toast


async def test_a_linked_person_has_one_vote_whichever_channel_it_comes_by(talk: Talk) -> None:
    await talk.publish(posts=(("telegram", GROUP, "9"), ("whatsapp", WHATSAPP.user_id, "w")))
    await talk.tap(ANI, "1:f:1423:up")
    talk.clock.advance(NOW + 1000)
    await talk.say(WHATSAPP, "2", WHATSAPP.user_id)
    assert await counts(talk) == {"up": 1, "down": 1, "no_fill": 0, "notes": 0}
    assert "Telegram" in await link(talk, ANI, WHATSAPP)
    assert sum((await counts(talk)).values()) == 1
    await talk.tap(ANI, "1:f:1423:up")
    assert (await counts(talk))["up"] == 1 and (await counts(talk))["down"] == 0
    await talk.say(WHATSAPP, "1", WHATSAPP.user_id)
    assert (await counts(talk))["up"] == 0


async def test_codes_are_for_once_for_others_and_for_ten_minutes(talk: Talk) -> None:
    await talk.configure()
    assert "chat pribadi" in only(await talk.command(OWNER, "/link", GROUP)).text
    code = only(await talk.command(OWNER, "/link")).text.split("/link ")[1].split()[0]
    assert "salah" in only(await talk.command(OWNER, f"/link {code}")).text
    async with talk.db.write() as conn:
        await people.set_person(conn, "telegram", BUDI.user_id, role="member")
    talk.clock.advance(NOW + 601_000)
    assert "salah" in only(await talk.command(BUDI, f"/link {code}")).text


async def test_cancel_ends_a_question(talk: Talk) -> None:
    await talk.configure()
    await talk.publish()
    await talk.tap(ANI, "1:f:1423:note", event_id="tap1")
    assert "dibatalkan" in only(await talk.command(ANI, "/cancel", GROUP)).text
    assert "Tidak ada yang perlu" in only(await talk.command(ANI, "/cancel", GROUP)).text
    assert (await talk.say(ANI, "a late answer", GROUP, reply_to="m-tap1-0")).messages == ()
    assert (await counts(talk))["notes"] == 0


async def used(talk: Talk) -> None:
    """Someone who left traces everywhere."""
    await talk.publish(posts=(("telegram", RARE.user_id, "9"),))
    assert "Telegram" in await link(talk, RARE, PHONE)
    assert "Telegram" in await link(talk, RARE, WEB)
    await talk.tap(RARE, "1:f:1423:up", RARE.user_id)
    await talk.tap(RARE, "1:f:1423:nofill", RARE.user_id)
    await talk.tap(RARE, "1:n:1423:late", RARE.user_id)
    await talk.tap(RARE, "1:f:1423:note", RARE.user_id, event_id="tapnote")
    await talk.say(RARE, "sebuah catatan rahasia", reply_to="m-tapnote-0")
    await talk.command(RARE, "/lang en")
    async with talk.db.write() as conn:
        payload = '{"message":{"from":{"id":7700991122,"first_name":"Sri Rahayu"}}}'
        await inbox.put(conn, "telegram", "881", payload, NOW)
        await inbox.done(conn, 1)
        await inbox.put(conn, "telegram", "882", payload, NOW)
        await inbox.put(conn, "telegram", "883", '{"from":{"id":77009911220}}', NOW)
        await web_chat.add(conn, WEB.user_id, html="x", text="isi web", at=NOW, author=WEB.user_id)
        notice = {"channel": "telegram", "user": RARE.user_id, "name": RARE.name}
        await outbox.enqueue(
            conn, channel="telegram", address=OWNER.user_id, kind="notice", number=None, state="pending",
            dedupe_key="pending:1", payload=notice, priority=3, at=NOW,
        )  # fmt: skip
        await preferences.put(conn, "person", "telegram", RARE.user_id, "risk", "25")
        await chats.upsert_chat(conn, "telegram", RARE.user_id, title="Sri Rahayu", active=True)


async def test_a_copy_of_everything_is_private_and_whole(talk: Talk) -> None:
    await talk.configure()
    await used(talk)
    sent = only(await talk.command(RARE, "/export")).document
    assert sent is not None and sent.name.endswith(".txt")
    copy = sent.data.decode()
    for told in (
        "Sri Rahayu",
        "sebuah catatan rahasia",
        '"reason": "late"',
        '"name": "risk", "value": "25"',
        "whatsapp",
    ):
        assert told in copy
    assert (
        "private chat" in only(await talk.command(RARE, "/export", GROUP)).text.lower()
        or "pribadi" in only(await talk.command(RARE, "/export", GROUP)).text
    )


async def test_after_an_erase_the_file_holds_no_trace(talk: Talk, tmp_path: Path) -> None:
    await used(talk)
    told = only(await talk.command(RARE, "/privacy"))
    ask = (await talk.tap(RARE, told.buttons[0][1].data, RARE.user_id)).edit
    assert ask is not None
    assert b"7700991122" in (tmp_path / "talk.db").read_bytes() + (tmp_path / "talk.db-wal").read_bytes()
    done = await talk.tap(RARE, ask.buttons[0][0].data, RARE.user_id, event_id="882")
    assert done.edit is not None and "/start" in done.edit.text
    assert await counts(talk) == {"up": 1, "down": 0, "no_fill": 1, "notes": 0}
    async with talk.db.read() as conn:
        assert (await reasons.counts(conn, 1423))["late"] == 1
        rows = (await conn.execute(text("SELECT update_id, payload FROM inbox"))).all()
    assert [(row.update_id, bool(row.payload)) for row in rows] == [("881", False), ("882", False), ("883", True)]
    await talk.tap(RARE, ask.buttons[0][0].data, RARE.user_id, event_id="882")
    await talk.db.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("talk.db*")).replace(b"77009911220", b"")
    for trace in (
        b"7700991122",
        b"8811223344",
        b"Sri Rahayu",
        b"Sri WA",
        b"catatan rahasia",
        b"b5566778899",
        b"isi web",
    ):
        assert trace not in kept


async def test_an_owner_keeps_the_right_and_nothing_else(talk: Talk) -> None:
    async with talk.db.write() as conn:
        await people.create_claim(conn, "nonce")
        await people.claim(conn, "nonce", "telegram", RARE.user_id, NOW)
    assert "pemilik" in only(await talk.command(RARE, "/erase ya")).text
    async with talk.db.read() as conn:
        (left,) = await people.owners(conn)
    assert (left.user_id, left.name) == (RARE.user_id, "")


async def test_a_group_cannot_press_for_somebody(talk: Talk) -> None:
    await talk.configure()
    for data in ("1:v:yes", "1:v:export", "1:v:ask"):
        answer = await talk.tap(ANI, data)
        assert answer.edit is None and answer.messages == () and "pribadi" in answer.toast
