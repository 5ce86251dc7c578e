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
select r.item_id, k.name as campaign, k.question, r.score, r.choice, r.seconds, r.voted_at,
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
