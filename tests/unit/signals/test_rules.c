/* Rules as data: what is read, what a mistake says, and that the library's own are sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "signals/rules.h"

static void reads_every_key(void **state)
{
    (void)state;
    static const char text[] =
        "a: {task: vqa, skill: counting, confidence: 0.5, words: 9, ask: how many, also: [x, y],\n"
        "    but: z, said: \"^red\", answer: [number, phrase], given: box, absent: [pair, "
        "frames]}\n"
        "b: {task: caption, confidence: 1}\n";
    rs_tag_rules *rules;
    rsift_error err = {0};
    if (rs_tag_rules_read(RS_STR("t.yaml"), rs_str_of(text), &rules, &err) != RSIFT_OK)
        fail_msg("%s: %s", err.where, err.message);
    assert_int_equal(rules->n, 2);
    const rs_tag_rule *a = &rules->rules[0], *b = &rules->rules[1];
    assert_true(rs_str_eq(a->name, RS_STR("a")) && rs_str_eq(a->skill, RS_STR("counting")));
    assert_int_equal(a->task, RS_TASK_VQA);
    assert_true(a->confidence == 0.5);
    assert_int_equal(a->most_words, 9);
    assert_true(a->ask == 1 && a->also == 2 && a->but == 3 && rules->asked.n_groups == 4);
    assert_true(a->said == 1 && rules->said.n_groups == 2);
    assert_int_equal(a->answer, 1u << RS_ANSWER_NUMBER | 1u << RS_ANSWER_PHRASE);
    assert_int_equal(a->given, RS_GIVEN_BOX);
    assert_int_equal(a->absent, RS_GIVEN_PAIR | RS_GIVEN_FRAMES);
    assert_true(b->skill.len == 0 && b->ask == 0 && b->answer == 0);
    rs_tag_rules_free(rules);
}

static void refuses(const char *text, const char *where, const char *message)
{
    rs_tag_rules *rules;
    rsift_error err = {0};
    assert_int_not_equal(rs_tag_rules_read(RS_STR("t.yaml"), rs_str_of(text), &rules, &err),
                         RSIFT_OK);
    assert_null(rules);
    if (!strstr(err.where, where) || !strstr(err.message, message))
        fail_msg("%s: \"%s: %s\"", text, err.where, err.message);
}

static void mistakes_have_a_place(void **state)
{
    (void)state;
    refuses("[a]", "t.yaml:1:1", "a map of rules");
    refuses("a: b", "t.yaml:1:4", "a rule");
    refuses("a: {task: vqa}", "t.yaml:1:", "task and confidence");
    refuses("a: {task: cooking, confidence: 1}", "t.yaml:1:11", "taxonomy/tasks.yaml");
    refuses("a: {task: vqa, skill: cooking}", "t.yaml:1:23", "taxonomy/skills.yaml");
    refuses("a: {task: vqa, confidence: 2}", "t.yaml:1:28", "at most 1");
    refuses("a: {task: vqa, words: many}", "t.yaml:1:23", "a number of words");
    refuses("a: {ask: \"..\"}", "t.yaml:1:10", "begins and ends with words");
    refuses("a: {ask: [[x]]}", "t.yaml:1:", "a phrase");
    refuses("a: {answer: shouting}", "t.yaml:1:13", "docs/tags.md");
    refuses("a: {given: [box, cheese]}", "t.yaml:1:18", "docs/tags.md");
    refuses("a: {colour: red}", "t.yaml:1:5", "task, skill");
}

static void own_rules_are_sound(void **state)
{
    (void)state;
    rs_tag_rules *rules;
    rsift_error err = {0};
    if (rs_tag_rules_load(&rules, &err) != RSIFT_OK) fail_msg("%s: %s", err.where, err.message);
    assert_true(rules->n > 10);
    for (size_t i = 0; i < rules->n; i++) {
        const rs_tag_rule *rule = &rules->rules[i];
        /* a rule without any condition would tag everything */
        if (!rule->ask && !rule->given && !rule->answer && !rule->said)
            fail_msg("rule %zu holds always", i);
    }
    rs_tag_rules_free(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_key),
        cmocka_unit_test(mistakes_have_a_place),
        cmocka_unit_test(own_rules_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
