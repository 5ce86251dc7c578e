-- How far each picture is on its way, in one place; and what the page of runs counts since yesterday, by index.

create view picture_ways as
select
    s.scan_id,
    coalesce(c.coloured, false) as coloured,
    coalesce(c.measured, false) as measured,
    coalesce(c.rating, false) as being_rated,
    coalesce(c.waiting and c.measured, false) as in_review,
    coalesce(c.published, false) as published,
    case
        when s.withdrawn_at is not null then 'withdrawn'
        when c.published then 'published'
        when c.approved then 'approved'
        when c.waiting and c.rating then 'being rated'
        when c.waiting and c.measured then 'in review'
        when c.waiting then 'coloured'
        when j.claimed then 'being coloured'
        when j.waiting then 'waiting for colour'
        when c.sent_back then 'sent back'
        when c.rejected then 'rejected'
        when s.do_not_colorize then 'kept without colour'
        when exists (select from likenesses l where l.linked_scan_id = s.scan_id) then 'kept as a duplicate'
        when j.sentence is not null then 'failed'
        else 'received'
    end as stands,
    case when c.coloured is null then j.sentence end as sentence
from scans s
left join lateral (
    select
        true as coloured,
        bool_or(q.state = 'published') as published,
        bool_or(q.state = 'approved') as approved,
        bool_or(q.state in ('undecided', 'approved once')) as waiting,
        bool_or(q.state = 'sent back') as sent_back,
        bool_or(q.state = 'rejected') as rejected,
        bool_or(exists (select from measurements m where m.colorization_id = k.colorization_id)) as measured,
        bool_or(exists (
            select from campaign_items i join campaigns g using (campaign_id)
            where i.colorization_id = k.colorization_id and i.role = 'ordinary' and i.retired_at is null
                and g.closed_at is null
        )) as rating
    from colorizations k join review_queue q using (colorization_id)
    where k.scan_id = s.scan_id and k.withdrawn_at is null
    having count(*) > 0
) c on true
left join lateral (
    select bool_or(state = 'claimed') as claimed, bool_or(state = 'waiting') as waiting,
        max(sentence) filter (where state in ('failed', 'refused')) as sentence
    from colorization_jobs where scan_id = s.scan_id
) j on true;
comment on view picture_ways is
    'How far each picture is: received, coloured, measured, being rated, in review, published. Asked by scan, never '
    'for all at once.';
comment on column picture_ways.stands is 'Where it stands now, in the words of the pages.';
comment on column picture_ways.sentence is 'Why it has no colour yet, where colouring it failed.';

create index scans_ingested on scans (ingested_at);
comment on index scans_ingested is 'The page of runs counts what was taken in since yesterday.';
create index colorizations_colorized on colorizations (colorized_at);
comment on index colorizations_colorized is 'The page of runs counts what was coloured since yesterday, and how long it took.';
create index publications_published on publications (published_at);
comment on index publications_published is 'The page of runs counts what was published since yesterday.';
create index decisions_decided on decisions (decided_at);
comment on index decisions_decided is 'The page of runs counts what was decided since yesterday.';
