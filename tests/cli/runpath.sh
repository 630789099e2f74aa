# Libraries come from where rsift lies or from the system, never from the folder it runs in, which may be
# somebody else's release. What stands in the objects themselves: tests/python/test_elf.py.
# And `make install`, `make uninstall`: what the one puts the other removes, and nothing else.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

cat >own.json <<'JSON'
[{"id": "1", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\nWhat is it?"}, {"from": "gpt", "value": "a ship"}]}]
JSON
build=${RSIFT_BUILD_DIR:-$(dirname "$RSIFT_BIN")}

# check_runs_in_hostile_folder NAME PROGRAM: an empty file of each library's name stops whoever reads it
check_runs_in_hostile_folder()
{
    mkdir -p hostile
    for library in $(ldd "$2" | sed -n 's/^[[:space:]]*\(lib[^ ]*\) => .*/\1/p'); do
        : >"hostile/$library"
    done
    : >hostile/libduckdb.so # opened when a database is asked
    check_is "$1: libraries to put in its way" yes "$([ -f hostile/libexpat.so.1 ] && echo yes)"
    check_exit "$1: loads no library of the current folder" 0 env -C hostile "$2" --version
    check_exit "$1: scans the folder it runs in" 0 env -C hostile "$2" scan .
    check_exit "$1: opens no database of the current folder" 0 env -C hostile "$2" index ../own.json \
        --reader llava --name own --workspace ../w
}

# listed FOLDER: its files and links, and the folders that are rsift's own
listed()
{
    (cd "$1" && find . ! -type d -o -name rsift | sort)
}

if ! command -v ldd >/dev/null; then
    skip "no ldd here"
    finish
fi
check_runs_in_hostile_folder "built rsift" "$RSIFT_BIN"

# Without its database rsift still answers from the catalogue, and says what a question lacks.
mkdir alone
cp "$RSIFT_BIN" alone/rsift
if ldd alone/rsift | grep -q libduckdb; then
    skip "without DuckDB: this build links it"
else
    check_exit "without DuckDB: the catalogue" 0 alone/rsift list
    check_exit "without DuckDB: an index" 2 alone/rsift index own.json --reader llava --name own --workspace w0
    check_says "without DuckDB: and why" "cannot load the database DuckDB"
    # Parquet is read by the same library: alone, in a folder, and in an archive
    mkdir -p rows/deeper
    printf 'PAR1\025\004\025\000PAR1' >rows/deeper/train.parquet
    python3 -c 'import zipfile; zipfile.ZipFile("rows.zip", "w").write("rows/deeper/train.parquet")'
    for path in rows/deeper/train.parquet rows rows.zip; do
        check_exit "without DuckDB: an index of $path" 2 alone/rsift index $path --name own --workspace w0
        check_says "without DuckDB: why $path is not read" "cannot load the database DuckDB"
        check_exit "without DuckDB: a scan of $path" 2 alone/rsift scan $path
        check_says "without DuckDB: the scan says why" "cannot load the database DuckDB"
        check_exit "without DuckDB: a record of $path" 2 alone/rsift new own $path
        check_says "without DuckDB: why there is none" "cannot load the database DuckDB"
    done
fi

if ! cmake --version >/dev/null 2>&1; then
    skip "installed rsift: no cmake here"
    finish
fi

# uninstalls DESTDIR PREFIX: installs among files of others, runs what is there, removes it again
uninstalls()
{
    root=$1$2
    mkdir -p "$root/bin" "$root/lib" "$root/include"
    for other in bin/other bin/rsift2 lib/librsiftx.so include/rsift.h; do : >"$root/$other"; done
    listed "$root" >before
    DESTDIR=$1 cmake --install "$build" --prefix "$2" >install.log 2>&1 || fail "install" install.log
    check_is "$1+$2: installed" 1 "$([ -x "$root/bin/rsift" ] && [ -f "$root/include/rsift/rsift.h" ] && echo 1)"
    check_runs_in_hostile_folder "installed rsift" "$root/bin/rsift"
    check_exit "$1+$2: uninstall" 0 env DESTDIR="$1" sh "$RSIFT_SOURCE_DIR/tools/uninstall" "$build" "$2"
    listed "$root" >after
    check_same "$1+$2: exactly what was installed is gone" before after
    check_exit "$1+$2: nothing to uninstall is no error" 0 env DESTDIR="$1" \
        sh "$RSIFT_SOURCE_DIR/tools/uninstall" "$build" "$2"
}

uninstalls "$work/staged" /usr
uninstalls "" "$work/my prefix"
finish
