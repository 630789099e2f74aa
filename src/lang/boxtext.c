/* Box text in sentences. One forward scan; an opener starts an attempt, and an attempt never looks
 * behind the place where it failed, so the scan goes on from there and every byte is read a bounded
 * number of times.
 *
 * Met in releases: GeoChat writes `}{` and `}<delim>{`, negative numbers and numbers above 100;
 * EarthDial's files write `[[x, y, x, y, a]][[..]]` bare; EarthGPT writes several boxes in one
 * bracket with ';'; Falcon puts bare `<855>` tokens into <box>, <quad> and <poly>. Prompts describe
 * formats ("[x1, y1, x2, y2]", "{<x1><y1>..}") and must not be taken for coordinates. */
#include "lang/boxtext.h"

#include "base/num.h"

enum { max_ahead = 96, max_key = 32, max_label = 1024, max_members = 12 };

#define WORD(literal) {literal, sizeof(literal) - 1} /* RS_STR for static tables */

typedef struct scan {
    rs_str text;
    size_t i;
    rs_arena *arena;
    unsigned styles;
    bool nomem;
    double *pool; /* numbers of all spans; spans hold indices until the end */
    size_t n_pool, cap_pool;
    rs_boxtext_span *spans;
    size_t *first; /* index into pool per span */
    size_t n, cap, cap_first, n_unparsed;
    uint32_t n_groups;
    size_t separators_from, separators_end; /* last run of separators measured */
    struct {
        rs_boxtext_phrase kind;
        size_t open, begin, end, outer_end;
        bool closed;
    } phrase;
} scan;

/* ---- small steps ------------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static char at(const scan *s, size_t i)
{
    return i < s->text.len ? s->text.ptr[i] : '\0';
}

static size_t skip_blanks(const scan *s, size_t i)
{
    while (i < s->text.len && is_blank(s->text.ptr[i])) i++;
    return i;
}

static bool has_at(const scan *s, size_t i, rs_str word)
{
    return i <= s->text.len && s->text.len - i >= word.len &&
           memcmp(s->text.ptr + i, word.ptr, word.len) == 0;
}

static bool add_number(scan *s, double v)
{
    if (!rs_arena_grow(s->arena, (void **)&s->pool, &s->cap_pool, s->n_pool + 1, sizeof *s->pool)) {
        s->nomem = true;
        return false;
    }
    s->pool[s->n_pool++] = v;
    return true;
}

/* Reads one number at *i into the pool; false leaves *i where it was. */
static bool number(scan *s, size_t *i)
{
    rs_str rest = rs_str_sub(s->text, *i, s->text.len);
    size_t n = rs_num_span(rest);
    double v;
    if (n == 0 || is_alpha(at(s, *i + n)) || !rs_num_double(rs_str_make(rest.ptr, n), &v)) return false;
    if (!add_number(s, v)) return false;
    *i += n;
    return true;
}

/* "x1", "ymin", "theta": the words with which prompts describe a format. */
static bool is_coordinate_name(rs_str word)
{
    if (word.len == 0 || word.len > 8) return false;
    if (rs_str_eq_nocase(word, RS_STR("angle")) || rs_str_eq_nocase(word, RS_STR("theta"))) return true;
    if (word.len == 1) return memchr("xywhaXYWHA", word.ptr[0], 10) != NULL;
    if (word.len > 6) return false;
    if (!memchr("xywhcltrbXYWHCLTRB", word.ptr[0], 18)) return false;
    char last = word.ptr[word.len - 1];
    return is_digit(last) || rs_str_starts(word, RS_STR("x")) || rs_str_starts(word, RS_STR("y")) ||
           word.len == 2;
}

/* From i up to `end_char` or max_ahead bytes: only coordinate names, no number standing alone. */
static bool is_description(const scan *s, size_t i)
{
    size_t end = i + max_ahead < s->text.len ? i + max_ahead : s->text.len;
    size_t n_names = 0;
    while (i < end) {
        char c = s->text.ptr[i];
        if (is_digit(c)) return false;
        if (is_alpha(c)) {
            size_t begin = i;
            while (i < end && (is_alpha(s->text.ptr[i]) || is_digit(s->text.ptr[i]))) i++;
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

/* ---- results ---------------------------------------------------------------------------- */

/* Does nothing but separators lie between a span's end and `begin`? The end of the run is kept, so
 * that many attempts behind one long run of blanks stay linear. */
static bool only_separators(scan *s, size_t from, size_t begin)
{
    if (s->separators_from != from || s->separators_end == 0) {
        size_t i = from;
        for (;;) {
            char c = at(s, i);
            if (is_blank(c) || c == ',' || c == ';')
                i++;
            else if (has_at(s, i, RS_STR("<delim>")))
                i += 7;
            else if (has_at(s, i, RS_STR("<sep>")))
                i += 5;
            else
                break;
        }
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

static void set_phrase(const scan *s, rs_boxtext_span *span, rs_boxtext_phrase kind, size_t begin,
                       size_t end)
{
    while (begin < end && is_blank(at(s, begin))) begin++;
    while (end > begin && is_blank(at(s, end - 1))) end--;
    if (begin == end) return;
    span->phrase = kind;
    span->phrase_begin = span->phrase_outer_begin = begin;
    span->phrase_end = end;
}

/* A region whose numbers are pool[first .. n_pool). */
static bool add_region(scan *s, size_t begin, size_t end, rs_boxtext_style style,
                       rs_boxtext_shape shape, size_t first)
{
    const rs_boxtext_span *last = s->n ? &s->spans[s->n - 1] : NULL;
    bool joins = last && last->shape != RS_BOXTEXT_UNPARSED && last->style == style &&
                 only_separators(s, last->end, begin);
    uint32_t group = joins ? last->group : s->n_groups++;
    rs_boxtext_span *span = new_span(s, begin, end, style);
    if (!span) return false;
    span->shape = shape;
    span->group = group;
    span->n_numbers = s->n_pool - first;
    s->first[s->n - 1] = first;
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

static void add_unparsed(scan *s, size_t begin, size_t end, rs_boxtext_style style)
{
    rs_boxtext_span *span = new_span(s, begin, end > begin ? end : begin + 1, style);
    if (!span) return;
    span->group = s->n_groups++;
    s->first[s->n - 1] = s->n_pool;
    s->n_unparsed++;
    attach_phrase(s, span);
}

/* Takes back what an attempt added. */
typedef struct mark {
    size_t n, n_pool;
    uint32_t n_groups;
} mark;

static mark mark_of(const scan *s)
{
    return (mark){s->n, s->n_pool, s->n_groups};
}

static void take_back(scan *s, mark m)
{
    s->n = m.n;
    s->n_pool = m.n_pool;
    s->n_groups = m.n_groups;
}

/* ---- lists of numbers ------------------------------------------------------------------- */

static bool is_non_number(const scan *s, size_t i)
{
    static const rs_str words[] = {{"nan", 3}, {"inf", 3}, {"null", 4}, {"none", 4}};
    if (at(s, i) == '-' || at(s, i) == '+') i++;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        if (s->text.len - i >= words[k].len &&
            rs_str_eq_nocase(rs_str_sub(s->text, i, i + words[k].len), words[k]))
            return true;
    }
    rs_str rest = rs_str_sub(s->text, i, s->text.len);
    double v;
    rest.len = rs_num_span(rest);
    return rest.len && !rs_num_double(rest, &v); /* 1e999 */
}

/* `[1, 2, 3, 4]` or `(1, 2)`; commas or blanks between; *i at the opener, moved behind the closer or
 * to the failing byte. With `sections`, a ';' stops after the numbers so far (*i stays on it). */
static bool flat_list(scan *s, size_t *i, char closer, bool *stopped)
{
    for (;;) {
        *i = skip_blanks(s, *i);
        if (!number(s, i)) return false;
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

static bool shape_of_count(size_t n, rs_boxtext_shape *shape)
{
    switch (n) {
    case 4: *shape = RS_BOXTEXT_BOX; return true;
    case 5: *shape = RS_BOXTEXT_BOX_ANGLE; return true;
    case 8: *shape = RS_BOXTEXT_QUAD; return true;
    default: return false;
    }
}

static rs_boxtext_shape shape_of_pairs(size_t n_numbers)
{
    if (n_numbers == 2) return RS_BOXTEXT_XY;
    if (n_numbers == 4) return RS_BOXTEXT_BOX;
    return n_numbers == 8 ? RS_BOXTEXT_QUAD : RS_BOXTEXT_POLYGON;
}

/* One bracket with sections: `[a,b,c,d;e,f,g,h]`; *i behind '['. */
static bool sections(scan *s, size_t begin, size_t *i, rs_boxtext_style style)
{
    size_t from = begin;
    for (bool stopped = true; stopped;) {
        size_t first = s->n_pool;
        rs_boxtext_shape shape;
        if (!flat_list(s, i, ']', &stopped)) return false;
        if (!shape_of_count(s->n_pool - first, &shape)) return false;
        if (!add_region(s, from, stopped ? *i - 1 : *i, style, shape, first)) return false;
        from = *i;
    }
    return true;
}

/* `(x,y),(x,y)` or `[x,y], [x,y]` up to `closer` (0 = until no further pair): one shape. */
static bool pairs(scan *s, size_t begin, size_t *i, char closer, rs_boxtext_style style)
{
    size_t first = s->n_pool;
    size_t end = *i;
    for (;;) {
        char open = at(s, *i);
        if (open != '(' && open != '[') return false;
        size_t before = s->n_pool;
        bool stopped;
        (*i)++;
        if (!flat_list(s, i, open == '(' ? ')' : ']', &stopped) || stopped) return false;
        if (s->n_pool - before != 2) return false;
        end = *i;
        size_t j = skip_blanks(s, *i);
        if (closer && at(s, j) == closer) {
            *i = end = j + 1;
            break;
        }
        if (at(s, j) == ',') j = skip_blanks(s, j + 1);
        if (!closer && at(s, j) != '(' && at(s, j) != '[') break;
        *i = j;
    }
    return add_region(s, begin, end, style, shape_of_pairs(s->n_pool - first), first);
}

/* `[[1,2,3,4], [..]]`: one region per inner list; *i on the first inner '['. */
static bool nested(scan *s, size_t begin, size_t *i, rs_boxtext_style style)
{
    size_t from = begin;
    for (;;) {
        size_t first = s->n_pool;
        bool stopped;
        rs_boxtext_shape shape;
        if (at(s, *i) != '[' && at(s, *i) != '(') return false;
        char closer = at(s, *i) == '(' ? ')' : ']';
        (*i)++;
        if (!flat_list(s, i, closer, &stopped) || stopped) return false;
        if (!shape_of_count(s->n_pool - first, &shape)) return false;
        size_t j = skip_blanks(s, *i);
        bool last = at(s, j) == ']';
        if (!add_region(s, from, last ? j + 1 : *i, style, shape, first)) return false;
        if (last) {
            *i = j + 1;
            return true;
        }
        if (at(s, j) == ',' || at(s, j) == ';') j = skip_blanks(s, j + 1);
        *i = from = j;
    }
}

/* Does the inner list at i hold just two numbers? Reads only that list; leaves the pool alone. */
static bool holds_pair(scan *s, size_t i)
{
    size_t n_pool = s->n_pool;
    char closer = at(s, i) == '(' ? ')' : ']';
    i++;
    for (int k = 0; k < 2; k++) {
        i = skip_blanks(s, i);
        if (!number(s, &i)) break;
        i = skip_blanks(s, i);
        if (at(s, i) == ',') i++;
        else if (k == 0) break;
    }
    bool pair = s->n_pool - n_pool == 2 && at(s, skip_blanks(s, i)) == closer;
    s->n_pool = n_pool;
    return pair;
}

/* Anything from '[': sections, nested lists or pairs. */
static bool any_list(scan *s, size_t begin, size_t *i, rs_boxtext_style style)
{
    (*i)++;
    *i = skip_blanks(s, *i);
    char c = at(s, *i);
    if (c != '[' && c != '(') return sections(s, begin, i, style);
    if (holds_pair(s, *i)) return pairs(s, begin, i, ']', style);
    return nested(s, begin, i, style);
}

/* ---- openers ---------------------------------------------------------------------------- */

/* Runs of `<12>`; *i behind the last one. Blanks allowed between and inside. */
static bool angle_field(scan *s, size_t *i)
{
    size_t j = *i;
    if (at(s, j) != '<') return false;
    j++;
    if (has_at(s, j, RS_STR("loc_"))) j += 4;
    j = skip_blanks(s, j);
    size_t n_pool = s->n_pool;
    if (!number(s, &j)) return false;
    j = skip_blanks(s, j);
    if (at(s, j) != '>') {
        s->n_pool = n_pool;
        return false;
    }
    *i = j + 1;
    return true;
}

static void try_geochat(scan *s)
{
    size_t begin = s->i, i = skip_blanks(s, begin + 1);
    if (at(s, i) != '<') {
        s->i = begin + 1;
        return;
    }
    mark m = mark_of(s);
    size_t n = 0;
    while (n < 4 && angle_field(s, &i)) {
        n++;
        i = skip_blanks(s, i);
    }
    if (n == 4 && at(s, i) == '|') {
        i = skip_blanks(s, i + 1);
        if (angle_field(s, &i)) n++;
        else n = 0;
        i = skip_blanks(s, i);
    }
    if ((n == 4 || n == 5) && at(s, i) == '}') {
        add_region(s, begin, i + 1, RS_BOXTEXT_GEOCHAT, n == 4 ? RS_BOXTEXT_BOX : RS_BOXTEXT_BOX_ANGLE,
                   m.n_pool);
        s->i = i + 1;
        return;
    }
    bool read_any = s->n_pool > m.n_pool;
    take_back(s, m);
    if (!read_any && is_description(s, begin + 1)) {
        s->i = begin + 1;
        return;
    }
    /* Take in the rest of the broken box, but never a following opener. */
    size_t end = i;
    while (end < s->text.len && end < i + max_ahead && !memchr("{}\n", s->text.ptr[end], 3)) end++;
    if (at(s, end) == '}') i = end + 1;
    add_unparsed(s, begin, i, RS_BOXTEXT_GEOCHAT);
    s->i = i > begin + 1 ? i : begin + 1;
}

typedef struct tag {
    rs_str open, close;
    char kind; /* b box, q quad, p polygon */
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
        while (angle_field(s, i)) *i = skip_blanks(s, *i);
    } else {
        while (number(s, i)) {
            *i = skip_blanks(s, *i);
            if (at(s, *i) == ',') *i = skip_blanks(s, *i + 1);
        }
    }
    size_t n = s->n_pool - first;
    if (t->kind == 'p') {
        if (n < 6 || n % 2) return false;
        shape = n == 8 ? RS_BOXTEXT_QUAD : RS_BOXTEXT_POLYGON;
    } else if (!shape_of_count(n, &shape) || (t->kind == 'q') != (n == 8)) {
        return false;
    }
    return add_region(s, begin, *i, RS_BOXTEXT_FALCON, shape, first);
}

static bool tag_body(scan *s, const tag *t, size_t begin, size_t *i)
{
    *i = skip_blanks(s, *i);
    char c = at(s, *i);
    if (c == '[') {
        size_t n = s->n;
        while (at(s, *i) == '[') {
            if (!any_list(s, s->n == n ? begin : *i, i, t->qwen2 ? RS_BOXTEXT_QWEN2 : RS_BOXTEXT_BOX_LIST))
                return false;
            *i = skip_blanks(s, *i);
            if (at(s, *i) == ',') *i = skip_blanks(s, *i + 1);
        }
        return s->n > n;
    }
    if (c == '(') {
        if (holds_pair(s, *i))
            return pairs(s, begin, i, 0, t->qwen2 ? RS_BOXTEXT_QWEN2 : RS_BOXTEXT_BOX_PAIRS);
        bool stopped;
        size_t first = s->n_pool;
        rs_boxtext_shape shape;
        (*i)++;
        return flat_list(s, i, ')', &stopped) && !stopped && shape_of_count(s->n_pool - first, &shape) &&
               add_region(s, begin, *i, t->qwen2 ? RS_BOXTEXT_QWEN2 : RS_BOXTEXT_BOX_PAIRS, shape, first);
    }
    return tag_fields(s, t, begin, i);
}

/* A quad must have 8 numbers and a box 2, 4 or 5 (or 8: LMMRotate's <box>[[8 ints]]</box>). */
static bool tag_fits(const scan *s, const tag *t, size_t from)
{
    for (size_t k = from; k < s->n; k++)
        if ((t->kind == 'q' && s->spans[k].shape != RS_BOXTEXT_QUAD) ||
            (t->kind == 'b' && s->spans[k].shape == RS_BOXTEXT_POLYGON) ||
            (t->kind == 'p' && s->spans[k].n_numbers < 6))
            return false;
    return true;
}

static bool any_style(const scan *s, unsigned styles)
{
    return (s->styles & styles) != 0;
}

static bool try_tag(scan *s, const tag *t)
{
    unsigned mine = t->qwen2 ? (unsigned)RS_BOXTEXT_QWEN2
                             : (unsigned)RS_BOXTEXT_BOX_LIST | RS_BOXTEXT_BOX_PAIRS | RS_BOXTEXT_FALCON;
    if (!has_at(s, s->i, t->open) || !any_style(s, mine)) return false;
    size_t begin = s->i, i = skip_blanks(s, begin + t->open.len);
    char c = at(s, i);
    if (t->weak && c != '[' && c != '(' && !is_digit(c)) return false;
    mark m = mark_of(s);
    rs_boxtext_style style = t->qwen2 ? RS_BOXTEXT_QWEN2
                             : c == '[' ? RS_BOXTEXT_BOX_LIST
                             : c == '(' ? RS_BOXTEXT_BOX_PAIRS
                                        : RS_BOXTEXT_FALCON;
    size_t body = i;
    if (tag_body(s, t, begin, &i) && tag_fits(s, t, m.n)) {
        size_t j = skip_blanks(s, i);
        if (has_at(s, j, t->close)) {
            s->spans[s->n - 1].end = s->i = j + t->close.len;
            if (!any_style(s, s->spans[s->n - 1].style)) take_back(s, m);
            return true;
        }
    }
    bool read_any = s->n_pool > m.n_pool;
    take_back(s, m);
    if (!read_any && is_description(s, body)) {
        s->i = body;
        return true;
    }
    size_t j = skip_blanks(s, i);
    if (has_at(s, j, t->close)) i = j + t->close.len;
    if (any_style(s, style)) add_unparsed(s, begin, i, style);
    s->i = i > begin ? i : begin + 1;
    return true;
}

/* Florence's <loc_52> and PaliGemma's <loc0332>. */
static bool loc_token(scan *s, size_t *i, bool florence)
{
    size_t j = *i;
    if (!has_at(s, j, florence ? RS_STR("<loc_") : RS_STR("<loc"))) return false;
    j += florence ? 5 : 4;
    size_t begin = j;
    double v = 0;
    while (is_digit(at(s, j)) && j - begin < 6) v = v * 10 + (at(s, j++) - '0');
    if (j == begin || at(s, j) != '>') return false;
    if (!add_number(s, v)) return false;
    *i = j + 1;
    return true;
}

/* Where the bare words before a run of Florence tokens begin: behind the last span, tag or line. */
static size_t run_label_begin(const scan *s, size_t begin)
{
    size_t floor = s->n ? s->spans[s->n - 1].end : 0;
    size_t i = begin;
    while (i > floor && begin - i < max_label && !memchr("\n>.;", s->text.ptr[i - 1], 4)) i--;
    return i;
}

static size_t paligemma_label_end(const scan *s, size_t i)
{
    size_t end = i;
    while (end < s->text.len && end - i < max_label && !memchr(";<\n", s->text.ptr[end], 3)) end++;
    return end;
}

static bool try_loc(scan *s)
{
    if (!has_at(s, s->i, RS_STR("<loc"))) return false;
    bool florence = at(s, s->i + 4) == '_';
    if (!florence && !is_digit(at(s, s->i + 4))) return false;
    bool quads = florence && any_style(s, RS_BOXTEXT_LOC_QUAD);
    rs_boxtext_style style = quads      ? RS_BOXTEXT_LOC_QUAD
                             : florence ? RS_BOXTEXT_LOC
                                        : RS_BOXTEXT_PALIGEMMA;
    if (!any_style(s, style)) return false;
    size_t begin = s->i, i = begin, per_box = quads ? 8 : 4;
    size_t label = florence ? run_label_begin(s, begin) : begin;
    mark m = mark_of(s);
    bool ok = true, more = true;
    while (more && ok) {
        size_t first = s->n_pool, from = i;
        while (s->n_pool - first < per_box && loc_token(s, &i, florence)) continue;
        ok = s->n_pool - first == per_box &&
             add_region(s, from, i, style, quads ? RS_BOXTEXT_QUAD : RS_BOXTEXT_BOX, first);
        more = has_at(s, i, RS_STR("<loc"));
    }
    if (!ok) {
        take_back(s, m);
        add_unparsed(s, begin, i, style);
    } else if (florence) {
        for (size_t k = m.n; k < s->n; k++)
            if (!s->spans[k].phrase) set_phrase(s, &s->spans[k], RS_BOXTEXT_PHRASE_RUN, label, begin);
    } else {
        size_t end = paligemma_label_end(s, i);
        for (size_t k = m.n; k < s->n; k++)
            set_phrase(s, &s->spans[k], RS_BOXTEXT_PHRASE_RUN, i, end);
    }
    s->i = i > begin ? i : begin + 1;
    return true;
}

/* Numbers without braces, `<25><33><40>`: three or more in a row cannot be prose. */
static bool try_bare_fields(scan *s)
{
    char c = at(s, s->i + 1);
    if (!any_style(s, RS_BOXTEXT_GEOCHAT | RS_BOXTEXT_FALCON)) return false;
    if (!is_digit(c) && c != '-') return false;
    mark m = mark_of(s);
    size_t begin = s->i, i = begin, n = 0;
    while (angle_field(s, &i)) n++;
    take_back(s, m);
    if (n == 0) return false;
    if (n >= 3)
        add_unparsed(s, begin, i, any_style(s, RS_BOXTEXT_GEOCHAT) ? RS_BOXTEXT_GEOCHAT : RS_BOXTEXT_FALCON);
    s->i = i;
    return true;
}

static bool try_named_only(scan *s)
{
    if (any_style(s, RS_BOXTEXT_KOSMOS) && has_at(s, s->i, RS_STR("<patch_index_"))) {
        size_t begin = s->i, i = begin;
        while (has_at(s, i, RS_STR("<patch_index_"))) {
            i += 13;
            while (is_digit(at(s, i))) i++;
            if (at(s, i) == '>') i++;
        }
        add_unparsed(s, begin, i, RS_BOXTEXT_KOSMOS);
        s->i = i;
        return true;
    }
    if (any_style(s, RS_BOXTEXT_SEG) && has_at(s, s->i, RS_STR("<seg")) &&
        (at(s, s->i + 4) == '>' || is_digit(at(s, s->i + 4)))) {
        size_t begin = s->i, i = begin;
        while (has_at(s, i, RS_STR("<seg"))) {
            i += 4;
            while (is_digit(at(s, i))) i++;
            if (at(s, i) == '>') i++;
        }
        while (i < s->text.len && (is_digit(s->text.ptr[i]) || memchr("*,;", s->text.ptr[i], 3))) i++;
        if (has_at(s, i, RS_STR("</seg>"))) i += 6;
        add_unparsed(s, begin, i, RS_BOXTEXT_SEG);
        s->i = i;
        return true;
    }
    return false;
}

/* Molmo's <point x="61.5" y="40.6" alt="ships">ships</point> and <points x1=.. y1=..>. */
static bool try_point(scan *s)
{
    bool many = has_at(s, s->i, RS_STR("<points "));
    if (!any_style(s, RS_BOXTEXT_POINT) || (!many && !has_at(s, s->i, RS_STR("<point ")))) return false;
    size_t begin = s->i, i = begin + (many ? 8 : 7);
    mark m = mark_of(s);
    size_t alt_begin = 0, alt_end = 0, n_values = 0;
    bool ok = true;
    for (size_t k = 0; ok; k++) {
        i = skip_blanks(s, i);
        if (at(s, i) == '>') break;
        char axis = at(s, i);
        size_t j = i;
        while (is_alpha(at(s, j)) || is_digit(at(s, j))) j++;
        bool is_alt = j - i == 3 && has_at(s, i, RS_STR("alt"));
        ok = j > i && at(s, j) == '=' && at(s, j + 1) == '"';
        if (!ok) break;
        i = j + 2;
        if (is_alt) {
            size_t limit = i + max_label;
            alt_begin = i;
            while (i < s->text.len && i < limit && s->text.ptr[i] != '"') i++;
            alt_end = i;
        } else {
            ok = axis == (n_values % 2 ? 'y' : 'x') && number(s, &i);
            n_values += ok;
        }
        ok = ok && at(s, i) == '"';
        if (ok) i++;
    }
    ok = ok && at(s, i) == '>' && n_values >= 2 && n_values % 2 == 0;
    size_t end = i + 1;
    if (ok) { /* the words shown, up to the closing tag */
        size_t close = end;
        while (close < s->text.len && close - end < max_label && s->text.ptr[close] != '<') close++;
        if (has_at(s, close, many ? RS_STR("</points>") : RS_STR("</point>")))
            end = close + (many ? 9 : 8);
    }
    size_t first = m.n_pool;
    s->n_pool = ok ? first + n_values : first;
    if (!ok) {
        take_back(s, m);
        add_unparsed(s, begin, i, RS_BOXTEXT_POINT);
        s->i = i > begin ? i : begin + 1;
        return true;
    }
    for (size_t k = 0; k < n_values; k += 2) { /* one region per point; all share the tag's extent */
        size_t n_pool = s->n_pool;
        s->n_pool = first + k + 2;
        bool last = k + 2 == n_values;
        size_t from = k == 0 ? begin : end - 1;
        if (!add_region(s, from, last ? end : end - 1, RS_BOXTEXT_POINT, RS_BOXTEXT_XY, first + k)) return true;
        s->n_pool = n_pool;
        if (alt_end > alt_begin)
            set_phrase(s, &s->spans[s->n - 1], RS_BOXTEXT_PHRASE_LABEL, alt_begin, alt_end);
    }
    s->i = end;
    return true;
}

/* A JSON string at '"'; [*begin, *end) is what is between the quotes. */
static bool json_string(const scan *s, size_t *i, size_t limit, size_t *begin, size_t *end)
{
    if (at(s, *i) != '"') return false;
    size_t j = *i + 1, stop = j + limit;
    *begin = j;
    while (j < s->text.len && j < stop && s->text.ptr[j] != '"') j += s->text.ptr[j] == '\\' ? 2 : 1;
    if (j >= s->text.len || s->text.ptr[j] != '"') return false;
    *end = j;
    *i = j + 1;
    return true;
}

static rs_boxtext_shape json_shape(rs_str key)
{
    static const struct {
        rs_str key;
        rs_boxtext_shape shape;
    } keys[] = {
        {WORD("bbox_2d"), RS_BOXTEXT_BOX},         {WORD("bbox"), RS_BOXTEXT_BOX},
        {WORD("box_2d"), RS_BOXTEXT_BOX},          {WORD("point_2d"), RS_BOXTEXT_XY},
        {WORD("oriented bbox"), RS_BOXTEXT_BOX_ANGLE}, {WORD("quadrant bbox"), RS_BOXTEXT_QUAD},
    };
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (rs_str_eq(key, keys[k].key)) return keys[k].shape;
    return RS_BOXTEXT_UNPARSED;
}

/* Flat object with a coordinate key. *seen tells that such a key was met. */
static bool json_object(scan *s, size_t *i, rs_boxtext_shape *shape, size_t label[2], bool *seen)
{
    (*i)++;
    label[0] = label[1] = 0;
    for (size_t k = 0; k < max_members; k++) {
        size_t begin, end;
        *i = skip_blanks(s, *i);
        if (!json_string(s, i, max_key, &begin, &end)) return false;
        rs_str key = rs_str_sub(s->text, begin, end);
        *i = skip_blanks(s, *i);
        if (at(s, *i) != ':') return false;
        *i = skip_blanks(s, *i + 1);
        rs_boxtext_shape wanted = json_shape(key);
        if (wanted != RS_BOXTEXT_UNPARSED) {
            *seen = true;
            bool stopped;
            size_t first = s->n_pool;
            if (*shape != RS_BOXTEXT_UNPARSED || at(s, *i) != '[') return false;
            (*i)++;
            if (!flat_list(s, i, ']', &stopped) || stopped) return false;
            if (s->n_pool - first != (size_t)wanted) return false;
            *shape = wanted;
        } else if (at(s, *i) == '"') {
            if (!json_string(s, i, max_label, &begin, &end)) return false;
            if (rs_str_eq(key, RS_STR("label"))) {
                label[0] = begin;
                label[1] = end;
            }
        } else {
            size_t n_pool = s->n_pool;
            if (!number(s, i)) return false;
            s->n_pool = n_pool;
        }
        *i = skip_blanks(s, *i);
        if (at(s, *i) == '}') {
            (*i)++;
            return *shape != RS_BOXTEXT_UNPARSED;
        }
        if (at(s, *i) != ',') return false;
        (*i)++;
    }
    return false;
}

/* Grows the group just read over the array's brackets and a code fence around it. */
static void json_enclosure(scan *s, size_t from, size_t open)
{
    if (open == RS_NPOS || s->n == from) return;
    size_t close = skip_blanks(s, s->i);
    if (at(s, close) != ']') return;
    size_t begin = open, end = close + 1;
    size_t floor = from ? s->spans[from - 1].end : 0;
    size_t word = begin;
    while (word > floor && begin - word < 8 && is_blank(s->text.ptr[word - 1])) word--;
    size_t after = skip_blanks(s, end);
    if (has_at(s, after, RS_STR("```"))) {
        if (word >= floor + 7 && has_at(s, word - 7, RS_STR("```json")))
            begin = word - 7, end = after + 3;
        else if (word >= floor + 3 && has_at(s, word - 3, RS_STR("```")))
            begin = word - 3, end = after + 3;
    }
    s->spans[from].begin = begin;
    s->spans[s->n - 1].end = end;
    s->i = end;
}

/* One object, or all objects of the array whose '[' is at `open`. */
static bool try_json(scan *s, size_t open)
{
    if (!any_style(s, RS_BOXTEXT_JSON) || at(s, skip_blanks(s, s->i + 1)) != '"') return false;
    size_t from = s->n, i = s->i;
    bool any = false;
    while (at(s, i) == '{') {
        mark m = mark_of(s);
        size_t begin = i, label[2];
        rs_boxtext_shape shape = RS_BOXTEXT_UNPARSED;
        bool seen = false;
        if (json_object(s, &i, &shape, label, &seen)) {
            if (!add_region(s, begin, i, RS_BOXTEXT_JSON, shape, m.n_pool)) return true;
            set_phrase(s, &s->spans[s->n - 1], RS_BOXTEXT_PHRASE_LABEL, label[0], label[1]);
        } else {
            take_back(s, m);
            if (!seen) {
                if (!any) return false;
                break;
            }
            add_unparsed(s, begin, i, RS_BOXTEXT_JSON);
        }
        any = true;
        s->i = i;
        size_t j = skip_blanks(s, i);
        if (at(s, j) != ',') break;
        j = skip_blanks(s, j + 1);
        if (at(s, j) != '{') break;
        i = j;
    }
    json_enclosure(s, from, open);
    return true;
}

static void try_bracket(scan *s)
{
    size_t begin = s->i;
    mark m = mark_of(s);
    size_t i = begin;
    size_t inside = skip_blanks(s, begin + 1);
    if (at(s, inside) == '{') {
        s->i = inside;
        if (!try_json(s, begin)) s->i = inside;
        return;
    }
    if (!any_style(s, RS_BOXTEXT_BRACKET)) {
        s->i = begin + 1;
        return;
    }
    if (any_list(s, begin, &i, RS_BOXTEXT_BRACKET) && s->n > m.n &&
        s->spans[s->n - 1].shape != RS_BOXTEXT_XY) {
        s->i = i;
        return;
    }
    size_t n_read = s->n_pool - m.n_pool;
    bool bad_word = i < s->text.len && is_non_number(s, i) &&
                    (at(s, skip_blanks(s, i + 3)) == ',' || n_read >= 2 || is_digit(at(s, i)));
    take_back(s, m);
    /* A list cut short right behind a good one: `[[1, 2, 3, 4]][[5`. */
    const rs_boxtext_span *last = s->n ? &s->spans[s->n - 1] : NULL;
    bool cut = n_read > 0 && last && last->style == RS_BOXTEXT_BRACKET &&
               only_separators(s, last->end, begin);
    if (n_read >= 3 || bad_word || cut) {
        while (i < s->text.len && memchr("]) ,", s->text.ptr[i], 4)) i++;
        while (i > begin && memchr(" ,", s->text.ptr[i - 1], 2)) i--;
        if (bad_word) { /* take in the word and the rest of the list */
            size_t end = i;
            while (end < s->text.len && end - i < max_ahead && !memchr("[]{}\n", s->text.ptr[end], 5)) end++;
            i = at(s, end) == ']' ? end + 1 : end;
        }
        add_unparsed(s, begin, i, RS_BOXTEXT_BRACKET);
    }
    s->i = i > begin ? i : begin + 1;
}

static void try_paren(scan *s)
{
    size_t begin = s->i, i = begin + 1;
    mark m = mark_of(s);
    bool stopped = false;
    if (any_style(s, RS_BOXTEXT_PAREN) && flat_list(s, &i, ')', &stopped) && !stopped &&
        s->n_pool - m.n_pool == 4) {
        add_region(s, begin, i, RS_BOXTEXT_PAREN, RS_BOXTEXT_BOX, m.n_pool);
        s->i = i;
        return;
    }
    take_back(s, m);
    s->i = i > begin + 1 ? i : begin + 1;
}

/* ---- phrases ---------------------------------------------------------------------------- */

static const struct {
    rs_str open, close;
    rs_boxtext_phrase kind;
} phrases[] = {
    {WORD("<p>"), WORD("</p>"), RS_BOXTEXT_PHRASE_P},
    {WORD("<ref>"), WORD("</ref>"), RS_BOXTEXT_PHRASE_REF},
    {WORD("<phrase>"), WORD("</phrase>"), RS_BOXTEXT_PHRASE_OBJECT},
    {WORD("<|object_ref_start|>"), WORD("<|object_ref_end|>"), RS_BOXTEXT_PHRASE_OBJECT},
};

static bool try_phrase(scan *s)
{
    for (size_t k = 0; k < sizeof phrases / sizeof *phrases; k++) {
        if (has_at(s, s->i, phrases[k].open)) {
            s->phrase.kind = phrases[k].kind;
            s->phrase.open = s->i;
            s->phrase.begin = s->i += phrases[k].open.len;
            s->phrase.closed = false;
            return true;
        }
        if (has_at(s, s->i, phrases[k].close)) {
            if (s->phrase.kind == phrases[k].kind && !s->phrase.closed) {
                size_t begin = s->phrase.begin, end = s->i;
                while (begin < end && is_blank(s->text.ptr[begin])) begin++;
                while (end > begin && is_blank(s->text.ptr[end - 1])) end--;
                s->phrase.begin = begin;
                s->phrase.end = end;
                s->phrase.outer_end = s->i + phrases[k].close.len;
                s->phrase.closed = true;
            }
            s->i += phrases[k].close.len;
            return true;
        }
    }
    return false;
}

static void try_angle(scan *s)
{
    if (try_phrase(s)) return;
    for (size_t k = 0; k < sizeof tags / sizeof *tags; k++)
        if (try_tag(s, &tags[k])) return;
    if (try_loc(s) || try_point(s) || try_named_only(s) || try_bare_fields(s)) return;
    s->i++;
}

static void try_brace(scan *s)
{
    if (try_json(s, RS_NPOS)) return;
    if (any_style(s, RS_BOXTEXT_GEOCHAT))
        try_geochat(s);
    else
        s->i++;
}

/* ---- the scan --------------------------------------------------------------------------- */

rsift_status rs_lang_boxtext_parse(rs_arena *arena, rs_str text, unsigned styles, rs_boxtext *out,
                                   rsift_error *err)
{
    scan s = {.text = text, .arena = arena, .styles = styles};
    *out = (rs_boxtext){0};
    while (s.i < text.len && !s.nomem) {
        switch (text.ptr[s.i]) {
        case '{': try_brace(&s); break;
        case '<': try_angle(&s); break;
        case '[': try_bracket(&s); break;
        case '(': try_paren(&s); break;
        default: s.i++; break;
        }
    }
    if (s.nomem) return rs_err_nomem(err, "box text");
    for (size_t k = 0; k < s.n; k++)
        s.spans[k].numbers = s.spans[k].n_numbers ? s.pool + s.first[k] : NULL;
    *out = (rs_boxtext){s.spans, s.n, s.n_unparsed, s.n_groups};
    return RSIFT_OK;
}

const char *rs_lang_boxtext_style_name(rs_boxtext_style style)
{
    switch (style) {
    case RS_BOXTEXT_GEOCHAT: return "geochat";
    case RS_BOXTEXT_BOX_LIST: return "box-list";
    case RS_BOXTEXT_BOX_PAIRS: return "box-pairs";
    case RS_BOXTEXT_QWEN2: return "qwen2";
    case RS_BOXTEXT_FALCON: return "falcon";
    case RS_BOXTEXT_BRACKET: return "bracket";
    case RS_BOXTEXT_LOC: return "loc";
    case RS_BOXTEXT_LOC_QUAD: return "loc-quad";
    case RS_BOXTEXT_PALIGEMMA: return "paligemma";
    case RS_BOXTEXT_JSON: return "json";
    case RS_BOXTEXT_POINT: return "point";
    case RS_BOXTEXT_PAREN: return "paren";
    case RS_BOXTEXT_KOSMOS: return "kosmos";
    case RS_BOXTEXT_SEG: return "seg";
    }
    return "?";
}
