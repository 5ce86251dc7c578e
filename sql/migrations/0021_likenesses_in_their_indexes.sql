-- A look-up compares some thousand likenesses of a million: they stand in the indexes themselves, so that the rows,
-- which lie all over the table, need not be read for that.

drop index scan_likenesses_band_1, scan_likenesses_band_2, scan_likenesses_band_3, scan_likenesses_band_4,
    scan_likenesses_band_5;
create index scan_likenesses_band_1 on scan_likenesses (band_1) include (scan_id, likeness);
create index scan_likenesses_band_2 on scan_likenesses (band_2) include (scan_id, likeness);
create index scan_likenesses_band_3 on scan_likenesses (band_3) include (scan_id, likeness);
create index scan_likenesses_band_4 on scan_likenesses (band_4) include (scan_id, likeness);
create index scan_likenesses_band_5 on scan_likenesses (band_5) include (scan_id, likeness);
comment on index scan_likenesses_band_1 is
    'like_scans asks for 14 values of each band and compares the likenesses that stand beside them.';
comment on index scan_likenesses_band_2 is 'As scan_likenesses_band_1.';
comment on index scan_likenesses_band_3 is 'As scan_likenesses_band_1.';
comment on index scan_likenesses_band_4 is 'As scan_likenesses_band_1.';
comment on index scan_likenesses_band_5 is 'As scan_likenesses_band_1; 13 values.';
