"""Commands of rating: `campaign` and `opinion`."""

import sys
from argparse import Namespace
from pathlib import Path

from heritage_color.cli.commands import DONE, REFUSED, Commands, add_json, count, counts, show, site_settings
from heritage_color.rating.methods import METHODS


def add_rating_commands(commands: Commands) -> None:
    """Add the commands."""
    _add_campaign(commands)
    _add_opinion(commands)


def _add_campaign(commands: Commands) -> None:
    parser = commands.add("campaign", run_campaign, "rating campaigns: list, open, feed, pause, resume or close one")
    parser.add_argument("action", choices=("list", "open", "feed", "pause", "resume", "close"))
    parser.add_argument("name", nargs="?", default="", metavar="NAME", help="of the campaign, or its number")
    methods = "of `open`: acr (a score), acr-hr (with hidden true colours), pairs, turing; default: acr"
    parser.add_argument("--method", choices=METHODS, default="acr", help=methods)
    parser.add_argument("--votes-wanted", type=count, metavar="N", help="of `open`; default: HERITAGE_VOTES_WANTED")
    add_json(parser)


def run_campaign(options: Namespace) -> int:
    """List campaigns, or do something with one."""
    from heritage_color.rating import steps
    from heritage_color.rating.campaigns import feeding, lifecycle, overview
    from heritage_color.rating.campaigns.campaign import state_of

    settings = site_settings()
    if options.action == "list":
        campaigns = overview.campaigns(settings)
        show({"campaigns": campaigns}, overview.campaigns_text(campaigns), options.json)
    elif options.action == "open":
        print(counts(steps.queue(settings, options.name, options.votes_wanted, options.method)))
    else:
        known = lifecycle.campaign_of(settings, int(options.name) if options.name.isdecimal() else options.name)
        if options.action == "feed":
            print(counts(feeding.feed(settings, known)))
        else:
            moved = getattr(lifecycle, options.action)(settings, known.campaign_id)
            print(f"{moved.name} is {state_of(moved)}.")
    return DONE


def _add_opinion(commands: Commands) -> None:
    about = "opinion scores from a vote table with columns picture, rater, score"
    parser = commands.add("opinion", run_opinion, about)
    parser.add_argument("votes", type=Path, help="CSV file")
    ways = "what the votes are; pairs have columns left, right, won; turing picture, rater, fooled; default: scores"
    parser.add_argument("--method", choices=("scores", "pairs", "turing"), default="scores", help=ways)
    add_json(parser)


def run_opinion(options: Namespace) -> int:
    """Print scores of a vote table and name its bad rows."""
    from heritage_color.rating.exchange import comparisons, votes
    from heritage_color.rating.statistics import fooling, pairs
    from heritage_color.rating.statistics import opinion as scores

    if options.method == "pairs":
        pair_votes, findings = comparisons.read_pairs(options.votes)
        strengths = pairs.strengths(pair_votes)
        show(strengths, pairs.strengths_text(strengths), options.json)
    elif options.method == "turing":
        trials, findings = comparisons.read_trials(options.votes)
        rate = fooling.fooling_rate(trials)
        show(rate, fooling.fooling_text(rate), options.json)
    else:
        good_votes, findings = votes.read_votes(options.votes)
        result = scores.opinion(good_votes)
        show(result, scores.opinion_text(result), options.json)
    for finding in findings:
        print(f"{finding.file}, row {finding.row}: {finding.sentence}", file=sys.stderr)
    return REFUSED if findings else DONE
