-- Control and training pictures are handed to everybody: a reservation of one changes nothing that others wait for.

create or replace function count_reservations() returns trigger language plpgsql as $$
declare
    item uuid := case when tg_op = 'INSERT' then new.item_id else old.item_id end;
    change integer := case when tg_op = 'INSERT' then 1 else -1 end;
begin
    update campaign_items set pending = pending + change
    where item_id = item and role in ('ordinary', 'hidden-reference');
    return null;
end $$;
comment on function count_reservations is
    'Whatever makes or ends a reservation, its picture''s count agrees; of control and training pictures nothing is counted.';
update campaign_items set pending = 0 where role not in ('ordinary', 'hidden-reference') and pending > 0;
comment on column campaign_items.pending is 'Reservations that stand, of pictures that are scored; 0 for others, which never run out.';
