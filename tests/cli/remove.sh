# A dataset leaves the workspace: at once, also after a kill; its files stay, and it can come back.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

cat >a.json <<'J'
[{"id":"1","image":"1.png","conversations":[{"from":"human","value":"<image>\nwhat?"},{"from":"gpt","value":"a ship"}]}]
J
sed 's/ship/port/' a.json >b.json
index() { check_exit "index $1 as $2" 0 rsift index "$1" --reader llava --name "$2" --licence CC-BY-4.0 --workspace ws --quiet; }
datasets() { one ws "SELECT coalesce(string_agg(DISTINCT dataset, ' ' ORDER BY dataset), 'none') v FROM sample"; }
index a.json mine
index b.json other
printf 'recipe: 1\nname: both\nseed: 1\nlicence: any\nunresolved: keep\ndatasets:\n  - {id: mine}\n  - {id: other}\n' >r.yaml
check_exit "a mixture of both" "0 1" rsift mix r.yaml --workspace ws --quiet
check_exit "remove" 0 rsift remove mine --workspace ws
check_says "what was removed" "removed mine@own: 1 samples"
check_says "which mixture rests on it" "the mixture both"
check_is "the other one stays" other "$(datasets)"
check_is "no part of it is left" 0 "$(find ws/parts -name '*mine*' | wc -l | tr -d ' ')"
check_usable "after remove" ws
check_exit "its file stays" 0 test -s a.json
check_exit "again: there is none" 2 rsift remove mine --workspace ws
check_says "which is said" 'not indexed here'
check_exit "nothing to remove" 2 rsift remove nonsense --workspace ws
index a.json mine
check_is "it came back" "mine other" "$(datasets)"
check_exit "one release by its id" 0 rsift remove mine@own --workspace ws --json
check_says "as JSON" '"schema":"rsift.remove/1"'
check_is "the other one stays again" other "$(datasets)"

# A folder that was renamed away and not yet deleted when the process died is swept.
index a.json mine
mkdir -p ws/tmp/99999999-0-gone && mv ws/parts/mine@own ws/tmp/99999999-0-gone/gone-0
check_usable "a kill in the middle" ws
check_is "a kill in the middle: it is gone" other "$(datasets)"
index a.json mine
check_is "a kill in the middle: it comes back" "mine other" "$(datasets)"
check_is "the leftover is swept" "" "$(ls ws/tmp)"
finish
