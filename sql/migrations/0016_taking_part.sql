-- Taking part in a campaign goes through the short checks once.

alter table participations add column checked_at timestamptz;
comment on column participations.checked_at is
    'The rater did the checks of colour vision and screen, or chose to skip them; null: not asked yet.';
