# A folder is a test: in/ (a few records in a release's exact layout, invented), cmd (shell lines that
# write files into out/), out/ (what is expected). `run.sh --update` rewrites out/; review the diff.
# `run.sh NAME...` runs only those folders. cmd may use:
#   index PATH [OPTIONS]      into the workspace ws
#   tables                    every row that was read, as text
#   rsift VERB ...            the command itself
. "$(dirname "$0")/../cli/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
update=
if [ "${1:-}" = --update ]; then
    update=yes
    shift
fi

index()
{
    rsift index "$@" --workspace ws --quiet >index.log 2>&1 || { cat index.log; return 1; }
}

# Order is that of the releases' records; nothing here depends on the machine or the day.
tables()
{
    rsift query --workspace ws --json "SELECT r FROM (
SELECT 1 t, source a, file b, ordinal c, sub d, 'sample ' || s::VARCHAR r FROM (SELECT sample_id,
    release_id, source, file, ordinal, sub, role, task, skill, release_type, original_id, locator,
    n_turns, n_regions, n_assets, labels, truth, n_serious FROM sample) s
UNION ALL SELECT 2, source, file, ordinal, sub * 10000 + turn.i, 'turn ' || concat_ws(' ', source, ordinal, sub, turn.i, turn.role,
    text) FROM sample JOIN turn USING (sample_id)
UNION ALL SELECT 3, source, file, ordinal, sub * 10000 + region.i, 'region ' || concat_ws(' ', source, ordinal, sub,
    region.i, kind, label, coords::VARCHAR, convention, 'turn=' || turn, 'flags=' || flags)
    FROM sample JOIN region USING (sample_id)
UNION ALL SELECT 4, source, file, ordinal, sub * 10000 + sample_asset.i, 'picture ' || concat_ws(' ', source, ordinal, sub, sample_asset.i,
    asset_role, path, state) FROM sample JOIN sample_asset USING (sample_id) JOIN asset USING (asset_id)
UNION ALL SELECT 5, source, file, ordinal, 0, 'split ' || concat_ws(' ', source, ordinal, sub, scheme, name)
    FROM sample JOIN split USING (sample_id)
UNION ALL SELECT 6, path, '', 0, 0, 'asset ' || concat_ws(' ', path, state, format, width, height, bands, dtype,
    n_bytes, content_hash) FROM asset
UNION ALL SELECT 7, key, path, 0, 0, 'key ' || concat_ws(' ', path, key, relation, confidence)
    FROM (SELECT DISTINCT path, key, relation, s.confidence FROM asset_source s JOIN asset USING (asset_id))
UNION ALL SELECT 7, source, file, ordinal, sub, 'complete ' || concat_ws(' ', source, ordinal, sub, complete)
    FROM sample WHERE complete IS NOT NULL
UNION ALL SELECT 8, source, pass, 0, 0, 'reading ' || concat_ws(' ', source, pass, sum(seen), sum(used),
    sum(merged), sum(skipped), sum(set_aside)) FROM reading GROUP BY source, pass
UNION ALL SELECT 9, source, locator, 0, 0, 'finding ' || concat_ws(' ', source, severity, code, n, locator, message)
    FROM finding) ORDER BY t, a, b, c, d, r" >tables.json || return 1
    sed -e 's/^[[ ]{"r":"//' -e 's/"}[],]$//' tables.json
}

if [ $# -eq 0 ]; then
    for folder in "$here"/*/cmd; do set -- "$@" "$(basename "$(dirname "$folder")")"; done
fi
for name in "$@"; do
    mkdir -p "$work/$name/out"
    cp -R "$here/$name/in" "$work/$name/in"
    # not as a condition, which would switch -e off inside
    (set -e; cd "$work/$name"; . "$here/$name/cmd") >"$work/log" 2>&1
    code=$?
    if [ $code -ne 0 ]; then
        fail "golden $name: cmd" "$work/log"
        continue
    fi
    if [ -n "$update" ]; then
        rm -rf "${here:?}/$name/out"
        cp -R "$work/$name/out" "$here/$name/out"
    elif diff -r "$here/$name/out" "$work/$name/out" >"$work/log" 2>&1; then
        pass "golden $name"
    else
        cut -c 1-300 "$work/log" >"$work/short"
        fail "golden $name (< expected, > found)" "$work/short"
    fi
    rm -rf "${work:?}/$name"
done
[ -z "$update" ] || echo "rewritten: $#; review with git diff tests/golden"
[ -n "$update" ] || finish
