-- name: define_metric!
-- A metric as heritage_color.metrics.definitions has it.
with made as (
    insert into metrics (metric, needs_reference, unit, definition)
    values (:metric, :needs_reference, :unit, :definition)
    on conflict do nothing
)
update metrics set unit = :unit, definition = :definition
where metric = :metric and (unit, definition) is distinct from (:unit, :definition);

-- name: unmeasured
-- Standing colorizations without measurements, or with none against the colour truth that their scan has by now.
select colorizations.colorization_id, colorizations.scan_id, colorizations.object_key, colorizations.sha256,
    cast(colorizations.settings ->> 'uncertainty' as float) as uncertainty,
    scans.object_key as master_key, scans.sha256 as master_sha256,
    reference.object_key as reference_key, reference.sha256 as reference_sha256
from colorizations
join scans using (scan_id)
left join colour_references as reference using (scan_id)
where colorizations.withdrawn_at is null
    and not exists (select from standing_vetoes v where v.scan_id = colorizations.scan_id)
    and not exists (
        select from measurements
        where measurements.colorization_id = colorizations.colorization_id
            and (reference.scan_id is null or measurements.needs_reference)
    )
order by colorizations.colorization_id;

-- name: record_measurement!
-- One figure; a metric that needs a truth names the scan whose truth it was measured against.
insert into measurements (colorization_id, scan_id, metric, needs_reference, reference_scan_id, value)
values (:colorization_id, :scan_id, :metric, :needs_reference, :reference_scan_id, :value)
on conflict do nothing;
