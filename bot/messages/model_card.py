"""What is known of the policy in force: how it was made, how its forecasts did, its proof of edge, its challengers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages.learned_notice import sign_words
from bot.messages.markup import lines
from bot.messages.reader import Reader
from bot.messages.width import packed
from engine.decision.policy import ANY_BOOK, MIN_N_EFF
from storage.policies import StoredPolicy

SHOWN = 12
LONGEST = 3650  # days: an estimate beyond is no estimate


def model_text(stored: StoredPolicy | None, status: Mapping[str, Any], reader: Reader) -> str:
    """The policy in force; `status` is what the last night and the looks since showed (empty before the first)."""
    title = reader.html("model-title")
    if stored is None:
        return lines(title, reader.html("model-none"))
    document = stored.document
    since = "none" if stored.effective_at is None else reader.moment(stored.effective_at)
    rivals = rival_lines(status.get("contests") or {}, reader)
    return lines(
        title,
        reader.html("model-version", version=stored.version[:SHOWN]),
        reader.html("model-procedure", name=reader.plain("procedure", name=str(document.get("procedure", "")))),
        reader.html("model-since", since=since),
        reader.html("model-labels", labels=reader.number(document["labels"]), cut=reader.day(document["cut"])),
        reader.html("model-effective", n=reader.number(round(document["n_eff"]))),
        *_forecasts(status.get("forecasts"), reader),
        *_proof(status.get("proof"), reader),
        *looked_line(status, reader),
        reader.html("model-books"),
        *_books(document["books"], reader),
        *_warnings(status.get("warnings") or {}, reader),
        *(["", reader.html("model-rivals"), *rivals] if rivals else []),
    )


def looked_line(status: Mapping[str, Any], reader: Reader) -> list[str]:
    """When the evidence was looked at, where that was after the night."""
    looked = status.get("looked")
    return [] if looked is None else [reader.html("model-looked", at=reader.moment(looked))]


def _warnings(names: Mapping[str, int], reader: Reader) -> list[str]:
    """What is off as of the last night, and since when."""
    rows = []
    for name, since in names.items():
        sign, _, about = name.partition("/")
        rows.append(sign_words({"sign": sign, "about": about}, reader))
        rows.append(reader.html("model-since", since=reader.moment(since)))
    return ["", reader.html("model-warnings"), *rows] if rows else []


def rival_lines(contests: Mapping[str, Any], reader: Reader) -> list[str]:
    """How each challenger stands, and what it lacks."""
    found = []
    for name, one in contests.items():
        difference = reader.r(one["difference"])
        e, needed = reader.number(round(one["e"], 1), 1), reader.number(round(one["needed"]))
        found.append(reader.html("model-rival", name=reader.plain("procedure", name=name)))
        found.append(reader.html("model-rival-e", e=e, needed=needed, difference=difference))
        if one["failed"]:
            found.append(reader.html("model-missing"))
            found += packed(reader.html("gate", name=gate) for gate in one["failed"])
    return found


def _forecasts(found: Mapping[str, Any] | None, reader: Reader) -> list[str]:
    if not found or found.get("brier") is None:
        return [reader.html("model-no-forecasts")]
    rows = [reader.html("model-forecasts", n=reader.number(found["rows"]))]
    skill = found.get("skill")
    if skill is None or skill["low"] is None:
        return rows
    shown = skill["low"] > 0
    rows.append(reader.html("model-skill", skill=reader.percent(skill["value"], 1)))
    low, high = reader.percent(skill["low"], 1), reader.percent(skill["high"], 1)
    rows.append(reader.html("model-skill-range", low=low, high=high))
    return rows if shown else [*rows, reader.html("model-no-skill")]


def _proof(one: Mapping[str, Any] | None, reader: Reader) -> list[str]:
    if not one:
        return [reader.html("model-proof-none")]
    e, needed = reader.number(round(one["e"], 1), 1), reader.number(round(one["needed"]))
    rows = [reader.html("model-proof", e=e, needed=needed), reader.html("evidence-means", needed=needed)]
    if one["setups"]:
        rows.append(reader.html("model-proof-sample", setups=reader.number(one["setups"])))
        rows.append(reader.html("model-proof-mean", mean=reader.r(one["mean"])))
    left = one["days_left"]
    if left is not None and 0 < left <= LONGEST:
        rows.append(reader.html("model-proof-left", days=reader.number(round(left))))
    return rows


def _books(books: Mapping[str, Any], reader: Reader) -> list[str]:
    """The books that show a p, each live or paper."""
    rows = [
        reader.html("model-live" if row["mode"] == "live" else "model-paper", book=name)
        for name, row in sorted(books.items())
        if name != ANY_BOOK and row["n_eff"] >= MIN_N_EFF
    ]
    return rows or packed(["–"])
