/* Box text in brackets: lists of numbers, nested ones, pairs. */
#include "lang/boxtext_scan.h"

#include "base/num.h"

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

bool rs_lang_box_shape_of_count(size_t n, rs_boxtext_shape *shape)
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
        if (!rs_lang_box_flat_list(s, i, ']', &stopped)) return false;
        if (!rs_lang_box_shape_of_count(s->n_pool - first, &shape)) return false;
        if (!rs_lang_box_add_region(s, from, stopped ? *i - 1 : *i, style, shape, first))
            return false;
        from = *i;
    }
    return true;
}

/* `(x,y),(x,y)` or `[x,y], [x,y]` up to `closer` (0 = until no further pair): one shape. */
bool rs_lang_box_pairs(scan *s, size_t begin, size_t *i, char closer, rs_boxtext_style style)
{
    size_t first = s->n_pool;
    size_t end = *i;
    for (;;) {
        char open = at(s, *i);
        if (open != '(' && open != '[') return false;
        size_t before = s->n_pool;
        bool stopped;
        (*i)++;
        if (!rs_lang_box_flat_list(s, i, open == '(' ? ')' : ']', &stopped) || stopped)
            return false;
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
    return rs_lang_box_add_region(s, begin, end, style, shape_of_pairs(s->n_pool - first), first);
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
        if (!rs_lang_box_flat_list(s, i, closer, &stopped) || stopped) return false;
        if (!rs_lang_box_shape_of_count(s->n_pool - first, &shape)) return false;
        size_t j = skip_blanks(s, *i);
        bool last = at(s, j) == ']';
        if (!rs_lang_box_add_region(s, from, last ? j + 1 : *i, style, shape, first)) return false;
        if (last) {
            *i = j + 1;
            return true;
        }
        if (at(s, j) == ',' || at(s, j) == ';') j = skip_blanks(s, j + 1);
        *i = from = j;
    }
}

/* Does the inner list at i hold just two numbers? Reads only that list; leaves the pool alone. */
bool rs_lang_box_holds_pair(scan *s, size_t i)
{
    size_t n_pool = s->n_pool;
    char closer = at(s, i) == '(' ? ')' : ']';
    i++;
    for (int k = 0; k < 2; k++) {
        i = skip_blanks(s, i);
        if (!rs_lang_box_number(s, &i)) break;
        i = skip_blanks(s, i);
        if (at(s, i) == ',') i++;
        else if (k == 0) break;
    }
    bool pair = s->n_pool - n_pool == 2 && at(s, skip_blanks(s, i)) == closer;
    s->n_pool = n_pool;
    return pair;
}

/* Anything from '[': sections, nested lists or pairs. */
bool rs_lang_box_any_list(scan *s, size_t begin, size_t *i, rs_boxtext_style style)
{
    (*i)++;
    *i = skip_blanks(s, *i);
    char c = at(s, *i);
    if (c != '[' && c != '(') return sections(s, begin, i, style);
    if (rs_lang_box_holds_pair(s, *i)) return rs_lang_box_pairs(s, begin, i, ']', style);
    return nested(s, begin, i, style);
}

void rs_lang_box_bracket(scan *s)
{
    size_t begin = s->i;
    mark m = rs_lang_box_mark_of(s);
    size_t i = begin;
    if (rs_lang_box_json(s)) return;
    size_t inside = skip_blanks(s, begin + 1);
    if (at(s, inside) == '{') {
        s->i = inside;
        return;
    }
    if (!rs_lang_box_any_style(s, RS_BOXTEXT_BRACKET)) {
        s->i = begin + 1;
        return;
    }
    /* "[refer]": a list begins with a number or, if broken, with "nan", "inf", "null" or "none" */
    const char first = rs_ascii_lower(at(s, inside));
    if (is_alpha(first) && first != 'n' && first != 'i') {
        s->i = inside;
        return;
    }
    if (rs_lang_box_any_list(s, begin, &i, RS_BOXTEXT_BRACKET) && s->n > m.n &&
        s->spans[s->n - 1].shape != RS_BOXTEXT_XY) {
        s->i = i;
        return;
    }
    size_t n_read = s->n_pool - m.n_pool;
    bool bad_word =
        i < s->text.len && is_non_number(s, i) &&
        (at(s, skip_blanks(s, i + 3)) == ',' || n_read >= 2 || rs_ascii_is_digit(at(s, i)));
    rs_lang_box_undo(s, m);
    /* A list cut short right behind a good one: `[[1, 2, 3, 4]][[5`. */
    const rs_boxtext_span *last = s->n ? &s->spans[s->n - 1] : NULL;
    bool cut = n_read > 0 && last && last->style == RS_BOXTEXT_BRACKET &&
               rs_lang_box_only_separators(s, last->end, begin);
    if (rs_lang_box_prose_list(s, begin, ']')) return;
    if (n_read >= 3 || bad_word || cut) {
        while (i < s->text.len && memchr("]) ,", s->text.ptr[i], 4)) i++;
        while (i > begin && memchr(" ,", s->text.ptr[i - 1], 2)) i--;
        if (bad_word) { /* the word and the rest of the list belong to it */
            size_t end = i;
            while (end < s->text.len && end - i < max_ahead &&
                   !memchr("[]{}\n", s->text.ptr[end], 5))
                end++;
            i = at(s, end) == ']' ? end + 1 : end;
        }
        rs_lang_box_add_unparsed(s, begin, i, RS_BOXTEXT_BRACKET);
    }
    s->i = i > begin ? i : begin + 1;
}

void rs_lang_box_paren(scan *s)
{
    size_t begin = s->i, i = begin + 1;
    mark m = rs_lang_box_mark_of(s);
    bool stopped = false;
    if (rs_lang_box_any_style(s, RS_BOXTEXT_PAREN) && rs_lang_box_flat_list(s, &i, ')', &stopped) &&
        !stopped && s->n_pool - m.n_pool == 4) {
        rs_lang_box_add_region(s, begin, i, RS_BOXTEXT_PAREN, RS_BOXTEXT_BOX, m.n_pool);
        s->i = i;
        return;
    }
    rs_lang_box_undo(s, m);
    if (rs_lang_box_prose_list(s, begin, ')')) return;
    s->i = i > begin + 1 ? i : begin + 1;
}
