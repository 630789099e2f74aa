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

/* Boxes that share their words: the words, then the list. In an answer the words are the label of
 * the run, unless each box holds its own; elsewhere they are those of the text, or the label for a
 * model that names every box. */
static rsift_status put_run(rs_render_job *job, const rs_measured *items, size_t n,
                            rs_box_role role, rs_str phrase)
{
    const rs_render_spelling *spelling = job->options->model->spelling;
    bool names = !spelling->label_in_box && role != RS_BOX_QUESTION &&
                 (spelling->names_boxes || role == RS_BOX_LABELLED);
    rs_str words = phrase.len || !names ? phrase : items[0].box.label;
    if (words.len) {
        rs_render_put_phrase(job, words);
        rs_render_put(&job->text, spelling->phrase_gap);
    }
    bool answer = role == RS_BOX_ANSWER || role == RS_BOX_LABELLED;
    const rs_render_list *list = answer  ? &spelling->answer
                                 : n > 1 ? &spelling->several
                                         : &spelling->one;
    rs_render_put(&job->text, list->open);
    for (size_t i = 0; i < n; i++) {
        if (i) rs_render_put(&job->text, list->between);
        RS_TRY(put_box(job, &items[i], role));
    }
    rs_render_put(&job->text, list->close);
    return RSIFT_OK;
}

rsift_status rs_render_put_boxes(rs_render_job *job, const rs_measured *items, size_t n,
                                 rs_box_role role, rs_str phrase)
{
    const rs_render_model *model = job->options->model;
    for (size_t i = 0; i < n; i++) /* labels go into the text too */
        if (rs_render_reserved(model, items[i].box.label, true)) job->drop = "special-token";
    if (n == 0 || job->drop) return RSIFT_OK;
    /* A model whose boxes hold no label names a run of boxes once, so an answer has a run for each
     * label in a row; everything else is one run. */
    bool answer = role == RS_BOX_ANSWER || role == RS_BOX_LABELLED;
    if (!answer || model->spelling->label_in_box) return put_run(job, items, n, role, phrase);
    for (size_t i = 0, end = 0; i < n; i = end) {
        while (end < n && rs_str_eq(items[end].box.label, items[i].box.label)) end++;
        if (i) rs_render_put(&job->text, model->spelling->between_runs);
        RS_TRY(put_run(job, items + i, end - i, role, phrase));
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
