-- The rework loop: what deliveries owe, what replaces it, and what was waived.

-- name: find_debts
-- Debts of other deliveries that a file may be meant for, the oldest first, held until the transaction ends. By what
-- manifest.csv says it replaces (a path, an identifier, or a delivery's name and a path), else by its identifier, else
-- by its path where the identifiers do not contradict. What different people uploaded does not answer for each other.
select d.delivery_id, d.path,
    case when :replaces <> '' then 'replaces' when d.identifier = :identifier and :identifier <> '' then 'identifier'
        else 'file name' end as rule
from debts d
join deliveries n using (delivery_id)
left join uploads t on t.source = n.source
where d.delivery_id <> :delivery_id and d.waived_at is null
    and (t.account_id is null or t.account_id = coalesce(
        (select u.account_id from uploads u join deliveries m using (source) where m.delivery_id = :delivery_id),
        t.account_id
    ))
    and case when :replaces <> '' then
            d.path = :replaces or d.identifier = :replaces or n.name || '/' || d.path = :replaces
        else (d.identifier = :identifier and :identifier <> '')
            or (d.path = :path and (d.identifier = '' or :identifier = '')) end
    and not exists (
        select from delivered_files f
        where f.answers_delivery_id = d.delivery_id and f.answers_path = d.path and f.outcome <> 'refused'
    )
order by rule, d.delivery_id, d.path
for update of d;

-- name: add_debt!
-- A file that was refused, or did not come.
insert into debts (delivery_id, path, identifier, missing) values (:delivery_id, :path, :identifier, :missing)
on conflict do nothing;

-- name: answer_debt!
-- A delivered file came for a debt.
update delivered_files set answers_delivery_id = :answers_delivery_id, answers_path = :answers_path,
    answered_by = cast(:rule as link_rule)
where delivery_id = :delivery_id and path = :path;

-- name: list_debts
-- Debts with the reasons of the refusal: of one delivery (also those for which something came with it), or of all; of
-- one state, or of all; not of deliveries that others uploaded than the account that they are `seen_by`, where one is
-- given. The oldest delivery first.
select d.delivery_id, n.name as delivery, n.received_at, d.path, d.identifier, d.missing, d.state::text as state,
    d.waived_by, d.waived_at, d.waived_reason, d.replaced_in, d.replaced_by, d.answered_by::text as answered_by,
    d.scan_id, d.tried_in, d.tried_as, r.name as replaced_in_name, t.name as tried_in_name,
    array(select distinct code from findings f
        where f.delivery_id = d.delivery_id and f.file = d.path and f.severity = 'error' order by code) as codes
from debt_states d
join deliveries n on n.delivery_id = d.delivery_id
left join deliveries r on r.delivery_id = d.replaced_in
left join deliveries t on t.delivery_id = d.tried_in
where (:delivery_id::bigint is null or :delivery_id in (d.delivery_id, d.replaced_in, d.tried_in))
    and (:state = 'all' or d.state::text = :state)
    and (
        :seen_by::bigint is null
        or not exists (select from owned_deliveries o where o.delivery_id = d.delivery_id and account_id <> :seen_by)
    )
order by d.delivery_id, d.path limit :shown offset :skipped;

-- name: count_debts$
-- How many debts are in a state, of one delivery or of all.
select count(*) from debt_states d
where (:delivery_id::bigint is null or delivery_id = :delivery_id) and state::text = :state
    and (
        :seen_by::bigint is null
        or not exists (select from owned_deliveries o where o.delivery_id = d.delivery_id and account_id <> :seen_by)
    );

-- name: lock_debt^
-- A debt before a person changes it; other changes wait.
select delivery_id from debts where delivery_id = :delivery_id and path = :path for update;

-- name: debt_state^
-- A debt as it stands.
select state::text as state, replaced_in, replaced_by, changes from debt_states
where delivery_id = :delivery_id and path = :path;

-- name: waive_debt!
-- It is owed no longer.
update debts set waived_at = now(), waived_by = :by, waived_reason = :reason, changes = changes + 1
where delivery_id = :delivery_id and path = :path;

-- name: claim_debt!
-- What was waived is owed again.
update debts set waived_at = null, waived_by = '', waived_reason = '', changes = changes + 1
where delivery_id = :delivery_id and path = :path;

-- name: part_debt!
-- What came is no replacement after all.
with parted as (
    update debts set changes = changes + 1 where delivery_id = :delivery_id and path = :path
)
update delivered_files set answers_delivery_id = null, answers_path = null, answered_by = null
where answers_delivery_id = :delivery_id and answers_path = :path and outcome <> 'refused';
