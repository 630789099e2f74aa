/* Prompts: finding a set, choosing one of its wordings, and class names as words. */
#include "render/prompt.h"

#include "base/ascii.h"
#include "render/boxes.h"
#include "render/prompts.h"

/* ---- sets ------------------------------------------------------------------------------------ */

/* The set of prompts/<set>.txt or, when `open`, of prompts/<set>-open.txt; out->n = 0: no such
 * file. */
static rsift_status find_prompts(rs_render_job *job, const char *set, bool open,
                                 rs_template_set *out)
{
    char name[96];
    int n = snprintf(name, sizeof name, "prompts/%s%s.txt", set, open ? "-open" : "");
    *out = (rs_template_set){0};
    if (n <= 0 || (size_t)n >= sizeof name) return RSIFT_OK;
    return rs_prompts_find(job->options->prompts, name, job->arena, out, job->err);
}

rsift_status rs_render_prompt(rs_render_job *job, const char *set, const rs_template_values *values,
                              rs_str *out)
{
    rs_template_set prompts;
    *out = (rs_str){0};
    RS_TRY(find_prompts(job, set, false, &prompts));
    bool wants_classes = prompts.n && rs_str_find(prompts.lines[0], RS_STR("{classes}")) != RS_NPOS;
    bool open = wants_classes && !values->classes.len;
    if (open) RS_TRY(find_prompts(job, set, true, &prompts));
    if (prompts.n == 0) {
        job->drop = "task-not-text";
        return RSIFT_OK;
    }
    /* Each repeat of a sample draws anew: seed + repeat * 2^64 / golden ratio, so that the seeds of
     * two repeats differ in all their bits. */
    size_t i = rs_lang_template_pick(
        &prompts, job->options->seed + job->repeat * 0x9e3779b97f4a7c15u, job->sample->id);
    rsift_status status = rs_lang_template_fill(job->arena, &prompts, i, values, out, job->err);
    if (status == RSIFT_E_ARG) { /* the sample lacks what every wording of the task names */
        job->drop = "empty-turn";
        return RSIFT_OK;
    }
    RS_TRY(status);
    job->template_id = rs_arena_printf(job->arena, "%s%s#%zu", set, open ? "-open" : "", i);
    return job->template_id.ptr ? RSIFT_OK : rs_err_nomem(job->err, "a template id");
}

rs_task rs_render_asked_task(const rs_render_job *job)
{
    const rs_task task = job->sample->task;
    if (job->options->obb_mode == RS_OBB_AS_QUAD_TEXT) return task;
    return task == RS_TASK_DETECTION_OBB   ? RS_TASK_DETECTION_HBB
           : task == RS_TASK_GROUNDING_OBB ? RS_TASK_GROUNDING_HBB
                                           : task;
}

/* ---- the question ---------------------------------------------------------------------------- */

/* How the model is to write what a set asks for; ptr NULL = nothing is to be written so. */
static rs_str format_of(const rs_render_job *job, const char *set)
{
    const rs_render_model *model = job->options->model;
    rs_str name = rs_str_of(set);
    if (rs_str_eq(name, RS_STR("grounding-point"))) return rs_str_of(model->point_format);
    bool asks_boxes = rs_str_starts(name, RS_STR("grounding")) ||
                      rs_str_starts(name, RS_STR("detection")) ||
                      rs_str_eq(name, RS_STR("grounded-caption"));
    if (!asks_boxes) return (rs_str){0};
    /* the form that the answer's boxes will have */
    bool corners =
        job->options->obb_mode == RS_OBB_AS_QUAD_TEXT && rs_str_ends(name, RS_STR("-obb"));
    if (rs_str_eq(name, RS_STR("grounded-caption")))
        for (uint32_t i = 0; i < job->sample->n_regions; i++)
            corners |= rs_render_writes_corners(job, &job->sample->regions[i]);
    return rs_str_of(corners ? model->quad_format : model->hbb_format);
}

/* The subject of a question as the model spells it: boxes, else words. It is written to job->text
 * and cut off again, since the prompt decides where it stands. */
static rsift_status spell_subject(rs_render_job *job, const rs_measured *marks, size_t n_marks,
                                  rs_str *phrase)
{
    size_t begin = job->text.len;
    if (n_marks) {
        RS_TRY(rs_render_put_boxes(job, marks, n_marks, RS_BOX_QUESTION, RS_STR("")));
    } else if (phrase->len) {
        if (rs_render_reserved(job->options->model, *phrase, true)) job->drop = "special-token";
        rs_render_put_phrase(job, *phrase);
    } else {
        return RSIFT_OK;
    }
    if (job->text.failed) return rs_err_nomem(job->err, "a prompt");
    *phrase = rs_arena_str(job->arena, rs_str_sub(rs_buf_view(&job->text), begin, job->text.len));
    job->text.len = begin;
    return phrase->ptr ? RSIFT_OK : rs_err_nomem(job->err, "a prompt");
}

rsift_status rs_render_put_question(rs_render_job *job, const char *set, const rs_measured *marks,
                                    size_t n_marks, const rs_template_values *values)
{
    rs_template_values all = *values;
    size_t first_box = job->n_boxes;
    RS_TRY(spell_subject(job, marks, n_marks, &all.phrase));
    rs_str format = format_of(job, set);
    if (format.ptr) all.format = format;
    if (job->drop) return RSIFT_OK;
    rs_str prompt;
    RS_TRY(rs_render_prompt(job, set, &all, &prompt));
    if (job->drop) return RSIFT_OK;
    /* Boxes of the subject were noted where it was spelled; they stand further back by where the
     * prompt has put it. */
    size_t by = n_marks ? rs_str_find(prompt, all.phrase) : RS_NPOS;
    for (size_t i = first_box; by != RS_NPOS && i < job->n_boxes; i++) {
        job->boxes[i].begin += (uint32_t)by;
        job->boxes[i].end += (uint32_t)by;
    }
    rs_buf_str(&job->text, prompt);
    return RSIFT_OK;
}

/* ---- class names ----------------------------------------------------------------------------- */

/* Class names are identifiers in many releases: "storage_tank", "Ground-Track-Field",
 * "BaseballField". Abbreviations (two capitals in a row) keep their letters. */
rs_str rs_render_class_words(rs_arena *arena, rs_str label)
{
    rs_str s = rs_str_trim(label);
    char *out = rs_arena_alloc(arena, 2 * s.len + 1); /* at most one blank before each letter */
    if (!out) return (rs_str){0};
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i], before = i ? s.ptr[i - 1] : ' ',
             after = i + 1 < s.len ? s.ptr[i + 1] : ' ';
        if (c == '_' || c == '-') c = ' ';
        if (c == ' ' && (n == 0 || out[n - 1] == ' ')) continue;
        /* A word starts at "aB" and at the last capital of "ABc". */
        bool starts =
            rs_ascii_is_upper(c) &&
            (rs_ascii_is_lower(before) || (rs_ascii_is_upper(before) && rs_ascii_is_lower(after)));
        if (starts && n && out[n - 1] != ' ') out[n++] = ' ';
        bool abbreviation =
            rs_ascii_is_upper(c) &&
            ((rs_ascii_is_upper(before) && !rs_ascii_is_lower(after)) || rs_ascii_is_upper(after));
        if (rs_ascii_is_upper(c) && !abbreviation) c = rs_ascii_lower(c);
        out[n++] = c;
    }
    while (n && out[n - 1] == ' ') n--;
    return rs_str_make(out, n);
}
