#!/bin/sh
# Saves databases and artifacts to /backups every BACKUP_EVERY_S seconds, and keeps the newest BACKUPS_KEPT.
set -eu
trap 'exit 0' TERM INT
umask 077
touch /tmp/alive
while :; do
    sleep "$BACKUP_EVERY_S" &
    wait $!
    name=$(date -u +%Y-%m-%dT%H%M%SZ)
    if sh /etc/svgai/backup/save.sh "/backups/$name.partial"; then
        mv "/backups/$name.partial" "/backups/$name"
        echo "saved $name"
    else
        echo "could not save $name" >&2
        rm -rf "/backups/$name.partial"
    fi
    # Names sort by time.
    find /backups -mindepth 1 -maxdepth 1 -type d -name '*Z' | sort -r | tail -n "+$((BACKUPS_KEPT + 1))" |
        while read -r old; do rm -rf "$old"; done
done
