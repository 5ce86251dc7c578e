-- Votes sent out, and votes taken in from other laboratories.

-- name: sort_in_memory!
-- Two million votes are sorted once for an export; PostgreSQL's own 4 MB would make many small piles of them.
set local work_mem = '128MB';

-- name: export_votes
-- Every standing vote under a pseudonym of this export, rater by rater in the order they were given. The time is told as a
-- day and an order: to the second it would tell the same rater in another export.
select encode(pseudonym, 'hex') as rater,
    row_number() over (partition by pseudonym order by voted_at, vote_key) as position,
    item_id::text as item, score, choice::text, swapped::text, round(seconds::numeric, 1) as seconds,
    (voted_at at time zone 'UTC')::date as day, (screened_by is null)::text as counted, screened_by,
    simulated::text, before_checks::text
from (
    select substring(sha256(decode(:salt, 'hex') || uuid_send(r.rater_id)) for 8) as pseudonym,
        coalesce(r.voted_at < p.checked_at, true) as before_checks, r.*
    from ratings r join campaign_items i using (item_id)
    left join participations p on p.campaign_id = i.campaign_id and p.rater_id = r.rater_id
    where i.campaign_id = :campaign_id and r.undone_at is null
) v
order by pseudonym, voted_at, vote_key;

-- name: export_raters
-- The raters of those votes; what they told of their eyes and what a panel calls them stays here.
select encode(substring(sha256(decode(:salt, 'hex') || uuid_send(v.rater_id)) for 8), 'hex') as rater,
    v.votes, v.counted, v.simulated::text, p.language, p.consent_version
from (
    select r.rater_id, r.simulated, count(*) as votes, count(*) filter (where r.screened_by is null) as counted
    from ratings r join campaign_items i using (item_id)
    where i.campaign_id = :campaign_id and r.undone_at is null
    group by r.rater_id, r.simulated
) v left join participations p on p.campaign_id = :campaign_id and p.rater_id = v.rater_id
order by 1;

-- name: export_items
-- What was shown: the pictures of a campaign, whose they are and what made them.
select i.item_id::text as item, i.role::text as role, s.identifier, s.title, s.collection, m.method, c.preset::text as preset,
    m.weights_sha256 as weights, c.sha256 as picture_sha256, n.method as other_method, o.preset::text as other_preset,
    n.weights_sha256 as other_weights, o.sha256 as other_sha256, f.sha256 as reference_sha256,
    (i.altered_key is not null)::text as altered, i.expected_low, i.expected_high, i.retired_by
from campaign_items i
left join colorizations c on c.colorization_id = i.colorization_id
left join models m on m.model_id = c.model_id
left join colorizations o on o.colorization_id = i.other_colorization_id
left join models n on n.model_id = o.model_id
left join colour_references f on f.scan_id = i.reference_scan_id
left join scans s on s.scan_id = coalesce(c.scan_id, i.reference_scan_id)
where i.campaign_id = :campaign_id
order by i.item_id;

-- name: export_sums
-- Of each item that has votes their number, sum and sum of squares, and in pairs and Turing tests each choice.
select r.item_id::text, r.simulated, count(r.score), coalesce(sum(r.score), 0)::bigint,
    coalesce(sum(r.score * r.score), 0)::bigint, count(*) filter (where r.choice = 'first'),
    count(*) filter (where r.choice = 'second')
from ratings r join campaign_items i using (item_id)
where i.campaign_id = :campaign_id and r.undone_at is null and r.screened_by is null
group by r.item_id, r.simulated
order by r.item_id, r.simulated;

-- name: count_screened
-- How many votes each rule of screening set aside, and how many nothing did; those taken back by their raters.
select case when r.undone_at is not null then 'taken back by the rater' else coalesce(r.screened_by, '') end as rule,
    r.simulated, count(*) as votes
from ratings r join campaign_items i using (item_id)
where i.campaign_id = :campaign_id
group by 1, 2 order by 1, 2;

-- name: add_imported_campaign$
-- A campaign of another laboratory, closed from the beginning; nothing where the name is taken.
insert into campaigns (name, question, votes_wanted, closed_at, imported_from)
values (:name, :question, 1, now(), :imported_from)
on conflict (name) do nothing
returning campaign_id;

-- name: add_imported_votes!
-- A lot of its votes.
insert into imported_votes (campaign_id, stimulus, rater, repetition, score)
select :campaign_id, stimulus, rater, repetition, score
from unnest(:stimuli::text[], :raters::text[], :repetitions::integer[], :scores::float8[])
    as vote (stimulus, rater, repetition, score);

-- name: add_imported_scores!
-- What its votes say of each stimulus.
insert into imported_scores (campaign_id, stimulus, votes, mos, low, high, sos, recovered)
select :campaign_id, stimulus, votes, mos, low, high, sos, recovered
from unnest(:stimuli::text[], :votes::integer[], :mos::float8[], :low::float8[], :high::float8[], :sos::float8[],
    :recovered::float8[]) as score (stimulus, votes, mos, low, high, sos, recovered);
