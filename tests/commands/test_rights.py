"""Roles: each has the rights of those below it, a grant refines a member, and every command holds to its right."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from bot.commands.registry import BY_NAME, COMMANDS, MENU, SECTIONS, TAPS
from bot.commands.rights import GRANTED, Right, Role, allows, role_of
from bot.i18n import LOCALES, attribute, say
from bot.messages.buttons import split_data, tap_data
from storage import people
from storage.people import ROLES
from storage.schema import grants
from tests.commands.talk import ANI, BUDI, GROUP, OWNER, WHATSAPP, Talk, only

RIGHTS: tuple[Right, ...] = get_args(Right)
HAS = {
    "owner": {"anyone", "read", "analyst", "admin", "owner"},
    "admin": {"anyone", "read", "analyst", "admin"},
    "analyst": {"anyone", "read", "analyst"},
    "subscriber": {"anyone", "read"},
    "viewer": {"anyone", "read"},
    "pending": {"anyone"},
    "none": {"anyone"},
}


@pytest.mark.parametrize("role", get_args(Role))
def test_each_role_has_exactly_its_rights(role: Role) -> None:
    assert {right for right in RIGHTS if allows(role, right)} == HAS[role]


def test_a_grant_refines_a_member_and_nobody_else() -> None:
    assert [role_of(stored, None) for stored in ROLES] == ["owner", "subscriber", "pending", "none"]
    for role in GRANTED:
        assert [role_of(stored, role) for stored in ROLES] == ["owner", role, "pending", "none"]
    assert role_of("member", "emperor") == "subscriber" and role_of("emperor", "admin") == "none"


async def test_a_granted_role_is_not_yet_an_owner(talk: Talk) -> None:
    async with talk.db.write() as conn:
        await people.set_person(conn, "telegram", BUDI.user_id, role="member")
        for person in (ANI, BUDI):
            row = {"channel": "telegram", "user_id": person.user_id, "role": "admin", "granted_by": "1", "at": 1}
            await conn.execute(grants.insert().values(row))
    assert "hanya untuk pemilik" in only(await talk.command(BUDI, "/pause")).text
    assert "Hasil" in only(await talk.command(BUDI, "/stats")).text
    assert "belum punya akses" in only(await talk.command(ANI, "/stats")).text
    assert talk.submitted == []


async def test_help_is_a_line_a_section_and_a_press_opens_one(talk: Talk) -> None:
    await talk.configure()
    mine, theirs = only(await talk.command(OWNER, "/help")), only(await talk.command(ANI, "/help", GROUP))
    assert "Khusus pemilik" in mine.text and "Khusus pemilik" not in theirs.text and "/pause" not in theirs.text
    assert set(re.findall(r"/(\w+)", mine.text)) == set(BY_NAME)
    keys = {button.label: button.data for row in theirs.buttons for button in row}
    opened = (await talk.tap(ANI, keys["Hasil"])).edit
    assert opened is not None and "hasil sinyal, loss juga" in opened.text
    back = {button.label: button.data for row in opened.buttons for button in row}
    assert "Hasil" not in back and (await talk.tap(ANI, back["‹ Semua"])).edit == theirs
    pressed = await talk.tap(ANI, next(b.data for row in mine.buttons for b in row if b.label == "Khusus pemilik"))
    assert pressed.edit is None and pressed.toast == "Tombol ini sudah tidak berlaku."
    assert f"/lang {'|'.join(LOCALES)} bahasa" in (await shown(talk, "mine")) and "/pause" in (
        await shown(talk, "owner")
    )


async def shown(talk: Talk, section: str) -> str:
    opened = (await talk.tap(OWNER, f"1:help:{section}", OWNER.user_id)).edit
    assert opened is not None and len(opened.text) <= 1_000
    return opened.text


async def test_help_without_buttons_tells_it_all(talk: Talk) -> None:
    async with talk.db.write() as conn:
        await people.set_person(conn, "whatsapp", WHATSAPP.user_id, role="member")
    told = only(await talk.command(WHATSAPP, "/help"))
    assert not told.buttons and "hasil sinyal, loss juga" in told.text


@pytest.mark.parametrize("locale", LOCALES)
def test_every_command_is_told_of_in_words(locale: str) -> None:
    assert len(BY_NAME) == len(COMMANDS) and {command.section for command in COMMANDS} <= set(SECTIONS)
    for command in COMMANDS:
        if command.help_key:
            assert say(locale, command.help_key) and len(say(locale, command.help_key)) <= 256
            assert not attribute(locale, command.help_key, "usage", languages="id").startswith("/")
    assert {name for name, _ in MENU} <= set(BY_NAME) and len(MENU) <= 100


def test_what_a_button_carries_comes_back_to_its_namespace() -> None:
    for namespace in TAPS:
        assert split_data(tap_data(namespace, 7, "up")) == (namespace, ("7", "up"))
    for wrong in (("s", "a:b"), ("S", "a"), ("s", "x" * 61), ("s", "é" * 31)):
        with pytest.raises(ValueError, match="cannot be carried"):
            tap_data(*wrong)


FOREIGN = ("", "1", "1:", "0:f:1:up", "1:x:1:up", "1:f", "1:f:", "1:f:1:up:more", "1:f:" + "9" * 80)


@pytest.mark.parametrize("data", FOREIGN)
async def test_what_we_never_made_is_no_tap(talk: Talk, data: str) -> None:
    assert (await talk.tap(ANI, data)).toast == "Tombol ini sudah tidak berlaku."
