#!/bin/sh
# Starts MLflow's server for a team: everything in PostgreSQL, accounts for all, artifacts served by the server itself.
# It is configured by the environment, see .env.example. If something is missing, it is named and nothing starts.
# Arguments are passed to `mlflow server`, and take precedence over the choices here.
set -eu

missing=
need() {
    eval "value=\${$1:-}"
    [ -n "$value" ] || missing="$missing
  $1: $2"
}
# libpq reads PG* itself, so the password is in no URL, file or process list.
need PGHOST 'the machine of PostgreSQL'
need PGDATABASE 'its database'
need PGUSER 'its user'
need PGPASSWORD 'the password of this user'
need MLFLOW_AUTH_ADMIN_PASSWORD 'the password that the account admin is made with, at least 12 characters'
need MLFLOW_FLASK_SERVER_SECRET_KEY 'signs the forms of the pages; make one with: openssl rand -hex 32'
need MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY 'encrypts the secrets of webhooks; make one with: openssl rand -base64 32 | tr +/ -_'
need MLFLOW_SERVER_ALLOWED_HOSTS 'the names that clients reach the server by, such as mlflow.example.com'
need MLFLOW_SERVER_CORS_ALLOWED_ORIGINS 'the addresses that its pages are opened at, such as https://mlflow.example.com'
if [ -n "$missing" ]; then
    echo "MLflow does not start: set in the environment$missing" >&2
    exit 64
fi

here=$(cd "$(dirname "$0")" && pwd)
python "$here/schema.py"

export MLFLOW_AUTH_CONFIG_PATH="${MLFLOW_AUTH_CONFIG_PATH:-$here/accounts.ini}"
# Jobs would be ten more processes, which are not used here.
export MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false MLFLOW_DISABLE_TELEMETRY=true

exec mlflow server --app-name basic-auth --host 0.0.0.0 --port 5000 --workers "${MLFLOW_WORKERS:-2}" \
    --backend-store-uri postgresql+psycopg2:// \
    --artifacts-destination "${MLFLOW_ARTIFACTS_DESTINATION:-/var/lib/mlflow/artifacts}" \
    --allowed-hosts "$MLFLOW_SERVER_ALLOWED_HOSTS,localhost:*,127.0.0.1:*" --cors-allowed-origins "$MLFLOW_SERVER_CORS_ALLOWED_ORIGINS" "$@"
