"""Everything of Telegram in a running product: the line, its topics, menus and cards, and chats that are mended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence, Set

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.telegram.cards import TelegramCards
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.menus import OTHERS, About, Menu, TelegramMenus
from bot.channels.telegram.probe import TelegramProbe
from bot.clock import Clock
from bot.commands.menus import group_menu, keeper_menu, member_menu
from bot.commands.quiet_chats import fall_silent, wake_up
from bot.commands.rights import Role, role_of
from bot.errors import SettingsError
from bot.lines import Line, Office, telegram_line
from bot.messages.menu import about_bot, command_menu
from bot.setting_shapes import is_bot_token
from bot.settings import Settings
from storage import grants, routes
from storage.database import Database
from storage.outbox import OutboxRow

Owners = Set[tuple[str, str]]
OPS_NEWS = frozenset({"restarted", "feed_lost", "feed_back", "alarm", "alarm_over", "policy", "trained"})


def open_telegram(
    office: Office, settings: Settings, holder: str, owners: Owners, named: Callable[[str], Awaitable[None]]
) -> Line | None:
    """The line with all its jobs, None without a token. `owners` are those by setting; `named` hears the bot's name.

    Raises SettingsError for what cannot be a token.
    """
    if settings.telegram_bot_token is None:
        return None
    token = settings.telegram_bot_token.get_secret_value()
    if not is_bot_token(token):
        raise SettingsError("TELEGRAM_BOT_TOKEN: must look like 123456789:AAE… with nothing before or after it")
    chats_fall = SilentChats(office.db, office.clock, owners, office.after)

    async def on_name(channel: TelegramChannel, username: str) -> None:
        await named(username)

    line = telegram_line(
        office,
        token,
        settings.telegram_api_base_url,
        holder,
        on_name,
        silence=chats_fall.fall,
        place=topic_of,
        public_url=settings.public_url if settings.telegram_updates == "webhook" else None,
    )
    channel = line.channel
    assert isinstance(channel, TelegramChannel)
    line.cards = TelegramCards(channel, line.pacer, office.db, office.clock)
    menus = Menus(office.db, settings.locale, owners)
    keeper = TelegramMenus(channel.line, office.db, office.clock, menus.wanted, _about(settings.locale))
    probe = TelegramProbe(channel.line, office.db, office.clock, chats_fall.wake)
    line.jobs += [keeper.run, probe.run]
    return line


async def topic_of(row: OutboxRow, conn: AsyncConnection) -> str:
    """Where in a group a message belongs: the topic for rows of this kind, its own address where nobody said so."""
    chat = row.address.partition(":")[0]
    if not chat.startswith("-") or row.kind == "edit":
        return row.address
    if row.kind == "notice":
        what = "ops" if row.state in OPS_NEWS else "signals"
    else:
        what = "results" if row.kind == "reply" else "signals"
    return (await routes.of(conn, chat)).get(what, row.address)


class SilentChats:
    """Chats that stop taking messages, and those that take them again."""

    def __init__(self, db: Database, clock: Clock, owners: Owners, after: Callable[[], None]) -> None:
        self._db = db
        self._clock = clock
        self._owners = owners
        self._after = after

    async def fall(self, conn: AsyncConnection, channel: str, address: str, reason: str) -> None:
        """Stop sending there, and tell the owners."""
        await fall_silent(conn, self._owners, channel, address, reason, self._clock.now_ms())

    async def wake(self, address: str) -> None:
        """Send there again."""
        async with self._db.write() as conn:
            await wake_up(conn, self._owners, "telegram", address, self._clock.now_ms())
        self._after()


class Menus:
    """Which menu each scope should have now."""

    def __init__(self, db: Database, locale: str, owners: Owners) -> None:
        self._db = db
        self._locale = locale
        self._owners = owners

    async def wanted(self) -> Sequence[Menu]:
        """Everyone's menus, and one for each owner, admin and analyst in their private chat."""
        members, groups = self._menu(member_menu()), self._menu(group_menu())
        everyone = [Menu("default", members), Menu("all_private_chats", members), Menu("all_group_chats", groups)]
        theirs = [Menu(f"chat:{user}", self._menu(keeper_menu(role))) for user, role in await self._keepers()]
        return [*everyone, *theirs]

    async def _keepers(self) -> list[tuple[str, Role]]:
        async with self._db.read() as conn:
            known = await grants.members(conn, ("owner", "member"))
        roles = {one.user_id: role_of(one.stored, one.granted) for one in known if one.channel == "telegram"}
        roles |= {user: "owner" for channel, user in self._owners if channel == "telegram"}
        return sorted((user, role) for user, role in roles.items() if role in ("owner", "admin", "analyst"))

    def _menu(self, commands: list[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
        by_locale = command_menu(commands)
        return {OTHERS: by_locale[self._locale], **by_locale} if commands else {}


def _about(default: str) -> dict[str, About]:
    told = {locale: About(long, short) for locale, (long, short) in about_bot().items()}
    return {OTHERS: told[default], **told}
