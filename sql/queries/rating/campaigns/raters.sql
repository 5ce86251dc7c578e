-- Raters: pseudonyms, met and locked.

-- name: meet_rater!
-- A pseudonym seen for the first time; two votes of one moment may meet on either of the table's unique indexes.
insert into raters (rater_id, simulated) values (:rater_id, :simulated) on conflict do nothing;

-- name: meet_raters!
-- Simulated raters, those that are new.
insert into raters (rater_id, simulated) select unnest(:rater_ids::uuid[]), true on conflict do nothing;

-- name: lock_rater$
-- One request of a rater at a time, so that two tabs are not handed twice as much; whether the rater is simulated.
select simulated from raters where rater_id = :rater_id for no key update;

-- name: rater_simulated$
-- Whether a rater is a simulated one.
select simulated from raters where rater_id = :rater_id;

-- name: lock_rater_to_erase$
-- Whether there is such a rater; nobody writes a vote of theirs until the transaction ends.
select true from raters where rater_id = :rater_id for update;
