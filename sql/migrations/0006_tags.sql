-- Tags that a model proposes for a scan, and what curators make of the proposals.

create table tag_proposals (
    scan_id       bigint not null references scans,
    model_sha256  char(64) not null check (model_sha256 ~ '^[0-9a-f]{64}$'),
    tag           text not null check (tag ~ '\S'),
    votes         smallint not null check (votes between 1 and 100),
    proposed_at   timestamptz not null default now(),
    primary key (scan_id, model_sha256, tag)
);
comment on table tag_proposals is
    'What a tagging model said of a scan, never changed afterwards. A scan with rows of a model is done with that model.';
comment on column tag_proposals.votes is 'Of the model''s 100 samples, those among whose nearest tags it was.';
comment on column tag_proposals.model_sha256 is 'SHA-256 of the weight file that proposed it.';

create type tag_state as enum (
    'proposed',  -- by a model; for staff only
    'accepted',  -- proposed or refused -> accepted, by a curator: the scan is found by it
    'refused'    -- proposed or accepted -> refused, by a curator
);

create table tag_decisions (
    tag_decision_id  bigint generated always as identity primary key,
    scan_id          bigint not null,
    model_sha256     char(64) not null,
    tag              text not null,
    state            tag_state not null check (state <> 'proposed'),
    curator          text not null check (curator ~ '\S'),
    decided_at       timestamptz not null default now(),
    foreign key (scan_id, model_sha256, tag) references tag_proposals
);
comment on table tag_decisions is
    'Each decision of a curator on a proposed tag. The newest of a scan''s tag holds; the others stay as history.';
create index tag_decisions_newest on tag_decisions (scan_id, tag, tag_decision_id desc);
comment on index tag_decisions_newest is 'current_tag_decisions takes the newest per scan and tag.';
create index tag_decisions_by_tag on tag_decisions (tag, scan_id, tag_decision_id desc);
comment on index tag_decisions_by_tag is 'Scans are looked up by a tag that was accepted.';

create view current_tag_decisions as
    select distinct on (scan_id, tag) * from tag_decisions order by scan_id, tag, tag_decision_id desc;

create view scan_tags as
    select
        p.scan_id, p.tag, p.votes, p.model_sha256, p.proposed_at,
        coalesce(d.state, 'proposed') as state, d.curator, d.decided_at
    from tag_proposals p
    left join current_tag_decisions d on d.scan_id = p.scan_id and d.tag = p.tag
    where p.model_sha256 = coalesce(d.model_sha256, (
        select newest.model_sha256 from tag_proposals newest
        where newest.scan_id = p.scan_id order by newest.proposed_at desc, newest.model_sha256 limit 1
    ));
comment on view scan_tags is
    'The tags of a scan now: what was decided, by which proposal, and what the newest model proposes beside it.';

create trigger tag_decisions_append_only before update or delete or truncate on tag_decisions
    for each statement execute function refuse_change();
create trigger tag_proposals_append_only before update or delete or truncate on tag_proposals
    for each statement execute function refuse_change();
