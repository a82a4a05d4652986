"""Every task that runs in the background of `run` and `demo`. A new one is its own file and one line here."""

from __future__ import annotations

from bot.house import Task
from bot.learning import learn

TASKS: tuple[Task, ...] = (learn,)
