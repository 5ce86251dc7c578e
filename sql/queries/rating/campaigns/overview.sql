-- What staff see of campaigns.

-- name: list_campaigns
-- Our own campaigns with their pictures to score, open ones first.
select k.*, coalesce(i.pictures, 0) as pictures, coalesce(i.retired, 0) as retired, coalesce(i.votes, 0) as votes
from campaigns k
left join lateral (
    select count(*) filter (where retired_by is distinct from 'withdrawn') as pictures,
        count(*) filter (where retired_by is not null and retired_by <> 'withdrawn') as retired,
        sum(human_votes) as votes
    from campaign_items where campaign_id = k.campaign_id and role in ('ordinary', 'hidden-reference')
) i on true
where not k.is_imported
order by k.closed_at is not null, k.campaign_id desc;

-- name: count_groups
-- Items of a campaign by role, state and need, in one look at them: how many, with how many votes and reservations.
-- States of pictures to score are their retirement, else whether they have votes.
select role, coalesce(retired_by, case when human_votes = 0 then 'no votes yet' else 'being scored' end) as state, need,
    count(*) as items, sum(human_votes) as votes, sum(pending) as waiting
from campaign_items where campaign_id = :campaign_id
group by 1, 2, 3 order by 1, 2, 3;

-- name: list_days
-- Votes of people per day, the newest days first.
select day, sum(votes) as votes, sum(set_aside) as set_aside from campaign_days
where campaign_id = :campaign_id and not simulated
group by day order by day desc limit 14;

-- name: count_people^
-- Who takes part in a campaign, who has finished the training, and what was skipped.
select count(*) as raters, count(trained_at) as trained,
    (select count(*) from skips join campaign_items using (item_id) where campaign_id = :campaign_id) as skipped
from participations where campaign_id = :campaign_id;

-- name: get_result^
-- What a campaign says as a whole, as it was computed last.
select * from campaign_results where campaign_id = :campaign_id and simulated = :simulated;
