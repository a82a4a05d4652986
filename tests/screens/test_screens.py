"""At a phone's width nothing sticks out or is untranslated, and no script fails: in every language, light and dark."""

from __future__ import annotations

import pytest

from bot.i18n import LOCALES
from tests.screens.browser import Scheme, chromium
from tests.screens.look import SCENES, SCHEMES, scenes


@pytest.mark.parametrize("locale", LOCALES)
async def test_every_scene_is_whole_on_a_phone(locale: str) -> None:
    schemes: tuple[Scheme, ...] = SCHEMES if locale == LOCALES[0] else SCHEMES[:1]
    async with chromium() as tab:
        seen = {view.name: view.problems async for view in scenes(tab, locale, schemes)}
    assert len(seen) == (len(SCENES) + 1) * len(schemes)
    assert {name: problems for name, problems in seen.items() if problems} == {}
