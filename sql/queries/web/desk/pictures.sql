-- Which objects are previews. Pages write nothing themselves: they call the steps of other rooms.

-- name: get_preview_keys^
-- Previews of a colorization, of its original and of its uncertainty, for staff.
select preview_key, original_preview_key, uncertainty_key, withdrawn_at from colorizations where colorization_id = :colorization_id;

-- name: get_scan_preview_key$
-- The preview made at ingest.
select preview_key from scans where scan_id = :scan_id;
