"""Whose request it is: behind a proxy that is trusted, the address it names; else whoever connected."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from rooms_chat.config import Networks
from rooms_chat.transport.guard import Environ

FORWARDED = tuple(
    f"HTTP_{name}" for name in "X_FORWARDED_FOR X_FORWARDED_PROTO X_FORWARDED_HOST X_REAL_IP FORWARDED VIA".split()
)


class Peers:
    """`trusted` are the proxies whose word is taken for where a request comes from, and by http or https."""

    def __init__(self, trusted: Networks) -> None:
        self._trusted = trusted
        self.trusts = lru_cache(maxsize=1024)(self._trusts)

    def settle(self, environ: Environ) -> None:
        """Make the environment of a request tell of the client itself. A stranger's word changes nothing."""
        if not self._trusted or not self.trusts(environ.get("REMOTE_ADDR", "")):
            return
        environ["REMOTE_ADDR"] = self._client(environ)
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        for name in FORWARDED:
            environ.pop(name, None)

    def _client(self, environ: Environ) -> str:
        """The last hop that is none of ours: what stands before it anybody may have written."""
        address: str = environ["REMOTE_ADDR"]
        for hop in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            named = _address(hop.strip())
            if named is None:
                break
            address = str(named)
            if not self.trusts(address):
                break
        return address

    def _trusts(self, address: str) -> bool:
        named = _address(address)
        return named is not None and any(named in network for network in self._trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """As proxies write one: maybe with a port, maybe in brackets."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        named = ip_address(text)
    except ValueError:
        return None
    return named.ipv4_mapped or named if isinstance(named, IPv6Address) else named
