/* Box text of a conversation: see llava_record.h. */
#include "lang/boxtext.h"
#include "lang/boxwords.h"
#include "readers/llava_record.h"
#include "readers/which_picture.h"

#include <inttypes.h>
#include <stdio.h>

/* A finding for text that looks like coordinates; the text itself stays in the turn. */
static rsift_status unparsed(rs_parse *p, size_t turn, rs_str text, const rs_boxtext_span *span,
                             const char *why)
{
    char where[96], quote[RS_QUOTE_SIZE];
    int n = snprintf(where, sizeof where, "turn %zu > byte %zu", turn, span->begin);
    return rs_parse_find(p, RS_F_BOX_TEXT_UNPARSED, rs_str_make(where, n > 0 ? (size_t)n : 0),
                         "%s: \"%s\"", why,
                         rs_err_quote(quote, rs_str_sub(text, span->begin, span->end)));
}

/* Before and after are two pictures of one place: a box lies at the same place of both. */
static bool are_aligned(const rs_sample *sample)
{
    for (uint32_t a = 0; a < sample->n_assets; a++)
        if (sample->assets[a].role != RS_ASSET_BEFORE && sample->assets[a].role != RS_ASSET_AFTER)
            return false;
    return sample->n_assets == 2;
}

/* The picture of a box, -1 = not told, which is a finding where it matters. */
static rsift_status find_picture(rs_parse *p, const rs_sample *sample, size_t turn,
                                 const rs_boxtext_span *span, int32_t *out)
{
    *out = sample->n_assets ? rs_box_picture(sample, turn, span->begin, span->end) : 0;
    if (*out >= 0 || are_aligned(sample)) return RSIFT_OK;
    char where[96];
    int n = snprintf(where, sizeof where, "turn %zu > byte %zu", turn, span->begin);
    return rs_parse_find(p, RS_F_BOX_PICTURE_UNKNOWN, rs_str_make(where, n > 0 ? (size_t)n : 0),
                         "a box in a conversation about %" PRIu32 " pictures", sample->n_assets);
}

/* A label of JSON text without its escapes; as it is when that fails. */
static rs_str unescaped(rs_parse *p, rs_str label)
{
    const rs_json *value = NULL;
    if (rs_str_find_char(label, '\\') == RS_NPOS) return label;
    rs_str quoted = rs_arena_join(p->scratch, RS_STR("\""), label, RS_STR("\""));
    if (!quoted.ptr ||
        rs_json_parse(p->scratch, quoted, p->source->limits, &value, NULL) != RSIFT_OK)
        return label;
    rs_str plain = rs_json_str(value);
    plain = plain.ptr ? rs_arena_str(&p->batch->arena, plain) : plain;
    return plain.ptr ? plain : label;
}

/* The phrase that the boxes belong to becomes the label; where it stands in tags of its own
 * (`<p>ship</p>`), the bytes of phrase and tags are noted, so that they can be respelled. */
static void set_phrase(rs_parse *p, rs_region *region, rs_str text, const rs_boxtext_span *span)
{
    if (span->phrase == RS_BOXTEXT_NO_PHRASE) return;
    region->label = rs_str_sub(text, span->phrase_begin, span->phrase_end);
    if (span->style == RS_BOXTEXT_JSON) region->label = unescaped(p, region->label);
    if (span->phrase == RS_BOXTEXT_PHRASE_LABEL || span->phrase == RS_BOXTEXT_PHRASE_RUN) return;
    rs_str behind = rs_str_sub(text, span->phrase_end, text.len);
    size_t close = rs_str_find_char(behind, '>');
    if (close == RS_NPOS) return;
    region->phrase_begin = (uint32_t)span->phrase_outer_begin;
    region->phrase_end = (uint32_t)(span->phrase_end + close + 1);
}

/* Words that name no object: a number, a word for a missing value; in a label also a bracket of a
 * form that nobody filled in, and several sentences, which a tagged phrase of a text may well be.
 * Of the dataset's list any name is good. */
static bool is_nameless(const rs_source *source, rs_str label, bool tagged)
{
    for (size_t i = 0; i < source->n_classes; i++)
        if (rs_str_eq(source->classes[i], label)) return false;
    return !rs_model_is_name(label) || (!tagged && !rs_model_is_phrase(label));
}

/* A label that names nothing stands in the text and would be taught with it. */
static rsift_status check_label(rs_parse *p, size_t turn, const rs_region *region)
{
    char where[96], quote[RS_QUOTE_SIZE];
    const bool tagged = region->phrase_end > 0;
    if (!region->label.len || !is_nameless(p->source, region->label, tagged)) return RSIFT_OK;
    int n = snprintf(where, sizeof where, "turn %zu > byte %u", turn, region->begin);
    return rs_parse_find(p, RS_F_LABEL_NAMELESS, rs_str_make(where, n > 0 ? (size_t)n : 0),
                         "\"%s\" names no object", rs_err_quote(quote, region->label));
}

/* The question before an answer; empty for any other turn. */
static rs_str question_of(const rs_sample *sample, size_t turn)
{
    const bool answer = turn > 0 && sample->turns[turn].role == RS_TURN_ASSISTANT;
    return answer ? sample->turns[turn - 1].text : RS_STR("");
}

/* A span of box text -> a region, when it is known what its numbers mean. */
static rsift_status add_region(rs_parse *p, const rs_llava_record *r, size_t turn,
                               const rs_boxtext_span *span, rs_region_list *list)
{
    const rs_named_meanings *conventions = &r->fields->conventions;
    const rs_sample *sample = r->sample;
    const rs_filled_box *filled = rs_slots_filled_at(&r->filled, turn, span->begin, span->end);
    rs_str text = sample->turns[turn].text;
    if (span->shape == RS_BOXTEXT_UNPARSED && filled) return RSIFT_OK; /* a point: add_points */
    if (span->shape == RS_BOXTEXT_UNPARSED)
        return unparsed(p, turn, text, span, "looks like coordinates and cannot be read");
    if (!filled && rs_lang_boxwords_other(text, span, question_of(sample, turn)))
        return unparsed(p, turn, text, span, "a list of numbers that may be no box");
    rs_str spelling = rs_str_of(rs_lang_boxtext_spelling(span));
    const rs_convention *convention =
        filled ? filled->convention
               : rs_box_meaning(p->source, conventions, spelling, span->numbers, span->n_numbers);
    if (!convention && conventions->n_plain)
        return unparsed(p, turn, text, span, "no convention is known for these numbers");
    if (convention && !filled && rs_box_is_unordered(convention, span))
        return unparsed(p, turn, text, span, "no box: its corners are out of order");
    int32_t picture = filled ? filled->asset : 0;
    if (!filled) RS_TRY(find_picture(p, sample, turn, span, &picture));
    if (!convention) {
        char where[96];
        int n = snprintf(where, sizeof where, "turn %zu > byte %zu", turn, span->begin);
        return rs_parse_open_box(p, spelling, span->numbers, span->n_numbers, picture,
                                 rs_str_make(where, n > 0 ? (size_t)n : 0));
    }
    rs_region *region = rs_parse_region(p, list);
    if (!region) return rs_err_nomem(p->err, "a region");
    double *coords = rs_arena_alloc(&p->batch->arena, span->n_numbers * sizeof *coords);
    if (!coords) return rs_err_nomem(p->err, "coordinates");
    memcpy(coords, span->numbers, span->n_numbers * sizeof *coords);
    region->kind = rs_parse_kind(convention);
    region->coords = coords;
    region->n_coords = (uint32_t)span->n_numbers;
    region->convention = convention;
    region->flags = RS_REGION_FROM_TEXT;
    /* a box in the question points at something; one in the answer is the answer */
    if (sample->turns[turn].role == RS_TURN_USER) region->flags |= RS_REGION_MARK;
    region->asset = picture;
    region->turn = (int32_t)turn;
    region->begin = (uint32_t)span->begin;
    region->end = (uint32_t)span->end;
    region->group = span->group;
    set_phrase(p, region, text, span);
    return check_label(p, turn, region);
}

/* Filled points, which are no box text in any spelling: those in front of byte `end` that no region
 * covers. */
static rsift_status add_points(rs_parse *p, const rs_llava_record *r, size_t turn, size_t *next,
                               size_t end, rs_region_list *list)
{
    for (; *next < r->filled.n; ++*next) {
        const rs_filled_box *box = &r->filled.items[*next];
        if (box->turn < turn || (box->turn == turn && box->n_numbers != 2)) continue;
        if (box->turn > turn || box->begin >= end) return RSIFT_OK;
        const rs_region *last = list->n ? &list->items[list->n - 1] : NULL;
        if (last && last->turn == (int32_t)turn && last->end > box->begin) continue;
        const rs_boxtext_span span = {.begin = box->begin,
                                      .end = box->end,
                                      .shape = RS_BOXTEXT_XY,
                                      .style = RS_BOXTEXT_BRACKET,
                                      .group = (uint32_t)(UINT32_MAX - *next),
                                      .n_numbers = 2,
                                      .numbers = box->numbers};
        RS_TRY(add_region(p, r, turn, &span, list));
    }
    return RSIFT_OK;
}

/* `<p>..</p>` of the user's turn before an answer: the phrase that its boxes show. */
static rs_str asked_phrase(const rs_sample *sample, size_t turn)
{
    if (turn == 0 || sample->turns[turn - 1].role != RS_TURN_USER) return (rs_str){0};
    rs_str text = sample->turns[turn - 1].text;
    size_t open = rs_str_find(text, RS_STR("<p>"));
    if (open == RS_NPOS) return (rs_str){0};
    rs_str inner = rs_str_sub(text, open + 3, text.len);
    size_t close = rs_str_find(inner, RS_STR("</p>"));
    return close == RS_NPOS ? (rs_str){0} : rs_str_trim(rs_str_sub(inner, 0, close));
}

/* The box text of a turn. Of all styles it goes with the turn, which is rendered later. Most turns
 * are plain words: without a digit, a brace or a tag other than the picture's nothing is searched
 * for. */
static rsift_status find_box_text(rs_parse *p, const rs_llava_record *r, size_t turn,
                                  unsigned styles, rs_boxtext *out)
{
    rs_turn *t = &r->turns[turn];
    const bool all = styles == RS_BOXTEXT_ALL;
    const unsigned signs = t->signs = rs_lang_boxtext_signs_of(t->text, t->signs),
                   asked = RS_BOXTEXT_SIGN_DIGIT | RS_BOXTEXT_SIGN_BRACE | RS_BOXTEXT_SIGN_TAG;
    *out = rs_lang_boxtext_none;
    if (!(signs & RS_BOXTEXT_SIGNS)) t->boxes = &rs_lang_boxtext_none;
    if (t->text.len > UINT32_MAX || !(signs & asked)) return RSIFT_OK;
    RS_TRY(rs_lang_boxtext_parse(p->scratch, t->text, styles, out, p->err));
    if (all) t->boxes = rs_lang_boxtext_copy(&p->batch->arena, out);
    return !all || t->boxes ? RSIFT_OK : rs_err_nomem(p->err, "box text");
}

rsift_status rs_llava_find_regions(rs_parse *p, const rs_llava_record *r)
{
    rs_sample *sample = r->sample;
    const unsigned styles = r->filled.n ? RS_BOXTEXT_ALL : r->fields->styles;
    rs_region_list list = {0};
    for (size_t turn = 0; turn < sample->n_turns && styles; turn++) {
        rs_boxtext boxes;
        RS_TRY(find_box_text(p, r, turn, styles, &boxes));
        size_t first = list.n, next = 0;
        for (size_t i = 0; i < boxes.n; i++) {
            RS_TRY(add_points(p, r, turn, &next, boxes.spans[i].begin, &list));
            RS_TRY(add_region(p, r, turn, &boxes.spans[i], &list));
        }
        RS_TRY(add_points(p, r, turn, &next, sample->turns[turn].text.len, &list));
        if (sample->turns[turn].role != RS_TURN_ASSISTANT || first == list.n) continue;
        /* boxes without a phrase of their own show what the question asked for */
        rs_str phrase = asked_phrase(sample, turn);
        for (size_t i = first; i < list.n && phrase.ptr; i++)
            if (list.items[i].label.len == 0) list.items[i].label = phrase;
    }
    sample->regions = list.items;
    sample->n_regions = (uint32_t)list.n;
    return RSIFT_OK;
}
