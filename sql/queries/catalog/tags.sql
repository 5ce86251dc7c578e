-- Tags that the tagging model proposes for scans.

-- name: count_untagged$
-- How many scans wait for this model's proposals.
select count(*) from scans
where preview_key is not null and not do_not_colorize
    and not exists (select from standing_vetoes v where v.scan_id = scans.scan_id)
    and not exists (
        select from tag_proposals p where p.scan_id = scans.scan_id and p.model_sha256 = :model_sha256
    );

-- name: claim_untagged
-- A few scans that this model has proposed nothing for yet, held until the transaction ends; other runs skip them.
select scan_id, preview_key from scans
where preview_key is not null and not do_not_colorize and scan_id > :after
    and not exists (select from standing_vetoes v where v.scan_id = scans.scan_id)
    and not exists (
        select from tag_proposals p where p.scan_id = scans.scan_id and p.model_sha256 = :model_sha256
    )
order by scan_id limit :most
for no key update skip locked;

-- name: add_tag_proposals*!
-- What a model proposes for a scan.
insert into tag_proposals (scan_id, model_sha256, tag, votes) values (:scan_id, :model_sha256, :tag, :votes)
on conflict do nothing;
