/* One sample -> messages. Two ways in: a release's own dialogue (dialogue.c), or a task whose
 * question is missing and comes from prompts/ (task.c). Here is the choice between them, and the
 * last check of what came out. */
#include "render/render.h"

#include "render/dialogue.h"
#include "render/task.h"

/* Nothing but picture tags and blanks? */
static bool is_empty(rs_str text)
{
    for (text = rs_str_trim(text); rs_str_starts(text, RS_IMAGE_TAG);)
        text = rs_str_trim(rs_str_sub(text, RS_IMAGE_TAG.len, text.len));
    return text.len == 0;
}

/* The reason to drop the finished messages, NULL = none. These are the checks that a trainer's
 * loader makes too late or not at all: turns alternate and hold text, there is one picture tag for
 * each picture and only in questions, and at least one box has an area. */
static const char *reason_to_drop(const rs_render_job *job)
{
    size_t first = job->n_messages && job->messages[0].role == RS_MESSAGE_SYSTEM, n_tags = 0,
           n_flat = 0;
    if (job->n_messages <= first) return "no-answer";
    for (size_t i = first; i < job->n_messages; i++) {
        const rs_message *m = &job->messages[i];
        rs_message_role due = (i - first) % 2 ? RS_MESSAGE_ASSISTANT : RS_MESSAGE_USER;
        if (m->role != due) return "roles";
        if (is_empty(m->text)) return due == RS_MESSAGE_USER ? "empty-turn" : "no-answer";
        if (rs_render_has_lost_text(m->text)) return "encoding";
        size_t tags = rs_render_count_tags(m->text);
        if (tags && m->role != RS_MESSAGE_USER) return "special-token";
        n_tags += tags;
    }
    if (n_tags != job->n_images) return "placeholders";
    for (uint32_t i = 0; i < job->n_images; i++)
        if (rs_render_refuses_size(job->options->model, job->widths[i], job->heights[i]))
            return "picture-aspect";
    /* Training ends with an answer, evaluation with a question. */
    bool ends_with_answer = (job->n_messages - first) % 2 == 0;
    if (ends_with_answer == job->options->for_eval)
        return job->options->for_eval ? "roles" : "no-answer";
    for (size_t i = 0; i < job->n_boxes; i++) n_flat += job->boxes[i].degenerate;
    return job->n_boxes && n_flat == job->n_boxes ? "degenerate-box" : NULL;
}

/* Does the release ask and answer in words? A question whose answer is labels or regions, or one of
 * several references, is a task that brings its prompt. */
static bool is_dialogue(const rs_sample *sample)
{
    uint32_t n_user = 0, n_assistant = 0, n_other = 0;
    for (uint32_t i = 0; i < sample->n_turns; i++) {
        n_user += sample->turns[i].role == RS_TURN_USER;
        n_assistant += sample->turns[i].role == RS_TURN_ASSISTANT;
        n_other +=
            sample->turns[i].role == RS_TURN_REFERENCE || sample->turns[i].role == RS_TURN_PHRASE;
    }
    if (n_user == 0) return false;
    /* a question alone is a dialogue only when nothing else could be its answer */
    return n_assistant > 0 || (n_other == 0 && sample->n_labels == 0 && sample->n_regions == 0);
}

/* Writes the messages of the job's sample, or drops it. */
static rsift_status write_messages(rs_render_job *job)
{
    const bool for_eval = job->options->for_eval;
    if (!job->sample->truth && !for_eval) {
        job->drop = "no-answer";
        return RSIFT_OK;
    }
    if (!for_eval && rs_model_complete(job->sample) == RS_COMPLETE_NO) {
        job->drop = "annotation-incomplete";
        return RSIFT_OK;
    }
    RS_TRY(is_dialogue(job->sample) ? rs_render_dialogue(job) : rs_render_task(job));
    /* For evaluation the last answer, as a training record would hold it, becomes the truth that a
     * prediction is compared with, and its boxes go with it. */
    if (for_eval && job->n_messages &&
        job->messages[job->n_messages - 1].role == RS_MESSAGE_ASSISTANT) {
        job->truth = job->messages[--job->n_messages].text;
        if (is_dialogue(job->sample) && rs_render_has_lost_text(job->truth))
            job->truth_lost = "encoding";
        rs_render_forget_boxes(job, job->n_messages);
    }
    if (!job->drop) job->drop = reason_to_drop(job);
    return RSIFT_OK;
}

rsift_status rs_render(const rs_render_options *options, const rs_render_input *input,
                       rs_arena *arena, rs_rendered *out, rsift_error *err)
{
    const rs_sample *sample = input->sample;
    const uint32_t n_images = rs_render_n_images(sample);
    rs_render_job job = {.options = options,
                         .sample = sample,
                         .widths = input->widths,
                         .heights = input->heights,
                         .n_images = n_images,
                         .repeat = input->repeat,
                         .arena = arena,
                         .template_id = RS_STR(""),
                         .truth = RS_STR(""),
                         .err = err};
    rsift_status status = write_messages(&job);
    rs_buf_fini(&job.text);
    *out = (rs_rendered){.drop = job.drop,
                         .id = sample->id,
                         .repeat = input->repeat,
                         .dataset = input->dataset,
                         .task = rs_str_of(rs_model_task_name(sample->task)),
                         .source_split = sample->n_splits ? sample->splits[0].name : RS_STR(""),
                         .images = input->images,
                         .widths = input->widths,
                         .heights = input->heights,
                         .n_images = n_images,
                         .messages = job.messages,
                         .n_messages = (uint32_t)job.n_messages,
                         .boxes = job.boxes,
                         .n_boxes = (uint32_t)job.n_boxes,
                         .truth = job.truth,
                         .truth_lost = job.truth_lost,
                         .template_id = job.template_id};
    return status;
}
