-- Votes of simulated raters.

-- name: campaign_pictures
-- The standing colorizations of a campaign of scores, with the checksums that name them on every machine.
select i.item_id, c.sha256
from campaign_items i join campaigns k using (campaign_id) join colorizations c using (colorization_id)
where k.name = :campaign and c.withdrawn_at is null and i.role = 'ordinary' and k.method in ('acr', 'acr-hr')
order by c.sha256;

-- name: add_simulated_votes!
-- Votes of simulated raters, those that are new.
insert into ratings (vote_key, item_id, rater_id, simulated, score)
select vote_key, item_id, rater_id, true, score
from unnest(:vote_keys::uuid[], :item_ids::uuid[], :rater_ids::uuid[], :scores::smallint[])
    as vote (vote_key, item_id, rater_id, score)
on conflict do nothing;
