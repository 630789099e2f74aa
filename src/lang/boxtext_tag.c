/* Box text in braces and tags: GeoChat, <box> of three families, <quad>, <poly>. */
#include "lang/boxtext_scan.h"

/* Runs of `<12>`; *i behind the last one. Blanks allowed between and inside. */
static bool read_angle_field(scan *s, size_t *i)
{
    size_t j = *i;
    if (at(s, j) != '<') return false;
    j++;
    if (has_at(s, j, RS_STR("loc_"))) j += 4;
    j = skip_blanks(s, j);
    size_t n_pool = s->n_pool;
    if (!rs_lang_box_number(s, &j)) return false;
    j = skip_blanks(s, j);
    if (at(s, j) != '>') {
        s->n_pool = n_pool;
        return false;
    }
    *i = j + 1;
    return true;
}

void rs_lang_box_geochat(scan *s)
{
    size_t begin = s->i, i = skip_blanks(s, begin + 1);
    if (at(s, i) != '<') {
        s->i = begin + 1;
        return;
    }
    mark m = rs_lang_box_mark_of(s);
    size_t n = 0;
    while (n < 4 && read_angle_field(s, &i)) {
        n++;
        i = skip_blanks(s, i);
    }
    /* an angle behind the four numbers */
    if (n == 4 && at(s, i) == '|') {
        i = skip_blanks(s, i + 1);
        if (read_angle_field(s, &i)) n++;
        else n = 0;
        i = skip_blanks(s, i);
    }
    if ((n == 4 || n == 5) && at(s, i) == '}') {
        rs_lang_box_add_region(s, begin, i + 1, RS_BOXTEXT_GEOCHAT,
                               n == 4 ? RS_BOXTEXT_BOX : RS_BOXTEXT_BOX_ANGLE, m.n_pool);
        s->i = i + 1;
        return;
    }
    /* a template in a prompt, such as {<x1><y1><x2><y2>}, is no broken box */
    bool read_any = s->n_pool > m.n_pool;
    rs_lang_box_undo(s, m);
    if (!read_any && rs_lang_box_is_description(s, begin + 1)) {
        s->i = begin + 1;
        return;
    }
    /* the rest of the broken box belongs to it, a following opener never */
    size_t end = i;
    while (end < s->text.len && end < i + max_ahead && !memchr("{}\n", s->text.ptr[end], 3)) end++;
    if (at(s, end) == '}') i = end + 1;
    rs_lang_box_add_unparsed(s, begin, i, RS_BOXTEXT_GEOCHAT);
    s->i = i > begin + 1 ? i : begin + 1;
}

typedef struct tag {
    rs_str open, close;
    char kind;        /* b box, q quad, p polygon */
    bool qwen2, weak; /* weak: a placeholder when nothing numeric follows */
} tag;

static const tag tags[] = {
    {WORD("<box>"), WORD("</box>"), 'b', false, false},
    {WORD("<bbox>"), WORD("</bbox>"), 'b', false, true},
    {WORD("<quad>"), WORD("</quad>"), 'q', false, false},
    {WORD("<poly>"), WORD("</poly>"), 'p', false, false},
    {WORD("<|box_start|>"), WORD("<|box_end|>"), 'b', true, false},
    {WORD("<|quad_start|>"), WORD("<|quad_end|>"), 'q', true, false},
};

/* Falcon's fields, or "12,34,56,78" without any bracket. */
static bool tag_fields(scan *s, const tag *t, size_t begin, size_t *i)
{
    size_t first = s->n_pool;
    rs_boxtext_shape shape = RS_BOXTEXT_BOX;
    if (at(s, *i) == '<') {
        while (read_angle_field(s, i)) *i = skip_blanks(s, *i);
    } else {
        while (rs_lang_box_number(s, i)) {
            *i = skip_blanks(s, *i);
            if (at(s, *i) == ',') *i = skip_blanks(s, *i + 1);
        }
    }
    size_t n = s->n_pool - first;
    if (t->kind == 'p') {
        if (n < 6 || n % 2) return false;
        shape = n == 8 ? RS_BOXTEXT_QUAD : RS_BOXTEXT_POLYGON;
    } else if (!rs_lang_box_shape_of_count(n, &shape) || (t->kind == 'q') != (n == 8)) {
        return false;
    }
    return rs_lang_box_add_region(s, begin, *i, RS_BOXTEXT_FALCON, shape, first);
}

/* What is between the tags: lists in brackets, pairs in parentheses, or fields. */
static bool tag_body(scan *s, const tag *t, size_t begin, size_t *i)
{
    *i = skip_blanks(s, *i);
    char c = at(s, *i);
    if (c == '[') {
        size_t n = s->n;
        while (at(s, *i) == '[') {
            if (!rs_lang_box_any_list(s, s->n == n ? begin : *i, i,
                                      t->qwen2 ? RS_BOXTEXT_QWEN2 : RS_BOXTEXT_BOX_LIST))
                return false;
            *i = skip_blanks(s, *i);
            if (at(s, *i) == ',') *i = skip_blanks(s, *i + 1);
        }
        return s->n > n;
    }
    if (c == '(') {
        if (rs_lang_box_holds_pair(s, *i))
            return rs_lang_box_pairs(s, begin, i, 0,
                                     t->qwen2 ? RS_BOXTEXT_QWEN2 : RS_BOXTEXT_BOX_PAIRS);
        bool stopped;
        size_t first = s->n_pool;
        rs_boxtext_shape shape;
        (*i)++;
        return rs_lang_box_flat_list(s, i, ')', &stopped) && !stopped &&
               rs_lang_box_shape_of_count(s->n_pool - first, &shape) &&
               rs_lang_box_add_region(
                   s, begin, *i, t->qwen2 ? RS_BOXTEXT_QWEN2 : RS_BOXTEXT_BOX_PAIRS, shape, first);
    }
    return tag_fields(s, t, begin, i);
}

/* A quad must have 8 numbers and a box 2, 4 or 5 (or 8: LMMRotate's <box>[[8 ints]]</box>). */
static bool shape_matches(const scan *s, const tag *t, size_t from)
{
    for (size_t k = from; k < s->n; k++)
        if ((t->kind == 'q' && s->spans[k].shape != RS_BOXTEXT_QUAD) ||
            (t->kind == 'b' && s->spans[k].shape == RS_BOXTEXT_POLYGON) ||
            (t->kind == 'p' && s->spans[k].n_numbers < 6))
            return false;
    return true;
}

/* A tag of this kind at the scan's position: regions, an unparsed span, or nothing of ours. */
static bool try_tag(scan *s, const tag *t)
{
    unsigned mine = t->qwen2
                        ? (unsigned)RS_BOXTEXT_QWEN2
                        : (unsigned)RS_BOXTEXT_BOX_LIST | RS_BOXTEXT_BOX_PAIRS | RS_BOXTEXT_FALCON;
    if (!has_at(s, s->i, t->open) || !rs_lang_box_any_style(s, mine)) return false;
    size_t begin = s->i, i = skip_blanks(s, begin + t->open.len);
    char c = at(s, i);
    if (t->weak && c != '[' && c != '(' && !rs_ascii_is_digit(c)) return false;
    mark m = rs_lang_box_mark_of(s);
    rs_boxtext_style style = t->qwen2   ? RS_BOXTEXT_QWEN2
                             : c == '[' ? RS_BOXTEXT_BOX_LIST
                             : c == '(' ? RS_BOXTEXT_BOX_PAIRS
                                        : RS_BOXTEXT_FALCON;
    size_t body = i;
    if (tag_body(s, t, begin, &i) && shape_matches(s, t, m.n)) {
        size_t j = skip_blanks(s, i);
        if (has_at(s, j, t->close)) {
            s->spans[s->n - 1].end = s->i = j + t->close.len;
            /* read to its end, but a style that was not asked for */
            if (!rs_lang_box_any_style(s, s->spans[s->n - 1].style)) rs_lang_box_undo(s, m);
            return true;
        }
    }
    bool read_any = s->n_pool > m.n_pool;
    rs_lang_box_undo(s, m);
    if (!read_any && rs_lang_box_is_description(s, body)) {
        s->i = body;
        return true;
    }
    size_t j = skip_blanks(s, i);
    if (has_at(s, j, t->close)) i = j + t->close.len;
    if (rs_lang_box_any_style(s, style)) rs_lang_box_add_unparsed(s, begin, i, style);
    s->i = i > begin ? i : begin + 1;
    return true;
}

bool rs_lang_box_tags(scan *s)
{
    for (size_t k = 0; k < sizeof tags / sizeof *tags; k++)
        if (try_tag(s, &tags[k])) return true;
    return false;
}

/* Numbers without braces, `<25><33><40>`: three or more in a row cannot be prose. */
bool rs_lang_box_bare_fields(scan *s)
{
    char c = at(s, s->i + 1);
    if (!rs_lang_box_any_style(s, RS_BOXTEXT_GEOCHAT | RS_BOXTEXT_FALCON)) return false;
    if (!rs_ascii_is_digit(c) && c != '-') return false;
    mark m = rs_lang_box_mark_of(s);
    size_t begin = s->i, i = begin, n = 0;
    while (read_angle_field(s, &i)) n++;
    rs_lang_box_undo(s, m);
    if (n == 0) return false;
    /* "<1>" alone may be a placeholder or a list */
    if (n >= 3)
        rs_lang_box_add_unparsed(s, begin, i,
                                 rs_lang_box_any_style(s, RS_BOXTEXT_GEOCHAT) ? RS_BOXTEXT_GEOCHAT
                                                                              : RS_BOXTEXT_FALCON);
    s->i = i;
    return true;
}
