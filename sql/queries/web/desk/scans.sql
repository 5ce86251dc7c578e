-- What the pages of scans read. Pages write nothing themselves: they call the steps of other rooms.

-- name: list_scans
-- A page of scans, newest first, whose title or identifier contains the search, with an accepted tag where one is asked.
select s.scan_id, s.identifier, s.title, s.date_created, s.place, s.do_not_colorize,
    count(c.colorization_id) filter (where c.withdrawn_at is null) as colorizations,
    s.preview_key is not null as has_preview,
    count(d.decision_id) filter (where d.verdict = 'approved' and c.withdrawn_at is null) as approved
from (
    select * from scans
    where (:search = '' or position(lower(:search) in lower(title)) > 0
            or position(lower(:search) in lower(identifier)) > 0)
        and (:tag = '' or scan_id in (
            select scan_id from current_tag_decisions where tag = :tag and state = 'accepted'
        ))
    order by scan_id desc limit :shown offset :skipped
) s
left join colorizations c using (scan_id)
left join current_decisions d using (colorization_id)
group by s.scan_id, s.identifier, s.title, s.date_created, s.place, s.do_not_colorize, s.preview_key
order by s.scan_id desc;

-- name: count_scans$
-- How many scans the search finds.
select count(*) from scans
where (:search = '' or position(lower(:search) in lower(title)) > 0
        or position(lower(:search) in lower(identifier)) > 0)
    and (:tag = '' or scan_id in (
        select scan_id from current_tag_decisions where tag = :tag and state = 'accepted'
    ));

-- name: list_accepted_tags
-- Every tag that curators accepted for a scan, with the number of its scans.
select tag, count(*) as scans from current_tag_decisions where state = 'accepted' group by tag order by tag;

-- name: list_scan_tags
-- The tags of a scan: accepted ones, then what a model proposes, most votes first, then what was refused.
select tag, votes, model_sha256, state, proposed_at, curator, decided_at
from scan_tags where scan_id = :scan_id
order by array_position('{accepted, proposed, refused}', state::text), votes desc, tag;

-- name: count_damaged$
-- How many stored objects were other than their checksum when they were last read.
select count(*) from stored_objects where not fixity_intact;

-- name: get_scan^
-- One scan with all that is known of it.
select s.scan_id, s.identifier, s.title, s.creator, s.date_created, s.place, s.collection, s.rights, s.description,
    s.content_warning, s.further_columns, s.supplier_filename, s.sha256, s.bytes, s.media_type, s.width, s.height,
    s.channels, s.bits, s.preview_key, s.embedded_metadata, s.sidecar_metadata, s.fixity_intact, s.fixity_checked_at,
    s.do_not_colorize, s.do_not_colorize_reason, s.withdrawn_at, s.withdrawn_by, s.withdrawn_reason,
    exists (select from colour_references r where r.scan_id = s.scan_id) as has_truth
from scans s where s.scan_id = :scan_id;

-- name: list_scan_colorizations
-- The colorizations of a scan with their model, the score of people's votes (else of simulated ones) and their state.
select c.colorization_id, c.preset, c.colorized_at, c.withdrawn_at, c.settings, m.method, m.weights_sha256,
    o.mos, o.low, o.high, o.votes, o.simulated, d.verdict, d.curator, d.decided_at,
    p.published_at, p.withdrawn_at as unpublished_at
from colorizations c
join models m using (model_id)
left join current_decisions d using (colorization_id)
left join publications p using (colorization_id)
left join lateral (
    select * from opinion_scores where colorization_id = c.colorization_id order by simulated limit 1
) o on true
where c.scan_id = :scan_id
order by c.withdrawn_at is not null, c.colorization_id desc;

-- name: list_scan_jobs
-- What became of a scan in the queue, where it did not become a colorization.
select method, preset, state, sentence from colorization_jobs join models using (model_id)
where scan_id = :scan_id and state <> 'done' order by model_id, preset;

-- name: list_scan_events
-- The history of a scan and of its colorizations, oldest first.
select event_type, occurred_at, agent, outcome, detail, colorization_id
from events
where scan_id = :scan_id
    or colorization_id in (select colorization_id from colorizations where scan_id = :scan_id)
order by event_id limit 500;

-- name: list_scan_deliveries
-- The deliveries that a scan came in, or only its colour truth; of the same choice.
select distinct on (d.delivery_id) d.delivery_id, d.name, f.path, f.role, f.outcome, d.received_at
from delivered_files f join deliveries d using (delivery_id)
where f.scan_id = :scan_id
    and (
        :seen_by::bigint is null
        or not exists (select from owned_deliveries o where o.delivery_id = d.delivery_id and account_id <> :seen_by)
    )
order by d.delivery_id, f.role, f.path;
