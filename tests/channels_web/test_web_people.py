"""Who is taken for the person at this machine, and the buttons that came later: chips, copying, pictures."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.web.page import CHIPS, page
from bot.commands.registry import BY_NAME
from bot.i18n import LOCALES
from bot.messages.reader import Reader
from bot.ports import Button, Message, Photo
from storage.schema import inbox
from tests.channels_web.room import CONFIG, Room, room

PUBLIC = replace(CONFIG, hosts=frozenset({"signals.example.org"}))
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path) as running:
        yield running


async def said_by(web: Room, ident: str, **headers: str) -> str | None:
    """As whom the inbox keeps what was posted; None where it was refused."""
    answer = await web.post({"id": ident, "kind": "text", "text": "hi"}, **headers)
    if answer.status_code != 202:
        return None
    async with web.db.read() as conn:
        query = select(inbox.c.update_id).where(inbox.c.update_id.endswith(ident))
        found: str = (await conn.execute(query)).scalar_one()
    return found.split(":")[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"X-Forwarded-Proto": "https"},
        {"Host": "192.168.1.4:8080"},
    ],
)
async def test_behind_a_proxy_nobody_is_the_person_at_the_machine(web: Room, headers: dict[str, str]) -> None:
    assert await said_by(web, "0123456789ab", **headers) is None
    got = await web.http.get("/", headers=headers)
    cookie = got.headers["set-cookie"].split(";")[0]
    who = await said_by(web, "0123456789ac", **headers, Cookie=cookie)
    assert who is not None and who != "local"


async def test_with_a_public_name_even_a_silent_proxy_makes_nobody_local(tmp_path: Path) -> None:
    """A proxy that passes on neither the name nor the address looks like this machine itself."""
    async with room(tmp_path, PUBLIC) as web:
        assert await said_by(web, "0123456789ab") is None
        assert "set-cookie" in (await web.http.get("/")).headers


async def test_whoever_sits_here_is_local(web: Room) -> None:
    answer = await web.post({"id": "0123456789ab", "kind": "text", "text": "hi"})
    assert answer.status_code == 202 and "set-cookie" not in (await web.http.get("/")).headers


@pytest.mark.parametrize("locale", LOCALES)
def test_the_chips_are_commands_in_the_readers_words(locale: str) -> None:
    text = page(Reader(locale, CONFIG.zone), simulated=False)
    chips = dict(re.findall(r'data-say="/(\w+)" title="/\1">([^<]+)<', text))
    assert set(chips) == set(CHIPS) and set(CHIPS) <= set(BY_NAME)
    assert not any(label.startswith("/") for label in chips.values())
    assert f'href="/record?lang={locale}"' in text


async def test_a_button_may_copy_and_a_message_may_show_a_picture(web: Room) -> None:
    button = Button("📋", copy="BTC/USDT LONG", style="success")
    await web.channel.send("web", Message("x", "x", buttons=((button,),), photo=Photo(PNG, "A curve")))
    (item,) = await web.items()
    assert item["buttons"] == [[{"label": "📋", "data": "", "url": "", "copy": "BTC/USDT LONG", "style": "success"}]]
    assert item["picture"] == "A curve"
    answer = await web.http.get(f"/web/picture/{item['id']}.png")
    assert (answer.headers["content-type"], answer.content) == ("image/png", PNG)
    assert not item["dark_picture"]
    assert (await web.http.get(f"/web/picture/{item['id']}.png?room=dark")).content == PNG
    assert (await web.http.get("/web/picture/99.png")).status_code == 404


async def test_a_picture_may_have_a_dark_twin(web: Room) -> None:
    await web.channel.send("web", Message("x", "x", photo=Photo(PNG, "A curve", PNG + b"dark")))
    (item,) = await web.items()
    assert (item["picture"], item["dark_picture"]) == ("A curve", True)
    url = f"/web/picture/{item['id']}.png"
    assert [(await web.http.get(f"{url}{room}")).content for room in ("", "?room=dark")] == [PNG, PNG + b"dark"]
