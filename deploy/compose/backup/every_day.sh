#!/bin/sh
# Saves both databases every BACKUP_EVERY_S seconds, and keeps the newest BACKUPS_KEPT.
set -eu
place=/var/lib/postgresql/data
trap 'exit 0' TERM INT
umask 077
touch /tmp/alive
while :; do
    sleep "$BACKUP_EVERY_S" &
    wait $!
    name=$(date -u +%Y-%m-%dT%H%M%SZ)
    if sh /etc/svgai/backup/save.sh "$place/$name.partial"; then
        mv "$place/$name.partial" "$place/$name"
        echo "saved $name"
    else
        echo "could not save $name" >&2
        rm -rf "$place/$name.partial"
    fi
    # Names sort by time.
    find "$place" -mindepth 1 -maxdepth 1 -type d -name '*Z' | sort -r | tail -n "+$((BACKUPS_KEPT + 1))" |
        while read -r old; do rm -rf "$old"; done
done
