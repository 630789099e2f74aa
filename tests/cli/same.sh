# One release, many ways to keep and read it: folder, archives, parts, an archive in an archive; one
# thread or four; whole or in units, in any order. The tables must be the same.
. "$(dirname "$0")/lib.sh"

families='coco dior dota eurosat geochat levir rsicd rsivqa rsvqa vrsbench'
cd "$work" || exit 1

# index_as WORKSPACE PATH [OPTIONS]
index_as()
{
    to=$1
    shift
    rsift index "$@" --workspace "$to" --quiet >"$work/index.log" 2>&1
}

# compare NAME WORKSPACE: with the family's folder
compare()
{
    dump "$2" "$work/found" && check_same "$1" "$work/expected" "$work/found"
}

for family in $families; do
    mkdir -p "$family"
    set -- release "$family" --images 9 --side 64 --seed 11
    "$RSIFT_SYNTH" "$@" --out "$family/folder" >/dev/null || { fail "$family: synth"; continue; }
    if ! index_as "$family/ws" "$family/folder" --threads 2; then
        fail "$family: index of the folder" index.log
        continue
    fi
    dump "$family/ws" "$work/expected" || { fail "$family: dump"; continue; }
    n=$(grep -c '"sample ' "$work/expected")
    if [ "$n" -gt 0 ]; then pass "$family: $n samples"; else fail "$family: no samples" index.log; fi

    # Every container for one family of each kind of layout, two of them for the rest.
    case $family in
    coco | rsvqa | eurosat | geochat) containers='zip tar tar.gz 7z parts nested' ;;
    *) containers='zip nested' ;;
    esac
    for container in $containers; do
        mkdir -p "$family/$container"
        case $container in
        parts | nested) path=$family/$container/release.zip at=$family/$container ;;
        *) path=$family/$container/release.$container at=$path ;;
        esac
        "$RSIFT_SYNTH" "$@" --container $container --out "$path" >/dev/null ||
            { fail "$family: synth as $container"; continue; }
        if index_as "$family/ws-$container" "$at"; then
            compare "$family as $container" "$family/ws-$container"
        else
            fail "$family as $container: index" index.log
        fi
    done
    for threads in 1 4; do
        if index_as "$family/ws-t$threads" "$family/folder" --threads $threads; then
            compare "$family with $threads threads" "$family/ws-t$threads"
        else
            fail "$family with $threads threads: index" index.log
        fi
    done
    for unit in 3 1 2; do
        index_as "$family/ws-u" "$family/zip/release.zip" --unit $unit/3 ||
            fail "$family unit $unit of 3: index" index.log
    done
    compare "$family in three units" "$family/ws-u"
    # Everything is there: nothing may be added by asking again.
    index_as "$family/ws" "$family/folder" || fail "$family: index again" index.log
    compare "$family indexed twice" "$family/ws"
done

# Units of a file that has more chunks than units, so that each has something to do.
"$RSIFT_SYNTH" records --out big.json --records 90000 --seed 5 >/dev/null
own='--reader llava --name mine'
# shellcheck disable=SC2086
{
    index_as big-1 big.json $own --threads 1 && digest big-1 expected
    index_as big-4 big.json $own --threads 4 && digest big-4 found
    check_same "90,000 records with 1 and 4 threads" expected found
    index_as big-u big.json $own --unit 2/3
    index_as big-u big.json $own --unit 3/3
    digest big-u found
    if cmp -s expected found; then fail "two of three units are not the whole"; else pass "two of three"; fi
    index_as big-u big.json $own --unit 1/3
    digest big-u found
    check_same "90,000 records in three units" expected found
}
finish
