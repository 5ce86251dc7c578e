-- What a campaign is fed with: pictures, pairs, hidden references, pictures whose answer is known.

-- name: queue_undecided!
-- Every standing colorization that no curator has decided on, unless it is in the campaign already, its picture is
-- colorized under another number, or the model is too unsure of it.
insert into campaign_items (campaign_id, colorization_id)
select :campaign_id, c.colorization_id
from colorizations c
where c.withdrawn_at is null and not c.too_unsure
    and not exists (select from current_decisions d where d.colorization_id = c.colorization_id)
    and not exists (select from likenesses l where l.linked_scan_id = c.scan_id)
    and not exists (select from standing_vetoes v where v.scan_id = c.scan_id)
order by c.colorization_id
on conflict do nothing;

-- name: count_held_back$
-- Standing, undecided colorizations that the model is too unsure of to be shown to raters.
select count(*) from colorizations c
where c.too_unsure and c.withdrawn_at is null
    and not exists (select from current_decisions d where d.colorization_id = c.colorization_id);

-- name: queue_references!
-- acr-hr: the true colours of each photograph in the campaign, hidden among the others.
insert into campaign_items (campaign_id, role, reference_scan_id)
select distinct i.campaign_id, 'hidden-reference'::item_role, i.scan_id
from campaign_items i
join colour_references r on r.scan_id = i.scan_id
join scans s on s.scan_id = i.scan_id
where i.campaign_id = :campaign_id and i.role = 'ordinary' and r.preview_key is not null and not s.do_not_colorize
    and not exists (select from standing_vetoes v where v.scan_id = s.scan_id)
on conflict do nothing;

-- name: queue_pairs!
-- All pairs of standing, undecided colorizations of the same photograph, the oldest so many; of a picture that is
-- colorized under another number none.
insert into campaign_items (campaign_id, colorization_id, other_colorization_id)
with standing as (
    select c.colorization_id, c.scan_id from colorizations c
    where c.withdrawn_at is null and not c.too_unsure
        and not exists (select from current_decisions d where d.colorization_id = c.colorization_id)
        and not exists (select from likenesses l where l.linked_scan_id = c.scan_id)
        and not exists (select from standing_vetoes v where v.scan_id = c.scan_id)
), pairs as (
    select one.colorization_id as first, other.colorization_id as second,
        row_number() over (partition by scan_id order by other.colorization_id, one.colorization_id) as number
    from standing one join standing other using (scan_id)
    where one.colorization_id < other.colorization_id
)
select :campaign_id, first, second from pairs
where number <= :most
    and not exists (select from campaign_items i
        where i.campaign_id = :campaign_id and (i.colorization_id, i.other_colorization_id) = (first, second))
order by first, second
on conflict do nothing;

-- name: queue_turing!
-- Every standing, undecided colorization beside the true colours of the same photograph; of a picture that is colorized
-- under another number none.
insert into campaign_items (campaign_id, colorization_id, reference_scan_id)
select :campaign_id, c.colorization_id, c.scan_id
from colorizations c join colour_references r using (scan_id)
where c.withdrawn_at is null and not c.too_unsure and r.preview_key is not null
    and not exists (select from current_decisions d where d.colorization_id = c.colorization_id)
    and not exists (select from likenesses l where l.linked_scan_id = c.scan_id)
    and not exists (select from standing_vetoes v where v.scan_id = c.scan_id)
order by c.colorization_id
on conflict do nothing;

-- name: references_without_preview
-- True colours of photographs with a standing colorization that raters cannot be shown yet, until so many can be; what
-- was set aside comes last, so that damaged ones are in nobody's way.
select r.scan_id, r.object_key, r.sha256
from colour_references r join scans s using (scan_id)
where r.preview_key is null and not s.do_not_colorize
    and not exists (select from standing_vetoes v where v.scan_id = s.scan_id)
    and exists (select from colorizations c where c.scan_id = r.scan_id and c.withdrawn_at is null)
order by exists (select from set_aside a where a.stage = 'rating' and a.scan_id = r.scan_id), r.scan_id
limit case when :most::int is not null then
    greatest(:most - (select count(*) from colour_references where preview_key is not null), 0) end;

-- name: keep_reference_preview!
-- The preview of a scan's true colours.
update colour_references set preview_key = :preview_key where scan_id = :scan_id;

-- name: queue_gold!
-- The true colours of photographs in the campaign: the first for training, others as gold, until there are so many.
insert into campaign_items (campaign_id, role, reference_scan_id, expected_low, expected_high)
with held as (
    select count(*) filter (where role = 'training') as training, count(*) filter (where role = 'gold') as gold
    from campaign_items
    where campaign_id = :campaign_id and reference_scan_id is not null and role in ('training', 'gold')
), further as (
    select scan_id, row_number() over (order by md5(scan_id::text)) as number
    from (
        select distinct i.scan_id from campaign_items i
        join colour_references r on r.scan_id = i.scan_id join scans s on s.scan_id = i.scan_id
        where i.campaign_id = :campaign_id and i.role = 'ordinary' and r.preview_key is not null
            and not s.do_not_colorize
            and not exists (select from standing_vetoes v where v.scan_id = s.scan_id)
            and not exists (select from campaign_items k where k.campaign_id = :campaign_id
                and k.scan_id = i.scan_id and k.role in ('training', 'gold', 'trap'))
    ) open
)
select :campaign_id, case when number <= 1 - training then 'training' else 'gold' end::item_role, scan_id, :low, :high
from further cross join held
where number <= greatest(1 - training, 0) + :most - gold
on conflict do nothing;

-- name: count_traps^
-- Pictures with opposite colours that a campaign holds, for training and as traps.
select count(*) filter (where role = 'training') as training, count(*) filter (where role = 'trap') as trap
from campaign_items
where campaign_id = :campaign_id and altered_key is not null and role in ('training', 'trap')
    and retired_by is distinct from 'withdrawn';

-- name: trap_candidates
-- Pictures of the campaign, each of a photograph without control or training picture, in an order that stays the same;
-- what was set aside comes last.
select colorization_id, scan_id, preview_key
from (
    select distinct on (c.scan_id) c.colorization_id, c.scan_id, c.preview_key
    from campaign_items i join colorizations c using (colorization_id)
    where i.campaign_id = :campaign_id and i.role = 'ordinary' and c.withdrawn_at is null
        and not exists (select from standing_vetoes v where v.scan_id = c.scan_id)
        and (not :needs_reference or i.reference_scan_id is not null)
        and not exists (select from campaign_items k where k.campaign_id = :campaign_id
            and k.scan_id = i.scan_id and k.role in ('training', 'gold', 'trap'))
    order by c.scan_id, c.colorization_id
) one
order by exists (select from set_aside a where a.stage = 'rating' and a.scan_id = one.scan_id), md5(scan_id::text)
limit :most;

-- name: add_trap!
-- A picture with opposite colours, whose answer is known.
insert into campaign_items
    (campaign_id, role, colorization_id, reference_scan_id, altered_key, expected_low, expected_high)
values (:campaign_id, :role, :colorization_id, :reference_scan_id, :altered_key, :low, :high)
on conflict do nothing;

-- name: count_items$
-- Pictures to score in a campaign that still stand.
select count(*) from campaign_items
where campaign_id = :campaign_id and role = 'ordinary' and retired_by is distinct from 'withdrawn';
