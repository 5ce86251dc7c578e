-- Pictures handed to hundreds of raters at once, and scores of the pictures of a campaign.
-- What the votes say of an item is kept beside it by triggers: whatever writes, screens, undoes or deletes a vote, the
-- item's sums, its place in the queue and its retirement agree.

create function expected_half_width(votes integer, total bigint, squares bigint, pending integer, of_all double precision)
returns double precision language plpgsql immutable parallel safe as $$
declare
    n double precision := votes + pending;
    mean double precision := case when votes > 0 then total::float8 / votes else 3 end;
    mean_square double precision := case when votes > 0 then squares::float8 / votes else 9 + 4 * of_all end;
    room double precision := greatest((mean - 1) * (5 - mean), 0);
    seen double precision := n * greatest(mean_square - mean * mean, 0);
    possible double precision := greatest(n - 1, 0) * room + seen / greatest(n, 1);
    degrees double precision := greatest(n - 1, 0) + 30;
    z constant double precision := 2.0046544617650963;
    quantile double precision := z + (z^3 + z) / (4 * degrees) + (5 * z^5 + 16 * z^3 + 3 * z) / (96 * degrees^2)
        + (3 * z^7 + 19 * z^5 + 17 * z^3 - 15 * z) / (384 * degrees^3);
    share double precision := (mean - 1) / 4;
    spread double precision;
    lack double precision;
    half double precision;
begin
    if n = 0 then
        return 2;
    end if;
    spread := case when room > 0 then (seen + 6 * of_all * room) / (possible + 6 * room) else of_all end;
    lack := quantile^2 * least(greatest(spread, 0.05), 1) / n;
    half := sqrt(share * (1 - share) * lack + lack^2 / 4) / (1 + lack);
    return 2 * (least(greatest((share + lack / 2) / (1 + lack) + half, share), 1)
        - greatest(least((share + lack / 2) / (1 + lack) - half, share), 0));
end $$;
comment on function expected_half_width is
    'rating.allocation.need before its target: half the width 0..2 of the interval that looks after every vote, when the '
    'votes on their way are in. Student''s quantile by the expansion of Fisher and Cornish (1960), exact to 1e-6 here.';

alter table campaigns add column spread double precision not null default 0.3 check (spread > 0 and spread <= 1);
comment on column campaigns.spread is 'Spread of the campaign''s votes (interval.spread_of_all) when it was last scored.';

alter table campaign_items
    add column scan_id   bigint references scans,
    add column total     integer not null default 0,
    add column squares   integer not null default 0,
    add column pending   integer not null default 0 check (pending >= 0),
    add column revision  bigint not null default 0,
    add column need      smallint not null generated always as (
        ceil(20 * expected_half_width(human_votes, total, squares, pending, 0.3))
    ) stored;
comment on column campaign_items.scan_id is 'The photograph: a rater never sees the same one twice in a row.';
comment on column campaign_items.total is 'Sum of the scores of the votes in human_votes; a choice counts as 1 (first) or 5 (second).';
comment on column campaign_items.squares is 'Sum of their squares.';
comment on column campaign_items.pending is 'Reservations that stand.';
comment on column campaign_items.revision is 'Rises with every change of votes of any kind: what is scored is known by it.';
comment on column campaign_items.need is 'Twentieths of a score: half the width of its interval once the votes on their way are in.';

update campaign_items i set scan_id = c.scan_id from colorizations c where c.colorization_id = i.colorization_id;
update campaign_items i set total = v.total, squares = v.squares, revision = 1
from (
    select item_id, sum(score) as total, sum(score * score) as squares from ratings
    where not simulated and screened_by is null and undone_at is null group by item_id
) v
where v.item_id = i.item_id;
alter table campaign_items alter column scan_id set not null;

create index campaign_items_need on campaign_items (campaign_id, need, item_id)
    where retired_at is null and role in ('ordinary', 'hidden-reference');
comment on index campaign_items_need is 'pick_item takes the picture with the widest interval, among equals one in a random place.';
create index campaign_items_control on campaign_items (campaign_id, role)
    where role in ('gold', 'trap', 'training');
comment on index campaign_items_control is 'Control and training items are few and found by their role.';
create index campaign_items_reference on campaign_items (reference_scan_id) where reference_scan_id is not null;
comment on index campaign_items_reference is 'A withdrawn photograph is found in the items that show its true colours.';

create function retirement(
    role item_role, votes integer, total bigint, squares bigint, campaign campaigns
) returns text language sql immutable parallel safe as $$
    select case
        when role not in ('ordinary', 'hidden-reference') then null
        when votes >= campaign.votes_wanted then 'votes'
        when votes >= campaign.votes_least and campaign.target_half_width is not null
            and expected_half_width(votes, total, squares, 0, campaign.spread) <= campaign.target_half_width
            then 'precision'
    end
$$;
comment on function retirement is 'Why votes retire an item, or null: rating.stopping, with its correction for looking after every vote.';

create function place_item() returns trigger language plpgsql as $$
declare
    campaign campaigns;
begin
    if new.scan_id is null then
        new.scan_id := coalesce(new.reference_scan_id,
            (select scan_id from colorizations where colorization_id = new.colorization_id));
    end if;
    if new.retired_by is null or new.retired_by in ('votes', 'precision') then
        select * into campaign from campaigns where campaign_id = new.campaign_id;
        new.retired_by := retirement(new.role, new.human_votes, new.total, new.squares, campaign);
    end if;
    if new.retired_by is null then
        new.retired_at := null;
    elsif new.retired_at is null or tg_op = 'UPDATE' and new.retired_by is distinct from old.retired_by then
        new.retired_at := now();
    end if;
    return new;
end $$;
comment on function place_item is
    'An item knows its photograph, and whether it is retired: by votes and precision as they come and go, by rejection and '
    'withdrawal until these are taken back.';
create trigger campaign_items_placed
    before insert or update of human_votes, total, squares, retired_by on campaign_items
    for each row execute function place_item();

create function counted_score(vote ratings) returns smallint language sql immutable parallel safe as $$
    select case when not vote.simulated and vote.screened_by is null and vote.undone_at is null
        then coalesce(vote.score, case vote.choice when 'first' then 1 else 5 end) end
$$;
comment on function counted_score is 'What a vote adds to the sums of its item; null where it does not count.';

create or replace function count_human_votes() returns trigger language plpgsql as $$
declare
    score smallint;
begin
    if tg_op <> 'INSERT' then
        score := counted_score(old);
        update campaign_items set human_votes = human_votes - (score is not null)::int,
            total = total - coalesce(score, 0), squares = squares - coalesce(score * score, 0), revision = revision + 1
        where item_id = old.item_id;
    end if;
    if tg_op <> 'DELETE' then
        score := counted_score(new);
        update campaign_items set human_votes = human_votes + (score is not null)::int,
            total = total + coalesce(score, 0), squares = squares + coalesce(score * score, 0), revision = revision + 1
        where item_id = new.item_id;
    end if;
    return null;
end $$;
comment on function count_human_votes is 'Whatever writes, screens, undoes or deletes a vote, its picture''s sums agree.';

create function count_reservations() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        update campaign_items set pending = pending + 1 where item_id = new.item_id;
    else
        update campaign_items set pending = pending - 1 where item_id = old.item_id;
    end if;
    return null;
end $$;
comment on function count_reservations is 'Whatever makes or ends a reservation, its picture''s count agrees.';
create trigger reservations_counted after insert or delete on reservations
    for each row execute function count_reservations();

create function retire_decided() returns trigger language plpgsql as $$
begin
    update campaign_items i set retired_by = case when new.verdict = 'rejected' then 'rejected' end
    from (
        select item_id from campaign_items
        where (colorization_id = new.colorization_id or other_colorization_id = new.colorization_id)
            and role = 'ordinary' and retired_by is distinct from 'withdrawn'
            and (new.verdict = 'rejected' or retired_by = 'rejected')
        order by item_id for no key update
    ) own
    where i.item_id = own.item_id;
    return null;
end $$;
comment on function retire_decided is 'What a curator rejects is shown to raters no more; approved after all, it comes back.';
create trigger decisions_retire after insert on decisions for each row execute function retire_decided();

create function retire_withdrawn() returns trigger language plpgsql as $$
begin
    update campaign_items set retired_by = 'withdrawn'
    where colorization_id = new.colorization_id or other_colorization_id = new.colorization_id;
    return null;
end $$;
comment on function retire_withdrawn is 'What is withdrawn is shown to nobody, whatever its role.';
create trigger colorizations_withdrawn after update of withdrawn_at on colorizations
    for each row when (new.withdrawn_at is not null and old.withdrawn_at is null) execute function retire_withdrawn();

create function retire_closed() returns trigger language plpgsql as $$
begin
    update campaign_items set retired_by = 'withdrawn' where reference_scan_id = new.scan_id;
    return null;
end $$;
comment on function retire_closed is 'Of a photograph that may not be colorized, the true colours are shown to no rater either.';
create trigger scans_closed_to_raters after update of do_not_colorize on scans
    for each row when (new.do_not_colorize and not old.do_not_colorize) execute function retire_closed();

update campaign_items i set retired_by = 'withdrawn'
from colorizations c where c.colorization_id = i.colorization_id and c.withdrawn_at is not null;
update campaign_items i set retired_by = 'rejected'
from current_decisions d where d.colorization_id = i.colorization_id and d.verdict = 'rejected' and i.retired_by is null;
update campaign_items i set retired_by = null
from campaigns k where k.campaign_id = i.campaign_id and i.human_votes >= k.votes_wanted and i.retired_by is null;

alter table reservations add column swapped boolean not null default false;
comment on column reservations.swapped is 'Of a pair: the second picture stands left, or comes first.';
create index reservations_rater on reservations (rater_id);
comment on index reservations_rater is 'A rater comes back to what was handed out.';

alter table colour_references add column preview_key text;
comment on column colour_references.preview_key is 'A JPEG of at most 1600 pixels in the archive bucket, made when a campaign first shows it.';

create table item_scores (
    item_id     uuid not null references campaign_items on delete cascade,
    simulated   boolean not null,
    revision    bigint not null,
    votes       integer not null check (votes > 0),
    mos         double precision not null check (mos between 1 and 5),
    low         double precision not null check (low between 1 and 5),
    high        double precision not null check (high between 1 and 5),
    sos         double precision,
    recovered   double precision not null,
    difference  double precision,
    scored_at   timestamptz not null default now(),
    primary key (item_id, simulated),
    check (low <= mos and mos <= high)
);
comment on table item_scores is
    'Score of a picture within its campaign (acr, acr-hr); opinion_scores is that of a colorization over all campaigns.';
comment on column item_scores.revision is 'Revision of the item when it was scored: another one now, and it has to be scored anew.';
comment on column item_scores.difference is
    'acr-hr: differential mean opinion score, 5 + the mean over raters of picture less hidden reference (ITU-T P.910).';

create table rater_scores (
    campaign_id    bigint not null references campaigns,
    rater_id       uuid not null references raters on delete cascade,
    votes          integer not null,
    bias           double precision not null,
    inconsistency  double precision not null,
    correlation    double precision,
    scored_at      timestamptz not null default now(),
    primary key (campaign_id, rater_id)
);
comment on table rater_scores is 'Bias and inconsistency of raters (ITU-T P.910 Annex E): what a new vote is weighed with.';
create index rater_scores_rater on rater_scores (rater_id);
comment on index rater_scores_rater is 'A rater may ask for all that is kept of them to be deleted.';

create table campaign_results (
    campaign_id  bigint not null references campaigns,
    simulated    boolean not null,
    votes        integer not null,
    revision     numeric not null,
    result       jsonb not null,
    computed_at  timestamptz not null default now(),
    primary key (campaign_id, simulated)
);
comment on table campaign_results is
    'What a campaign says as a whole: agreement (acr), strengths of models and presets (pairs), fooling rates (turing).';
comment on column campaign_results.revision is 'Sum of the revisions of its items: another one now, and there are new votes.';

create table pair_strengths (
    campaign_id      bigint not null references campaigns,
    colorization_id  bigint not null references colorizations,
    simulated        boolean not null,
    pairs            integer not null,
    wins             double precision not null,
    strength         double precision not null,
    low              double precision not null,
    high             double precision not null,
    computed_at      timestamptz not null default now(),
    primary key (campaign_id, colorization_id, simulated)
);
comment on table pair_strengths is 'Bradley-Terry strength of a colorization among those of the same photograph; their mean is 0.';
