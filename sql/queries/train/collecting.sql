-- name: colour_references
-- The catalog's own colour photographs, with what tells which belong together, when they were taken, whose they are, and
-- whether one is closed.
select scan_id, identifier, collection, date_created, rights, further_columns,
    do_not_colorize or scan_id in (select scan_id from standing_vetoes) as do_not_colorize, colour_references.sha256,
    colour_references.object_key
from colour_references join scans using (scan_id)
order by scan_id;
