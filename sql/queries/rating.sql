-- Campaigns, votes, and the scores computed from them.

-- name: queue_undecided!
-- Every standing colorization that no curator has decided on, unless it is in the campaign already, or its picture is
-- colorized under another number.
insert into campaign_items (campaign_id, colorization_id)
select :campaign_id, c.colorization_id
from colorizations c
where c.withdrawn_at is null
    and not exists (select from current_decisions d where d.colorization_id = c.colorization_id)
    and not exists (select from likenesses l where l.linked_scan_id = c.scan_id)
order by c.colorization_id
on conflict do nothing;

-- name: queue_references!
-- acr-hr: the true colours of each photograph in the campaign, hidden among the others.
insert into campaign_items (campaign_id, role, reference_scan_id)
select distinct i.campaign_id, 'hidden-reference'::item_role, i.scan_id
from campaign_items i
join colour_references r on r.scan_id = i.scan_id
join scans s on s.scan_id = i.scan_id
where i.campaign_id = :campaign_id and i.role = 'ordinary' and r.preview_key is not null and not s.do_not_colorize
on conflict do nothing;

-- name: queue_pairs!
-- All pairs of standing, undecided colorizations of the same photograph, the oldest so many.
insert into campaign_items (campaign_id, colorization_id, other_colorization_id)
with standing as (
    select c.colorization_id, c.scan_id from colorizations c
    where c.withdrawn_at is null
        and not exists (select from decisions d where d.colorization_id = c.colorization_id)
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
-- Every standing, undecided colorization beside the true colours of the same photograph.
insert into campaign_items (campaign_id, colorization_id, reference_scan_id)
select :campaign_id, c.colorization_id, c.scan_id
from colorizations c join colour_references r using (scan_id)
where c.withdrawn_at is null and r.preview_key is not null
    and not exists (select from decisions d where d.colorization_id = c.colorization_id)
order by c.colorization_id
on conflict do nothing;

-- name: references_without_preview
-- True colours of photographs with a standing colorization that raters cannot be shown yet, until so many can be.
select r.scan_id, r.object_key
from colour_references r join scans s using (scan_id)
where r.preview_key is null and not s.do_not_colorize
    and exists (select from colorizations c where c.scan_id = r.scan_id and c.withdrawn_at is null)
order by r.scan_id
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
-- Pictures of the campaign, each of a photograph without control or training picture, in an order that stays the same.
select colorization_id, scan_id, preview_key
from (
    select distinct on (c.scan_id) c.colorization_id, c.scan_id, c.preview_key
    from campaign_items i join colorizations c using (colorization_id)
    where i.campaign_id = :campaign_id and i.role = 'ordinary' and c.withdrawn_at is null
        and (not :needs_reference or i.reference_scan_id is not null)
        and not exists (select from campaign_items k where k.campaign_id = :campaign_id
            and k.scan_id = i.scan_id and k.role in ('training', 'gold', 'trap'))
    order by c.scan_id, c.colorization_id
) one
order by md5(scan_id::text) limit :most;

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

-- name: next_item^
-- The least-voted picture that a rater has not voted on; among equals an order of the rater's own.
-- Retired by rule: enough human votes, rejected, withdrawn, or its campaign closed; and what the rater skipped.
-- Item ids are random: from a point that depends on the rater and how often they voted, the next id is a random picture.
with turn as (
    select md5(:rater_id::text || '/' || count(*))::uuid as point from ratings where rater_id = :rater_id
), open_campaign as (
    select k.*, least(k.votes_wanted - 1, (
        select max(human_votes) from campaign_items i where i.campaign_id = k.campaign_id
    )) as last_level
    from campaigns k
    where k.closed_at is null and (:campaign::text is null or k.name = :campaign)
)
select n.*, s.title, s.content_warning, k.name as campaign, k.question, k.votes_wanted, level as votes
from open_campaign k
cross join turn
cross join lateral generate_series(0, k.last_level) as level
cross join lateral (values
    (1, turn.point, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid),
    (2, '00000000-0000-0000-0000-000000000000'::uuid, turn.point)
) as part (number, first, last)
cross join lateral (
    select i.item_id, c.colorization_id, c.scan_id, c.preview_key, c.original_preview_key
    from campaign_items i join colorizations c using (colorization_id)
    where i.campaign_id = k.campaign_id and i.human_votes = level and i.item_id between part.first and part.last
        and i.role = 'ordinary' and c.withdrawn_at is null and i.item_id <> all (:skipped::uuid[])
        and not exists (select from ratings r where r.item_id = i.item_id and r.rater_id = :rater_id
            and r.undone_at is null)
        and not exists (select from current_decisions d where d.colorization_id = i.colorization_id
            and d.verdict in ('rejected', 'sent back'))
    order by i.item_id limit 1
) n
join scans s using (scan_id)
order by level, part.number, k.campaign_id
limit 1;

-- name: item_for_vote^
-- What a vote is about: whether its campaign is open and its picture stands.
select k.campaign_id, k.method, k.closed_at, i.retired_by
from campaign_items i join campaigns k using (campaign_id)
where i.item_id = :item_id;

-- name: meet_rater!
-- A pseudonym seen for the first time; two votes of one moment may meet on either of the table's unique indexes.
insert into raters (rater_id, simulated) values (:rater_id, :simulated) on conflict do nothing;

-- name: rater_simulated$
-- Whether a rater is a simulated one.
select simulated from raters where rater_id = :rater_id;

-- name: add_vote!
-- A vote, unless its key or its rater and picture are there already.
insert into ratings (vote_key, item_id, rater_id, simulated, score, choice, seconds, swapped)
values (:vote_key, :item_id, :rater_id, :simulated, :score, :choice, :seconds, :swapped)
on conflict do nothing;

-- name: vote_of_key^
-- The vote under a key.
select item_id, rater_id, score, choice, undone_at from ratings where vote_key = :vote_key;

-- name: meet_raters!
-- Simulated raters, those that are new.
insert into raters (rater_id, simulated) select unnest(:rater_ids::uuid[]), true on conflict do nothing;

-- name: add_simulated_votes!
-- Votes of simulated raters, those that are new.
insert into ratings (vote_key, item_id, rater_id, simulated, score)
select vote_key, item_id, rater_id, true, score
from unnest(:vote_keys::uuid[], :item_ids::uuid[], :rater_ids::uuid[], :scores::smallint[])
    as vote (vote_key, item_id, rater_id, score)
on conflict do nothing;

-- name: campaign_pictures
-- The standing pictures of a campaign, with the checksums that name them on every machine.
select i.item_id, c.sha256
from campaign_items i join campaigns k using (campaign_id) join colorizations c using (colorization_id)
where k.name = :campaign and c.withdrawn_at is null
order by c.sha256;

-- name: votes_to_score
-- The votes, of people or of simulated raters, that screening has not set aside.
select i.colorization_id::text as picture, r.rater_id::text as rater, r.score::int as score
from ratings r join campaign_items i using (item_id)
where r.simulated = :simulated and r.screened_by is null and r.undone_at is null and r.score is not null
    and i.role = 'ordinary';

-- name: lock_scores$
-- One scoring run at a time; the lock ends with the transaction.
select pg_advisory_xact_lock(7236706);

-- name: keep_scores!
-- The scores as computed now; rows that say the same already are not written.
insert into opinion_scores as o (colorization_id, simulated, votes, mos, low, high, recovered)
select colorization_id, :simulated, votes, mos, low, high, recovered
from unnest(:colorization_ids::bigint[], :votes::integer[], :mos::float8[], :low::float8[], :high::float8[],
    :recovered::float8[]) as score (colorization_id, votes, mos, low, high, recovered)
on conflict (colorization_id, simulated) do update
    set votes = excluded.votes, mos = excluded.mos, low = excluded.low, high = excluded.high,
        recovered = excluded.recovered, scored_at = now()
    where (o.votes, o.mos, o.low, o.high, o.recovered)
        is distinct from (excluded.votes, excluded.mos, excluded.low, excluded.high, excluded.recovered);

-- name: drop_scores!
-- Scores whose votes are gone.
delete from opinion_scores where simulated = :simulated and colorization_id <> all (:colorization_ids::bigint[]);

-- name: list_open_campaigns
-- Campaigns that are neither closed nor paused, oldest first.
select * from campaigns where closed_at is null and paused_at is null order by campaign_id;

-- name: find_campaign^
-- A campaign by its id or its name.
select * from campaigns where campaign_id = :campaign_id or name = :name order by campaign_id = :campaign_id desc limit 1;

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

-- name: lock_rater$
-- One request of a rater at a time, so that two tabs are not handed twice as much; whether the rater is simulated.
select simulated from raters where rater_id = :rater_id for no key update;

-- name: meet_participant^
-- The rater's place in the campaign, made where there is none.
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
select i.item_id, i.role, i.scan_id, i.other_colorization_id, r.swapped, s.title, s.content_warning
from reservations r
join campaign_items i using (item_id)
join scans s using (scan_id)
where r.rater_id = :rater_id and i.campaign_id = :campaign_id
    and (i.retired_by is null or i.retired_by in ('votes', 'precision'))
order by r.reserved_at, r.item_id;

-- name: pick_item^
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
            and not exists (select from ratings r
                where r.item_id = i.item_id and r.rater_id = :rater_id and r.undone_at is null)
            and not exists (select from skips s where s.item_id = i.item_id and s.rater_id = :rater_id)
            and not exists (select from reservations v where v.item_id = i.item_id and v.rater_id = :rater_id)
        order by i.item_id limit 1
    ) i
    limit 1
) picked
limit 1;

-- name: pick_control^
-- A control or training picture that the rater has not met, in an order of the rater's own.
select i.item_id from campaign_items i
where i.campaign_id = :campaign_id and i.role = any (:roles::item_role[]) and i.retired_at is null
    and i.scan_id is distinct from :last_scan and i.item_id <> all (:passed::uuid[])
    and not exists (select from ratings r
        where r.item_id = i.item_id and r.rater_id = :rater_id and r.undone_at is null)
    and not exists (select from skips s where s.item_id = i.item_id and s.rater_id = :rater_id)
    and not exists (select from reservations v where v.item_id = i.item_id and v.rater_id = :rater_id)
order by md5(i.item_id::text || :rater_id::text) limit 1;

-- name: take_item$
-- A picture that was picked, unless it has just got its last vote, or somebody else is being handed it: nobody waits here.
select item_id from campaign_items
where item_id = :item_id and retired_at is null
    and (role not in ('ordinary', 'hidden-reference') or human_votes + pending < :votes_wanted)
for no key update skip locked;

-- name: wait_in_line$
-- Where others are being handed all that is left: one after the other, each seeing what the one before got.
select pg_advisory_xact_lock(7236708, :campaign_id::int);

-- name: wait_for_item$
-- The same, after whoever is being handed it; only for who holds no other picture, so that nobody waits in a circle.
select item_id from campaign_items
where item_id = :item_id and retired_at is null
    and (role not in ('ordinary', 'hidden-reference') or human_votes + pending < :votes_wanted)
for no key update;

-- name: reserve!
-- A picture for a rater. Each picture of a pair stands left, or comes first, equally often.
insert into reservations (item_id, rater_id, reserved_at, expires_at, swapped)
select item_id, :rater_id, clock_timestamp(), now() + make_interval(mins => :minutes),
    other_colorization_id is not null and mod(human_votes + pending + get_byte(uuid_send(item_id), 15), 2) = 1
from campaign_items where item_id = :item_id;

-- name: end_reservation!
-- The vote has come, or the rater would rather not.
delete from reservations where item_id = :item_id and rater_id = :rater_id;

-- name: add_skip!
-- A picture that a rater would rather not score.
insert into skips (item_id, rater_id, reason) values (:item_id, :rater_id, :reason) on conflict do nothing;

-- name: latest_vote^
-- A rater's newest vote that stands in the campaign of a vote, and whether it may still be taken back.
select r.vote_key, r.item_id, r.voted_at > now() - make_interval(mins => :minutes) as fresh, k.closed_at, r.swapped
from ratings r join campaign_items i using (item_id) join campaigns k using (campaign_id)
where r.rater_id = :rater_id and r.undone_at is null and i.campaign_id = (
    select campaign_id from ratings join campaign_items using (item_id) where vote_key = :vote_key
)
order by r.voted_at desc limit 1;

-- name: undo_vote!
-- Taken back: the vote stays, and counts nowhere.
update ratings set undone_at = now() where vote_key = :vote_key and undone_at is null;

-- name: reserve_again!
-- The picture of a vote that was taken back stands before all else that its rater was handed.
insert into reservations (item_id, rater_id, reserved_at, expires_at, swapped)
select :item_id, :rater_id, coalesce(min(reserved_at), now()) - interval '1 second',
    now() + make_interval(mins => :minutes), :swapped
from reservations where rater_id = :rater_id
on conflict do nothing;

-- name: training_answer^
-- What was expected of a training picture that the rater has answered.
select i.expected_low, i.expected_high, r.score, r.choice
from ratings r join campaign_items i using (item_id)
where r.item_id = :item_id and r.rater_id = :rater_id and r.undone_at is null and i.role = 'training';

-- name: shown_keys^
-- Archive keys of what an item shows, while its campaign is open and nothing of it is withdrawn.
select k.method, coalesce(c.original_preview_key, s.preview_key) as original,
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
where i.item_id = :item_id and k.closed_at is null and i.retired_by is distinct from 'withdrawn';
