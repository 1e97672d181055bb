#!/bin/sh
# Dumps each database whose address is given into a separate file, with its SHA-256 beside it, and removes dumps older
# than KEPT_DAYS. A dump gets its final name when it is complete and was read back.
set -eu

now=$(date -u +%Y%m%dT%H%M%SZ)
saved() {
    [ -n "$2" ] || return 0
    part="$BACKUPS/.$1-$now.part"
    pg_dump --format=custom --file="$part" "$2"
    pg_restore --list "$part" >/dev/null
    mv "$part" "$BACKUPS/$1-$now.dump"
    (cd "$BACKUPS" && sha256sum "$1-$now.dump" >"$1-$now.dump.sha256")
}

rm -f "$BACKUPS"/.*.part
saved quality "${QUALITY_DB_URL:-}"
saved mlflow "${MLFLOW_DB_URL:-}"
find "$BACKUPS" -name '*.dump*' -mtime "+$KEPT_DAYS" -delete
