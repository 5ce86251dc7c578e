-- Where the method was unsure, as a picture for curators.

alter table colorizations add column uncertainty_key text;
comment on column colorizations.uncertainty_key is
    'A small grey PNG in the archive bucket, bright where the method was unsure; null where it cannot tell.';
