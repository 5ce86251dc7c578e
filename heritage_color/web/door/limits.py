"""How many votes and pages a rater, and a network, may ask for in a minute; generous for a school behind one address.

The counts live in the process: with several processes each allows as much. No address is written anywhere.
"""

import logging
import math
import time
from collections import OrderedDict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from heritage_color.errors import HeritageError
from heritage_color.rating.guarding import holding
from heritage_color.web.door.buckets import KNOWN, Buckets, Size
from heritage_color.web.door.networks import address_of
from heritage_color.web.door.replies import SECURITY, refuse
from heritage_color.web.door.site import site_of

LOG = logging.getLogger("uvicorn.error")
PLACES = ("/rate", "/my-votes")
PEOPLE_OF_A_NETWORK = 20  # times what one rater may: a class votes at the same moment
PAGES_OF_A_VOTE = 5  # a vote's page, its two pictures, and as much for who looks twice
SENTENCE = (
    "More came from {} within a minute than people can give. Nothing is lost: wait {} seconds and send it again."
)


class Limits:
    """ASGI middleware around the pages of raters. Votes that are taken leave a trace for the burst report."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.buckets = Buckets()
        self.noted: OrderedDict[tuple[int, str, str], None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PLACES):
            return await self.app(scope, receive, send)
        request, statuses = Request(scope), [0]

        async def send_and_see(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses[0] = message["status"]
            await send(message)

        refusal = self._refusal(request)
        await (refusal or self.app)(scope, receive, send_and_see)
        if request.method == "POST" and not refusal and statuses[0] < 400:
            await self._note(request)

    def _refusal(self, request: Request) -> Response | None:
        votes = site_of(request).settings.rater_votes_minute * (1 if request.method == "POST" else PAGES_OF_A_VOTE)
        rater_id = site_of(request).sessions.rater(request)
        kinds = [("network", address_of(request), votes * PEOPLE_OF_A_NETWORK)]
        kinds += [("rater", rater_id, votes)] if rater_id else []
        for kind, who, allowed in kinds:
            seconds = math.ceil(self.buckets.take((kind, request.method == "POST", who), Size(allowed)).waiting)
            if seconds:
                return _later(request, "your network" if kind == "network" else "your browser", seconds)
        return None

    async def _note(self, request: Request) -> None:
        """Once per hour, rater and network; a trace that cannot be written costs nobody a vote."""
        site = site_of(request)
        rater_id, network = site.sessions.rater(request), address_of(request)
        if rater_id is None:
            return
        name = (int(time.time() // 3600), rater_id, network)
        if name in self.noted:
            return
        try:
            await run_in_threadpool(holding.note, site.settings, network, rater_id)
        except HeritageError as error:
            LOG.warning("The network of a vote was not noted: %s", error)
            return
        self.noted[name] = None
        if len(self.noted) > KNOWN:
            self.noted.popitem(last=False)


def _later(request: Request, who: str, seconds: int) -> Response:
    sentence, later = SENTENCE.format(who, seconds), {"Retry-After": str(seconds)}
    if request.headers.get("content-type", "").startswith("application/json"):
        return JSONResponse({"sentence": sentence, "seconds": seconds}, 429, headers=SECURITY | later)
    reply = refuse(request, 429, sentence, (request.url.path if request.method == "GET" else "/rate", "Try again"))
    reply.headers["Retry-After"] = str(seconds)
    return reply
