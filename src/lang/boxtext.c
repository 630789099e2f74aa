/* Box text in sentences. One forward scan; an opener starts an attempt, and an attempt never reads
 * past the byte where it failed, so the scan continues there and every byte is read a bounded
 * number of times.
 *
 * Met in releases: GeoChat writes `}{` and `}<delim>{`, negative numbers and numbers above 100;
 * EarthDial's files write `[[x, y, x, y, a]][[..]]` bare; EarthGPT writes several boxes in one
 * bracket with ';'; Falcon puts bare `<855>` tokens into <box>, <quad> and <poly>. Prompts describe
 * formats ("[x1, y1, x2, y2]", "{<x1><y1>..}") and must not pass for coordinates. */
#include "lang/boxtext.h"

#include "lang/boxtext_scan.h"

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

/* A phrase tag at the scan's position: remembered for the spans that follow its end. */
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
                while (begin < end && rs_ascii_is_space(s->text.ptr[begin])) begin++;
                while (end > begin && rs_ascii_is_space(s->text.ptr[end - 1])) end--;
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
    if (rs_lang_box_tags(s) || rs_lang_box_loc(s) || rs_lang_box_point(s) ||
        rs_lang_box_named_only(s) || rs_lang_box_bare_fields(s))
        return;
    if (rs_lang_box_prose_angle(s)) return;
    s->i++;
}

static void try_brace(scan *s)
{
    if (rs_lang_box_json(s)) return;
    if (rs_lang_box_any_style(s, RS_BOXTEXT_GEOCHAT)) rs_lang_box_geochat(s);
    else s->i++;
}

#define BIT(c) ((uint64_t)1 << ((c) & 63))

/* Bytes at which an attempt begins: openers, and those of a box without one (rs_lang_box_prose):
 * digits, letters of axes, Chinese brackets. Most bytes of a text are none. */
static const uint64_t starts[4] = {[0] = BIT('<') | BIT('(') | (BIT('9' + 1) - BIT('0')),
                                   [1] = BIT('{') | BIT('[') | BIT('x') | BIT('X') | BIT('l') |
                                         BIT('L') | BIT('c') | BIT('C'),
                                   [3] = ~(uint64_t)0 << (0xe3 & 63)};

static bool is_start(char c)
{
    const unsigned char byte = (unsigned char)c;
    return starts[byte >> 6] >> (byte & 63) & 1;
}

/* ---- the scan --------------------------------------------------------------------------- */

rsift_status rs_lang_boxtext_parse(rs_arena *arena, rs_str text, unsigned styles, rs_boxtext *out,
                                   rsift_error *err)
{
    scan s = {.text = text, .arena = arena, .styles = styles};
    *out = (rs_boxtext){0};
    while (!s.nomem) {
        while (s.i < text.len && !is_start(text.ptr[s.i])) s.i++;
        if (s.i >= text.len) break;
        switch (text.ptr[s.i]) {
        case '{': try_brace(&s); break;
        case '<': try_angle(&s); break;
        case '[': rs_lang_box_bracket(&s); break;
        case '(': rs_lang_box_paren(&s); break;
        default:
            if (!rs_lang_box_prose(&s)) s.i++;
        }
    }
    if (s.nomem) return rs_err_nomem(err, "box text");
    rs_lang_box_cover_labels(&s);
    /* the pool may have moved while it grew: indices become pointers now */
    for (size_t k = 0; k < s.n; k++)
        s.spans[k].numbers = s.spans[k].n_numbers ? s.pool + s.first[k] : NULL;
    *out = (rs_boxtext){s.spans, s.n, s.n_unparsed, s.n_groups};
    return RSIFT_OK;
}

const rs_boxtext rs_lang_boxtext_none = {0};

const rs_boxtext *rs_lang_boxtext_copy(rs_arena *arena, const rs_boxtext *boxes)
{
    size_t n_numbers = 0;
    if (boxes->n == 0) return &rs_lang_boxtext_none;
    for (size_t k = 0; k < boxes->n; k++) n_numbers += boxes->spans[k].n_numbers;
    rs_boxtext *copy = rs_arena_alloc(arena, sizeof *copy + boxes->n * sizeof *copy->spans +
                                                 n_numbers * sizeof(double));
    if (!copy) return NULL;
    *copy = *boxes;
    copy->spans = (rs_boxtext_span *)(copy + 1);
    double *numbers = (double *)(copy->spans + boxes->n);
    memcpy(copy->spans, boxes->spans, boxes->n * sizeof *copy->spans);
    for (size_t k = 0; k < boxes->n; k++) {
        rs_boxtext_span *span = &copy->spans[k];
        if (!span->n_numbers) continue;
        memcpy(numbers, span->numbers, span->n_numbers * sizeof *numbers);
        span->numbers = numbers;
        numbers += span->n_numbers;
    }
    return copy;
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

/* Molmo's points count in per cent; a JSON key "point" may count in anything. */
static const char *spelling_of(rs_boxtext_style style)
{
    return style == RS_BOXTEXT_POINT ? "molmo-point" : rs_lang_boxtext_style_name(style);
}

const char *rs_lang_boxtext_spelling(const rs_boxtext_span *span)
{
    return span->key ? span->key : spelling_of(span->style);
}

bool rs_lang_boxtext_is_spelling(rs_str spelling)
{
    for (unsigned style = 1; style <= RS_BOXTEXT_SEG; style <<= 1)
        if (rs_str_eq(spelling, rs_str_of(spelling_of((rs_boxtext_style)style)))) return true;
    return rs_lang_boxtext_is_key(spelling);
}

/* Bytes that may stand between two numbers of a box; the letters are those of location tokens,
 * points and escaped white space. */
static bool parts_numbers(char c)
{
    switch (c) {
    case ' ':
    case ',':
    case ';':
    case '|':
    case '-':
    case '+':
    case '<':
    case '>':
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case '"':
    case '\\':
    case 'n':
    case 't':
    case 'r':
    case 'x':
    case 'y':
    case 'l':
    case 'o':
    case 'c':
    case '_':
    case '.':
    case '=': return true;
    default: return false;
    }
}

/* Is one of the '<' not that of a picture's tag? */
static bool has_other_tag(rs_str text)
{
    const rs_str picture = RS_STR("<image>");
    for (size_t i; (i = rs_str_find_char(text, '<')) != RS_NPOS;) {
        text = rs_str_sub(text, i, text.len);
        if (!rs_str_starts(text, picture)) return true;
        text = rs_str_sub(text, picture.len, text.len);
    }
    return false;
}

enum { WIDE = 32 }; /* bytes that are looked at together */
typedef unsigned char byte;

/* Adds the signs of WIDE bytes, each at its own place: in bytes alone and without a branch, so that
 * compilers make vectors of it. A comparison's minus is all bits or none. */
static void add_signs(const char *restrict p, byte *restrict signs)
{
    for (size_t i = 0; i < WIDE; i++) {
        const byte c = (byte)p[i], digit = (byte)(c - '0');
        signs[i] |=
            (byte)((-(digit < 10) & RS_BOXTEXT_SIGN_DIGIT) | (-(c == '{') & RS_BOXTEXT_SIGN_BRACE) |
                   (-((c == '[') | (c == '(')) & RS_BOXTEXT_SIGN_BRACKET) |
                   (-(c == '<') & RS_BOXTEXT_SIGN_ANGLE) | (-(c >= 0x80) & RS_BOXTEXT_SIGN_WIDE));
    }
}

unsigned rs_lang_boxtext_signs(rs_str text)
{
    byte each[WIDE] = {0};
    char padded[WIDE] = {0};
    byte found = RS_BOXTEXT_SIGNS_KNOWN;
    rs_str all = text;
    if (text.len < WIDE) {
        if (text.len) memcpy(padded, text.ptr, text.len);
        all = rs_str_make(padded, WIDE);
    }
    for (size_t i = 0; i < all.len; i += WIDE) /* the last ones may be looked at twice */
        add_signs(all.ptr + (all.len - i < WIDE ? all.len - WIDE : i), each);
    for (size_t i = 0; i < WIDE; i++) found |= each[i];
    const bool other = found & RS_BOXTEXT_SIGN_ANGLE && has_other_tag(text);
    return found | (other ? RS_BOXTEXT_SIGN_TAG : 0u);
}

bool rs_lang_boxtext_possible(rs_str bytes)
{
    enum { GAP = 24 };
    for (size_t i = 0; i < bytes.len;) {
        if (!rs_ascii_is_digit(bytes.ptr[i])) {
            i++;
            continue;
        }
        while (i < bytes.len && (rs_ascii_is_digit(bytes.ptr[i]) || bytes.ptr[i] == '.')) i++;
        size_t begin = i;
        for (size_t n = 0; i < bytes.len && n < GAP; i++) { /* any indent is one separator */
            if (rs_ascii_is_space(bytes.ptr[i])) continue;
            if (!parts_numbers(bytes.ptr[i])) break;
            n++;
        }
        if (i > begin && i < bytes.len && rs_ascii_is_digit(bytes.ptr[i])) return true;
    }
    return false;
}
