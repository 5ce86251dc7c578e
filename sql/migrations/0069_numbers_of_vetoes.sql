-- Vetoes are numbered as they come, so that an export appends to them instead of writing all of them anew: their keys
-- are random.

alter table vetoes add column number bigint generated always as identity;
comment on column vetoes.number is 'The order in which vetoes came; exports follow it.';
