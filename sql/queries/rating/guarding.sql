-- Votes that are set aside, held or erased.

-- name: raters_since
-- Who has voted in a campaign since a moment; who took a vote back has voted anew, or has one vote less.
select distinct v.rater_id::text as rater_id
from ratings v join campaign_items i using (item_id)
where v.voted_at >= :since and i.campaign_id = :campaign_id and not v.simulated;

-- name: rater_conduct
-- Of each rater what the rules of screening look at: control pictures answered and failed, votes, the commonest answer,
-- seconds. Votes set aside by these very rules count in, so that a rule that changed its mind brings them back.
select rater_id::text,
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

-- name: list_holds
-- Holds, those that wait first, then the newest; with the votes that stand under them.
select h.*, (select count(*) from ratings r where r.screened_by = 'hold:' || h.name 
        and starts_with(r.screened_by, 'hold:')) as standing
from holds h order by (h.state = 'held') desc, h.since desc, h.name limit :shown offset :skipped;

-- name: count_holds^
-- How many holds there are, and how many wait.
select count(*) as total, count(*) filter (where state = 'held') as waiting from holds;
