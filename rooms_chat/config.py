"""Every setting once: its name, kind, unit, default and help.

The command line, the environment and the manual are made from `SETTINGS`; a bad value is refused by name. This module
reads no file and opens no socket.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rooms_chat.errors import BadSetting


@dataclass(frozen=True)
class Setting:
    """One thing an operator may choose; `--name` on the command line, `ROOMS_NAME` in the environment."""

    name: str
    kind: str
    default: str
    help: str
    parse: Callable[[str], Any] = field(repr=False)
    unit: str = ""

    @property
    def attribute(self) -> str:
        return self.name.replace("-", "_")

    @property
    def flag(self) -> str:
        return f"--{self.name}"

    @property
    def variable(self) -> str:
        return f"ROOMS_{self.attribute.upper()}"

    def read(self, text: str, source: str) -> Any:
        """The value of `text`; `source` is how the operator named the setting."""
        try:
            return self.parse(text.strip())
        except ValueError as error:
            raise BadSetting(f"{source}: “{text}” will not do. {error}") from None


Networks = tuple[IPv4Network | IPv6Network, ...]

HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]+:[0-9A-Fa-f:.]*")


def whole_number(low: int, high: int, example: str) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"Write a whole number from {low} to {high}, such as {example}.")
        return int(text)

    return parse


def rate(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if number != 0 and not 0.001 <= number <= 1_000_000:
        raise ValueError("Write a number such as 5 or 0.5; 0 means no limit.")
    return number


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"Write one of: {', '.join(choices)}.")
        return text

    return parse


def host(text: str) -> str:
    if not text or any(c in text for c in "/ \t"):
        raise ValueError("Write an address to listen on, such as 127.0.0.1 or 0.0.0.0.")
    return text


def origin(text: str) -> str:
    """A web origin: scheme, host and port, as a browser sends it."""
    wanted = "Write scheme, host and port, such as https://rooms.example or http://192.0.2.7:5000."
    try:
        parts = urlsplit(text)
        port = parts.port
        host = parts.hostname or ""
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError:
        raise ValueError(wanted) from None
    beside = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or beside or not HOST.fullmatch(host):
        raise ValueError(wanted)
    default_port = {"http": 80, "https": 443}[parts.scheme]
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port and port != default_port else "")


def optional_origin(text: str) -> str:
    return origin(text) if text else ""


def origins(text: str) -> tuple[str, ...]:
    return tuple(origin(part.strip()) for part in text.split(",") if part.strip())


def networks(text: str) -> Networks:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError("Write addresses or networks, such as 127.0.0.1 or 10.0.0.0/8, separated by commas.") from None


def folder(text: str) -> Path:
    if not text:
        raise ValueError("Write the path of a folder, such as ./data.")
    return Path(text)


def database_url(text: str) -> str:
    path = text.removeprefix("sqlite:///")
    is_file = path not in ("", text, ":memory:") and "?" not in path
    if text and not is_file and not is_postgres(text):
        raise ValueError(
            "Write postgresql://user:password@host/name or sqlite:///path/to/rooms.db, or leave it out to keep "
            "rooms.db in the data folder."
        )
    return text


def redis_url(text: str) -> str:
    if text and not re.fullmatch(r"(rediss?://[^/\s]+(/\d*)?(\?\S*)?)|(unix://\S+)", text):
        raise ValueError("Write redis://host:port/number, or rediss:// for TLS.")
    return text


def is_postgres(url: str) -> bool:
    return url.startswith("postgresql://") and len(url) > len("postgresql://")


SETTINGS: tuple[Setting, ...] = (
    Setting("host", "address", "127.0.0.1", "Where to listen. 0.0.0.0 lets other machines come in.", host),
    Setting("port", "number", "5000", "The port to listen on. 0 takes any free one.", whole_number(0, 65535, "8000")),
    Setting("data", "folder", "./data", "The folder that holds the database and the secret key.", folder),
    Setting(
        "database",
        "URL",
        "",
        "Where the rooms are: postgresql://… or sqlite:///…; by default rooms.db in the data folder.",
        database_url,
    ),
    Setting("redis", "URL", "", "Where several workers meet, such as redis://127.0.0.1:6379/0.", redis_url),
    Setting("public-url", "URL", "", "The address people use from outside; shared links carry it.", optional_origin),
    Setting("allow-origin", "list of URLs", "", "Further web pages that may connect, separated by commas.", origins),
    Setting(
        "open-rooms",
        "choice",
        "listed",
        "What joining an unknown room does: open it listed, open it unlisted, or nobody may.",
        one_of("listed", "unlisted", "nobody"),
    ),
    Setting(
        "rooms-per-hour",
        "number",
        "20",
        "How many rooms one address may open. 0 means no limit.",
        whole_number(0, 1_000_000, "20"),
        unit="rooms an hour",
    ),
    Setting(
        "message-rate",
        "number",
        "5",
        "How fast one person may post, with bursts of four seconds' worth; each room and each address may ten times "
        "that, and what nobody else hears of may come twice as fast. 0 means no limit, on joining and reading too.",
        rate,
        unit="posts a second",
    ),
    Setting(
        "edit-hours",
        "number",
        "24",
        "How long one may edit or remove a message of one's own. 0 means for ever.",
        whole_number(0, 1_000_000, "24"),
        unit="hours",
    ),
    Setting(
        "connections-per-address",
        "number",
        "1000",
        "How many may be connected from one address; a school or an office often has only one. 0 means no limit.",
        whole_number(0, 1_000_000, "1000"),
        unit="connections",
    ),
    Setting(
        "connections-per-person",
        "number",
        "20",
        "How often one person may be connected: tabs, devices, scripts. 0 means no limit.",
        whole_number(0, 1_000_000, "20"),
        unit="connections",
    ),
    Setting(
        "log",
        "choice",
        "auto",
        "What is logged to standard error: a JSON object a line, readable text, or text on a terminal only (auto).",
        one_of("auto", "json", "text"),
    ),
    Setting("workers", "number", "1", "How many processes share the port.", whole_number(1, 256, "4")),
    Setting(
        "trusted-proxy",
        "list of addresses",
        "",
        "Proxies whose X-Forwarded-For and -Proto are believed: addresses or networks, separated by commas.",
        networks,
    ),
    Setting(
        "metrics-from",
        "list of addresses",
        "127.0.0.1, ::1",
        "Who may read /metrics: addresses or networks, separated by commas.",
        networks,
    ),
)


@dataclass(frozen=True)
class Settings:
    """The values in force, one attribute for each of `SETTINGS`."""

    host: str
    port: int
    data: Path
    database: str
    redis: str
    public_url: str
    allow_origin: tuple[str, ...]
    open_rooms: str
    rooms_per_hour: int
    message_rate: float
    edit_hours: int
    connections_per_address: int
    connections_per_person: int
    log: str
    workers: int
    trusted_proxy: Networks
    metrics_from: Networks

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.database_path}"

    @property
    def is_alone(self) -> bool:
        """Whether no other process may serve the same rooms."""
        return not self.redis

    @property
    def database_path(self) -> Path | None:
        """SQLite's file."""
        if is_postgres(self.database):
            return None
        return Path(self.database.removeprefix("sqlite:///")) if self.database else self.data / "rooms.db"


def read_settings(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> Settings:
    """Settings from the command line (`flags`, by attribute), else the environment, else the defaults.

    Raises BadSetting, which names the setting and says what to write instead.
    """
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        given = flags.get(setting.attribute)
        if given is not None:
            values[setting.attribute] = setting.read(given, setting.flag)
        elif setting.variable in environ:
            values[setting.attribute] = setting.read(environ[setting.variable], setting.variable)
        else:
            values[setting.attribute] = setting.read(setting.default, setting.flag)
    return Settings(**values)
