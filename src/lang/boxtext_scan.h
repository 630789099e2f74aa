/* Inside lang/boxtext: the scan's state and the steps that its files share. An attempt adds to the
 * state and, when it fails, undoes everything since a mark. */
#ifndef RS_LANG_BOXTEXT_SCAN_H
#define RS_LANG_BOXTEXT_SCAN_H

#include "base/ascii.h"
#include "base/arena.h"
#include "base/str.h"
#include "lang/boxtext_span.h"

enum { max_ahead = 96, max_key = 32, max_label = 1024 };

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
    size_t separators_from, separators_end;                   /* last run of separators measured */
    enum { NOT_ASKED, ANSWER_NO, ANSWER_YES } degrees, ruled; /* of the whole text, asked once */
    struct {
        rs_boxtext_phrase kind;
        size_t open, begin, end, outer_end;
        bool closed;
    } phrase;
} scan;

/* Where an attempt began: what it added is undone back to here. */
typedef struct mark {
    size_t n, n_pool;
    uint32_t n_groups;
} mark;

static inline bool is_alpha(char c)
{
    return rs_ascii_is_letter(c) || c == '_';
}

static inline char at(const scan *s, size_t i)
{
    return i < s->text.len ? s->text.ptr[i] : '\0';
}

static inline size_t skip_blanks(const scan *s, size_t i)
{
    while (i < s->text.len && rs_ascii_is_space(s->text.ptr[i])) i++;
    return i;
}

/* Byte by byte: most words differ within two bytes. */
static inline bool has_at(const scan *s, size_t i, rs_str word)
{
    if (i > s->text.len || s->text.len - i < word.len) return false;
    const char *p = s->text.ptr + i;
    size_t n = 0;
    while (n < word.len && p[n] == word.ptr[n]) n++;
    return n == word.len;
}

/* boxtext_scan.c */
bool rs_lang_box_any_style(const scan *s, unsigned styles);
bool rs_lang_box_add_number(scan *s, double v);
bool rs_lang_box_number(scan *s, size_t *i);
bool rs_lang_box_flat_list(scan *s, size_t *i, char closer, bool *stopped);
bool rs_lang_box_is_description(const scan *s, size_t i);
bool rs_lang_box_only_separators(scan *s, size_t from, size_t begin);
bool rs_lang_box_add_region(scan *s, size_t begin, size_t end, rs_boxtext_style style,
                            rs_boxtext_shape shape, size_t first);
void rs_lang_box_add_unparsed(scan *s, size_t begin, size_t end, rs_boxtext_style style);
void rs_lang_box_set_phrase(const scan *s, rs_boxtext_span *span, rs_boxtext_phrase kind,
                            size_t begin, size_t end);
mark rs_lang_box_mark_of(const scan *s);
void rs_lang_box_undo(scan *s, mark m);

/* boxtext_list.c */
bool rs_lang_box_any_list(scan *s, size_t begin, size_t *i, rs_boxtext_style style);
bool rs_lang_box_holds_pair(scan *s, size_t i);
bool rs_lang_box_pairs(scan *s, size_t begin, size_t *i, char closer, rs_boxtext_style style);
bool rs_lang_box_shape_of_count(size_t n, rs_boxtext_shape *shape);
void rs_lang_box_bracket(scan *s);
void rs_lang_box_paren(scan *s);

/* boxtext_tag.c */
void rs_lang_box_geochat(scan *s);
bool rs_lang_box_tags(scan *s);
bool rs_lang_box_bare_fields(scan *s);

/* boxtext_token.c */
bool rs_lang_box_loc(scan *s);
void rs_lang_box_cover_labels(scan *s);
bool rs_lang_box_named_only(scan *s);
bool rs_lang_box_point(scan *s);

/* boxtext_prose.c */
bool rs_lang_box_prose(scan *s);
bool rs_lang_box_prose_angle(scan *s);
bool rs_lang_box_prose_list(scan *s, size_t begin, char closer);

/* boxtext_json.c */
bool rs_lang_box_json(scan *s);

#endif
