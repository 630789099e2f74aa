/* The release's own dialogue, turn by turn. A user turn is written as it stands (turn.c), but for
 * two cases: one that holds nothing but a task word with its phrase or boxes is given a question of
 * ours, and a short benchmark question is given the task's response-format phrase. */
#include "render/dialogue.h"

#include "base/ascii.h"
#include "render/prompt.h"
#include "render/turn.h"

/* ---- user turns ------------------------------------------------------------------------------ */

/* A question of ours for "[identify] {box}" and "[refer] <p>words</p>". */
static rsift_status put_bare_question(rs_render_job *job, uint32_t turn)
{
    rs_task task = job->sample->task;
    rs_str text = job->sample->turns[turn].text, phrase = rs_render_turn_phrase(job, turn);
    rs_render_put_plain(job, rs_str_sub(text, 0, rs_render_skip_tags(text)), true);
    rs_measured *items;
    size_t n;
    RS_TRY(rs_render_turn_boxes(job, turn, &items, &n));
    if (job->drop) return RSIFT_OK;
    const char *set;
    if (n) set = task == RS_TASK_REGION_CLASSIFICATION ? "region-classification" : "region-caption";
    else if (rs_render_asked_task(job) == RS_TASK_GROUNDING_OBB) set = "grounding-obb";
    else set = phrase.len ? "grounding-hbb" : rs_model_task_name(task);
    rs_template_values values = {.phrase = phrase.len ? phrase : (rs_str){0}};
    return rs_render_put_question(job, set, items, n, &values);
}

static size_t n_words(rs_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += s.ptr[i] > ' ' && (i == 0 || s.ptr[i - 1] <= ' ');
    return n;
}

/* Without the dot that ends a sentence. */
static rs_str bare_answer(rs_str answer)
{
    answer = rs_str_trim(answer);
    return rs_str_ends(answer, RS_STR(".")) ? rs_str_sub(answer, 0, answer.len - 1) : answer;
}

bool rs_render_has_asked_form(rs_task task, rs_str answer)
{
    answer = bare_answer(answer);
    if (!answer.len) return true; /* nobody knows it */
    switch (task) {
    case RS_TASK_CHOICE_VQA: return answer.len == 1 && rs_ascii_is_letter(answer.ptr[0]);
    case RS_TASK_HALLUCINATION_PROBE:
        return rs_str_eq_nocase(answer, RS_STR("yes")) || rs_str_eq_nocase(answer, RS_STR("no"));
    case RS_TASK_CHANGE_VQA:
    case RS_TASK_VQA: return n_words(answer) <= 4;
    default: return false;
    }
}

/* The prompt set with the response-format phrase of a short benchmark question; NULL = the question
 * stays as it is. Questions without a picture tag or instruction get one, since a model would else
 * learn to answer every question in a word. In training only where the answer has that form:
 * "single word or phrase" before a long answer would teach to ignore it. A question of an
 * evaluation must not tell of its own answer: there the answers of the whole dataset decide. */
static const char *format_set(const rs_render_job *job, uint32_t user, rs_str answer)
{
    const rs_sample *s = job->sample;
    rs_str question = s->turns[user].text;
    if (s->n_turns > 2 || !rs_model_task_is_short(s->task)) return NULL;
    size_t tags_end;
    if (rs_render_turn_begin(job, user, &tags_end) != 0) return NULL; /* written for training */
    static const char *const instructions[] = {"Answer", "answer", "single word", "one word",
                                               "Choose", "Reply",  "Respond"};
    for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++)
        if (rs_str_find(question, rs_str_of(instructions[i])) != RS_NPOS) return NULL;
    const bool fits = job->options->for_eval ? !(job->options->other_forms >> s->task & 1)
                                             : rs_render_has_asked_form(s->task, answer);
    if (!fits) return NULL;
    switch (s->task) {
    case RS_TASK_CHOICE_VQA:
    case RS_TASK_HALLUCINATION_PROBE:
    case RS_TASK_CHANGE_VQA:
    case RS_TASK_VQA: return rs_model_task_name(s->task);
    default: return NULL;
    }
}

/* Appends the question of a user turn: the release's, one of ours, or the release's inside ours. */
static rsift_status put_user_turn(rs_render_job *job, uint32_t turn)
{
    const rs_sample *s = job->sample;
    if (rs_render_turn_is_bare(job, turn)) return put_bare_question(job, turn);
    rs_str answer = turn + 1 < s->n_turns ? s->turns[turn + 1].text : RS_STR("");
    const char *set = format_set(job, turn, answer);
    if (!set) return rs_render_put_turn(job, turn);
    size_t begin = job->text.len, first_box = job->n_boxes;
    RS_TRY(rs_render_put_turn(job, turn));
    if (job->drop || job->n_boxes != first_box) return RSIFT_OK;
    rs_str question = rs_str_trim(rs_str_sub(rs_buf_view(&job->text), begin, job->text.len));
    if (!question.len) return RSIFT_OK; /* an empty turn: render.c drops it */
    rs_template_values values = {.question = question};
    rs_str prompt;
    RS_TRY(rs_render_prompt(job, set, &values, &prompt));
    job->text.len = begin;
    rs_buf_str(&job->text, prompt);
    return RSIFT_OK;
}

/* ---- the dialogue ---------------------------------------------------------------------------- */

rsift_status rs_render_dialogue(rs_render_job *job)
{
    const rs_sample *s = job->sample;
    bool images_due = true; /* the first question gets them, where no turn has a tag */
    for (uint32_t i = 0; i < s->n_turns && images_due; i++)
        images_due = rs_str_find(s->turns[i].text, RS_IMAGE_TAG) == RS_NPOS;
    for (uint32_t i = 0; i < s->n_turns && !job->drop; i++) {
        rs_turn_role role = s->turns[i].role;
        if (role == RS_TURN_USER) {
            if (images_due) rs_render_put_images(job);
            images_due = false;
            RS_TRY(put_user_turn(job, i));
            if (!job->drop) RS_TRY(rs_render_end_message(job, RS_MESSAGE_USER));
        } else if (role == RS_TURN_SYSTEM && i == 0) {
            rs_render_put_checked(job, s->turns[i].text);
            RS_TRY(rs_render_end_message(job, RS_MESSAGE_SYSTEM));
        } else if (role == RS_TURN_SYSTEM) {
            job->drop = "roles";
        } else if (i + 1 == s->n_turns) {
            RS_TRY(rs_render_put_last_answer(job, i));
        } else {
            RS_TRY(rs_render_put_turn(job, i));
            if (!job->drop) RS_TRY(rs_render_end_message(job, RS_MESSAGE_ASSISTANT));
        }
    }
    return RSIFT_OK;
}
