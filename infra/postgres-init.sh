#!/bin/sh
# Run once, by the postgres image, on an empty volume: two databases, each with an owner who cannot open the other.
set -eu

create() {
    psql --set ON_ERROR_STOP=1 --set name="$1" --set password="$2" --dbname postgres <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke connect on database :"name" from public;
SQL
}

create catalog "$CATALOG_PASSWORD"
create airflow "$AIRFLOW_DB_PASSWORD"
