/* Samples whose question is missing: captions with their references, labels, expressions and boxes.
 * The question comes from prompts/<task>.txt, chosen by (seed, sample id); the answer is made from
 * what the release holds. Boxes in an answer are ordered by (class, y, x), since a model can only
 * learn an order that it can see. Tasks whose answer is a mask or a picture are not text. */
#include "render/task.h"

#include "base/rng.h"
#include "base/utf8.h"
#include "codec/json_writer.h"
#include "lang/word_edit.h"
#include "render/boxes.h"
#include "render/prompt.h"
#include "render/turn.h"

#include <stdlib.h>

/* ---- the question ---------------------------------------------------------------------------- */

/* "airport, baseball field, ship": class names as words, in the order given. */
static rsift_status join_class_words(rs_render_job *job, const rs_str *names, size_t n, rs_str *out)
{
    rs_buf b = {0};
    for (size_t i = 0; i < n; i++) {
        rs_str words = rs_render_class_words(job->arena, names[i]);
        if (!words.ptr) b.failed = true;
        if (i) rs_buf_cstr(&b, ", ");
        rs_buf_str(&b, words);
    }
    *out = b.failed ? (rs_str){0} : rs_arena_str(job->arena, rs_buf_view(&b));
    rs_buf_fini(&b);
    return out->ptr ? RSIFT_OK : rs_err_nomem(job->err, "class names");
}

rs_render_classes rs_render_listed_classes(const rs_render_job *job)
{
    const rs_render_options *o = job->options;
    if (o->n_classes) return (rs_render_classes){.names = o->classes, .n = o->n_classes};
    switch (job->sample->task) {
    case RS_TASK_DETECTION_HBB:
    case RS_TASK_DETECTION_OBB: return o->detection;
    case RS_TASK_MULTILABEL: return o->multilabel;
    default: return (rs_render_classes){0};
    }
}

/* The question that the release itself brings; ptr NULL = none. */
static rs_str own_question(const rs_sample *s)
{
    for (uint32_t i = 0; i < s->n_turns; i++)
        if (s->turns[i].role == RS_TURN_USER) return s->turns[i].text;
    return (rs_str){0};
}

/* Writes the user message: pictures, then the release's own question, verbatim, or a prompt of the
 * task about `marks` (boxes) or `values`. */
static rsift_status ask(rs_render_job *job, const rs_measured *marks, size_t n_marks,
                        rs_template_values values)
{
    const rs_sample *s = job->sample;
    rs_str own = own_question(s);
    if (!own.ptr || rs_str_find(own, RS_IMAGE_TAG) == RS_NPOS) rs_render_put_images(job);
    if (own.ptr) {
        if (rs_render_reserved(job->options->model, own, false)) job->drop = "special-token";
        rs_buf_str(&job->text, own);
    } else {
        const rs_render_classes listed = rs_render_listed_classes(job);
        if (!values.classes.ptr)
            RS_TRY(join_class_words(job, listed.names, listed.n, &values.classes));
        const char *set = rs_model_task_name(rs_render_asked_task(job));
        RS_TRY(rs_render_put_question(job, set, marks, n_marks, &values));
    }
    return job->drop ? RSIFT_OK : rs_render_end_message(job, RS_MESSAGE_USER);
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* Writes the answer in words; a sample without one is dropped, or asked without a truth. */
static rsift_status answer_words(rs_render_job *job, rs_str words)
{
    words = rs_str_trim(words);
    if (!words.len) {
        if (!job->options->for_eval) job->drop = "no-answer";
        return RSIFT_OK;
    }
    rs_render_put_checked(job, words);
    return job->drop ? RSIFT_OK : rs_render_end_message(job, RS_MESSAGE_ASSISTANT);
}

/* Orders boxes by class, then by y and x of the first corner, then of the second. */
static int by_class_y_x(const void *a, const void *b)
{
    const rs_measured *x = a, *y = b;
    int order = rs_str_cmp(x->box.label, y->box.label);
    if (order) return order;
    for (size_t i = 0; i < 4; i++) {
        static const size_t y_first[4] = {1, 0, 3, 2};
        double p = x->box.pixels[y_first[i]], q = y->box.pixels[y_first[i]];
        if (x->box.n_pixels == 2 && i > 1) break;
        if (p != q) return p < q ? -1 : 1;
    }
    return 0; /* equal boxes are written equally */
}

/* Writes the answer in boxes, in the order above; a sample known to have none gets a sentence. */
static rsift_status answer_boxes(rs_render_job *job, rs_measured *items, size_t n, rs_box_role role)
{
    if (n) qsort(items, n, sizeof *items, by_class_y_x);
    /* For evaluation a question is asked although its boxes are not known or cannot be written. */
    for (size_t i = 0; i < n; i++)
        if (items[i].n_numbers == 0) return RSIFT_OK;
    if (rs_model_complete(job->sample) == RS_COMPLETE_NO) return RSIFT_OK;
    if (n == 0 && !job->sample->truth) return RSIFT_OK;
    if (n == 0 && job->sample->complete != RS_COMPLETE_YES) {
        if (!job->options->for_eval) job->drop = "annotation-incomplete";
        return RSIFT_OK;
    }
    if (n == 0) rs_buf_cstr(&job->text, RS_RENDER_NO_BOXES);
    RS_TRY(rs_render_put_boxes(job, items, n, role, RS_STR("")));
    return job->drop ? RSIFT_OK : rs_render_end_message(job, RS_MESSAGE_ASSISTANT);
}

/* ---- regions --------------------------------------------------------------------------------- */

/* Measures the regions of one turn, or all of them for turn < 0. Labels become `label` when given,
 * else their class names as words. For evaluation a region that cannot be written has no numbers;
 * else it drops the sample. What the picture does not show is left out. */
static rsift_status measure(rs_render_job *job, int32_t turn, rs_str label, rs_measured **items,
                            size_t *n)
{
    const rs_sample *s = job->sample;
    *n = 0;
    *items = rs_arena_alloc(job->arena, (s->n_regions + 1) * sizeof **items);
    if (!*items) return rs_err_nomem(job->err, "boxes");
    for (uint32_t i = 0; i < s->n_regions; i++) {
        const rs_region *r = &s->regions[i];
        if (turn >= 0 && r->turn >= 0 && r->turn != turn) continue;
        if (r->flags & (RS_REGION_OUTLINE | RS_REGION_CROWD)) continue; /* no object of its own */
        rs_measured *m = &(*items)[*n];
        const char *drop;
        RS_TRY(rs_render_measure(job, r, m, &drop));
        /* the list of what the picture shows is whole without it */
        if (m->seen == RS_VISIBLE_NONE && !rs_model_region_is_bound(s, r)) continue;
        if (drop && !job->options->for_eval) {
            job->drop = drop;
            return RSIFT_OK;
        }
        if (drop) m->n_numbers = 0;
        m->box.label = label.ptr ? label : rs_render_class_words(job->arena, r->label);
        if (!m->box.label.ptr) return rs_err_nomem(job->err, "a label");
        ++*n;
    }
    return RSIFT_OK;
}

/* ---- tasks ----------------------------------------------------------------------------------- */

/* Moves references that repeat an earlier one, but for spelling or one word, behind the others. Of
 * more than MOST_COMPARED only so many are looked at: no recipe uses more than 20. */
static rsift_status put_distinct_first(rs_render_job *job, rs_str *refs, uint32_t n)
{
    enum { MOST_COMPARED = 64 };
    rs_str folded[MOST_COMPARED], repeated[MOST_COMPARED];
    uint32_t n_distinct = 0, n_repeated = 0;
    if (n > MOST_COMPARED) n = MOST_COMPARED;
    for (uint32_t i = 0; i < n; i++) {
        const rs_str one = refs[i];
        const rs_str text = rs_utf8_fold(job->arena, one);
        if (!text.ptr) return rs_err_nomem(job->err, "captions");
        bool seen = false;
        for (uint32_t k = 0; k < n_distinct && !seen; k++)
            seen = rs_lang_one_word_apart(folded[k], text);
        if (seen) {
            repeated[n_repeated++] = one;
            continue;
        }
        folded[n_distinct] = text;
        refs[n_distinct++] = one;
    }
    memcpy(refs + n_distinct, repeated, n_repeated * sizeof *refs);
    return RSIFT_OK;
}

/* Captions: one reference is the answer. The references have an order drawn by (seed, sample id),
 * those that repeat another last, and the r-th repeat is given the r-th of them, since a repeat
 * with the same words teaches nothing new. For evaluation all of them are the truth, as a JSON
 * array. */
static rsift_status caption(rs_render_job *job)
{
    const rs_sample *s = job->sample;
    rs_str *refs = rs_arena_alloc(job->arena, (s->n_turns + 1) * sizeof *refs);
    if (!refs) return rs_err_nomem(job->err, "captions");
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n_turns; i++) { /* each text once */
        if (s->turns[i].role == RS_TURN_USER || s->turns[i].role == RS_TURN_SYSTEM) continue;
        rs_str text = rs_str_trim(s->turns[i].text);
        bool seen = text.len == 0;
        /* any of them, so that what is dropped does not depend on the seed's draw */
        if (rs_render_reserved(job->options->model, text, true)) job->drop = "special-token";
        for (uint32_t k = 0; k < n && !seen; k++) seen = rs_str_eq(refs[k], text);
        if (!seen) refs[n++] = text;
    }
    if (job->drop && job->options->for_eval) job->drop = NULL; /* only the truth has it */
    if (!job->drop) RS_TRY(ask(job, NULL, 0, (rs_template_values){0}));
    if (job->drop) return RSIFT_OK;
    if (n == 0) return answer_words(job, RS_STR(""));
    if (job->options->for_eval) {
        rs_buf b = {0};
        rs_json_writer w = rs_json_writer_to(&b);
        rs_json_begin_array(&w);
        for (uint32_t i = 0; i < n; i++) rs_json_write_str(&w, refs[i]);
        rs_json_end_array(&w);
        job->truth = b.failed ? (rs_str){0} : rs_arena_str(job->arena, rs_buf_view(&b));
        rs_buf_fini(&b);
        return job->truth.ptr ? RSIFT_OK : rs_err_nomem(job->err, "the truth");
    }
    rs_rng rng = rs_rng_of(job->options->seed ^ 0x63617074696f6e73u, s->id); /* "captions" */
    for (uint32_t i = n - 1; i > 0; i--) {                                   /* Fisher-Yates */
        uint32_t k = (uint32_t)rs_rng_below(&rng, (uint64_t)i + 1);
        rs_str swap = refs[i];
        refs[i] = refs[k];
        refs[k] = swap;
    }
    RS_TRY(put_distinct_first(job, refs, n));
    return answer_words(job, refs[job->repeat % n]);
}

/* The turn that answers: the last of the assistant, else the first reference; -1 = none. */
static int32_t answer_turn(const rs_sample *s)
{
    int32_t found = -1;
    for (uint32_t i = 0; i < s->n_turns; i++)
        if (s->turns[i].role == RS_TURN_ASSISTANT ||
            (s->turns[i].role == RS_TURN_REFERENCE && found < 0))
            found = (int32_t)i;
    return found;
}

/* A caption with boxes in it: the release's text, rewritten like a dialogue's answer. */
static rsift_status grounded_caption(rs_render_job *job)
{
    int32_t turn = answer_turn(job->sample);
    RS_TRY(ask(job, NULL, 0, (rs_template_values){0}));
    if (job->drop || turn < 0) return job->drop ? RSIFT_OK : answer_words(job, RS_STR(""));
    return rs_render_put_last_answer(job, (uint32_t)turn);
}

/* Referring expressions: a question and its boxes for each. A sample without an expression is asked
 * for the label of its first region; for evaluation only the first expression is asked. */
static rsift_status grounding(rs_render_job *job)
{
    const rs_sample *s = job->sample;
    rs_str label = s->n_regions ? s->regions[0].label : (rs_str){0};
    uint32_t n_phrases = 0;
    for (uint32_t i = 0; i < s->n_turns; i++) n_phrases += s->turns[i].role == RS_TURN_PHRASE;
    const uint32_t n_rounds = job->options->for_eval || !n_phrases ? 1 : n_phrases;
    for (uint32_t round = 0, i = 0; round < n_rounds; round++, i++) {
        while (n_phrases && s->turns[i].role != RS_TURN_PHRASE) i++;
        rs_str phrase = rs_str_trim(n_phrases ? s->turns[i].text : label);
        rs_measured *items;
        size_t n, begin = job->n_messages;
        if (!phrase.len && !own_question(s).ptr) {
            job->drop = "empty-turn";
            return RSIFT_OK;
        }
        RS_TRY(measure(job, n_phrases > 1 ? (int32_t)i : -1, phrase, &items, &n));
        if (job->drop) return RSIFT_OK;
        RS_TRY(ask(job, NULL, 0, (rs_template_values){.phrase = phrase}));
        if (job->drop) return RSIFT_OK;
        if (begin > 0) { /* the pictures stand in the first question only */
            rs_message *m = &job->messages[begin];
            for (size_t at; (at = rs_str_find(m->text, RS_STR("<image>\n"))) != RS_NPOS;)
                m->text = rs_str_sub(m->text, at + 8, m->text.len);
        }
        RS_TRY(answer_boxes(job, items, n, RS_BOX_ANSWER));
        if (job->drop) return RSIFT_OK;
    }
    return RSIFT_OK;
}

/* The names of the boxes, each once. */
static rsift_status names_of(rs_render_job *job, const rs_measured *items, size_t n, rs_str *out)
{
    rs_str *names = rs_arena_alloc(job->arena, (n + 1) * sizeof *names);
    size_t n_names = 0;
    if (!names) return rs_err_nomem(job->err, "class names");
    for (size_t i = 0; i < n; i++) {
        bool seen = false;
        for (size_t k = 0; k < n_names && !seen; k++)
            seen = rs_str_eq(names[k], items[i].box.label);
        if (!seen) names[n_names++] = items[i].box.label;
    }
    return join_class_words(job, names, n_names, out);
}

/* All objects of the picture, by class. Which classes the release annotates must be known: "all
 * objects" asks for trees too where only ships have boxes, and there are seldom none at all. */
static rsift_status detection(rs_render_job *job)
{
    rs_measured *items;
    size_t n;
    RS_TRY(measure(job, -1, (rs_str){0}, &items, &n));
    if (job->drop) return RSIFT_OK;
    const rs_class_list list = rs_render_listed_classes(job).list;
    if (!own_question(job->sample).ptr &&
        (list == RS_CLASSES_NONE || (list == RS_CLASSES_MANY && n == 0))) {
        job->drop = "classes-unknown";
        return RSIFT_OK;
    }
    rs_template_values values = {0};
    /* too many to list: those that the picture shows, since nobody has boxes of "all objects" */
    if (list == RS_CLASSES_MANY) RS_TRY(names_of(job, items, n, &values.classes));
    RS_TRY(ask(job, NULL, 0, values));
    return job->drop ? RSIFT_OK : answer_boxes(job, items, n, RS_BOX_LABELLED);
}

/* Marked regions are the question; the release's words or their label are the answer. */
static rsift_status about_region(rs_render_job *job)
{
    const rs_sample *s = job->sample;
    rs_measured *marks;
    size_t n;
    RS_TRY(measure(job, -1, (rs_str){0}, &marks, &n));
    for (size_t i = 0; i < n && !job->drop; i++)
        if (marks[i].n_numbers == 0) job->drop = "size-unknown"; /* the question depends on it */
    if (job->drop) return RSIFT_OK;
    if (n == 0 && !own_question(s).ptr) {
        job->drop = "empty-turn";
        return RSIFT_OK;
    }
    RS_TRY(ask(job, marks, n, (rs_template_values){0}));
    if (job->drop) return RSIFT_OK;
    for (uint32_t i = 0; i < s->n_turns; i++)
        if (s->turns[i].role != RS_TURN_USER && s->turns[i].role != RS_TURN_SYSTEM)
            return answer_words(job, s->turns[i].text);
    rs_str words = s->n_labels ? rs_render_class_words(job->arena, s->labels[0])
                   : n         ? marks[0].box.label
                               : RS_STR("");
    return answer_words(job, words);
}

/* Does the label say what is seen, by itself or by the dataset's list? */
static bool is_named(const rs_render_job *job, rs_str label)
{
    for (size_t i = 0; i < job->options->n_classes; i++)
        if (rs_str_eq(job->options->classes[i], label)) return true;
    return rs_model_is_name(label);
}

/* The class or classes of the picture. */
static rsift_status labels(rs_render_job *job)
{
    const rs_sample *s = job->sample;
    RS_TRY(ask(job, NULL, 0, (rs_template_values){0}));
    if (job->drop) return RSIFT_OK;
    int32_t turn = answer_turn(s);
    if (turn >= 0) return answer_words(job, s->turns[turn].text);
    if (rs_model_complete(s) == RS_COMPLETE_NO) return RSIFT_OK; /* asked without a truth */
    rs_str answer;
    uint32_t n = s->task == RS_TASK_MULTILABEL ? s->n_labels : s->n_labels > 0;
    for (uint32_t i = 0; i < n; i++)
        if (!is_named(job, s->labels[i])) n = 0; /* a class index is no answer */
    RS_TRY(join_class_words(job, s->labels, n, &answer));
    return answer_words(job, answer);
}

/* A value or a few words about something the sample only names: its phrase, skill or type. */
static rsift_status about_words(rs_render_job *job)
{
    const rs_sample *s = job->sample;
    rs_str subject = s->skill.len ? s->skill : s->release_type;
    for (uint32_t i = 0; i < s->n_turns; i++)
        if (s->turns[i].role == RS_TURN_PHRASE) subject = s->turns[i].text;
    subject = rs_str_trim(subject);
    RS_TRY(ask(job, NULL, 0, (rs_template_values){.phrase = subject.len ? subject : (rs_str){0}}));
    if (job->drop) return RSIFT_OK;
    int32_t turn = answer_turn(s);
    return answer_words(job, turn >= 0     ? s->turns[turn].text
                             : s->n_labels ? s->labels[0]
                                           : RS_STR(""));
}

rsift_status rs_render_task(rs_render_job *job)
{
    switch (job->sample->task) {
    case RS_TASK_CAPTION:
    case RS_TASK_CHANGE_CAPTION:
    case RS_TASK_VIDEO_CAPTION: return caption(job);
    case RS_TASK_GROUNDED_CAPTION: return grounded_caption(job);
    case RS_TASK_GROUNDING_HBB:
    case RS_TASK_GROUNDING_OBB:
    case RS_TASK_GROUNDING_POINT: return grounding(job);
    case RS_TASK_DETECTION_HBB:
    case RS_TASK_DETECTION_OBB: return detection(job);
    case RS_TASK_REGION_CAPTION:
    case RS_TASK_REGION_CLASSIFICATION: return about_region(job);
    case RS_TASK_CLASSIFICATION:
    case RS_TASK_MULTILABEL: return labels(job);
    case RS_TASK_GEOLOCATION:
    case RS_TASK_REGRESSION:
    case RS_TASK_RELATION: return about_words(job);
    case RS_TASK_CHANGE_VQA:
    case RS_TASK_CHOICE_VQA:
    case RS_TASK_CONVERSATION:
    case RS_TASK_HALLUCINATION_PROBE:
    case RS_TASK_REFUSAL:
    case RS_TASK_VQA: job->drop = "roles"; return RSIFT_OK; /* an answer without a question */
    default: job->drop = "task-not-text"; return RSIFT_OK;
    }
}
