"""How /users looks: the list, one person, a removal to be confirmed, those who wait and those who are kept out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.commands.rights import Role, role_of
from bot.commands.roles import LADDER, may_give, steps
from bot.messages.buttons import tap_data
from bot.messages.markup import lines, message
from bot.messages.reader import Reader
from bot.names import shown_name
from bot.ports import Button, Message
from storage.audit import Deed
from storage.grants import Member

NAMESPACE = "u"
KEYS = {"telegram": "t", "whatsapp": "w", "web": "b"}
CHANNELS = {short: channel for channel, short in KEYS.items()}
PAGE = 8
MOST_WAITING = 10
SHORT = 20
_SAID = ("role", "pause", "route", "promote", "rollback", "chat", "copy", "costs")  # deeds whose detail is worth a look


def list_card(
    inside: Sequence[Member],
    owners: Sequence[Member],
    apart: tuple[int, int],
    deeds: Sequence[Deed],
    names: Mapping[tuple[str, str], str],
    page: int,
    reader: Reader,
) -> Message:
    """How many have which role, a button for each member of the page, and what was done lately.

    `apart`: how many wait, and how many were turned down or removed.
    """
    counts = {role: sum(role_of(one.stored, one.granted) == role for one in inside) for role in LADDER}
    told = [reader.html("users-title", count=str(len(inside)))]
    told += [reader.html("users-owner", name=_name(one)) for one in owners]
    told += [reader.html("users-count", role=role, count=str(counts[role])) for role in reversed(LADDER)]
    if deeds:
        told += ["", reader.html("users-deeds"), *(_deed(deed, names, reader) for deed in deeds)]
    last = max(0, (len(inside) - 1) // PAGE)
    page = min(page, last)
    keys = [
        (Button(f"{_name(one)} · {_role(one, reader)}", _data("p", one)),)
        for one in inside[page * PAGE : page * PAGE + PAGE]
    ]
    turn = [Button("‹", tap_data(NAMESPACE, "l", page - 1))] if page else []
    turn += [Button("›", tap_data(NAMESPACE, "l", page + 1))] if page < last else []
    rows = [tuple(turn)] if turn else []
    waiting, out = apart
    if waiting:
        label = reader.plain("users-waiting-button", count=str(waiting))
        rows.append((Button(label, tap_data(NAMESPACE, "w")),))
    if out:
        rows.append((Button(reader.plain("users-out-button", count=str(out)), tap_data(NAMESPACE, "o")),))
    return message(lines(*told), (*keys, *rows))


def person_card(person: Member, mine: bool, role: Role, reader: Reader) -> Message:
    """One member; `mine`: whoever looks (with `role`) may change them."""
    theirs = role_of(person.stored, person.granted)
    words = lines(
        f"<b>{reader.html('users-name', name=_name(person))}</b>",
        reader.html("users-id", channel=person.channel, user=person.user_id),
        reader.html("users-role", role=theirs),
        reader.html("users-since", at=reader.day(person.at)),
        None if mine else reader.html("users-not-yours"),
    )
    back = (Button(reader.plain("users-back"), tap_data(NAMESPACE, "l", 0)),)
    if not mine:
        return message(words, (back,))
    below, above = steps(theirs)
    turn = []
    if above is not None and may_give(role, above):
        turn.append(Button(reader.plain("users-up", role=above), _data("r", person, above), style="success"))
    if below is not None and may_give(role, below):
        turn.append(Button(reader.plain("users-down", role=below), _data("r", person, below)))
    gone = (Button(reader.plain("users-remove"), _data("x", person), style="danger"),)
    return message(words, (tuple(turn), gone, back) if turn else (gone, back))


def remove_card(person: Member, reader: Reader) -> Message:
    """The question before a removal."""
    keys = (
        Button(reader.plain("users-remove-yes"), _data("xx", person), style="danger"),
        Button(reader.plain("users-remove-no"), _data("p", person)),
    )
    return message(reader.html("users-remove-ask", name=_name(person)), (keys,))


def waiting_card(waiting: Sequence[Member], reader: Reader) -> Message:
    """Those who asked to come in, with a yes and a no each."""
    back = (Button(reader.plain("users-back"), tap_data(NAMESPACE, "l", 0)),)
    if not waiting:
        return message(reader.html("users-waiting-none"), (back,))
    rows = [
        (
            Button(f"✅ {_name(one)}", _data("y", one), style="success"),
            Button(f"❌ {_name(one)}", _data("n", one), style="danger"),
        )
        for one in waiting[:MOST_WAITING]
    ]
    told = [reader.html("users-waiting-row", name=_name(one), channel=one.channel, user=one.user_id) for one in waiting]
    words = lines(reader.html("users-waiting-title", count=str(len(waiting))), *told[:MOST_WAITING])
    return message(words, (*rows, back))


def out_card(out: Sequence[Member], reader: Reader) -> Message:
    """Those who were turned down or removed, with a yes for each who may come in (again)."""
    back = (Button(reader.plain("users-back"), tap_data(NAMESPACE, "l", 0)),)
    if not out:
        return message(reader.html("users-out-none"), (back,))
    rows = [(Button(f"✅ {_name(one)}", _data("a", one), style="success"),) for one in out[:MOST_WAITING]]
    told = [reader.html("users-waiting-row", name=_name(one), channel=one.channel, user=one.user_id) for one in out]
    words = lines(reader.html("users-out-title", count=str(len(out))), *told[:MOST_WAITING])
    return message(words, (*rows, back))


def _deed(deed: Deed, names: Mapping[tuple[str, str], str], reader: Reader) -> str:
    channel, _, user = deed.target.partition(":")
    target = shown_name(names.get((channel, user), ""), deed.target[:SHORT], SHORT) if deed.target else ""
    return reader.html(
        "users-deed",
        at=reader.moment(deed.at),
        who=shown_name(names.get((deed.channel, deed.user_id), ""), deed.user_id[:SHORT], SHORT),
        action=deed.action,
        target=" ".join(part for part in (target, deed.detail if deed.action in _SAID else "") if part),
    )


def _name(person: Member) -> str:
    return shown_name(person.name, person.user_id[:SHORT], SHORT)


def _role(person: Member, reader: Reader) -> str:
    return reader.plain("role-name", role=role_of(person.stored, person.granted))


def _data(what: str, person: Member, *more: str) -> str:
    return tap_data(NAMESPACE, what, KEYS[person.channel], person.user_id, *more)
