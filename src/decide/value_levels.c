/* Groups of questions by template and opening words; see value_levels.h. */
#include "decide/value_levels.h"

#include "base/alloc.h"
#include "choose/aim_value.h"
#include "lang/question.h"

enum { N_OPENINGS = 3 };

const char *rs_value_level_name(size_t level)
{
    static const char *const names[RS_VALUE_N_LEVELS] = {
        "question", "template", "first 3 words", "first 2 words", "first word", "everything"};
    return names[level];
}

/* The first words of a question: hash[n] is of the first n + 1, or of all when it has fewer. */
typedef struct opening {
    uint64_t hash[N_OPENINGS];
    size_t n;
} opening;

static bool take_word(void *ctx, rs_str word)
{
    opening *o = ctx;
    const uint64_t both[2] = {o->n ? o->hash[o->n - 1] : 0, rs_hash64(word.ptr, word.len)};
    o->hash[o->n++] = rs_hash64(both, sizeof both);
    return o->n < N_OPENINGS;
}

static opening opening_of(rs_str question)
{
    opening o = {0};
    (void)rs_lang_each_word(question, take_word, &o);
    for (size_t k = o.n; k < N_OPENINGS; k++) o.hash[k] = k ? o.hash[k - 1] : 0;
    return o;
}

/* Numbers keys 0, 1, 2... in the order of the questions; false = out of memory. */
static bool number_keys(const uint64_t *keys, size_t n, uint32_t *group, uint32_t *n_groups)
{
    rs_map64 map = {0};
    bool ok = true;
    for (size_t q = 0; ok && q < n; q++) {
        bool made;
        const uint64_t *at = rs_map64_put(&map, keys[q], map.n, &made);
        ok = at != NULL;
        if (ok) group[q] = (uint32_t)*at;
    }
    *n_groups = (uint32_t)map.n;
    rs_map64_fini(&map);
    return ok;
}

static bool group_openings(const rs_asked *asked, uint64_t *keys, rs_value_levels *out)
{
    const size_t n = asked->questions.n;
    for (size_t k = 0; k < N_OPENINGS; k++) { /* three words first: narrow to wide */
        const size_t level = RS_VALUE_FIRST_3 + k, words = N_OPENINGS - 1 - k;
        for (size_t q = 0; q < n; q++) keys[q] = opening_of(asked->questions.keys[q]).hash[words];
        if (!number_keys(keys, n, out->group[level], &out->n_groups[level])) return false;
    }
    return true;
}

rsift_status rs_value_levels_make(const rs_asked *asked, rs_value_levels *out, rsift_error *err)
{
    const size_t n = asked->questions.n;
    const rs_aim_input in = {.questions = asked->question_words,
                             .n_questions = (uint32_t)n,
                             .n_words = (uint32_t)asked->words.n,
                             .word_hash = asked->word_hash,
                             .turns = asked->turns,
                             .n_turns = asked->n_turns};
    *out = (rs_value_levels){0};
    uint64_t *keys = rs_calloc(n + 1, sizeof *keys);
    bool ok = keys != NULL;
    for (size_t k = 0; ok && k < RS_VALUE_N_LEVELS; k++)
        ok = (out->group[k] = rs_calloc(n + 1, sizeof *out->group[k])) != NULL;
    for (size_t q = 0; ok && q < n; q++) out->group[RS_VALUE_QUESTION][q] = (uint32_t)q;
    out->n_groups[RS_VALUE_QUESTION] = (uint32_t)n;
    out->n_groups[RS_VALUE_N_LEVELS - 1] = 1;
    ok = ok && rs_aim_templates(&in, keys) &&
         number_keys(keys, n, out->group[RS_VALUE_TEMPLATE], &out->n_groups[RS_VALUE_TEMPLATE]) &&
         group_openings(asked, keys, out);
    rs_free(keys);
    return ok ? RSIFT_OK : rs_err_nomem(err, "groups of questions");
}

void rs_value_levels_fini(rs_value_levels *levels)
{
    for (size_t k = 0; k < RS_VALUE_N_LEVELS; k++) rs_free(levels->group[k]);
    *levels = (rs_value_levels){0};
}
