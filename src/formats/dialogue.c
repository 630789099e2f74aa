/* Released conversations. Box text is replaced by the model's own; a task tag at the start of a turn
 * ("[refer]", "[vqa]") is taken away, since it means something to the release's own model only; `<p>`
 * around phrases becomes plain text (or <ref> where the model has it). Everything else stays as it is.
 * A short-answer question that does not ask for a short answer gets the response-format phrase. */
#include "formats/spell.h"

#include "lang/boxtext.h"

static rs_str without_tag(rs_str text, rs_str *image_tags)
{
    rs_str start = text;
    while (rs_str_starts(text, RS_STR("<image>"))) {
        text = rs_str_sub(text, 7, text.len);
        while (text.len && (text.ptr[0] == '\n' || text.ptr[0] == ' ')) text = rs_str_sub(text, 1, text.len);
    }
    *image_tags = rs_str_sub(start, 0, (size_t)(text.ptr - start.ptr));
    static const char *const tags[] = {"[refer]", "[identify]", "[grounding]", "[vqa]", "[caption]", "[detection]",
                                       "[changedet]", "[scene]"};
    rs_str trimmed = rs_str_trim(text);
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        if (!rs_str_starts(trimmed, rs_str_of(tags[i]))) continue;
        rs_str rest = rs_str_sub(trimmed, rs_str_of(tags[i]).len, trimmed.len);
        return rs_str_trim(rest);
    }
    return text;
}

/* Copies text, turning <p> .. </p> into plain words (or <ref>..</ref> in questions of a model that has it). */
static void put_plain(rs_build *b, rs_str text, bool question)
{
    bool ref = question && rs_spelling_of(b->options->model) == RS_SPELL_REF_BOX;
    while (text.len) {
        size_t open = rs_str_find(text, RS_STR("<p>"));
        size_t close = open == RS_NPOS ? RS_NPOS : rs_str_find(rs_str_sub(text, open, text.len), RS_STR("</p>"));
        if (close == RS_NPOS) break;
        rs_buf_str(&b->text, rs_str_make(text.ptr, open));
        rs_str phrase = rs_str_trim(rs_str_sub(text, open + 3, open + close));
        if (ref) rs_buf_cstr(&b->text, "<ref>");
        rs_buf_str(&b->text, phrase);
        if (ref) rs_buf_cstr(&b->text, "</ref>");
        text = rs_str_sub(text, open + close + 4, text.len);
    }
    rs_buf_str(&b->text, text);
}

/* Regions of one turn that were written as one list. */
typedef struct group {
    const rs_region *regions;
    uint32_t first, n;
} group;

static bool next_group(const rs_sample *s, int32_t turn, uint32_t *at, group *out)
{
    while (*at < s->n_regions && !(s->regions[*at].turn == turn && s->regions[*at].flags & RS_REGION_FROM_TEXT)) ++*at;
    if (*at == s->n_regions) return false;
    *out = (group){s->regions, *at, 0};
    uint32_t number = s->regions[*at].group;
    while (*at < s->n_regions && s->regions[*at].turn == turn && s->regions[*at].group == number) {
        out->n++;
        ++*at;
    }
    return true;
}

static rs_str inner_phrase(rs_str text, const rs_region *r)
{
    if (r->phrase_end <= r->phrase_begin || r->phrase_end > text.len) return RS_STR("");
    rs_str phrase = rs_str_sub(text, r->phrase_begin, r->phrase_end);
    size_t open = rs_str_find_char(phrase, '>'), close = rs_str_rfind_char(phrase, '<');
    if (open != RS_NPOS && close != RS_NPOS && phrase.ptr[0] == '<' && open < close) phrase = rs_str_sub(phrase, open + 1, close);
    return rs_str_trim(phrase);
}

static rsift_status put_group(rs_build *b, rs_str text, const group *g, size_t *done, rsift_error *err)
{
    const rs_region *first = &g->regions[g->first], *last = &g->regions[g->first + g->n - 1];
    bool question = b->sample->turns[first->turn].role == RS_TURN_USER;
    rs_str phrase = inner_phrase(text, first);
    bool has_phrase = phrase.len && first->phrase_end <= first->begin && first->phrase_begin >= *done;
    size_t text_end = has_phrase ? first->phrase_begin : first->begin;
    if (text_end < *done || last->end > text.len) {
        b->drop = "box-text-unparsed";
        return RSIFT_OK;
    }
    rs_str before = rs_str_sub(text, *done, text_end);
    put_plain(b, before, question);
    bool alone = rs_str_trim(before).len == 0 && rs_str_trim(rs_str_sub(text, last->end, text.len)).len == 0;
    rs_spelling how = rs_spelling_of(b->options->model);
    if (has_phrase && how != RS_SPELL_REF_BOX && !(alone && how == RS_SPELL_JSON)) {
        rs_buf_str(&b->text, phrase);
        rs_buf_char(&b->text, ' ');
    }
    size_t at = b->n_boxes;
    rs_written_box *boxes = rs_build_boxes(b, g->n);
    if (!boxes) return rs_err_nomem(err, "boxes");
    uint32_t image = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        if (!rs_build_pixels(b, &g->regions[g->first + i], &boxes[i])) return RSIFT_OK;
        boxes[i].message = (uint32_t)b->n_messages;
        if (phrase.len) boxes[i].label = phrase;
        image = boxes[i].image;
    }
    rs_canvas canvas;
    if (!rs_canvas_for(b->options, b->widths[image], b->heights[image], &canvas) ||
        !rs_spell_group(b->options, &canvas, &b->boxes[at], g->n, alone, phrase, &b->text))
        b->drop = "size-unknown";
    *done = last->end;
    return RSIFT_OK;
}

/* Does the question already say how to answer? */
static bool asks_short(rs_str text)
{
    static const char *const words[] = {"single word", "one word", "short phrase", "short answer", "Short answer", "few words",
                                        "as short as", "Answer:"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (rs_str_find(text, rs_str_of(words[i])) != RS_NPOS) return true;
    return false;
}

static const char *format_set(rs_task task)
{
    switch (task) {
    case RS_TASK_VQA: return "vqa";
    case RS_TASK_CHANGE_VQA: return "change-vqa";
    case RS_TASK_CHOICE_VQA: return "choice-vqa";
    default: return NULL;
    }
}

static rsift_status put_turn(rs_build *b, uint32_t i, rsift_error *err)
{
    const rs_turn *turn = &b->sample->turns[i];
    rs_str text = turn->text, tags = {"", 0}, whole = text;
    bool question = turn->role == RS_TURN_USER;
    if (question) text = without_tag(text, &tags);
    size_t done = (size_t)(text.ptr - whole.ptr);
    rs_str end_of_text = rs_str_sub(whole, 0, done + text.len);
    rs_buf_str(&b->text, tags);
    uint32_t at = 0;
    group g;
    while (!b->drop && next_group(b->sample, (int32_t)i, &at, &g)) RS_TRY(put_group(b, end_of_text, &g, &done, err));
    if (b->drop) return RSIFT_OK;
    rs_str rest = rs_str_sub(end_of_text, done, end_of_text.len);
    rs_boxtext left;
    RS_TRY(rs_lang_boxtext_parse(b->arena, rest, RS_BOXTEXT_ALL & ~(unsigned)(RS_BOXTEXT_PAREN | RS_BOXTEXT_BRACKET), &left, err));
    if (left.n) b->drop = "box-text-unparsed"; /* never passed through */
    put_plain(b, rest, question);
    const char *set = question ? format_set(b->sample->task) : NULL;
    if (set && !asks_short(turn->text)) {
        rs_str phrase = rs_build_format_phrase(b, set);
        if (phrase.len) {
            rs_buf_char(&b->text, '\n');
            rs_buf_str(&b->text, phrase);
        }
    }
    return rs_build_message(b, question ? RS_MESSAGE_USER : turn->role == RS_TURN_SYSTEM ? RS_MESSAGE_SYSTEM : RS_MESSAGE_ASSISTANT, err);
}

/* A question whose answer is given only as regions (an eval file's referring expression). */
static bool answer_is_boxes(const rs_sample *s)
{
    return s->n_turns == 1 && s->n_regions > 0;
}

static rsift_status put_boxes_answer(rs_build *b, rsift_error *err)
{
    rs_written_box *boxes = rs_build_boxes(b, b->sample->n_regions);
    if (!boxes) return rs_err_nomem(err, "boxes");
    for (uint32_t i = 0; i < b->sample->n_regions; i++) {
        if (!rs_build_pixels(b, &b->sample->regions[i], &boxes[i])) return RSIFT_OK;
        boxes[i].message = (uint32_t)b->n_messages;
    }
    rs_canvas canvas;
    if (!rs_canvas_for(b->options, b->widths[0], b->heights[0], &canvas) ||
        !rs_spell_group(b->options, &canvas, boxes, b->sample->n_regions, true, RS_STR(""), &b->text)) {
        b->drop = "size-unknown";
        return RSIFT_OK;
    }
    return rs_build_message(b, RS_MESSAGE_ASSISTANT, err);
}

rsift_status rs_build_dialogue(rs_build *b, rsift_error *err)
{
    for (uint32_t i = 0; i < b->sample->n_turns && !b->drop; i++) RS_TRY(put_turn(b, i, err));
    if (!b->drop && answer_is_boxes(b->sample)) RS_TRY(put_boxes_answer(b, err));
    return RSIFT_OK;
}
