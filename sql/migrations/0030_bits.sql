-- Film and microfilm scanners store 10, 12 or 14 bits a sample, and the catalog says what is stored.

alter table scans drop constraint scans_bits_check;
alter table scans add constraint scans_bits_check check (bits between 1 and 32);
