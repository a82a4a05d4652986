"""Menus by scope, language and role: stale ones go first, what is unchanged calls nothing, a failure holds nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.line import TelegramLine
from bot.channels.telegram.menus import OTHERS, About, TelegramMenus
from bot.clock import SystemClock
from bot.commands.menus import MOST, group_menu, keeper_menu, member_menu
from bot.commands.registry import COMMANDS
from bot.errors import Retryable
from bot.i18n import LOCALES
from bot.messages.menu import about_bot
from bot.ports import Answer, Incoming
from bot.telegram_room import Menus
from storage import grants, people
from storage.database import Database
from tests.channels.talking import side_by_side, talking
from tests.servers.telegram_api import TOKEN, TelegramApi

OWNERS = frozenset({("telegram", "7")})
ABOUT = {OTHERS: About("long", "short"), "en": About("long en", "short en")}
LANGUAGES = {OTHERS, *LOCALES}


@pytest.fixture
async def line(api: TelegramApi) -> AsyncIterator[TelegramLine]:
    made = TelegramLine(TOKEN, api.url, timeout=1.0)
    yield made
    await made.close()


def menus(line: TelegramLine, db: Database, about: dict[str, About] | None = None) -> TelegramMenus:
    wanted = Menus(db, "id", OWNERS).wanted
    return TelegramMenus(line, db, SystemClock(), wanted, ABOUT if about is None else about)


def names(api: TelegramApi, scope: str, language: str = OTHERS) -> list[str]:
    return [command["command"] for command in api.profile.menus[scope, language]]


async def test_every_scope_has_its_menu_in_every_language(api: TelegramApi, db: Database, line: TelegramLine) -> None:
    api.profile.menus["all_chat_administrators", "de"] = []
    api.profile.menus["all_chat_administrators", ""] = []
    await menus(line, db).bring_up_to_date()
    scopes = {scope for scope, _ in api.profile.menus}
    assert scopes == {"default", "all_private_chats", "all_group_chats", "chat:7"} | {"all_chat_administrators"}
    assert ("all_chat_administrators", "") not in api.profile.menus, "a stale menu goes"
    for scope in ("default", "all_private_chats", "all_group_chats", "chat:7"):
        assert {language for where, language in api.profile.menus if where == scope} == LANGUAGES
    assert names(api, "default") == [name for name, _ in member_menu()]
    assert set(names(api, "all_group_chats", "en")) <= {"active", "stats", "why"} and "stats" in names(
        api, "all_group_chats"
    )
    assert {"pause", "users", "health", "logs"} <= set(names(api, "chat:7"))
    first = {lang: api.profile.menus["default", lang][0]["description"] for lang in LANGUAGES}
    assert first[OTHERS] == first["id"] != first["en"]
    assert api.profile.described == {OTHERS: "long", "en": "long en"}
    assert api.profile.shortly == {OTHERS: "short", "en": "short en"}


async def test_what_is_unchanged_is_not_set_again(api: TelegramApi, db: Database, line: TelegramLine) -> None:
    await menus(line, db).bring_up_to_date()
    calls = len(api.calls)
    await menus(line, db).bring_up_to_date()
    assert len(api.calls) == calls
    await menus(line, db, ABOUT | {"en": About("other", "short en")}).bring_up_to_date()
    assert {call.method for call in api.calls[calls:]} == {"setMyDescription", "setMyShortDescription"}


async def test_a_menu_follows_the_role_and_goes_with_it(api: TelegramApi, db: Database, line: TelegramLine) -> None:
    async with db.write() as conn:
        await people.set_person(conn, "telegram", "501", role="member")
    keeper = menus(line, db)
    await keeper.bring_up_to_date()
    assert ("chat:501", OTHERS) not in api.profile.menus
    async with db.write() as conn:
        await grants.grant(conn, "telegram", "501", "admin", "telegram:7", 1)
    await keeper.bring_up_to_date()
    assert "users" in names(api, "chat:501") and "pause" not in names(api, "chat:501", "en")
    async with db.write() as conn:
        await grants.grant(conn, "telegram", "501", "subscriber", "telegram:7", 2)
    await keeper.bring_up_to_date()
    assert not [scope for scope, _ in api.profile.menus if scope == "chat:501"]


async def test_an_owner_who_never_wrote_holds_no_other_menu_up(
    api: TelegramApi, db: Database, line: TelegramLine
) -> None:
    api.profile.strangers.add(7)
    keeper = menus(line, db)
    await keeper.bring_up_to_date()
    assert names(api, "default") and api.profile.described
    calls = len(api.calls)
    await keeper.bring_up_to_date()
    assert len(api.calls) == calls, "asked again in an hour, not every minute"


async def test_a_failing_menu_never_stops_updates_from_being_read(
    api: TelegramApi, db: Database, line: TelegramLine
) -> None:
    api.fail("setMyCommands", 500, times=1_000)
    api.fail("deleteMyCommands", 429, "Too Many Requests: retry after 3", times=1, retry_after=3)
    keeper = menus(line, db)
    with pytest.raises(Retryable) as flood:
        await keeper.bring_up_to_date()
    assert flood.value.retry_after == 3.0
    read: list[str] = []

    async def hear(incoming: Incoming) -> Answer:
        read.append(incoming.text)
        return Answer()

    async with talking(api, db, hear), side_by_side(keeper.run()):
        api.say(42, "hello", user_id=9)
        await api.until(lambda: bool(api.called("setMyCommands")))
        await api.until(lambda: api.unread == 0)
    assert read == ["hello"]


async def test_what_was_half_set_is_finished_later(api: TelegramApi, db: Database, line: TelegramLine) -> None:
    api.fail("setMyCommands", 502)
    keeper = menus(line, db)
    with pytest.raises(Retryable):
        await keeper.bring_up_to_date()
    await keeper.bring_up_to_date()
    for scope in ("default", "all_private_chats", "all_group_chats", "chat:7"):
        assert {language for where, language in api.profile.menus if where == scope} == LANGUAGES


def test_menus_are_short_and_hold_only_what_their_reader_may_use() -> None:
    member = [name for name, _ in member_menu()]
    rights = {command.name: command.right for command in COMMANDS}
    assert 0 < len(member) <= MOST and all(rights[name] in ("anyone", "read") for name in member)
    assert sum(command.menu for command in COMMANDS) <= MOST, "what is flagged for the menu is shown in it"
    assert all(rights[name] in ("anyone", "read") for name, _ in group_menu())
    assert len(keeper_menu("owner")) <= 100
    assert {rights[name] for name, _ in keeper_menu("admin")} & {"owner"} == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_bot_is_described_within_telegrams_limits(locale: str) -> None:
    long, short = about_bot()[locale]
    assert 40 < len(long) <= 512 and 20 < len(short) <= 120
