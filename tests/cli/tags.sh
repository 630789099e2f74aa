#!/bin/sh
# Tags of questions: the columns of turn, the views tag and signal, and what they say where questions
# are not tagged, texts are not kept, or a part is older than tags.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
cat >mine.json <<'JSON'
[{"id": "a", "image": "1.png", "conversations": [
   {"from": "human", "value": "<image>\nHow many ships are there?"}, {"from": "gpt", "value": "3"},
   {"from": "human", "value": "What color is the roof?"}, {"from": "gpt", "value": "red"},
   {"from": "human", "value": "Mind the gap."}, {"from": "gpt", "value": "Yes"}]},
 {"id": "b", "image": "2.png", "conversations": [
   {"from": "human", "value": "<image>\nIS THERE A ROAD? Answer with yes or no."}, {"from": "gpt", "value": "no"}]}]
JSON
index()
{
    ws=$1
    shift
    rsift index mine.json --reader llava --name mine --images . --workspace "$ws" --quiet "$@" >.log 2>&1 ||
        fail "index $*" .log
}
asks() { rsift query --workspace "$1" "$2" --json 2>&1 | tr -d '\n' | sed 's:}, {:},{:g'; }
all="SELECT s.original_id AS id, g.turn, g.task, g.skill, g.answer_form AS form, g.rule FROM tag g
     JOIN sample s USING (sample_id) ORDER BY id, turn"
tagged='[{"id":"a","turn":0,"task":"vqa","skill":"counting","form":"number","rule":"count"},{"id":"a","turn":2,"task":"vqa","skill":"color","form":"phrase","rule":"color"},{"id":"a","turn":4,"task":"conversation","skill":null,"form":"yes-no","rule":null},{"id":"b","turn":0,"task":"vqa","skill":"presence","form":"yes-no","rule":"presence"}]'

index ws
check_is "every question is tagged" "$tagged" "$(asks ws "$all")"
check_is "signal tells the same by name" '[{"name":"answer-form","value":"yes-no","evidence":"answer, turn 0"},{"name":"skill","value":"presence","evidence":"rule presence, turn 0"},{"name":"task","value":"vqa","evidence":"rule presence, turn 0"}]' \
    "$(asks ws "SELECT name, value, g.evidence FROM signal g JOIN sample s USING (sample_id) WHERE s.original_id = 'b' ORDER BY name")"
id=$(rsift query --workspace ws "SELECT sample_id AS v FROM sample WHERE original_id = 'a'" --json | sed 's/.*"v":"\([^"]*\)".*/\1/')
check_exit "sample ID" 0 rsift sample "$id" --workspace ws
check_says "sample ID: what each question asks for" "user  asks for vqa counting (rule count), answered by number"
check_says "sample ID: where no rule fires" "user  answered by yes-no"
# pictures with captions ask no question of their own
echo '{"images": [{"filename": "3.png", "split": "train", "sentences": [{"raw": "a road"}, {"raw": "a long road"}]}]}' >cap.json
rsift index cap.json --reader karpathy --name cap --workspace ws --quiet >.log 2>&1 || fail "index captions" .log
check_is "a sample without a question has one row" '[{"turn":null,"task":"caption","skill":"description","answer_form":"sentence","rule":null}]' \
    "$(asks ws "SELECT g.* EXCLUDE sample_id FROM tag g JOIN sample s USING (sample_id) WHERE dataset = 'cap'")"
check_is "whose signals come from its task" '[{"name":"answer-form","evidence":"answer"},{"name":"skill","evidence":"task"},{"name":"task","evidence":"release"}]' \
    "$(asks ws "SELECT name, g.evidence FROM signal g JOIN sample s USING (sample_id) WHERE dataset = 'cap' ORDER BY name")"
index bare --no-text
check_is "also where texts are not kept" "$tagged" "$(asks bare "$all")"
index plain --no-signals
untagged='[{"id":"a","turn":0,"task":"conversation","skill":null,"form":null,"rule":null},{"id":"a","turn":2,"task":"conversation","skill":null,"form":null,"rule":null},{"id":"a","turn":4,"task":"conversation","skill":null,"form":null,"rule":null},{"id":"b","turn":0,"task":"conversation","skill":null,"form":null,"rule":null}]'
check_is "--no-signals leaves them out" "$untagged" "$(asks plain "$all")"
check_is "without tags signal has the release's own" '[{"name":"task","value":"conversation","evidence":"release, turn 0"}]' \
    "$(asks plain "SELECT DISTINCT name, value, evidence FROM signal WHERE evidence LIKE '%turn 0'")"
finish
