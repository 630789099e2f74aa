/* text_pair: streams the texts of the workspace past the protected ones. The comparison itself is
 * similar/rare_text.c, what was looked at is text.sql. */
#include "decide/text_pairs.h"

#include "base/ascii.h"
#include "base/escape.h"
#include "base/map.h"
#include "decide/ask.h"
#include "decide/protect.h"
#include "similar/rare_text.h"

enum { FREE_WORDS = 5, QUOTED = 64 };

/* Words apart by blanks; enough to tell a phrase from a sentence. A run of three bytes beyond ASCII
 * counts as one too: Han text has no blanks. */
static bool is_free_text(rs_str text)
{
    size_t n = 0, wide = 0;
    bool inside = false;
    for (size_t i = 0; i < text.len && n + wide / 3 < FREE_WORDS; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        const bool letter = c >= 0x80 || rs_ascii_is_letter((char)c);
        n += letter && !inside;
        inside = c > ' ' && (inside || letter);
        wide += c >= 0xe3;
    }
    return n + wide / 3 >= FREE_WORDS;
}

/* One row of text.sql's lists: the number of the dataset is that of its name in `sets`. An answer
 * of a sentence is compared alone, a short one with its question. */
static rsift_status read_unit(rs_result *row, rs_strmap *sets, rs_buf *joined, rs_rare_text *out,
                              rsift_error *err)
{
    const size_t set = rs_strmap_put(sets, rs_result_str(row, 0), NULL);
    if (set == RS_NPOS) return rs_err_nomem(err, "names of datasets");
    const rs_str question = rs_result_str(row, 4), text = rs_result_str(row, 5);
    *out = (rs_rare_text){.set = (uint32_t)set,
                          .picture = rs_result_id(row, 1),
                          .sample = rs_result_id(row, 2),
                          .held = rs_result_i64(row, 3) != 0,
                          .question = question.len > 0 && !is_free_text(text),
                          .text = text};
    if (!out->question) return RSIFT_OK;
    joined->len = 0;
    rs_buf_str(joined, question);
    rs_buf_char(joined, ' ');
    rs_buf_str(joined, text);
    out->text = rs_buf_view(joined);
    return joined->failed ? rs_err_nomem(err, "a text") : RSIFT_OK;
}

typedef rsift_status take_text(rs_rare *rare, const rs_rare_text *text, rsift_error *err);

static rsift_status list_texts(rs_store *store, const char *section, rs_strmap *sets, rs_rare *rare,
                               take_text *take, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(store, "text", section, RS_STR(""), &result, err));
    rs_buf joined = {0};
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_rare_text text;
        status = read_unit(result, sets, &joined, &text, err);
        if (status == RSIFT_OK) status = take(rare, &text, err);
        if (status != RSIFT_OK) break;
    }
    rs_buf_fini(&joined);
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Hands over the texts of held pictures, or all. */
static rsift_status each_text(rs_store *store, bool held, rs_strmap *sets, rs_rare *rare,
                              rsift_error *err)
{
    take_text *take = held ? rs_rare_hold : rs_rare_see;
    RS_TRY(rs_store_exec(store,
                         held ? RS_STR("SET VARIABLE rsift_held = true")
                              : RS_STR("SET VARIABLE rsift_held = false"),
                         err));
    RS_TRY(list_texts(store, "captions", sets, rare, take, err));
    return list_texts(store, "answers", sets, rare, take, err);
}

/* ---- rows ------------------------------------------------------------------------------------ */

typedef struct writer {
    rs_rows *rows;
    const rs_strmap *sets;
    rs_buf evidence;
} writer;

/* `3 of 5 texts: "..." (in 1 picture of rsitmd, 2 of rsicd), "..." (..)` */
static void put_evidence(writer *w, const rs_rare_pair *pair)
{
    rs_buf *out = &w->evidence;
    const rs_str a = w->sets->keys[pair->a_set], b = w->sets->keys[pair->b_set];
    out->len = 0;
    rs_buf_printf(out, "%u of %u texts:", pair->n_shared, pair->n_of);
    for (size_t i = 0; i < pair->n_shown; i++) {
        char quoted[QUOTED + 1];
        const struct rs_rare_shown *s = &pair->shown[i];
        const bool whole = rs_escape_into(quoted, sizeof quoted, s->text) == s->text.len;
        rs_buf_printf(out, "%s \"%s%s\" (in %u picture%s of %.*s", i ? "," : "", quoted,
                      whole ? "" : "...", s->in_a, s->in_a == 1 ? "" : "s", RS_STR_ARG(a));
        if (pair->a_set != pair->b_set) rs_buf_printf(out, ", %u of %.*s", s->in_b, RS_STR_ARG(b));
        rs_buf_char(out, ')');
    }
    if (pair->n_shared > pair->n_shown) rs_buf_cstr(out, ", ...");
}

static rsift_status put_pair(void *ctx, const rs_rare_pair *pair, rsift_error *err)
{
    writer *w = ctx;
    put_evidence(w, pair);
    if (w->evidence.failed) return rs_err_nomem(err, "evidence");
    rs_put_id(w->rows, RS_TEXT_PAIR_a, pair->a);
    rs_put_id(w->rows, RS_TEXT_PAIR_b, pair->b);
    rs_put_str(w->rows, RS_TEXT_PAIR_method, RS_STR("text"));
    rs_put_str(w->rows, RS_TEXT_PAIR_level, RS_STR("image"));
    rs_put_double(w->rows, RS_TEXT_PAIR_score, (double)pair->n_shared / pair->n_of);
    rs_put_str(w->rows, RS_TEXT_PAIR_evidence, rs_buf_view(&w->evidence));
    rs_put_end(w->rows);
    return RSIFT_OK;
}

static rsift_status store_pairs(rs_store *store, rs_rare *rare, const rs_strmap *sets,
                                rsift_error *err)
{
    writer w = {.sets = sets};
    RS_TRY(rs_store_exec(store, RS_STR("DELETE FROM text_pair"), err));
    RS_TRY(rs_store_append(store, RS_T_TEXT_PAIR, &w.rows, err));
    const rsift_status status = rs_rare_pairs(rare, put_pair, &w, err);
    const rsift_status end = rs_store_append_end(w.rows, status == RSIFT_OK ? err : NULL);
    rs_buf_fini(&w.evidence);
    RS_TRY(status == RSIFT_OK ? end : status);
    return rs_decide_run_section(store, "text", "store", RS_STR(""), err);
}

/* Reads the texts of both sides and stores what they share. In: text_picture. */
static rsift_status compare_texts(rs_store *store, rsift_error *err)
{
    rs_strmap sets = {0};
    rs_rare *rare = rs_rare_new();
    rsift_status status = rare ? RSIFT_OK : rs_err_nomem(err, "an index of texts");
    if (status == RSIFT_OK) status = rs_decide_run_section(store, "text", "looks", RS_STR(""), err);
    if (status == RSIFT_OK) status = each_text(store, true, &sets, rare, err);
    /* Beside no text none of the pool can be found. */
    if (status == RSIFT_OK && rs_rare_n_held(rare))
        status = each_text(store, false, &sets, rare, err);
    if (status == RSIFT_OK) status = rs_store_begin(store, err);
    if (status == RSIFT_OK) {
        status = store_pairs(store, rare, &sets, err);
        const rsift_status end =
            rs_store_end(store, status == RSIFT_OK, status == RSIFT_OK ? err : NULL);
        if (status == RSIFT_OK) status = end;
    }
    rs_rare_free(rare);
    rs_strmap_fini(&sets);
    return status;
}

/* Does what is stored rest on the texts, pictures and protected samples that there are? In:
 * text_picture. */
static rsift_status is_known(rs_store *store, bool *known, rsift_error *err)
{
    rs_buf sql = {0};
    int64_t n = 0;
    RS_TRY(rs_decide_run_section(store, "text", "mark", RS_STR(""), err));
    rsift_status status = rs_decide_section("text", "known", RS_STR(""), &sql, err);
    rs_buf_char(&sql, '\0');
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK) status = rs_decide_number(store, sql.ptr, &n, err);
    rs_buf_fini(&sql);
    *known = n != 0;
    return status;
}

rsift_status rs_decide_text_pairs(rs_store *store, rsift_error *err)
{
    bool none = false;
    RS_TRY(rs_protect_is_empty(store, &none, err));
    /* Beside nothing no text of the pool has to be read, which is most of a mix without
     * benchmarks. */
    if (none)
        return rs_store_exec(store, RS_STR("DELETE FROM text_pair; DELETE FROM text_look"), err);
    bool known = false;
    RS_TRY(rs_decide_run_section(store, "text", "units", RS_STR(""), err));
    RS_TRY(is_known(store, &known, err));
    return known ? RSIFT_OK : compare_texts(store, err);
}
