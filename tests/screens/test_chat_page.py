"""The chat's page in a real browser: what a person did and half wrote is there when the page is loaded again."""

from __future__ import annotations

from pathlib import Path

from storage import chats
from tests.channels_web.room import room
from tests.screens.browser import chromium

LIVE = "document.querySelector('#state')?.className === 'live'"
PRESSED = "[...document.querySelectorAll('#log [aria-pressed=true]')].map(one => one.textContent)"
UP = "[...document.querySelectorAll('#log button[data-tap$=\":up\"]')]"
VOTES = "[...document.querySelectorAll('#log .buttons button')]"


async def test_ones_own_votes_and_a_half_typed_message_stay(tmp_path: Path) -> None:
    async with room(tmp_path) as web, chromium() as tab:
        post = await web.publish()
        await tab.open(f"{web.url}/", "light", 360)
        await tab.until(LIVE)
        assert await tab.value(PRESSED) == []
        for place, titles in ((1, 1), (4, 2)):
            await tab.value(f"({VOTES}[{place}].click(), 1)")
            await tab.until(f"{PRESSED}.length === {titles}")
        await tab.value("(window.before = true, location.reload(), 1)")
        await tab.until(f"!window.before && {LIVE} && {PRESSED}.length === 2")
        assert await tab.value(PRESSED) == [await tab.value(f"{VOTES}[{place}].textContent") for place in (1, 4)]
        await tab.value(f"({VOTES}[3].click(), 1)")
        await tab.until("!document.querySelector('#answering').hidden")
        await tab.value("(document.querySelector('#text').value = 'half a th', 1)")
        await tab.value(
            "(l => (l.value = 'en', l.dispatchEvent(new Event('change', {bubbles: true})), 1))"
            "(document.querySelector('#language'))"
        )
        await tab.until(f"document.documentElement?.lang === 'en' && {LIVE}")
        assert await tab.value("document.querySelector('#text').value") == "half a th"
        await tab.value("(document.querySelector('#composer').requestSubmit(), 1)")
        await tab.until("document.querySelector('#log').innerText.includes('is saved')")
        async with web.db.write() as conn:
            await chats.upsert_chat(conn, "web", "web", timezone="UTC")
        await tab.until("document.body?.dataset.zone === 'UTC'")
        await tab.until("document.querySelector('#now')?.innerText.endsWith('UTC')")
        assert await web.items() and post == "1" and tab.problems == []


async def test_copies_of_a_post_say_what_the_newest_says(tmp_path: Path) -> None:
    async with room(tmp_path) as web, chromium() as tab:
        await web.publish()
        await web.show(1423)
        await tab.open(f"{web.url}/", "dark", 360)
        await tab.until(f"{LIVE} && {UP}.length === 2")
        await tab.value(f"({UP}[1].click(), 1)")
        both = f"{UP}.every(one => one.innerText === '👍 1' && one.getAttribute('aria-pressed') === 'true')"
        await tab.until(both)
        await tab.value("(window.before = true, location.reload(), 1)")
        await tab.until(f"!window.before && {LIVE} && {UP}.length === 2 && {both}")
        assert [item["buttons"][0][0]["label"] for item in await web.items()].count("👍 1") == 1, "one is edited"
        await tab.value(f"({UP}[0].click(), 1)")
        await tab.until(f"{UP}.every(one => one.innerText === '👍' && one.getAttribute('aria-pressed') === 'false')")
        assert tab.problems == []
