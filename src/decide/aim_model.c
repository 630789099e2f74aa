/* See aim_model.h. */
#include "decide/aim_model.h"

#include "base/alloc.h"
#include "base/escape.h"
#include "choose/aim_share.h"
#include "codec/json_writer.h"
#include "decide/aim_shown.h"

static void put_shown(rs_json_writer *w, rs_str text)
{
    rs_arena arena = {0};
    rs_json_write_str(w, rs_escape_text(&arena, RS_ESCAPE_LINE, rs_aim_shortened(text)));
    rs_arena_fini(&arena);
}

static void put_goals(const rs_aim_plan *p, rs_json_writer *w)
{
    rs_json_field_array(w, "goals");
    for (size_t g = 0; g < p->n_goals; g++) {
        rs_json_begin_object(w);
        rs_json_write_key(w, "name");
        put_shown(w, p->goals[g].name);
        rs_json_field_cstr(w, "option",
                           p->goals[g].store && !p->goals[g].training ? "--like" : "--goal");
        rs_json_field_double(w, "share", p->goals[g].share);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

/* The question by which a person knows a part: its examples' first. */
static rs_str name_of(const rs_aim_plan *p, uint32_t part)
{
    for (size_t i = 0; i < p->n_examples; i++)
        if (p->examples[i].part == part) return rs_asked_shown(&p->asked, p->examples[i].question);
    return RS_STR("");
}

static void put_parts(const rs_aim_plan *p, rs_json_writer *w)
{
    rs_json_field_array(w, "parts");
    for (uint32_t part = 0; part < p->n_parts; part++) {
        rs_json_begin_object(w);
        rs_json_write_key(w, "name");
        put_shown(w, name_of(p, part));
        rs_json_field_i64(w, "goal", (int64_t)p->goal_of[part]);
        rs_json_field_double(w, "of_goal", p->shares[part] / p->goals[p->goal_of[part]].share);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
    rs_json_field_array(w, "cells");
    for (size_t c = 0; c < p->result.n_cells; c++) {
        const rs_aim_cell *cell = &p->result.cells[c];
        rs_json_begin_array(w);
        rs_json_write_i64(w, cell->part);
        rs_json_write_double(w, cell->demand);
        rs_json_write_double(w, rs_aim_answer_weight(&p->in, cell->demand));
        rs_json_write_i64(w, cell->supply);
        rs_json_write_i64(w, cell->within);
        rs_json_write_i64(w, cell->room);
        rs_json_end_array(w);
    }
    rs_json_end_array(w);
}

/* How many samples of each part every dataset holds, copies apart. */
static bool put_held(const rs_aim_plan *p, rs_json_writer *w)
{
    rs_map64 held = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        bool made;
        if (s->cell == RS_AIM_NONE || s->copy) continue;
        uint64_t *n = rs_map64_put(&held, (uint64_t)s->source << 32 | p->result.cells[s->cell].part,
                                   0, &made);
        ok = n != NULL;
        if (n) ++*n;
    }
    rs_json_field_array(w, "datasets");
    for (size_t d = 0; d < p->asked.datasets.n; d++) put_shown(w, p->asked.datasets.keys[d]);
    rs_json_end_array(w);
    rs_json_field_array(w, "held");
    for (uint64_t d = 0; d < p->asked.datasets.n; d++)
        for (uint32_t part = 0; part < p->n_parts; part++) {
            const uint64_t *n = rs_map64_get(&held, d << 32 | part);
            if (!n) continue;
            rs_json_begin_array(w);
            rs_json_write_i64(w, (int64_t)d);
            rs_json_write_i64(w, part);
            rs_json_write_i64(w, (int64_t)*n);
            rs_json_end_array(w);
        }
    rs_json_end_array(w);
    rs_map64_fini(&held);
    return ok;
}

rsift_status rs_aim_put_model(const rs_aim_plan *p, rs_buf *out, rsift_error *err)
{
    /* the sliders count samples */
    if (p->result.n_cells > RS_AIM_MODEL_CELLS || p->job->limit.unit != RS_AIM_SAMPLES)
        return RSIFT_OK;
    rs_json_writer w = rs_json_writer_to(out);
    rs_json_begin_object(&w);
    rs_json_field_i64(&w, "budget", p->in.budget);
    rs_json_field_double(&w, "alpha", rs_aim_alpha(&p->in));
    rs_json_field_i64(&w, "epochs", p->in.epochs ? p->in.epochs : 1);
    rs_json_field_double(&w, "general", p->job->general);
    rs_json_field_i64(&w, "usable", (int64_t)p->n_samples);
    put_goals(p, &w);
    put_parts(p, &w);
    const bool ok = put_held(p, &w);
    rs_json_end_object(&w);
    return ok ? rs_json_finish(&w, "the model", err) : rs_err_nomem(err, "the model");
}
