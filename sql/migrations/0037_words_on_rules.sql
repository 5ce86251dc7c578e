-- What two functions say of themselves named modules that are no longer in the package.

comment on function expected_half_width is
    'Half the width 0..2 of the interval that looks after every vote, when the votes on their way are in: what '
    'benchmarks/allocation.py computes for simulations. Student''s quantile by the expansion of Fisher and Cornish (1960), '
    'exact to 1e-6 here.';
comment on function retirement is
    'Why votes retire an item, or null: the rule of benchmarks/stopping.py, with its correction for looking after every '
    'vote.';
