"""What a night's training needs: labels, fits and the whole walk forward, beside scikit-learn and LightGBM."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec

import numpy as np

from benchmarks.bars import Bars
from benchmarks.line import Line, Target
from benchmarks.timing import seconds
from engine.decision.policy import Policy
from engine.learning.cadence import CUT, weekly
from engine.learning.dataset import choose_inputs, matrix
from engine.learning.evaluation import evaluate
from engine.learning.fit import fit_policy
from engine.learning.labels import COLUMNS, Labels, labelled
from engine.learning.learner import Learner
from engine.learning.model import hierarchical, with_intercept
from engine.learning.table import Decision, Floats
from engine.readings import PRIOR_WEIGHTS
from tests.learning.world import DAY, REGIMES, T0, World, policy_document

SIZES = ((10_000, 3.0), (100_000, 30.0))  # labels, and the seconds a night may take
A_DAY, HIDDEN = 100, 0.1
Work = Callable[[], object]
PEERS = {
    "scikit-learn: logistic regression + isotonic, 5 folds": ("sklearn", "calibrated"),
    "LightGBM: 200 trees of 15 leaves": ("lightgbm", "boosted"),
}


def lines(bars: Bars) -> Iterator[Line]:
    """Milliseconds; of `bars` nothing is read: labels come from a seeded world of four regimes."""
    for count, allowed in SIZES:
        yield from _night(count, allowed)
    yield from _predicting(World(1))


def _night(count: int, allowed: float) -> Iterator[Line]:
    """Labels, the joint fit, the walk forward of `evaluate` (a dozen blocks of five folds), and nights of the learner.

    The dear night is the weekly one with four procedures to fit: quartiles are scored over eight purged folds, and
    trees grown.
    """
    world = World(1, days=count // A_DAY, a_day=A_DAY, regimes=REGIMES)
    rest = {name: HIDDEN for name in COLUMNS}
    rows = [replace(row, features={**rest, **row.features}) for row in world.rows()]
    labels = labelled(rows, world.end)
    x = matrix(labels.raw, choose_inputs(labels))
    yield Line(f"{count:,} labels prepared", "ms", 1e3 * seconds(lambda: labelled(rows, world.end)))
    yield Line(f"joint fit of all books, {count:,} labels", "ms", 1e3 * seconds(lambda: _joint(labels, x)))
    ours = 1e3 * seconds(lambda: fit_policy(labels, world.end, {}, PRIOR_WEIGHTS))
    for peer, work in _peers(x, labels.y).items():
        theirs = None if work is None else 1e3 * seconds(work)
        yield Line(f"a policy: 5 purged folds, all books calibrated, {count:,}", "ms", ours, peer, theirs)
    walked = 1e3 * seconds(lambda: evaluate(rows, cut=world.end), rounds=1, warm=False)
    yield Line(f"walking forward over {count:,} labels", "ms", walked, target=Target(1e3 * allowed))
    for dear, spent in _nights(_running(rows), world.days).items():
        what = "the week's dear night" if dear else "a night of the learner"
        yield Line(f"{what}, {count:,} labels", "ms", spent, target=Target(1e3 * allowed))


def _running(rows: Sequence[Decision]) -> list[Decision]:
    """With how far each ran, so that there is something to learn of that, too."""
    dice = np.random.default_rng(6)
    far, near = dice.uniform(1.2, 2.5, len(rows)).tolist(), dice.uniform(0.0, 1.2, len(rows)).tolist()
    return [
        replace(row, mfe_r=a if row.win else b, mae_r=-b / 1.5 if row.win else -1.0, limit=2.5)
        for row, a, b in zip(rows, far, near)
    ]


def _nights(rows: Sequence[Decision], days: int) -> dict[bool, float]:
    """Milliseconds of the last night of each kind (`True`: weekly) of four weeks, in which all procedures came."""
    learner, told = Learner(0.5), 0
    spent: dict[bool, float] = {}
    rows = sorted(rows, key=lambda row: row.ts)
    for day in range(days - 28, days + 1):
        cut = T0 + day * DAY + CUT
        while told < len(rows) and rows[told].ts < cut:
            learner.history.stored(rows[told])
            told += 1
        spent[weekly(cut)] = 1e3 * seconds(partial(learner.night, cut), rounds=1, warm=False)
    return spent


def _predicting(world: World) -> Iterator[Line]:
    """Microseconds for one setup."""
    rows = world.rows()
    policy, row = Policy.from_document(policy_document(rows, world.end)), rows[0]
    ours = 1e3 * seconds(lambda: [policy.estimate(row.timeframe, row.regime, row.features) for _ in range(1000)])
    labels = labelled(rows, world.end)
    x = matrix(labels.raw, choose_inputs(labels))
    peer, theirs = "scikit-learn: predict_proba", None
    if find_spec("sklearn"):
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=0.1).fit(x, labels.y)
        theirs = 1e4 * seconds(lambda: [model.predict_proba(x[:1]) for _ in range(100)])
    yield Line("p of one setup with its bounds", "us", ours, peer, theirs, Target(20.0))


def _joint(labels: Labels, x: Floats) -> object:
    book = np.zeros(len(labels.y), dtype=np.int64)
    books = labels.books()
    for at, rows in enumerate(books.values()):
        book[rows] = at
    size = x.shape[1]
    design = with_intercept(x)
    prior = ([-0.4] + [0.0] * size, [0.5] + [0.25] * size, [0.2] + [0.12] * size)
    return hierarchical(design, labels.y, labels.weight, book, len(books), *prior)


def _peers(x: Floats, y: Floats) -> dict[str, Work | None]:
    makers: dict[str, Callable[[Floats, Floats], Work]] = {"calibrated": _calibrated, "boosted": _boosted}
    return {name: makers[made](x, y) if find_spec(module) else None for name, (module, made) in PEERS.items()}


def _calibrated(x: Floats, y: Floats) -> Work:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.1, max_iter=200)
    return lambda: CalibratedClassifierCV(model, method="isotonic", cv=5, ensemble=False).fit(x, y)


def _boosted(x: Floats, y: Floats) -> Work:
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(
        n_estimators=200, num_leaves=15, min_child_samples=50, learning_rate=0.05, n_jobs=2, verbose=-1
    )
    return lambda: model.fit(x, y)
