/* METEOR's normaliser. The text is an array of code points; each rule is one pass from left to
 * right that never reads what it has just written, as a regular expression's replace-all. */
#include "lang/meteor_norm.h"

#include "base/ascii.h"
#include "lang/passes.h"

#include <utf8proc.h>

/* ---- classes ---------------------------------------------------------------------------- */

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* Letters as Java's regular expression lists them: Latin, Cyrillic, phonetic. */
static bool is_alpha(uint32_t c)
{
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return (c >= 0xc0 && c <= 0x17e && c != 0xd7 && c != 0xf7) || c == 0x178 ||
           (c >= 0x400 && c <= 0x527) || (c >= 0xa640 && c <= 0xa66e) ||
           (c >= 0xa67e && c <= 0xa697) || (c >= 0x1d00 && c <= 0x1d7f);
}

static bool is_alnum(uint32_t c)
{
    return is_digit(c) || is_alpha(c);
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Kept next to a word by the first rule. */
static bool is_inner(uint32_t c)
{
    return is_alnum(c) || is_blank(c) || c == '.' || c == '\'' || c == '`' || c == ',' ||
           c == '-' || c == 0x2018 || c == 0x2019;
}

static bool not_digit(uint32_t c)
{
    return !is_digit(c);
}

static bool not_alpha(uint32_t c)
{
    return !is_alpha(c);
}

static bool not_alpha_digit(uint32_t c)
{
    return !is_alpha(c) && !is_digit(c);
}

static bool is_s(uint32_t c)
{
    return c == 's';
}

static bool alnum_or_dot(uint32_t c)
{
    return is_alnum(c) || c == '.';
}

/* ---- rules ------------------------------------------------------------------------------ */

/* left `mid` right -> left, optional blank, mid (0 = none), optional blank, right. */
static void around(rs_passes *w, bool (*left)(uint32_t), uint32_t mid, bool (*right)(uint32_t),
                   bool before, bool after, bool keep)
{
    const uint32_t *p = w->text.p;
    for (size_t i = 0; i < w->text.n; i++) {
        rs_passes_add(w, p[i]);
        if (i + 2 >= w->text.n || p[i + 1] != mid || !left(p[i]) || !right(p[i + 2])) continue;
        if (before) rs_passes_add(w, ' ');
        if (keep) rs_passes_add(w, mid);
        if (after) rs_passes_add(w, ' ');
        rs_passes_add(w, p[i + 2]);
        i += 2;
    }
    rs_passes_next(w);
}

static void separate_symbols(rs_passes *w)
{
    for (size_t i = 0; i < w->text.n; i++) {
        bool symbol = !is_inner(w->text.p[i]);
        if (symbol) rs_passes_add(w, ' ');
        rs_passes_add(w, w->text.p[i]);
        if (symbol) rs_passes_add(w, ' ');
    }
    rs_passes_next(w);
}

/* A run of dots is a word of its own; marked with 0x110000 + length so that no later rule sees it.
 */
enum { dots_mark = 0x110000 };

static void mark_dots(rs_passes *w)
{
    for (size_t i = 0; i < w->text.n;) {
        size_t end = i;
        while (end < w->text.n && w->text.p[end] == '.') end++;
        if (end - i >= 2) {
            rs_passes_add(w, ' ');
            rs_passes_add(w, dots_mark + (uint32_t)(end - i < 0x1000000 ? end - i : 0x1000000));
            rs_passes_add(w, ' ');
            i = end;
        } else {
            rs_passes_add(w, w->text.p[i++]);
        }
    }
    rs_passes_next(w);
}

static void even_quotes_and_dashes(rs_passes *w)
{
    const uint32_t *p = w->text.p;
    for (size_t i = 0; i < w->text.n; i++)
        w->text.p[i] = p[i] == '`' || p[i] == 0x2018 || p[i] == 0x2019 ? '\'' : p[i];
    for (size_t i = 0; i < w->text.n; i++) {
        bool pair = p[i] == '\'' && i + 1 < w->text.n && p[i + 1] == '\'';
        if (pair || p[i] == 0x201c || p[i] == 0x201d) {
            rs_passes_add(w, ' ');
            rs_passes_add(w, '"');
            rs_passes_add(w, ' ');
            i += pair;
        } else {
            rs_passes_add(w, p[i] == 0x2013 ? '-' : p[i]);
        }
    }
    rs_passes_next(w);
    for (size_t i = 0; i < w->text.n; i++) { /* "--" is one dash */
        rs_passes_add(w, w->text.p[i]);
        if (w->text.p[i] == '-' && i + 1 < w->text.n && w->text.p[i + 1] == '-') i++;
    }
    rs_passes_next(w);
}

static void normalise(rs_passes *w, rs_str line)
{
    rs_passes_add(w, ' ');
    rs_passes_add_text(w, line);
    rs_passes_add(w, ' ');
    rs_passes_next(w);
    separate_symbols(w);
    mark_dots(w);
    /* commas, except between digits */
    around(w, not_digit, ',', not_digit, true, true, true);
    around(w, is_digit, ',', not_digit, true, true, true);
    around(w, not_digit, ',', is_digit, true, true, true);
    even_quotes_and_dashes(w);
    /* hyphens join words: they become blanks */
    around(w, alnum_or_dot, '-', is_alnum, false, true, false);
    /* apostrophes: a word of their own, or the start of a clitic */
    around(w, not_alpha, '\'', not_alpha, true, true, true);
    around(w, not_alpha_digit, '\'', is_alpha, true, true, true);
    around(w, is_alpha, '\'', not_alpha, true, true, true);
    around(w, is_alpha, '\'', is_alpha, true, false, true);
    around(w, is_digit, '\'', is_s, true, false, true);
}

/* ---- words ------------------------------------------------------------------------------ */

/* [begin, end) as UTF-8, case kept. */
static rs_str text_of(rs_words *out, const rs_codes *c, size_t begin, size_t end)
{
    rs_buf buf = {0};
    for (size_t i = begin; i < end; i++) {
        char bytes[4];
        if (c->p[i] > dots_mark)
            for (uint32_t k = dots_mark; k < c->p[i]; k++) rs_buf_char(&buf, '.');
        else rs_buf_add(&buf, bytes, rs_utf8_put(bytes, c->p[i]));
    }
    rs_str text = buf.failed ? (rs_str){NULL, 0} : rs_arena_str(out->arena, rs_buf_view(&buf));
    out->failed |= text.ptr == NULL;
    rs_buf_fini(&buf);
    return text;
}

/* Does the word (without its dot) keep the dot? -1 no, 1 yes, 0 it is an acronym: all dots go. */
static int dot_rule(const rs_prefixes *list, const rs_codes *c, size_t begin, size_t dot,
                    rs_str word)
{
    bool inner_dot = false, letter = false;
    for (size_t i = begin; i < dot; i++) {
        inner_dot |= c->p[i] == '.';
        letter |= is_alpha(c->p[i]);
    }
    /* "U.S." without its last dot has one inside */
    if (inner_dot && letter) return 0;
    size_t id = rs_strmap_get(&list->words, word);
    size_t next = dot + 1;
    while (next < c->n && is_blank(c->p[next])) next++;
    uint32_t first = next < c->n ? c->p[next] : 0;
    /* the list, or a small letter behind it: the sentence has not ended */
    bool listed = id != RS_NPOS && !list->numeric_only[id];
    if (listed || (first >= 'a' && first <= 'z')) return 1;
    if (id != RS_NPOS && list->numeric_only[id] && is_digit(first)) return 1;
    return -1;
}

/* A word with a dot at its end: kept with it, parted from it, or freed of all dots. */
static void put_dotted(rs_words *out, const rs_prefixes *list, const rs_codes *c, size_t begin,
                       size_t end)
{
    rs_str dotted = text_of(out, c, begin, end);
    if (out->failed) return;
    rs_str word = rs_str_sub(dotted, 0, dotted.len - 1);
    int rule = dot_rule(list, c, begin, end - 1, word);
    if (rule == 1) {
        rs_words_add(out, dotted);
    } else if (rule == -1) {
        rs_words_add(out, word);
        rs_words_add(out, rs_str_sub(dotted, dotted.len - 1, dotted.len));
    } else {
        char *p = rs_arena_alloc(out->arena, dotted.len);
        size_t n = 0;
        for (size_t i = 0; p && i < dotted.len; i++)
            if (dotted.ptr[i] != '.') p[n++] = dotted.ptr[i];
        rs_words_add(out, rs_str_make(p, n));
    }
}

static void split(rs_words *out, const rs_prefixes *list, const rs_codes *c)
{
    for (size_t i = 0; i < c->n && !out->failed;) {
        while (i < c->n && is_blank(c->p[i])) i++;
        size_t begin = i;
        while (i < c->n && !is_blank(c->p[i])) i++;
        if (i == begin) break;
        /* a dot alone is a word */
        if (i - begin > 1 && c->p[i - 1] == '.') put_dotted(out, list, c, begin, i);
        else rs_words_add(out, text_of(out, c, begin, i));
    }
}

static bool is_wide_blank(uint32_t c)
{
    return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
           c == 0x3000;
}

/* Replaces the word by its lower case; false when nothing is left (a blank of Unicode). */
static bool lower(rs_words *out, rs_str *word)
{
    char *ascii = NULL;
    for (size_t i = 0; i < word->len; i++) {
        char c = word->ptr[i];
        if ((unsigned char)c >= 0x80) goto slow;
        if (c < 'A' || c > 'Z') continue;
        /* copied once something has to change */
        if (!ascii) {
            ascii = rs_arena_alloc(out->arena, word->len);
            if (!ascii) {
                out->failed = true;
                return false;
            }
            memcpy(ascii, word->ptr, word->len);
            word->ptr = ascii;
        }
        ascii[i] = (char)(c + 32);
    }
    return true;
slow:;
    rs_buf buf = {0};
    bool any = false;
    for (const char *p = word->ptr, *end = p + word->len; p < end;) {
        uint32_t code = rs_utf8_next(&p, end);
        char bytes[4];
        any |= !is_wide_blank(code);
        if (code == 0x130) { /* dotted capital I: two code points in lower case */
            rs_buf_cstr(&buf, "i\xcc\x87");
            continue;
        }
        rs_buf_add(&buf, bytes,
                   rs_utf8_put(bytes, (uint32_t)utf8proc_tolower((utf8proc_int32_t)code)));
    }
    *word = buf.failed ? (rs_str){NULL, 0} : rs_arena_str(out->arena, rs_buf_view(&buf));
    out->failed |= word->ptr == NULL;
    rs_buf_fini(&buf);
    return any;
}

/* Small letters, digits and blanks alone: no rule has anything to do. The words are pieces of
 * `line`. */
static bool put_plain(rs_words *out, rs_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        const char c = line.ptr[i];
        if (c != ' ' && !rs_ascii_is_lower(c) && !rs_ascii_is_digit(c)) return false;
    }
    for (rs_str word; rs_str_split(&line, ' ', &word);) rs_words_add(out, word);
    return true;
}

rsift_status rs_lang_meteor_words(rs_arena *arena, const rs_prefixes *list, rs_str line,
                                  rs_str **items, size_t *n_items, rsift_error *err)
{
    rs_passes w = {0};
    rs_words out = {.arena = arena};
    *items = NULL;
    if (put_plain(&out, line)) {
        *items = out.items;
        *n_items = out.n;
        return out.failed ? rs_err_nomem(err, "words for METEOR") : RSIFT_OK;
    }
    normalise(&w, line);
    out.failed = w.failed;
    if (!out.failed) split(&out, list, &w.text);
    size_t n = 0;
    for (size_t i = 0; i < out.n && !out.failed; i++)
        if (lower(&out, &out.items[i])) out.items[n++] = out.items[i];
    rs_passes_fini(&w);
    *items = out.items;
    *n_items = n;
    return out.failed ? rs_err_nomem(err, "words for METEOR") : RSIFT_OK;
}

rsift_status rs_lang_prefixes_read(rs_prefixes *list, rs_str text, rsift_error *err)
{
    for (rs_str line; rs_str_line(&text, &line);) {
        line = rs_str_trim(line);
        size_t end = 0;
        while (end < line.len && !is_blank((unsigned char)line.ptr[end])) end++;
        rs_str word = rs_str_sub(line, 0, end);
        /* comments and empty lines */
        if (word.len == 0 || word.ptr[0] == '#') continue;
        size_t id = rs_strmap_put(&list->words, word, &(bool){false});
        if (id == RS_NPOS || !RS_VEC_RESERVE(list->numeric_only, list->cap, list->words.n))
            return rs_err_nomem(err, "the list of prefixes");
        list->numeric_only[id] = rs_str_ends(line, RS_STR("#NUMERIC_ONLY#"));
    }
    return RSIFT_OK;
}

void rs_lang_prefixes_fini(rs_prefixes *list)
{
    rs_strmap_fini(&list->words);
    rs_free(list->numeric_only);
    *list = (rs_prefixes){0};
}
