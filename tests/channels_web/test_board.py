"""The board over HTTP: who sees what of it, what its stream says, and where its numbers come from."""

from __future__ import annotations

import re
from pathlib import Path

from bot.channels.web.router import MOST_OPEN
from storage import decisions
from tests.channels_web.room import listening, room
from tests.screens import board
from tests.storage.documents import decided

STRANGER = {"X-Forwarded-For": "203.0.113.9"}


def parts(page: str) -> list[str]:
    return re.findall(r'<section class="part[^"]*" id="board-(\w+)"', page)


async def test_a_stranger_sees_the_record_and_nothing_of_those_who_run_it(tmp_path: Path) -> None:
    async with board.served(tmp_path, "en") as web:
        own, foreign = (await web.http.get("/")).text, (await web.http.get("/", headers=STRANGER)).text
        assert parts(own)[:-2] == parts(foreign) and parts(own)[-2:] == ["delivery", "feeds"]
        assert "41 sent" in own and "41 sent" not in foreign
        assert "61 · 54.5%" in foreign and "Layers agree too little" in foreign
        for asked in ("/record/equity-phone.svg", "/record/calibration-phone.svg", "/record/calibration-wide.svg"):
            answer = await web.http.get(asked)
            assert answer.status_code == 200 and answer.headers["content-type"] == "image/svg+xml"
        assert (await web.http.get("/record/calibration-huge.svg")).status_code == 404


async def test_the_stream_has_all_of_it_first_and_then_what_changed(tmp_path: Path) -> None:
    async with board.served(tmp_path, "en") as web, listening(web) as stream:
        first = (await stream.next("board"))[1]
        assert list(first["parts"]) == first["all"] == parts((await web.http.get("/")).text)
        async with web.db.write() as conn:
            await decisions.add(conn, decided(900, "refuse", 2**41, ("heat",)), policy_version="p")
        changed: dict[str, str] = {}
        while "Too much open together" not in changed.get("funnel", ""):
            changed = (await stream.next("board"))[1]["parts"]
            assert "books" not in changed and "equity" not in changed


async def test_more_pages_than_can_be_served_are_told_so(tmp_path: Path) -> None:
    async with room(tmp_path) as web:
        held = [web.channel.listeners.listening("") for _ in range(MOST_OPEN)]
        for one in held:
            one.__enter__()
        answer = await web.http.get("/web/events")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "too_many")
        held[0].__exit__(None, None, None)
        async with listening(web) as stream:
            assert (await stream.next("clock"))[1]["now"] > 0
