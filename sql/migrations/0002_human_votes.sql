-- The next picture for a rater is found through an index, also among hundreds of thousands.

alter table campaign_items add column human_votes integer not null default 0;
comment on column campaign_items.human_votes is
    'Votes of people that screening has not set aside; kept by the trigger count_human_votes, never written otherwise.';

update campaign_items i set human_votes = v.votes
from (select item_id, count(*) as votes from ratings where not simulated and screened_by is null group by item_id) v
where v.item_id = i.item_id;

create index campaign_items_next on campaign_items (campaign_id, human_votes, item_id);
comment on index campaign_items_next is 'next_item takes the least-voted picture.';
create index ratings_rater on ratings (rater_id);
comment on index ratings_rater is 'next_item counts the votes of a rater, who may also ask for all of them to be deleted.';

create function count_human_votes() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and not old.simulated and old.screened_by is null then
        update campaign_items set human_votes = human_votes - 1 where item_id = old.item_id;
    end if;
    if tg_op <> 'DELETE' and not new.simulated and new.screened_by is null then
        update campaign_items set human_votes = human_votes + 1 where item_id = new.item_id;
    end if;
    return null;
end $$;
comment on function count_human_votes is 'Whatever writes, screens or deletes a vote, its picture''s count agrees.';
create trigger ratings_counted after insert or update of item_id, simulated, screened_by or delete on ratings
    for each row execute function count_human_votes();
