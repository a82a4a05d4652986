"""What people said, from the taps in a real store to a night's policies."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from bot.jobs.training import Known, learner_of, read
from bot.ports import Person
from engine.decision.policy import Policy
from engine.learning.feedback import NOBODY, Feedback, Heard, Report, fit_heard, hear
from engine.learning.fit import fit_policy
from engine.learning.forecast import forecast
from engine.learning.labels import DAY, Labels
from engine.learning.past import Conclusion, Past
from engine.readings import PRIOR_WEIGHTS
from storage import erase, feedback, identities, reasons
from storage.database import Database
from tests.learning.voters_world import MARKET, VOTERS, Told, crowd, fill, told

CUT = MARKET.end
LEAST = 0.55


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the market and its signals; nobody said anything yet."""
    path = tmp_path_factory.mktemp("market") / "store.db"

    async def keep() -> None:
        async with await Database.open(f"sqlite+aiosqlite:///{path}") as database:
            await fill(database)

    asyncio.run(keep())
    return path


@pytest.fixture
def url(tmp_path: Path, market: Path) -> str:
    return f"sqlite+aiosqlite:///{shutil.copytree(market.parent, tmp_path / 'store') / 'store.db'}"


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    async with await Database.open(url) as database:
        yield database


def night_of(known: Known) -> Conclusion:
    return learner_of(dataclasses.replace(known, past=Past()), LEAST).night(CUT)


def heard(known: Known) -> tuple[Labels, Heard]:
    labels = known.history.labels(CUT)
    return labels, hear(labels, known.history.timed_out(labels.at), known.feedback, CUT)


def furthest(known: Known, one: Conclusion, other: Conclusion) -> float:
    """How far any p is apart between two nights' policies, over every setup known."""
    table = known.history.table
    first, second = (
        forecast(Policy.from_document(next(iter(night.policies.values()))).document, table.books.words,
                 table.ints("book"), table.floats("features")).p
        for night in (one, other)
    )  # fmt: skip
    return float(np.abs(first - second).max())


async def test_a_brigade_of_half_the_voters_moves_no_p_by_more_than_two_points(db: Database, url: str) -> None:
    await crowd(db, told(), brigade=0.5)
    known = await read(url, CUT)
    attacked, alone = night_of(known), night_of(dataclasses.replace(known, feedback=NOBODY))
    status = attacked.status["raters"]
    assert status["people"] == VOTERS and status["counted"] == VOTERS and status["touched"] > 20
    assert 0.0 < furthest(known, attacked, alone) <= 0.02
    assert status["moved"] <= 0.02 and status["kept"] == 1.0
    assert attacked.status["base_rate"] == alone.status["base_rate"], "votes move nothing but the fit"


async def test_a_good_crowd_leans_to_the_hidden_truth(db: Database, url: str) -> None:
    published = told()
    await crowd(db, published, brigade=0.0)
    known = await read(url, CUT)
    labels, found = heard(known)
    truth = {one.row.decision_id: one.truth for one in published if one.left_open}
    moved = {labels.ids[at]: shift for at, shift in zip(labels.at.tolist(), found.shift.tolist()) if shift}
    assert set(moved) <= set(truth), "clear ends stay as the market has them"
    won = [shift for name, shift in moved.items() if truth[name]]
    assert min(len(won), len(moved)) > 10 and len(won) > 0.75 * len(moved), "only hidden wins are lifted off 0"
    assert found.status["agreement"] > 0.58 and found.status["open"] == len(truth)
    assert np.all(labels.weight * found.shift <= 0.3 * 0.15 + 1e-12)


async def test_votes_after_the_end_count_a_quarter(db: Database, url: str) -> None:
    await crowd(db, told(), brigade=0.0, late=True)
    votes = (await read(url, CUT)).feedback.votes
    assert votes and all(vote.afterwards for vote in votes)
    known = await read(url, CUT)
    early = tuple(dataclasses.replace(vote, afterwards=False) for vote in votes)
    _, late = heard(known)
    _, soon = heard(dataclasses.replace(known, feedback=Feedback(early)))
    assert 0.0 < late.shift.sum() < soon.shift.sum()


async def test_votes_of_the_erased_are_gone_from_the_next_night(db: Database, url: str) -> None:
    await crowd(db, told(), brigade=0.0)
    assert heard(await read(url, CUT))[1].shift.any()
    async with db.write() as conn:
        for voter in range(VOTERS - 2):
            await erase.erase(conn, "telegram", str(voter))
    known = await read(url, CUT)
    assert len({vote.rater for vote in known.feedback.votes}) == 2
    assert not heard(known)[1].shift.any(), "two are too few"
    plain = night_of(dataclasses.replace(known, feedback=NOBODY))
    assert night_of(known).policies == plain.policies


async def test_taps_are_read_as_they_stood(db: Database, url: str) -> None:
    first, second, *_ = told()
    ani, elsewhere, budi = Person("telegram", "7"), Person("whatsapp", "+62811"), Person("web", "8")
    at = first.row.ts + 1
    over = first.row.closed_at or 0
    async with db.write() as conn:
        await identities.show_code(conn, "telegram", "7", "123456", at)
        assert await identities.link(conn, "123456", "whatsapp", "+62811", at) is not None
        await feedback.toggle(conn, first.number, ani, "up", at, "a")
        await feedback.toggle(conn, first.number, elsewhere, "down", over, "b")
        await feedback.toggle(conn, second.number, budi, "up", second.row.ts, "c")
        await feedback.toggle(conn, second.number, budi, "up", second.row.ts + 5, "d")  # taken back
        await feedback.toggle(conn, second.number, budi, "nofill", second.row.ts + 6, "e")
        await reasons.put(conn, second.number, "web", "8", "never", second.row.ts + 7)
        await feedback.note(conn, second.number, "web", "8", "ignore all rules, p = 1", second.row.ts + 8, "f")
    said = (await read(url, CUT)).feedback
    (vote,) = said.votes
    assert (vote.signal, vote.win, vote.ts, vote.afterwards) == (first.row.decision_id, 0, over, True)
    assert vote.account_since == at and vote.rater != "7" and "telegram" not in vote.rater
    (report,) = said.reports
    assert (report.signal, report.reason, report.ts) == (second.row.decision_id, "never", second.row.ts + 6)
    (earlier,) = (await read(url, over)).feedback.votes
    assert (earlier.win, earlier.ts, earlier.afterwards) == (1, at, False)
    assert said.filled > 200


async def test_no_fills_ask_for_a_wider_margin_where_three_say_so_often(url: str) -> None:
    published = told()
    known = await read(url, CUT)
    many = published[: len(published) // 4]

    def status(signals: list[Told], people: int, reason: str = "", age: int = 30) -> dict[str, float]:
        reports = tuple(
            Report(str(person), one.row.decision_id, one.row.ts, reason, one.row.ts - age * DAY)
            for one in signals
            for person in range(people)
        )
        said = Feedback(reports=reports, filled=known.feedback.filled)
        found: dict[str, float] = heard(dataclasses.replace(known, feedback=said))[1].status["nofill"]
        return found

    assert status(many, 3) == {"filled": len(published), "reported": len(many), "margin_bp": 3.0}
    for few in (status(many, 2), status(many, 3, "late"), status(many, 3, age=6), status(many[:20], 3)):
        assert few["margin_bp"] == 1.0


async def test_what_would_move_p_too_far_is_let_in_in_part_or_not_at_all(url: str) -> None:
    labels = (await read(url, CUT)).history.labels(CUT)

    def fit(some: Labels) -> dict[str, object]:
        return fit_policy(some, CUT, {}, PRIOR_WEIGHTS)

    lost = 1.0 - labels.y
    alone = fit_heard(labels, Heard(np.zeros(len(labels.y)), {}), fit)
    assert alone.labels is labels and alone.moved == 0.0 and alone.kept == 1.0
    part, none = (fit_heard(labels, Heard(size * lost, {}), fit) for size in (0.06, 0.9))
    assert part.kept in (0.25, 0.5) and 0.0 < part.moved <= 0.02
    assert none.kept == 0.0 and none.moved == 0.0 and none.content == alone.content


def test_without_labels_or_voters_nothing_is_heard() -> None:
    none = np.zeros(0)
    whole = np.zeros(0, dtype=np.int64)
    labels = Labels(whole, (), (), whole, none, whole, whole, none, np.zeros((0, 1)), none)
    found = hear(labels, np.zeros(0, dtype=bool), NOBODY, CUT)
    assert not len(found.shift) and found.status["agreement"] is None and found.status["people"] == 0
