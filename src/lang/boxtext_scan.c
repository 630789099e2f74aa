/* Steps shared by all styles, and how spans are added: grouped, with the phrase before them. */
#include "lang/boxtext_scan.h"

#include "base/num.h"

bool rs_lang_box_any_style(const scan *s, unsigned styles)
{
    return (s->styles & styles) != 0;
}

bool rs_lang_box_add_number(scan *s, double v)
{
    if (!rs_arena_grow(s->arena, (void **)&s->pool, &s->cap_pool, s->n_pool + 1, sizeof *s->pool)) {
        s->nomem = true;
        return false;
    }
    s->pool[s->n_pool++] = v;
    return true;
}

/* Reads one number at *i into the pool; false leaves *i where it was. */
bool rs_lang_box_number(scan *s, size_t *i)
{
    enum { EXACT = 15 }; /* so many digits are exact in a double */
    size_t end = *i;
    uint64_t whole = 0;
    while (end - *i < EXACT && rs_ascii_is_digit(at(s, end)))
        whole = whole * 10 + (uint64_t)(at(s, end++) - '0');
    const char next = at(s, end);
    if (end > *i && !rs_ascii_is_digit(next) && next != '.' && !is_alpha(next)) {
        *i = end;
        return rs_lang_box_add_number(s, (double)whole);
    }
    rs_str rest = rs_str_sub(s->text, *i, s->text.len);
    size_t n = rs_num_span(rest);
    double v;
    if (n == 0 || is_alpha(at(s, *i + n)) || !rs_num_double(rs_str_make(rest.ptr, n), &v))
        return false;
    if (!rs_lang_box_add_number(s, v)) return false;
    *i += n;
    return true;
}

/* "x1", "ymin", "theta": the words with which prompts describe a format. */
static bool is_coordinate_name(rs_str word)
{
    if (word.len == 0 || word.len > 8) return false;
    if (rs_str_eq_nocase(word, RS_STR("angle")) || rs_str_eq_nocase(word, RS_STR("theta")))
        return true;
    if (word.len == 1) return memchr("xywhaXYWHA", word.ptr[0], 10) != NULL;
    if (word.len > 6) return false;
    if (!memchr("xywhcltrbXYWHCLTRB", word.ptr[0], 18)) return false;
    char last = word.ptr[word.len - 1];
    return rs_ascii_is_digit(last) || rs_str_starts(word, RS_STR("x")) ||
           rs_str_starts(word, RS_STR("y")) || word.len == 2;
}

/* From i up to `end_char` or max_ahead bytes: only coordinate names, no number by itself. */
bool rs_lang_box_is_description(const scan *s, size_t i)
{
    size_t end = i + max_ahead < s->text.len ? i + max_ahead : s->text.len;
    size_t n_names = 0;
    while (i < end) {
        char c = s->text.ptr[i];
        /* a number: coordinates, not their names */
        if (rs_ascii_is_digit(c)) return false;
        if (is_alpha(c)) {
            size_t begin = i;
            while (i < end && (is_alpha(s->text.ptr[i]) || rs_ascii_is_digit(s->text.ptr[i]))) i++;
            if (!is_coordinate_name(rs_str_sub(s->text, begin, i))) break;
            n_names++;
        } else if (memchr("<>[](), |;-\t", c, 12)) {
            i++;
        } else {
            break;
        }
    }
    return n_names >= 2;
}

/* Does nothing but separators lie between a span's end and `begin`? The end of the run is kept, so
 * that many attempts behind one long run of blanks stay linear. */
bool rs_lang_box_only_separators(scan *s, size_t from, size_t begin)
{
    if (s->separators_from != from || s->separators_end == 0) {
        size_t i = from;
        for (;;) {
            char c = at(s, i);
            if (rs_ascii_is_space(c) || c == ',' || c == ';') i++;
            else if (has_at(s, i, RS_STR("<delim>"))) i += 7;
            else if (has_at(s, i, RS_STR("<sep>"))) i += 5;
            else break;
        }
        /* kept: many attempts ask about the same run */
        s->separators_from = from;
        s->separators_end = i;
    }
    return s->separators_end >= begin;
}

static rs_boxtext_span *new_span(scan *s, size_t begin, size_t end, rs_boxtext_style style)
{
    if (!rs_arena_grow(s->arena, (void **)&s->spans, &s->cap, s->n + 1, sizeof *s->spans) ||
        !rs_arena_grow(s->arena, (void **)&s->first, &s->cap_first, s->n + 1, sizeof *s->first)) {
        s->nomem = true;
        return NULL;
    }
    rs_boxtext_span *span = &s->spans[s->n++];
    *span = (rs_boxtext_span){.begin = begin, .end = end, .style = style};
    return span;
}

static void attach_phrase(scan *s, rs_boxtext_span *span)
{
    if (!s->phrase.closed || span->begin < s->phrase.outer_end) return;
    if (skip_blanks(s, s->phrase.outer_end) != span->begin) {
        s->phrase.closed = false; /* something else came between: no later span can have it */
        return;
    }
    span->phrase = s->phrase.kind;
    span->phrase_begin = s->phrase.begin;
    span->phrase_end = s->phrase.end;
    span->phrase_outer_begin = s->phrase.open;
}

void rs_lang_box_set_phrase(const scan *s, rs_boxtext_span *span, rs_boxtext_phrase kind,
                            size_t begin, size_t end)
{
    while (begin < end && rs_ascii_is_space(at(s, begin))) begin++;
    while (end > begin && rs_ascii_is_space(at(s, end - 1))) end--;
    if (begin == end) return;
    span->phrase = kind;
    span->phrase_begin = span->phrase_outer_begin = begin;
    span->phrase_end = end;
}

/* A region whose numbers are pool[first .. n_pool). */
bool rs_lang_box_add_region(scan *s, size_t begin, size_t end, rs_boxtext_style style,
                            rs_boxtext_shape shape, size_t first)
{
    const rs_boxtext_span *last = s->n ? &s->spans[s->n - 1] : NULL;
    bool joins = last && last->shape != RS_BOXTEXT_UNPARSED && last->style == style &&
                 rs_lang_box_only_separators(s, last->end, begin);
    uint32_t group = joins ? last->group : s->n_groups++;
    rs_boxtext_span *span = new_span(s, begin, end, style);
    if (!span) return false;
    span->shape = shape;
    span->group = group;
    span->n_numbers = s->n_pool - first;
    s->first[s->n - 1] = first;
    /* a group shares the phrase of its first span */
    if (joins) {
        const rs_boxtext_span *before = span - 1;
        span->phrase = before->phrase;
        span->phrase_begin = before->phrase_begin;
        span->phrase_end = before->phrase_end;
        span->phrase_outer_begin = before->phrase_outer_begin;
    } else {
        attach_phrase(s, span);
    }
    return true;
}

void rs_lang_box_add_unparsed(scan *s, size_t begin, size_t end, rs_boxtext_style style)
{
    rs_boxtext_span *span = new_span(s, begin, end > begin ? end : begin + 1, style);
    if (!span) return;
    span->group = s->n_groups++;
    s->first[s->n - 1] = s->n_pool;
    s->n_unparsed++;
    attach_phrase(s, span);
}

mark rs_lang_box_mark_of(const scan *s)
{
    return (mark){s->n, s->n_pool, s->n_groups};
}

void rs_lang_box_undo(scan *s, mark m)
{
    s->n = m.n;
    s->n_pool = m.n_pool;
    s->n_groups = m.n_groups;
}

/* `[1, 2, 3, 4]` or `(1, 2)`; commas or blanks between; *i at the opener, moved behind the closer
 * or to the failing byte. With `sections`, a ';' stops after the numbers so far (*i stays on it).
 */
bool rs_lang_box_flat_list(scan *s, size_t *i, char closer, bool *stopped)
{
    for (;;) {
        *i = skip_blanks(s, *i);
        if (!rs_lang_box_number(s, i)) return false;
        *i = skip_blanks(s, *i);
        char c = at(s, *i);
        if (c == closer) {
            (*i)++;
            *stopped = false;
            return true;
        }
        if (c == ';') {
            (*i)++;
            *stopped = true;
            return true;
        }
        if (c == ',') (*i)++;
    }
}
