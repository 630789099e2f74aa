/* Goals in the answer. Where a goal in words is served by few pictures, the samples that ask for it
 * are counted by what keeps them out, so that the answer names the constraint. */
#include "decide/aim_goals.h"

#include "base/alloc.h"
#include "decide/aim_words.h"
#include "decide/ask.h"

#include <inttypes.h>

enum { thin = 50 /* a goal that fewer pictures serve is told */ };

const char *rs_aim_served(int64_t n_pictures)
{
    return n_pictures == 0 ? "no" : n_pictures < thin ? "few" : "yes";
}

const rs_candidate *rs_aim_candidate(const rs_aim_plan *p, rs_str dataset)
{
    for (size_t i = 0; i < p->pool.n_candidates; i++)
        if (rs_str_eq(p->pool.candidates[i].id, dataset)) return &p->pool.candidates[i];
    return NULL;
}

/* ---- what is in the way ---------------------------------------------------------------------- */

/* Indexed samples that ask for a goal, by the first thing that keeps them out. A sample with
 * several tags counts for each. */
typedef struct blocked {
    int64_t indexed, evaluation, leaks, unresolved, faulty, refused;
    rs_str refused_by; /* why the first refused dataset is */
} blocked;

static rsift_status count_blocked(const rs_aim_plan *p, blocked *by_goal, rsift_error *err)
{
    rs_result *rows;
    rs_arena arena = {0};
    RS_TRY(rs_decide_ask(p->job->recommend->store, "aim", "blocked", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const rs_candidate *c = rs_aim_candidate(p, rs_result_str(rows, 0));
        const rs_str tag = rs_arena_printf(&arena, "%.*s %.*s", RS_STR_ARG(rs_result_str(rows, 1)),
                                           RS_STR_ARG(rs_result_str(rows, 2)));
        if (!tag.ptr) {
            status = rs_err_nomem(err, "the goals");
            break;
        }
        for (size_t i = 0; i < p->n_goals; i++) {
            blocked *b = &by_goal[i];
            if (p->goals[i].store || !rs_aim_asks_for(&p->goals[i], tag)) continue;
            b->indexed += rs_result_i64(rows, 3);
            b->evaluation += rs_result_i64(rows, 4);
            b->leaks += rs_result_i64(rows, 5);
            b->unresolved += rs_result_i64(rows, 6);
            b->faulty += rs_result_i64(rows, 7);
            if (!c || !c->left_out || !rs_result_i64(rows, 8)) continue;
            b->refused += rs_result_i64(rows, 8);
            if (!b->refused_by.len) b->refused_by = rs_str_of(c->left_out);
        }
        rs_arena_reset(&arena);
    }
    rs_result_close(rows);
    rs_arena_fini(&arena);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static void put_count(rs_buf *out, int64_t n, const char *what, size_t *n_before)
{
    if (n > 0) rs_buf_printf(out, "%s%" PRId64 " %s", (*n_before)++ ? ", " : ": ", n, what);
}

static void put_blocked(const blocked *b, rs_json_writer *json)
{
    rs_buf why = {0};
    size_t n = 0;
    rs_json_field_object(json, "blocked");
    rs_json_field_i64(json, "indexed", b->indexed);
    rs_json_field_i64(json, "evaluation", b->evaluation);
    rs_json_field_i64(json, "leaks", b->leaks);
    rs_json_field_i64(json, "unresolved", b->unresolved);
    rs_json_field_i64(json, "faulty", b->faulty);
    rs_json_field_i64(json, "refused", b->refused);
    rs_json_end_object(json);
    if (b->indexed == 0) rs_buf_cstr(&why, "no indexed sample asks it");
    else rs_buf_printf(&why, "%" PRId64 " indexed samples ask it", b->indexed);
    put_count(&why, b->evaluation, "evaluation data", &n);
    put_count(&why, b->leaks, "leak into protected benchmarks", &n);
    put_count(&why, b->unresolved, "lack their pictures", &n);
    put_count(&why, b->faulty, "are repeated, contradicted, or have serious findings", &n);
    put_count(&why, b->refused, "are of data that is left out", &n);
    if (b->refused_by.len) rs_buf_printf(&why, " (%.*s)", RS_STR_ARG(b->refused_by));
    rs_json_field_str(json, "why", rs_buf_view(&why));
    json->buf->failed = json->buf->failed || why.failed;
    rs_buf_fini(&why);
}

/* ---- goals ----------------------------------------------------------------------------------- */

static void put_goal(const rs_aim_plan *p, size_t at, const rs_aim_form *forms, const blocked *b,
                     rs_json_writer *json)
{
    const rs_aim_goal *goal = &p->goals[at];
    int64_t supply = 0, chosen = 0, n_forms = 0;
    double shares = 0;
    for (size_t i = 0; i < p->n_goals; i++) shares += p->goals[i].share;
    for (uint32_t part = 0; part < p->n_parts; part++) {
        if (p->goal_of[part] != at) continue;
        n_forms++;
        supply += forms[part].members - forms[part].copies;
        chosen += forms[part].chosen;
    }
    rs_json_blank(json, RS_DECIDE_LINE);
    rs_json_begin_object(json);
    rs_json_field_str(json, "goal", goal->name);
    rs_json_field_cstr(json, "kind", goal->kind);
    rs_json_field_bool(json, "examples", goal->store != NULL);
    rs_json_field_i64(json, "share_permille", (int64_t)(goal->share / shares * 1000 + 0.5));
    rs_json_field_i64(json, "forms", n_forms);
    rs_json_field_i64(json, "supply", supply);
    rs_json_field_i64(json, "samples", chosen);
    if (!goal->store) {
        rs_json_field_i64(json, "found", p->found[at].samples);
        rs_json_field_i64(json, "pictures", p->found[at].pictures);
        rs_json_field_cstr(json, "served", rs_aim_served(p->found[at].pictures));
        if (p->found[at].pictures < thin) put_blocked(b, json);
    }
    rs_json_end_object(json);
}

rsift_status rs_aim_put_goals(const rs_aim_plan *p, const rs_aim_form *forms, rs_json_writer *json,
                              int64_t *n_unserved, rsift_error *err)
{
    blocked *by_goal = rs_calloc(p->n_goals + 1, sizeof *by_goal);
    rsift_status status = by_goal ? RSIFT_OK : rs_err_nomem(err, "the goals");
    *n_unserved = 0;
    for (size_t i = 0; i < p->n_goals; i++)
        *n_unserved += !p->goals[i].store && p->found[i].pictures < thin;
    if (status == RSIFT_OK && *n_unserved) status = count_blocked(p, by_goal, err);
    if (status == RSIFT_OK) {
        rs_json_field_array(json, "goals");
        for (size_t i = 0; i < p->n_goals; i++) put_goal(p, i, forms, &by_goal[i], json);
        rs_json_end_array(json);
    }
    for (uint32_t part = 0; part < p->n_parts; part++)
        *n_unserved +=
            p->goals[p->goal_of[part]].store && forms[part].pictures + forms[part].also < thin;
    rs_free(by_goal);
    return status;
}
