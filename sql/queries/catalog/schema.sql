-- The catalog's schema as PostgreSQL keeps it, read for sql/schema.sql; everything in an order that does not depend on
-- when it was made.

-- name: list_words
-- Types whose values are words, with the words in their order.
select t.typname::text as name, obj_description(t.oid, 'pg_type') as comment,
    array_agg(e.enumlabel::text order by e.enumsortorder) as words
from pg_type t join pg_enum e on e.enumtypid = t.oid
where t.typnamespace = current_schema()::regnamespace
group by t.oid, t.typname order by t.typname;

-- name: list_functions
-- Functions; `in_columns` where a table computes a column or a check with it, `of_trigger` where a trigger calls it.
select p.proname::text as name, obj_description(p.oid, 'pg_proc') as comment,
    pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
    l.lanname::text as language, p.prosrc as body,
    case p.provolatile when 'i' then ' immutable' when 's' then ' stable' else '' end
        || case when p.proisstrict then ' strict' else '' end
        || case p.proparallel when 's' then ' parallel safe' else '' end as manner,
    p.prorettype = 'trigger'::regtype as of_trigger,
    exists (
        select from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid
            and d.classid in ('pg_attrdef'::regclass, 'pg_constraint'::regclass)
    ) as in_columns
from pg_proc p join pg_language l on l.oid = p.prolang
where p.pronamespace = current_schema()::regnamespace
order by p.proname, arguments;

-- name: list_tables
-- Tables, and those that their foreign keys point at.
select c.relname::text as name, obj_description(c.oid, 'pg_class') as comment,
    array(
        select distinct r.relname::text from pg_constraint k join pg_class r on r.oid = k.confrelid
        where k.conrelid = c.oid and k.confrelid <> c.oid order by 1
    ) as needs
from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
order by c.relname;

-- name: list_columns
-- Columns of all tables in their order.
select c.relname::text as table_name, a.attname::text as name, col_description(c.oid, a.attnum) as comment,
    format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required, a.attidentity::text as identity,
    a.attgenerated::text as generated, pg_get_expr(d.adbin, d.adrelid, true) as expression
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
order by c.relname, a.attnum;

-- name: list_rules
-- Keys, references and checks of all tables; that a column takes no null stands with the column.
select c.relname::text as table_name, k.conname::text as name, obj_description(k.oid, 'pg_constraint') as comment,
    k.contype::text as kind, pg_get_constraintdef(k.oid, true) as definition,
    array(
        select a.attname::text from unnest(k.conkey) with ordinality as n (attnum, place)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = n.attnum order by n.place
    ) as columns
from pg_constraint k join pg_class c on c.oid = k.conrelid
where c.relnamespace = current_schema()::regnamespace and k.contype in ('p', 'u', 'f', 'c', 'x')
order by c.relname, array_position('{p,u,x,f,c}', k.contype::text), k.conname;

-- name: list_indexes
-- Indexes that no constraint brings with it.
select c.relname::text as table_name, i.relname::text as name, obj_description(i.oid, 'pg_class') as comment,
    pg_get_indexdef(i.oid, 0, true) as definition
from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
where c.relnamespace = current_schema()::regnamespace
    and not exists (select from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u', 'x'))
order by c.relname, i.relname;

-- name: list_triggers
-- Triggers, with the function that each calls.
select c.relname::text as table_name, t.tgname::text as name, obj_description(t.oid, 'pg_trigger') as comment,
    pg_get_triggerdef(t.oid, true) as definition, p.proname::text as calls
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
where c.relnamespace = current_schema()::regnamespace and not t.tgisinternal
order by c.relname, t.tgname;

-- name: list_views
-- Views, and the views that they read.
select c.relname::text as name, obj_description(c.oid, 'pg_class') as comment, pg_get_viewdef(c.oid, true) as body,
    array(
        select distinct r.relname::text
        from pg_rewrite w join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
        join pg_class r on d.refclassid = 'pg_class'::regclass and r.oid = d.refobjid and r.relkind = 'v'
        where w.ev_class = c.oid and r.oid <> c.oid order by 1
    ) as needs
from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind = 'v'
order by c.relname;
