"""Opening and setting campaigns, by steps and by the command."""

import json

import pytest
from catalog_rows import add_museum

from heritage_color.cli.commands import DONE, WRONG
from heritage_color.cli.main import main
from heritage_color.errors import RatingError
from heritage_color.rating.campaigns import lifecycle


def test_the_command_opens_feeds_pauses_and_closes_a_campaign(environment, capsys, rows):
    add_museum(environment, 2)
    assert main(["campaign", "open", "spring", "--votes-wanted", "5"]) == DONE
    assert "queued 2, new 2" in capsys.readouterr().out
    assert main(["campaign", "feed", "spring"]) == DONE
    assert "new 0" in capsys.readouterr().out
    for action, state in (("pause", "paused"), ("resume", "open"), ("close", "closed")):
        assert main(["campaign", action, "1"]) == DONE
        assert capsys.readouterr().out == f"spring is {state}.\n"
    assert main(["campaign", "list", "--json"]) == DONE
    (found,) = json.loads(capsys.readouterr().out)["campaigns"]
    assert (found["name"], found["state"], found["pictures"], found["votes_wanted"]) == ("spring", "closed", 2, 5)
    assert main(["campaign", "list"]) == DONE
    assert capsys.readouterr().out.splitlines()[1].split() == ["spring", "acr", "closed", "2", "0", "0%"]
    acts = rows("select event_key from events where event_key like 'campaign/%' order by event_id")
    assert ["/".join(act["event_key"].split("/")[:3]) for act in acts] == [
        "campaign/1/opened",
        "campaign/1/paused",
        "campaign/1/resumed",
        "campaign/1/closed",
    ]


def test_the_command_names_what_it_does_not_know(environment, capsys):
    assert main(["campaign", "pause", "winter"]) == WRONG
    assert capsys.readouterr().err == "There is no campaign 'winter'.\n"


def test_a_campaign_is_found_by_name_and_by_number(site):
    made = lifecycle.open_campaign(site, "spring", "pairs", votes_least=4)
    assert lifecycle.campaign_of(site, "spring") == lifecycle.campaign_of(site, made.campaign_id) == made
    assert (made.question, made.votes_least) == ("Which of the two pictures looks more natural?", 4)


def test_a_number_finds_the_campaign_of_that_number_and_none_of_that_name(site):
    lifecycle.open_campaign(site, "7")
    with pytest.raises(RatingError) as refusal:
        lifecycle.campaign_of(site, 7)
    assert refusal.value.code == "campaign-unknown"
    assert lifecycle.campaign_of(site, "7") == lifecycle.campaign_of(site, 1)


def test_what_is_not_given_again_stays_as_it_was_set(site):
    lifecycle.open_campaign(site, "spring", rater_cap=50, instructions="Look twice.")
    again = lifecycle.open_campaign(site, "spring", votes_wanted=7)
    assert (again.rater_cap, again.instructions, again.votes_wanted) == (50, "Look twice.", 7)


@pytest.mark.parametrize(
    "wrong",
    [
        {"votes_wanted": 0}, {"votes_wanted": True}, {"control_every": -1}, {"rater_cap": "many"}, {"languages": []},
        {"target_half_width": 3.0}, {"colour": "red"}, {"question": " "}, {"method": "guess"},
    ],
)  # fmt: skip
def test_a_setting_that_does_not_fit_opens_nothing(site, rows, wrong):
    with pytest.raises(RatingError) as refusal:
        lifecycle.open_campaign(site, "spring", **wrong)
    assert refusal.value.code == "campaign-invalid"
    assert rows("select * from campaigns") == []
