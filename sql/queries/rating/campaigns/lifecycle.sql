-- Campaigns: opened, changed, paused, closed.

-- name: list_open_campaigns
-- Campaigns that are neither closed nor paused, oldest first.
select * from campaigns where closed_at is null and paused_at is null order by campaign_id;

-- name: find_campaign^
-- A campaign by its number, or where none is asked for, by its name; a name may well be a number.
select * from campaigns where campaign_id = :campaign_id or (:campaign_id::bigint is null and name = :name);

-- name: lock_campaign^
-- A campaign whose settings are about to change.
select * from campaigns where campaign_id = :campaign_id for no key update;

-- name: add_campaign$
-- A new campaign; nothing where its name is taken.
insert into campaigns (name, question, votes_wanted, method, instructions, consent, languages, target_half_width,
    votes_least, rater_cap, control_every, screening, panel)
values (:name, :question, :votes_wanted, :method, :instructions, :consent, :languages, :target_half_width,
    :votes_least, :rater_cap, :control_every, :screening, :panel)
on conflict (name) do nothing
returning campaign_id;

-- name: change_campaign!
-- New settings; another text of consent is another version, which raters are asked for again.
update campaigns set question = :question, votes_wanted = :votes_wanted, instructions = :instructions,
    consent_version = consent_version + (consent <> :consent)::int, consent = :consent, languages = :languages,
    target_half_width = :target_half_width, votes_least = :votes_least, rater_cap = :rater_cap,
    control_every = :control_every, screening = :screening, panel = :panel
where campaign_id = :campaign_id;

-- name: pause_campaign!
-- No more pictures are handed out; votes on those that were handed out still come in.
update campaigns set paused_at = now() where campaign_id = :campaign_id and paused_at is null and closed_at is null;

-- name: resume_campaign!
-- Pictures are handed out again.
update campaigns set paused_at = null where campaign_id = :campaign_id and paused_at is not null;

-- name: close_campaign!
-- For good.
update campaigns set closed_at = now() where campaign_id = :campaign_id and closed_at is null;

-- name: end_reservations!
-- Nobody waits for what a closed campaign handed out.
delete from reservations r using campaign_items i where i.item_id = r.item_id and i.campaign_id = :campaign_id;

-- name: apply_retirement!
-- Items whose retirement the campaign's settings and spread now see otherwise; in one order, so that nobody waits in a circle.
update campaign_items i set retired_by = null
from (
    select i.item_id
    from campaign_items i join campaigns k using (campaign_id)
    where i.campaign_id = :campaign_id and (i.retired_by is null or i.retired_by in ('votes', 'precision'))
        and i.retired_by is distinct from retirement(i.role, i.human_votes, i.total, i.squares, k)
    order by i.item_id for no key update of i
) other
where i.item_id = other.item_id;

-- name: set_due!
-- When an open campaign should have its votes.
update campaigns set due_on = :due_on where campaign_id = :campaign_id and closed_at is null;
