-- Silence in open campaigns.

-- name: list_watched
-- Every open campaign: when people last voted, how many of its votes came within a week, how many are missing at most.
select k.campaign_id, k.name, k.opened_at, k.paused_at, k.due_on,
    (select max(last_at) from campaign_days d where d.campaign_id = k.campaign_id and not d.simulated) as last_at,
    coalesce((select sum(d.votes + d.set_aside) from campaign_days d where d.campaign_id = k.campaign_id
        and not d.simulated and d.day > (now() at time zone 'UTC')::date - 7), 0)::bigint as week_votes,
    coalesce((select sum(greatest(k.votes_wanted - i.human_votes, 0)) from campaign_items i
        where i.campaign_id = k.campaign_id and i.retired_at is null
            and i.role in ('ordinary', 'hidden-reference')), 0)::bigint as missing
from campaigns k where k.closed_at is null order by k.campaign_id;
