-- Of networks it is enough to know which raters voted from one in an hour; how often, their votes tell.

alter table network_activity drop column votes;
comment on table network_activity is
    'Which raters voted from a network in an hour, for the burst report; deleted after HERITAGE_NETWORK_DAYS. In no export.';

drop index ratings_held;
create index ratings_held on ratings (screened_by) where starts_with(screened_by, 'hold:');
comment on index ratings_held is 'Releasing a hold finds its votes.';
