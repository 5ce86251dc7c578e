-- Raters in campaigns: consent, checks, completion.

-- name: get_standing^
-- A campaign with what a rater has done in it, in one look: consent, checks, answers that count, and, where asked for
-- (`counted`), how many more pictures there may be for this rater, counted only as far as the rater may go.
select k.campaign_id, k.name, k.question, k.method, k.instructions, k.consent, k.consent_version, k.languages, k.control_every,
    k.rater_cap, k.panel, k.closed_at, k.paused_at,
    p.language, p.consent_version as agreed_version, p.agreed_at,
    (select max(o.checked_at) from participations o where o.rater_id = :rater_id) as checked_at, p.trained_at, p.panel_person,
    p.completion_code, p.finished_at,
    (
        select count(*) from ratings r join campaign_items i using (item_id)
        where r.rater_id = :rater_id and i.campaign_id = k.campaign_id and r.undone_at is null and i.role <> 'training'
    ) as answered,
    (
        select count(*) from (
            select from ratings r join campaign_items i using (item_id)
            where r.rater_id = :rater_id and r.undone_at is null and i.role <> 'training'
            limit :most_to_count
        ) given
    ) as answered_anywhere,
    (
        select count(*) from (
            select from campaign_items i
            where :counted and i.campaign_id = k.campaign_id and i.retired_at is null and i.role in ('ordinary', 'hidden-reference')
                and not exists (select from ratings r
                    where r.item_id = i.item_id and r.rater_id = :rater_id and r.undone_at is null)
                and not exists (select from skips s where s.item_id = i.item_id and s.rater_id = :rater_id)
            limit k.rater_cap
        ) further
    ) as further,
    (
        select count(*) from campaign_items i
        where i.campaign_id = k.campaign_id and i.role = 'training' and i.retired_at is null
    ) as training,
    (
        select count(*) from campaign_items i
        where p.trained_at is null and i.campaign_id = k.campaign_id and i.role = 'training' and i.retired_at is null
            and not exists (select from ratings r
                where r.item_id = i.item_id and r.rater_id = :rater_id and r.undone_at is null)
            and not exists (select from skips s where s.item_id = i.item_id and s.rater_id = :rater_id)
    ) as training_left,
    exists (
        select from campaign_items i
        where i.campaign_id = k.campaign_id and i.role <> 'training' and i.reference_scan_id is not null
            and i.colorization_id is null
    ) as mixed,
    (
        select r.vote_key from ratings r join campaign_items i using (item_id)
        where r.rater_id = :rater_id and i.campaign_id = k.campaign_id and r.undone_at is null and i.role <> 'training'
        order by r.voted_at desc limit 1
    )::text as last_vote
from campaigns k
left join participations p on p.campaign_id = k.campaign_id and p.rater_id = :rater_id
where k.campaign_id = :campaign_id;

-- name: join_campaign!
-- A rater's first agreement; nothing where the rater is known, or where the panel's person is in by another rater.
insert into participations (campaign_id, rater_id, panel_person) values (:campaign_id, :rater_id, :panel_person)
on conflict do nothing;

-- name: take_panel_person!
-- The panel's number of a rater who was met before it was known, unless another rater has it.
update participations p set panel_person = :panel_person
where p.campaign_id = :campaign_id and p.rater_id = :rater_id and p.panel_person is null
    and not exists (
        select from participations o where o.campaign_id = :campaign_id and o.panel_person = :panel_person
    );

-- name: agree!
-- Consent to the text as it stands now; nothing when the text has changed since the rater read it.
update participations p set language = :language, consent_version = :version, agreed_at = now()
from campaigns k
where k.campaign_id = :campaign_id and k.consent_version = :version
    and p.campaign_id = :campaign_id and p.rater_id = :rater_id
    and p.panel_person is not distinct from coalesce(:panel_person, p.panel_person);

-- name: agree_as_elsewhere!
-- Consent that this browser gave to the very same text in another campaign, taken over with its moment; nothing where
-- either campaign is of a paid panel, whose text says more.
insert into participations as p (campaign_id, rater_id, language, consent_version, agreed_at)
select k.campaign_id, o.rater_id, o.language, k.consent_version, o.agreed_at
from campaigns k
join campaigns other on other.consent = k.consent and other.panel is null and other.campaign_id <> k.campaign_id
join participations o on o.campaign_id = other.campaign_id and o.consent_version = other.consent_version
where k.campaign_id = :campaign_id and k.panel is null and o.rater_id = :rater_id and o.agreed_at is not null
order by o.agreed_at desc limit 1
on conflict (campaign_id, rater_id) do update
    set language = excluded.language, consent_version = excluded.consent_version, agreed_at = excluded.agreed_at;

-- name: check_as_elsewhere!
-- What the checks showed in another campaign of the same browser, with their moment: they are asked once.
update participations p
set checked_at = o.checked_at, colour_vision = o.colour_vision, screen_steps = o.screen_steps
from participations o
where p.campaign_id = :campaign_id and p.rater_id = :rater_id and p.checked_at is null
    and o.rater_id = :rater_id and o.checked_at is not null;

-- name: keep_checks!
-- What the short checks showed, or that they were skipped, in every campaign that the browser takes part in.
update participations set checked_at = coalesce(checked_at, now()), colour_vision = :colour_vision,
    screen_steps = :screen_steps
where rater_id = :rater_id and agreed_at is not null;

-- name: finish$
-- The rater is at the end: the code of the first time, whatever comes again.
update participations set finished_at = coalesce(finished_at, now()),
    completion_code = coalesce(completion_code, :completion_code)
where campaign_id = :campaign_id and rater_id = :rater_id and agreed_at is not null
returning completion_code;

-- name: was_swapped$
-- Whether the second picture stood left, or came first, when a rater answered.
select swapped from ratings where item_id = :item_id and rater_id = :rater_id and undone_at is null;
