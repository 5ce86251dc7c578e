-- Scoring of what changed, and marks of screening that staff take back.

create index ratings_newest on ratings (voted_at);
comment on index ratings_newest is 'Scoring and screening look at who has voted since they ran last.';

create table screened_raters (
    campaign_id  bigint not null references campaigns,
    rater_id     uuid not null references raters on delete cascade,
    rule         text not null,
    reason       text not null,
    votes        integer not null,
    screened_at  timestamptz not null default now(),
    pardoned_by  text,
    pardoned_at  timestamptz,
    primary key (campaign_id, rater_id),
    check ((pardoned_by is null) = (pardoned_at is null))
);
comment on table screened_raters is
    'Whose votes in a campaign a rule set aside (ratings.screened_by), why, and who took that back; for who was pardoned the rules rest.';
create index screened_raters_rater on screened_raters (rater_id);
comment on index screened_raters_rater is 'A rater may ask for all that is kept of them to be deleted.';
