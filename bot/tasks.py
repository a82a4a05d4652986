"""Every task that runs in the background of `run` and `demo`. A new one is its own file and one line here."""

from __future__ import annotations

from bot.advising import advise
from bot.alarms import watch_figures
from bot.digest import send_digests
from bot.feed_watch import watch_feed
from bot.held_back_note import note_held_back
from bot.house import Task
from bot.learning import learn
from bot.learning_asked import learn_when_asked
from bot.ops_card import keep_cards
from bot.rehearsal import rehearse
from bot.restart_note import note_restart
from bot.retention import keep_short
from bot.send_counts import count_sends
from bot.unlisted_note import note_unlisted

TASKS: tuple[Task, ...] = (
    learn, learn_when_asked, keep_cards, note_restart, watch_feed, watch_figures, send_digests, note_unlisted,
    count_sends, keep_short, rehearse, advise,
    note_held_back,
)  # fmt: skip
