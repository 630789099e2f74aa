/* One dataset's questions: what is heard while they are read, and what is guessed afterwards; see
 * value_read.h. */
#include "decide/value_read.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "decide/value_levels.h"
#include "lang/question.h"
#include "store/quote.h"

#include <stdlib.h>

enum {
    MOST_OF_UNIT = 1 << 16, /* memory for distinct words: 2 MB, 0.5 % */
    MOST_OF_CELL = 1 << 13  /* 1.3 % */
};

typedef struct reader {
    const rs_value_reading *reading;
    rs_value_unit *unit;
    rs_asked asked;
    rs_map64 cells;  /* (tag, form) -> number in unit->cells */
    uint32_t *words; /* [n_turns] in the answers */
    size_t n_words, cap_words;
    uint8_t *forms; /* by answer; RS_VALUE_N_FORMS = not known yet */
    size_t n_forms, cap_forms;
    rs_arena scratch;
    rs_value_ask *asks; /* [n_turns] */
    rs_value_guess *guesses;
} reader;

/* ---- forms and cells ------------------------------------------------------------------------- */

/* *judged: the answer is of a few words, which can be guessed word for word. */
static bool form_of_turn(reader *r, size_t turn, rs_value_form *out, bool *judged)
{
    enum { IS_JUDGED = 1 << 7 };
    const uint32_t answer = r->asked.turns[turn].answer;
    if (!RS_VEC_RESERVE(r->forms, r->cap_forms, (size_t)answer + 1)) return false;
    while (r->n_forms <= answer) r->forms[r->n_forms++] = RS_VALUE_N_FORMS;
    if (r->forms[answer] == RS_VALUE_N_FORMS) {
        const rs_value_form form = rs_value_form_of(r->asked.answers.keys[answer], judged);
        r->forms[answer] = (uint8_t)((unsigned)form | (*judged ? IS_JUDGED : 0));
    }
    *judged = r->forms[answer] & IS_JUDGED;
    *out = (rs_value_form)(r->forms[answer] & (IS_JUDGED - 1));
    return true;
}

/* The cell of a turn, made when it is the first; NULL = out of memory. */
static rs_value_cell *cell_of(reader *r, size_t turn)
{
    rs_value_unit *u = r->unit;
    rs_value_form form;
    bool made, judged;
    if (!form_of_turn(r, turn, &form, &judged)) return NULL;
    const uint32_t tag = r->asked.turn_tag[turn];
    const uint64_t key = (uint64_t)tag * RS_VALUE_N_FORMS + (uint64_t)form;
    const uint64_t *at = rs_map64_put(&r->cells, key, u->n_cells, &made);
    if (!at) return NULL;
    if (!made) return &u->cells[*at];
    if (!RS_VEC_RESERVE(u->cells, u->cap_cells, u->n_cells + 1)) return NULL;
    const rs_str words = rs_arena_str(r->reading->arena, r->asked.tags.keys[tag]);
    const size_t blank = rs_str_find_char(words, ' ');
    if (!words.ptr || blank == RS_NPOS) return NULL;
    rs_value_cell *cell = &u->cells[u->n_cells++];
    *cell = (rs_value_cell){.tag = tag,
                            .form = form,
                            .task = rs_str_sub(words, 0, blank),
                            .skill = rs_str_sub(words, blank + 1, words.len)};
    rs_value_sums_init(&cell->sums, MOST_OF_CELL);
    return cell;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The words of one answer as they come; `open` answers are counted for how much they differ. */
typedef struct heard {
    rs_value_sums *sums[2];
    uint64_t before; /* hash of the word before */
    int64_t n;
    bool open;
} heard;

static bool hear_word(void *ctx, rs_str word)
{
    heard *h = ctx;
    const uint64_t hash = rs_hash64(word.ptr, word.len), pair[2] = {h->before, hash};
    const uint64_t both = rs_hash64(pair, sizeof pair);
    for (size_t i = 0; h->open && i < 2; i++) {
        rs_value_sums *s = h->sums[i];
        s->open_words++;
        if (!rs_value_distinct_put(&s->distinct_words, hash)) return false;
        if (h->n == 0) continue;
        s->open_pairs++;
        if (!rs_value_distinct_put(&s->distinct_pairs, both)) return false;
    }
    h->before = hash;
    h->n++;
    return true;
}

/* An answer in words; see rs_asked_heard_fn. */
static bool hear(void *ctx, size_t turn, rs_str text)
{
    reader *r = ctx;
    rs_value_cell *cell = cell_of(r, turn);
    if (!cell || !RS_VEC_RESERVE(r->words, r->cap_words, turn + 1)) return false;
    while (r->n_words <= turn) r->words[r->n_words++] = 0;
    rs_arena_reset(&r->scratch);
    const rs_str folded = rs_utf8_fold(&r->scratch, text);
    heard h = {.sums = {&r->unit->sums, &cell->sums},
               .open = cell->form != RS_VALUE_YES_NO && cell->form != RS_VALUE_NUMBER};
    if (!folded.ptr || !rs_lang_each_word(folded, hear_word, &h)) return false;
    for (size_t i = 0; i < 2; i++) {
        h.sums[i]->texts++;
        h.sums[i]->words += h.n;
    }
    r->words[turn] += (uint32_t)h.n;
    return true;
}

/* ---- guesses --------------------------------------------------------------------------------- */

static bool list_asks(reader *r)
{
    rs_idmap pictures = {0};
    const rs_asked *a = &r->asked;
    bool ok = true;
    r->asks = rs_calloc(a->n_turns + 1, sizeof *r->asks);
    r->guesses = rs_calloc(a->n_turns + 1, sizeof *r->guesses);
    ok = r->asks && r->guesses;
    for (size_t i = 0; ok && i < a->n_samples; i++) {
        const rs_asked_sample *s = &a->samples[i];
        const size_t picture =
            rs_idmap_put(&pictures, rs_near_cluster_of(r->reading->clusters, s->picture), NULL);
        ok = picture != RS_NPOS;
        for (uint32_t k = 0; ok && k < s->n_turns; k++) {
            const rs_aim_turn *t = &a->turns[s->first_turn + k];
            rs_value_form form;
            bool judged;
            ok = form_of_turn(r, s->first_turn + k, &form, &judged);
            r->asks[s->first_turn + k] =
                (rs_value_ask){.question = t->question,
                               .picture = (uint32_t)picture,
                               .answer = ok && judged ? t->answer : RS_VALUE_OPEN};
        }
    }
    rs_idmap_fini(&pictures);
    return ok;
}

static rsift_status guess_all(reader *r, rsift_error *err)
{
    rs_value_levels levels;
    if (!list_asks(r)) return rs_err_nomem(err, "the questions");
    rsift_status status = rs_value_levels_make(&r->asked, &levels, err);
    rs_value_input in = {.asks = r->asks,
                         .n_asks = r->asked.n_turns,
                         .n_questions = (uint32_t)r->asked.questions.n,
                         .n_answers = (uint32_t)r->asked.answers.n,
                         .n_levels = RS_VALUE_N_LEVELS,
                         .template_level = RS_VALUE_TEMPLATE,
                         .n_threads = r->reading->n_threads};
    for (size_t k = 0; k < RS_VALUE_N_LEVELS; k++) {
        in.group[k] = levels.group[k];
        in.n_groups[k] = levels.n_groups[k];
    }
    if (status == RSIFT_OK && r->asked.questions.n) status = rs_value_blind(&in, r->guesses, err);
    rs_value_levels_fini(&levels);
    return status;
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* One turn into the sums of its dataset, its cell and its sample. */
static bool add_turn(reader *r, size_t turn, rs_value_row *row)
{
    const rs_value_guess *guess = &r->guesses[turn];
    rs_value_cell *cell = cell_of(r, turn);
    if (!cell) return false;
    const rs_str answer = r->asked.answers.keys[r->asked.turns[turn].answer];
    const bool yes = rs_str_eq(answer, RS_STR("yes")), no = rs_str_eq(answer, RS_STR("no"));
    rs_value_sums *const sums[] = {&r->unit->sums, &cell->sums, &row->sums};
    for (size_t i = 0; i < 3; i++) {
        rs_value_sums_add(sums[i], guess);
        sums[i]->yes += yes;
        sums[i]->no += no;
    }
    if (guess->blind >= 0) {
        if (row->sums.judged == 1) row->level = guess->level;
        row->share += guess->share;
    }
    if (turn < r->n_words && r->words[turn]) { /* labels and boxes have no words */
        row->sums.texts++;
        row->sums.words += r->words[turn];
    }
    return true;
}

/* Counts the sample once in each of its cells: `seen` has the last sample of each, from 1. */
static bool count_in_cells(reader *r, size_t sample, rs_map64 *seen)
{
    const rs_asked_sample *s = &r->asked.samples[sample];
    for (uint32_t k = 0; k < s->n_turns; k++) {
        rs_value_cell *cell = cell_of(r, s->first_turn + k);
        bool made;
        uint64_t *last =
            cell ? rs_map64_put(seen, (uint64_t)(cell - r->unit->cells), 0, &made) : NULL;
        if (!last) return false;
        cell->sums.samples += *last != sample + 1;
        *last = sample + 1;
    }
    return true;
}

static rsift_status add_samples(reader *r, rsift_error *err)
{
    rs_map64 seen = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < r->asked.n_samples; i++) {
        const rs_asked_sample *s = &r->asked.samples[i];
        rs_value_row row = {.id = s->id, .unit = r->unit};
        bool ok = count_in_cells(r, i, &seen);
        for (uint32_t k = 0; ok && k < s->n_turns; k++) ok = add_turn(r, s->first_turn + k, &row);
        if (ok && s->n_turns) row.cell = cell_of(r, s->first_turn);
        status =
            ok ? rs_value_file_put(r->reading->file, &row, err) : rs_err_nomem(err, "the sums");
    }
    r->unit->sums.samples = (int64_t)r->asked.n_samples;
    rs_map64_fini(&seen);
    return status;
}

static int by_words(const void *a, const void *b)
{
    const rs_value_cell *x = a, *y = b;
    int order = rs_str_cmp(x->task, y->task);
    if (order == 0) order = rs_str_cmp(x->skill, y->skill);
    return order ? order : (x->form > y->form) - (x->form < y->form);
}

/* ---- a dataset ------------------------------------------------------------------------------- */

static rsift_status select_samples(const reader *r, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE asked_sample AS SELECT sample_id, dataset, "
                      "picture FROM value_sample WHERE dataset = ");
    rs_store_put_literal(&sql, r->unit->dataset);
    rs_buf_cstr(&sql, " AND role = ");
    rs_store_put_literal(&sql, r->unit->role);
    const rsift_status status = sql.failed
                                    ? rs_err_nomem(err, "a statement")
                                    : rs_store_exec(r->reading->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

rsift_status rs_value_read(const rs_value_reading *reading, rs_value_unit *unit, rsift_error *err)
{
    reader *r = rs_calloc(1, sizeof *r);
    if (!r) return rs_err_nomem(err, "the questions");
    r->reading = reading;
    r->unit = unit;
    r->asked.heard = hear;
    r->asked.heard_ctx = r;
    rs_value_sums_init(&unit->sums, MOST_OF_UNIT);
    rsift_status status = select_samples(r, err);
    if (status == RSIFT_OK) status = rs_asked_read(&r->asked, reading->store, err);
    if (status == RSIFT_OK) status = guess_all(r, err);
    if (status == RSIFT_OK) status = add_samples(r, err);
    unit->without_text = r->asked.n_without_text;
    if (unit->n_cells) qsort(unit->cells, unit->n_cells, sizeof *unit->cells, by_words);
    rs_asked_fini(&r->asked);
    rs_map64_fini(&r->cells);
    rs_free(r->words);
    rs_free(r->forms);
    rs_free(r->asks);
    rs_free(r->guesses);
    rs_arena_fini(&r->scratch);
    rs_free(r);
    return status;
}
