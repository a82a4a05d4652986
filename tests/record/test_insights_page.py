"""The page of what was learned: nothing before the first night, then every kind of setup, in every language."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import nights
from tests.commands.test_learned import learned
from tests.record.book import book


@pytest.mark.parametrize(("locale", "none", "worst"), [("id", "Belum ada yang", "⛔ Asia"), ("ru", "Пока", "⛔ Азия")])
async def test_the_page_tells_what_the_newest_night_learned(tmp_path: Path, locale: str, none: str, worst: str) -> None:
    async with book(tmp_path, locale) as found:
        before = await found.http.get("/insights", headers={"accept-language": locale})
        assert before.status_code == 200 and none in before.text and "<table" not in before.text
        assert "script" not in before.text and "default-src 'none'" in before.headers["content-security-policy"]
        told = learned(0.6)
        told["status"]["insights"]["cells"][0]["name"] = "<b>15m"
        async with found.db.write() as conn:
            await nights.add(conn, told)
        page = (await found.http.get("/insights", headers={"accept-language": locale})).text
    cells = told["status"]["insights"]["cells"]
    assert page.count("<tr><td>") == len(cells) + len(told["status"]["insights"]["pairs"])
    assert f"<td>{worst}</td>" in page and "&lt;b&gt;15m" in page and "<b>15m" not in page
    assert f'lang="{locale}"' in page
