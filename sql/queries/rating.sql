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
-- All pairs of standing, undecided colorizations of the same photograph, the oldest so many; of a picture that is
-- colorized under another number none.
insert into campaign_items (campaign_id, colorization_id, other_colorization_id)
with standing as (
    select c.colorization_id, c.scan_id from colorizations c
    where c.withdrawn_at is null
        and not exists (select from decisions d where d.colorization_id = c.colorization_id)
        and not exists (select from likenesses l where l.linked_scan_id = c.scan_id)
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
where c.withdrawn_at is null and r.preview_key is not null
    and not exists (select from decisions d where d.colorization_id = c.colorization_id)
    and not exists (select from likenesses l where l.linked_scan_id = c.scan_id)
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
-- The standing colorizations of a campaign of scores, with the checksums that name them on every machine.
select i.item_id, c.sha256
from campaign_items i join campaigns k using (campaign_id) join colorizations c using (colorization_id)
where k.name = :campaign and c.withdrawn_at is null and i.role = 'ordinary' and k.method in ('acr', 'acr-hr')
order by c.sha256;

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
-- The same, after whoever is being handed it; only for who holds no other picture, so that nobody waits in a circle.
select item_id from campaign_items
where item_id = :item_id and retired_at is null and role not in ('ordinary', 'hidden-reference')
union all
select item_id from (
    select item_id from campaign_items
    where item_id = :item_id and retired_at is null and role in ('ordinary', 'hidden-reference')
        and human_votes + pending < :votes_wanted
    for no key update
) free;

-- name: need_not_outlive_a_crash$
-- Until the transaction ends: its commit waits for no disk. A reservation that a crash takes is made again.
select set_config('synchronous_commit', 'off', true);

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

-- name: lock_scoring$
-- One scoring run at a time; the lock lasts over its commits, and ends with the connection, also of a killed process.
select pg_advisory_lock(7236706);

-- name: freeze_votes!
-- Items, raters and votes of one moment.
set transaction isolation level repeatable read, read only;

-- name: lock_counts$
-- Who changes the votes of many items at once comes after who does so now; ends with the transaction.
select pg_advisory_xact_lock(7236707);

-- name: revision_of^
-- How far the votes of a campaign have come, and the moment.
select coalesce(sum(revision), 0) as revision, now()::text as moment
from campaign_items where campaign_id = :campaign_id;

-- name: campaigns_to_score
-- Campaigns with votes that were never scored or have changed since, and whether any of their votes are of people.
select k.*, r.result, r.votes as scored_votes, r.revision as scored_revision, i.revision as revision_now
from campaigns k
join lateral (select sum(revision) as revision from campaign_items where campaign_id = k.campaign_id) i on true
left join campaign_results r on r.campaign_id = k.campaign_id and not r.simulated
where i.revision > 0 and (:all or r.revision is distinct from i.revision)
order by k.campaign_id;

-- name: scored_items
-- The items to score of a campaign in the order of their ids: all, or those whose photograph has votes that changed.
select i.item_id, i.scan_id, i.role, i.colorization_id, i.revision, s.recovered
from campaign_items i
left join item_scores s on s.item_id = i.item_id and s.simulated = :simulated
where i.campaign_id = :campaign_id and i.role in ('ordinary', 'hidden-reference')
    and (:all or i.scan_id in (
        select d.scan_id from campaign_items d
        left join item_scores t on t.item_id = d.item_id and t.simulated = :simulated
        where d.campaign_id = :campaign_id and d.role in ('ordinary', 'hidden-reference') and d.revision > 0
            and t.revision is distinct from d.revision
    ))
order by i.item_id;

-- name: numbered_raters
-- All raters of a kind in the order of their ids.
select rater_id from raters where simulated = :simulated order by rater_id;

-- name: numbered_votes
-- Votes of a campaign as numbers: place of the item among its items to score, place of the rater, score.
select i.number, r.number, v.score
from ratings v
join (
    select item_id, row_number() over (order by item_id) - 1 as number from campaign_items
    where campaign_id = :campaign_id and role in ('ordinary', 'hidden-reference')
) i using (item_id)
join (
    select rater_id, row_number() over (order by rater_id) - 1 as number from raters where simulated = :simulated
) r using (rater_id)
where v.simulated = :simulated and v.screened_by is null and v.undone_at is null and v.score is not null;

-- name: votes_on_items
-- Votes of people or of simulated raters on some items.
select item_id::text, rater_id::text, score from ratings
where item_id = any (:item_ids::uuid[]) and simulated = :simulated and screened_by is null and undone_at is null
    and score is not null;

-- name: votes_of_raters
-- All votes of some raters in a campaign, with the score of their items as it is kept.
select v.item_id::text, v.rater_id::text, v.score, s.recovered
from ratings v
join campaign_items i using (item_id)
left join item_scores s on s.item_id = v.item_id and s.simulated = v.simulated
where v.rater_id = any (:rater_ids::uuid[]) and i.campaign_id = :campaign_id
    and i.role in ('ordinary', 'hidden-reference') and v.screened_by is null and v.undone_at is null
    and v.score is not null;

-- name: rater_states
-- Bias and inconsistency of raters as they are kept.
select rater_id::text, votes, bias, inconsistency from rater_scores
where campaign_id = :campaign_id and rater_id = any (:rater_ids::uuid[]);

-- name: keep_item_scores!
-- Scores as computed now; what says the same already is not written.
insert into item_scores as s
    (item_id, simulated, revision, votes, mos, low, high, sos, recovered, difference)
select item_id, :simulated, revision, votes, mos, low, high, sos, recovered, difference
from unnest(:item_ids::uuid[], :revision::bigint[], :votes::integer[], :mos::float8[], :low::float8[],
    :high::float8[], :sos::float8[], :recovered::float8[], :difference::float8[])
    as score (item_id, revision, votes, mos, low, high, sos, recovered, difference)
on conflict (item_id, simulated) do update
    set revision = excluded.revision, votes = excluded.votes, mos = excluded.mos, low = excluded.low,
        high = excluded.high, sos = excluded.sos, recovered = excluded.recovered, difference = excluded.difference,
        scored_at = now()
    where (s.revision, s.votes, s.mos, s.low, s.high, s.sos, s.recovered, s.difference) is distinct from
        (excluded.revision, excluded.votes, excluded.mos, excluded.low, excluded.high, excluded.sos,
            excluded.recovered, excluded.difference);

-- name: drop_item_scores!
-- Scores of items whose votes are gone.
delete from item_scores where simulated = :simulated and item_id = any (:item_ids::uuid[]);

-- name: keep_rater_scores!
-- Bias and inconsistency of raters, as computed now.
insert into rater_scores as s (campaign_id, rater_id, votes, bias, inconsistency, correlation)
select :campaign_id, rater_id, votes, bias, inconsistency, correlation
from unnest(:rater_ids::uuid[], :votes::integer[], :bias::float8[], :inconsistency::float8[], :correlation::float8[])
    as score (rater_id, votes, bias, inconsistency, correlation)
on conflict (campaign_id, rater_id) do update
    set votes = excluded.votes, bias = excluded.bias, inconsistency = excluded.inconsistency,
        correlation = excluded.correlation, scored_at = now()
    where (s.votes, s.bias, s.inconsistency, s.correlation)
        is distinct from (excluded.votes, excluded.bias, excluded.inconsistency, excluded.correlation);

-- name: drop_rater_scores!
-- Raters of a campaign of whose votes none counts any more.
delete from rater_scores s
where s.campaign_id = :campaign_id and s.rater_id <> all (:rater_ids::uuid[])
    and exists (select from raters r where r.rater_id = s.rater_id and r.simulated = :simulated);

-- name: item_sums^
-- What the spread of a campaign's votes is computed from (interval.spread_of_all), of people's votes.
select coalesce(sum(human_votes), 0) as votes, coalesce(sum(seen), 0) as seen, coalesce(sum((human_votes - 1) * room + seen / human_votes), 0) as possible
from (
    select human_votes, greatest(squares - total::float8 ^ 2 / human_votes, 0) as seen,
        greatest((total::float8 / human_votes - 1) * (5 - total::float8 / human_votes), 0) as room
    from campaign_items
    where campaign_id = :campaign_id and human_votes > 0 and role in ('ordinary', 'hidden-reference')
) sums;

-- name: keep_spread!
-- The spread of the campaign's votes as it is now.
update campaigns set spread = :spread where campaign_id = :campaign_id and spread is distinct from :spread;

-- name: keep_result!
-- What a campaign says as a whole.
insert into campaign_results as r (campaign_id, simulated, votes, revision, result)
values (:campaign_id, :simulated, :votes, :revision, :result)
on conflict (campaign_id, simulated) do update
    set votes = excluded.votes, revision = excluded.revision, result = excluded.result, computed_at = now();

-- name: get_result^
-- What a campaign says as a whole, as it was computed last.
select * from campaign_results where campaign_id = :campaign_id and simulated = :simulated;

-- name: item_opinions
-- Per colorization the scores of its items in all campaigns of scores, to be made one.
select i.colorization_id, s.votes, s.mos, s.low, s.high, s.sos, s.recovered, k.spread
from item_scores s
join campaign_items i using (item_id)
join campaigns k using (campaign_id)
where i.colorization_id = any (:colorization_ids::bigint[]) and i.role = 'ordinary' and s.simulated = :simulated
order by i.colorization_id, s.item_id;

-- name: drop_opinions!
-- Scores of colorizations whose votes are gone.
delete from opinion_scores where simulated = :simulated and colorization_id = any (:colorization_ids::bigint[]);

-- name: choices
-- Choices of a campaign of pairs or of a Turing test, with the colorizations they are about, and how these were made.
select v.rater_id::text as rater, v.choice, i.colorization_id as first, i.other_colorization_id as second,
    one.method || ' ' || left(one.weights_sha256, 8) || ' ' || a.preset as first_way,
    two.method || ' ' || left(two.weights_sha256, 8) || ' ' || b.preset as second_way
from ratings v
join campaign_items i using (item_id)
join colorizations a on a.colorization_id = i.colorization_id
join models one on one.model_id = a.model_id
left join colorizations b on b.colorization_id = i.other_colorization_id
left join models two on two.model_id = b.model_id
where i.campaign_id = :campaign_id and i.role = 'ordinary' and v.simulated = :simulated and v.screened_by is null
    and v.undone_at is null and v.choice is not null
order by v.vote_key;

-- name: keep_strengths!
-- Strengths of colorizations among those of the same photograph.
insert into pair_strengths (campaign_id, simulated, colorization_id, pairs, wins, strength, low, high)
select :campaign_id, :simulated, colorization_id, pairs, wins, strength, low, high
from unnest(:colorization_ids::bigint[], :pairs::integer[], :wins::float8[], :strength::float8[], :low::float8[],
    :high::float8[]) as found (colorization_id, pairs, wins, strength, low, high)
on conflict (campaign_id, colorization_id, simulated) do update
    set pairs = excluded.pairs, wins = excluded.wins, strength = excluded.strength, low = excluded.low,
        high = excluded.high, computed_at = now();

-- name: drop_strengths!
-- Strengths whose votes are gone.
delete from pair_strengths
where campaign_id = :campaign_id and simulated = :simulated and colorization_id <> all (:colorization_ids::bigint[]);

-- name: raters_since
-- Who has voted in a campaign since a moment; who took a vote back has voted anew, or has one vote less.
select distinct v.rater_id::text as rater_id
from ratings v join campaign_items i using (item_id)
where v.voted_at >= :since and i.campaign_id = :campaign_id and not v.simulated;

-- name: rater_conduct
-- Of each rater what the rules of screening look at: control pictures answered and failed, votes, the commonest answer,
-- seconds. Votes set aside by these very rules count in, so that a rule that changed its mind brings them back.
select rater_id::text, count(*) as votes, max(screened_by) as screened_by,
    count(*) filter (where role in ('gold', 'trap')) as controls,
    count(*) filter (where role in ('gold', 'trap') and answer not between expected_low and expected_high) as failed,
    count(*) filter (where role in ('ordinary', 'hidden-reference')) as scored,
    max(same) as same, count(seconds) as timed, count(*) filter (where seconds < :fast) as fast
from (
    select v.rater_id, v.seconds, i.role, i.expected_low, i.expected_high, v.screened_by,
        coalesce(v.score, case v.choice when 'first' then 1 else 2 end) as answer,
        case when i.role in ('ordinary', 'hidden-reference') then count(*) over (
            partition by v.rater_id, i.role in ('ordinary', 'hidden-reference'),
                coalesce(v.score, case when (v.choice = 'first') = v.swapped then 1 else 2 end)
        ) end as same
    from ratings v join campaign_items i using (item_id)
    where i.campaign_id = :campaign_id and not v.simulated and v.undone_at is null
        and (v.screened_by is null or v.screened_by = any (:rules))
        and (:rater_ids::uuid[] is null or v.rater_id = any (:rater_ids::uuid[]))
        and i.role <> 'training'
) given
group by rater_id;

-- name: votes_to_judge
-- Scores of people in a campaign, also those that these rules set aside, as text.
select v.item_id::text as picture, v.rater_id::text as rater, v.score::int as score
from ratings v join campaign_items i using (item_id)
where i.campaign_id = :campaign_id and i.role in ('ordinary', 'hidden-reference') and not v.simulated
    and v.undone_at is null and v.score is not null and (v.screened_by is null or v.screened_by = any (:rules));

-- name: list_screened
-- Whose votes are set aside in a campaign, and who was pardoned.
select rater_id::text, rule, reason, votes, screened_at, pardoned_by, pardoned_at
from screened_raters where campaign_id = :campaign_id order by screened_at desc, rater_id;

-- name: mark_votes!
-- A rater's votes in a campaign set aside by a rule, or brought back (no rule); what others set aside stays so.
update ratings v set screened_by = :rule
from (
    select vote_key from ratings r join campaign_items i using (item_id)
    where r.rater_id = :rater_id and i.campaign_id = :campaign_id and not r.simulated
        and (r.screened_by is null or r.screened_by = any (:rules)) and r.screened_by is distinct from :rule
    order by r.item_id
) own
where v.vote_key = own.vote_key;

-- name: keep_mark!
-- Why a rater's votes are set aside, and how many are.
insert into screened_raters as s (campaign_id, rater_id, rule, reason, votes)
select :campaign_id, :rater_id, :rule, :reason, count(*)
from ratings r join campaign_items i using (item_id)
where r.rater_id = :rater_id and i.campaign_id = :campaign_id and r.screened_by = :rule
on conflict (campaign_id, rater_id) do update
    set rule = excluded.rule, reason = excluded.reason, votes = excluded.votes,
        screened_at = case when s.rule = excluded.rule then s.screened_at else now() end
    where s.pardoned_at is null;

-- name: drop_mark!
-- No rule speaks against the rater any more.
delete from screened_raters where campaign_id = :campaign_id and rater_id = :rater_id and pardoned_at is null;

-- name: pardon!
-- Staff look and see otherwise: the rules rest for this rater.
update screened_raters set pardoned_by = :by, pardoned_at = now()
where campaign_id = :campaign_id and rater_id = :rater_id and pardoned_at is null;

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
