-- What stages set aside because it is damaged.

-- name: set_aside!
-- A stage could not take a scan, or a colorization of it; since when stays, the newest sentence counts.
insert into set_aside (stage, scan_id, colorization_id, sentence)
values (:stage, :scan_id, :colorization_id, :sentence)
on conflict (stage, scan_id, colorization_id) do update set sentence = excluded.sentence;

-- name: take_up!
-- The stage could take it after all.
delete from set_aside
where stage = :stage and scan_id = :scan_id and colorization_id is not distinct from :colorization_id;
