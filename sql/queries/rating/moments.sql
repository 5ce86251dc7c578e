-- Transactions that see one moment, or come one after the other.

-- name: freeze!
-- All that follows in the transaction sees one moment of the catalog, and sorts in memory what fits.
set transaction isolation level repeatable read, read only;

-- name: lock_counts$
-- Who changes the votes of many items at once comes after who does so now; ends with the transaction.
select pg_advisory_xact_lock(7236707);
