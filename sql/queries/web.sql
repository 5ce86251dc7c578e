-- What the pages read. Pages write nothing themselves: they call the steps of rating and curation.

-- name: get_preview_keys^
-- Previews of a colorization, of its original and of its uncertainty, for staff.
select preview_key, original_preview_key, uncertainty_key, withdrawn_at from colorizations where colorization_id = :colorization_id;

-- name: get_scan_preview_key$
-- The preview made at ingest.
select preview_key from scans where scan_id = :scan_id;

-- name: get_colorization^
-- A colorization with its scan, its model, the decision that holds and where it is published.
select c.colorization_id, c.scan_id, c.preset, c.colorized_at, c.withdrawn_at, c.bytes, c.sha256, c.settings,
    c.uncertainty_key is not null as has_uncertainty,
    s.identifier, s.title, s.creator, s.date_created, s.place, s.collection, s.rights, s.content_warning,
    s.width, s.height, s.bits, s.do_not_colorize, s.do_not_colorize_reason,
    m.method, m.weights_sha256,
    d.decision_id, d.verdict, d.reason, d.note, d.curator, d.decided_at,
    p.published_at, p.withdrawn_at as unpublished_at,
    exists (select from colour_references r where r.scan_id = c.scan_id) as has_truth
from colorizations c
join scans s using (scan_id)
join models m using (model_id)
left join current_decisions d using (colorization_id)
left join publications p using (colorization_id)
where c.colorization_id = :colorization_id;

-- name: list_scores
-- Opinion scores of a colorization: of people's votes, and of simulated ones.
select simulated, votes, mos, low, high, recovered, scored_at
from opinion_scores where colorization_id = :colorization_id order by simulated;

-- name: list_vote_counts
-- The histogram of votes over all campaigns, per score and kind of rater; screened votes are counted apart.
select r.simulated, r.score, count(*) filter (where r.screened_by is null) as used,
    count(*) filter (where r.screened_by is not null) as screened
from ratings r
join campaign_items i using (item_id)
where i.colorization_id = :colorization_id and i.role = 'ordinary' and r.undone_at is null and r.score is not null
group by r.simulated, r.score
order by r.simulated, r.score;

-- name: list_measurements
-- Figures of a colorization with what each means.
select metric, value, unit, definition, v.needs_reference
from measurements v join metrics using (metric)
where colorization_id = :colorization_id order by v.needs_reference desc, metric;

-- name: list_decisions
-- All decisions on a colorization, newest first.
select decision_id, verdict, reason, note, curator, decided_at
from decisions where colorization_id = :colorization_id order by decision_id desc;

-- name: list_deliveries
-- A page of deliveries, newest first, with how many files came to which end; not those that others uploaded than the
-- account that they are `seen_by`, where one is given.
select d.delivery_id, d.name, d.source, d.state, d.received_at, d.ingested_at,
    count(f.path) filter (where f.outcome = 'accepted') as accepted,
    count(f.path) filter (where f.outcome = 'duplicate') as duplicates,
    count(f.path) filter (where f.outcome = 'refused') as refused,
    coalesce(sum(f.bytes), 0) as bytes
from (
    select * from deliveries
    where :seen_by::bigint is null
        or not exists (
            select from owned_deliveries o where o.delivery_id = deliveries.delivery_id and account_id <> :seen_by
        )
    order by delivery_id desc limit :shown offset :skipped
) d
left join delivered_files f using (delivery_id)
group by d.delivery_id, d.name, d.source, d.state, d.received_at, d.ingested_at
order by d.delivery_id desc;

-- name: count_deliveries$
-- How many deliveries there are, of the same choice.
select count(*) from deliveries
where :seen_by::bigint is null
    or not exists (
        select from owned_deliveries o where o.delivery_id = deliveries.delivery_id and account_id <> :seen_by
    );

-- name: get_delivery^
-- One delivery with its counts, of the same choice.
select d.delivery_id, d.name, d.source, d.state, d.received_at, d.ingested_at,
    (select uploader from uploads u where u.source = d.source) as uploader,
    count(f.path) as files,
    count(f.path) filter (where f.outcome = 'accepted') as accepted,
    count(f.path) filter (where f.outcome = 'duplicate') as duplicates,
    count(f.path) filter (where f.outcome = 'refused') as refused,
    coalesce(sum(f.bytes), 0) as bytes
from deliveries d left join delivered_files f using (delivery_id)
where d.delivery_id = :delivery_id
    and (
        :seen_by::bigint is null
        or not exists (select from owned_deliveries o where o.delivery_id = d.delivery_id and account_id <> :seen_by)
    )
group by d.delivery_id;

-- name: list_findings
-- What pre-flight said of a delivery, errors first: the first findings of each reason, and how many there are of it.
select file, row_number, code, severity, sentence, of_code
from (
    select *, count(*) over reason as of_code,
        row_number() over (reason order by file, row_number nulls first, finding_id) as place
    from findings where delivery_id = :delivery_id
    window reason as (partition by severity, code)
) found
where place <= :shown
order by severity, code, place;

-- name: list_refused_files
-- The first refused files of a delivery with their reasons.
select f.path, f.thumbnail_key,
    coalesce(array_agg(n.sentence order by n.finding_id) filter (where n.severity = 'error'), '{}') as reasons
from delivered_files f left join findings n on n.delivery_id = f.delivery_id and n.file = f.path
where f.delivery_id = :delivery_id and f.outcome = 'refused'
group by f.path, f.thumbnail_key
order by f.path limit :shown;

-- name: get_thumbnail_key$
-- The small picture of a refused file.
select thumbnail_key from delivered_files where delivery_id = :delivery_id and path = :path;

-- name: list_delivered_files
-- A page of the files of a delivery, what was refused first.
select f.path, f.role, f.outcome, f.bytes, f.scan_id, s.identifier, s.title
from delivered_files f left join scans s using (scan_id)
where f.delivery_id = :delivery_id
order by f.outcome desc, f.path limit :shown offset :skipped;

-- name: list_delivery_report
-- A line per file and finding of a delivery, and per file that it owes, for the table that people download. `owed` says
-- of a refused or missing file whether it still is, else by which delivery and file it was replaced, or why not.
select coalesce(f.path, n.file) as file, n.row_number as row, f.role, coalesce(f.outcome::text, '') as outcome,
    s.identifier, n.severity, n.code, n.sentence,
    case d.state when 'replaced' then 'replaced by ' || d.replaced_by || ' of delivery ' || d.replaced_in
        when 'waived' then 'waived by ' || d.waived_by || ': ' || d.waived_reason else d.state::text end as owed
from (select * from delivered_files where delivery_id = :delivery_id) f
full join (select * from findings where delivery_id = :delivery_id) n on n.file = f.path
left join scans s using (scan_id)
left join debt_states d on d.delivery_id = :delivery_id and d.path = coalesce(f.path, n.file)
order by f.outcome desc nulls first, 1, n.row_number nulls first, n.finding_id;

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

-- name: find_identifier^
-- What became of an identifier: where it stands published, or its tombstone.
select s.withdrawn_at, s.withdrawn_reason, (
        select manifest_key from publications p join colorizations c using (colorization_id)
        where c.scan_id = s.scan_id and p.withdrawn_at is null order by p.published_at limit 1
    ) as manifest_key
from scans s where s.identifier = :identifier;

-- name: get_scan^
-- One scan with all that is known of it.
select s.*, exists (select from colour_references r where r.scan_id = s.scan_id) as has_truth
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

-- name: has_publications$
-- Whether there is something to see in the gallery.
select exists (select from publications where withdrawn_at is null);

-- name: list_review
-- The queue of a state in an order of choice, each row with its neighbours; one row only where an id is given.
-- Orders: uncertain (widest interval), low (lowest score), disagreement (spread of people's votes). People's scores
-- stand before simulated ones, and these before none.
select * from (
    select found.*, row_number() over queue as position, count(*) over () as total,
        lag(colorization_id) over queue as previous, lead(colorization_id) over queue as next
    from (
        select c.colorization_id, c.scan_id, s.identifier, s.title, c.preset, m.method, c.withdrawn_at,
            o.simulated, o.votes, o.mos, o.low, o.high, d.verdict, d.curator, p.published_at,
            p.withdrawn_at as unpublished_at,
            case when c.withdrawn_at is not null then 'withdrawn'
                when p.published_at is not null and p.withdrawn_at is null then 'published'
                else coalesce(d.verdict::text, 'undecided') end as state,
            case :sort
                when 'low' then -o.mos
                when 'disagreement' then (
                    select stddev_samp(r.score) from ratings r join campaign_items i using (item_id)
                    where i.colorization_id = c.colorization_id and r.simulated = o.simulated and r.screened_by is null
                        and r.undone_at is null
                )
                else o.high - o.low
            end as rank
        from colorizations c
        join scans s using (scan_id)
        join models m using (model_id)
        left join current_decisions d using (colorization_id)
        left join publications p using (colorization_id)
        left join lateral (
            select * from opinion_scores where colorization_id = c.colorization_id order by simulated limit 1
        ) o on true
    ) found
    where state = :state or :state = 'all'
    window queue as (order by simulated nulls last, rank desc nulls last, colorization_id)
) queued
where :colorization_id::bigint is null or colorization_id = :colorization_id
order by position limit :shown offset :skipped;

-- name: count_likenesses
-- How many pairs that look alike are in each state.
select state::text as state, count(*) as pairs from likenesses group by state;

-- name: list_likenesses
-- A page of pairs of a state, the nearest first, each with both scans; one pair only where its number is given.
select l.likeness_id, l.distance, l.state, l.kept_scan_id, l.curator, l.decided_at, l.decisions,
    to_jsonb(one) as one, to_jsonb(other) as other
from (
    select * from likenesses
    where (:likeness_id::bigint is null or likeness_id = :likeness_id) and (:state = 'all' or state::text = :state)
    order by distance, likeness_id limit :shown offset :skipped
) l
join lateral (
    select scan_id, identifier, title, width, height, bits, bytes, media_type, supplier_filename, content_warning,
        do_not_colorize, do_not_colorize_reason, withdrawn_at, preview_key is not null as has_preview,
        (select count(*) from colorizations c where c.scan_id = scans.scan_id and c.withdrawn_at is null) as colorizations
    from scans where scans.scan_id = l.scan_id
) one on true
join lateral (
    select scan_id, identifier, title, width, height, bits, bytes, media_type, supplier_filename, content_warning,
        do_not_colorize, do_not_colorize_reason, withdrawn_at, preview_key is not null as has_preview,
        (select count(*) from colorizations c where c.scan_id = scans.scan_id and c.withdrawn_at is null) as colorizations
    from scans where scans.scan_id = l.other_scan_id
) other on true
order by l.distance, l.likeness_id;

-- name: list_scan_likenesses
-- The pairs of a scan, each with the other scan of it.
select l.likeness_id, l.distance, l.state, l.kept_scan_id, l.linked_scan_id, l.curator, l.decided_at,
    s.scan_id, s.identifier, s.title, s.do_not_colorize
from likenesses l
join scans s on s.scan_id = case when l.scan_id = :scan_id then l.other_scan_id else l.scan_id end
where l.scan_id = :scan_id or l.other_scan_id = :scan_id
order by l.distance, l.likeness_id limit 100;
