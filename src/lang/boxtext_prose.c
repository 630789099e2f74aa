/* Coordinates in words, which nobody can replace: "x=10, y=20", "bbox: 12 34 56 78", "at (100,
 * 200)", "(10%, 20%, 30%, 40%)", "(10, 20)-(30, 40)", "10,20,30,40". They come back as unparsed
 * spans. Years, counts, ranges, degrees of latitude and descriptions of a format are left alone.
 * Every look is bounded. */
#include "lang/boxtext_scan.h"

#include <math.h>

enum { MOST_RUN = 9, WORD_BEFORE = 24, CLAUSE = 48 };

static bool is_word_byte(char c)
{
    return is_alpha(c) || rs_ascii_is_digit(c);
}

static bool is_one_of(rs_str word, const char *const *list)
{
    for (; *list; list++)
        if (rs_str_eq_nocase(word, rs_str_of(*list))) return true;
    return false;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* The length of a comma or semicolon at byte i, also of Chinese text; 0 = none. */
static size_t comma_at(const scan *s, size_t i)
{
    static const rs_str wide[] = {WORD("\xef\xbc\x8c"), WORD("\xef\xbc\x9b"), WORD("\xe3\x80\x81")};
    if (at(s, i) == ',' || at(s, i) == ';') return 1;
    for (size_t k = 0; k < sizeof wide / sizeof *wide; k++)
        if (has_at(s, i, wide[k])) return wide[k].len;
    return 0;
}

/* The digit at byte i, also of Chinese text, and its length; 0 = none. */
static size_t digit_at(const scan *s, size_t i, int *digit)
{
    const char c = at(s, i);
    *digit = c - '0';
    if (rs_ascii_is_digit(c)) return 1;
    if (!has_at(s, i, RS_STR("\xef\xbc"))) return 0;
    *digit = (unsigned char)at(s, i + 2) - 0x90;
    return *digit >= 0 && *digit <= 9 ? 3 : 0;
}

/* A plain number at *i: digits and a point, perhaps a sign before and "px" behind. */
static bool plain_number(const scan *s, size_t *i, double *out)
{
    size_t j = *i, digits = 0;
    double v = 0, unit = 1;
    const bool minus = at(s, j) == '-';
    bool point = false;
    if (minus) j++;
    while (digits < 9) {
        int digit;
        const size_t n = digit_at(s, j, &digit);
        if (n == 0 && (at(s, j) != '.' || point || !digit_at(s, j + 1, &digit))) break;
        j += n ? n : 1;
        point = point || n == 0;
        if (n == 0) continue;
        digits++;
        if (point) unit /= 10;
        v = point ? v + unit * digit : v * 10 + digit;
    }
    if (digits && has_at(s, j, RS_STR("px")) && !is_word_byte(at(s, j + 2))) j += 2;
    else if (digits == 0 || is_word_byte(at(s, j))) return false;
    *out = minus ? -v : v;
    *i = j;
    return true;
}

static bool are_years(const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i] < 1900 || v[i] > 2100 || v[i] != floor(v[i])) return false;
    return true;
}

/* Two corners in order, which 1, 2, 3, 4 are not. */
static bool like_corners(const double *v, size_t n)
{
    const bool row = n > 3 && v[1] - v[0] == 1 && v[2] - v[1] == 1 && v[3] - v[2] == 1;
    return n == 4 && !row && !are_years(v, n) && v[2] > v[0] && v[3] > v[1];
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The word that ends before *i, blanks and signs passed over; *i moves to its begin. */
static rs_str word_before(const scan *s, size_t *i)
{
    size_t end = *i, limit = *i > WORD_BEFORE ? *i - WORD_BEFORE : 0;
    while (end > limit && memchr(" :=*`\"'-", s->text.ptr[end - 1], 8)) end--;
    size_t begin = end;
    while (begin > limit && is_alpha(s->text.ptr[begin - 1])) begin--;
    *i = begin;
    return rs_str_sub(s->text, begin, end);
}

/* Is a place told right before byte i: "at", "centre is"? */
static bool place_before(const scan *s, size_t i)
{
    static const char *const places[] = {
        "at",       "point",    "pixel",  "coordinate", "coordinates", "coords",
        "position", "location", "center", "centre",     "centered",    "centred",
        "corner",   "left",     "right",  "box",        "bbox",        NULL};
    static const char *const between[] = {"is",     "are",           "of",      "about", "near",
                                          "around", "approximately", "roughly", NULL};
    rs_str word = word_before(s, &i);
    if (is_one_of(word, between)) word = word_before(s, &i);
    return is_one_of(word, places);
}

/* Does the clause before byte i name a box? Numbers and brackets end it. */
static bool box_before(const scan *s, size_t i)
{
    static const char *const boxes[] = {
        "box",  "bbox",      "boxes",   "bboxes",   "coordinate", "coordinates", "coords",
        "rect", "rectangle", "located", "location", "position",   "corners",     NULL};
    for (size_t from = i; i > 0 && from - i < CLAUSE;) {
        size_t end = i;
        while (i > 0 && is_alpha(s->text.ptr[i - 1])) i--;
        if (is_one_of(rs_str_sub(s->text, i, end), boxes)) return true;
        if (i > 0 && i == end) {
            const char c = s->text.ptr[--i];
            if (rs_ascii_is_digit(c) || memchr(".;\n!?)]}", c, 8)) return false;
        }
    }
    return false;
}

/* Is [begin, end) all that the text says? */
static bool is_whole(const scan *s, size_t begin, size_t end)
{
    while (begin > 0 && rs_ascii_is_space(s->text.ptr[begin - 1])) begin--;
    end = skip_blanks(s, end);
    if (at(s, end) == '.') end = skip_blanks(s, end + 1);
    return begin == 0 && end >= s->text.len;
}

/* Does the text speak of degrees on the ground? */
static bool holds_degrees(scan *s)
{
    static const rs_str words[] = {WORD("atitude"),  WORD("ongitude"), WORD("GPS"),
                                   WORD("\xc2\xb0"), WORD("lat,"),     WORD("lat/")};
    if (s->degrees == NOT_ASKED) {
        s->degrees = ANSWER_NO;
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            if (rs_str_find(s->text, words[k]) != RS_NPOS) s->degrees = ANSWER_YES;
    }
    return s->degrees == ANSWER_YES;
}

/* Has a table of the text a rule below its heads? Then they say what the cells are. */
static bool is_ruled(scan *s)
{
    if (s->ruled == NOT_ASKED)
        s->ruled = rs_str_find(s->text, RS_STR("---")) == RS_NPOS ? ANSWER_NO : ANSWER_YES;
    return s->ruled == ANSWER_YES;
}

/* ---- what is met ----------------------------------------------------------------------------- */

static bool is_on(const scan *s)
{
    return rs_lang_box_any_style(s, RS_BOXTEXT_PAREN);
}

static void found(scan *s, size_t begin, size_t end)
{
    rs_lang_box_add_unparsed(s, begin, end, RS_BOXTEXT_PAREN);
    s->i = end;
}

/* (0, 0) and the far ends of grids stand in descriptions: "(0, 0) is the top-left corner". */
static bool is_grid_end(const double v[2])
{
    return v[0] == v[1] && (v[0] == 0 || v[0] == 1 || v[0] == 100 || v[0] == 999 || v[0] == 1000);
}

/* Behind a second pair of numbers: "(10, 20)-(100, 200)", "[10, 20] to [100, 200]"; 0 = none. */
static size_t second_pair(const scan *s, size_t i, double v[2])
{
    enum { GAP = 8 };
    const size_t from = i;
    while (i - from < GAP && at(s, i) && memchr(" ,;-~>toand", at(s, i), 11)) i++;
    const char closer = at(s, i) == '(' ? ')' : ']';
    if (at(s, i) != '(' && at(s, i) != '[') return 0;
    for (int k = 0; k < 2; k++) {
        i = skip_blanks(s, i + 1);
        if (!plain_number(s, &i, &v[k])) return 0;
        i = skip_blanks(s, i);
        if (at(s, i) != (k ? closer : ',')) return 0;
    }
    return i + 1;
}

/* Numbers between brackets, of which `begin` is the opener's last byte: how many, and what parts
 * them. false = something else stands there. */
typedef struct number_list {
    double v[MOST_RUN];
    size_t n, n_units, n_wide, end;
} number_list;

static bool read_list(const scan *s, size_t begin, rs_str closer, number_list *out)
{
    size_t i = begin + 1;
    *out = (number_list){0};
    while (out->n < MOST_RUN) {
        i = skip_blanks(s, i);
        if (!plain_number(s, &i, &out->v[out->n])) return false;
        out->n++;
        out->n_wide += (unsigned char)s->text.ptr[i - 1] >= 0x80;
        out->n_units += s->text.ptr[i - 1] == 'x'; /* of "px" */
        if (at(s, i) == '%') i++, out->n_units++;
        i = skip_blanks(s, i);
        if (has_at(s, i, closer)) {
            out->end = i + closer.len;
            return true;
        }
        const size_t comma = comma_at(s, i);
        out->n_wide += comma > 1 || at(s, i) == ';';
        i += comma;
    }
    return false;
}

bool rs_lang_box_prose_list(scan *s, size_t begin, char closer)
{
    number_list list;
    if (!is_on(s) || !read_list(s, begin, rs_str_make(&closer, 1), &list)) return false;
    double v[4] = {list.v[0], list.v[1]};
    size_t end = list.end;
    bool coordinates =
        list.n == 4 && (list.n_units == 4 || (list.n_wide && like_corners(list.v, 4)));
    if (list.n == 2 && !are_years(v, 2)) {
        const size_t second = second_pair(s, end, v + 2);
        const bool one = !is_grid_end(v) && v[0] >= 0 && v[1] >= 0 &&
                         (is_whole(s, begin, end) || place_before(s, begin)),
                   two = second && like_corners(v, 4);
        coordinates = (one || two) && !holds_degrees(s);
        if (two) end = second;
    }
    if (coordinates) found(s, begin, end);
    return coordinates;
}

/* Four corners between the brackets of Chinese text. */
static bool try_wide_brackets(scan *s)
{
    static const rs_str brackets[][2] = {{WORD("\xef\xbc\xbb"), WORD("\xef\xbc\xbd")},
                                         {WORD("\xe3\x80\x90"), WORD("\xe3\x80\x91")},
                                         {WORD("\xef\xbc\x88"), WORD("\xef\xbc\x89")}};
    for (size_t k = 0; k < sizeof brackets / sizeof *brackets; k++) {
        number_list list;
        if (!has_at(s, s->i, brackets[k][0]) ||
            !read_list(s, s->i + brackets[k][0].len - 1, brackets[k][1], &list) ||
            !like_corners(list.v, list.n))
            continue;
        found(s, s->i, list.end);
        return true;
    }
    return false;
}

/* "x1: 12", "left = 3": behind it; 0 = something else. */
static size_t key_value(const scan *s, size_t i, const char *const *names)
{
    double v;
    size_t end = i;
    while (is_word_byte(at(s, end)) && end - i < 10) end++;
    if (!is_one_of(rs_str_sub(s->text, i, end), names)) return 0;
    end = skip_blanks(s, end);
    if (at(s, end) != ':' && at(s, end) != '=') return 0;
    end = skip_blanks(s, end + 1);
    return plain_number(s, &end, &v) ? end : 0;
}

/* An x and a y by name: "x=10, y=20", also with the second x between them. */
static bool try_axes(scan *s)
{
    static const char *const xs[] = {"x",   "x0",   "x1", "x2",   "xmin",  "x_min",
                                     "x_1", "left", "cx", "xmax", "x_max", NULL};
    static const char *const ys[] = {"y", "y0", "y1", "ymin", "y_min", "y_1", "top", "cy", NULL};
    const size_t begin = s->i;
    size_t i = key_value(s, begin, xs);
    for (int k = 0; k < 2 && i; k++) {
        size_t next = i;
        while (next - i < 4 && at(s, next) && memchr(" ,;|\n", at(s, next), 5)) next++;
        if (has_at(s, next, RS_STR("and "))) next += 4;
        const size_t end = key_value(s, next, ys);
        if (end) {
            found(s, begin, end);
            return true;
        }
        i = key_value(s, next, xs);
    }
    return false;
}

/* "1,250,300,400" is one number. */
static bool is_thousands(const scan *s, size_t begin, size_t end)
{
    size_t n = 0;
    for (size_t i = end; i > begin; i--) {
        if (s->text.ptr[i - 1] != ',') n++;
        else if (n != 3) return false;
        else n = 0;
    }
    return true;
}

/* Four numbers in a row behind a word for a box, alone, in the cells of a line, or with nothing but
 * commas between them ("ship: 10,20,100,200"). */
static bool try_run(scan *s)
{
    double v[MOST_RUN];
    size_t n = 0, end = s->i, cells = 0, n_tight = 0;
    for (size_t i = s->i; n < MOST_RUN && plain_number(s, &i, &v[n]); n++) {
        n_tight += n && s->text.ptr[end] == ',' && rs_ascii_is_digit(s->text.ptr[end + 1]);
        end = i;
        size_t gap = i;
        while (gap - i < 4 && at(s, gap)) {
            const size_t comma = comma_at(s, gap);
            if (!comma && at(s, gap) != ' ' && at(s, gap) != '|') break;
            gap += comma ? comma : 1;
        }
        if (gap == i) {
            n++;
            break;
        }
        cells += memchr(s->text.ptr + i, '|', gap - i) != NULL;
        i = gap;
    }
    if (n < 2) return false;
    const bool table = cells >= 3 && !is_ruled(s),
               tight = n_tight == 3 && !is_thousands(s, s->i, end);
    if (like_corners(v, n) && (table || tight || is_whole(s, s->i, end) || box_before(s, s->i)))
        found(s, s->i, end);
    else s->i = end;
    return true;
}

/* "<0.1,0.2,0.3,0.4>" */
bool rs_lang_box_prose_angle(scan *s)
{
    double v;
    size_t n = 0, i = s->i + 1;
    if (!is_on(s)) return false;
    while (n < MOST_RUN && plain_number(s, &i, &v)) {
        n++;
        i = skip_blanks(s, i);
        if (at(s, i) != ',') break;
        i = skip_blanks(s, i + 1);
    }
    if (n != 4 || at(s, i) != '>') return false;
    found(s, s->i, i + 1);
    return true;
}

bool rs_lang_box_prose(scan *s)
{
    const char c = at(s, s->i);
    if (s->i > 0 && is_word_byte(s->text.ptr[s->i - 1])) return false;
    if (!is_on(s)) return false;
    if (rs_ascii_is_digit(c)) return try_run(s);
    if ((unsigned char)c >= 0xe3) return try_wide_brackets(s);
    return c && memchr("xXlLcC", c, 6) && try_axes(s);
}
