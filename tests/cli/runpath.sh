# Libraries come from where rsift lies or from the system, never from the folder it runs in: an empty
# entry in a run path means the current folder to the loader, and a release is somebody else's folder.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

build=${RSIFT_BUILD_DIR:-$(dirname "$RSIFT_BIN")}

# run_paths FILE: its run path, or nothing
run_paths()
{
    readelf -d "$1" 2>/dev/null | sed -n 's/.*(R\(UN\)\{0,1\}PATH).*\[\(.*\)\]$/\2/p'
}

# only_origin RUNPATH: true when each entry begins with $ORIGIN; an empty one is a ':' at an end or two in a row
only_origin()
{
    case :$1: in
    *::*) return 1 ;;
    esac
    [ -z "$(printf '%s\n' "$1" | tr : '\n' | grep -v '^\$ORIGIN\(/\|$\)')" ]
}

# check_run_paths NAME FILE...: every object among the files, at least one
check_run_paths()
{
    name=$1 n=0 bad=
    shift
    for file; do
        [ -f "$file" ] && [ ! -L "$file" ] || continue
        path=$(run_paths "$file")
        [ -n "$path" ] || continue
        n=$((n + 1))
        only_origin "$path" || bad="$bad $file=[$path]"
    done
    if [ -n "$bad" ]; then
        fail "$name: expected run paths of \$ORIGIN only, found$bad"
    elif [ "$n" -eq 0 ]; then
        fail "$name: no object with a run path"
    else
        pass "$name: $n objects"
    fi
}

# check_runs_in_hostile_folder NAME PROGRAM: an empty file of each library's name stops whoever reads it
check_runs_in_hostile_folder()
{
    mkdir -p hostile
    for library in $(ldd "$2" | sed -n 's/^[[:space:]]*\(lib[^ ]*\) => .*/\1/p'); do
        : >"hostile/$library"
    done
    check_is "$1: libraries to put in its way" yes "$([ -f hostile/libduckdb.so ] && echo yes)"
    check_exit "$1: loads no library of the current folder" 0 env -C hostile "$2" --version
}

if ! command -v readelf >/dev/null || ! command -v ldd >/dev/null; then
    skip "run paths: no readelf or no ldd here"
    finish
fi

for path in '$ORIGIN' '$ORIGIN/../lib:$ORIGIN'; do
    if only_origin "$path"; then pass "good $path"; else fail "good run path refused: $path"; fi
done
for path in '$ORIGIN:' ':$ORIGIN' '$ORIGIN::$ORIGIN' '.' '$ORIGIN:/tmp' '$ORIGINAL'; do
    if only_origin "$path"; then fail "bad run path accepted: $path"; else pass "bad $path"; fi
done

check_run_paths "build folder" "$build"/* "$build"/*/*
check_runs_in_hostile_folder "built rsift" "$RSIFT_BIN"
for object in "$RSIFT_BIN" "$build/librsift.so"; do
    check_is "${object##*/}: resolved at start, then read-only" "BIND_NOW GNU_RELRO" \
        "$(readelf -dlW "$object" | grep -o 'BIND_NOW\|GNU_RELRO' | sort -u | paste -sd ' ' -)"
done

if cmake --version >/dev/null 2>&1; then
    DESTDIR=$work/staged cmake --install "$build" --prefix /usr >"$work/install.log" 2>&1 ||
        fail "install" "$work/install.log"
    installed=$work/staged/usr
    check_run_paths "installed" $(find "$installed" -type f \( -name rsift -o -name '*.so*' \))
    check_runs_in_hostile_folder "installed rsift" "$installed/bin/rsift"
    : >"$installed/bin/other"
    check_exit "uninstall" 0 env DESTDIR="$work/staged" sh "$RSIFT_SOURCE_DIR/tools/uninstall" "$build" /usr
    check_is "uninstall leaves what others installed" "$installed/bin/other" \
        "$(find "$installed" ! -type d -o -name rsift)"
else
    skip "installed run paths: no cmake here"
fi
finish
