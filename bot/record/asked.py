"""What a reader asks the record page for; what makes no sense counts as not asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import urlencode

from bot.i18n import LOCALES
from storage.record import Order, Wanted

DAY_MS = 86_400_000
PERIODS = {"all": None, "7d": 7, "30d": 30, "90d": 90, "365d": 365}
MOST_PAGES = 1_000_000
_PAIR = re.compile(r"[A-Z0-9-]{3,40}")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they stand in the address, and the page (from 1)."""

    pair: str = ""
    side: str = ""
    period: str = "all"
    order: Order = "worst"
    page: int = 1
    lang: str = ""

    def wanted(self, now_ms: int) -> Wanted:
        """The same for the store; a period of N days has today and the N - 1 UTC days before it."""
        days = PERIODS[self.period]
        first = None if days is None else now_ms // DAY_MS - days + 1
        return Wanted(self.pair or None, self.side or None, first, self.order)

    def link(self, path: str, *, page: int | None = None, lang: str | None = None) -> str:
        """An address with the page or the language changed; what is as always is left out."""
        one = replace(self, page=page or self.page, lang=self.lang if lang is None else lang)
        given = {"pair": one.pair, "side": one.side, "period": one.period, "sort": one.order, "lang": one.lang}
        usual = {"period": "all", "sort": "worst"}
        kept = {name: value for name, value in given.items() if value and usual.get(name) != value}
        if one.page > 1:
            kept["page"] = str(one.page)
        return path + ("?" + urlencode(kept) if kept else "")


def read(query: Mapping[str, str]) -> Asked:
    """The filters out of an address.

    >>> read({"pair": "BTC-USDT-SWAP", "side": "up", "page": "x"})
    Asked(pair='BTC-USDT-SWAP', side='', period='all', order='worst', page=1, lang='')
    """
    page = query.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1
    pair, side, lang = query.get("pair", ""), query.get("side", ""), query.get("lang", "")
    return Asked(
        pair=pair if _PAIR.fullmatch(pair) else "",
        side=side if side in ("long", "short") else "",
        period=query.get("period", "") if query.get("period", "") in PERIODS else "all",
        order=next((order for order in get_args(Order) if order == query.get("sort")), "worst"),
        page=min(max(1, number), MOST_PAGES),
        lang=lang if lang in LOCALES else "",
    )


def language(asked: Asked, accept: str, default: str) -> str:
    """The language asked for, else the first of the browser's that we have.

    >>> language(Asked(), "fr;q=0.9, en-GB;q=0.8, id;q=0.7", "id"), language(Asked(lang="id"), "en", "en")
    ('en', 'id')
    """
    if asked.lang:
        return asked.lang
    weighed = []
    for place, part in enumerate(accept[:500].split(",")):
        code, _, rest = part.strip().partition(";")
        found = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        weight = float(found[1]) if found else 0.0 if rest else 1.0
        weighed.append((-weight, place, code.split("-")[0].lower()))
    return next((code for weight, _, code in sorted(weighed) if weight < 0 and code in LOCALES), default)
