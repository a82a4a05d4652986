"""/calibration, /insights and /model say what is known, and that nothing is where nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import numpy as np
import pytest

from bot.commands.calibration import calibration_text, learned_text
from bot.errors import Later, NotEarned
from bot.messages.insights_card import cell_name, insights_text
from bot.messages.markup import plain
from bot.messages.reader import Reader
from bot.messages.width import PHONE, columns
from bot.promotion import Promotions
from engine.learning.failures import ADVICE
from engine.learning.learner import Learner
from engine.learning.reliability import reliability
from engine.market.events import Event, PolicyTaken
from storage import audit, nights, people, policies
from storage.totals import ALL, Ended, Total
from tests.commands.talk import ANI, BUDI, GROUP, NOW, OWNER, Talk, only
from tests.learning.surroundings_world import Surroundings
from tests.messages.examples import LONDON, WIB

T = TypeVar("T")
DAY = 86_400_000


def pick(dice: np.random.Generator, values: Sequence[T]) -> T:
    """One of them, each as likely."""
    return values[int(dice.integers(len(values)))]


def totals(edge: float, days: int = 60, per_day: int = 6, p: float | None = None) -> dict[tuple[str, str], Total]:
    """Fills over days in two regimes of which one is better by `edge` R; the others do not matter."""
    dice, found = np.random.default_rng(3), dict[tuple[str, str], Total]()
    position = 0
    for day in range(days):
        ends = []
        for _ in range(per_day):
            position += 1
            regime = pick(dice, ("TRENDING", "BALANCED"))
            won = dice.random() < 0.5
            r = (1.0 if won else -1.0) + (edge if regime == "TRENDING" else 0.0)
            groups = (ALL, ("regime", regime), ("side", pick(dice, ("long", "short"))), ("confidence", "50"))
            result = "win" if won else "lose"
            ends.append(Ended(position, day, result, r, r, 0, 60.0, p, groups))
        for end in ends:
            for key in end.groups:
                total = found.setdefault(key, Total())
                same = [one for one in ends[: ends.index(end)] if key in one.groups]
                assert end.r is not None
                total.take_day(sum(one.r or 0.0 for one in same), len(same), end.r)
                total.take(end)
    return found


def learned(lost: float, days: int = 60) -> dict[str, Any]:
    """The newest night of a learner in a world where `lost` of Asia's wins are losses instead."""
    world = Surroundings(1, days=days, lost=lost, unfilled=0.3)
    learner = Learner(0.6)
    for row in world.decisions():
        learner.history.stored(row)
    return learner.night(world.end).document()


def test_no_difference_is_said_to_be_none() -> None:
    told = learned(0.0)
    for cell in told["status"]["insights"]["cells"]:  # chance may show one of them
        cell["verdict"] = "few" if cell["verdict"] == "few" else "none"
    text = insights_text(told, LONDON)
    assert "No difference shown yet." in text and "Nearest, all may be chance" in text and text.count("➖") == 3
    assert "Better left alone" not in text


def test_a_planted_difference_is_told_with_its_interval_and_what_to_do() -> None:
    told = learned(0.6)
    text = insights_text(told, WIB)
    assert "⛔ Asia" in text and "🚫 Asia" in text and "Belum ada beda" not in text
    assert "Belum ada yang bisa dinilai" in text, "the rule is of this night"
    assert "Entry tak tersentuh" in text and "→ entry lebih dekat ke harga" in text
    (rule,) = told["status"]["avoid"]
    rule["account"] |= {"taken": 12, "saved_r": 3.5}
    assert "Akan menghemat 3,50R" in insights_text(told, WIB)
    told["status"]["insights"]["pairs"] = [["BTC-USDT-SWAP", "ETH-USDT-SWAP", 0.71, 60], ["A", "B", 0.1, 60]]
    assert "BTC – ETH +0.71" in insights_text(told, LONDON) and "A – B" not in insights_text(told, LONDON)
    quartiles = {"15m/TRENDING": [0.4, 1.2, 2.1]}
    reach = [{"ratio": ratio, "p": 0.41, "p_low": 0.36} for ratio in (0.5, 1.5)]
    after = {"quartiles": {"*": [-0.31, 0.02, 0.4]}, "told": {"setups": 120.0, "coverage": 0.52}}
    moves = {"mfe": {"quartiles": quartiles}, "mae": {"quartiles": quartiles}, "reach": reach, "after": {"30": after}}
    text = insights_text(told, LONDON, moves)
    assert "1.2R for, 1.2R against" in text and "1.5R before stop: 41%, surely 36%" in text and "0.5R" not in text
    assert "30 min: −0.31 to +0.40" in text and "Later ones within: 52% of 120" in text
    assert "Model: TP" not in text
    levels = {"tp1": 1.5, "tp2": 2.2, "stop": 1.1, "p_low": 0.4, "worth": -0.08}
    told_levels = insights_text(told, LONDON, {**moves, "proposed": {next(iter(quartiles)): levels}})
    assert "Model: TP 1.5R, 2.2R, SL 1.1R" in told_levels and "surely −0.08R; told, not used" in told_levels
    assert "Later ones" not in insights_text(told, LONDON, {**moves, "after": {"30": {**after, "told": None}}})
    rule["account"]["saved_r"] = -1.0
    assert "Would have cost 1.00R" in insights_text(told, LONDON)
    clear, unclear = ({"setups": 900, "n_eff": 400.0, "mean": 0.1, "low": low, "high": 0.2} for low in (0.01, -0.01))
    few = {"setups": 9, "n_eff": 4.0, "mean": None, "low": None, "high": None}
    told["status"]["timing"] = {"ways": {"now": clear, "choch": unclear, "reclaim": few}}
    text = insights_text(told, LONDON)
    assert "At once: 900 setups\n+0.10R (+0.01 to +0.20)" in text and "CHOCH alone: 900 setups\nNo diff" in text
    assert "EMA50 alone" not in text


@pytest.mark.parametrize("locale", ["id", "en", "ru"])
def test_insights_fit_a_phone(locale: str) -> None:
    reader = Reader(locale, WIB.zone)
    told = learned(0.6)["status"]["insights"]
    for one in told["cells"]:
        name = cell_name(one["dimension"], one["name"], reader)
        line = plain(reader.html("insights-row", verdict="worse", name=name))
        assert columns(line) <= PHONE, line
    moved = reader.html("insights-after-row", minutes="60", low=reader.signed(-1.25), high=reader.signed(1.25))
    came = reader.html("insights-after-came", share=reader.percent(0.515), n=reader.number(12_000))
    for line in (moved, came, reader.html("insights-after")):
        assert columns(plain(line)) <= PHONE, line
    ways = [reader.html("insights-timing-way", way=way, n=reader.number(12_000)) for way in ("now", "choch", "reclaim")]
    low, high = reader.signed(-1.25), reader.signed(1.25)
    ways += [reader.html("insights-timing-row", r=reader.r(-0.12), low=low, high=high)]
    for line in (*ways, reader.html("insights-timing"), reader.html("insights-timing-none")):
        assert columns(plain(line)) <= PHONE, line
    around = {"low": reader.signed(-0.5), "high": reader.signed(-0.1), "n": reader.number(12_000)}
    assert columns(plain(reader.html("insights-range", r=reader.r(-0.3), **around))) <= PHONE
    for kind, advice in ADVICE.items():
        what = reader.plain("insights-failure", kind=kind)
        where = reader.html("insights-failure-where", what=what, share="38%", rest="12%")
        assert columns(plain(where)) <= PHONE and columns(reader.plain("insights-advice", advice=advice)) <= PHONE


def test_too_few_labels_are_said_to_be_few() -> None:
    text = insights_text(learned(0.0, days=2), LONDON)
    assert "Nothing was learned yet: " in text and "of 100 effective labels" in text
    assert "Nothing was learned yet." in insights_text(None, LONDON)


def test_what_a_night_measured_of_its_forecasts_is_told_bin_by_bin() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.2, 0.8, 2000)
    won = (rng.random(2000) < p).astype(np.float64)
    found = asdict(reliability(p, won, np.arange(2000) // 40, 0.5))
    text = learned_text(found, LONDON)
    assert text.count("→") == 10 and "Ended setups 2,000" in text and "✅ Better" in text and "Off by " in text
    assert all(columns(plain(line)) <= PHONE for line in text.splitlines() if "→" in line or "Off" in line)
    blind = asdict(reliability(np.full(400, 0.5), won[:400], np.arange(400) // 40, 0.5))
    assert "❌ No better" in learned_text(blind, LONDON)


def test_chances_are_held_against_the_base_rate() -> None:
    told = totals(0.0, p=0.55)
    text = calibration_text(told[ALL], {"50": told["confidence", "50"]}, LONDON)
    assert "55% → " in text and "n=360" in text and "❌ No better than telling the base rate." in text
    few = totals(0.0, days=5, p=0.55)
    assert "at least 100" in calibration_text(few[ALL], {"50": few["confidence", "50"]}, LONDON)
    sharp = Total(win=200, asked=400, p=200.0, p_won=200.0, p_square=400 * 0.04)
    assert "✅ Better" in calibration_text(sharp, {}, LONDON)
    rows = [line for line in text.splitlines() if "→" in line]
    assert all(columns(line) <= PHONE for line in rows)


async def test_without_anything_everything_says_so(talk: Talk) -> None:
    await talk.configure()
    assert "Belum ada sinyal dengan peluang" in only(await talk.command(ANI, "/calibration", GROUP)).text
    assert "Belum ada yang dipelajari" in only(await talk.command(ANI, "/insights", GROUP)).text
    assert "bobot awal" in only(await talk.command(ANI, "/model", GROUP)).text
    assert "Tidak ada policy sebelumnya" in only(await talk.command(OWNER, "/rollback")).text


def policy(name: str, procedure: str = "linear") -> dict[str, Any]:
    books = {
        "*": {"n_eff": 400.0, "mode": "paper"},
        "15m/TRENDING": {"n_eff": 210.0, "mode": "live"},
        "15m/QUIET": {"n_eff": 130.0, "mode": "paper"},
        "1h/BALANCED": {"n_eff": 20.0, "mode": "paper"},
    }
    version = (name * 64)[:64]
    return {
        "version": version, "procedure": procedure, "cut": NOW - DAY, "labels": 1200, "n_eff": 400.0, "books": books
    }  # fmt: skip


def contest(e: float, failed: Sequence[str]) -> dict[str, Any]:
    verdict = "wait" if failed else "promote"
    return {"verdict": verdict, "e": e, "needed": 40.0, "difference": 0.03, "failed": list(failed)}


def night(**contests: dict[str, Any]) -> dict[str, Any]:
    """A night of two challengers, `surroundings` with a policy of its own."""
    forecasts = {"brier": 0.2301, "rows": 820, "skill": {"value": 0.046, "low": 0.01, "high": 0.08}}
    proof = {"e": 3.4, "needed": 20.0, "setups": 41, "mean": 0.21, "days_left": 44.0}
    turns = [["linear", "b" * 64, NOW - DAY], ["surroundings", "c" * 64, NOW - DAY]]
    return {
        "kind": "night", "cut": NOW - DAY, "effective": NOW - DAY, "champion": "linear", "turns": turns, "events": [],
        "status": {"reason": "trained", "forecasts": forecasts, "proof": proof, "contests": contests},
    }  # fmt: skip


@pytest.fixture
async def twice(talk: Talk) -> Talk:
    """Two policies, one after the other."""
    await talk.configure()
    async with talk.db.write() as conn:
        await people.set_person(conn, "telegram", BUDI.user_id, role="member")
        for place, name in enumerate("ab"):
            await policies.add(conn, policy(name), NOW - DAY + place)
            await policies.set_current(conn, (name * 64)[:64], NOW - DAY + place)
    return talk


async def test_the_model_tells_its_evidence(twice: Talk) -> None:
    told = only(await twice.command(ANI, "/model", GROUP))
    assert "bbbbbbbbbbbb" in told.text and "Belum ada prediksi yang selesai" in told.text
    assert "15m/TRENDING · live" in told.text and "15m/QUIET · 🧪 PAPER" in told.text
    assert "1h/BALANCED" not in told.text and told.buttons == ()
    async with twice.db.write() as conn:
        await nights.add(conn, night(surroundings=contest(6.1, ["evidence", "days"])))
    told = only(await twice.command(ANI, "/model", GROUP))
    assert "E 3,4 dari 20" in told.text and "820" in told.text and "44 hari" in told.text
    assert "E 6,1/40" in told.text and "Kurang:\nbukti · hari" in told.text
    assert all(columns(line) <= PHONE for line in told.text.splitlines())


async def test_the_model_tells_the_evidence_of_the_newest_look(twice: Talk) -> None:
    evening, late = night(surroundings=contest(6.1, ["evidence"])), night(surroundings=contest(9.7, ["evidence"]))
    hour = evening["cut"] + 5 * 3_600_000
    proof = {**evening["status"]["proof"], "e": 8.9}
    look = {**late, "kind": "watch", "cut": hour, "events": [], "turns": []}
    async with twice.db.write() as conn:
        await nights.add(conn, evening)
        await nights.add(conn, {**look, "cut": hour - 1, "status": {"reason": "looked", "proof": None, "contests": {}}})
        assert await nights.standing(conn) == evening, "a look that measured nothing"
        await nights.add(conn, {**look, "status": {"reason": "looked", "proof": proof, "contests": {}, "books": {}}})
    told = only(await twice.command(ANI, "/model", GROUP)).text
    assert "E 8,9 dari 20" in told and "E 6,1/40" in told and "Bukti per" in told
    assert all(columns(line) <= PHONE for line in told.splitlines())
    async with twice.db.write() as conn:
        status = {**late["status"], "reason": "looked", "proof": proof}
        await nights.add(conn, {**look, "cut": hour + 1, "status": status})
    assert "E 9,7/40" in only(await twice.command(ANI, "/model", GROUP)).text
    async with twice.db.write() as conn:
        await nights.add(conn, {**evening, "cut": hour + 2})
    told = only(await twice.command(ANI, "/model", GROUP)).text
    assert "E 3,4 dari 20" in told and "Bukti per" not in told, "a night is newer"


async def test_an_owner_goes_back_once_and_knowingly(twice: Talk) -> None:
    ask = only(await twice.command(OWNER, "/rollback"))
    yes, no = ask.buttons[0]
    assert "aaaaaaaaaaaa" in ask.text and yes.data == "1:m:yes:aaaaaaaaaaaa"
    assert (await twice.tap(BUDI, yes.data)).edit is None and twice.submitted == []
    kept = await twice.tap(OWNER, no.data, OWNER.user_id)
    assert kept.edit is not None and "tidak ada yang diubah" in kept.edit.text and twice.submitted == []
    done = await twice.tap(OWNER, yes.data, OWNER.user_id)
    assert done.edit is not None and twice.submitted == [PolicyTaken(NOW, policy("a"))]
    async with twice.db.write() as conn:
        await policies.set_current(conn, "a" * 64, NOW)
        assert [deed.action for deed in await audit.newest(conn)] == ["rollback"]
    assert "sudah berlaku" in (await twice.tap(OWNER, yes.data, OWNER.user_id)).toast
    assert len(twice.submitted) == 1


async def test_promote_says_what_is_missing_and_changes_nothing(twice: Talk) -> None:
    assert "Belum ada penantang" in only(await twice.command(OWNER, "/promote")).text
    async with twice.db.write() as conn:
        await nights.add(conn, night(surroundings=contest(6.1, ["evidence"])))
    told = only(await twice.command(OWNER, "/promote"))
    assert "Kurang:\nbukti" in told.text and told.buttons == () and twice.submitted == []
    refused = await twice.tap(OWNER, "1:m:sure:surroundings", OWNER.user_id)
    assert refused.edit is None and "belum lolos" in refused.toast and twice.submitted == []
    assert "pemilik" in only(await twice.command(ANI, "/promote", GROUP)).text


async def test_what_has_earned_it_is_promoted_once_asked_twice(twice: Talk) -> None:
    async with twice.db.write() as conn:
        await policies.add(conn, policy("c", "surroundings"), NOW - DAY)
        await nights.add(conn, night(surroundings=contest(61.0, []), recent=contest(2.0, ["evidence"])))
    told = only(await twice.command(OWNER, "/promote"))
    assert [button.data for row in told.buttons for button in row] == ["1:m:up:surroundings"]
    ask = await twice.tap(OWNER, "1:m:up:surroundings", OWNER.user_id)
    assert ask.edit is not None and ask.edit.buttons[0][0].data == "1:m:sure:surroundings" and twice.submitted == []
    assert (await twice.tap(BUDI, "1:m:sure:surroundings")).edit is None and twice.submitted == []
    done = await twice.tap(OWNER, "1:m:sure:surroundings", OWNER.user_id)
    assert done.edit is not None and twice.submitted == [PolicyTaken(NOW, policy("c", "surroundings"))]
    async with twice.db.read() as conn:
        chosen = await nights.newest(conn, "hand")
        assert [deed.action for deed in await audit.newest(conn)] == ["promote"]
    assert chosen is not None and chosen["champion"] == "surroundings" and chosen["events"][0]["kind"] == "chosen"


async def test_while_a_policy_waits_for_its_hour_no_choice_is_taken(twice: Talk) -> None:
    """The night is written down at two and in force at three; a choice between would be undone at three."""
    earned = night(surroundings=contest(61.0, []))
    waits = [[name, version, NOW + 30 * 60_000] for name, version, _ in earned["turns"]]
    async with twice.db.write() as conn:
        await policies.add(conn, policy("c", "surroundings"), NOW - DAY)
        await nights.add(conn, {**earned, "effective": NOW + 30 * 60_000, "turns": waits})
    told = await twice.tap(OWNER, "1:m:sure:surroundings", OWNER.user_id)
    assert told.edit is None and "mulai berlaku pukul" in told.toast and twice.submitted == []
    async with twice.db.read() as conn:
        assert await nights.newest(conn, "hand") is None and await audit.newest(conn) == []


@pytest.mark.parametrize("data", ["1:m:yes:cccccccccccc", "1:m:yes", "1:m:x:aaaaaaaaaaaa", "1:m", "1:m:yes:"])
async def test_forged_rollbacks_are_refused(twice: Talk, data: str) -> None:
    assert (await twice.tap(OWNER, data, OWNER.user_id)).edit is None and twice.submitted == []


async def test_a_version_is_promoted_where_its_procedure_has_earned_it(twice: Talk) -> None:
    """As `POST /api/ai/promote` asks for it."""
    who = ("api", "key")

    async def submit(event: Event) -> None:
        twice.submitted.append(event)

    desk = Promotions(twice.db, submit, lambda: True, lambda: NOW)

    async def missing(version: str) -> list[str]:
        with pytest.raises(NotEarned) as refused:
            await desk.promote(version, who)
        return refused.value.failed

    assert await missing("b" * 64) == ["in_force"] and await missing("a" * 64) == ["not_a_challenger"]
    async with twice.db.write() as conn:
        await policies.add(conn, policy("c", "surroundings"), NOW - DAY)
        await policies.add(conn, policy("d", "surroundings"), NOW - 2 * DAY)
        await policies.add(conn, policy("e", "recent"), NOW - DAY)
        await nights.add(conn, night(surroundings=contest(61.0, []), recent=contest(2.0, ["evidence"])))
    assert await missing("d" * 64) == ["superseded"] and await missing("e" * 64) == ["evidence"]
    with pytest.raises(KeyError):
        await desk.promote("f" * 64, who)
    with pytest.raises(Later):
        await Promotions(twice.db, submit, lambda: False, lambda: NOW).promote("c" * 64, who)
    assert twice.submitted == []
    done = await desk.promote("c" * 64, who)
    assert done == {"policy_version": "c" * 64, "procedure": "surroundings", "instead_of": "linear"}
    assert twice.submitted == [PolicyTaken(NOW, policy("c", "surroundings"))]
    async with twice.db.read() as conn:
        assert [(deed.channel, deed.action) for deed in await audit.newest(conn)] == [("api", "promote")]
