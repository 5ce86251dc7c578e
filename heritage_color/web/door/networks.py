"""The network that a request comes from, also where it comes through the museum's own proxy.

A proxy that HERITAGE_TRUSTED_PROXIES names is believed when it says for whom it asks (X-Forwarded-For), and nobody
else is. Where a proxy seems to stand there that is not named, the staff pages say so: all its visitors count as one.
"""

import logging
import threading
from collections import Counter
from typing import Any, cast

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from heritage_color.settings import Settings

LOG = logging.getLogger("uvicorn.error")
KNOWN = 100  # addresses of unnamed proxies that are remembered
SENTENCE = (
    "{} came through {}, which says that it asks for others, and HERITAGE_TRUSTED_PROXIES does not name it. So "
    "everybody behind it counts as one person: for bursts of votes, for the limit on votes, and for wrong passwords. "
    "If it is your proxy, name it there. If it is not, someone tries to pass for others, and is not believed."
)


def address_of(request: Request) -> str:
    """The network that a request comes from; of IPv6 the first half, which is one household."""
    host = request.client.host if request.client else ""
    return ":".join(host.split(":")[:4]) if host.count(":") > 1 else host


class UnnamedProxies:
    """Addresses that asked for others without being named, with the number of their requests."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.lock = threading.Lock()

    def note(self, address: str) -> None:
        """One more request; the first of each address is told to the server's log."""
        with self.lock:
            if address not in self.requests and len(self.requests) >= KNOWN:
                return
            self.requests[address] += 1
            is_first = self.requests[address] == 1
        if is_first:
            LOG.warning(SENTENCE.format("A request", address))

    @property
    def sentence(self) -> str:
        """What staff read of the address that most of these requests came from; empty where there were none."""
        with self.lock:
            most = self.requests.most_common(1)
        return "".join(
            SENTENCE.format(f"{count:,} requests" if count > 1 else "A request", address) for address, count in most
        )


class Forwarding:
    """ASGI middleware around the whole application: a request's client becomes whoever a named proxy asks for."""

    def __init__(self, app: ASGIApp, settings: Settings, unnamed: UnnamedProxies):
        self.app, self.unnamed = app, unnamed
        named = [network.strip() for network in settings.trusted_proxies.split(",") if network.strip()]
        # Starlette and uvicorn have each their own types for the same protocol
        self.believing = cast(ASGIApp, ProxyHeadersMiddleware(cast(Any, self._answer), named))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.believing(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever was believed, here or by the server itself, now stands as the client and in what was forwarded."""
        if scope["type"] == "http" and scope["client"]:
            address = scope["client"][0]
            forwarded = ",".join(Request(scope).headers.getlist("x-forwarded-for"))
            if forwarded and address not in forwarded:
                self.unnamed.note(address)
        await self.app(scope, receive, send)
