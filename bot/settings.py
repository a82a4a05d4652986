"""Every setting, read once at start from the environment and `.env`: the only reader of the environment."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot import setting_shapes as shapes
from bot.errors import SettingsError

_PREFIX = "SHARPSIGNAL_"
_Http = BeforeValidator(shapes.url("http", "https"))
_TWILIO = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM")


def _database(text: str) -> SecretStr:
    return SecretStr(shapes.database(text))


def _redis(text: str) -> SecretStr:
    return SecretStr(shapes.url("redis", "rediss")(text))


class Settings(BaseSettings):
    """All settings, typed. Build it with `load_settings`; secrets show as asterisks."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", validate_default=False)

    pairs: Annotated[tuple[str, ...], BeforeValidator(shapes.pairs)] = Field(
        ("BTC-USDT-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP"), alias="SHARPSIGNAL_PAIRS"
    )
    locale: Annotated[str, BeforeValidator(shapes.locale)] = Field("id", alias="SHARPSIGNAL_LOCALE")
    timezone: Annotated[str, BeforeValidator(shapes.timezone)] = Field("Asia/Jakarta", alias="SHARPSIGNAL_TIMEZONE")
    sensitivity: Annotated[
        Literal["quiet", "balanced", "active"], BeforeValidator(shapes.choice("quiet", "balanced", "active"))
    ] = Field("balanced", alias="SHARPSIGNAL_SENSITIVITY")
    publish: Annotated[Literal["all", "proven"], BeforeValidator(shapes.choice("all", "proven"))] = Field(
        "all", alias="SHARPSIGNAL_PUBLISH"
    )
    data_dir: Path = Field(Path("./data"), alias="SHARPSIGNAL_DATA_DIR")
    record_days: Annotated[int, BeforeValidator(shapes.record_days)] = Field(45, alias="SHARPSIGNAL_RECORD_DAYS")
    host: str = Field("127.0.0.1", alias="SHARPSIGNAL_HOST")
    port: Annotated[int, BeforeValidator(shapes.port)] = Field(8080, alias="SHARPSIGNAL_PORT")
    api_key: SecretStr | None = Field(None, alias="SHARPSIGNAL_API_KEY")
    public_url: Annotated[str | None, _Http] = Field(None, alias="SHARPSIGNAL_PUBLIC_URL")
    database: Annotated[SecretStr | None, BeforeValidator(_database)] = Field(None, alias="DATABASE_URL")
    redis_url: Annotated[SecretStr | None, BeforeValidator(_redis)] = Field(None, alias="REDIS_URL")
    okx_rest_url: Annotated[str, _Http] = Field("https://www.okx.com", alias="OKX_REST_URL")
    okx_ws_url: Annotated[str, BeforeValidator(shapes.url("ws", "wss"))] = Field(
        "wss://ws.okx.com:8443", alias="OKX_WS_URL"
    )
    telegram_bot_token: SecretStr | None = Field(None, alias="TELEGRAM_BOT_TOKEN")
    telegram_api_base_url: Annotated[str, _Http] = Field("https://api.telegram.org", alias="TELEGRAM_API_BASE_URL")
    telegram_chat_ids: Annotated[tuple[shapes.ChatTarget, ...], BeforeValidator(shapes.chats)] = Field(
        (), alias="TELEGRAM_CHAT_IDS"
    )
    telegram_owner_ids: Annotated[tuple[int, ...], BeforeValidator(shapes.user_ids)] = Field(
        (), alias="TELEGRAM_OWNER_IDS"
    )
    telegram_updates: Annotated[Literal["polling", "webhook"], BeforeValidator(shapes.choice("polling", "webhook"))] = (
        Field("polling", alias="TELEGRAM_UPDATES")
    )
    twilio_account_sid: Annotated[str | None, BeforeValidator(shapes.account_sid)] = Field(
        None, alias="TWILIO_ACCOUNT_SID"
    )
    twilio_auth_token: SecretStr | None = Field(None, alias="TWILIO_AUTH_TOKEN")
    twilio_whatsapp_from: Annotated[str | None, BeforeValidator(shapes.phone)] = Field(
        None, alias="TWILIO_WHATSAPP_FROM"
    )
    twilio_api_base_url: Annotated[str, _Http] = Field("https://api.twilio.com", alias="TWILIO_API_BASE_URL")
    whatsapp_recipients: Annotated[tuple[str, ...], BeforeValidator(shapes.phones)] = Field(
        (), alias="WHATSAPP_RECIPIENTS"
    )
    twilio_content_sids: Annotated[Mapping[tuple[str, str], str], BeforeValidator(shapes.content_sids)] = Field(
        default_factory=dict, alias="TWILIO_CONTENT_SIDS"
    )
    openai_api_key: SecretStr | None = Field(None, alias="OPENAI_API_KEY")
    openai_base_url: Annotated[str, _Http] = Field("https://api.openai.com/v1", alias="OPENAI_BASE_URL")
    openai_model: str = Field("gpt-5-mini", alias="OPENAI_MODEL")

    @property
    def database_url(self) -> str:
        """Where the store is; it may hold a password: never print it."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite+aiosqlite:///{self.data_dir / 'sharpsignal.db'}"

    @property
    def all_pairs(self) -> bool:
        """Whether every live USDT-margined swap is meant."""
        return self.pairs == shapes.ALL_PAIRS

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` hands in counts: it has merged the environment over the file."""
        return (init_settings,)


def names() -> list[str]:
    """Every setting's name, in the order of `.env.example`."""
    return [str(field.alias) for field in Settings.model_fields.values()]


def load_settings(environ: Mapping[str, str], env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings; the environment wins over the file, an empty value means the default.

    Raises SettingsError with one line per mistake, each starting with the name of the line to mend.
    """
    from_file = _read_file(env_file)
    given = {name: value for name, value in {**from_file, **environ}.items() if value.strip()}
    mistakes = _unknown({**from_file, **environ}) + _half_twilio(given) + _no_public_url(given)
    settings = None
    try:
        settings = Settings.model_validate({name: given[name].strip() for name in names() if name in given})
    except ValidationError as error:
        mistakes += [_mistake(str(entry["loc"][0]), str(entry["msg"]), given) for entry in error.errors()]
    if settings is None or mistakes:
        raise SettingsError("\n".join(mistakes))
    return settings


def secrets_of(settings: Settings) -> list[str]:
    """Every value that must never be shown, whole and as far as it stands in an address."""
    found = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    return [*found, *(password for url in found if (password := urlsplit(url).password))]


def _read_file(env_file: Path | None) -> dict[str, str]:
    if env_file is None or not env_file.is_file():
        return {}
    try:
        return {name: value or "" for name, value in dotenv_values(env_file, interpolate=False).items()}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{env_file}: must be a readable UTF-8 file ({error})") from error


def _unknown(given: Mapping[str, str]) -> list[str]:
    known = names()
    lines = []
    for name in given:
        if name.upper().startswith(_PREFIX) and name not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else "docs/configuration.md lists every setting"
            lines.append(f"{name}: is not a setting; {hint}")
    return lines


def _half_twilio(given: Mapping[str, str]) -> list[str]:
    missing = [name for name in _TWILIO if name not in given]
    if not missing or len(missing) == len(_TWILIO):
        return []
    return [f"{name}: must be set too, WhatsApp needs {', '.join(_TWILIO)}" for name in missing]


def _no_public_url(given: Mapping[str, str]) -> list[str]:
    if given.get("TELEGRAM_UPDATES", "").strip() != "webhook":
        return []
    url = given.get("SHARPSIGNAL_PUBLIC_URL", "").strip()
    if url:
        secure = url.lower().startswith("https://")
        return (
            [] if secure else [f"SHARPSIGNAL_PUBLIC_URL={url}: must begin with https://, Telegram calls nothing else"]
        )
    return ["SHARPSIGNAL_PUBLIC_URL: must be set too, TELEGRAM_UPDATES=webhook is called there"]


def _mistake(name: str, message: str, given: Mapping[str, str]) -> str:
    field = next(field for field in Settings.model_fields.values() if field.alias == name)
    secret = "SecretStr" in repr(field.annotation)
    return f"{name}={'…' if secret else given.get(name, '')}: {message.removeprefix('Value error, ')}"
