/* The recipe of a choice, and its file of samples; see aim_answer.h. */
#include "decide/aim_answer.h"

#include "decide/aim_datasets.h"
#include "decide/brought.h"
#include "decide/recommend_plan.h"
#include "codec/json_writer.h"

#include <inttypes.h>

/* A JSON string is a YAML one. */
rsift_status rs_aim_put_recipe(const rs_aim_plan *p, rs_str choices, rs_buf *out, rsift_error *err)
{
    const rs_recommend_job *job = p->job->recommend;
    char hash[RS_ID_TEXT];
    rs_aim_taken *by_dataset = rs_aim_count_taken(p);
    if (!by_dataset) return rs_err_nomem(err, "the recipe");
    rs_buf_cstr(out,
                "# Samples chosen one by one by rsift recommend; docs/recipe.md explains every "
                "key.\n# goals:");
    for (size_t i = 0; i < p->n_goals; i++) {
        rs_buf_char(out, ' ');
        rs_json_put_str(out, p->goals[i].name);
        if (p->goals[i].share != 1) rs_buf_printf(out, ":%g", p->goals[i].share);
    }
    rs_buf_char(out, '\n');
    if (p->brought) rs_brought_put_comment(p->brought, out);
    const rs_recipe head = {.name = job->recipe_name,
                            .seed = job->seed,
                            .protect = job->protect,
                            .licence = job->licence};
    rs_recipe_put_head(out, &head);
    rs_buf_cstr(out, "choices: {file: ");
    rs_json_put_str(out, p->job->choices_name);
    rs_buf_printf(out, ", hash: \"%s\"}\ndatasets:\n",
                  rs_id_text(hash, rs_hash128(choices.ptr, choices.len)));
    for (size_t d = 0; d < p->asked.datasets.n; d++) {
        if (rs_aim_all_taken(&by_dataset[d]) == 0) continue;
        rs_buf_cstr(out, "  - {id: ");
        rs_json_put_str(out, p->asked.datasets.keys[d]);
        rs_buf_printf(out, "} # %" PRId64 " of %" PRId64 " usable samples", by_dataset[d].different,
                      by_dataset[d].usable);
        if (rs_aim_all_taken(&by_dataset[d]) > by_dataset[d].different)
            rs_buf_printf(out, ", %" PRId64 " with repeats", rs_aim_all_taken(&by_dataset[d]));
        rs_buf_char(out, '\n');
    }
    rs_aim_free_taken(by_dataset);
    return out->failed ? rs_err_nomem(err, "the recipe") : RSIFT_OK;
}

rsift_status rs_aim_put_choices(const rs_aim_plan *p, rs_buf *out, rsift_error *err)
{
    /* the column is there where it says something: choices without repeats keep their hash */
    const bool repeats = p->result.n_repeats > 0;
    rs_buf_cstr(out, repeats ? "sample_id,form,aimed,repeats\n" : "sample_id,form,aimed\n");
    for (size_t i = 0; i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        char id[RS_ID_TEXT];
        if (!s->chosen) continue;
        rs_buf_str(out, rs_str_of(rs_id_text(id, p->ids[i])));
        if (s->cell == RS_AIM_NONE) rs_buf_cstr(out, ",,0");
        else rs_buf_printf(out, ",%" PRIu32 ",%d", p->result.cells[s->cell].part, s->aimed);
        if (repeats) rs_buf_printf(out, ",%u", s->uses);
        rs_buf_char(out, '\n');
    }
    return out->failed ? rs_err_nomem(err, "the choices") : RSIFT_OK;
}
