"""What one running web application holds: settings, storage, templates, signing keys."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import jinja2
from starlette.requests import Request

from heritage_color.s3 import Role
from heritage_color.scans.reporting.titles import title_of
from heritage_color.settings import Settings
from heritage_color.store import Store
from heritage_color.web.door import permissions, wording
from heritage_color.web.door.buckets import Buckets
from heritage_color.web.door.checking import Checking
from heritage_color.web.door.networks import UnnamedProxies
from heritage_color.web.door.sessions import Sessions

if TYPE_CHECKING:
    from heritage_color.accounts.provider import Provider

HERE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Site:
    """The parts that handlers share, made once by `create`; nothing here connects before the first request."""

    settings: Settings
    store: Store
    templates: jinja2.Environment
    sessions: Sessions
    tries: Buckets  # of passwords, by the network that they come from
    proxies: UnnamedProxies
    provider: "Provider | None"
    checking: Checking


def build(settings: Settings) -> Site:
    """Return the parts for these settings."""
    return Site(
        settings=settings,
        store=Store(settings, Role.READER),
        templates=_templates(settings),
        sessions=Sessions(settings),
        tries=Buckets(),
        proxies=UnnamedProxies(),
        provider=_provider(settings),
        checking=Checking(settings),
    )


def site_of(request: Request) -> Site:
    """Return the site that answers a request."""
    site: Site = request.app.state.site
    return site


def _provider(settings: Settings) -> "Provider | None":
    if not settings.oidc_issuer:
        return None
    from heritage_color.accounts.provider import Provider

    return Provider(settings)


def _templates(settings: Settings) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        reason_title=title_of,
        institution=settings.institution,
        static=wording.versions(HERE / "static"),
        wording=wording,
        permissions=permissions,
    )
    environment.filters.update(
        when=functools.partial(wording.when, zone=ZoneInfo(settings.time_zone)),
        size=wording.size,
        count=wording.count,
        brief=wording.brief,
        figure=wording.figure,
        prepared=wording.prepared,
    )
    return environment
