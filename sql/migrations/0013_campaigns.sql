-- Campaigns as ITU-T P.910 knows them: a method, consent, items of several roles, reservations, votes that can be undone.

create type rating_method as enum ('acr', 'acr-hr', 'pairs', 'turing');
comment on type rating_method is
    'acr: one score per picture. acr-hr: the same with true-colour photographs hidden among them. pairs: which of two
    colorizations. turing: which of two is not the real photograph, one second each (Zhang et al. 2016).';

alter table campaigns
    add column method             rating_method not null default 'acr',
    add column instructions       text not null default '',
    add column consent            text not null default '',
    add column consent_version    integer not null default 1 check (consent_version > 0),
    add column languages          text[] not null default '{en,ne,es}' check (cardinality(languages) > 0),
    add column target_half_width  double precision check (target_half_width > 0),
    add column votes_least        integer not null default 8 check (votes_least > 0),
    add column rater_cap          integer not null default 200 check (rater_cap > 0),
    add column control_every      integer not null default 12 check (control_every >= 0),
    add column screening          jsonb not null default '{}',
    add column panel              jsonb,
    add column paused_at          timestamptz;
comment on column campaigns.instructions is 'Shown before the first picture; empty: those of the method in the rater''s language.';
comment on column campaigns.consent is 'What a rater agrees to; empty: the standard text in the rater''s language.';
comment on column campaigns.consent_version is 'Rises with every change of the text: who agreed to an older one is asked again.';
comment on column campaigns.target_half_width is 'A picture whose 95% interval is as narrow as this retires early; null: only votes_wanted retires.';
comment on column campaigns.votes_least is 'Votes before early retirement is considered at all.';
comment on column campaigns.rater_cap is 'Votes that one rater may give in this campaign.';
comment on column campaigns.control_every is 'One picture in so many is a gold or trap item; 0: none.';
comment on column campaigns.screening is 'Rules and limits that set votes aside, by name; empty: the standard ones.';
comment on column campaigns.panel is 'For paid panels: parameter of their rater ids, completion code, votes asked for, address to return to.';
comment on column campaigns.paused_at is 'A paused campaign shows no pictures, but takes votes on pictures shown already.';

create type item_role as enum ('ordinary', 'hidden-reference', 'gold', 'trap', 'training');
comment on type item_role is
    'Only ordinary items and hidden references are scored. gold: the answer is known. trap: nobody who looks can miss it.';

alter table campaign_items
    alter column colorization_id drop not null,
    add column role                   item_role not null default 'ordinary',
    add column reference_scan_id      bigint references colour_references (scan_id),
    add column other_colorization_id  bigint references colorizations (colorization_id),
    add column altered_key            text,
    add column expected_low           smallint check (expected_low between 1 and 5),
    add column expected_high          smallint check (expected_high between expected_low and 5),
    add column retired_at             timestamptz,
    add column retired_by             text,
    add constraint shows_something check (num_nonnulls(colorization_id, reference_scan_id, altered_key) > 0),
    add constraint two_different check (other_colorization_id <> colorization_id),
    drop constraint campaign_items_campaign_id_colorization_id_key,
    add constraint in_a_campaign_once unique nulls not distinct
        (campaign_id, role, colorization_id, other_colorization_id, reference_scan_id, altered_key);
comment on column campaign_items.reference_scan_id is
    'A true-colour photograph: shown alone as hidden reference, or beside its colorization in a Turing test.';
comment on column campaign_items.other_colorization_id is 'The second picture of a pair; both are of the same scan.';
comment on column campaign_items.altered_key is 'Archive key of a picture made for control, such as colours turned to their opposites.';
comment on column campaign_items.expected_low is 'Lowest score of an attentive rater, for gold, trap and training items; in pairs 1 means the first, 2 the second.';
comment on column campaign_items.retired_by is 'votes, precision, rejected or withdrawn.';
create index campaign_items_other on campaign_items (other_colorization_id) where other_colorization_id is not null;
comment on index campaign_items_other is 'A withdrawn colorization is found in the pairs that show it.';

create type pair_choice as enum ('first', 'second');
alter table ratings
    alter column score drop not null,
    add column choice     pair_choice,
    add column swapped    boolean not null default false,
    add column seconds    real check (seconds >= 0),
    add column undone_at  timestamptz,
    add constraint one_answer check (num_nonnulls(score, choice) = 1);
comment on column ratings.choice is
    'pairs: which is preferred, first the item''s colorization, second its other one. turing: which was called not real,
    first the colorization, second the true photograph (the rater was fooled).';
comment on column ratings.swapped is 'The second picture stood left, or came first.';
comment on column ratings.seconds is 'From the moment that the picture stood on the screen to the answer, as the browser measured it.';
comment on column ratings.undone_at is 'The rater took it back; it stays, and counts nowhere.';
alter table ratings drop constraint ratings_item_id_rater_id_key;
create unique index ratings_one_vote on ratings (item_id, rater_id) where undone_at is null;
comment on index ratings_one_vote is 'One standing vote of a rater on a picture.';

create or replace function count_human_votes() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and not old.simulated and old.screened_by is null and old.undone_at is null then
        update campaign_items set human_votes = human_votes - 1 where item_id = old.item_id;
    end if;
    if tg_op <> 'DELETE' and not new.simulated and new.screened_by is null and new.undone_at is null then
        update campaign_items set human_votes = human_votes + 1 where item_id = new.item_id;
    end if;
    return null;
end $$;
drop trigger ratings_counted on ratings;
create trigger ratings_counted after insert or update of item_id, simulated, screened_by, undone_at or delete on ratings
    for each row execute function count_human_votes();

create table reservations (
    item_id      uuid not null references campaign_items,
    rater_id     uuid not null references raters on delete cascade,
    reserved_at  timestamptz not null default now(),
    expires_at   timestamptz not null,
    primary key (item_id, rater_id)
);
comment on table reservations is
    'Pictures handed to a rater and not answered yet: they count as votes on the way, so that nobody scores what is enough.';
create index reservations_expiring on reservations (expires_at);
comment on index reservations_expiring is 'Expired reservations are given back.';

create type colour_vision as enum ('normal', 'deficient', 'unknown');
create table participations (
    campaign_id       bigint not null references campaigns,
    rater_id          uuid not null references raters on delete cascade,
    language          text not null default 'en',
    consent_version   integer,
    agreed_at         timestamptz,
    colour_vision     colour_vision not null default 'unknown',
    screen_steps      smallint,
    trained_at        timestamptz,
    panel_person      text,
    completion_code   text unique,
    finished_at       timestamptz,
    joined_at         timestamptz not null default now(),
    primary key (campaign_id, rater_id)
);
comment on table participations is 'A rater in a campaign: consent, checks, training, and where a paid panel sent them from.';
comment on column participations.colour_vision is 'By plates of our own drawing: a hint for screening, no diagnosis; unknown where skipped.';
comment on column participations.screen_steps is 'How many of the grey steps of the screen check the rater tells apart.';
create unique index participations_panel on participations (campaign_id, panel_person) where panel_person is not null;
comment on index participations_panel is 'A person of a panel takes part once.';

create table skips (
    item_id     uuid not null references campaign_items,
    rater_id    uuid not null references raters on delete cascade,
    reason      text not null default '',
    skipped_at  timestamptz not null default now(),
    primary key (item_id, rater_id)
);
comment on table skips is 'Pictures that a rater would rather not score; not offered to them again.';
create index skips_rater on skips (rater_id);
comment on index skips_rater is 'next_item leaves out what a rater skipped.';
