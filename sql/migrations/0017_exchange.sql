-- Votes come from other laboratories, unusual ones are held until someone looks, and each day's votes are counted.

-- ------------------------------------------------------------------ campaigns of other laboratories

alter table campaigns
    add column imported_from jsonb,
    add column due_on        date,
    add column is_imported   boolean not null generated always as (imported_from is not null) stored,
    add constraint imported_is_closed check (imported_from is null or closed_at is not null),
    add constraint campaigns_imported unique (campaign_id, is_imported);
comment on column campaigns.imported_from is
    'Where the votes of another laboratory come from: file, checksum, scale, counts. Null: the campaign is our own.';
comment on column campaigns.due_on is 'When the campaign should have all its votes; watch_campaigns tells when its pace will not do.';

alter table campaign_items
    add column of_imported boolean not null generated always as (false) stored,
    add constraint no_items_of_others foreign key (campaign_id, of_imported)
        references campaigns (campaign_id, is_imported);
comment on column campaign_items.of_imported is
    'Always false. With its foreign key it keeps our pictures, and so our votes, out of imported campaigns.';

create table imported_votes (
    campaign_id  bigint not null references campaigns,
    stimulus     text not null check (stimulus <> ''),
    rater        text not null check (rater <> ''),
    repetition   integer not null default 1 check (repetition > 0),
    score        double precision not null check (score between 1 and 5),
    is_imported  boolean not null generated always as (true) stored,
    primary key (campaign_id, stimulus, rater, repetition),
    constraint votes_of_others foreign key (campaign_id, is_imported) references campaigns (campaign_id, is_imported)
);
comment on table imported_votes is
    'Votes of another laboratory under its own names, on our scale. They stand apart from ratings, so nothing counts them as ours.';

create table imported_scores (
    campaign_id  bigint not null references campaigns,
    stimulus     text not null,
    votes        integer not null check (votes > 0),
    mos          double precision not null check (mos between 1 and 5),
    low          double precision not null check (low between 1 and 5),
    high         double precision not null check (high between 1 and 5),
    sos          double precision,
    recovered    double precision not null,
    primary key (campaign_id, stimulus),
    check (low <= mos and mos <= high)
);
comment on table imported_scores is 'Our statistics of the votes of another laboratory; repetitions of a rater are averaged first.';

-- ------------------------------------------------------------------ holds

create type hold_state as enum ('held', 'released', 'confirmed');
comment on type hold_state is 'held: nobody has looked. released: the votes count again. confirmed: they stay set aside.';

create table holds (
    hold_id     bigint generated always as identity primary key,
    name        text not null unique check (name ~ '^burst-[a-z0-9-]+$'),
    rule        text not null,
    reason      text not null,
    since       timestamptz not null,
    until       timestamptz not null check (until > since),
    raters      integer not null,
    votes       integer not null,
    state       hold_state not null default 'held',
    held_at     timestamptz not null default now(),
    decided_by  text,
    decided_at  timestamptz,
    check ((state = 'held') = (decided_at is null)),
    check ((state = 'held') = (decided_by is null))
);
comment on table holds is
    'Bursts of votes set aside by rule until someone looks. Their votes carry screened_by = ''hold:'' || name.';
create index ratings_held on ratings (screened_by) where screened_by like 'hold:%';
comment on index ratings_held is 'Releasing a hold finds its votes.';

create table network_salts (
    day   date primary key,
    salt  bytea not null check (octet_length(salt) = 32)
);
comment on table network_salts is
    'A random salt per day, deleted when the day is over: after that nobody can tell which address a network was.';

create table network_activity (
    hour      timestamptz not null,
    network   bytea not null check (octet_length(network) = 8),
    rater_id  uuid not null references raters on delete cascade,
    votes     integer not null check (votes > 0),
    primary key (hour, network, rater_id)
);
comment on table network_activity is
    'How many votes a rater gave from a network in an hour, for the burst report; deleted after HERITAGE_NETWORK_DAYS. In no export.';
comment on column network_activity.network is 'Salted hash of the network, another one every day; no address is stored anywhere.';
create index network_activity_rater on network_activity (rater_id);
comment on index network_activity_rater is 'A rater who is erased leaves nothing here.';

-- ------------------------------------------------------------------ counts per day

create table campaign_days (
    campaign_id  bigint not null references campaigns,
    day          date not null,
    simulated    boolean not null,
    answer       text not null,
    votes        integer not null,
    set_aside    integer not null,
    last_at      timestamptz not null,
    primary key (campaign_id, day, simulated, answer)
);
comment on table campaign_days is
    'Votes per campaign, day (UTC) and answer (1 to 5, first, second), kept by the trigger count_days, never written otherwise.';
comment on column campaign_days.set_aside is 'Votes that screening or a hold has set aside; `votes` are the others.';
comment on column campaign_days.last_at is 'When the newest of them was given; stays when votes are erased.';

create function count_days() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into campaign_days as d (campaign_id, day, simulated, answer, votes, set_aside, last_at)
        select i.campaign_id, (r.voted_at at time zone 'UTC')::date, r.simulated, coalesce(r.score::text, r.choice::text),
            -count(*) filter (where r.screened_by is null), -count(*) filter (where r.screened_by is not null),
            max(r.voted_at)
        from old_rows r join campaign_items i using (item_id) where r.undone_at is null
        group by 1, 2, 3, 4 order by 1, 2, 3, 4
        on conflict (campaign_id, day, simulated, answer) do update
            set votes = d.votes + excluded.votes, set_aside = d.set_aside + excluded.set_aside;
    end if;
    if tg_op <> 'DELETE' then
        insert into campaign_days as d (campaign_id, day, simulated, answer, votes, set_aside, last_at)
        select i.campaign_id, (r.voted_at at time zone 'UTC')::date, r.simulated, coalesce(r.score::text, r.choice::text),
            count(*) filter (where r.screened_by is null), count(*) filter (where r.screened_by is not null),
            max(r.voted_at)
        from new_rows r join campaign_items i using (item_id) where r.undone_at is null
        group by 1, 2, 3, 4 order by 1, 2, 3, 4
        on conflict (campaign_id, day, simulated, answer) do update
            set votes = d.votes + excluded.votes, set_aside = d.set_aside + excluded.set_aside,
                last_at = greatest(d.last_at, excluded.last_at);
    end if;
    return null;
end $$;
comment on function count_days is 'Whatever writes, screens, takes back or deletes votes, the counts of their days agree. Once per statement.';
create trigger ratings_days_of_new after insert on ratings
    referencing new table as new_rows for each statement execute function count_days();
create trigger ratings_days_of_changed after update on ratings
    referencing old table as old_rows new table as new_rows for each statement execute function count_days();
create trigger ratings_days_of_deleted after delete on ratings
    referencing old table as old_rows for each statement execute function count_days();

insert into campaign_days (campaign_id, day, simulated, answer, votes, set_aside, last_at)
select i.campaign_id, (r.voted_at at time zone 'UTC')::date, r.simulated, coalesce(r.score::text, r.choice::text),
    count(*) filter (where r.screened_by is null), count(*) filter (where r.screened_by is not null), max(r.voted_at)
from ratings r join campaign_items i using (item_id) where r.undone_at is null
group by 1, 2, 3, 4;

create table campaign_figures (
    campaign_id  bigint primary key references campaigns,
    figures      jsonb not null,
    made_at      timestamptz not null default now()
);
comment on table campaign_figures is
    'What the plots of a campaign show beyond counts per day: made every hour by watch_campaigns, so that a page reads one row.';
