-- Campaigns, votes, and the scores computed from them.

-- name: open_campaign^
-- The campaign of a name, made or with its rule renewed; closed campaigns come back as they are.
insert into campaigns as c (name, question, votes_wanted) values (:name, :question, :votes_wanted)
on conflict (name) do update
    set votes_wanted = case when c.closed_at is null then excluded.votes_wanted else c.votes_wanted end
returning campaign_id, closed_at;

-- name: queue_undecided!
-- Every standing colorization that no curator has decided on, unless it is in the campaign already, or its picture is
-- colorized under another number.
insert into campaign_items (campaign_id, colorization_id)
select :campaign_id, c.colorization_id
from colorizations c
where c.withdrawn_at is null
    and not exists (select from decisions d where d.colorization_id = c.colorization_id)
    and not exists (select from likenesses l where l.linked_scan_id = c.scan_id)
order by c.colorization_id
on conflict do nothing;

-- name: count_items$
-- Pictures in a campaign that still stand.
select count(*) from campaign_items i join colorizations c using (colorization_id)
where i.campaign_id = :campaign_id and c.withdrawn_at is null;

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
            and d.verdict = 'rejected')
    order by i.item_id limit 1
) n
join scans s using (scan_id)
order by level, part.number, k.campaign_id
limit 1;

-- name: item_for_vote^
-- What a vote is about: whether its campaign is open and its picture stands.
select k.closed_at, c.withdrawn_at, c.scan_id, c.colorization_id
from campaign_items i join campaigns k using (campaign_id) join colorizations c using (colorization_id)
where i.item_id = :item_id;

-- name: meet_rater!
-- A pseudonym seen for the first time; two votes of one moment may meet on either of the table's unique indexes.
insert into raters (rater_id, simulated) values (:rater_id, :simulated) on conflict do nothing;

-- name: rater_simulated$
-- Whether a rater is a simulated one.
select simulated from raters where rater_id = :rater_id;

-- name: add_vote!
-- A vote, unless its key or its rater and picture are there already.
insert into ratings (vote_key, item_id, rater_id, simulated, score)
values (:vote_key, :item_id, :rater_id, :simulated, :score)
on conflict do nothing;

-- name: vote_of_key^
-- The vote under a key.
select item_id, rater_id, score from ratings where vote_key = :vote_key;

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
