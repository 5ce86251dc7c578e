-- The curator's desk: a queue that is kept, not computed; approval by two; pictures sent back; decisions in bulk; undoing;
-- saved views; notes on regions.

-- --------------------------------------------------------------- decisions

drop view current_decisions;
alter type verdict rename to verdict_before;
create type verdict as enum (
    'approved',
    'approved once',  -- where four eyes are asked for: the first of two approvals; published after the second only
    'rejected',
    'sent back',      -- to be colorized otherwise; what comes of that is a colorization of its own
    'undecided'       -- written by undoing alone: as if nobody had decided
);
alter table decisions alter column verdict type verdict using verdict::text::verdict;
drop type verdict_before;

create table bulk_decisions (
    bulk_id     uuid primary key,
    verdict     verdict not null,
    reason      text not null,
    note        text not null default '',
    curator     text not null check (curator <> ''),
    account_id  bigint,
    asked       integer not null check (asked between 1 and 200),
    skipped     jsonb not null default '[]',
    decided_at  timestamptz not null default now()
);
comment on table bulk_decisions is 'One decision on up to 200 colorizations: what was asked for, and which were skipped and why.';
comment on column bulk_decisions.bulk_id is 'Made with the page: the same form sent twice is one.';

alter table decisions
    add column account_id         bigint,
    add column first_decision_id  bigint references decisions,
    add column bulk_id            uuid references bulk_decisions,
    add column undoes             bigint references decisions,
    add column undone_by          text check (undone_by <> ''),
    add column undone_at          timestamptz,
    add constraint undoing_is_complete check (num_nonnulls(undoes, undone_by, undone_at) in (0, 3)),
    add constraint undecided_by_undoing_alone check (verdict <> 'undecided' or undoes is not null);
comment on column decisions.account_id is 'The curator''s account; null for rules and scripts.';
comment on column decisions.first_decision_id is 'Where four eyes are asked for: the approval by somebody else that this one completes.';
comment on column decisions.undoes is
    'This row takes that decision back: it repeats what held before, with that curator and moment, or is undecided.';
create unique index decisions_undone_once on decisions (undoes) where undoes is not null;
comment on index decisions_undone_once is 'A decision is taken back once, also when two press the button.';
create index decisions_of_bulk on decisions (bulk_id) where bulk_id is not null;
comment on index decisions_of_bulk is 'A bulk is shown and undone as a whole.';

create view current_decisions as
    select * from (
        select distinct on (colorization_id) * from decisions order by colorization_id, decision_id desc
    ) newest
    where verdict <> 'undecided';
comment on view current_decisions is 'The decision that holds; none where the newest row takes one back and none was before.';

create table four_eyes (
    collection  text primary key,
    asked_by    text not null check (asked_by <> ''),
    account_id  bigint,
    asked_at    timestamptz not null default now()
);
comment on table four_eyes is 'Where an approval needs two curators: collections by name; the empty name stands for all.';

create function asks_for_four_eyes(scan bigint) returns boolean language sql stable as $$
    select exists (
        select from four_eyes f join scans s on s.scan_id = scan where f.collection in ('', s.collection)
    )
$$;
comment on function asks_for_four_eyes is 'Whether approving colorizations of this scan takes two curators.';

create function refuse_single_approval() returns trigger language plpgsql as $$
begin
    if exists (
        select from colorizations c
        where c.colorization_id = new.colorization_id and asks_for_four_eyes(c.scan_id)
    ) and not exists (
        select from decisions f
        where f.decision_id = new.first_decision_id and f.colorization_id = new.colorization_id
            and f.verdict in ('approved', 'approved once')
            and case when f.account_id is null or new.account_id is null
                then lower(f.curator) <> lower(new.curator) else f.account_id <> new.account_id end
    ) then
        raise exception 'An approval in this collection needs two different curators.'
            using errcode = 'check_violation', constraint = 'approved_by_two';
    end if;
    return new;
end $$;
comment on function refuse_single_approval is 'Four eyes are kept whoever writes: only undoing, which repeats an approval, goes without.';
create trigger decisions_four_eyes before insert on decisions
    for each row when (new.verdict = 'approved' and new.undoes is null) execute function refuse_single_approval();

create table send_backs (
    decision_id      bigint primary key references decisions,
    colorization_id  bigint not null,
    scan_id          bigint not null,
    model_id         bigint not null references models,
    preset           preset not null,
    queued           boolean not null,
    foreign key (colorization_id, scan_id) references colorizations (colorization_id, scan_id)
);
comment on table send_backs is
    'How a colorization that was sent back is wanted instead. The job and the colorization that answer it have its scan,
    model and preset; the decision''s note holds hints for people, which no installed method reads.';
comment on column send_backs.queued is 'Whether this put the job into the queue; undoing takes back only what it did.';
create index send_backs_answered on send_backs (scan_id, model_id, preset);
comment on index send_backs_answered is 'The review page of a new colorization finds the one that was sent back.';
create index send_backs_newest on send_backs (colorization_id, decision_id desc);
comment on index send_backs_newest is 'What was wanted when a colorization was sent back last.';

-- ------------------------------------------------------- views of a curator

create table saved_views (
    view_id     bigint generated always as identity primary key,
    account_id  bigint not null,
    owner       text not null check (owner <> ''),
    name        text not null check (btrim(name) <> '' and char_length(name) <= 80),
    query       text not null check (char_length(query) <= 2000),
    shared      boolean not null default false,
    saved_at    timestamptz not null default now(),
    unique (account_id, name)
);
comment on table saved_views is 'A curator''s named filters of the queue; shared ones are listed for everyone.';
comment on column saved_views.owner is 'The name that others see beside a shared view.';

-- ---------------------------------------------------------- notes on regions

create table region_notes (
    note_id          uuid primary key,
    colorization_id  bigint not null references colorizations,
    x                numeric(5, 2) not null check (x >= 0),
    y                numeric(5, 2) not null check (y >= 0),
    width            numeric(5, 2) not null check (width > 0),
    height           numeric(5, 2) not null check (height > 0),
    words            text not null check (btrim(words) <> '' and char_length(words) <= 4000),
    public           boolean not null default false,
    curator          text not null check (curator <> ''),
    account_id       bigint,
    version          integer not null default 1,
    written_at       timestamptz not null default now(),
    changed_at       timestamptz not null default now(),
    deleted_at       timestamptz,
    constraint inside_the_picture check (x + width <= 100 and y + height <= 100)
);
comment on table region_notes is
    'Curators'' notes on parts of a picture: W3C Web Annotations whose target is a rectangle of the canvas, in percent.';
comment on column region_notes.note_id is 'Made with the form: the same note sent twice is one.';
comment on column region_notes.public is 'Goes into the published record with the next publication; the others stay internal.';
comment on column region_notes.deleted_at is 'A deleted note stays as a tombstone and shows nowhere.';
create index region_notes_picture on region_notes (colorization_id) where deleted_at is null;
comment on index region_notes_picture is 'A review page shows the notes of its picture.';

-- ------------------------------------------------------------------ the queue

create type review_state as enum (
    'undecided', 'approved once', 'approved', 'rejected', 'sent back',
    'published',  -- stands on the public bucket; what was decided since takes effect with the next publishing run
    'withdrawn'   -- the scan was closed: nothing can be decided
);

create table review_queue (
    colorization_id  bigint primary key references colorizations,
    scan_id          bigint not null references scans,
    state            review_state not null,
    collection       text not null,
    method           text not null,
    preset           preset not null,
    score            double precision,
    simulated        boolean,
    interval_width   double precision,
    spread           double precision,
    flags            integer not null,
    unsure           double precision,
    salt             uuid not null default gen_random_uuid(),
    by_score     double precision not null generated always as (coalesce(score + 10 * simulated::int, 100)) stored,
    by_interval  double precision not null generated always as (coalesce(10 * simulated::int - interval_width, 100)) stored,
    by_spread    double precision not null generated always as (coalesce(10 * simulated::int - spread, 100)) stored,
    by_flags     double precision not null generated always as (-flags) stored,
    by_unsure    double precision not null generated always as (coalesce(-unsure, 100)) stored
);
comment on table review_queue is
    'What the queue sorts and filters by, one narrow row per colorization. Kept by triggers through refresh_review; whatever
    it says can be computed again from the other tables.';
comment on column review_queue.score is 'Mean opinion score of people, else of simulated raters; the scoring step brings it and the spread.';
comment on column review_queue.spread is 'Standard deviation of the votes that count.';
comment on column review_queue.flags is 'Raters who skipped the picture with a reason, and notes on regions.';
comment on column review_queue.unsure is 'The method''s own uncertainty, the measurement of that name.';
comment on column review_queue.salt is 'Numbers the raters of this picture in an order that says nothing of other pictures.';
comment on column review_queue.by_score is
    'The by_ columns: place in that order, smallest first; people''s votes stand before simulated ones, and these before none.';
create index review_queue_state_score on review_queue (state, by_score, colorization_id);
comment on index review_queue_state_score is 'The queue of a state by lowest score, and its neighbours.';
create index review_queue_state_interval on review_queue (state, by_interval, colorization_id);
comment on index review_queue_state_interval is 'As review_queue_state_score, by widest interval.';
create index review_queue_state_spread on review_queue (state, by_spread, colorization_id);
comment on index review_queue_state_spread is 'As review_queue_state_score, by most disagreement.';

create function refresh_review(changed bigint[]) returns void language sql as $$
    insert into review_queue as q
        (colorization_id, scan_id, state, collection, method, preset, score, simulated, interval_width, spread, flags, unsure)
    select c.colorization_id, c.scan_id,
        case when c.withdrawn_at is not null then 'withdrawn'
            when p.published_at is not null and p.withdrawn_at is null then 'published'
            else coalesce(d.verdict::text, 'undecided') end::review_state,
        s.collection, m.method, c.preset, o.mos, o.simulated, o.high - o.low, v.spread,
        (select count(*) from campaign_items i join skips k using (item_id)
            where i.colorization_id = c.colorization_id and k.reason <> '')
            + (select count(*) from region_notes n where n.colorization_id = c.colorization_id and n.deleted_at is null),
        u.value
    from colorizations c
    join scans s using (scan_id)
    join models m using (model_id)
    left join lateral (
        select verdict from decisions where colorization_id = c.colorization_id order by decision_id desc limit 1
    ) d on true
    left join publications p using (colorization_id)
    left join lateral (
        select * from opinion_scores where colorization_id = c.colorization_id order by simulated limit 1
    ) o on true
    left join lateral (
        select stddev_samp(r.score) as spread from campaign_items i join ratings r using (item_id)
        where i.colorization_id = c.colorization_id and i.role = 'ordinary' and r.simulated = o.simulated
            and r.screened_by is null and r.undone_at is null
    ) v on o.mos is not null
    left join measurements u on u.colorization_id = c.colorization_id and u.metric = 'uncertainty'
    where c.colorization_id = any (changed)
    order by c.colorization_id
    on conflict (colorization_id) do update
        set state = excluded.state, collection = excluded.collection, score = excluded.score,
            simulated = excluded.simulated, interval_width = excluded.interval_width, spread = excluded.spread,
            flags = excluded.flags, unsure = excluded.unsure
        where (q.state, q.collection, q.score, q.simulated, q.interval_width, q.spread, q.flags, q.unsure)
            is distinct from (excluded.state, excluded.collection, excluded.score, excluded.simulated,
                excluded.interval_width, excluded.spread, excluded.flags, excluded.unsure)
$$;
comment on function refresh_review is 'The one place that says what a row of the queue is; rows in the order of their number, so that no two wait for each other.';

create function review_of_row() returns trigger language plpgsql as $$
begin
    perform refresh_review(array[new.colorization_id]);
    return null;
end $$;
comment on function review_of_row is 'Something was written of one colorization.';
create trigger colorizations_reviewed after insert or update of withdrawn_at on colorizations
    for each row execute function review_of_row();
create trigger decisions_reviewed after insert on decisions for each row execute function review_of_row();
create trigger publications_reviewed after insert or update of published_at, withdrawn_at on publications
    for each row execute function review_of_row();
create trigger measurements_reviewed after insert or update of value on measurements
    for each row when (new.metric = 'uncertainty') execute function review_of_row();
create trigger region_notes_reviewed after insert or update of deleted_at on region_notes
    for each row execute function review_of_row();

create function review_of_scan() returns trigger language plpgsql as $$
begin
    perform refresh_review(array(select colorization_id from colorizations where scan_id = new.scan_id));
    return null;
end $$;
comment on function review_of_scan is 'A scan went to another collection.';
create trigger scans_reviewed after update of collection on scans
    for each row when (new.collection <> old.collection) execute function review_of_scan();

create function review_of_skip() returns trigger language plpgsql as $$
begin
    perform refresh_review(array(
        select colorization_id from campaign_items where item_id = new.item_id and colorization_id is not null
    ));
    return null;
end $$;
comment on function review_of_skip is 'A rater would rather not score a picture, and said why.';
create trigger skips_reviewed after insert or update of reason on skips
    for each row when (new.reason <> '') execute function review_of_skip();

create function lock_review() returns void language sql as $$ select pg_advisory_xact_lock(7370085) $$;
comment on function lock_review is 'Whatever writes many rows of the queue in one transaction comes after whatever does so now.';

create function review_of_scores() returns trigger language plpgsql as $$
begin
    perform lock_review();
    perform refresh_review(array(select distinct colorization_id from changed order by 1));
    return null;
end $$;
comment on function review_of_scores is 'Opinion scores come by the thousand: once per statement.';
create trigger opinion_scores_added after insert on opinion_scores referencing new table as changed
    for each statement execute function review_of_scores();
create trigger opinion_scores_changed after update on opinion_scores referencing new table as changed
    for each statement execute function review_of_scores();
create trigger opinion_scores_removed after delete on opinion_scores referencing old table as changed
    for each statement execute function review_of_scores();

select refresh_review(array(select colorization_id from colorizations));

create function review_matches(
    wanted_state review_state, wanted_collection text, wanted_method text, wanted_preset preset, wanted_campaign bigint,
    wanted_tag text, lowest double precision, highest double precision, sort text
) returns table (colorization_id bigint, scan_id bigint, state review_state, rank double precision)
language sql stable as $$
    select q.colorization_id, q.scan_id, q.state,
        case sort
            when 'low' then q.by_score
            when 'disagreement' then q.by_spread
            when 'flags' then q.by_flags
            when 'unsure' then q.by_unsure
            when 'oldest' then q.colorization_id::double precision
            else q.by_interval
        end
    from review_queue q
    where (wanted_state is null or q.state = wanted_state)
        and (wanted_collection is null or q.collection = wanted_collection)
        and (wanted_method is null or q.method = wanted_method)
        and (wanted_preset is null or q.preset = wanted_preset)
        and (wanted_campaign is null or q.colorization_id in (
            select i.colorization_id from campaign_items i
            where i.campaign_id = wanted_campaign and i.colorization_id is not null
        ))
        and (wanted_tag is null or q.scan_id in (
            select t.scan_id from current_tag_decisions t where t.tag = wanted_tag and t.state = 'accepted'
        ))
        and (lowest is null or q.score >= lowest)
        and (highest is null or q.score <= highest)
$$;
comment on function review_matches is
    'Colorizations that fit the filters, null for any, with their place in an order. Inlined by the planner: what is not asked costs nothing.';
