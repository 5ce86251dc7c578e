-- name: note_look$
-- One look at an entry of a watched place; whether it is whole and waits to be taken in. What changed begins anew.
-- An entry that could not be taken in, or whose run was killed, is tried again after an hour.
insert into inbox_entries (source, signature) values (:source, :signature)
on conflict (source) do update set
    signature = excluded.signature,
    seen_at = case when inbox_entries.signature = excluded.signature then inbox_entries.seen_at else now() end,
    tried_at = case when inbox_entries.signature = excluded.signature then inbox_entries.tried_at end,
    delivery_id = case when inbox_entries.signature = excluded.signature then inbox_entries.delivery_id end,
    refusal = case when inbox_entries.signature = excluded.signature then inbox_entries.refusal else '' end
returning delivery_id is null
    and coalesce(tried_at < now() - interval '1 hour', true)
    and (:marked or seen_at <= now() - make_interval(secs => :quiet_seconds));

-- name: try_entry$
-- An entry is about to be taken in, as it is now.
update inbox_entries set tried_at = now(), refusal = '' where source = :source returning signature;

-- name: entry_taken_in!
-- An entry is in the archive; where it changed meanwhile, it is looked at again.
update inbox_entries set delivery_id = :delivery_id where source = :source and signature = :signature;

-- name: entry_refused!
-- An entry cannot be taken in as it is.
update inbox_entries set refusal = :refusal where source = :source;

-- name: forget_gone_entries!
-- What was taken away before it was taken in is not on its way any more.
delete from inbox_entries where delivery_id is null and source <> all (:sources);
