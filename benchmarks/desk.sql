-- A catalog as large as a big museum's, for `python -m benchmarks.desk`: rows only, no pictures. {pictures} colorizations of
-- half as many scans, {raters} raters, 20 votes on each.
set session_replication_role = replica;  -- no trigger, no foreign key: the rows are right, and the queue is filled at the end
select setseed(0.5);

insert into deliveries (name, source, fingerprint) values ('benchmark', 'benchmark/', repeat('0', 64));
insert into models (method, weights_sha256, card)
values ('fusion-lite', repeat('a', 64), '{{}}'), ('cic', repeat('b', 64), '{{}}');
insert into metrics values ('uncertainty', false, '1', 'a benchmark''s') on conflict do nothing;

insert into scans (sha256, identifier, title, collection, supplier_filename, media_type, width, height, bits, channels,
    bytes, object_key, first_delivery_id)
select encode(sha256(n::text::bytea), 'hex'), 'photo-' || n, 'View ' || n, 'Collection ' || n % 40, n || '.tif',
    'image/tiff', 3000, 2000, 8, 1, 6000000, 'masters/' || n, 1
from generate_series(1, {pictures} / 2) n;

insert into colorizations (scan_id, model_id, preset, object_key, preview_key, original_preview_key, sha256, media_type,
    bytes, settings, withdrawn_at)
select (n + 1) / 2, 1 + (n % 5 = 0)::int, (array['balanced', 'vivid'])[1 + n % 2]::preset, 'colorizations/' || n,
    'previews/' || n, 'previews/o' || n, encode(sha256(n::text::bytea), 'hex'), 'image/tiff', 9000000, '{{}}',
    case when n % 200 = 0 then now() end
from generate_series(1, {pictures}) n;

insert into campaigns (name, question, votes_wanted) select 'Campaign ' || n, 'How natural?', 20 from generate_series(1, 4) n;
insert into campaign_items (campaign_id, colorization_id, scan_id, human_votes, total, squares)
select 1 + colorization_id % 4, colorization_id, scan_id, 20, 60, 200 from colorizations;
insert into raters (rater_id) select md5('rater ' || n)::uuid from generate_series(1, {raters}) n;
insert into ratings (vote_key, item_id, rater_id, simulated, score)
select gen_random_uuid(), i.item_id, md5('rater ' || 1 + (i.colorization_id * 7 + v * 13) % {raters})::uuid, false,
    least(5, greatest(1, round(1 + 4 * (i.colorization_id % 97) / 97.0 + 2 * (random() - 0.5))))
from campaign_items i cross join generate_series(1, 20) v;
analyze;
insert into opinion_scores (colorization_id, simulated, votes, mos, low, high, recovered)
select i.colorization_id, false, count(*), avg(score), greatest(1, avg(score) - stddev(score) / 2.2),
    least(5, avg(score) + stddev(score) / 2.2), avg(score)
from campaign_items i join ratings r using (item_id) where i.colorization_id % 10 > 0 group by i.colorization_id;
insert into measurements (colorization_id, scan_id, metric, needs_reference, value)
select colorization_id, scan_id, 'uncertainty', false, random() from colorizations;
insert into skips (item_id, rater_id, reason)
select item_id, md5('rater ' || 1 + colorization_id % {raters})::uuid, 'Shows grief.'
from campaign_items where colorization_id % 50 = 7;
insert into tag_proposals (scan_id, model_sha256, tag, votes)
select scan_id, repeat('c', 64), 'tag ' || scan_id % 25, 60 from scans where scan_id % 2 = 0;
insert into tag_decisions (scan_id, model_sha256, tag, state, curator)
select scan_id, model_sha256, tag, 'accepted', 'Benchmark' from tag_proposals;
insert into decisions (colorization_id, verdict, reason, curator)
select colorization_id,
    case when colorization_id % 10 < 2 then 'approved' when colorization_id % 10 = 2 then 'approved once'
        when colorization_id % 10 = 3 then 'rejected' else 'sent back' end::verdict, 'plausible', 'Benchmark'
from colorizations where colorization_id % 10 < 4 or colorization_id % 100 = 4;
insert into publications (colorization_id, manifest_key, colour_key, original_key, label)
select colorization_id, 'manifests/' || colorization_id, 'c', 'o', 'l' from colorizations where colorization_id % 10 = 1;

set session_replication_role = origin;
select refresh_review(array(select colorization_id from colorizations));
analyze;
