"""The board in a real browser: whole at every width and in every language, pressed, live, and back after a restart."""

from __future__ import annotations

from pathlib import Path

from bot.dashboard import board
from bot.i18n import LOCALES
from storage import nights, outcomes
from tests.messages import examples as e
from tests.record.book import NOW
from tests.screens.board import look, served
from tests.screens.browser import Scheme, chromium

WIDTHS = (360, 1280)
PARTS = "[...document.querySelectorAll('#board > section')].map(one => one.id.replace('board-', ''))"
ALL = [part.name for part in board.PARTS]


async def test_the_board_is_whole_full_and_empty_at_every_width(tmp_path: Path) -> None:
    found = {}
    async with chromium() as tab:
        for locale, full in (*((one, True) for one in LOCALES), (LOCALES[0], False)):
            scheme: Scheme = "light" if locale == LOCALES[0] else "dark"
            home = tmp_path / f"{locale}{full}"
            home.mkdir()
            async with served(home, locale, full=full) as web:
                for width in WIDTHS:
                    await tab.open(f"{web.url}/?{width}#dashboard", scheme, width, 900)
                    await tab.until("document.querySelector('#state').className === 'live'")
                    assert await tab.value(PARTS) == ALL
                    assert await tab.value("document.querySelector('.top').getBoundingClientRect().top") == 0
                    view = await look(tab, width, f"{locale}-{full}-{width}")
                    found[view.name] = view.problems
    assert {name: problems for name, problems in found.items() if problems} == {}


async def test_it_is_pressed_tells_what_is_new_and_comes_back_after_a_restart(tmp_path: Path) -> None:
    async with chromium() as tab:
        async with served(tmp_path, "en") as web:
            port = int(web.url.rpartition(":")[2])
            await tab.open(f"{web.url}/#dashboard", "light", 360, 900)
            await tab.until("document.querySelector('#state').className === 'live'")
            assert await tab.value("document.querySelectorAll('#board-signals article').length") == 4
            assert "three stops" in await tab.value("document.querySelector('#board-state .body').innerText")
            await tab.value(
                "(document.querySelector('#board-layers .ask').focus(), window.mark = document.activeElement, 1)"
            )
            async with web.db.write() as conn:
                ended = e.outcome("lose", "sl", number=1424, signal_id="6f1c8b0e-0000-5000-8000-000000001424")
                await outcomes.add(conn, {k: v for k, v in ended.items() if k != "ledger"}, closed_ms=NOW)
            await tab.until("document.querySelectorAll('#board-signals article').length === 3")
            assert await tab.value("document.activeElement === window.mark && mark.isConnected"), "focus stays"
            await tab.value("(document.querySelector('#board-signals .ask').click(), 1)")
            await tab.until("document.querySelectorAll('#log .message').length === 2")
            assert await tab.value("document.querySelector('#log').innerText.includes('/why 1425')")
            assert await tab.value("document.querySelector('#board').getBoundingClientRect().width") == 0, (
                "the chat is up"
            )
            await tab.value("(document.querySelector('#to-board').click(), window.same = true)")
        await tab.until("document.querySelector('#state').className === 'lost'")
        async with served(tmp_path, "en", port) as web:
            async with web.db.write() as conn:
                status = {"reason": "trained", "proof": {"e": 12.3, "needed": 20.0, "mean": 0.2, "days_left": 9.1}}
                await nights.add(conn, {"kind": "night", "cut": NOW, "effective": NOW, "status": status})
            await tab.until("document.querySelector('#state').className === 'live'")
            await tab.until("document.querySelector('#board-model .body').innerText.includes('12.3 of 20')")
            assert await tab.value("window.same"), "the page was not loaded anew"
        assert tab.problems == []
