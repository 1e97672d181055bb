#!/bin/sh
# Both databases into a folder, with their digests: save.sh FOLDER
set -eu
mkdir -p "$1"
cd "$1"
for database in quality mlflow; do
    pg_dump --format=custom --file="$database.dump" "$database"
done
sha256sum quality.dump mlflow.dump >SHA256SUMS
