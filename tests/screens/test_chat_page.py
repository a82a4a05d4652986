"""The chat's page in a real browser: what a person did and half wrote is there when the page is loaded again."""

from __future__ import annotations

from pathlib import Path

from tests.channels_web.room import room
from tests.screens.browser import chromium

LIVE = "document.querySelector('#state')?.className === 'live'"
PRESSED = "[...document.querySelectorAll('#log [aria-pressed=true]')].map(one => one.title)"
VOTES = "[...document.querySelectorAll('#log .buttons button')]"


async def test_ones_own_votes_and_a_half_typed_message_stay(tmp_path: Path) -> None:
    async with room(tmp_path) as web, chromium() as tab:
        await web.publish()
        await tab.open(f"{web.url}/", "light", 360)
        await tab.until(LIVE)
        assert await tab.value(PRESSED) == []
        await tab.value(f"({VOTES}[1].click(), 1)")
        await tab.until(f"{PRESSED}.length === 1")
        await tab.value("(window.before = true, location.reload(), 1)")
        await tab.until(f"!window.before && {LIVE} && {PRESSED}.length === 1")
        assert await tab.value(PRESSED) == [await tab.value(f"{VOTES}[1].title")]
        await tab.value("(document.querySelector('#text').value = 'half a th', 1)")
        await tab.value(
            "(l => (l.value = 'en', l.dispatchEvent(new Event('change', {bubbles: true})), 1))"
            "(document.querySelector('#language'))"
        )
        await tab.until(f"document.documentElement?.lang === 'en' && {LIVE}")
        assert await tab.value("document.querySelector('#text').value") == "half a th"
        assert tab.problems == []
