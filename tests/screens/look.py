"""Looks at every scene in every language and colour scheme, and tells what is wrong with it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.screens.browser import TALLEST, Scheme, Tab
from tests.screens.doings import doings
from tests.screens.phone import whatsapp
from tests.screens.scenes import Scene, cards, chat, commands, news, posts, told

PHONE = 360
SCENES: dict[str, Scene] = {
    "posts": told(posts),
    "news": told(news),
    "cards": told(cards),
    "commands": commands,
    "doings": doings,
    "whatsapp": whatsapp,
}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# A key of the locale files, a variable that was not filled in, or a value of a program.
UNTRANSLATED = re.compile(r"\{\s*\$|\{\{|\bundefined\b|\bNaN\b|\b(?:web|record|chip|setup|help|state|signal)-[a-z]+")
_WIDE = """[...document.querySelectorAll('body *')]
  .filter(one => !one.closest('.chips, pre, .hidden, thead') && one.getBoundingClientRect().right > innerWidth + 0.5)
  .slice(0, 5).map(one => one.tagName + '.' + one.className + ' ' + one.textContent.slice(0, 60))"""
_HIDDEN = """[...document.querySelectorAll('.bar > *, .bar h1')]
  .filter((one, at, all) => all.some(other => other !== one && !other.contains(one) && !one.contains(other)
    && one.getBoundingClientRect().right > other.getBoundingClientRect().left + 1
    && one.getBoundingClientRect().left < other.getBoundingClientRect().left
    && one.getBoundingClientRect().bottom > other.getBoundingClientRect().top + 1
    && one.getBoundingClientRect().top < other.getBoundingClientRect().bottom - 1
    && other.getBoundingClientRect().width > 0))
  .map(one => one.tagName + ' ' + one.textContent.slice(0, 40))"""
_HEIGHT = "Math.ceil((document.querySelector('#log') || document.body).getBoundingClientRect().height) + 420"


@dataclass(frozen=True)
class View:
    """One picture and what was found on it."""

    name: str
    png: bytes
    problems: list[str]


async def scenes(tab: Tab, locale: str, schemes: Sequence[Scheme] = SCHEMES) -> AsyncIterator[View]:
    """Every scene of one language."""
    for name, scene in SCENES.items():
        async with _served(locale, scene) as url:
            for scheme in schemes:
                await tab.open(f"{url}/", scheme, PHONE)
                await tab.until("document.querySelectorAll('#log .message').length > 2")
                await _all_of_it(tab)
                yield await _view(tab, f"{name}-{locale}-{scheme}")
                if name == "commands":
                    await tab.open(f"{url}/record?lang={locale}", scheme, PHONE)
                    yield await _view(tab, f"record-{locale}-{scheme}")


async def _all_of_it(tab: Tab) -> None:
    """Earlier messages too."""
    while await tab.value("!document.querySelector('#earlier').hidden"):
        await tab.value(
            "(window.before = document.querySelectorAll('#log .message').length, "
            "document.querySelector('#earlier').click(), 1)"
        )
        await tab.until(
            "document.querySelector('#earlier').hidden || "
            "document.querySelectorAll('#log .message').length > window.before"
        )


@asynccontextmanager
async def _served(locale: str, scene: Scene) -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory(prefix="screens-") as folder:
        async with chat(Path(folder), locale, scene) as url:
            yield url


async def _view(tab: Tab, name: str) -> View:
    await tab.value("(document.querySelectorAll('details').forEach(one => { one.open = true; }), 1)")
    problems = list(tab.problems)
    tab.problems.clear()
    if await tab.value("document.documentElement.scrollWidth > innerWidth"):
        problems.append("the page can be moved sideways")
    problems += [f"wider than the phone: {one}" for one in await tab.value(_WIDE)]
    problems += [f"something lies over: {one}" for one in await tab.value(_HIDDEN)]
    text = await tab.value("document.body.innerText")
    problems += [f"not translated: {found[0]}" for found in UNTRANSLATED.finditer(text)]
    for _ in range(2):  # what comes into sight loads its pictures and grows
        await tab.resize(PHONE, min(TALLEST, int(await tab.value(_HEIGHT))))
        await tab.until("[...document.images].every(one => one.complete || !one.offsetParent)")
    png = await tab.picture()
    await tab.resize(PHONE, 800)
    return View(name, png, problems)
