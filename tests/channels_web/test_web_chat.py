"""The web chat end to end over a loopback port: page, messages, stream, inbox, answers, charts."""

from __future__ import annotations

import asyncio
import re
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.channels.web.guard import COOKIE, new_person
from bot.errors import Fatal
from bot.ports import Button, Message
from storage import chats, feedback, inbox
from tests.channels_web.room import Room, listening, room, simulated, words

IDENT = "0123456789abcdef{:02d}"


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path) as running:
        yield running


async def test_the_page_has_no_inline_code_or_style_and_forbids_any(web: Room) -> None:
    answer = await web.http.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", answer.text)
    for found in re.findall(r'(?:src|href)="(/[^"]+)"', answer.text):
        asset = await web.http.get(found)
        assert asset.status_code == 200 and asset.headers["x-content-type-options"] == "nosniff"
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert "{{" not in answer.text


@pytest.mark.parametrize("path", ["/", "/web/static/chat.css"])
async def test_who_asks_for_the_head_gets_that_alone(web: Room, path: str) -> None:
    head, whole = await web.http.head(path), await web.http.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


async def test_the_page_speaks_the_chats_language_and_marks_what_is_simulated(tmp_path: Path) -> None:
    async with room(tmp_path, simulated()) as web:
        indonesian = (await web.http.get("/")).text
        assert (
            '<html lang="id">' in indonesian and "SIMULASI" in indonesian and 'data-zone="Asia/Jakarta"' in indonesian
        )
        async with web.db.write() as conn:
            await chats.upsert_chat(conn, "web", "web", locale="en", timezone="Europe/London")
        english = (await web.http.get("/")).text
        assert '<html lang="en">' in english and "SIMULATED" in english and 'data-zone="Europe/London"' in english


async def test_a_page_of_a_real_market_is_not_marked(web: Room) -> None:
    assert "SIMULASI" not in (await web.http.get("/")).text


async def test_messages_come_with_buttons_quotes_and_charts(web: Room) -> None:
    post = await web.publish()
    await web.channel.send("web", Message("<b>TP1</b>", "TP1", silent=True), reply_to=post)
    first, second = await web.items()
    assert first["chart"] == 1423 and [button["data"] for button in first["buttons"][0]] == [
        f"1:f:1423:{kind}" for kind in ("up", "down", "nofill", "note")
    ]
    assert second["quote"]["id"] == int(post) and "LINK/USDT" in second["quote"]["text"]
    assert second["chart"] is None and second["author"] == "bot"
    assert [item["id"] for item in await web.items(after=first["rev"])] == [second["id"]]


async def test_the_stream_tells_new_messages_and_edits_in_place(web: Room) -> None:
    post = await web.publish()
    async with listening(web) as stream:
        ident, first = await stream.next("message")
        assert first["id"] == int(post) and ident == str(first["rev"])
        await web.channel.edit("web", post, words("changed"))
        _, edited = await stream.next("message")
        assert (edited["id"], edited["html"], edited["chart"]) == (int(post), "changed", None)
        assert edited["rev"] > first["rev"]


async def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_else(web: Room) -> None:
    await web.channel.send("web", words("one"))
    async with listening(web) as stream:
        ident, _ = await stream.next("message")
    await web.channel.send("web", words("two"))
    await web.channel.edit("web", "1", words("one again"))
    async with listening(web, last_event_id=ident) as stream:
        assert [(await stream.next("message"))[1]["html"] for _ in range(2)] == ["two", "one again"]


async def test_a_page_of_an_older_store_is_told_to_start_anew(web: Room) -> None:
    await web.channel.send("web", words("one"))
    async with listening(web, last_event_id="900") as stream:
        assert (await stream.next("reset"))[1] == {}


async def test_the_stream_says_the_time_when_nothing_happens(web: Room) -> None:
    async with listening(web) as stream:
        told = (await stream.next("clock"))[1]
        assert told.pop("now") > 1_700_000_000_000
        assert told == {"named": "WIB", "zone": "Asia/Jakarta", "lang": "id"}
        async with web.db.write() as conn:
            await chats.upsert_chat(conn, "web", "web", locale="en", timezone="UTC")
        while told["lang"] == "id":
            told = (await stream.next("clock"))[1]
        assert (told["named"], told["zone"], told["lang"]) == ("UTC", "UTC", "en")


async def test_a_tap_is_kept_before_it_is_answered_and_counted_once(web: Room) -> None:
    post = await web.publish()
    tap = {"id": IDENT.format(1), "kind": "tap", "data": "1:f:1423:up", "message_id": int(post)}
    async with listening(web, after=(await web.items())[0]["rev"]) as stream:
        answers = await asyncio.gather(*(web.post(tap) for _ in range(4)))
        assert {answer.status_code for answer in answers} == {202}
        assert sorted(answer.json()["data"]["new"] for answer in answers) == [False, False, False, True]
        assert len(web.nudges) == 1
        toast = (await stream.next("toast"))[1]["text"]
        assert toast
        _, edited = await stream.next("message")
    assert edited["id"] == int(post) and edited["buttons"][0][0]["label"] == "👍 1"
    async with web.db.read() as conn:
        assert (await feedback.counts(conn, 1423))["up"] == 1
    again = await web.post({**tap, "id": IDENT.format(2)})
    assert again.json()["data"]["new"] is True
    await web.until(lambda items: items[0]["buttons"][0][0]["label"] == "👍")


async def test_what_one_pressed_oneself_is_told_to_oneself_alone(web: Room) -> None:
    post = int(await web.publish())
    other = {"Via": "1.1 proxy", "Cookie": f"{COOKIE}={new_person()}"}
    taps = {"1:f:1423:up": {}, "1:f:1423:nofill": {}, "1:t:1423": {}, "1:f:1423:down": other}
    for number, (data, headers) in enumerate(taps.items()):
        tap = {"id": IDENT.format(number), "kind": "tap", "data": data, "message_id": post}
        async with listening(web, headers=headers) as stream:
            assert data not in (await stream.next("own"))[1]["pressed"]
            assert (await web.post(tap, **headers)).status_code == 202
            await stream.next("toast")
            assert data in (await stream.next("own"))[1]["pressed"]
    for headers, expected in (({}, list(taps)[:3]), (other, list(taps)[3:]), ({"Via": "1.1 proxy"}, [])):
        async with listening(web, headers=headers) as stream:
            assert (await stream.next("own"))[1]["pressed"] == sorted(expected)
    async with listening(web) as stream:
        await stream.next("own")
        await web.post({"id": IDENT.format(9), "kind": "tap", "data": "1:f:1423:up", "message_id": post})
        await stream.next("toast")
        assert (await stream.next("own"))[1]["pressed"] == ["1:f:1423:nofill", "1:t:1423"]


async def test_a_note_is_asked_for_and_the_answer_is_stored_as_text(web: Room) -> None:
    post = await web.publish()
    await web.post({"id": IDENT.format(1), "kind": "tap", "data": "1:f:1423:note", "message_id": int(post)})
    items = await web.until(lambda items: items[-1]["force_reply"] is not None)
    note = "<img src=x onerror=alert(1)> & terlambat"
    await web.say(note, IDENT.format(2), reply_to=items[-1]["id"])
    items = await web.until(lambda items: any(item["author"] == "you" for item in items) and len(items) >= 4)
    own = next(item for item in items if item["author"] == "you")
    assert "<img" not in own["html"] and own["html"].startswith("&lt;img")
    assert own["quote"]["id"] == items[1]["id"] and items[1]["force_reply"]
    async with web.db.read() as conn:
        assert (await feedback.counts(conn, 1423))["notes"] == 1


async def test_a_typed_command_is_answered_in_the_chat(web: Room) -> None:
    await web.say("/help", IDENT.format(1))
    items = await web.until(lambda items: len(items) >= 2)
    assert items[0]["author"] == "you" and items[0]["html"] == "/help"
    assert items[1]["author"] == "bot" and "/stats" in items[1]["html"]


async def test_the_person_here_owns_the_chat_and_can_change_its_language(web: Room) -> None:
    await web.say("/lang en", IDENT.format(1))
    await web.until(lambda items: len(items) >= 2)
    await web.say("/timezone Europe/London", IDENT.format(2))
    await web.until(lambda items: len(items) >= 4)
    text = (await web.http.get("/")).text
    assert '<html lang="en">' in text and 'data-zone="Europe/London"' in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
async def test_other_sites_cannot_post(web: Room, headers: dict[str, str], status: int) -> None:
    answer = await web.post({"id": IDENT.format(1), "kind": "text", "text": "/pause"}, **headers)
    assert answer.status_code == status and answer.json()["success"] is False
    assert await web.items() == [] and web.nudges == []
    async with web.db.read() as conn:
        assert await inbox.pending(conn, "web") == []


async def test_the_servers_own_page_can_post(web: Room) -> None:
    headers = {"Origin": web.url, "Sec-Fetch-Site": "same-origin"}
    assert (await web.post({"id": IDENT.format(1), "kind": "text", "text": "hi"}, **headers)).status_code == 202


async def test_a_name_pointed_at_this_machine_sees_nothing(web: Room) -> None:
    for path in ("/", "/web/messages", "/web/events"):
        assert (await web.http.get(path, headers={"Host": "rebound.example"})).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"id": "short", "kind": "text", "text": "x"},
        {"id": IDENT.format(1), "kind": "sing", "text": "x"},
        {"id": IDENT.format(1), "kind": "text", "text": "x" * 4097},
        {"id": IDENT.format(1), "kind": "tap", "data": "x" * 65},
        {"id": IDENT.format(1), "kind": "text", "text": "x", "person": "local"},
        {"id": IDENT.format(1), "kind": "text", "text": "x", "reply_to": -1},
        ["no", "object"],
    ],
)
async def test_what_is_not_an_update_is_refused_by_name(web: Room, body: object) -> None:
    answer = await web.post(body)
    assert answer.status_code == 422 and answer.json()["error"]["code"] == "invalid"
    assert await web.items() == []


async def test_a_body_without_end_is_not_read(web: Room) -> None:
    answer = await web.http.post(
        "/web/inbox", content=b"{" + b" " * 40_000, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413


async def test_absurd_payloads_and_replies_are_answered_not_broken(web: Room) -> None:
    await web.post({"id": IDENT.format(1), "kind": "tap", "data": "9:z:\x00", "message_id": 2**52})
    await web.say("just words \x00 <b>", IDENT.format(2), reply_to=2**52)
    items = await web.until(lambda items: len(items) >= 1)
    assert items[0]["quote"] is None and "<b>" not in items[0]["html"]
    await web.say("/help", IDENT.format(3))
    await web.until(lambda items: any("/stats" in item["html"] for item in items))


async def test_people_from_elsewhere_have_a_name_of_their_own_and_no_owner_rights(web: Room) -> None:
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    stranger = {"id": IDENT.format(1), "kind": "text", "text": "/pause"}
    assert (await web.post(stranger, **elsewhere)).json()["error"]["code"] == "unknown_person"
    async with httpx.AsyncClient(base_url=web.url, headers=elsewhere) as other:
        cookie = (await other.get("/")).headers["set-cookie"]
        assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower()
        assert (await other.post("/web/inbox", json=stranger)).status_code == 202
        items = await web.until(lambda items: len(items) >= 2)
        assert items[0]["author"] == "other" and web.submitted == []
        mine = (await other.get("/web/messages")).json()["data"]["items"]
        assert mine[0]["author"] == "you"


async def test_a_chart_of_a_signal_that_is_there_and_of_one_that_is_not(web: Room) -> None:
    await web.publish()
    wide, narrow = [await web.http.get(f"/web/chart/1423.svg?size={size}") for size in ("wide", "narrow")]
    assert (
        wide.headers["content-type"].startswith("image/svg+xml") and "'none'" in wide.headers["content-security-policy"]
    )
    assert ET.fromstring(wide.text).get("width") == "640" and ET.fromstring(narrow.text).get("width") == "380"
    assert (await web.http.get("/web/chart/7.svg")).status_code == 404
    assert (await web.http.head("/web/chart/1423.svg")).status_code == 200
    assert (await web.http.get(f"/web/chart/{2**70}.svg")).status_code == 404


async def test_an_edit_of_what_is_not_there_is_fatal(web: Room) -> None:
    for message_id in ("77", "x", ""):
        with pytest.raises(Fatal) as raised:
            await web.channel.edit("web", message_id, words("x"))
        assert raised.value.reason == "not_found"
    other = await web.channel.send("elsewhere", words("y"))
    with pytest.raises(Fatal):
        await web.channel.edit("web", other.message_id, words("x"))
    assert await web.items() == []


async def test_buttons_keep_their_rows_and_links(web: Room) -> None:
    rows = ((Button("a", "1:x:1"), Button("b", url="https://example.org")), (Button("c", "2"),))
    await web.channel.send("web", Message("x", "x", rows))
    (item,) = await web.items()
    assert [[button["label"] for button in row] for row in item["buttons"]] == [["a", "b"], ["c"]]
    assert item["buttons"][0][1]["url"] == "https://example.org"


async def test_open_streams_end_when_the_channel_closes(web: Room) -> None:
    async with listening(web) as stream:
        await stream.next("clock")
        assert len(web.channel.listeners) == 1
        web.channel.listeners.close()
        with pytest.raises(AssertionError, match="ended"):
            while True:
                await stream.next("message")
    assert len(web.channel.listeners) == 0
