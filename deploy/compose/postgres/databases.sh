#!/bin/sh
# One database and one role each for the quality store and for MLflow, created at the server's first start.
# psql quotes the passwords itself, so that they may contain any character.
set -eu
psql --username="$POSTGRES_USER" --dbname=postgres --quiet --set=ON_ERROR_STOP=1 \
    --set=quality="$QUALITY_DB_PASSWORD" --set=mlflow="$MLFLOW_DB_PASSWORD" <<'SQL'
CREATE ROLE quality LOGIN PASSWORD :'quality';
CREATE ROLE mlflow LOGIN PASSWORD :'mlflow';
CREATE DATABASE quality OWNER quality;
CREATE DATABASE mlflow OWNER mlflow;
REVOKE CONNECT ON DATABASE quality, mlflow FROM PUBLIC;
SQL
