/* Lists that are no boxes: see boxwords.h. */
#include "lang/boxwords.h"

#include "base/ascii.h"

#include <math.h>

enum { NEAR = 64 /* bytes before a list in which words tell what it is */ };

/* What a list of numbers may be called; plurals too. */
static const char *const list_words[] = {
    "score",   "rating",      "colour",      "color",         "rgb",         "rgba",
    "hsv",     "date",        "year",        "month",         "day",         "week",
    "matrix",  "matrices",    "value",       "version",       "band",        "channel",
    "kernel",  "vector",      "tensor",      "histogram",     "count",       "index",
    "indices", "confidence",  "probability", "probabilities", "temperature", "elevation",
    "ndvi",    "reflectance", "percentage",  "timestamp",     NULL};

/* Words with which a place is asked for or told. */
static const char *const place_words[] = {
    "box",       "boxes",     "bbox",     "bboxes",    "bounding",  "coordinate", "coordinates",
    "where",     "locate",    "located",  "location",  "locations", "position",   "positions",
    "detect",    "find",      "ground",   "grounding", "region",    "regions",    "corner",
    "corners",   "rectangle", "hbb",      "obb",       "at",        "area",       "refer",
    "detection", "localize",  "localise", "mark",      "draw",      "outline",    "point",
    "points",    NULL};

static bool is_one_of(rs_str word, const char *const *list)
{
    for (; *list; list++)
        if (rs_str_eq_nocase(word, rs_str_of(*list))) return true;
    return false;
}

static const char *list_word(rs_str word)
{
    if (word.len < 2) return NULL;
    const bool plural = word.len > 3 && (word.ptr[word.len - 1] | 32) == 's';
    const rs_str single = rs_str_sub(word, 0, word.len - 1);
    for (const char *const *w = list_words; *w; w++)
        if (rs_str_eq_nocase(word, rs_str_of(*w)) ||
            (plural && rs_str_eq_nocase(single, rs_str_of(*w))))
            return *w;
    return NULL;
}

/* What the words of a text call a list; a word of place speaks for a box. With `until_number` a
 * number takes the words before it: "score 0.9: [..]". */
static const char *called(rs_str text, bool until_number)
{
    const char *found = NULL;
    for (size_t i = 0; i < text.len;) {
        size_t begin = i;
        while (i < text.len && rs_ascii_is_letter(text.ptr[i])) i++;
        const rs_str word = rs_str_sub(text, begin, i);
        if (i == begin) {
            if (until_number && rs_ascii_is_digit(text.ptr[i])) found = NULL;
            i++;
        } else if (is_one_of(word, place_words)) {
            return NULL;
        } else if (list_word(word)) {
            found = list_word(word);
        }
    }
    return found;
}

/* The clause before a list: not past a line, a sentence or another bracket. */
static rs_str clause_before(rs_str text, size_t end)
{
    size_t begin = end;
    while (begin > 0 && end - begin < NEAR) {
        const char c = text.ptr[begin - 1];
        const bool stop = c == '.' && begin < text.len && rs_ascii_is_space(text.ptr[begin]);
        if (stop || memchr("\n;!?])}>", c, 8)) break;
        begin--;
    }
    return rs_str_sub(text, begin, end);
}

/* The word right behind a list: "[1, 2, 3] months". */
static const char *word_behind(rs_str text, size_t at)
{
    if (at >= text.len || text.ptr[at] != ' ') return NULL;
    size_t end = ++at;
    while (end < text.len && rs_ascii_is_letter(text.ptr[end])) end++;
    return end > at ? list_word(rs_str_sub(text, at, end)) : NULL;
}

/* 1, 2, 3, 4: a count, as a box a sliver of the diagonal. Years in their order. */
static const char *by_numbers(const double *v, size_t n)
{
    bool steps = true, back = true, years = true;
    for (size_t i = 0; i < n; i++) {
        const bool whole = v[i] == floor(v[i]);
        steps = steps && whole && (i == 0 || v[i] - v[i - 1] == 1);
        back = back && whole && (i == 0 || v[i - 1] - v[i] == 1);
        years = years && whole && v[i] >= 1900 && v[i] <= 2100 && (i == 0 || v[i] >= v[i - 1]);
    }
    return steps || back ? "numbers in a row" : years ? "years" : NULL;
}

const char *rs_lang_boxwords_other(rs_str text, const rs_boxtext_span *span, rs_str question)
{
    if (span->style != RS_BOXTEXT_BRACKET && span->style != RS_BOXTEXT_PAREN) return NULL;
    if (span->phrase != RS_BOXTEXT_NO_PHRASE || span->n_numbers < 4) return NULL;
    const char *found = by_numbers(span->numbers, span->n_numbers);
    if (!found) found = called(clause_before(text, span->begin), true);
    if (!found) found = word_behind(text, span->end);
    return found ? found : called(question, false);
}
