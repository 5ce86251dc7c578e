-- Pictures handed out to raters.

-- name: try_give_back$
-- Whether nobody else is giving reservations back at this moment; ends with the transaction.
select pg_try_advisory_xact_lock(7236707);

-- name: give_back!
-- Expired reservations, some at a time: their pictures are needed again.
delete from reservations r using (
    select item_id, rater_id from reservations where expires_at < now() order by expires_at limit 200
    for update skip locked
) expired
where r.item_id = expired.item_id and r.rater_id = expired.rater_id;

-- name: meet_participant$
-- When a rater's training in the campaign ended; their place in it is made where there is none.
with new as (
    insert into participations (campaign_id, rater_id) values (:campaign_id, :rater_id)
    on conflict do nothing returning trained_at
)
select trained_at from new
union all
select trained_at from participations where campaign_id = :campaign_id and rater_id = :rater_id
limit 1;

-- name: end_training!
-- The rater has answered every training picture.
update participations set trained_at = now()
where campaign_id = :campaign_id and rater_id = :rater_id and trained_at is null;

-- name: rater_progress^
-- How many pictures of a campaign a rater has scored, how many were shown in all, and which photograph came last.
select count(*) filter (where voted) as votes, count(*) as shown,
    (array_agg(scan_id order by at desc))[1] as last_scan
from (
    select i.scan_id, r.voted_at as at, true as voted
    from ratings r join campaign_items i using (item_id)
    where r.rater_id = :rater_id and r.undone_at is null and i.campaign_id = :campaign_id
    union all
    select i.scan_id, s.skipped_at, false
    from skips s join campaign_items i using (item_id)
    where s.rater_id = :rater_id and i.campaign_id = :campaign_id
) seen;

-- name: reserved_items
-- What a rater has been handed in a campaign and not answered, in the order of showing.
select i.item_id, i.role, i.scan_id, r.swapped, s.title, s.content_warning
from reservations r
join campaign_items i using (item_id)
join scans s using (scan_id)
where r.rater_id = :rater_id and i.campaign_id = :campaign_id
    and (i.retired_by is null or i.retired_by in ('votes', 'precision'))
    and not exists (select from standing_vetoes v where v.scan_id = i.scan_id)
order by r.reserved_at, r.item_id;

-- name: pick_item$
-- The picture with the widest interval that a rater has neither scored, skipped nor been handed, and that is not of the
-- photograph shown before; among equals the next from a random point of the rater's own. Item ids are random, so that is
-- a random picture. `passed` are those that somebody else is being handed at this moment.
with recursive level (need) as (
    (select need from campaign_items
    where campaign_id = :campaign_id and retired_at is null and role in ('ordinary', 'hidden-reference')
    order by need desc limit 1)
    union all
    select (
        select i.need from campaign_items i
        where i.campaign_id = :campaign_id and i.retired_at is null and i.role in ('ordinary', 'hidden-reference')
            and i.need < level.need
        order by i.need desc limit 1
    ) from level where level.need is not null
)
select picked.item_id
from level
cross join lateral (
    select i.item_id
    from (values
        (:point::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid),
        ('00000000-0000-0000-0000-000000000000'::uuid, :point::uuid)
    ) as part (first, last)
    cross join lateral (
        select item_id from campaign_items i
        where i.campaign_id = :campaign_id and i.retired_at is null and i.role in ('ordinary', 'hidden-reference')
            and i.need = level.need and i.item_id between part.first and part.last
            and i.human_votes + i.pending < :votes_wanted and i.scan_id is distinct from :last_scan
            and i.item_id <> all (:passed::uuid[])
            and not exists (select from standing_vetoes v where v.scan_id = i.scan_id)
            and not exists (select from ratings r
                where r.item_id = i.item_id and r.rater_id = :rater_id and r.undone_at is null)
            and not exists (select from skips s where s.item_id = i.item_id and s.rater_id = :rater_id)
            and not exists (select from reservations v where v.item_id = i.item_id and v.rater_id = :rater_id)
        order by i.item_id limit 1
    ) i
    limit 1
) picked
limit 1;

-- name: pick_control$
-- A control or training picture that the rater has not met, in an order of the rater's own.
select i.item_id from campaign_items i
where i.campaign_id = :campaign_id and i.role = any (:roles::item_role[]) and i.retired_at is null
    and i.scan_id is distinct from :last_scan and i.item_id <> all (:passed::uuid[])
    and not exists (select from standing_vetoes v where v.scan_id = i.scan_id)
    and not exists (select from ratings r
        where r.item_id = i.item_id and r.rater_id = :rater_id and r.undone_at is null)
    and not exists (select from skips s where s.item_id = i.item_id and s.rater_id = :rater_id)
    and not exists (select from reservations v where v.item_id = i.item_id and v.rater_id = :rater_id)
order by md5(i.item_id::text || :rater_id::text) limit 1;

-- name: take_item$
-- A picture that was picked, unless it has just got its last vote, or somebody else is being handed it: nobody waits here.
-- Control and training pictures never run out, so that nobody is kept from them.
select item_id from campaign_items
where item_id = :item_id and retired_at is null and role not in ('ordinary', 'hidden-reference')
union all
select item_id from (
    select item_id from campaign_items
    where item_id = :item_id and retired_at is null and role in ('ordinary', 'hidden-reference')
        and human_votes + pending < :votes_wanted
    for no key update skip locked
) free;

-- name: wait_in_line$
-- Where others are being handed all that is left: one after the other, each seeing what the one before got.
select pg_advisory_xact_lock(7236708, :campaign_id::int);

-- name: wait_for_item$
-- Waits for whoever is being handed a picture, and locks it if it still needs votes then; only for who holds no other
-- picture, so that nobody waits in a circle.
select item_id from campaign_items
where item_id = :item_id and retired_at is null and role in ('ordinary', 'hidden-reference')
    and human_votes + pending < :votes_wanted
for no key update;

-- name: need_not_outlive_a_crash$
-- Until the transaction ends: its commit waits for no disk. A reservation that a crash takes is made again.
select set_config('synchronous_commit', 'off', true);

-- name: reserve!
-- A picture for a rater. Each picture of a pair stands left, or comes first, equally often.
insert into reservations (item_id, rater_id, reserved_at, expires_at, swapped)
select item_id, :rater_id, clock_timestamp(), now() + make_interval(mins => :minutes),
    other_colorization_id is not null and mod(human_votes + pending + get_byte(uuid_send(item_id), 15), 2) = 1
from campaign_items where item_id = :item_id;

-- name: shown_keys^
-- Archive keys of what an item shows, while its campaign is open, nothing of it is withdrawn and no veto stands.
select case when k.method <> 'turing' then coalesce(c.original_preview_key, s.preview_key) end as original,
    case
        when i.other_colorization_id is not null then c.preview_key
        when k.method in ('pairs', 'turing') and i.altered_key is not null and i.reference_scan_id is not null
            then i.altered_key
        when k.method in ('pairs', 'turing') then c.preview_key
        else coalesce(i.altered_key, r.preview_key, c.preview_key)
    end as first,
    case
        when i.other_colorization_id is not null then o.preview_key
        when k.method = 'turing' then r.preview_key
        when k.method = 'pairs' then i.altered_key
    end as second
from campaign_items i
join campaigns k using (campaign_id)
join scans s using (scan_id)
left join colorizations c on c.colorization_id = i.colorization_id
left join colorizations o on o.colorization_id = i.other_colorization_id
left join colour_references r on r.scan_id = i.reference_scan_id
where i.item_id = :item_id and k.closed_at is null and i.retired_by is distinct from 'withdrawn'
    and not exists (select from standing_vetoes v where v.scan_id = i.scan_id);
