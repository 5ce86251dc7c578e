-- Scores are numbered as they come, so that an hourly export appends to them instead of writing all of them anew: their
-- keys are random.

alter table item_scores add column number bigint generated always as identity;
comment on column item_scores.number is 'The order in which scores came to be; exports follow it.';
alter table rater_scores add column number bigint generated always as identity;
comment on column rater_scores.number is 'The order in which scores came to be; exports follow it.';
