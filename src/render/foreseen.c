/* Plain samples: dialogues, captions, detections and expressions whose texts hold nothing that is
 * replaced or forbidden but phrase tags and box text that became regions, and whose boxes their
 * pictures show. Every rule here is a sufficient one; what it does not cover is rendered. */
#include "render/foreseen.h"

#include "geom/obb.h"
#include "lang/boxtext.h"
#include "render/measure.h"
#include "render/task.h"
#include "render/turn.h"

/* Qwen's processor: 4 to 16,384 tokens of 28 x 28 pixels. */
enum { USUAL_MIN_PIXELS = 4 * 28 * 28, USUAL_MAX_PIXELS = 16384 * 28 * 28 };

/* How a model writes boxes on a picture. */
typedef struct scale {
    rs_canvas canvas;
    double wide[2]; /* a box with such sides is not flat */
} scale;

typedef struct foresight {
    rs_render_job job;
    const char **each;
    size_t n_models;
    scale scales[RS_RENDER_MODELS_MAX]; /* on a picture of this size; 0 = none yet: */
    double width, height;
} foresight;

rs_render_options rs_render_options_for(const rs_render_model *model,
                                        const rs_render_options *options)
{
    rs_render_options own = *options;
    own.model = model;
    if (!(own.min_pixels > 0)) own.min_pixels = USUAL_MIN_PIXELS;
    if (!(own.max_pixels > 0)) own.max_pixels = USUAL_MAX_PIXELS;
    return own;
}

/* ---- boxes ----------------------------------------------------------------------------------- */

/* Finds the scale of each model on a picture; false = one has no numbers there. */
static bool find_scales(foresight *f, double width, double height)
{
    if (width == f->width && height == f->height) return true;
    f->width = f->height = 0;
    for (size_t i = 0; i < f->n_models; i++) {
        const rs_render_options own = rs_render_options_for(rs_render_models[i], f->job.options);
        if (!rs_render_canvas(&own, width, height, &f->scales[i].canvas) ||
            !rs_geom_wide_box(own.model->hbb, &f->scales[i].canvas, f->scales[i].wide))
            return false;
    }
    f->width = width;
    f->height = height;
    return true;
}

/* Notes the models at whose step a box has no area. */
static void note_flat(foresight *f, const double box[4])
{
    for (size_t i = 0; i < f->n_models; i++) {
        const scale *s = &f->scales[i];
        double numbers[4];
        bool flat;
        if (box[2] - box[0] >= s->wide[0] && box[3] - box[1] >= s->wide[1]) continue;
        if (!rs_geom_encode(rs_render_models[i]->hbb, &s->canvas, box, 4, numbers, 4, &flat) ||
            flat)
            f->each[i] = "degenerate-box";
    }
}

/* A region that every model writes as a box, or calls flat. */
static bool is_plain_box(foresight *f, const rs_region *region)
{
    const rs_render_job *job = &f->job;
    double px[64], box[4];
    const uint32_t cap = sizeof px / sizeof *px;
    const uint32_t image = region->asset < 0 ? 0 : (uint32_t)region->asset;
    if (region->kind == RS_REGION_MASK || region->kind == RS_REGION_POINT || !region->convention)
        return false;
    if (image >= job->n_images || (region->asset < 0 && job->n_images > 1)) return false;
    if (region->n_coords == 0 || region->n_coords > cap) return false;
    const rs_canvas canvas = {.width = job->widths[image], .height = job->heights[image]};
    if (!find_scales(f, canvas.width, canvas.height)) return false;
    const size_t n =
        rs_geom_decode(region->convention, &canvas, region->coords, region->n_coords, px, cap);
    const rs_visible seen =
        n ? rs_geom_visible(region->convention, &canvas, px, n) : RS_VISIBLE_UNKNOWN;
    if (seen != RS_VISIBLE_WHOLE && seen != RS_VISIBLE_PART) return false;
    rs_geom_box_of_points(px, n / 2, box);
    rs_render_clamp(&canvas, box, 4);
    note_flat(f, box);
    return true;
}

/* ---- words ----------------------------------------------------------------------------------- */

static bool has_lost_text(rs_str text)
{
    return rs_str_find_char(text, '\xef') != RS_NPOS && rs_render_has_lost_text(text);
}

/* Words that stay as they are, or become words of a class. */
static bool is_plain(rs_str words)
{
    return rs_str_find_char(words, '<') == RS_NPOS && !has_lost_text(words);
}

/* Is there nothing in a piece of a turn but words, phrases in tags and, in a question, picture
 * tags? Counts those. */
static bool has_plain_tags(rs_str text, bool user, uint32_t *n_tags)
{
    for (;;) {
        const size_t at = rs_str_find_char(text, '<');
        rs_str words;
        if (at == RS_NPOS) return true;
        text = rs_str_sub(text, at, text.len);
        size_t n = RS_IMAGE_TAG.len;
        if (user && rs_str_starts(text, RS_IMAGE_TAG)) {
            ++*n_tags;
        } else {
            n = rs_render_phrase_at(text, &words);
            if (!words.len || !is_plain(words)) return false;
        }
        text = rs_str_sub(text, n, text.len);
    }
}

/* ---- dialogues ------------------------------------------------------------------------------- */

/* The pieces of a turn from byte `from` on: each span of box text is a region, *next the first of
 * them, and what stands between is plain. */
static bool has_plain_pieces(foresight *f, uint32_t turn, const rs_boxtext *boxes, size_t from,
                             uint32_t *next, uint32_t *n_tags)
{
    const rs_sample *s = f->job.sample;
    const rs_turn *t = &s->turns[turn];
    const bool user = t->role == RS_TURN_USER;
    for (size_t i = 0; i < boxes->n; i++) {
        const rs_boxtext_span *span = &boxes->spans[i];
        while (*next < s->n_regions && !(s->regions[*next].flags & RS_REGION_FROM_TEXT)) ++*next;
        if (*next == s->n_regions) return false;
        const rs_region *region = &s->regions[(*next)++];
        if (region->turn != (int32_t)turn || region->begin != span->begin ||
            region->end != span->end || span->begin < from || span->end <= span->begin ||
            span->end > t->text.len)
            return false;
        if (span->style == RS_BOXTEXT_JSON || !is_plain(region->label)) return false;
        if (!has_plain_tags(rs_str_sub(t->text, from, span->begin), user, n_tags) ||
            !is_plain_box(f, region))
            return false;
        from = span->end;
    }
    return has_plain_tags(rs_str_sub(t->text, from, t->text.len), user, n_tags);
}

/* A turn that is written, and not as nothing. */
static bool is_plain_turn(foresight *f, uint32_t turn, uint32_t *next, uint32_t *n_tags)
{
    const rs_turn *t = &f->job.sample->turns[turn];
    const bool user = t->role == RS_TURN_USER;
    const unsigned signs = rs_lang_boxtext_signs_of(t->text, t->signs);
    rs_boxtext boxes;
    if (t->boxes) boxes = *t->boxes;
    else if (rs_render_turn_spans(&f->job, t, &boxes) != RSIFT_OK) return false;
    if ((signs & RS_BOXTEXT_SIGN_WIDE) && has_lost_text(t->text)) return false;
    size_t tags_end, begin = rs_render_turn_begin(&f->job, turn, &tags_end);
    if (!user) begin = tags_end;
    const rs_str rest = rs_str_sub(t->text, begin, t->text.len);
    if (!rest.len || (unsigned char)rest.ptr[0] <= ' ' || rs_str_starts(rest, RS_IMAGE_TAG))
        return false;
    /* our question about boxes or a phrase names them */
    if (user && rs_render_turn_is_bare(&f->job, turn) && !boxes.n &&
        !rs_render_turn_phrase(&f->job, turn).len)
        return false;
    if (user) *n_tags += (uint32_t)rs_render_count_tags(rs_str_sub(t->text, 0, tags_end));
    if (!(signs & RS_BOXTEXT_SIGN_ANGLE) && !boxes.n) return true;
    return has_plain_pieces(f, turn, &boxes, user ? begin : 0, next, n_tags);
}

/* Questions and answers in turn; a tag for each picture, or none anywhere, and then we put them in
 * front. */
static bool is_plain_dialogue(foresight *f)
{
    const rs_sample *s = f->job.sample;
    uint32_t n_tags = 0, next = 0;
    if (s->n_turns % 2) return false;
    for (uint32_t i = 0; i < s->n_turns; i++) {
        if (s->turns[i].role != (i % 2 ? RS_TURN_ASSISTANT : RS_TURN_USER)) return false;
        if (!is_plain_turn(f, i, &next, &n_tags)) return false;
    }
    for (; next < s->n_regions; next++) /* in a turn, and no box text of it */
        if (s->regions[next].flags & RS_REGION_FROM_TEXT) return false;
    for (uint32_t i = 0; i < s->n_turns && n_tags == 0; i++)
        if (rs_str_find(s->turns[i].text, RS_IMAGE_TAG) != RS_NPOS) return false;
    return n_tags == 0 || n_tags == f->job.n_images;
}

/* ---- tasks ----------------------------------------------------------------------------------- */

/* Captions: any of them may be the answer. */
static bool has_plain_captions(const rs_sample *s)
{
    for (uint32_t i = 0; i < s->n_turns; i++) {
        const rs_str text = rs_str_trim(s->turns[i].text);
        if (s->turns[i].role != RS_TURN_REFERENCE || !text.len || !is_plain(text)) return false;
    }
    return s->n_turns > 0;
}

/* The regions of an answer in boxes, of which there is one at least. */
static bool has_plain_boxes(foresight *f, bool labelled)
{
    const rs_sample *s = f->job.sample;
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n_regions; i++) {
        const rs_region *region = &s->regions[i];
        if (region->flags & (RS_REGION_OUTLINE | RS_REGION_CROWD)) continue;
        if ((labelled && !is_plain(region->label)) || !is_plain_box(f, region)) return false;
        n++;
    }
    return n > 0;
}

/* One expression, or the label of the first region instead. */
static bool has_plain_phrase(const rs_sample *s)
{
    if (s->n_turns > 1 || s->n_regions == 0) return false;
    if (s->n_turns && s->turns[0].role != RS_TURN_PHRASE) return false;
    const rs_str phrase = rs_str_trim(s->n_turns ? s->turns[0].text : s->regions[0].label);
    return phrase.len && is_plain(phrase);
}

/* Tasks whose question is ours. */
static bool is_plain_task(foresight *f)
{
    const rs_sample *s = f->job.sample;
    const rs_render_classes listed = rs_render_listed_classes(&f->job);
    for (size_t i = 0; i < listed.n; i++)
        if (!is_plain(listed.names[i])) return false;
    switch (s->task) {
    case RS_TASK_CAPTION:
    case RS_TASK_CHANGE_CAPTION:
    case RS_TASK_VIDEO_CAPTION: return has_plain_captions(s);
    case RS_TASK_DETECTION_HBB:
    case RS_TASK_DETECTION_OBB:
        return s->n_turns == 0 && listed.list != RS_CLASSES_NONE && has_plain_boxes(f, true);
    case RS_TASK_GROUNDING_HBB:
    case RS_TASK_GROUNDING_OBB: return has_plain_phrase(s) && has_plain_boxes(f, false);
    default: return false;
    }
}

bool rs_render_foreseen(const rs_render_options *options, const rs_render_input *input,
                        rs_arena *arena, const char *each[RS_RENDER_MODELS_MAX])
{
    const rs_sample *s = input->sample;
    foresight f = {.job = {.options = options,
                           .sample = s,
                           .widths = input->widths,
                           .heights = input->heights,
                           .n_images = rs_render_n_images(s),
                           .arena = arena},
                   .each = each};
    if (options->for_eval || options->crops_square || options->obb_mode != RS_OBB_AS_HBB ||
        !s->truth || rs_model_complete(s) == RS_COMPLETE_NO)
        return false;
    for (size_t i = 0; rs_render_models[i]; i++) {
        const char *const *words = rs_render_models[i]->reserved;
        /* one that may stand anywhere: here only what begins with '<' is looked for */
        if (words && words[0] && words[0][0] != '<') return false;
        f.n_models = i + 1;
        each[i] = NULL;
        for (uint32_t k = 0; k < f.job.n_images; k++)
            if (rs_render_refuses_size(rs_render_models[i], input->widths[k], input->heights[k]))
                return false;
    }
    return s->n_turns && s->turns[0].role == RS_TURN_USER ? is_plain_dialogue(&f)
                                                          : is_plain_task(&f);
}
