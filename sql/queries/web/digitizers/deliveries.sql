-- What the pages of deliveries read. Pages write nothing themselves: they call the steps of other rooms.

-- name: list_deliveries
-- A page of deliveries, newest first, with how many files came to which end; not those that others uploaded than the
-- account that they are `seen_by`, where one is given.
select d.delivery_id, d.name, d.source, d.state, d.received_at, d.ingested_at,
    (select uploader from uploads u where u.source = d.source) as uploader,
    count(f.path) as files,
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
