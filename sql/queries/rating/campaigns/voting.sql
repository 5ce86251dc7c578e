-- Votes as they come in: written once, taken back, looked at by their rater.

-- name: item_for_vote^
-- What a vote is about: whether its campaign is open and its picture stands.
select k.campaign_id, k.method, k.closed_at, i.retired_by
from campaign_items i join campaigns k using (campaign_id)
where i.item_id = :item_id;

-- name: add_vote!
-- A vote, unless its key or its rater and picture are there already.
insert into ratings (vote_key, item_id, rater_id, simulated, score, choice, seconds, swapped)
values (:vote_key, :item_id, :rater_id, :simulated, :score, :choice, :seconds, :swapped)
on conflict do nothing;

-- name: vote_of_key^
-- The vote under a key.
select item_id, rater_id, score, choice, undone_at from ratings where vote_key = :vote_key;

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

-- name: count_own_votes$
-- How many standing votes a rater has.
select count(*) from ratings where rater_id = :rater_id and undone_at is null;

-- name: list_own_votes
-- A page of a rater's standing votes, newest first; all of them without a limit. What the others said stands beside an
-- answer only where enough others answered, and the picture is in no open campaign, where it would lead who answers next.
select r.item_id, k.name as campaign, k.question, k.method::text as method, r.score, r.choice, r.seconds, r.voted_at,
    coalesce(s.title, '') as title, c.colorization_id is not null and c.withdrawn_at is null
        and not exists (select from standing_vetoes v where v.scan_id = c.scan_id) as has_picture,
    case when told.tell then told.votes end as others,
    case when told.tell then (i.total - coalesce(counted_score(r), 0))::float8 / told.votes end as others_mean
from ratings r
join campaign_items i using (item_id)
join campaigns k using (campaign_id)
left join colorizations c using (colorization_id)
left join scans s on s.scan_id = c.scan_id
cross join lateral (select (counted_score(r) is not null)::int as counts) own
cross join lateral (
    select own.counts, i.human_votes - own.counts as votes,
        i.role in ('ordinary', 'hidden-reference') and i.human_votes - own.counts >= :fewest and not exists (
            select from campaign_items other join campaigns o using (campaign_id)
            where o.closed_at is null and (other.colorization_id in (i.colorization_id, i.other_colorization_id)
                or other.other_colorization_id in (i.colorization_id, i.other_colorization_id)
                or other.reference_scan_id = i.reference_scan_id)
        ) as tell
) told
where r.rater_id = :rater_id and r.undone_at is null
order by r.voted_at desc, r.item_id limit :shown offset :skipped;

-- name: own_picture^
-- The preview of a picture that a rater has voted on, while it stands.
select c.preview_key from ratings r
join campaign_items i using (item_id)
join colorizations c using (colorization_id)
where r.rater_id = :rater_id and r.item_id = :item_id and r.undone_at is null and c.withdrawn_at is null
    and not exists (select from standing_vetoes v where v.scan_id = c.scan_id);
