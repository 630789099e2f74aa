/* Location tokens (Florence-2, PaliGemma), points (Molmo), and tokens that are only named. */
#include "lang/boxtext_scan.h"

/* Florence's <loc_52> and PaliGemma's <loc0332>. */
static bool loc_token(scan *s, size_t *i, bool florence)
{
    size_t j = *i;
    if (!has_at(s, j, florence ? RS_STR("<loc_") : RS_STR("<loc"))) return false;
    j += florence ? 5 : 4;
    size_t begin = j;
    double v = 0;
    while (rs_ascii_is_digit(at(s, j)) && j - begin < 6) v = v * 10 + (at(s, j++) - '0');
    if (j == begin || at(s, j) != '>') return false;
    if (!rs_lang_box_add_number(s, v)) return false;
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

bool rs_lang_box_loc(scan *s)
{
    if (!has_at(s, s->i, RS_STR("<loc"))) return false;
    bool florence = at(s, s->i + 4) == '_';
    if (!florence && !rs_ascii_is_digit(at(s, s->i + 4))) return false;
    bool quads = florence && rs_lang_box_any_style(s, RS_BOXTEXT_LOC_QUAD);
    rs_boxtext_style style = quads      ? RS_BOXTEXT_LOC_QUAD
                             : florence ? RS_BOXTEXT_LOC
                                        : RS_BOXTEXT_PALIGEMMA;
    if (!rs_lang_box_any_style(s, style)) return false;
    size_t begin = s->i, i = begin, per_box = quads ? 8 : 4;
    size_t label = florence ? run_label_begin(s, begin) : begin;
    mark m = rs_lang_box_mark_of(s);
    bool ok = true, again = true;
    /* per_box tokens make a box, and the run must end with a complete one */
    while (again && ok) {
        size_t first = s->n_pool, from = i;
        while (s->n_pool - first < per_box && loc_token(s, &i, florence)) continue;
        ok = s->n_pool - first == per_box &&
             rs_lang_box_add_region(s, from, i, style, quads ? RS_BOXTEXT_QUAD : RS_BOXTEXT_BOX,
                                    first);
        again = has_at(s, i, RS_STR("<loc"));
    }
    if (!ok) {
        rs_lang_box_undo(s, m);
        rs_lang_box_add_unparsed(s, begin, i, style);
    } else if (florence) {
        for (size_t k = m.n; k < s->n; k++)
            /* words in a phrase tag have precedence over bare ones */
            if (!s->spans[k].phrase)
                rs_lang_box_set_phrase(s, &s->spans[k], RS_BOXTEXT_PHRASE_RUN, label, begin);
    } else {
        size_t end = paligemma_label_end(s, i);
        for (size_t k = m.n; k < s->n; k++)
            rs_lang_box_set_phrase(s, &s->spans[k], RS_BOXTEXT_PHRASE_RUN, i, end);
    }
    s->i = i > begin ? i : begin + 1;
    return true;
}

bool rs_lang_box_named_only(scan *s)
{
    if (rs_lang_box_any_style(s, RS_BOXTEXT_KOSMOS) && has_at(s, s->i, RS_STR("<patch_index_"))) {
        size_t begin = s->i, i = begin;
        while (has_at(s, i, RS_STR("<patch_index_"))) {
            i += 13;
            while (rs_ascii_is_digit(at(s, i))) i++;
            if (at(s, i) == '>') i++;
        }
        rs_lang_box_add_unparsed(s, begin, i, RS_BOXTEXT_KOSMOS);
        s->i = i;
        return true;
    }
    if (rs_lang_box_any_style(s, RS_BOXTEXT_SEG) && has_at(s, s->i, RS_STR("<seg")) &&
        (at(s, s->i + 4) == '>' || rs_ascii_is_digit(at(s, s->i + 4)))) {
        size_t begin = s->i, i = begin;
        while (has_at(s, i, RS_STR("<seg"))) {
            i += 4;
            while (rs_ascii_is_digit(at(s, i))) i++;
            if (at(s, i) == '>') i++;
        }
        while (i < s->text.len &&
               (rs_ascii_is_digit(s->text.ptr[i]) || memchr("*,;", s->text.ptr[i], 3)))
            i++;
        if (has_at(s, i, RS_STR("</seg>"))) i += 6;
        rs_lang_box_add_unparsed(s, begin, i, RS_BOXTEXT_SEG);
        s->i = i;
        return true;
    }
    return false;
}

/* Molmo's <point x="61.5" y="40.6" alt="ships">ships</point> and <points x1=.. y1=..>. */
bool rs_lang_box_point(scan *s)
{
    bool many = has_at(s, s->i, RS_STR("<points "));
    if (!rs_lang_box_any_style(s, RS_BOXTEXT_POINT) ||
        (!many && !has_at(s, s->i, RS_STR("<point "))))
        return false;
    size_t begin = s->i, i = begin + (many ? 8 : 7);
    mark m = rs_lang_box_mark_of(s);
    size_t alt_begin = 0, alt_end = 0, n_values = 0;
    bool ok = true;
    for (size_t k = 0; ok; k++) {
        i = skip_blanks(s, i);
        if (at(s, i) == '>') break;
        char axis = at(s, i);
        size_t j = i;
        while (is_alpha(at(s, j)) || rs_ascii_is_digit(at(s, j))) j++;
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
            /* x and y in turn: x1 y1 x2 y2 */
            ok = axis == (n_values % 2 ? 'y' : 'x') && rs_lang_box_number(s, &i);
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
        rs_lang_box_undo(s, m);
        rs_lang_box_add_unparsed(s, begin, i, RS_BOXTEXT_POINT);
        s->i = i > begin ? i : begin + 1;
        return true;
    }
    for (size_t k = 0; k < n_values;
         k += 2) { /* one region per point; all share the tag's extent */
        size_t n_pool = s->n_pool;
        s->n_pool = first + k + 2;
        bool last = k + 2 == n_values;
        size_t from = k == 0 ? begin : end - 1;
        if (!rs_lang_box_add_region(s, from, last ? end : end - 1, RS_BOXTEXT_POINT, RS_BOXTEXT_XY,
                                    first + k))
            return true;
        s->n_pool = n_pool;
        if (alt_end > alt_begin)
            rs_lang_box_set_phrase(s, &s->spans[s->n - 1], RS_BOXTEXT_PHRASE_LABEL, alt_begin,
                                   alt_end);
    }
    s->i = end;
    return true;
}
