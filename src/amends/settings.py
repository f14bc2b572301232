"""What may be set from outside, by environment variables; read by the command line, the API and the worker alone."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
INBOUND = "AMENDS_INBOUND_"
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?", re.ASCII)
SERVICE = re.compile(ORIGIN.pattern + r"(/[A-Za-z0-9._~/-]*)?", re.ASCII)
SEALING_KEY = re.compile(r"[A-Za-z0-9]{1,32}:[A-Za-z0-9+/]{43}=", re.ASCII)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be set. `database_url` is `None` where the embedded PostgreSQL serves.

    `sandbox` gives a marketplace whose time may be moved; `provider_url` is the payments provider, `carrier_url` the carrier, where
    one is connected; `files` holds evidence.
    `rate_limit` is what one token may do in a second, of each sort; 0 sets no limit. `pool` is connections and `lanes` batches of
    commits under way in one API process. `inbound` holds the secrets of signed signals, by source (AMENDS_INBOUND_<SOURCE>).
    `smtp_url` is the mail server for notices and `notices_from` their sender; `notices_url` is a service of the marketplace's own that
    takes them instead, `notices_token` what it knows us by. `notices_platform` is where the platform's people are told.
    `sealing_keys` seal the secrets that the database keeps, the first one now; without them the home keeps one.
    `hosts` are the origins of marketplaces that may show the buyer's page in a frame; `web` is where the built console lies.
    `night` is the hour (UTC) from which on the worker derives every decision again.
    A session that nobody uses ends after `session_minutes`. `demo` is said by `amends run` to its own API, and by nobody else.
    """

    home: Path
    port: int = 8000
    host: str = "127.0.0.1"
    database_url: str | None = None
    sandbox: bool = False
    provider_url: str | None = None
    carrier_url: str | None = None
    webhooks_to_loopback: bool = False
    rate_limit: int = 500
    secret: str = ""
    policies: Path = ROOT / "policies"
    log_level: str = "info"
    pool: int = 8
    lanes: int = 2
    inbound: dict[str, tuple[str, ...]] = {}
    smtp_url: str | None = None
    notices_from: str = "amends@localhost"
    notices_url: str | None = None
    notices_token: str = ""
    notices_platform: str | None = None
    sealing_keys: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    web: Path = Path(__file__).parent / "web"
    session_minutes: int = 30
    night: int = 18
    demo: bool = False

    @property
    def files(self) -> Path:
        """Where evidence is kept."""
        return self.home / "files"


class BadSetting(Exception):  # noqa: N818 - said to a person as it stands
    """A variable that cannot be read; its message names it and says what it should be."""


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises:
        BadSetting: a variable is there and cannot be read.
    """
    env = os.environ if environment is None else environment
    home = Path(env.get("AMENDS_HOME") or ROOT / ".amends").expanduser().resolve()
    policies = Path(env["AMENDS_POLICIES"]) if env.get("AMENDS_POLICIES") else _shipped_policies()
    return Settings(
        home=home,
        port=_whole(env, "AMENDS_PORT", 8000, 1, 65535),
        host=env.get("AMENDS_HOST") or "127.0.0.1",
        database_url=env.get("DATABASE_URL") or None,
        sandbox=env.get("AMENDS_SANDBOX", "") in ("1", "true", "yes"),
        provider_url=env.get("AMENDS_PROVIDER_URL") or None,
        carrier_url=env.get("AMENDS_CARRIER_URL") or None,
        webhooks_to_loopback=env.get("AMENDS_WEBHOOKS_TO_LOOPBACK", "") in ("1", "true", "yes"),
        rate_limit=_whole(env, "AMENDS_RATE_LIMIT", 500, 0, 1_000_000),
        secret=env.get("AMENDS_SECRET", ""),
        policies=policies,
        log_level=env.get("AMENDS_LOG_LEVEL") or "info",
        pool=_whole(env, "AMENDS_POOL", 8, 1, 500),
        lanes=_whole(env, "AMENDS_LANES", 2, 1, 64),
        smtp_url=env.get("AMENDS_SMTP_URL") or None,
        notices_from=env.get("AMENDS_NOTICES_FROM") or "amends@localhost",
        notices_url=_service(env, "AMENDS_NOTICES_URL"),
        notices_token=env.get("AMENDS_NOTICES_TOKEN", ""),
        notices_platform=env.get("AMENDS_NOTICES_PLATFORM") or None,
        sealing_keys=_sealing_keys(env),
        hosts=_origins(env),
        session_minutes=_whole(env, "AMENDS_SESSION_MINUTES", 30, 5, 720),
        night=_whole(env, "AMENDS_NIGHT", 18, 0, 23),
        inbound={name[len(INBOUND) :].lower(): tuple(value.split()) for name, value in env.items() if name.startswith(INBOUND)},
    )


def _sealing_keys(env: Mapping[str, str]) -> tuple[str, ...]:
    words = tuple(env.get("AMENDS_SEALING_KEYS", "").split())
    if any(not SEALING_KEY.fullmatch(word) for word in words):
        raise BadSetting("AMENDS_SEALING_KEYS is `id:base64` of 32 bytes, blanks between two of them")
    return words


def _origins(env: Mapping[str, str]) -> tuple[str, ...]:
    words = tuple(env.get("AMENDS_HOSTS", "").split())
    if any(not ORIGIN.fullmatch(word) for word in words):
        raise BadSetting("AMENDS_HOSTS is origins like https://shop.example, blanks between two of them")
    return words


def _service(env: Mapping[str, str], name: str) -> str | None:
    url = env.get(name) or None
    if url is not None and not SERVICE.fullmatch(url):
        raise BadSetting(f"{name} is an address like https://messages.shop.example/notices")
    return url


def _shipped_policies() -> Path:
    beside = Path(__file__).parent / "policies"  # in a wheel they travel inside the package
    return beside if beside.is_dir() else ROOT / "policies"


def _whole(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        raise BadSetting(f"{name} is a whole number from {least} to {most}")
    return int(text)
