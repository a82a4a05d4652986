"""Roles in people's hands: who may change whom, by buttons in place, written down, and what it means for signals."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.commands.registry import COMMANDS
from bot.commands.rights import Role, allows
from bot.messages.notice_kinds import notice_message
from bot.ports import Answer, Message, Person
from storage import audit, chats, grants, outbox, people
from tests.commands.talk import ANI, BUDI, GROUP, OWNER, Talk, only
from tests.messages.examples import WIB

CARA = Person("telegram", "503", "Cara")
CHOICES: tuple[Role, ...] = get_args(Role)
CHANGING = ("erase", "start")


async def let_in(talk: Talk, person: Person, role: str = "subscriber") -> None:
    async with talk.db.write() as conn:
        await people.set_person(conn, "telegram", person.user_id, name=person.name, role="member", at=1)
        await grants.grant(conn, "telegram", person.user_id, role, "telegram:1", 1)
        await chats.upsert_chat(conn, "telegram", person.user_id, active=True)


async def standing(talk: Talk, role: Role) -> Person:
    """Somebody who has a role."""
    if role == "owner":
        return OWNER
    if role == "pending":
        async with talk.db.write() as conn:
            await people.ask_approval(conn, "telegram", CARA.user_id, CARA.name, 1)
    elif role != "none":
        await let_in(talk, CARA, role)
    return CARA


def keys(message: Message | None) -> dict[str, str]:
    assert message is not None
    return {button.label: button.data for row in message.buttons for button in row}


async def press(talk: Talk, person: Person, data: str) -> Answer:
    return await talk.tap(person, data, person.user_id)


async def role_now(talk: Talk, person: Person) -> str | None:
    async with talk.db.read() as conn:
        return await people.granted(conn, "telegram", person.user_id)


async def deeds(talk: Talk) -> list[tuple[str, str, str]]:
    async with talk.db.read() as conn:
        return [(deed.action, deed.target, deed.detail) for deed in await audit.newest(conn, 50)]


@pytest.mark.parametrize("role", CHOICES)
async def test_every_command_keeps_to_its_right(talk: Talk, role: Role) -> None:
    """One after the other, what changes the role itself last."""
    person = await standing(talk, role)
    for command in sorted(COMMANDS, key=lambda one: one.name in CHANGING):
        answer = await talk.command(person, f"/{command.name}")
        words = " ".join(message.text for message in answer.messages)
        refused = "Maaf, perintah ini hanya untuk" in words or "belum punya akses. Kirim /start" in words
        assert refused != allows(role, command.right), f"{role} /{command.name}: {words[:80]}"
    told = {type(event).__name__ for event in talk.submitted}
    assert role == "owner" or not told & {"Pause", "Resume"}, "who may only read moves nothing"


async def test_a_role_goes_up_and_down_in_place_and_is_told_and_written_down(talk: Talk) -> None:
    await let_in(talk, ANI)
    shown = only(await talk.command(OWNER, "/users"))
    card = (await press(talk, OWNER, keys(shown)["Ani · pelanggan"])).edit
    up = await press(talk, OWNER, keys(card)["⬆ analis"])
    assert (await role_now(talk, ANI), up.toast) == ("analyst", "Sekarang analis.")
    again = await press(talk, OWNER, keys(card)["⬆ analis"])
    assert again.toast == up.toast and again.edit == up.edit, "a double press is one change"
    await press(talk, OWNER, keys(up.edit)["⬆ admin"])
    assert await role_now(talk, ANI) == "admin"
    assert [row[0] for row in await deeds(talk)] == ["role", "role"]
    assert (await deeds(talk))[0] == ("role", "telegram:501", "analyst → admin")
    told = [row for row in await talk.due() if row.state == "role"]
    assert "/users" in notice_message("role", told[0].payload or {}, WIB).text or len(told) == 1
    assert "peran Ani analyst → admin" in only(await talk.command(OWNER, "/users")).text


async def test_a_viewer_reads_and_gets_no_signals(talk: Talk) -> None:
    await let_in(talk, ANI)
    await press(talk, OWNER, "1:u:r:t:501:viewer")
    async with talk.db.read() as conn:
        assert await chats.active_chats(conn) == []
    assert "Hasil" in only(await talk.command(ANI, "/stats")).text
    await talk.handle(talk.incoming(ANI, ANI.user_id, kind="membership", text="left"))
    await talk.handle(talk.incoming(ANI, ANI.user_id, kind="membership", text="joined"))
    async with talk.db.read() as conn:
        assert await chats.active_chats(conn) == [], "blocking and coming back is no way around a role"
    await press(talk, OWNER, "1:u:r:t:501:subscriber")
    async with talk.db.read() as conn:
        assert [chat.address for chat in await chats.active_chats(conn)] == ["501"]


async def test_an_admin_changes_those_below_and_nobody_else(talk: Talk) -> None:
    await let_in(talk, ANI, "admin")
    await let_in(talk, BUDI, "admin")
    await let_in(talk, CARA, "viewer")
    for data in ("1:u:r:t:502:viewer", "1:u:x:t:502", "1:u:xx:t:502", "1:u:r:t:503:admin", "1:u:r:t:501:viewer"):
        assert (await press(talk, ANI, data)).toast == "Peran ini hanya bisa diubah pemilik bot.", data
    assert [await role_now(talk, one) for one in (ANI, BUDI, CARA)] == ["admin", "admin", "viewer"]
    assert "⬆ admin" not in keys((await press(talk, ANI, "1:u:r:t:503:analyst")).edit)
    assert await role_now(talk, CARA) == "analyst"


@pytest.mark.parametrize("role", ["analyst", "subscriber", "viewer"])
@pytest.mark.parametrize(
    "data",
    [
        "1:u:l:0",
        "1:u:w",
        "1:u:p:t:501",
        "1:u:r:t:503:admin",
        "1:u:xx:t:501",
        "1:u:y:t:502",
        "1:u:o",
        "1:u:a:t:501",
        "1:hl",
    ],
)
async def test_presses_of_others_change_nothing(talk: Talk, role: str, data: str) -> None:
    await let_in(talk, ANI)
    await let_in(talk, CARA, role)
    await talk.command(BUDI, "/start")
    answer = await press(talk, CARA, data)
    assert answer.edit is None and answer.toast.startswith("Maaf")
    assert await deeds(talk) == [] and await role_now(talk, CARA) == role


FORGED = (
    "1:u",
    "1:u:l:x",
    "1:u:l:99999",
    "1:u:p:z:501",
    "1:u:r:t:501:owner",
    "1:u:r:t:501",
    "1:u:xx:t",
    "1:u:y:t",
    "1:u:q",
)


@pytest.mark.parametrize("data", FORGED)
async def test_what_no_card_made_does_nothing(talk: Talk, data: str) -> None:
    await let_in(talk, ANI)
    answer = await press(talk, OWNER, data)
    assert answer.edit is None and answer.toast
    assert await role_now(talk, ANI) == "subscriber" and await deeds(talk) == []


async def test_a_removed_person_is_told_and_stays_out(talk: Talk) -> None:
    await let_in(talk, ANI, "analyst")
    asked = await press(talk, OWNER, "1:u:x:t:501")
    assert "Keluarkan Ani?" in (asked.edit.text if asked.edit else "")
    await press(talk, OWNER, keys(asked.edit)["Ya, keluarkan"])
    assert [row.state for row in await talk.due()] == ["removed"]
    await talk.command(ANI, "/start")
    await talk.say(ANI, "START")
    assert "belum punya akses" in only(await talk.command(ANI, "/stats")).text
    async with talk.db.read() as conn:
        assert await chats.active_chats(conn) == [] and await people.pending(conn) == []
    again = await press(talk, OWNER, "1:u:xx:t:501")
    assert again.toast == "Orang ini bukan anggota lagi." and [row[0] for row in await deeds(talk)] == ["remove"]


async def test_who_was_removed_or_turned_down_can_be_let_in_again(talk: Talk) -> None:
    await let_in(talk, ANI, "analyst")
    await press(talk, OWNER, "1:u:xx:t:501")
    await talk.command(BUDI, "/start")
    await press(talk, OWNER, "1:u:n:t:502")
    await talk.command(CARA, "/lang en")
    for row in await talk.due():
        async with talk.db.write() as conn:
            await outbox.sent(conn, row.id, "m", 1)
    shown = only(await talk.command(OWNER, "/users"))
    out = (await press(talk, OWNER, keys(shown)["🚫 Di luar (2)"])).edit
    assert list(keys(out)) == ["✅ Ani", "✅ Budi", "‹ Kembali"], "a stranger who only chose a language was never out"
    done = await press(talk, OWNER, keys(out)["✅ Ani"])
    assert done.toast == "Akses diberikan." and next(iter(keys(done.edit))) == "✅ Budi"
    assert [row.state for row in await talk.due()] == ["approved"]
    assert "Hasil" in only(await talk.command(ANI, "/stats")).text
    async with talk.db.read() as conn:
        assert [chat.address for chat in await chats.active_chats(conn)] == ["501"]
        assert await people.granted(conn, "telegram", "501") is None, "the finer role ended with the removal"
    assert (await press(talk, OWNER, "1:u:a:t:501")).toast == "Sudah diputuskan: diterima."
    last = await press(talk, OWNER, "1:u:a:t:502")
    assert last.edit is not None and "Tidak ada yang ditolak" in last.edit.text
    assert (await press(talk, OWNER, "1:u:a:t:503")).toast.startswith("Sudah diputuskan")
    assert [deed[0] for deed in await deeds(talk)] == ["approve", "approve", "reject", "remove"]


async def test_an_admin_lets_people_in_and_hears_of_them(talk: Talk) -> None:
    await let_in(talk, ANI, "admin")
    await talk.command(BUDI, "/start")
    assert sorted(row.address for row in await talk.due() if row.state == "pending") == ["1", "501"]
    shown = only(await talk.command(ANI, "/users"))
    waiting = (await press(talk, ANI, keys(shown)["⏳ Menunggu (1)"])).edit
    done = await press(talk, ANI, keys(waiting)["✅ Budi"])
    assert done.toast == "Akses diberikan." and done.edit is not None and "Tidak ada yang menunggu" in done.edit.text
    assert (await press(talk, OWNER, "1:u:n:t:502")).toast == "Sudah diputuskan: diterima."
    assert (await press(talk, OWNER, "1:a:telegram:502:no")).toast == "Sudah diputuskan: diterima."
    assert await deeds(talk) == [("approve", "telegram:502", "Budi")]
    assert "Hasil" in only(await talk.command(BUDI, "/stats")).text


async def test_many_members_are_turned_page_by_page(talk: Talk) -> None:
    for number in range(20):
        await let_in(talk, Person("telegram", str(600 + number), f"Anggota {number:02d} dengan nama panjang sekali"))
    shown: Message | None = only(await talk.command(OWNER, "/users"))
    seen: list[str] = []
    while shown is not None:
        labels = keys(shown)
        assert all(len(data.encode()) <= 64 for data in labels.values())
        seen += [data for data in labels.values() if data.startswith("1:u:p:")]
        shown = (await press(talk, OWNER, labels["›"])).edit if "›" in labels else None
    assert len(seen) == len(set(seen)) == 20


NASTY = (
    "\u202egpj.exe",
    "a\u200b\u200d\nApproved ✅",
    "\u2067\u2066x",
    "Z" + "\u0335" * 40,
    "\u2800\u3164",
    "<b>x</b>&",
)


@pytest.mark.parametrize("name", NASTY)
async def test_names_cannot_bend_the_line_they_stand_in(talk: Talk, name: str) -> None:
    stranger = Person("telegram", "777", name)
    await talk.command(stranger, "/start")
    (asked,) = await talk.due()
    notice = notice_message(asked.state, asked.payload or {}, WIB)
    decided = (await press(talk, OWNER, "1:a:telegram:777:yes")).edit
    shown = only(await talk.command(OWNER, "/users"))
    labels = " ".join(keys(shown))
    for text in (notice.text, decided.text if decided else "", shown.text, labels):
        assert not set(text) & set("\u202e\u202d\u2066\u2067\u200b\u200d\u2800\u3164"), ascii(text)
        assert "\u0335" * 3 not in text
    assert notice.text.count("\n") == 1 and "777" in notice.text


async def test_people_read_in_the_language_of_their_app_until_they_choose(talk: Talk) -> None:
    john = Person("telegram", "801", "John", "en-GB")
    assert "not financial advice" in only(await talk.command(john, "/start")).text
    await press(talk, OWNER, "1:a:telegram:801:yes")
    async with talk.db.read() as conn:
        chat = await chats.chat(conn, "telegram", "801")
    assert chat is not None and chat.locale == "en", "notices and signals, too"
    assert only(await talk.command(john, "/stats")).text.startswith("📊 Results")
    await talk.command(john, "/lang id")
    assert "Hasil" in only(await talk.command(john, "/stats")).text
    await talk.configure()
    other = Person("telegram", "802", "Ivan", "ru")
    assert "Hasil" in only(await talk.command(other, "/stats", GROUP)).text
    assert (await talk.tap(Person("telegram", "803", "Jo", "en"), "1:f:99:up")).toast.startswith("We have no record")


async def test_owner_deeds_are_written_down(talk: Talk) -> None:
    await talk.command(OWNER, "/pause 60 FOMC")
    await talk.command(OWNER, "/pause 0")
    await talk.command(OWNER, "/resume")
    await talk.command(ANI, "/pause")
    assert await deeds(talk) == [("resume", "", ""), ("pause", "", "60 FOMC")]
    assert "menjeda 60 FOMC" in only(await talk.command(OWNER, "/users")).text
    await talk.command(OWNER, "/demo")
    await talk.command(OWNER, "/lang en")
    await talk.command(OWNER, "/lang en", GROUP)
    await talk.command(OWNER, "/timezone wita", GROUP)
    await talk.command(OWNER, "/lang id", GROUP)
    await talk.command(OWNER, "/copy cornix all", GROUP)
    await talk.command(OWNER, "/costs 7")
    here = f"telegram:{GROUP}"
    assert (await deeds(talk))[:6] == [
        ("costs", "", "7"),
        ("copy", here, "cornix all"),
        ("chat", here, "id"),
        ("chat", here, "Asia/Makassar"),
        ("chat", here, "en"),
        ("demo", "", ""),
    ]
    await talk.command(OWNER, "/lang id")
    told = only(await talk.command(OWNER, "/users")).text
    assert "mengatur bot copy trade telegram:-100777 cornix all" in told and "melihat biaya WhatsApp 7" in told
