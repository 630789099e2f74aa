/* Runs of boxes, after the model's spelling (models.h). */
#include "render/boxes.h"

#include "render/spelling.h"

/* Appends one box and notes where its numbers stand. */
static rsift_status put_box(rs_render_job *job, const rs_measured *item, rs_box_role role)
{
    if (!rs_arena_grow(job->arena, (void **)&job->boxes, &job->cap_boxes, job->n_boxes + 1,
                       sizeof *job->boxes))
        return rs_err_nomem(job->err, "boxes");
    size_t span[2];
    rs_render_put_box(&job->text, job->options->model->spelling, item->numbers, item->n_numbers,
                      role == RS_BOX_QUESTION ? RS_STR("") : item->box.label, span);
    rs_written_box *box = &job->boxes[job->n_boxes++];
    *box = item->box;
    box->message = (uint32_t)job->n_messages;
    box->begin = (uint32_t)span[0];
    box->end = (uint32_t)span[1];
    return RSIFT_OK;
}

static bool is_answer(rs_box_role role)
{
    return role == RS_BOX_ANSWER || role == RS_BOX_LABELLED;
}

/* The words before a run of boxes; empty = none. In an answer that is the label of the run, unless
 * each box holds its own; elsewhere the words of the text, or the label of a model that names every
 * box. */
static rs_str words_before(const rs_render_spelling *spelling, const rs_measured *items,
                           rs_box_role role, rs_str phrase)
{
    bool may_name = spelling->names_boxes || role == RS_BOX_LABELLED;
    if (role == RS_BOX_QUESTION || phrase.len) return phrase;
    return may_name && !spelling->label_in_box ? items[0].box.label : RS_STR("");
}

/* Boxes that share their words: the words, then the list. */
static rsift_status put_run(rs_render_job *job, const rs_measured *items, size_t n,
                            rs_box_role role, rs_str phrase)
{
    const rs_render_spelling *spelling = job->options->model->spelling;
    const rs_render_list *list = is_answer(role) ? &spelling->answer
                                 : n > 1         ? &spelling->several
                                                 : &spelling->one;
    rs_str words = words_before(spelling, items, role, phrase);
    if (words.len) {
        rs_render_put_phrase(job, words);
        rs_render_put(&job->text, spelling->phrase_gap);
    }
    rs_render_put(&job->text, list->open);
    for (size_t i = 0; i < n; i++) {
        if (i) rs_render_put(&job->text, list->between);
        RS_TRY(put_box(job, &items[i], role));
    }
    rs_render_put(&job->text, list->close);
    return RSIFT_OK;
}

/* How many items from the front share a label. */
static size_t same_label(const rs_measured *items, size_t n)
{
    size_t i = 1;
    while (i < n && rs_str_eq(items[i].box.label, items[0].box.label)) i++;
    return i;
}

rsift_status rs_render_put_boxes(rs_render_job *job, const rs_measured *items, size_t n,
                                 rs_box_role role, rs_str phrase)
{
    const rs_render_model *model = job->options->model;
    for (size_t i = 0; i < n; i++) /* labels go into the text too */
        if (rs_render_reserved(model, items[i].box.label, true)) job->drop = "special-token";
    if (n == 0 || job->drop) return RSIFT_OK;
    bool by_label = is_answer(role) && !model->spelling->label_in_box;
    for (size_t i = 0, run = n; i < n; i += run) {
        if (i) rs_render_put(&job->text, model->spelling->between_runs);
        if (by_label) run = same_label(items + i, n - i);
        RS_TRY(put_run(job, items + i, run, role, phrase));
    }
    return RSIFT_OK;
}

void rs_render_put_phrase(rs_render_job *job, rs_str phrase)
{
    if (!phrase.len) return;
    rs_render_put(&job->text, job->options->model->spelling->phrase.open);
    rs_buf_str(&job->text, phrase);
    rs_render_put(&job->text, job->options->model->spelling->phrase.close);
}
