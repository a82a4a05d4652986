"""Settings: typed, complete in all three places, and a wrong line is named."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.setting_shapes import ChatTarget
from bot.settings import Settings, load_settings, names

ROOT = Path(__file__).resolve().parent.parent
TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_WHATSAPP_FROM": "whatsapp:+14155550100"}


def _example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _documented() -> dict[str, str]:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`|none) \|", text, flags=re.MULTILINE)
    return dict(rows)


def test_code_example_and_page_name_the_same_settings_with_the_same_defaults() -> None:
    assert list(_example()) == names() == list(_documented())
    assert _example() == _documented()
    assert load_settings({}, ROOT / ".env.example") == load_settings({}, None) == Settings()


def test_every_line_of_the_example_has_one_comment() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    for before, line in pairwise(lines):
        if line and not line.startswith("#"):
            assert before.startswith("# ")


def test_values_are_typed() -> None:
    settings = load_settings(
        {
            **TWILIO,
            "SHARPSIGNAL_PAIRS": "*",
            "SHARPSIGNAL_PORT": "0",
            "TELEGRAM_CHAT_IDS": "-100123:7, 55",
            "TELEGRAM_OWNER_IDS": "9",
            "WHATSAPP_RECIPIENTS": "+6281234567890",
            "TWILIO_CONTENT_SIDS": "signal:id=HX1,outcome:en=HX2",
            "OKX_REST_URL": "http://127.0.0.1:9/",
            "SHARPSIGNAL_DATA_DIR": "/srv/signals",
        },
        None,
    )
    assert settings.all_pairs
    assert settings.port == 0
    assert settings.telegram_chat_ids == (ChatTarget(-100123, 7), ChatTarget(55, None))
    assert settings.telegram_owner_ids == (9,)
    assert settings.twilio_whatsapp_from == "+14155550100"
    assert settings.twilio_content_sids == {("signal", "id"): "HX1", ("outcome", "en"): "HX2"}
    assert settings.okx_rest_url == "http://127.0.0.1:9"
    assert settings.database_url == "sqlite+aiosqlite:////srv/signals/sharpsignal.db"


def test_environment_wins_over_the_file_and_empty_means_default(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("SHARPSIGNAL_PORT=1\nSHARPSIGNAL_LOCALE=en\nSHARPSIGNAL_API_KEY=\nOTHER_PROGRAM=1\n")
    settings = load_settings({"SHARPSIGNAL_PORT": "2"}, env_file)
    assert (settings.port, settings.locale, settings.api_key) == (2, "en", None)


def test_secrets_are_never_shown() -> None:
    secrets = {name: f"hush-{name}" for name in ("SHARPSIGNAL_API_KEY", "TELEGRAM_BOT_TOKEN", "OPENAI_API_KEY")}
    secrets |= {"DATABASE_URL": "postgresql+asyncpg://me:hush-me@db/x", "REDIS_URL": "redis://:hush-me@cache/0"}
    settings = load_settings(secrets | {**TWILIO, "TWILIO_AUTH_TOKEN": "hush-twilio"}, None)
    assert "hush" not in repr(settings) + str(settings)
    assert settings.database_url == secrets["DATABASE_URL"]


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("SHARPSIGNAL_PORT", "abc", "must be a whole number from 0 to 65535"),
        ("SHARPSIGNAL_PORT", "65536", "must be a whole number"),
        ("SHARPSIGNAL_RECORD_DAYS", "-1", "must be a whole number of days"),
        ("SHARPSIGNAL_PAIRS", "BTCUSDT", "must be OKX instIds like BTC-USDT-SWAP"),
        ("SHARPSIGNAL_PAIRS", "BTC-USDT-SWAP,BTC-USDT-SWAP", "must name each pair once"),
        ("SHARPSIGNAL_LOCALE", "xx", "must be one of en, id"),
        ("SHARPSIGNAL_TIMEZONE", "Asia/Jakarrta", "must be a time zone name"),
        ("SHARPSIGNAL_TIMEZONE", "../etc/passwd", "must be a time zone name"),
        ("SHARPSIGNAL_SENSITIVITY", "loud", "must be one of quiet, balanced, active"),
        ("SHARPSIGNAL_PUBLISH", "none", "must be one of all, proven"),
        ("SHARPSIGNAL_PUBLIC_URL", "example.org", "must be a URL starting with http:// or https://"),
        ("OKX_WS_URL", "https://ws.okx.com", "must be a URL starting with ws:// or wss://"),
        ("OKX_REST_URL", "http://host:notaport", "must be a URL"),
        ("TELEGRAM_CHAT_IDS", "@channel", "must be chat ids like"),
        ("TELEGRAM_OWNER_IDS", "-5", "must be numeric Telegram user ids"),
        ("WHATSAPP_RECIPIENTS", "0812", "must be a phone number in E.164 form"),
        ("TELEGRAM_UPDATES", "push", "must be one of polling, webhook"),
        ("TWILIO_CONTENT_SIDS", "signal=HX1", "must be kind:locale=HX"),
    ],
)
def test_a_wrong_value_names_its_line(name: str, value: str, what: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({name: value}, None)
    assert str(caught.value).startswith(f"{name}={value}: {what}")


def test_a_wrong_secret_is_named_but_not_shown() -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL=…: must start with sqlite\+aiosqlite://") as caught:
        load_settings({"DATABASE_URL": "postgres://me:hush@db"}, None)
    assert "hush" not in str(caught.value)


def test_a_webhook_needs_an_address_to_be_called_at() -> None:
    assert load_settings({}, None).telegram_updates == "polling"
    with pytest.raises(SettingsError, match=r"^SHARPSIGNAL_PUBLIC_URL: must be set too, TELEGRAM_UPDATES=webhook"):
        load_settings({"TELEGRAM_UPDATES": "webhook"}, None)
    with pytest.raises(SettingsError, match=r"^SHARPSIGNAL_PUBLIC_URL=http://example.org: must begin with https://"):
        load_settings({"TELEGRAM_UPDATES": "webhook", "SHARPSIGNAL_PUBLIC_URL": "http://example.org"}, None)
    given = {"TELEGRAM_UPDATES": "webhook", "SHARPSIGNAL_PUBLIC_URL": "https://example.org"}
    assert load_settings(given, None).telegram_updates == "webhook"


@pytest.mark.parametrize("where", ["environment", "file"])
def test_an_unknown_name_gets_a_hint(where: str, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("SHARPSIGNAL_PAIR=BTC-USDT-SWAP\n" if where == "file" else "")
    environ = {"SHARPSIGNAL_PAIR": "BTC-USDT-SWAP"} if where == "environment" else {}
    with pytest.raises(SettingsError, match=r"^SHARPSIGNAL_PAIR: is not a setting; did you mean SHARPSIGNAL_PAIRS\?"):
        load_settings(environ, env_file)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"SHARPSIGNAL_PORT": "x", "SHARPSIGNAL_XYZ": "1", "TWILIO_ACCOUNT_SID": "AC1"}, None)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0].split("=")[0] for line in lines] == [
        "SHARPSIGNAL_XYZ",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_WHATSAPP_FROM",
        "SHARPSIGNAL_PORT",
    ]


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(b"SHARPSIGNAL_PORT=\xff\xfe\n")
    with pytest.raises(SettingsError, match="must be a readable UTF-8 file"):
        load_settings({}, env_file)
