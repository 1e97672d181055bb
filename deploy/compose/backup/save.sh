#!/bin/sh
# Databases and artifacts into a folder, with their digests: save.sh FOLDER
# The databases first: an artifact too many harms nobody, one too few does.
set -eu
mkdir -p "$1"
cd "$1"
for database in quality mlflow; do
    pg_dump --format=custom --file="$database.dump" "$database"
done
tar --create --file=artifacts.tar --directory=/artifacts .
sha256sum quality.dump mlflow.dump artifacts.tar >SHA256SUMS
