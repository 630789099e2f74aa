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
        while (end > i && at(s, end - 1) == '.') end--;
        for (size_t k = m.n; k < s->n; k++)
            rs_lang_box_set_phrase(s, &s->spans[k], RS_BOXTEXT_PHRASE_RUN, i, end);
    }
    s->i = i > begin ? i : begin + 1;
    return true;
}

/* ---- lists of labels and tokens ------------------------------------------------------------- */

/* May the bare words beside tokens be the name of what they show? A sentence is none. */
static bool is_label(const scan *s, const rs_boxtext_span *span)
{
    enum { MAX_BYTES = 64, MAX_WORDS = 6 };
    size_t n_words = 1;
    if (span->phrase_end - span->phrase_begin > MAX_BYTES) return false;
    for (size_t i = span->phrase_begin; i < span->phrase_end; i++) {
        if (memchr("<>{}[]()?!:\"\n", s->text.ptr[i], 12)) return false;
        n_words += s->text.ptr[i] == ' ';
    }
    return n_words <= MAX_WORDS;
}

/* The bytes of span k with the words that name it: those before a run of Florence's tokens go with
 * its first box, those behind a run of PaliGemma's with its last. false = no part of a list. */
static bool covered(const scan *s, size_t k, size_t *begin, size_t *end)
{
    const rs_boxtext_span *span = &s->spans[k], *next = k + 1 < s->n ? span + 1 : NULL;
    const bool gemma = span->style == RS_BOXTEXT_PALIGEMMA;
    *begin = span->begin;
    *end = span->end;
    if (span->shape == RS_BOXTEXT_UNPARSED) return false;
    if (!gemma && span->style != RS_BOXTEXT_LOC && span->style != RS_BOXTEXT_LOC_QUAD) return false;
    if (span->phrase == RS_BOXTEXT_NO_PHRASE) return true;
    if (span->phrase != RS_BOXTEXT_PHRASE_RUN || !is_label(s, span)) return false;
    const bool last = !next || next->phrase_begin != span->phrase_begin;
    const bool first = k == 0 || span[-1].phrase_begin != span->phrase_begin;
    if (gemma && last) *end = span->phrase_end;
    if (!gemma && first) *begin = span->phrase_begin;
    return true;
}

/* A text of nothing but tokens and their labels ("<loc..> ship ; <loc..> car") is one group, whose
 * spans cover the labels too: whoever writes it for another model spells all of it anew. In a
 * sentence the words stay where they are. */
void rs_lang_box_cover_labels(scan *s)
{
    size_t from = 0, begin, end, n_labels = 0;
    if (s->n == 0) return;
    for (size_t k = 0; k < s->n; k++) {
        if (!covered(s, k, &begin, &end) || begin < from) return;
        if (!rs_lang_box_only_separators(s, from, begin)) return;
        n_labels += s->spans[k].phrase == RS_BOXTEXT_PHRASE_RUN;
        from = end;
    }
    const size_t stop = at(s, s->text.len - 1) == '.' ? s->text.len - 1 : s->text.len;
    if (n_labels == 0 || !rs_lang_box_only_separators(s, from, stop)) return;
    for (size_t k = 0; k < s->n; k++) {
        covered(s, k, &begin, &end);
        s->spans[k].begin = begin;
        s->spans[k].end = end;
        s->spans[k].group = 0;
    }
    s->n_groups = 1;
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
