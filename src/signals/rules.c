/* taxonomy/questions.yaml as a table. A mistake in it is told with file, line and column. */
#include "signals/rules.h"

#include "base/alloc.h"
#include "base/embedded.h"
#include "base/num.h"
#include "codec/yaml.h"

typedef struct rules_reading {
    rs_tag_rules *rules;
    const rs_yaml *skills; /* taxonomy/skills.yaml */
    rs_str file;
    size_t cap;
} rules_reading;

static const struct given_name {
    const char *name;
    uint32_t bit;
} given_names[] = {
    {"box", RS_GIVEN_BOX},   {"boxes", RS_GIVEN_BOXES},   {"options", RS_GIVEN_OPTIONS},
    {"pair", RS_GIVEN_PAIR}, {"frames", RS_GIVEN_FRAMES},
};

/* ---- one value ------------------------------------------------------------------------------- */

static rsift_status read_task(const rules_reading *r, const rs_yaml *value, rs_task *out,
                              rsift_error *err)
{
    if (rs_model_task_parse(value->text, out)) return RSIFT_OK;
    return rs_yaml_expected(err, r->file, value, "a task of taxonomy/tasks.yaml");
}

static rsift_status read_skill(const rules_reading *r, const rs_yaml *value, rs_str *out,
                               rsift_error *err)
{
    for (const rs_yaml *skill = r->skills->first; skill; skill = skill->next)
        if (rs_str_eq(skill->key->text, value->text)) {
            *out = rs_arena_str(&r->rules->arena, value->text);
            return out->ptr ? RSIFT_OK : rs_err_nomem(err, "a rule");
        }
    return rs_yaml_expected(err, r->file, value, "a skill of taxonomy/skills.yaml");
}

static rsift_status read_confidence(const rules_reading *r, const rs_yaml *value, double *out,
                                    rsift_error *err)
{
    if (rs_num_double(value->text, out) && *out > 0 && *out <= 1) return RSIFT_OK;
    return rs_yaml_expected(err, r->file, value, "a number above 0, at most 1");
}

static rsift_status read_most_words(const rules_reading *r, const rs_yaml *value, uint32_t *out,
                                    rsift_error *err)
{
    double v;
    if (rs_num_double(value->text, &v) && v >= 1 && v <= RS_PHRASE_MOST_WORDS) {
        *out = (uint32_t)v;
        return RSIFT_OK;
    }
    return rs_yaml_expected(err, r->file, value, "a number of words");
}

/* A phrase or a list of them becomes a group. */
static rsift_status read_phrases(const rules_reading *r, const rs_yaml *value, rs_tag_phrases *to,
                                 uint32_t *out, rsift_error *err)
{
    const rs_yaml *phrase = value->kind == RS_YAML_LIST ? value->first : value;
    if (value->kind == RS_YAML_MAP || !phrase)
        return rs_yaml_expected(err, r->file, value, "phrases");
    *out = to->n_groups++;
    for (; phrase; phrase = phrase->next) {
        if (phrase->kind != RS_YAML_SCALAR)
            return rs_yaml_expected(err, r->file, phrase, "a phrase");
        const rsift_status status = rs_phrase_add(&to->set, phrase->text, *out, err);
        if (status != RSIFT_OK)
            return rs_err_within(err, status, "%.*s:%u:%u", RS_STR_ARG(r->file), phrase->line,
                                 phrase->column);
        if (value->kind != RS_YAML_LIST) break;
    }
    return RSIFT_OK;
}

/* A word or a list of words, each of which `bit_of` knows. */
static rsift_status read_bits(const rules_reading *r, const rs_yaml *value,
                              bool (*bit_of)(rs_str, uint32_t *), uint32_t *out, rsift_error *err)
{
    const bool list = value->kind == RS_YAML_LIST;
    for (const rs_yaml *word = list ? value->first : value; word; word = word->next) {
        uint32_t bit;
        if (word->kind != RS_YAML_SCALAR || !bit_of(word->text, &bit))
            return rs_yaml_expected(err, r->file, word, "a word that docs/tags.md lists");
        *out |= bit;
        if (!list) break;
    }
    return RSIFT_OK;
}

static bool form_bit(rs_str name, uint32_t *bit)
{
    rs_answer_form form;
    if (!rs_signals_answer_form_parse(name, &form)) return false;
    *bit = UINT32_C(1) << form;
    return true;
}

static bool given_bit(rs_str name, uint32_t *bit)
{
    for (size_t i = 0; i < sizeof given_names / sizeof *given_names; i++)
        if (rs_str_eq(name, rs_str_of(given_names[i].name))) {
            *bit = given_names[i].bit;
            return true;
        }
    return false;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static rsift_status read_key(rules_reading *r, const rs_yaml *value, rs_tag_rule *out,
                             rsift_error *err)
{
    const rs_str key = value->key->text;
    if (rs_str_eq(key, RS_STR("task"))) return read_task(r, value, &out->task, err);
    if (rs_str_eq(key, RS_STR("skill"))) return read_skill(r, value, &out->skill, err);
    if (rs_str_eq(key, RS_STR("confidence")))
        return read_confidence(r, value, &out->confidence, err);
    if (rs_str_eq(key, RS_STR("words"))) return read_most_words(r, value, &out->most_words, err);
    rs_tag_phrases *asked = &r->rules->asked, *said = &r->rules->said;
    if (rs_str_eq(key, RS_STR("ask"))) return read_phrases(r, value, asked, &out->ask, err);
    if (rs_str_eq(key, RS_STR("also"))) return read_phrases(r, value, asked, &out->also, err);
    if (rs_str_eq(key, RS_STR("but"))) return read_phrases(r, value, asked, &out->but, err);
    if (rs_str_eq(key, RS_STR("said"))) return read_phrases(r, value, said, &out->said, err);
    if (rs_str_eq(key, RS_STR("answer"))) return read_bits(r, value, form_bit, &out->answer, err);
    if (rs_str_eq(key, RS_STR("given"))) return read_bits(r, value, given_bit, &out->given, err);
    if (rs_str_eq(key, RS_STR("absent"))) return read_bits(r, value, given_bit, &out->absent, err);
    return rs_yaml_expected(err, r->file, value->key,
                            "task, skill, confidence, words, ask, also, but, said, answer, given "
                            "or absent");
}

static rsift_status read_rule(rules_reading *r, const rs_yaml *node, rsift_error *err)
{
    rs_tag_rules *rules = r->rules;
    rs_tag_rule rule = {.name = rs_arena_str(&rules->arena, node->key->text), .task = RS_N_TASKS};
    if (node->kind != RS_YAML_MAP) return rs_yaml_expected(err, r->file, node, "a rule");
    for (const rs_yaml *value = node->first; value; value = value->next)
        RS_TRY(read_key(r, value, &rule, err));
    if (rule.task == RS_N_TASKS || rule.confidence <= 0)
        return rs_yaml_expected(err, r->file, node, "a rule with task and confidence");
    if (!rule.name.ptr || !rs_arena_grow(&rules->arena, (void **)&rules->rules, &r->cap,
                                         rules->n + 1, sizeof *rules->rules))
        return rs_err_nomem(err, "the rules of tags");
    rules->rules[rules->n++] = rule;
    return RSIFT_OK;
}

static rsift_status read_rules(rs_tag_rules *rules, rs_str file, rs_str yaml, rsift_error *err)
{
    static const char skills_path[] = "taxonomy/skills.yaml";
    const rs_embedded *skills = rs_embedded_find(skills_path);
    RS_ASSERT(skills);
    rs_arena scratch = {0};
    rs_yaml *root = NULL, *words = NULL;
    rsift_status status =
        rs_yaml_parse(&scratch, rs_str_of(skills_path),
                      rs_str_make((const char *)skills->data, skills->len), NULL, &words, err);
    if (status == RSIFT_OK) status = rs_yaml_parse(&scratch, file, yaml, NULL, &root, err);
    if (status == RSIFT_OK && root->kind != RS_YAML_MAP)
        status = rs_yaml_expected(err, file, root, "a map of rules");
    rules_reading r = {.rules = rules, .skills = words, .file = file};
    for (const rs_yaml *node = root ? root->first : NULL; status == RSIFT_OK && node;
         node = node->next)
        status = read_rule(&r, node, err);
    rs_arena_fini(&scratch);
    return status;
}

rsift_status rs_tag_rules_read(rs_str file, rs_str yaml, rs_tag_rules **out, rsift_error *err)
{
    *out = NULL;
    rs_tag_rules *rules = rs_calloc(1, sizeof *rules);
    if (!rules) return rs_err_nomem(err, "the rules of tags");
    rules->asked.n_groups = rules->said.n_groups = 1;
    rsift_status status = read_rules(rules, file, yaml, err);
    if (status == RSIFT_OK) status = rs_phrase_compile(&rules->asked.set, err);
    if (status == RSIFT_OK) status = rs_phrase_compile(&rules->said.set, err);
    if (status != RSIFT_OK) rs_tag_rules_free(rules);
    else *out = rules;
    return status;
}

rsift_status rs_tag_rules_load(rs_tag_rules **out, rsift_error *err)
{
    static const char path[] = "taxonomy/questions.yaml";
    const rs_embedded *file = rs_embedded_find(path);
    RS_ASSERT(file);
    return rs_tag_rules_read(rs_str_of(path), rs_str_make((const char *)file->data, file->len), out,
                             err);
}

void rs_tag_rules_free(rs_tag_rules *rules)
{
    if (!rules) return;
    rs_phrase_fini(&rules->asked.set);
    rs_phrase_fini(&rules->said.set);
    rs_arena_fini(&rules->arena);
    rs_free(rules);
}
