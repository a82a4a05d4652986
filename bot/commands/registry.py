"""Every command and every tap, by name: the one dispatch. A new one is its own file and one line here."""

from __future__ import annotations

from bot.commands import (
    access,
    active,
    approval,
    calibration,
    chart,
    choices,
    control,
    copying,
    costs,
    demo,
    feedback,
    halts,
    health,
    history,
    insights,
    last,
    ledger,
    link,
    logs,
    model,
    notes,
    pairs,
    preferences,
    privacy,
    quiet,
    replaying,
    risk,
    route,
    settings,
    signals,
    size,
    stats,
    status,
    users,
    watch,
    whatsapp_taps,
    why,
)
from bot.commands.command import Command, TapHandler
from bot.commands.desk import Caller, Desk, toast
from bot.commands.help import NAMESPACE, help_answer, help_turned
from bot.messages import personal_buttons
from bot.ports import Answer


async def _help(desk: Desk, caller: Caller) -> Answer:
    return help_answer(COMMANDS, SECTIONS, caller)


async def _turn(desk: Desk, caller: Caller, parts: tuple[str, ...]) -> Answer:
    return help_turned(COMMANDS, SECTIONS, caller, ":".join(parts)) or toast(caller.own, "toast-unknown")


# The sections of /help in their order, and the text of each one's title.
SECTIONS = {
    "signals": "section-signals",
    "results": "section-results",
    "mine": "section-mine",
    "member": "help-member",
    "admin": "section-admin",
    "owner": "help-owner",
}

# In the order of /help and of the menu.
COMMANDS: tuple[Command, ...] = (
    Command("signals", "read", signals.listed, "signals", "help-signals"),
    Command("active", "read", active.active, "signals", "help-active", menu=True),
    Command("last", "read", last.last, "signals", "help-last", menu=True),
    Command("stats", "read", stats.stats, "results", "help-stats", menu=True),
    Command("calibration", "read", calibration.calibration, "results", "help-calibration"),
    Command("insights", "read", insights.told, "results", "help-insights"),
    Command("model", "read", model.model, "results", "help-model"),
    Command("why", "read", why.why, "signals", "help-why", menu=True),
    Command("watch", "read", watch.watch, "signals", "help-watch", menu=True),
    Command("status", "read", status.status, "signals", "help-status"),
    Command("chart", "read", chart.chart, "results", "help-chart", menu=True),
    Command("history", "read", history.history, "results", "help-history"),
    Command("lang", "anyone", preferences.lang, "mine", "help-lang", menu=True),
    Command("timezone", "anyone", preferences.timezone, "mine", "help-timezone"),
    Command("ledger", "read", ledger.ledger, "mine", "help-ledger", menu=True),
    Command("size", "read", size.size, "mine", "help-size"),
    Command("risk", "read", risk.risk, "mine", "help-risk"),
    Command("settings", "read", settings.settings, "mine", "help-settings", menu=True),
    Command("pairs", "read", pairs.pairs, "mine", "help-pairs"),
    Command("quiet", "read", quiet.quiet, "mine", "help-quiet"),
    Command("link", "read", link.link, "mine", "help-link"),
    Command("cancel", "anyone", notes.cancel, "mine", "help-cancel"),
    Command("privacy", "anyone", privacy.privacy, "mine", "help-privacy", menu=True),
    Command("export", "anyone", privacy.export, "mine", "help-export"),
    Command("erase", "anyone", privacy.erased, "mine", "help-erase"),
    Command("start", "anyone", access.entry, "mine", "help-start", menu=True, everywhere=True),
    Command("help", "read", _help, "mine", "help-help", menu=True),
    Command("users", "admin", users.users, "admin", "help-users"),
    Command("health", "admin", health.health, "admin", "help-health"),
    Command("logs", "admin", logs.logs, "admin", "help-logs"),
    Command("replay", "admin", replaying.replayed, "admin", "help-replay"),
    Command("route", "owner", route.route, "owner", "help-route"),
    Command("copy", "admin", copying.copying, "admin", "help-copy"),
    Command("promote", "owner", model.promote, "owner", "help-promote"),
    Command("rollback", "owner", model.rollback, "owner", "help-rollback"),
    Command("pause", "owner", control.pause, "owner", "help-pause"),
    Command("resume", "owner", control.resume, "owner", "help-resume"),
    Command("demo", "owner", demo.post_demo, "owner", "help-demo"),
    Command("costs", "owner", costs.costs, "owner", "help-costs"),
)

# What comes back from a button is "1:<namespace>:<part>:<part>…" (bot/messages/buttons.py makes and splits it).
TAPS: dict[str, TapHandler] = {
    NAMESPACE: _turn,
    stats.NAMESPACE: stats.on_tap,
    signals.NAMESPACE: signals.on_tap,
    active.NAMESPACE: active.on_tap,
    privacy.NAMESPACE: privacy.on_tap,
    feedback.REASON: feedback.on_reason,
    choices.NAMESPACE: settings.on_tap,
    why.NAMESPACE: why.on_tap,
    watch.NAMESPACE: watch.on_tap,
    personal_buttons.TOOK: ledger.on_tap,
    personal_buttons.SIZE: size.on_tap,
    model.NAMESPACE: model.on_tap,
    "f": feedback.on_tap,
    "d": feedback.on_tap,
    "a": approval.on_tap,
    "u": users.on_tap,
    "hl": health.on_tap,
    "h": halts.on_tap,
    "c": chart.on_tap,
    whatsapp_taps.NAMESPACE: whatsapp_taps.on_tap,
}

BY_NAME = {command.name: command for command in COMMANDS}
MENU = tuple((command.name, command.help_key) for command in COMMANDS if command.menu)
