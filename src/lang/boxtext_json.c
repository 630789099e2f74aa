/* Boxes in JSON. Two forms, which are rewritten differently:
 *
 *   a list     [{"bbox_2d": [..], "label": ".."}, ..]: objects of a box and a label and nothing
 *              else. A span covers an object, and the group covers the array's brackets and a code
 *              fence around them: all of it is spelled anew.
 *   a document any other valid JSON value with boxes in it. A span covers the brackets of one
 *              box's numbers (in_place): whoever rewrites it replaces numbers and nothing else.
 *
 * What looks like coordinates and cannot be read is an unparsed span: a list of four numbers under
 * a key that names no box, {"x1": .., "y1": ..}, numbers inside of strings, JSON that is cut
 * off. */
#include "lang/boxtext_scan.h"

enum { max_depth = 32 };

/* ---- one value, strictly ------------------------------------------------------------------- */

static bool json_string(const scan *s, size_t *i, size_t *begin, size_t *end)
{
    if (at(s, *i) != '"') return false;
    size_t j = *i + 1;
    *begin = j;
    for (; j < s->text.len && s->text.ptr[j] != '"'; j++) {
        unsigned char c = (unsigned char)s->text.ptr[j];
        if (c < ' ') return false;
        if (c == '\\') j++;
    }
    if (j >= s->text.len) return false;
    *end = j;
    *i = j + 1;
    return true;
}

/* -12.5e3, as JSON spells it */
static bool json_number(const scan *s, size_t *i)
{
    size_t j = *i;
    if (at(s, j) == '-') j++;
    if (!rs_ascii_is_digit(at(s, j))) return false;
    if (at(s, j) == '0' && rs_ascii_is_digit(at(s, j + 1))) return false;
    while (rs_ascii_is_digit(at(s, j))) j++;
    if (at(s, j) == '.') {
        if (!rs_ascii_is_digit(at(s, ++j))) return false;
        while (rs_ascii_is_digit(at(s, j))) j++;
    }
    if (at(s, j) == 'e' || at(s, j) == 'E') {
        j++;
        if (at(s, j) == '+' || at(s, j) == '-') j++;
        if (!rs_ascii_is_digit(at(s, j))) return false;
        while (rs_ascii_is_digit(at(s, j))) j++;
    }
    *i = j;
    return true;
}

/* Moves behind a value; false leaves *i at the byte that is not JSON. *objects counts objects. */
static bool json_value(const scan *s, size_t *i, int depth, size_t *objects)
{
    static const rs_str words[] = {{"true", 4}, {"false", 5}, {"null", 4}};
    size_t begin, end;
    char open = at(s, *i);
    if (open == '"') return json_string(s, i, &begin, &end);
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (has_at(s, *i, words[k])) {
            *i += words[k].len;
            return true;
        }
    if (open != '{' && open != '[') return json_number(s, i);
    if (depth == max_depth) return false;
    if (open == '{') ++*objects;
    const char close = open == '{' ? '}' : ']';
    *i = skip_blanks(s, *i + 1);
    if (at(s, *i) == close) {
        ++*i;
        return true;
    }
    for (;;) {
        if (open == '{') {
            if (!json_string(s, i, &begin, &end)) return false;
            *i = skip_blanks(s, *i);
            if (at(s, *i) != ':') return false;
            *i = skip_blanks(s, *i + 1);
        }
        if (!json_value(s, i, depth + 1, objects)) return false;
        *i = skip_blanks(s, *i);
        char c = at(s, *i);
        if (c != ',' && c != close) return false;
        ++*i;
        if (c == close) return true;
        *i = skip_blanks(s, *i);
    }
}

/* ---- the members of a valid object ---------------------------------------------------------- */

typedef struct member {
    rs_str key;
    size_t begin, end; /* of the value */
} member;

/* The next member of a valid object; *i stands behind '{' or behind the member before. */
static bool next_member(const scan *s, size_t *i, member *out)
{
    size_t begin = 0, end = 0, objects = 0;
    *i = skip_blanks(s, *i);
    if (at(s, *i) == ',') *i = skip_blanks(s, *i + 1);
    if (!json_string(s, i, &begin, &end)) return false;
    out->key = rs_str_sub(s->text, begin, end);
    out->begin = out->end = skip_blanks(s, skip_blanks(s, *i) + 1);
    if (!json_value(s, &out->end, 0, &objects)) return false;
    *i = out->end;
    return true;
}

/* The next element of a valid array; *i stands behind '[' or behind the element before. */
static bool next_element(const scan *s, size_t *i, size_t *begin)
{
    size_t objects = 0;
    *i = skip_blanks(s, *i);
    if (at(s, *i) == ',') *i = skip_blanks(s, *i + 1);
    *begin = *i;
    return at(s, *i) != ']' && json_value(s, i, 0, &objects);
}

/* ---- keys ----------------------------------------------------------------------------------- */

/* What a key says about the numbers under it. */
typedef struct key_meaning {
    const char *name;       /* a static word for messages; NULL = it names no coordinates */
    rs_boxtext_shape shape; /* the only one it may have; UNPARSED = that of their number */
    bool points;            /* pairs are points of their own */
    bool outline;           /* any even number of six and more is a polygon */
} key_meaning;

static const key_meaning known_keys[] = {
    {"bbox_2d", RS_BOXTEXT_BOX, false, false},
    {"bbox", RS_BOXTEXT_UNPARSED, false, false},
    {"box_2d", RS_BOXTEXT_BOX, false, false},
    {"box", RS_BOXTEXT_UNPARSED, false, false},
    {"boxes", RS_BOXTEXT_UNPARSED, false, false},
    {"bboxes", RS_BOXTEXT_UNPARSED, false, false},
    {"point_2d", RS_BOXTEXT_XY, true, false},
    {"point", RS_BOXTEXT_XY, true, false},
    {"oriented bbox", RS_BOXTEXT_BOX_ANGLE, false, false},
    {"quadrant bbox", RS_BOXTEXT_QUAD, false, false},
    {"points", RS_BOXTEXT_UNPARSED, true, true},
    {"polygon", RS_BOXTEXT_UNPARSED, false, true},
    {"segmentation", RS_BOXTEXT_UNPARSED, false, true},
    {"coordinates", RS_BOXTEXT_UNPARSED, false, true},
};

/* Other keys name coordinates when they hold one of these words. */
static const struct {
    rs_str word;
    key_meaning meaning;
} key_words[] = {
    {WORD("box"), {"json", RS_BOXTEXT_UNPARSED, false, false}},
    {WORD("quad"), {"json", RS_BOXTEXT_UNPARSED, false, false}},
    {WORD("rect"), {"json", RS_BOXTEXT_UNPARSED, false, false}},
    {WORD("region"), {"json", RS_BOXTEXT_UNPARSED, false, false}},
    {WORD("location"), {"json", RS_BOXTEXT_UNPARSED, false, true}},
    {WORD("position"), {"json", RS_BOXTEXT_UNPARSED, false, true}},
    {WORD("corner"), {"json", RS_BOXTEXT_UNPARSED, false, true}},
    {WORD("poly"), {"json", RS_BOXTEXT_UNPARSED, false, true}},
    {WORD("segment"), {"json", RS_BOXTEXT_UNPARSED, false, true}},
    {WORD("contour"), {"json", RS_BOXTEXT_UNPARSED, false, true}},
    {WORD("coord"), {"json", RS_BOXTEXT_UNPARSED, false, true}},
    {WORD("cent"), {"json", RS_BOXTEXT_UNPARSED, true, false}},
    {WORD("point"), {"json", RS_BOXTEXT_UNPARSED, true, true}},
    {WORD("obb"), {"json", RS_BOXTEXT_UNPARSED, false, false}},
    {WORD("hbb"), {"json", RS_BOXTEXT_UNPARSED, false, false}},
};

bool rs_lang_boxtext_is_key(rs_str spelling)
{
    for (size_t k = 0; k < sizeof known_keys / sizeof *known_keys; k++)
        if (rs_str_eq(spelling, rs_str_of(known_keys[k].name))) return true;
    return false;
}

static bool holds_nocase(rs_str text, rs_str word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (rs_str_eq_nocase(rs_str_sub(text, i, i + word.len), word)) return true;
    return false;
}

static key_meaning meaning_of(rs_str key)
{
    for (size_t k = 0; k < sizeof known_keys / sizeof *known_keys; k++)
        if (rs_str_eq(key, rs_str_of(known_keys[k].name))) return known_keys[k];
    for (size_t k = 0; key.len <= max_key && k < sizeof key_words / sizeof *key_words; k++)
        if (holds_nocase(key, key_words[k].word)) return key_words[k].meaning;
    return (key_meaning){0};
}

/* Keys of the words that belong to a box; only "label" is one of a list's. */
static bool names_object(rs_str key)
{
    static const char *const keys[] = {"label",      "name",          "class",  "category",
                                       "class_name", "category_name", "object", "ref"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (rs_str_eq(key, rs_str_of(keys[k]))) return true;
    return false;
}

/* ---- numbers -------------------------------------------------------------------------------- */

/* An array of nothing but numbers and arrays of them. */
typedef struct number_tree {
    size_t n;        /* numbers in all */
    size_t n_leaves; /* arrays that hold numbers */
    size_t leaf;     /* numbers of each; 0 = they differ */
    int depth;       /* 1 = flat; 0 = the arrays are not equally deep */
} number_tree;

/* Reads the valid array at *i into `t` and its numbers into the pool; false = it holds something
 * else, or nothing. */
static bool read_tree(scan *s, size_t *i, int depth, number_tree *t)
{
    size_t n = 0;
    *i = skip_blanks(s, *i + 1);
    if (at(s, *i) == ']' || depth > 4) return false;
    for (bool nested = at(s, *i) == '[';; n++) {
        if ((at(s, *i) == '[') != nested) return false;
        if (nested ? !read_tree(s, i, depth + 1, t) : !rs_lang_box_number(s, i)) return false;
        *i = skip_blanks(s, *i);
        char c = at(s, *i);
        ++*i;
        if (c == ']') {
            if (nested) return true;
            n++;
            break;
        }
        if (c != ',') return false;
        *i = skip_blanks(s, *i);
    }
    if (t->n_leaves && t->leaf != n) t->leaf = 0;
    else t->leaf = n;
    if (t->n_leaves && t->depth != depth) t->depth = 0;
    else t->depth = depth;
    t->n_leaves++;
    t->n += n;
    return true;
}

static bool shape_of_count(size_t n, rs_boxtext_shape *shape)
{
    if (n != 4 && n != 5 && n != 8) return false;
    *shape = n == 4 ? RS_BOXTEXT_BOX : n == 5 ? RS_BOXTEXT_BOX_ANGLE : RS_BOXTEXT_QUAD;
    return true;
}

/* How deep below the array one shape stands, and which: 1 = flat numbers, 2 = pairs. 0 = none. */
static int unit_of(const number_tree *t, const key_meaning *key, rs_boxtext_shape *shape)
{
    const bool even_outline = key->outline && t->leaf >= 6 && t->leaf % 2 == 0;
    if (t->depth == 0 || t->leaf == 0) return 0;
    if (t->leaf == 2 && t->depth >= 2 && !(key->points && t->n_leaves < 3)) {
        /* pairs: all of one array are one shape; of several arrays each has its own number */
        *shape = RS_BOXTEXT_POLYGON;
        if (t->depth == 2)
            *shape = t->n == 4   ? RS_BOXTEXT_BOX
                     : t->n == 8 ? RS_BOXTEXT_QUAD
                     : t->n >= 6 ? RS_BOXTEXT_POLYGON
                                 : RS_BOXTEXT_UNPARSED;
        return *shape == RS_BOXTEXT_UNPARSED ? 0 : 2;
    }
    if (t->leaf == 2 && key->points) *shape = RS_BOXTEXT_XY;
    else if (shape_of_count(t->leaf, shape)) return 1;
    else if (even_outline) *shape = RS_BOXTEXT_POLYGON;
    else return 0;
    return 1;
}

static rs_boxtext_shape shape_of_pairs(size_t n_numbers)
{
    return n_numbers == 4 ? RS_BOXTEXT_BOX : n_numbers == 8 ? RS_BOXTEXT_QUAD : RS_BOXTEXT_POLYGON;
}

/* Adds the shapes of an array whose layout is known: `level` arrays down to one of them. */
typedef struct shapes {
    int unit;
    rs_boxtext_shape shape;
    const char *key;
    size_t label[2], document[2];
    bool failed;
} shapes;

static void add_shapes(scan *s, size_t begin, int depth, shapes *to)
{
    size_t i = begin + 1, element, first = s->n_pool;
    if (depth > to->unit) {
        while (next_element(s, &i, &element)) add_shapes(s, element, depth - 1, to);
        return;
    }
    number_tree t = {0};
    i = begin;
    if (!read_tree(s, &i, 1, &t)) return;
    rs_boxtext_shape shape = to->unit == 2 ? shape_of_pairs(t.n) : to->shape;
    if (to->unit == 2 && t.n < 4) to->failed = true; /* a lone pair among polygons */
    if (!rs_lang_box_add_region(s, begin, i, RS_BOXTEXT_JSON, shape, first)) return;
    rs_boxtext_span *span = &s->spans[s->n - 1];
    span->group = s->n_groups++;
    span->phrase = RS_BOXTEXT_NO_PHRASE;
    span->key = to->key;
    span->in_place = true;
    span->document_begin = to->document[0];
    span->document_end = to->document[1];
    rs_lang_box_set_phrase(s, span, RS_BOXTEXT_PHRASE_LABEL, to->label[0], to->label[1]);
}

/* ---- documents ------------------------------------------------------------------------------- */

/* Numbers behind an opening bracket, four or more with nothing but separators between them: box
 * text inside of a string, where nobody could replace it. `named`: the string's key names
 * coordinates, no bracket is needed. */
static bool string_holds_box(rs_str text, bool named)
{
    size_t n = 0;
    bool open = named;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (rs_ascii_is_digit(c)) {
            if (open) n++;
            while (i + 1 < text.len &&
                   (rs_ascii_is_digit(text.ptr[i + 1]) || text.ptr[i + 1] == '.'))
                i++;
            if (n >= 4) return true;
        } else if (c && strchr("[({<", c)) {
            open = true;
        } else if (!c || !strchr(" ,;|-+)]}>\\nt", c)) {
            open = has_at(&(scan){.text = text}, i, RS_STR("loc_"));
            if (open) i += 3;
            else n = 0;
            open = open || named;
        }
    }
    return false;
}

/* Which coordinate a member names that is a number by itself: 1 = an x, 2 = a y, 0 = none. */
static int axis_of(rs_str key)
{
    static const char *const names[2][9] = {
        {"x", "x1", "x0", "x_1", "xmin", "x_min", "left", "cx", "center_x"},
        {"y", "y1", "y0", "y_1", "ymin", "y_min", "top", "cy", "center_y"}};
    for (int axis = 0; axis < 2; axis++)
        for (size_t k = 0; k < sizeof names[0] / sizeof *names[0]; k++)
            if (rs_str_eq_nocase(key, rs_str_of(names[axis][k]))) return axis + 1;
    return 0;
}

typedef struct document {
    size_t begin, end;
} document;

static void add_value(scan *s, const document *d, size_t begin, size_t end, rs_str key,
                      const size_t label[2]);

/* An array of numbers under `key`: boxes, an unparsed span, or no coordinates at all. */
static void add_numbers(scan *s, const document *d, size_t begin, size_t end, rs_str key,
                        const size_t label[2], const number_tree *t)
{
    const key_meaning meaning = meaning_of(key);
    shapes to = {
        .key = meaning.name, .label = {label[0], label[1]}, .document = {d->begin, d->end}};
    to.unit = unit_of(t, &meaning, &to.shape);
    const bool fits = meaning.shape == RS_BOXTEXT_UNPARSED || meaning.shape == to.shape;
    const mark before = rs_lang_box_mark_of(s);
    if (meaning.name && to.unit && fits) {
        add_shapes(s, begin, t->depth, &to);
        if (!to.failed) return;
        rs_lang_box_undo(s, before);
    }
    /* an unknown name over as many numbers as a box has: nobody knows what they are */
    rs_boxtext_shape shape;
    const bool like_box = t->leaf == 4 || shape_of_count(t->n, &shape);
    if (meaning.name || like_box) rs_lang_box_add_unparsed(s, begin, end, RS_BOXTEXT_JSON);
}

/* Is the value of a key that names one box or point no box at all: null, or an empty list? */
static bool is_empty_box(const scan *s, const member *m)
{
    static const char *const keys[] = {"bbox_2d", "bbox", "box_2d", "box", "point_2d", "point"};
    const bool empty = at(s, m->begin) == 'n' ||
                       (at(s, m->begin) == '[' && at(s, skip_blanks(s, m->begin + 1)) == ']');
    for (size_t i = 0; empty && i < sizeof keys / sizeof *keys; i++)
        if (rs_str_eq(m->key, rs_str_of(keys[i]))) return true;
    return false;
}

/* All boxes of a valid object; the words beside a box are its label, wherever they stand. */
static void add_object(scan *s, const document *d, size_t begin, size_t end)
{
    size_t label[2] = {0, 0}, i = begin + 1;
    int axes = 0;
    for (member m; next_member(s, &i, &m);) {
        if (is_empty_box(s, &m)) {
            rs_lang_box_add_unparsed(s, begin, end, RS_BOXTEXT_JSON);
            return;
        }
        if (at(s, m.begin) == '"' && names_object(m.key) && !label[1]) {
            label[0] = m.begin + 1;
            label[1] = m.end - 1;
        } else if (rs_ascii_is_digit(at(s, m.begin)) || at(s, m.begin) == '-') {
            axes |= axis_of(m.key);
        }
    }
    if (axes == 3) {
        rs_lang_box_add_unparsed(s, begin, end, RS_BOXTEXT_JSON);
        return;
    }
    i = begin + 1;
    for (member m; next_member(s, &i, &m);) add_value(s, d, m.begin, m.end, m.key, label);
}

/* Boxes of one value, whatever its type; `key` is the member that holds it, `label` the words of
 * the object around it. */
static void add_value(scan *s, const document *d, size_t begin, size_t end, rs_str key,
                      const size_t label[2])
{
    static const size_t no_label[2];
    if (at(s, begin) == '{') {
        add_object(s, d, begin, end);
    } else if (at(s, begin) == '"') {
        if (string_holds_box(rs_str_sub(s->text, begin + 1, end - 1), meaning_of(key).name))
            rs_lang_box_add_unparsed(s, begin, end, RS_BOXTEXT_JSON);
    } else if (at(s, begin) == '[') {
        const size_t n_pool = s->n_pool;
        number_tree t = {0};
        size_t i = begin, element;
        const bool numbers = read_tree(s, &i, 1, &t);
        s->n_pool = n_pool;
        if (numbers) {
            add_numbers(s, d, begin, end, key, label, &t);
            return;
        }
        bool broken = false; /* coordinates with something else between them */
        for (i = begin + 1; next_element(s, &i, &element) && !broken;)
            broken = rs_ascii_is_digit(at(s, element)) || at(s, element) == '-';
        if (broken && meaning_of(key).name) {
            rs_lang_box_add_unparsed(s, begin, end, RS_BOXTEXT_JSON);
            return;
        }
        /* the words of an object around a list are no label of what stands in it */
        i = begin + 1;
        while (next_element(s, &i, &element)) add_value(s, d, element, i, key, no_label);
    }
}

/* ---- lists ---------------------------------------------------------------------------------- */

/* An object of one flat box and perhaps a label. */
static bool is_plain_object(scan *s, size_t begin, member *box, size_t label[2])
{
    size_t i = begin + 1, n_boxes = 0;
    label[0] = label[1] = 0;
    if (at(s, begin) != '{') return false;
    for (member m; next_member(s, &i, &m);) {
        if (rs_str_eq(m.key, RS_STR("label")) && at(s, m.begin) == '"' && !label[1]) {
            label[0] = m.begin + 1;
            label[1] = m.end - 1;
            continue;
        }
        const key_meaning meaning = meaning_of(m.key);
        const size_t n_pool = s->n_pool;
        number_tree t = {0};
        rs_boxtext_shape shape = RS_BOXTEXT_UNPARSED;
        size_t end = m.begin;
        bool numbers = at(s, m.begin) == '[' && read_tree(s, &end, 1, &t) && t.depth == 1 &&
                       unit_of(&t, &meaning, &shape);
        s->n_pool = n_pool;
        /* corners under a name of their own keep their form: they are replaced in place */
        bool fits = meaning.shape == RS_BOXTEXT_UNPARSED
                        ? shape == RS_BOXTEXT_BOX || shape == RS_BOXTEXT_BOX_ANGLE
                        : shape == meaning.shape;
        if (!numbers || !meaning.name || !fits || n_boxes++) return false;
        *box = m;
    }
    return n_boxes == 1;
}

static void add_plain_object(scan *s, size_t begin, size_t end)
{
    member box;
    size_t label[2];
    if (!is_plain_object(s, begin, &box, label)) return;
    const key_meaning meaning = meaning_of(box.key);
    number_tree t = {0};
    rs_boxtext_shape shape = RS_BOXTEXT_UNPARSED;
    size_t first = s->n_pool, i = box.begin;
    if (!read_tree(s, &i, 1, &t) || !unit_of(&t, &meaning, &shape)) return;
    if (!rs_lang_box_add_region(s, begin, end, RS_BOXTEXT_JSON, shape, first)) return;
    rs_boxtext_span *span = &s->spans[s->n - 1];
    span->key = meaning.name;
    /* each object has its own words or none: a neighbour's are not its label */
    span->phrase = RS_BOXTEXT_NO_PHRASE;
    rs_lang_box_set_phrase(s, span, RS_BOXTEXT_PHRASE_LABEL, label[0], label[1]);
}

/* Is the valid value a plain object, or an array of nothing else? */
static bool is_list(scan *s, size_t begin)
{
    member box;
    size_t label[2], i = begin + 1, element, n = 0;
    if (at(s, begin) == '{') return is_plain_object(s, begin, &box, label);
    for (; next_element(s, &i, &element); n++)
        if (!is_plain_object(s, element, &box, label)) return false;
    return n > 0;
}

/* A list: its spans, grown over the array's brackets and a code fence around it. */
static void add_list(scan *s, size_t begin, size_t end)
{
    const size_t from = s->n, floor = from ? s->spans[from - 1].end : 0;
    size_t i = begin + 1, element;
    if (at(s, begin) == '{') add_plain_object(s, begin, end);
    else
        while (next_element(s, &i, &element)) add_plain_object(s, element, i);
    if (s->n == from) return;
    size_t word = begin, after = skip_blanks(s, end);
    while (word > floor && begin - word < 8 && rs_ascii_is_space(s->text.ptr[word - 1])) word--;
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

/* ---- what is no JSON ------------------------------------------------------------------------ */

/* A value that ends at `end` without being JSON is unparsed when a key of it names coordinates and
 * numbers follow; a description of a format ("[x1, y1, x2, y2]") is left alone. */
static bool add_broken(scan *s, size_t begin, size_t end)
{
    const size_t stop = end + max_ahead < s->text.len ? end + max_ahead : s->text.len;
    for (size_t i = begin; i < stop; i++) {
        char quote = s->text.ptr[i];
        if (quote != '"' && quote != '\'') continue;
        size_t close = i + 1;
        while (close < stop && close - i <= max_key && s->text.ptr[close] != quote) close++;
        if (close >= stop || s->text.ptr[close] != quote) continue;
        size_t value = skip_blanks(s, close + 1);
        rs_str key = rs_str_sub(s->text, i + 1, close);
        if (at(s, value) == ':' && meaning_of(key).name) {
            value = skip_blanks(s, value + 1);
            while (at(s, value) == '[' || at(s, value) == '(') value = skip_blanks(s, value + 1);
            if (rs_ascii_is_digit(at(s, value)) || at(s, value) == '-') {
                rs_lang_box_add_unparsed(s, begin, end, RS_BOXTEXT_JSON);
                return true;
            }
        }
        if (at(s, skip_blanks(s, close + 1)) == ':') i = close;
    }
    return false;
}

bool rs_lang_box_json(scan *s)
{
    const size_t begin = s->i, inside = skip_blanks(s, begin + 1);
    size_t end = begin, objects = 0;
    if (!rs_lang_box_any_style(s, RS_BOXTEXT_JSON)) return false;
    if (at(s, begin) == '{' && at(s, inside) != '"' && at(s, inside) != '\'') return false;
    if (at(s, begin) == '[' && (at(s, inside) == '\0' || !strchr("{[\"", at(s, inside))))
        return false;
    if (!json_value(s, &end, 0, &objects)) {
        if (!add_broken(s, begin, end > begin ? end : begin + 1)) return false;
        s->i = end > begin ? end : begin + 1;
        return true;
    }
    if (objects == 0) return false; /* a list of numbers or words */
    s->i = end;
    if (is_list(s, begin)) {
        add_list(s, begin, end);
        return true;
    }
    const document d = {begin, end};
    static const size_t no_label[2];
    add_value(s, &d, begin, end, RS_STR(""), no_label);
    return true;
}
