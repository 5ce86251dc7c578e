-- Votes as a whole: erased, held, sent out, taken in from other laboratories, counted for plots.

-- name: lock_rater$
-- Whether there is such a rater; nobody writes a vote of theirs until the transaction ends.
select true from raters where rater_id = :rater_id for update;

-- name: erase_votes
-- A rater's votes, gone; the pictures they were on. Their triggers keep every count right.
delete from ratings where rater_id = :rater_id returning item_id, undone_at is null as counted;

-- name: erase_rater!
-- A rater with all that hangs on them: participations, reservations, skips, activity.
delete from raters where rater_id = :rater_id;

-- name: reopen_items!
-- Pictures that votes had retired and that lost some: the next scoring retires them again if what is left is enough.
update campaign_items set retired_at = null, retired_by = null
where item_id = any (:item_ids::uuid[]) and retired_at is not null and retired_by not in ('rejected', 'withdrawn');

-- name: add_erasure_event!
-- That votes were erased, and how many; not whose, and not which.
insert into events (event_key, event_type, agent, outcome, detail)
values ('erasure/' || gen_random_uuid(), 'metadata modification', :agent, 'erased', :detail);

-- name: count_own_votes$
-- How many standing votes a rater has.
select count(*) from ratings where rater_id = :rater_id and undone_at is null;

-- name: list_own_votes
-- A page of a rater's standing votes, newest first; all of them without a limit.
select r.item_id, k.name as campaign, k.question, k.method::text as method, r.score, r.choice, r.seconds, r.voted_at,
    coalesce(s.title, '') as title, c.colorization_id is not null and c.withdrawn_at is null as has_picture
from ratings r
join campaign_items i using (item_id)
join campaigns k using (campaign_id)
left join colorizations c using (colorization_id)
left join scans s on s.scan_id = c.scan_id
where r.rater_id = :rater_id and r.undone_at is null
order by r.voted_at desc, r.item_id limit :shown offset :skipped;

-- name: own_picture^
-- The preview of a picture that a rater has voted on, while it stands.
select c.preview_key from ratings r
join campaign_items i using (item_id)
join colorizations c using (colorization_id)
where r.rater_id = :rater_id and r.item_id = :item_id and r.undone_at is null and c.withdrawn_at is null;

-- name: freeze!
-- All that follows in the transaction sees one moment of the catalog, and sorts in memory what fits.
set transaction isolation level repeatable read, read only;

-- name: sort_in_memory!
-- Two million votes are sorted once for an export; PostgreSQL's own 4 MB would make many small piles of them.
set local work_mem = '128MB';

-- name: find_campaign^
-- A campaign with all that an export tells of it.
select campaign_id, name, method::text, question, instructions, consent, consent_version, languages, votes_wanted,
    votes_least, target_half_width, rater_cap, control_every, screening, opened_at, closed_at, imported_from, due_on
from campaigns where name = :name;

-- name: export_votes
-- Every standing vote under a pseudonym of this export, rater by rater in the order they were given. The time is told as a
-- day and an order: to the second it would tell the same rater in another export.
select encode(pseudonym, 'hex') as rater,
    row_number() over (partition by pseudonym order by voted_at, vote_key) as position,
    item_id::text as item, score, choice::text, swapped::text, round(seconds::numeric, 1) as seconds,
    (voted_at at time zone 'UTC')::date as day, (screened_by is null)::text as counted, screened_by,
    simulated::text
from (
    select substring(sha256(decode(:salt, 'hex') || uuid_send(r.rater_id)) for 8) as pseudonym, r.*
    from ratings r join campaign_items i using (item_id)
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

-- name: add_import_event!
-- That votes were taken in, from which file.
insert into events (event_key, event_type, agent, outcome, detail)
values ('import of votes/' || :name, 'ingestion', :agent, 'taken in', :detail)
on conflict do nothing;

-- name: make_salt!
-- The salt of a day, made once; with it the salts of the days before go.
with gone as (delete from network_salts where day < :day)
insert into network_salts (day, salt) values (:day, decode(:salt, 'hex')) on conflict do nothing;

-- name: salt_of_day$
-- The salt of a day, if it is still there.
select encode(salt, 'hex') from network_salts where day = :day;

-- name: note_activity!
-- A rater voted from a network in this hour; nothing where the rater is not, or no longer, known.
insert into network_activity (hour, network, rater_id)
select date_trunc('hour', now(), 'UTC'), decode(:network, 'hex'), rater_id from raters where rater_id = :rater_id
on conflict do nothing;

-- name: forget_networks!
-- Activity that is older than the days it is kept, and salts of days that are over.
with salts as (delete from network_salts where day < (now() at time zone 'UTC')::date)
delete from network_activity where hour < now() - make_interval(days => :days);

-- name: list_activity
-- Of the last hours: who voted from where, whether they were new, and how many votes they gave.
select a.hour, encode(a.network, 'hex') as network, a.rater_id::text as rater, u.first_seen >= a.hour as new,
    (select count(*) from ratings r where r.rater_id = a.rater_id and not r.simulated and r.undone_at is null
        and r.voted_at >= a.hour and r.voted_at < a.hour + interval '1 hour') as votes
from network_activity a join raters u using (rater_id)
where a.hour >= date_trunc('hour', now(), 'UTC') - make_interval(hours => :hours)
order by a.hour, a.network, a.rater_id;

-- name: list_newcomers
-- How many raters were new in each hour of the last eight days.
select date_trunc('hour', first_seen, 'UTC') as hour, count(*)::int as raters
from raters where not simulated and first_seen >= now() - interval '8 days' group by 1;

-- name: find_hold^
-- A hold by its name.
select * from holds where name = :name for update;

-- name: add_hold!
-- A hold, or its newest counts.
insert into holds (name, rule, reason, since, until, raters, votes)
values (:name, :rule, :reason, :since, :until, :raters, :votes)
on conflict (name) do update set raters = greatest(holds.raters, excluded.raters), votes = holds.votes + excluded.votes;

-- name: hold_votes!
-- Votes of some raters within a time, set aside unless something has set them aside before.
update ratings set screened_by = 'hold:' || :name
where rater_id = any (:raters::uuid[]) and voted_at >= :since and voted_at < :until
    and screened_by is null and undone_at is null and not simulated;

-- name: release_votes!
-- The votes of a hold count again; the prefix is that of the index.
update ratings set screened_by = null where screened_by = 'hold:' || :name and starts_with(screened_by, 'hold:');

-- name: decide_hold!
-- What a person made of a hold.
update holds set state = :state, decided_by = :by, decided_at = now() where name = :name;

-- name: add_hold_event!
-- The act on a hold, once.
insert into events (event_key, event_type, agent, outcome, detail)
values ('hold/' || :name || '/' || :outcome, 'appraisal', :agent, :outcome, :detail)
on conflict do nothing;

-- name: list_holds
-- Holds, those that wait first, then the newest; with the votes that stand under them.
select h.*, (select count(*) from ratings r where r.screened_by = 'hold:' || h.name 
        and starts_with(r.screened_by, 'hold:')) as standing
from holds h order by (h.state = 'held') desc, h.since desc, h.name limit :shown offset :skipped;

-- name: count_holds^
-- How many holds there are, and how many wait.
select count(*) as total, count(*) filter (where state = 'held') as waiting from holds;

-- name: list_watched
-- Every open campaign: when people last voted, how many of its votes came within a week, how many are missing at most.
select k.campaign_id, k.name, k.opened_at, k.paused_at, k.due_on,
    (select max(last_at) from campaign_days d where d.campaign_id = k.campaign_id and not d.simulated) as last_at,
    coalesce((select sum(d.votes + d.set_aside) from campaign_days d where d.campaign_id = k.campaign_id
        and not d.simulated and d.day > (now() at time zone 'UTC')::date - 7), 0)::bigint as week_votes,
    coalesce((select sum(greatest(k.votes_wanted - i.human_votes, 0)) from campaign_items i
        where i.campaign_id = k.campaign_id and i.retired_at is null
            and i.role in ('ordinary', 'hidden-reference')), 0)::bigint as missing
from campaigns k where k.closed_at is null order by k.campaign_id;

-- name: add_alert_event!
-- An alert, once as long as its reason stays the same.
insert into events (event_key, event_type, agent, outcome, detail)
values (:key, 'validation', :agent, :outcome, :detail)
on conflict do nothing;

-- name: set_due!
-- When an open campaign should have its votes.
update campaigns set due_on = :due_on where campaign_id = :campaign_id and closed_at is null;

-- name: list_to_draw
-- Campaigns whose votes or scores are others than when their figures were made.
select k.campaign_id, v.state
from campaigns k
cross join lateral (
    select jsonb_build_object(
        'votes', (select coalesce(sum(votes), 0) from campaign_days d where d.campaign_id = k.campaign_id),
        'set_aside', (select coalesce(sum(set_aside), 0) from campaign_days d where d.campaign_id = k.campaign_id),
        'items', (select count(*) from campaign_items i where i.campaign_id = k.campaign_id),
        'retired', (select count(*) from campaign_items i where i.campaign_id = k.campaign_id and i.retired_at is not null),
        'scored_at', (select max(scored_at)::text from item_scores s join campaign_items i using (item_id)
            where i.campaign_id = k.campaign_id)
    ) as state
) v
left join campaign_figures f using (campaign_id)
where not k.is_imported and f.figures -> 'state' is distinct from v.state
order by k.campaign_id;

-- name: keep_figures!
-- What the plots of a campaign show.
insert into campaign_figures (campaign_id, figures) values (:campaign_id, :figures)
on conflict (campaign_id) do update set figures = excluded.figures, made_at = now();

-- name: count_campaign_items^
-- How many pictures of a campaign are scored, how many of them have votes enough, how many are shown no more otherwise.
select count(*)::int as items, count(*) filter (where retired_by in ('votes', 'precision'))::int as enough,
    count(*) filter (where retired_by not in ('votes', 'precision'))::int as gone
from campaign_items where campaign_id = :campaign_id and role in ('ordinary', 'hidden-reference');

-- name: list_retired
-- How many of them had votes enough, day by day.
select (retired_at at time zone 'UTC')::date as day, count(*)::int as items
from campaign_items
where campaign_id = :campaign_id and retired_by in ('votes', 'precision') and role in ('ordinary', 'hidden-reference')
group by 1 order by 1;

-- name: plot_items
-- The scored pictures of a campaign; `way` is what made them.
select coalesce(i.colorization_id, 0), coalesce(nullif(s.collection, ''), 'in no collection'),
    coalesce(m.method || ' ' || left(m.weights_sha256, 8) || ' ' || c.preset::text, 'true colours'), o.votes, o.mos, o.low, o.high
from campaign_items i
join item_scores o on o.item_id = i.item_id and o.simulated = :simulated
left join colorizations c on c.colorization_id = i.colorization_id
left join models m on m.model_id = c.model_id
left join scans s on s.scan_id = coalesce(c.scan_id, i.reference_scan_id)
where i.campaign_id = :campaign_id and i.role in ('ordinary', 'hidden-reference') and i.altered_key is null
order by i.item_id;

-- name: plot_measurements
-- What was measured of a campaign's pictures.
select v.metric, t.unit, v.colorization_id, v.value
from campaign_items i
join measurements v using (colorization_id)
join metrics t using (metric)
where i.campaign_id = :campaign_id and i.role = 'ordinary'
order by v.metric, i.item_id;

-- name: list_plots
-- A page of campaigns with what came in, newest first.
select k.campaign_id, k.name, k.method::text as method, k.opened_at, k.closed_at, k.paused_at, k.due_on, k.is_imported,
    k.imported_from, d.people, d.simulated, d.set_aside, d.last_at, f.figures -> 'items' as items
from (select * from campaigns order by campaign_id desc limit :shown offset :skipped) k
left join lateral (
    select sum(votes) filter (where not simulated)::bigint as people, sum(votes) filter (where simulated)::bigint as simulated,
        sum(set_aside)::bigint as set_aside, max(last_at) filter (where not simulated) as last_at
    from campaign_days d where d.campaign_id = k.campaign_id
) d on true
left join campaign_figures f using (campaign_id)
order by k.campaign_id desc;

-- name: count_plots$
-- How many campaigns there are, imported ones too.
select count(*) from campaigns;

-- name: plotted_campaign^
-- One campaign with its figures and what scoring says of it as a whole, of people's votes and of simulated ones.
select k.campaign_id, k.name, k.method::text as method, k.question, k.opened_at, k.closed_at, k.paused_at, k.due_on,
    k.is_imported, k.imported_from, f.figures, f.made_at,
    (select result from campaign_results r where r.campaign_id = k.campaign_id and not r.simulated) as people,
    (select result from campaign_results r where r.campaign_id = k.campaign_id and r.simulated) as simulated
from campaigns k left join campaign_figures f using (campaign_id)
where k.campaign_id = :campaign_id;

-- name: list_days
-- A campaign's votes per day and answer.
select day, simulated, answer, votes, set_aside from campaign_days
where campaign_id = :campaign_id and (votes <> 0 or set_aside <> 0) order by day, answer;

-- name: list_imported_scores
-- The scores of an imported campaign, highest first.
select stimulus, votes, mos, low, high, sos, recovered from imported_scores
where campaign_id = :campaign_id order by mos desc, stimulus limit :most;
