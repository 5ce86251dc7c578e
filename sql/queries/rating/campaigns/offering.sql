-- What raters are offered, and how far a campaign has come.

-- name: list_offered
-- Open campaigns with what they have left for a rater: pictures that still need votes, that the rater has neither
-- answered nor skipped, or holds already; counted only as far as the rater may go, so that a large campaign costs no more.
select k.campaign_id,
    case when k.method = 'acr' and mixed then 'acr-hr' else k.method::text end as shown, pictures.number as left
from campaigns k
cross join lateral (
    select count(*) as number from ratings r join campaign_items i using (item_id)
    where r.rater_id = :rater_id and i.campaign_id = k.campaign_id and r.undone_at is null and i.role <> 'training'
) given
cross join lateral (
    select count(*) as number from (
        select from campaign_items i
        where i.campaign_id = k.campaign_id and i.retired_at is null and i.role in ('ordinary', 'hidden-reference')
            and not exists (select from standing_vetoes v where v.scan_id = i.scan_id)
            and (
                i.human_votes + i.pending < k.votes_wanted
                or exists (select from reservations v where v.item_id = i.item_id and v.rater_id = :rater_id)
            )
            and not exists (select from ratings r
                where r.item_id = i.item_id and r.rater_id = :rater_id and r.undone_at is null)
            and not exists (select from skips s where s.item_id = i.item_id and s.rater_id = :rater_id)
        limit greatest(least(k.rater_cap, (k.panel ->> 'votes')::int) - given.number, 0)
    ) left_over
) pictures
cross join lateral (
    select exists (
        select from campaign_items i
        where i.campaign_id = k.campaign_id and i.role in ('gold', 'hidden-reference')
    ) as mixed
) real
where k.closed_at is null and k.paused_at is null and pictures.number > 0
order by k.campaign_id;

-- name: last_joined$
-- The open campaign that a rater joined last: where nothing is left, its end says thanks, and a panel's code again.
select campaign_id from participations join campaigns using (campaign_id)
where rater_id = :rater_id and agreed_at is not null and closed_at is null order by joined_at desc limit 1;

-- name: count_answers$
-- Answers of people in a campaign, from the counts per day.
select coalesce(sum(votes + set_aside), 0)::bigint from campaign_days where campaign_id = :campaign_id and not simulated;
