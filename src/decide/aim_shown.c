/* Samples to be looked at; see aim_shown.h. */
#include "decide/aim_shown.h"

#include "base/alloc.h"
#include "decide/ask.h"
#include "store/quote.h"

#include <stdlib.h>

enum { longest = 120 };

rs_str rs_aim_shortened(rs_str text)
{
    if (text.len <= longest) return text;
    size_t end = longest;
    while (end && ((unsigned char)text.ptr[end] & 0xC0) == 0x80) end--;
    return rs_str_sub(text, 0, end);
}

/* ---- which ----------------------------------------------------------------------------------- */

typedef struct aimed {
    uint32_t part, cell, at;
    uint64_t key;
} aimed;

static int by_part_and_key(const void *a, const void *b)
{
    const aimed *x = a, *y = b;
    if (x->part != y->part) return x->part < y->part ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static bool has_cell(const rs_aim_plan *p, const rs_aim_shown *shown, size_t n, uint32_t cell)
{
    for (size_t i = 0; i < n; i++)
        if (p->samples[shown[i].at].cell == cell) return true;
    return false;
}

static bool has_sample(const rs_aim_shown *shown, size_t n, uint32_t at)
{
    for (size_t i = 0; i < n; i++)
        if (shown[i].at == at) return true;
    return false;
}

/* Of one form's chosen samples the first ones of different answers, then the first ones. */
static size_t choose_shown(const rs_aim_plan *p, const aimed *list, size_t n, rs_aim_shown *out)
{
    size_t n_out = 0;
    for (size_t i = 0; i < n && n_out < RS_AIM_SHOWN; i++)
        if (!has_cell(p, out, n_out, list[i].cell)) out[n_out++].at = list[i].at;
    for (size_t i = 0; i < n && n_out < RS_AIM_SHOWN; i++)
        if (!has_sample(out, n_out, list[i].at)) out[n_out++].at = list[i].at;
    return n_out;
}

static bool choose_all(const rs_aim_plan *p, rs_aim_shows *s)
{
    aimed *list = rs_calloc(p->n_samples + 1, sizeof *list);
    size_t n = 0, n_items = 0, end = 0;
    for (size_t i = 0; list && i < p->n_samples; i++)
        if (p->samples[i].aimed)
            list[n++] = (aimed){.part = p->result.cells[p->samples[i].cell].part,
                                .cell = p->samples[i].cell,
                                .at = (uint32_t)i,
                                .key = p->samples[i].key};
    if (n) qsort(list, n, sizeof *list, by_part_and_key);
    for (uint32_t part = 0; list && part < p->n_parts; part++) {
        const size_t begin = end;
        while (end < n && list[end].part == part) end++;
        s->first[part] = n_items;
        n_items += choose_shown(p, &list[begin], end - begin, &s->items[n_items]);
        s->first[part + 1] = n_items;
    }
    rs_free(list);
    for (size_t i = 0; list && i < n_items; i++)
        if (rs_idmap_put(&s->at_of_id, p->ids[s->items[i].at], NULL) != i) return false;
    return list != NULL;
}

/* ---- their texts ----------------------------------------------------------------------------- */

/* The rows of one sample as they come. */
typedef struct reading {
    rs_aim_shown *shown; /* NULL = none yet */
    rs_str question;     /* pending */
    uint32_t turn;       /* whose turn is wanted, counted by answers */
    uint32_t n_answers;
} reading;

/* The first turn that gives the answer for which the sample was chosen. */
static uint32_t wanted_turn(const rs_aim_plan *p, uint32_t at)
{
    const rs_aim_sample *s = &p->samples[at];
    for (uint32_t k = 0; k < s->n_turns; k++)
        if (p->asked.turns[s->first_turn + k].answer == p->result.cells[s->cell].answer) return k;
    return 0;
}

/* The text without the tags that stand for its pictures before it. */
static rs_str without_tag(rs_str text)
{
    const rs_str tag = RS_STR("<image>");
    text = rs_str_trim(text);
    while (rs_str_starts(text, tag)) text = rs_str_trim(rs_str_sub(text, tag.len, text.len));
    return text;
}

static bool take_row(const rs_aim_plan *p, rs_aim_shows *s, reading *r, rs_result *row)
{
    const size_t i = rs_idmap_get(&s->at_of_id, rs_result_id(row, 0));
    if (i == RS_NPOS) return true;
    if (r->shown != &s->items[i]) {
        *r = (reading){.shown = &s->items[i], .turn = wanted_turn(p, s->items[i].at)};
        if (!rs_result_null(row, 1)) r->shown->picture = rs_result_id(row, 1);
    }
    if (rs_result_null(row, 2) || rs_result_null(row, 3)) return true;
    const rs_str role = rs_result_str(row, 2),
                 text =
                     rs_arena_str(&s->arena, rs_aim_shortened(without_tag(rs_result_str(row, 3))));
    if (!text.ptr) return false;
    if (rs_str_eq(role, RS_STR("user"))) {
        r->question = text;
        return true;
    }
    if (!rs_str_eq(role, RS_STR("assistant")) && !rs_str_eq(role, RS_STR("reference"))) return true;
    if (r->n_answers++ != r->turn) return true;
    r->shown->question = r->question;
    r->shown->answer = text;
    return true;
}

static rsift_status name_samples(const rs_aim_plan *p, const rs_aim_shows *s, rs_store *store,
                                 rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE shown_sample AS SELECT CAST(id AS UUID) AS "
                      "sample_id FROM (VALUES ('00000000-0000-0000-0000-000000000000')");
    for (size_t i = 0; i < s->first[p->n_parts]; i++) {
        char id[RS_ID_TEXT];
        rs_buf_cstr(&sql, ", (");
        rs_store_put_literal(&sql, rs_str_of(rs_id_text(id, p->ids[s->items[i].at])));
        rs_buf_char(&sql, ')');
    }
    rs_buf_cstr(&sql, ") v(id)");
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

static rsift_status read_texts(const rs_aim_plan *p, rs_aim_shows *s, rsift_error *err)
{
    rs_store *store = p->job->recommend->store;
    rs_result *result;
    RS_TRY(name_samples(p, s, store, err));
    RS_TRY(rs_decide_ask(store, "aim", "shown", RS_STR(""), &result, err));
    reading r = {0};
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK)
        if (!take_row(p, s, &r, result)) {
            status = rs_err_nomem(err, "the texts");
            break;
        }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_aim_shows_make(const rs_aim_plan *p, rs_aim_shows *out, rsift_error *err)
{
    *out = (rs_aim_shows){0};
    out->items =
        rs_arena_calloc(&out->arena, (size_t)p->n_parts * RS_AIM_SHOWN + 1, sizeof *out->items);
    out->first = rs_arena_calloc(&out->arena, (size_t)p->n_parts + 1, sizeof *out->first);
    if (!out->items || !out->first || !choose_all(p, out)) return rs_err_nomem(err, "the examples");
    return out->first[p->n_parts] ? read_texts(p, out, err) : RSIFT_OK;
}

void rs_aim_shows_fini(rs_aim_shows *shows)
{
    rs_idmap_fini(&shows->at_of_id);
    rs_arena_fini(&shows->arena);
    *shows = (rs_aim_shows){0};
}

/* ---- told ------------------------------------------------------------------------------------ */

void rs_aim_shows_put(const rs_aim_plan *p, const rs_aim_shows *shows, uint32_t part,
                      rs_json_writer *json)
{
    rs_json_field_array(json, "chosen");
    for (size_t i = shows->first[part]; i < shows->first[part + 1]; i++) {
        const rs_aim_shown *shown = &shows->items[i];
        const rs_aim_sample *s = &p->samples[shown->at];
        char id[RS_ID_TEXT];
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        /* a question of ours has several wordings: it is known by its task */
        const uint32_t turn = s->first_turn + wanted_turn(p, shown->at);
        rs_json_field_str(json, "question",
                          shown->question.len ? shown->question
                                              : rs_aim_shortened(rs_asked_shown(
                                                    &p->asked, p->asked.turns[turn].question)));
        rs_json_field_str(
            json, "answer",
            shown->answer.len
                ? shown->answer
                : rs_aim_shortened(p->asked.answers.keys[p->result.cells[s->cell].answer]));
        rs_json_field_str(json, "dataset", p->asked.datasets.keys[s->source]);
        rs_json_field_cstr(json, "sample_id", rs_id_text(id, p->ids[shown->at]));
        if (shown->picture.hi || shown->picture.lo)
            rs_json_field_cstr(json, "picture", rs_id_text(id, shown->picture));
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}
