/* Samples -> messages for a model: the frame around dialogue.c and task.c. */
#include "formats/spell.h"

#include "base/embedded.h"
#include "lang/template.h"

#include <stdio.h>

rsift_status rs_build_message(rs_build *b, rs_message_role role, rsift_error *err)
{
    if (!rs_arena_grow(b->arena, (void **)&b->messages, &b->cap_messages, b->n_messages + 1, sizeof *b->messages) ||
        b->text.failed)
        return rs_err_nomem(err, "a message");
    rs_str text = rs_arena_str(b->arena, rs_buf_view(&b->text));
    if (!text.ptr) return rs_err_nomem(err, "a message");
    b->messages[b->n_messages++] = (rs_message){role, text};
    b->text.len = 0;
    return RSIFT_OK;
}

rs_written_box *rs_build_boxes(rs_build *b, size_t n)
{
    if (!rs_arena_grow(b->arena, (void **)&b->boxes, &b->cap_boxes, b->n_boxes + n, sizeof *b->boxes)) return NULL;
    rs_written_box *first = &b->boxes[b->n_boxes];
    memset(first, 0, n * sizeof *first);
    b->n_boxes += n;
    return first;
}

bool rs_build_pixels(rs_build *b, const rs_region *region, rs_written_box *out)
{
    uint32_t image = region->asset < 0 ? 0 : (uint32_t)region->asset;
    double pixels[8];
    size_t n = 0;
    if (image < b->n_images && region->kind != RS_REGION_POLYGON && region->kind != RS_REGION_MASK)
        n = rs_model_region_pixels(region, b->widths[image], b->heights[image], pixels, 8);
    if (n != 4 && n != 8) {
        b->drop = "size-unknown";
        return false;
    }
    out->image = image;
    out->label = region->label;
    out->n_pixels = (uint32_t)n;
    memcpy(out->pixels, pixels, n * sizeof *pixels);
    return true;
}

static rsift_status load_set(rs_build *b, const char *set, rs_template_set *out, rsift_error *err)
{
    char name[64];
    snprintf(name, sizeof name, "prompts/%s.txt", set);
    const rs_embedded *file = rs_embedded_find(name);
    if (!file) return rs_err_set(err, RSIFT_E_UNSUPPORTED, "no %s", name);
    return rs_lang_template_parse(b->arena, rs_str_make((const char *)file->data, file->len), out, err);
}

rs_str rs_build_format_phrase(rs_build *b, const char *set)
{
    rs_template_set templates;
    return load_set(b, set, &templates, NULL) == RSIFT_OK ? templates.format : RS_STR("");
}

rsift_status rs_build_prompt(rs_build *b, const char *set, rs_str class_name, rs_str classes, rs_str phrase, rs_str format,
                             rsift_error *err)
{
    rs_template_set templates;
    RS_TRY(load_set(b, set, &templates, err));
    size_t i = rs_lang_template_pick(&templates, b->options->seed + b->repeat, b->sample->id);
    rs_template_values values = {.class_name = class_name, .classes = classes, .phrase = phrase, .format = format,
                                 .question = RS_STR("")};
    rs_str text;
    RS_TRY(rs_lang_template_fill(b->arena, &templates, i, &values, &text, err));
    rs_buf_str(&b->text, rs_str_trim(text));
    b->template_id = rs_arena_printf(b->arena, "%s#%zu", set, i);
    return b->template_id.ptr ? RSIFT_OK : rs_err_nomem(err, "a prompt");
}

rs_str rs_build_words(rs_arena *arena, rs_str name)
{
    char *out = rs_arena_alloc(arena, 2 * name.len + 1);
    if (!out) return (rs_str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool upper = c >= 'A' && c <= 'Z';
        bool after_lower = i && name.ptr[i - 1] >= 'a' && name.ptr[i - 1] <= 'z';
        if (upper && after_lower) out[n++] = ' ';
        if (c == '_' || c == '-') c = ' ';
        out[n++] = upper ? (char)(c + 32) : c;
    }
    return rs_str_make(out, n);
}

static size_t n_tags(rs_str text)
{
    size_t n = 0;
    for (size_t at; (at = rs_str_find(text, RS_STR("<image>"))) != RS_NPOS; n++) text = rs_str_sub(text, at + 7, text.len);
    return n;
}

/* Exactly one tag a picture, in user turns; a release without any tag gets them in front. */
static rsift_status place_images(rs_build *b, rsift_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n_messages; i++) {
        size_t here = n_tags(b->messages[i].text);
        if (here && b->messages[i].role != RS_MESSAGE_USER) b->drop = "special-token";
        n += here;
    }
    if (n == b->n_images || b->drop) return RSIFT_OK;
    if (n != 0) {
        b->drop = "placeholders";
        return RSIFT_OK;
    }
    size_t first = 0;
    while (first < b->n_messages && b->messages[first].role != RS_MESSAGE_USER) first++;
    if (first == b->n_messages) {
        b->drop = "roles";
        return RSIFT_OK;
    }
    size_t shift = 0;
    b->text.len = 0;
    for (uint32_t i = 0; i < b->n_images; i++) rs_buf_cstr(&b->text, "<image>\n");
    shift = b->text.len;
    rs_str whole = rs_arena_join(b->arena, rs_buf_view(&b->text), b->messages[first].text, RS_STR(""));
    if (!whole.ptr) return rs_err_nomem(err, "a message");
    b->messages[first].text = whole;
    b->text.len = 0;
    for (size_t i = 0; i < b->n_boxes; i++) {
        if (b->boxes[i].message != first) continue;
        b->boxes[i].begin += (uint32_t)shift;
        b->boxes[i].end += (uint32_t)shift;
    }
    return RSIFT_OK;
}

/* Roles alternate from the user on, the last turn is a non-empty answer, no stray special tokens. */
static void check_messages(rs_build *b)
{
    size_t first = b->n_messages && b->messages[0].role == RS_MESSAGE_SYSTEM;
    if (b->n_messages < first + 2 || (b->n_messages - first) % 2 != 0) b->drop = "roles";
    for (size_t i = first; i < b->n_messages && !b->drop; i++) {
        rs_message_role due = (i - first) % 2 == 0 ? RS_MESSAGE_USER : RS_MESSAGE_ASSISTANT;
        rs_str text = rs_str_trim(b->messages[i].text);
        if (b->messages[i].role != due) b->drop = "roles";
        else if (text.len == 0) b->drop = due == RS_MESSAGE_USER ? "empty-turn" : "no-answer";
        else if (rs_str_find(text, RS_STR("<|")) != RS_NPOS) b->drop = "special-token";
    }
}

static void check_boxes(rs_build *b)
{
    size_t bad = 0;
    for (size_t i = 0; i < b->n_boxes; i++) bad += b->boxes[i].degenerate;
    if (b->n_boxes && bad == b->n_boxes) b->drop = "degenerate-box";
}

static bool is_dialogue(const rs_sample *s)
{
    for (uint32_t i = 0; i < s->n_turns; i++)
        if (s->turns[i].role == RS_TURN_USER) return true;
    return false;
}

static rsift_status build(rs_build *b, rsift_error *err)
{
    RS_TRY(is_dialogue(b->sample) ? rs_build_dialogue(b, err) : rs_build_task(b, err));
    if (!b->drop) RS_TRY(place_images(b, err));
    if (!b->drop) check_messages(b);
    if (!b->drop) check_boxes(b);
    return RSIFT_OK;
}

rsift_status rs_render(const rs_render_options *o, const rs_sample *sample, rs_str dataset, const rs_str *images,
                       const double *widths, const double *heights, uint32_t repeat, rs_arena *arena, rs_rendered *out,
                       const char **drop, rsift_error *err)
{
    rs_build b = {.options = o, .sample = sample, .widths = widths, .heights = heights, .repeat = repeat, .arena = arena};
    for (uint32_t i = 0; i < sample->n_assets; i++) b.n_images += sample->assets[i].role != RS_ASSET_MASK;
    *out = (rs_rendered){.id = sample->id, .repeat = repeat, .dataset = dataset, .images = images, .widths = widths,
                         .heights = heights, .n_images = b.n_images};
    *drop = NULL;
    if (!sample->truth && !o->for_eval) {
        *drop = "no-answer";
        return RSIFT_OK;
    }
    rsift_status status = build(&b, err);
    rs_buf_fini(&b.text);
    RS_TRY(status);
    *drop = b.drop;
    out->task = rs_str_of(rs_model_task_name(sample->task));
    if (sample->n_splits) out->source_split = sample->splits[0].name;
    out->template_id = b.template_id;
    if (o->for_eval && !b.drop) { /* the last answer is the truth, asked for and not shown */
        out->truth = b.messages[b.n_messages - 1].text;
        b.n_messages--;
        while (b.n_boxes && b.boxes[b.n_boxes - 1].message == b.n_messages) b.n_boxes--;
    }
    out->messages = b.messages;
    out->n_messages = (uint32_t)b.n_messages;
    out->boxes = b.boxes;
    out->n_boxes = (uint32_t)b.n_boxes;
    return RSIFT_OK;
}
