-- The models that colour.

-- name: register_model$
-- The row of a method with one set of weights, made at its first use.
insert into models (method, weights_sha256, card) values (:method, :weights_sha256, :card)
on conflict (method, weights_sha256) do update set card = models.card
returning model_id;

-- name: champion$
-- The model that a method colours with; nothing where the installed weights do.
select model_id from champions where method = :method;

-- name: archived_model^
-- Where a model's weights lie in the archive, and its card; nothing where they were never put there.
select weights_key, card from models
where method = :method and weights_sha256 = :weights_sha256 and weights_key is not null;

-- name: champion_methods
-- Methods that colour with a model of the registry.
select method from champions order by method;
