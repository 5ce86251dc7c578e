-- name: register_model$
-- The row of a method with one set of weights, now with their place in the archive; what an earlier call wrote stands.
insert into models
    (method, weights_sha256, card, weights_key, card_key, code_revision, data_manifest_sha256, parent_id)
values (:method, :weights_sha256, :card, :weights_key, :card_key, :code_revision, :data_manifest_sha256, :parent_id)
on conflict (method, weights_sha256) do update
    set card = case when models.weights_key is null then excluded.card else models.card end,
        weights_key = excluded.weights_key, card_key = excluded.card_key,
        code_revision = coalesce(models.code_revision, excluded.code_revision),
        data_manifest_sha256 = coalesce(models.data_manifest_sha256, excluded.data_manifest_sha256),
        parent_id = coalesce(models.parent_id, excluded.parent_id)
returning model_id;

-- name: model^
-- One model, and whether it is its method's champion.
select models.model_id, models.method, weights_sha256, weights_key, protocol, promotable,
    champions.model_id is not null as is_champion
from models left join champions using (model_id)
where models.model_id = :model_id;

-- name: models
-- Every model, the newest first, with the mark of the champions.
select models.model_id, models.method, weights_sha256, registered_at, judged_at, protocol, code_revision,
    data_manifest_sha256, parent_id, weights_key is not null as archived, champions.model_id is not null as champion,
    champions.approved_by, champions.why, champions.approved_at
from models left join champions using (model_id)
order by models.method, models.model_id desc;

-- name: model_of_weights$
-- The model of a method with one set of weights.
select model_id from models where method = :method and weights_sha256 = :weights_sha256;

-- name: champion$
-- The model that a method colours with; nothing where the installed weights do.
select model_id from champions where method = :method;

-- name: was_champion$
-- Whether a model ever was a champion: its reports must then stay.
select exists (select from champion_moves where model_id = :model_id);

-- name: keep_protocol!
-- The benchmark of a model, the newest judging.
update models set protocol = :protocol, judged_at = now()
where model_id = :model_id and protocol is distinct from :protocol;

-- name: lock_moves!
-- One move at a time, so that each is judged against the champion it replaces; readers go on.
lock table champion_moves in exclusive mode;

-- name: moves
-- The moves of a method's champion in their order.
select kind, model_id, from_model_id from champion_moves where method = :method order by move_id;

-- name: add_move$
-- The champion moves.
insert into champion_moves (method, kind, model_id, from_model_id, approved_by, why, figures)
values (:method, cast(:kind as champion_move_kind), :model_id, :from_model_id, :approved_by, :why, :figures)
returning move_id;

-- name: paired_scores
-- Opinion scores of people for the same scan and preset, coloured by two models.
select one_score.mos - other_score.mos as difference
from colorizations one
join colorizations other on other.scan_id = one.scan_id and other.preset = one.preset
join opinion_scores one_score on one_score.colorization_id = one.colorization_id
join opinion_scores other_score on other_score.colorization_id = other.colorization_id
where one.model_id = :model_id and other.model_id = :other_id and one.preset = cast(:preset as preset)
    and not one_score.simulated and not other_score.simulated
    and one.withdrawn_at is null and other.withdrawn_at is null
order by one.scan_id;
