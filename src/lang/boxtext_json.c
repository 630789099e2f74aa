/* Boxes as JSON objects in a sentence: {"bbox_2d": [..], "label": ".."}, alone or in an array. */
#include "lang/boxtext_scan.h"

/* A JSON string at '"'; [*begin, *end) is what is between the quotes. */
static bool json_string(const scan *s, size_t *i, size_t limit, size_t *begin, size_t *end)
{
    if (at(s, *i) != '"') return false;
    size_t j = *i + 1, stop = j + limit;
    *begin = j;
    while (j < s->text.len && j < stop && s->text.ptr[j] != '"')
        j += s->text.ptr[j] == '\\' ? 2 : 1;
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
        {WORD("bbox_2d"), RS_BOXTEXT_BOX},
        {WORD("bbox"), RS_BOXTEXT_BOX},
        {WORD("box_2d"), RS_BOXTEXT_BOX},
        {WORD("point_2d"), RS_BOXTEXT_XY},
        {WORD("oriented bbox"), RS_BOXTEXT_BOX_ANGLE},
        {WORD("quadrant bbox"), RS_BOXTEXT_QUAD},
    };
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (rs_str_eq(key, keys[k].key)) return keys[k].shape;
    return RS_BOXTEXT_UNPARSED;
}

/* Flat object with a coordinate key. *seen is set when such a key was met. */
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
        /* a coordinate key: exactly as many numbers as it means */
        rs_boxtext_shape wanted = json_shape(key);
        if (wanted != RS_BOXTEXT_UNPARSED) {
            *seen = true;
            bool stopped;
            size_t first = s->n_pool;
            /* two coordinate keys in one object contradict each other */
            if (*shape != RS_BOXTEXT_UNPARSED || at(s, *i) != '[') return false;
            (*i)++;
            if (!rs_lang_box_flat_list(s, i, ']', &stopped) || stopped) return false;
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
            if (!rs_lang_box_number(s, i)) return false;
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
    /* never into the span before */
    size_t floor = from ? s->spans[from - 1].end : 0;
    size_t word = begin;
    while (word > floor && begin - word < 8 && rs_ascii_is_space(s->text.ptr[word - 1])) word--;
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
bool rs_lang_box_json(scan *s, size_t open)
{
    if (!rs_lang_box_any_style(s, RS_BOXTEXT_JSON) || at(s, skip_blanks(s, s->i + 1)) != '"')
        return false;
    size_t from = s->n, i = s->i;
    bool any = false;
    while (at(s, i) == '{') {
        mark m = rs_lang_box_mark_of(s);
        size_t begin = i, label[2];
        rs_boxtext_shape shape = RS_BOXTEXT_UNPARSED;
        bool seen = false;
        if (json_object(s, &i, &shape, label, &seen)) {
            if (!rs_lang_box_add_region(s, begin, i, RS_BOXTEXT_JSON, shape, m.n_pool)) return true;
            rs_lang_box_set_phrase(s, &s->spans[s->n - 1], RS_BOXTEXT_PHRASE_LABEL, label[0],
                                   label[1]);
        } else {
            rs_lang_box_undo(s, m);
            /* an object without coordinates is not ours */
            if (!seen) {
                if (!any) return false;
                break;
            }
            rs_lang_box_add_unparsed(s, begin, i, RS_BOXTEXT_JSON);
        }
        any = true;
        s->i = i;
        size_t j = skip_blanks(s, i);
        if (at(s, j) != ',') break;
        /* the next object of the array */
        j = skip_blanks(s, j + 1);
        if (at(s, j) != '{') break;
        i = j;
    }
    json_enclosure(s, from, open);
    return true;
}
