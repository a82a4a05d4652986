"""The public record: losses first, everything in it, the numbers of /stats, in every language, without a script."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import re
from collections.abc import AsyncIterator, Awaitable
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import SystemClock
from bot.i18n import LOCALES
from bot.messages.reader import Reader
from storage import ledger
from storage.record import Wanted
from storage.record_figures import measured
from storage.schema import outcomes, signals
from storage.standing import first_day, standing
from storage.totals import catch_up
from tests.record.book import NOW, Book, add, book
from tests.storage.scan import summary


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[Book]:
    """Two losses, two wins, an expired, an untouched, a void and an open one."""
    async with book(tmp_path) as found:
        async with found.db.write() as conn:
            await add(conn, 1, "win", 1.4, days_ago=40)
            await add(conn, 2, "lose", -1.05, days_ago=39)
            await add(conn, 3, "expire", days_ago=9, pair="BTC-USDT-SWAP")
            await add(conn, 4, "lose", -1.12, days_ago=8, side="short", ambiguous=True)
            await add(conn, 5, "no-fill", days_ago=5)
            await add(conn, 6, "win", 0.6, days_ago=4, pair="BTC-USDT-SWAP", side="short")
            await add(conn, 7, "void", days_ago=3)
            await add(conn, 8, days_ago=0.01)
        yield found


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"<code>#(\d+)·[0-9a-f]{6}</code>", page)]


def figure(page: str, label: str) -> str:
    found = re.search(rf"<dt>{re.escape(label)}</dt><dd>([^<]*)</dd>", page)
    assert found is not None, label
    return found[1]


async def get(found: Book, path: str, **headers: str) -> str:
    answer = await found.http.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.text


async def test_losses_come_first_and_nothing_is_left_out(full: Book) -> None:
    assert numbers(await get(full, "/record")) == [4, 2, 8, 7, 5, 3, 6, 1]
    assert numbers(await get(full, "/record?sort=newest")) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert numbers(await get(full, "/record?sort=best"))[:4] == [1, 6, 2, 4]


@pytest.mark.parametrize(
    "path", ["/record", "/record.csv", "/record/equity-wide.svg", "/insights", "/record/style.css"]
)
async def test_who_asks_for_the_head_gets_that_alone(full: Book, path: str) -> None:
    head, whole = await full.http.head(path), await full.http.get(path)
    assert (head.status_code, head.content) == (whole.status_code, b"") == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


async def test_filters_by_pair_side_and_period(full: Book) -> None:
    assert numbers(await get(full, "/record?pair=BTC-USDT-SWAP")) == [3, 6]
    assert numbers(await get(full, "/record?side=short")) == [4, 6]
    assert numbers(await get(full, "/record?period=7d")) == [8, 7, 5, 6]
    assert numbers(await get(full, "/record?pair=NO-USDT-SWAP")) == []
    assert numbers(await get(full, "/record?side=up&period=x&sort=y&page=-3&pair=<b>")) == [4, 2, 8, 7, 5, 3, 6, 1]


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_numbers_are_those_of_stats(full: Book, locale: str) -> None:
    reader = Reader(locale, ZoneInfo("Asia/Jakarta"))
    async with full.db.read() as conn:
        whole, lately = await standing(conn), await standing(conn, first_day(NOW, 30))
        old = await summary(conn)
    for path, known in (("/record", whole), ("/record?period=30d", lately)):
        page = await get(full, f"{path}{'&' if '?' in path else '?'}lang={locale}")
        assert figure(page, reader.plain("stats-label-lose")) == str(known.lose)
        assert figure(page, reader.plain("stats-label-expectancy")) == reader.r(known.expectancy_r or 0)
        assert figure(page, reader.plain("stats-label-drawdown")) == f"{reader.number(known.max_drawdown_r or 0, 2)}R"
    assert old.signals == whole.signals and old.expectancy_r == pytest.approx(whole.expectancy_r)
    assert figure(await get(full, f"/record?lang={locale}"), reader.plain("record-ambiguous")) == reader.percent(
        1 / 7, 1
    )


async def test_the_parts_of_a_filter_add_up_to_the_whole(full: Book) -> None:
    """Of a side the figures are made another way than of all: both must agree."""
    async with full.db.read() as conn:
        whole = (await measured(conn, Wanted())).figures
        sides = [await measured(conn, Wanted(side=side)) for side in ("long", "short")]
    for name in ("signals", "open", "win", "lose", "expire", "no_fill", "void"):
        assert sum(asdict(side.figures)[name] for side in sides) == asdict(whole)[name]
    assert sum(side.figures.ambiguous or 0 for side in sides) == whole.ambiguous == 1


async def test_the_curve_tells_the_figures_of_the_page(full: Book) -> None:
    page = await get(full, "/record?lang=en&side=short")
    paths = re.findall(r'(?:src|srcset)="([^"]*)"', page)
    assert len(paths) == 2 and all("side=short" in path for path in paths)
    assert figure(page, "Deepest drawdown") == "1.12R"
    for path in paths:
        picture = await full.http.get(html.unescape(path))
        assert picture.headers["content-type"].startswith("image/svg+xml") and picture.headers["etag"]
        assert "Deepest drawdown 1.12R · sum −0.52R" in picture.text and "2 trades" in picture.text
    assert (await full.http.get("/record/equity-x.svg")).status_code == 404
    assert "<picture" not in await get(full, "/record?pair=NO-USDT-SWAP")


async def test_the_language_is_the_browsers_or_the_one_asked_for(full: Book) -> None:
    answer = await full.http.get("/record", headers={"Accept-Language": "fr, en-GB;q=0.8, id;q=0.5"})
    assert '<html lang="en">' in answer.text and "Worst first" in answer.text
    assert answer.headers["content-language"] == "en" and answer.headers["vary"] == "Accept-Language"
    assert '<html lang="id">' in await get(full, "/record?lang=id", **{"Accept-Language": "en"})
    assert '<html lang="id">' in await get(full, "/record", **{"Accept-Language": "ja"})


async def test_it_needs_no_script_and_lets_none_in(full: Book) -> None:
    answer = await full.http.get("/record")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy
    assert not re.search(r"<script|\sstyle=|\son\w+=|<style", answer.text)
    assert (await full.http.get("/record/style.css")).headers["content-type"].startswith("text/css")


async def test_the_newest_hashes_stand_on_it(full: Book) -> None:
    async with full.db.read() as conn:
        heads = [await ledger.head(conn, name) for name in ledger.CHAINS]
    page = await get(full, "/record")
    assert all(f"<code>{head}</code>" in page for head in heads)


async def test_a_browser_that_has_the_page_hears_304_until_something_happens(full: Book) -> None:
    tag = (await full.http.get("/record")).headers["etag"]
    again = await full.http.get("/record", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"") and "max-age" in again.headers["cache-control"]
    async with full.db.write() as conn:
        await add(conn, 9, "lose", -1.0, days_ago=0.1)
    fresh = await full.http.get("/record", headers={"If-None-Match": tag})
    assert fresh.status_code == 200 and 9 in numbers(fresh.text)


async def test_the_file_has_every_signal_and_exact_numbers(full: Book) -> None:
    answer = await full.http.get("/record.csv?lang=id")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 9)]
    assert (rows[3]["result"], rows[3]["followable_r"], rows[3]["ambiguous"]) == ("lose", "-1.12", "true")
    assert (rows[7]["state"], rows[7]["result"], rows[7]["followable_r"]) == ("waiting", "", "")
    assert all(len(row["signal_hash"]) == 64 for row in rows)
    only = list(csv.DictReader(io.StringIO((await full.http.get("/record.csv?side=short")).text)))
    assert [row["number"] for row in only] == ["4", "6"]


async def test_an_empty_store_has_a_page_too(tmp_path: Path) -> None:
    async with book(tmp_path, locale="en", simulated=True) as found:
        page = await get(found, "/record")
        assert "No signals here yet" in page and "SIMULATED" in page and "0" * 64 in page
        assert (await found.http.get("/record.csv")).text.count("\r\n") == 1


async def test_pages_follow_each_other_and_the_last_is_the_last(tmp_path: Path) -> None:
    async with book(tmp_path, locale="en") as found:
        async with found.db.write() as conn:
            for number in range(1, 121):
                await add(conn, number, "lose", -number / 100, days_ago=100 - number / 2)
        first, second = await get(found, "/record"), await get(found, "/record?page=2")
        assert numbers(first) == list(range(120, 70, -1)) and numbers(second) == list(range(70, 20, -1))
        assert "Page 1 of 3" in first and 'href="/record?page=2"' in first
        assert "Page 3 of 3" in await get(found, "/record?page=99999")


async def many(found: Book, count: int) -> None:
    """One stored signal and its outcome, again and again, without the ledger's hashes; then the totals at once."""
    async with found.db.write() as conn:
        await add(conn, 1, "lose", -1.0, days_ago=500)
        one = (await conn.execute(signals.select())).mappings().one()
        end = (await conn.execute(outcomes.select())).mappings().one()
        for first in range(2, count + 1, 5_000):
            places = range(first, min(first + 5_000, count + 1))
            idents = {n: {"position": n, "number": n, "signal_id": f"s{n}"} for n in places}
            await conn.execute(signals.insert(), [{**one, **idents[n], "ts": one["ts"] + n * 400_000} for n in places])
            ends = [{**end, **idents[n], "closed_at": end["closed_at"] + n * 400_000} for n in places]
            await conn.execute(
                outcomes.insert(), [{**one, "followable_r": n % 7 / 2 - 1.5} for n, one in zip(places, ends)]
            )
        await conn.run_sync(catch_up)


async def longest_gap(work: Awaitable[object]) -> float:
    """For how long nothing else could run while something was asked for, in seconds."""
    loop = asyncio.get_running_loop()
    gaps = [0.0]

    async def ticking() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(0.005)
            gaps.append(loop.time() - before)

    async with asyncio.TaskGroup() as group:
        ticker = group.create_task(ticking())
        await work
        ticker.cancel()
    return max(gaps)


@pytest.mark.slow
async def test_a_hundred_thousand_outcomes_keep_nobody_waiting(tmp_path: Path) -> None:
    """The rest of the program goes on meanwhile, and the same page again is there at once."""
    clock = SystemClock()
    async with book(tmp_path, locale="en") as found:
        await many(found, 100_000)
        for path in ("/record", "/record?period=30d", "/record?pair=LINK-USDT-SWAP&page=700", "/record.csv?period=30d"):
            assert await longest_gap(found.http.get(path)) < 1.0, path
        for path in ("/record", "/record?period=30d"):
            started = clock.now_ms()
            await found.http.get(path)
            assert clock.now_ms() - started < 250, path
