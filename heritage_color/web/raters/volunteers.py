"""One request of a volunteer: who asks, in which campaign, in which language; and the pages that answer."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from heritage_color.rating.campaigns import participation
from heritage_color.rating.campaigns.participation import PERSON_LENGTH, Standing
from heritage_color.web.door.protection import READING
from heritage_color.web.door.replies import Refusal, go, show
from heritage_color.web.door.sessions import new_rater
from heritage_color.web.door.site import Site, site_of
from heritage_color.web.raters import languages
from heritage_color.web.raters.languages import Language

PERSON = re.compile(rf"[\w.@:-]{{1,{PERSON_LENGTH}}}", re.ASCII)
LANGUAGE_SECONDS = 400 * 24 * 3600


@dataclass(frozen=True)
class Visit:
    """A volunteer's request in a campaign. `known` tells whether the browser brought its pseudonym."""

    request: Request
    site: Site
    rater_id: str
    known: bool
    standing: Standing
    language: Language
    languages: list[Language]

    @property
    def address(self) -> str:
        """The campaign's address."""
        return f"/rate/campaign/{self.standing.campaign_id}"

    def page(self, template: str, status: int = 200, **context: object) -> Response:
        """Show a page in the volunteer's language. A browser that is new gets its pseudonym with it."""
        response = page(
            self.request, template, self.language, status,
            offered=self.languages, address=self.address, standing=self.standing, **context,
        )  # fmt: skip
        if not self.known:
            self.site.sessions.name_rater(response, self.rater_id)
        return self._keep_choices(response)

    def on(self, step: str = "") -> Response:
        """Go on to a step of the campaign."""
        return go(self.address + step)

    def refused(self, message: str, status: int = 400) -> Response:
        """Say in the volunteer's language why nothing was stored."""
        return self.page("refused.html", status, sentence=self.language.say(message))

    @property
    def panel_person(self) -> str | None:
        """The participant number that a panel sent along, now or earlier in this browser."""
        parameter = (self.standing.panel or {}).get("parameter")
        if not parameter:
            return None
        number = self.request.query_params.get(parameter) or unquote(self.request.cookies.get(self._person_cookie, ""))
        return number if PERSON.fullmatch(number) else None

    @property
    def _person_cookie(self) -> str:
        return f"person-{self.standing.campaign_id}"

    def _keep_choices(self, response: Response) -> Response:
        """The language that was chosen and the panel's number stay in the browser until there is consent to store."""
        sessions = self.site.sessions
        if "language" in self.request.query_params:
            sessions.keep(response, languages.COOKIE, self.language.code, LANGUAGE_SECONDS)
        if self.panel_person and not self.standing.agreed:
            sessions.keep(response, self._person_cookie, quote(self.panel_person), LANGUAGE_SECONDS)
        return response


def visit(request: Request, campaign_id: int) -> Visit:
    """Return a request's volunteer and campaign. How many pictures are left is counted only for pages.

    Raises Refusal where there is no such campaign.
    """
    site = site_of(request)
    known = site.sessions.rater(request)
    rater_id = known or new_rater()
    standing = participation.standing(site.settings, campaign_id, rater_id, counted=request.method in READING)
    if standing is None:
        raise Refusal(404, "There is no such set of pictures.", ("/rate", "See what waits for answers"))
    choices = languages.offered(standing.languages)
    return Visit(request, site, rater_id, known is not None, standing, language_of(request, choices), choices)


def language_of(request: Request, choices: list[Language]) -> Language:
    """Return the language asked for in the address, else kept in the browser, else the browser's own."""
    chosen = request.query_params.get("language") or request.cookies.get(languages.COOKIE, "")
    return languages.choose_language(choices, chosen, request.headers.get("accept-language", ""))


def page(request: Request, template: str, language: Language, status: int = 200, **context: object) -> Response:
    """Show a page to volunteers in a language, with `say` for its messages."""
    context = {"offered": list(languages.languages().values()), "address": "/rate", "standing": None, **context}
    return show(request, f"raters/{template}", status, language=language, say=language.say, **context)
