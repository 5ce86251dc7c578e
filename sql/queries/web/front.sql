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
