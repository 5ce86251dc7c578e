-- The least-voted picture is asked for no more: the least certain one is (campaign_items_need).

drop index campaign_items_next;
comment on index ratings_rater is 'What a rater has scored: for their progress, and when they ask for all of it to be deleted.';
comment on index skips_rater is 'What a rater skipped is part of their progress.';
