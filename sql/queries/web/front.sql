-- What the start page and lasting addresses read. Pages write nothing themselves: they call the steps of other rooms.

-- name: find_identifier^
-- What became of an identifier: where it stands published, or its tombstone.
select s.withdrawn_at, s.withdrawn_reason, (
        select manifest_key from publications p join colorizations c using (colorization_id)
        where c.scan_id = s.scan_id and p.withdrawn_at is null order by p.published_at limit 1
    ) as manifest_key
from scans s where s.identifier = :identifier;

-- name: has_publications$
-- Whether there is something to see in the gallery.
select exists (select from publications where withdrawn_at is null);

-- name: newest_published^
-- The newest colorization that stands published and approved, and needs no warning.
select c.colorization_id, s.identifier, s.title, s.date_created, s.place, p.label
from publications p
join colorizations c using (colorization_id)
join scans s using (scan_id)
join current_decisions d on d.colorization_id = c.colorization_id and d.verdict = 'approved'
where p.withdrawn_at is null and c.withdrawn_at is null and s.withdrawn_at is null and not s.do_not_colorize
    and s.content_warning = '' and not exists (select from standing_vetoes v where v.scan_id = s.scan_id)
order by p.colorization_id desc limit 1;

-- name: published_previews^
-- Previews of a colorization and its original, while it stands published and approved.
select c.preview_key, c.original_preview_key
from publications p
join colorizations c using (colorization_id)
join scans s using (scan_id)
join current_decisions d on d.colorization_id = c.colorization_id and d.verdict = 'approved'
where p.colorization_id = :colorization_id and p.withdrawn_at is null and c.withdrawn_at is null
    and s.withdrawn_at is null and not s.do_not_colorize
    and not exists (select from standing_vetoes v where v.scan_id = s.scan_id);
