-- Bells: acts that start their DAG at once.

-- name: add_bell!
-- An act rings for its DAG.
insert into bells (bell, dag_id) values (:bell, :dag_id);
