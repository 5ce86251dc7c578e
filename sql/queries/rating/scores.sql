-- Scores computed from votes.

-- name: lock_scoring$
-- One scoring run at a time; the lock lasts over its commits, and ends with the connection, also of a killed process.
select pg_advisory_lock(7236706);

-- name: revision_of^
-- How far the votes of a campaign have come, and the moment.
select coalesce(sum(revision), 0) as revision, now()::text as moment
from campaign_items where campaign_id = :campaign_id;

-- name: campaigns_to_score
-- Campaigns with votes that were never scored or have changed since, with what was said of people's votes as a whole.
select k.*, r.result
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

-- name: item_opinions
-- Per colorization the scores of its items in all campaigns of scores, to be made one.
select i.colorization_id, s.votes, s.mos, s.low, s.high, s.sos, s.recovered, k.spread
from item_scores s
join campaign_items i using (item_id)
join campaigns k using (campaign_id)
where i.colorization_id = any (:colorization_ids::bigint[]) and i.role = 'ordinary' and s.simulated = :simulated
order by i.colorization_id, s.item_id;

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

-- name: drop_opinions!
-- Scores of colorizations whose votes are gone.
delete from opinion_scores where simulated = :simulated and colorization_id = any (:colorization_ids::bigint[]);

-- name: pair_sums
-- How often each colorization of a pair was preferred, and how the two were made: a row per pair that has votes.
select i.colorization_id as first, i.other_colorization_id as second,
    one.method || ' ' || left(one.weights_sha256, 8) || ' ' || a.preset as first_way,
    two.method || ' ' || left(two.weights_sha256, 8) || ' ' || b.preset as second_way, v.first_wins, v.second_wins
from (
    select item_id, count(*) filter (where choice = 'first') as first_wins,
        count(*) filter (where choice = 'second') as second_wins
    from ratings join campaign_items i using (item_id)
    where i.campaign_id = :campaign_id and i.role = 'ordinary' and simulated = :simulated and screened_by is null
        and undone_at is null and choice is not null
    group by item_id
) v
join campaign_items i using (item_id)
join colorizations a on a.colorization_id = i.colorization_id
join models one on one.model_id = a.model_id
join colorizations b on b.colorization_id = i.other_colorization_id
join models two on two.model_id = b.model_id
order by first, second;

-- name: turing_trials
-- Choices of a Turing test: how the colorization was made, which it is, who chose, and whether it was taken for real.
select m.method || ' ' || left(m.weights_sha256, 8) || ' ' || c.preset, c.colorization_id::text, v.rater_id::text,
    v.choice = 'second'
from ratings v
join campaign_items i using (item_id)
join colorizations c on c.colorization_id = i.colorization_id
join models m on m.model_id = c.model_id
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
