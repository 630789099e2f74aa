/* Turns of samples as numbered questions and answers; see asked.h. */
#include "decide/asked.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/embedded.h"
#include "decide/ask.h"
#include "lang/question.h"
#include "lang/template.h"
#include "metrics/answer_words.h"
#include "model/sample.h"

#include <stdlib.h>

enum { most_short_words = 10 /* a longer answer counts by its kind only */ };

/* The prompts of each task, once they were asked for. Without a phrase their wordings are the
 * questions [first, first + sets.n), numbered one behind the other. */
struct rs_asked_prompts {
    rs_template_set sets[RS_N_TASKS];
    bool known[RS_N_TASKS], numbered[RS_N_TASKS];
    uint32_t first[RS_N_TASKS];
    rs_str shown[RS_N_TASKS]; /* what people read instead of "<classification 0>" */
};

/* ---- numbering ------------------------------------------------------------------------------- */

static uint32_t number_text(rs_strmap *map, rs_str text, uint64_t **hashes, size_t *cap)
{
    bool made;
    const size_t at = rs_strmap_put(map, text, &made);
    if (at == RS_NPOS) return RS_AIM_NONE;
    if (made) {
        if (!RS_VEC_RESERVE(*hashes, *cap, at + 1)) return RS_AIM_NONE;
        (*hashes)[at] = rs_hash64(text.ptr, text.len);
    }
    return (uint32_t)at;
}

typedef struct word_list {
    rs_asked *asked;
    uint32_t *words;
    size_t n, cap;
} word_list;

static bool add_word(void *ctx, rs_str word)
{
    word_list *list = ctx;
    rs_asked *a = list->asked;
    const uint32_t number = number_text(&a->words, word, &a->word_hash, &a->cap_words);
    if (number == RS_AIM_NONE || !rs_arena_grow(&a->scratch, (void **)&list->words, &list->cap,
                                                list->n + 1, sizeof *list->words))
        return false;
    list->words[list->n++] = number;
    return true;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The words of a new question, distinct and ascending. */
static bool keep_words(rs_asked *a, rs_str asking, rs_aim_question *out)
{
    word_list list = {.asked = a};
    if (!rs_lang_each_word(asking, add_word, &list)) return false;
    uint32_t n = 0;
    if (list.n) qsort(list.words, list.n, sizeof *list.words, by_number);
    for (size_t i = 0; i < list.n; i++)
        if (i == 0 || list.words[i] != list.words[i - 1]) list.words[n++] = list.words[i];
    uint32_t *kept = rs_arena_alloc(&a->arena, (n + 1) * sizeof *kept);
    if (!kept) return false;
    if (n) memcpy(kept, list.words, n * sizeof *kept);
    *out = (rs_aim_question){kept, n};
    return true;
}

/* The number of the question that is known as `key` and made of the words of `asking`;
 * RS_AIM_NONE = out of memory. */
static uint32_t number_words(rs_asked *a, rs_str key, rs_str asking)
{
    bool made;
    if (!asking.ptr || !key.ptr) return RS_AIM_NONE;
    const size_t at = rs_strmap_put(&a->questions, key, &made);
    if (at == RS_NPOS || !made) return at == RS_NPOS ? RS_AIM_NONE : (uint32_t)at;
    if (!RS_VEC_RESERVE(a->question_words, a->cap_questions, at + 1) ||
        !keep_words(a, asking, &a->question_words[at]))
        return RS_AIM_NONE;
    return (uint32_t)at;
}

/* ---- known texts ----------------------------------------------------------------------------- */

/* Most questions and short answers come again and again: what a text was numbered as is kept, for
 * short texts, until there are many. */
enum { most_known = 1 << 16, longest_known = 200 };

static uint32_t known_number(const rs_asked_known *known, rs_str text)
{
    const size_t at = text.len <= longest_known ? rs_strmap_get(&known->texts, text) : RS_NPOS;
    return at == RS_NPOS ? RS_AIM_NONE : known->number[at];
}

static uint32_t keep_known(rs_asked_known *known, rs_str text, uint32_t number)
{
    if (number == RS_AIM_NONE || text.len > longest_known || known->texts.n >= most_known)
        return number;
    const size_t at = rs_strmap_put(&known->texts, text, NULL);
    if (at == RS_NPOS || !RS_VEC_RESERVE(known->number, known->cap, at + 1)) return RS_AIM_NONE;
    known->number[at] = number;
    return number;
}

static uint32_t number_question(rs_asked *a, rs_str text)
{
    const uint32_t known = known_number(&a->known_questions, text);
    if (known != RS_AIM_NONE) return known;
    const rs_str asking = rs_lang_asking(&a->scratch, text);
    return keep_known(&a->known_questions, text, number_words(a, asking, asking));
}

static uint32_t number_answer(rs_asked *a, rs_str text)
{
    return number_text(&a->answers, text, &a->answer_hash, &a->cap_answers);
}

/* ---- answers --------------------------------------------------------------------------------- */

/* The question as rs_lang_asking has it; ptr NULL = out of memory. */
static rs_str asking_of(rs_asked *a, rs_str question)
{
    if (question.len == 0) return question;
    const uint32_t number = number_question(a, question);
    return number == RS_AIM_NONE ? (rs_str){NULL, 0} : a->questions.keys[number];
}

static uint32_t number_short_answer(rs_asked *a, rs_str asking, rs_str text)
{
    rs_str normal = rs_metrics_answer_normal(&a->scratch, text);
    if (!normal.ptr) return RS_AIM_NONE;
    if (rs_lang_count_pieces(normal) > most_short_words) return number_answer(a, RS_STR("<text>"));
    normal = rs_metrics_answer_word(asking, rs_metrics_answer_yes_or_no(normal));
    return number_answer(a, normal.len ? normal : RS_STR("<none>"));
}

/* Of answers that rarely repeat (boxes, sentences) the kind is the answer: "<hbb>", "<text>". */
static uint32_t answer_of(rs_asked *a, rs_str question, rs_str text, rs_str box)
{
    if (box.len) {
        const rs_str kind = rs_arena_printf(&a->scratch, "<%.*s>", RS_STR_ARG(box));
        return kind.ptr ? number_answer(a, kind) : RS_AIM_NONE;
    }
    if (rs_lang_count_pieces(text) > 4 * most_short_words)
        return number_answer(a, RS_STR("<text>"));
    const rs_str asking = asking_of(a, question);
    if (!asking.ptr) return RS_AIM_NONE;
    /* rs_metrics_answer_word looks at the first two words of the question */
    const size_t one = rs_str_find_char(asking, ' '), begin = one == RS_NPOS ? asking.len : one + 1,
                 two = rs_str_find_char(rs_str_sub(asking, begin, asking.len), ' ');
    const rs_str head = rs_str_sub(asking, 0, two == RS_NPOS ? asking.len : begin + two + 1),
                 key = rs_arena_join(&a->scratch, head, RS_STR("\n"), text);
    if (!key.ptr) return RS_AIM_NONE;
    const uint32_t known = known_number(&a->known_answers, key);
    if (known != RS_AIM_NONE) return known;
    return keep_known(&a->known_answers, key, number_short_answer(a, asking, text));
}

/* ---- questions of ours ----------------------------------------------------------------------- */

/* The set of prompts of a task; one without a list of classes where there is one. false = no such
 * set or out of memory. */
static bool find_prompts(rs_asked *a, rs_task task, const rs_template_set **out)
{
    struct rs_asked_prompts *prompts = a->prompts;
    *out = &prompts->sets[task];
    if (prompts->known[task]) return (*out)->n > 0;
    prompts->known[task] = true;
    for (size_t i = 0; i < 2 && prompts->sets[task].n == 0; i++) {
        char path[80];
        snprintf(path, sizeof path, i ? "prompts/%s.txt" : "prompts/%s-open.txt",
                 rs_model_task_name(task));
        const rs_embedded *file = rs_embedded_find(path);
        if (file &&
            rs_lang_template_parse(&a->arena, rs_str_make((const char *)file->data, file->len),
                                   &prompts->sets[task], NULL) != RSIFT_OK)
            prompts->sets[task] = (rs_template_set){0};
    }
    return (*out)->n > 0;
}

/* One wording with the phrase filled in and nothing said about classes and format. */
static rs_str wording(rs_asked *a, const rs_template_set *set, size_t i, rs_str phrase)
{
    const rs_str none = RS_STR("");
    const rs_template_values values = {
        .class_name = none, .classes = none, .question = none, .phrase = phrase, .format = none};
    rs_str out = {NULL, 0};
    return rs_lang_template_fill(&a->scratch, set, i, &values, &out, NULL) == RSIFT_OK
               ? out
               : (rs_str){NULL, 0};
}

/* All wordings of a task that has no phrase, numbered once. */
static uint32_t number_wordings(rs_asked *a, rs_task task, const rs_template_set *set)
{
    struct rs_asked_prompts *prompts = a->prompts;
    if (prompts->numbered[task]) return prompts->first[task];
    for (size_t i = 0; i < set->n; i++) {
        const rs_str text = wording(a, set, i, RS_STR("")),
                     asking = text.ptr ? rs_lang_asking(&a->scratch, text) : text,
                     key = rs_arena_printf(&a->scratch, "<%s %zu>", rs_model_task_name(task), i);
        const uint32_t at = number_words(a, key, asking);
        if (at == RS_AIM_NONE) return at;
        if (i == 0) prompts->first[task] = at;
    }
    prompts->shown[task] =
        rs_arena_printf(&a->arena, "(our question for %s)", rs_model_task_name(task));
    prompts->numbered[task] = prompts->shown[task].ptr != NULL;
    return prompts->numbered[task] ? prompts->first[task] : RS_AIM_NONE;
}

rs_str rs_asked_shown(const rs_asked *asked, uint32_t question)
{
    const struct rs_asked_prompts *prompts = asked->prompts;
    for (size_t task = 0; prompts && task < RS_N_TASKS; task++)
        if (prompts->numbered[task] && question >= prompts->first[task] &&
            question - prompts->first[task] < prompts->sets[task].n)
            return prompts->shown[task];
    return asked->questions.keys[question];
}

/* ---- samples --------------------------------------------------------------------------------- */

/* The rows of one sample as they come. */
typedef struct current {
    bool any, asked; /* a row was seen; the pending question is the release's own */
    rs_id id, picture;
    uint32_t dataset;
    rs_task task;
    rs_str question; /* pending, in the scratch arena; len 0 = none */
    rs_str unread;   /* pending, of a text that was not kept: its hash; len 0 = none */
    rs_str form;     /* of its answer */
    rs_str labels, boxes;
    uint32_t tag; /* of the pending question */
    size_t first_turn;
} current;

static bool add_turn(rs_asked *a, const current *c, rs_aim_turn turn)
{
    if (turn.question == RS_AIM_NONE || turn.answer == RS_AIM_NONE || c->tag == RS_AIM_NONE ||
        !RS_VEC_RESERVE(a->turns, a->cap_turns, a->n_turns + 1) ||
        !RS_VEC_RESERVE(a->turn_tag, a->cap_turn_tags, a->n_turns + 1))
        return false;
    a->turn_tag[a->n_turns] = c->tag;
    a->turns[a->n_turns++] = turn;
    return true;
}

/* A question of ours and its answer. A phrase is asked about in one wording, which the sample
 * chooses: phrases are many. */
static bool add_prompted(rs_asked *a, const current *c, rs_str phrase, rs_str answer, rs_str box)
{
    const rs_template_set *set;
    if (!find_prompts(a, c->task, &set)) return true;
    const uint32_t said = answer_of(a, RS_STR(""), answer, box);
    if (!phrase.len)
        return add_turn(a, c,
                        (rs_aim_turn){number_wordings(a, c->task, set), (uint32_t)set->n, said});
    const rs_str text = wording(a, set, (size_t)(c->id.lo % set->n), phrase);
    return text.ptr && add_turn(a, c, (rs_aim_turn){number_question(a, text), 1, said});
}

/* The release's own question and its answer. */
static bool add_asked(rs_asked *a, current *c, rs_str answer, rs_str box)
{
    c->asked = false;
    return add_turn(
        a, c,
        (rs_aim_turn){number_question(a, c->question), 1, answer_of(a, c->question, answer, box)});
}

/* A question whose text was not kept, told by its hash: it is like no other, but its tag is
 * known. */
static bool add_unread(rs_asked *a, current *c)
{
    const rs_str key = rs_arena_printf(&a->scratch, "<text %.*s>", RS_STR_ARG(c->unread)),
                 form = rs_arena_printf(&a->scratch, "<%.*s>", RS_STR_ARG(c->form));
    c->unread = RS_STR("");
    return form.ptr &&
           add_turn(a, c,
                    (rs_aim_turn){number_words(a, key, RS_STR("")), 1, number_answer(a, form)});
}

/* A row without its text. What a phrase or a user asks is told apart by the hash of the text. */
static bool take_unread(rs_asked *a, current *c, rs_result *row, rs_str role)
{
    const bool asks = rs_str_eq(role, RS_STR("user")) || rs_str_eq(role, RS_STR("phrase"));
    a->n_without_text++;
    if (asks) {
        c->unread = rs_arena_str(&a->scratch, rs_result_str(row, 12));
        c->form = rs_arena_str(&a->scratch, rs_result_str(row, 11));
        if (!c->unread.ptr || !c->form.ptr) return false;
    }
    if (c->unread.len && !rs_str_eq(role, RS_STR("user"))) return add_unread(a, c);
    /* a caption in answer to a question of ours */
    if (!rs_str_eq(role, RS_STR("reference")) || a->n_turns > c->first_turn) return true;
    const rs_template_set *set;
    return !find_prompts(a, c->task, &set) ||
           add_turn(a, c,
                    (rs_aim_turn){number_wordings(a, c->task, set), (uint32_t)set->n,
                                  number_answer(a, RS_STR("<text>"))});
}

/* The number of a row's tag. */
static uint32_t tag_of(rs_asked *a, rs_result *row)
{
    const rs_str tag = rs_arena_printf(&a->scratch, "%.*s %.*s", RS_STR_ARG(rs_result_str(row, 9)),
                                       RS_STR_ARG(rs_result_str(row, 10)));
    const size_t at = tag.ptr ? rs_strmap_put(&a->tags, tag, NULL) : RS_NPOS;
    return at == RS_NPOS ? RS_AIM_NONE : (uint32_t)at;
}

/* An answer in words. Of several references the first says what kind of answer it is; an answer
 * that nobody asked for says nothing. */
static bool take_answer(rs_asked *a, current *c, bool reference, rs_str text, rs_str box)
{
    const size_t n = a->n_turns;
    const bool again = reference && n > c->first_turn;
    if (!again && c->asked && !add_asked(a, c, text, box)) return false;
    if (!again && n == a->n_turns && reference && !add_prompted(a, c, RS_STR(""), text, box))
        return false;
    const bool counts = again || a->n_turns > n;
    return !counts || !a->heard || a->heard(a->heard_ctx, a->n_turns - 1, text);
}

/* A row of the sample: what is asked waits for what is answered. */
static bool take_row(rs_asked *a, current *c, rs_result *row)
{
    const rs_str role = rs_arena_str(&a->scratch, rs_result_str(row, 4));
    if (rs_result_null(row, 4)) return true;
    if (rs_str_eq(role, RS_STR("user")) || rs_str_eq(role, RS_STR("phrase")))
        c->tag = tag_of(a, row);
    if (!role.ptr) return false;
    if (rs_result_null(row, 5)) return take_unread(a, c, row, role);
    a->n_with_text++;
    const rs_str text = rs_arena_str(&a->scratch, rs_result_str(row, 5)),
                 box = rs_arena_str(&a->scratch, rs_result_str(row, 6));
    if (!text.ptr || !box.ptr) return false;
    if (rs_str_eq(role, RS_STR("user"))) {
        c->question = text;
        c->asked = true;
        return true;
    }
    if (rs_str_eq(role, RS_STR("phrase"))) return add_prompted(a, c, text, RS_STR(""), c->boxes);
    if (rs_str_eq(role, RS_STR("assistant"))) return take_answer(a, c, false, text, box);
    return !rs_str_eq(role, RS_STR("reference")) || take_answer(a, c, true, text, box);
}

/* Ends a sample: one without any answer in words answers with labels or boxes. */
static bool end_sample(rs_asked *a, current *c)
{
    if (!c->any) return true;
    bool ok = true;
    if (a->n_turns == c->first_turn && (c->labels.len || c->boxes.len)) {
        if (c->asked) ok = add_asked(a, c, c->labels, c->boxes);
        else ok = add_prompted(a, c, RS_STR(""), c->labels, c->labels.len ? RS_STR("") : c->boxes);
    }
    if (!ok || !RS_VEC_RESERVE(a->samples, a->cap_samples, a->n_samples + 1)) return false;
    a->samples[a->n_samples++] =
        (rs_asked_sample){.id = c->id,
                          .picture = c->picture,
                          .dataset = c->dataset,
                          .first_turn = (uint32_t)c->first_turn,
                          .n_turns = (uint32_t)(a->n_turns - c->first_turn)};
    rs_arena_reset(&a->scratch);
    return true;
}

static bool begin_sample(rs_asked *a, current *c, rs_result *row)
{
    *c = (current){.any = true,
                   .id = rs_result_id(row, 0),
                   .picture = rs_result_id(row, 1),
                   .first_turn = a->n_turns};
    const size_t dataset = rs_strmap_put(&a->datasets, rs_result_str(row, 2), NULL);
    c->dataset = (uint32_t)dataset;
    if (!rs_model_task_parse(rs_result_str(row, 3), &c->task)) c->task = RS_TASK_CONVERSATION;
    c->tag = tag_of(a, row);
    c->labels = rs_arena_str(&a->scratch, rs_result_str(row, 7));
    c->boxes = rs_arena_str(&a->scratch, rs_result_str(row, 8));
    return dataset != RS_NPOS && c->labels.ptr && c->boxes.ptr;
}

rsift_status rs_asked_read(rs_asked *a, rs_store *store, rsift_error *err)
{
    if (!a->prompts) a->prompts = rs_arena_calloc(&a->arena, 1, sizeof *a->prompts);
    if (!a->prompts) return rs_err_nomem(err, "the questions");
    rs_result *result;
    RS_TRY(rs_decide_ask(store, "aim", "asked", RS_STR(""), &result, err));
    current c = {0};
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        bool ok = true;
        if (!c.any || !rs_id_eq(c.id, rs_result_id(result, 0)))
            ok = end_sample(a, &c) && begin_sample(a, &c, result);
        if (!ok || !take_row(a, &c, result) || a->n_turns >= UINT32_MAX - 1) {
            status = rs_err_nomem(err, "the questions");
            break;
        }
    }
    rs_result_close(result);
    if (status == RSIFT_END) status = end_sample(a, &c) ? RSIFT_OK : rs_err_nomem(err, "a sample");
    return status;
}

void rs_asked_fini(rs_asked *a)
{
    rs_strmap_fini(&a->questions);
    rs_strmap_fini(&a->words);
    rs_strmap_fini(&a->answers);
    rs_strmap_fini(&a->datasets);
    rs_strmap_fini(&a->tags);
    rs_free(a->turn_tag);
    rs_free(a->question_words);
    rs_free(a->word_hash);
    rs_free(a->answer_hash);
    rs_free(a->turns);
    rs_free(a->samples);
    rs_strmap_fini(&a->known_questions.texts);
    rs_strmap_fini(&a->known_answers.texts);
    rs_free(a->known_questions.number);
    rs_free(a->known_answers.number);
    rs_arena_fini(&a->arena);
    rs_arena_fini(&a->scratch);
    *a = (rs_asked){0};
}
