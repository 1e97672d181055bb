#!/bin/sh
# One database and one role for the quality store and for MLflow, made when the server starts for the first time.
# psql quotes the passwords itself, so that any character may be in them.
set -eu
psql --username="$POSTGRES_USER" --dbname=postgres --quiet --set=ON_ERROR_STOP=1 \
    --set=quality="$QUALITY_DB_PASSWORD" --set=mlflow="$MLFLOW_DB_PASSWORD" <<'SQL'
CREATE ROLE quality LOGIN PASSWORD :'quality';
CREATE ROLE mlflow LOGIN PASSWORD :'mlflow';
CREATE DATABASE quality OWNER quality;
CREATE DATABASE mlflow OWNER mlflow;
REVOKE CONNECT ON DATABASE quality, mlflow FROM PUBLIC;
SQL
