-- The desk: what the form of filters offers is found through an index; what was sent back is shown to raters no more.

create index review_queue_collection on review_queue (collection, state);
comment on index review_queue_collection is 'The list of collections, and the queue of one.';

create or replace function retire_decided() returns trigger language plpgsql as $$
begin
    update campaign_items i set retired_by = case when new.verdict in ('rejected', 'sent back') then 'rejected' end
    from (
        select item_id from campaign_items
        where (colorization_id = new.colorization_id or other_colorization_id = new.colorization_id)
            and role = 'ordinary' and retired_by is distinct from 'withdrawn'
            and (new.verdict in ('rejected', 'sent back') or retired_by = 'rejected')
        order by item_id for no key update
    ) own
    where i.item_id = own.item_id;
    return null;
end $$;
comment on function retire_decided is
    'What a curator rejects or sends back is shown to raters no more; approved or undone after all, it comes back.';
