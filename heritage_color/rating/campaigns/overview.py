"""What staff see of campaigns. How far each has come is told by sums that are kept; nobody counts votes for it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from heritage_color import db
from heritage_color.db import Connection
from heritage_color.errors import RatingError
from heritage_color.keys import Json, Word
from heritage_color.rating.campaigns.campaign import Campaign, state_of
from heritage_color.rating.campaigns.lifecycle import find_campaign
from heritage_color.rating.methods import SCORED_ROLES
from heritage_color.settings import Settings

queries = db.queries("rating/campaigns/overview")

RETIRED = ("votes", "precision", "rejected")
WIDTHS = (0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.0)  # bounds of half a width, in scores, that the page of a campaign shows


@dataclass(frozen=True)
class Counted(Campaign):
    """A campaign with its pictures to score that stand, those of them that are retired, and the votes of people."""

    pictures: int
    retired: int
    votes: int


@dataclass(frozen=True)
class Progress(Counted):
    """How far a campaign has come: open, paused or closed, all votes that it asks for, and the share 0..1 retired."""

    state: str
    wanted: int
    done: float


@dataclass(frozen=True)
class Group:
    """Items of a campaign of one role, state and need, with their votes and reservations."""

    role: str
    state: str
    need: int
    items: int
    votes: int
    waiting: int


@dataclass(frozen=True)
class Day:
    """Votes of people on a day, and how many of them are set aside."""

    day: date
    votes: int
    set_aside: int


@dataclass(frozen=True)
class People:
    """Who takes part in a campaign, who has finished the training, and how many pictures were skipped."""

    raters: int
    trained: int
    skipped: int


@dataclass(frozen=True)
class CampaignResult:
    """What scoring says of a campaign as a whole: a row of `campaign_results`."""

    campaign_id: int
    simulated: bool
    votes: int
    revision: int
    result: Json
    computed_at: datetime


@dataclass(frozen=True)
class Overview(Progress, People):
    """All that the page of a campaign tells.

    `roles` and `retirement` are items by role and by state, `widths` items by the bound that they are no wider than,
    those under a narrower bound not counted in; `days` has the newest first. `waiting` counts reservations; `result`
    and `simulated`, of people's and of simulated votes, are None before scoring.
    """

    roles: dict[Word, int]
    retirement: dict[Word, int]
    widths: dict[float, int]
    days: list[Day]
    waiting: int
    result: CampaignResult | None
    simulated: CampaignResult | None


def campaigns(settings: Settings) -> list[Progress]:
    """Our own campaigns, open ones first, newest first."""
    with db.connect(settings) as connection:
        return [_progress(campaign) for campaign in db.records(Counted, queries.list_campaigns(connection))]


def campaign(settings: Settings, campaign_id: int) -> Overview:
    """One of our own campaigns with all that its page tells. Raises RatingError `campaign-unknown`."""
    with db.connect(settings) as connection:
        campaign = find_campaign(connection, campaign_id)
        if campaign.is_imported:
            raise RatingError("campaign-unknown", f"There is no campaign {campaign_id}.")
        groups = db.records(Group, queries.count_groups(connection, campaign_id=campaign_id))
        scored = [group for group in groups if group.role in SCORED_ROLES]
        standing = [group for group in scored if group.state != "withdrawn"]
        return Overview(
            **vars(_progress(_counted(campaign, scored, standing))),
            **vars(db.sure_record(People, queries.count_people(connection, campaign_id=campaign_id))),
            roles=_items_by((group.role, group.items) for group in groups),
            retirement=_items_by((group.state, group.items) for group in scored),
            widths=_widths(standing),
            days=db.records(Day, queries.list_days(connection, campaign_id=campaign_id)),
            waiting=sum(group.waiting for group in groups),
            result=_result(connection, campaign_id, simulated=False),
            simulated=_result(connection, campaign_id, simulated=True),
        )


def _result(connection: Connection, campaign_id: int, simulated: bool) -> CampaignResult | None:
    return db.record(CampaignResult, queries.get_result(connection, campaign_id=campaign_id, simulated=simulated))


def _counted(campaign: Campaign, scored: list[Group], standing: list[Group]) -> Counted:
    return Counted(
        **vars(campaign),
        pictures=sum(group.items for group in standing),
        retired=sum(group.items for group in standing if group.state in RETIRED),
        votes=sum(group.votes for group in scored),
    )


def _progress(campaign: Counted) -> Progress:
    wanted = campaign.pictures * campaign.votes_wanted
    done = campaign.retired / campaign.pictures if campaign.pictures else 0.0
    return Progress(**vars(campaign), state=state_of(campaign), wanted=wanted, done=done)


def _items_by(counts: Iterable[tuple[str, int]]) -> dict[Word, int]:
    items: Counter[str] = Counter()
    for name, count in counts:
        items[name] += count
    return dict(items)


def _widths(groups: list[Group]) -> dict[float, int]:
    """Items by the bound of WIDTHS that half their interval does not exceed; `need` counts in twentieths."""
    items = dict.fromkeys(WIDTHS, 0)
    for group in groups:
        items[next(bound for bound in WIDTHS if group.need <= 20 * bound + 1e-9)] += group.items
    return items


def campaigns_text(campaigns: list[Progress]) -> str:
    """Campaigns as a table."""
    lines = [f"{'campaign':<28}{'method':<8}{'state':<8}{'pictures':>10}{'votes':>12}{'have enough':>13}"]
    for campaign in campaigns:
        figures = f"{campaign.pictures:>10,}{campaign.votes:>12,}{campaign.done:>13.0%}"
        lines.append(f"{campaign.name:<28}{campaign.method:<8}{campaign.state:<8}{figures}")
    return "\n".join(lines)
