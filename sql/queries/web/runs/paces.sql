-- How long earlier work took, from when its results came: the newest of each kind.

-- name: coloured_lately
-- The newest colorizations of a method, or of all: when each came, its megapixels, and its bytes.
select k.colorized_at as moment, s.width::float8 * s.height / 1e6 as megapixels, k.bytes
from (select * from colorizations order by colorized_at desc limit :looked_at) k
join scans s using (scan_id) join models m using (model_id)
where :method::text is null or m.method = :method
order by k.colorized_at desc limit :most;

-- name: measured_lately
-- The same of what was measured last.
select m.measured_at as moment, s.width::float8 * s.height / 1e6 as megapixels, 0::bigint as bytes
from (select * from colorizations order by colorized_at desc limit :looked_at) k
join measurements m on m.colorization_id = k.colorization_id and m.metric = 'colourfulness'
join scans s on s.scan_id = k.scan_id
order by m.measured_at desc limit :most;

-- name: taken_in_lately
-- The same of what was taken in last.
select ingested_at as moment, width::float8 * height / 1e6 as megapixels, bytes
from scans order by ingested_at desc limit :most;

-- name: published_lately
-- The same of what was published last.
select p.published_at as moment, s.width::float8 * s.height / 1e6 as megapixels, k.bytes
from (select * from publications order by published_at desc limit :most) p
join colorizations k using (colorization_id) join scans s using (scan_id)
order by p.published_at desc;
