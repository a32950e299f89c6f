"""Where messages may be sent (出站限制): a channel's address must not become a way into the office's own network.

Only https to public addresses, unless the setting LANTIAN_NOTICE_HOSTS names the host. The address is looked up once
and the connection made to what was found, so that a name cannot point elsewhere between the check and the call.
"""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from lantian.kernel.errors import LantianError, Text

PORTS = {"https": 443, "http": 80}


class Refused(LantianError):
    """An address that nothing may be sent to."""


@dataclass(frozen=True)
class Target:
    """An address that may be called: its parts, and the checked internet address to connect to; "" by a proxy."""

    parts: SplitResult
    host: str
    port: int
    address: str

    @property
    def by_proxy(self) -> bool:
        """Whether it is called through the proxy."""
        return not self.address

    @property
    def connect_url(self) -> str:
        """The address with the checked internet address in the place of the name; as it is for a proxy."""
        if self.by_proxy:
            return self.parts.geturl()
        shown = f"[{self.address}]" if ":" in self.address else self.address
        return self.parts._replace(netloc=f"{shown}:{self.port}").geturl()

    @property
    def host_header(self) -> str:
        """The name as the receiver expects it."""
        usual = PORTS[self.parts.scheme] == self.port
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if usual else f"{shown}:{self.port}"


def read_url(url: str, *, named: Collection[str], vendor: Collection[str] = ()) -> SplitResult:
    """Return the parts of an address; raises Refused. named: hosts of the setting. vendor: the only ones otherwise."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise Refused(
            Text("地址无法识别，请写完整的 https:// 地址。", "That is no address; write it in full.")
        ) from None
    host = (parts.hostname or "").lower()
    if parts.scheme not in PORTS or not host or parts.username or parts.password:
        raise Refused(
            Text("地址须以 https:// 开头，不含用户名。", "The address has to start with https:// and name no user.")
        )
    if is_named(host, port or PORTS[parts.scheme], named):
        return parts
    if parts.scheme != "https":
        raise Refused(
            Text(
                f"{host} 只能用 https；内网地址须由运维在 LANTIAN_NOTICE_HOSTS 中写明。",
                f"{host} is reached by https only; LANTIAN_NOTICE_HOSTS has to name a host of one's own network.",
            )
        )
    if vendor and host not in vendor:
        raise Refused(
            Text(f"此类机器人的主机应为 {'、'.join(vendor)}。", f"A robot of this kind is at {' or '.join(vendor)}.")
        )
    return parts


def target(url: str, *, named: Collection[str], vendor: Collection[str] = (), proxy: bool = False) -> Target:
    """Return where an address may be called; raises Refused, or OSError where its name is unknown.

    proxy: there is one, which looks names up by itself; hosts of one's own network are reached without it.
    """
    parts = read_url(url, named=named, vendor=vendor)
    host, port = (parts.hostname or "").lower(), parts.port or PORTS[parts.scheme]
    if proxy and not is_named(host, port, named):
        _refuse_private(host, _written_address(host))
        return Target(parts, host, port, "")
    return Target(parts, host, port, checked_address(host, port, named=named))


def checked_address(host: str, port: int, *, named: Collection[str]) -> str:
    """Return an internet address of a host; raises Refused when any of them is not public and nobody named the host."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not is_named(host, port, named):
        _refuse_private(host, found)
    return found[0]


def _refuse_private(host: str, addresses: Collection[str]) -> None:
    if not all(is_public(one) for one in addresses):
        raise Refused(
            Text(
                f"{host} 指向内网地址；如确需使用，须由运维在 LANTIAN_NOTICE_HOSTS 中写明。",
                f"{host} is an address of a private network; LANTIAN_NOTICE_HOSTS has to name it.",
            )
        )


def _written_address(host: str) -> list[str]:
    """The internet address that a host is written as; none of a name, which the proxy looks up."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        return ["127.0.0.1"] if host == "localhost" else []


def is_public(address: str) -> bool:
    """Tell whether an internet address is public.

    >>> [is_public(one) for one in ("8.8.8.8", "10.0.0.5", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.5")]
    [True, False, False, False, False, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or found
    return inner.is_global and not inner.is_multicast


def is_named(host: str, port: int, named: Collection[str]) -> bool:
    """Tell whether the setting names a host, with this port or with none.

    >>> is_named("10.0.0.5", 25, ["10.0.0.5:25"]), is_named("10.0.0.5", 80, ["10.0.0.5:25"]), is_named("a", 1, ["a"])
    (True, False, True)
    """
    return host.lower() in named or f"{host.lower()}:{port}" in named
