/* Picture tags: see picture_tag.h. A tag is a word in <..>, <|..|>, [..] or {..}. Case and the
 * separators in it do not count: "<|start_of_image|>" is "startofimage". Sources: Phi-3-vision and
 * Gemma-3 chat templates, DeepSeek-VL, MiniGPT-4, Idefics2, MMMU, Pixtral, Qwen2-VL. */
#include "lang/picture_tag.h"

#include "base/ascii.h"
#include "base/eight.h"

enum { MAX_TAG = 64, MAX_WORD = 32 };

/* The letters of a tag's word, in lower case, and the number behind them. */
typedef struct word {
    char letters[MAX_WORD];
    size_t n;
    int32_t number; /* -1 = none */
    bool single;    /* no blank stands between its letters */
} word;

static bool is_separator(char c)
{
    return c == '_' || c == '-' || c == ' ' || c == ':' || c == '#' || c == '.';
}

/* Reads what stands between the brackets; false = it is no word with perhaps a number. */
static bool read_word(rs_str inner, word *out)
{
    *out = (word){.number = -1, .single = true};
    for (size_t i = 0; i < inner.len; i++) {
        const char c = inner.ptr[i];
        if (rs_ascii_is_digit(c)) {
            if (out->n == 0 || out->number > 999) return false;
            out->number = 10 * (out->number < 0 ? 0 : out->number) + (c - '0');
        } else if (rs_ascii_is_letter(c)) {
            if (out->n == MAX_WORD || out->number >= 0) return false;
            out->single = out->single && !(out->n && inner.ptr[i - 1] == ' ');
            out->letters[out->n++] = rs_ascii_lower(c);
        } else if (!is_separator(c)) {
            return false;
        }
    }
    return out->n > 0;
}

#define WORD(literal) {literal, sizeof(literal) - 1}

static const rs_str places[] = {
    WORD("image"),          WORD("images"),     WORD("img"),          WORD("pic"),
    WORD("picture"),        WORD("photo"),      WORD("imagehere"),    WORD("imgplaceholder"),
    WORD("imgtoken"),       WORD("imagetoken"), WORD("startofimage"), WORD("imageplaceholder"),
    WORD("imagesofttoken"), WORD("imgcontext"), WORD("imagepad"),     WORD("imagepatch"),
    WORD("impatch"),        WORD("imgpad"),     WORD("imageembed"),   WORD("imagefeature"),
    WORD("imagefeatures")};
static const rs_str openers[] = {WORD("visionstart"), WORD("imagestart"), WORD("imgstart"),
                                 WORD("boi"), WORD("beginofimage")};
static const rs_str closers[] = {WORD("visionend"), WORD("imageend"), WORD("imgend"),
                                 WORD("endofimage"), WORD("eoi")};
static const rs_str media[] = {WORD("image"), WORD("img"), WORD("video"), WORD("audio"),
                               WORD("picture")};

#define IS_WORD(w, list) is_word(w, list, sizeof(list) / sizeof *(list))

static bool is_word(const word *w, const rs_str *list, size_t n)
{
    const rs_str letters = rs_str_make(w->letters, w->n);
    for (size_t i = 0; i < n; i++)
        if (rs_str_eq(letters, list[i])) return true;
    return false;
}

static bool names_medium(const word *w)
{
    for (size_t i = 0; i < sizeof media / sizeof *media; i++)
        if (rs_str_find(rs_str_make(w->letters, w->n), media[i]) != RS_NPOS) return true;
    return false;
}

/* The kind of an angle tag by its word; false = it is about no picture. */
static bool kind_of_word(const word *w, bool closing, rs_picture_tag_kind *out)
{
    enum { SHORTEST = 3 }; /* letters of "img" and "boi" */
    if (w->n < SHORTEST) return false;
    const bool bare_img = w->number < 0 && rs_str_eq(rs_str_make(w->letters, w->n), RS_STR("img"));
    if (closing || IS_WORD(w, closers)) *out = RS_PICTURE_TAG_CLOSE;
    else if (bare_img || IS_WORD(w, openers)) *out = RS_PICTURE_TAG_OPEN;
    else if (IS_WORD(w, places)) *out = RS_PICTURE_TAG_PLACE;
    else *out = RS_PICTURE_TAG_UNCLEAR;
    if (*out != RS_PICTURE_TAG_UNCLEAR && (!closing || IS_WORD(w, places))) return true;
    /* any other single word that speaks of a medium: "<dummy_image>", "<video_3>" */
    *out = RS_PICTURE_TAG_UNCLEAR;
    return w->single && names_medium(w);
}

/* <..>, </..> and <|..|>. */
static bool read_angle(rs_str inner, rs_picture_tag *out)
{
    word w;
    const rs_str html = RS_STR("img ");
    if (inner.len > html.len && rs_str_eq_nocase(rs_str_sub(inner, 0, html.len), html)) {
        if (read_word(inner, &w) && rs_str_eq(rs_str_make(w.letters, w.n), RS_STR("img"))) {
            out->number = w.number; /* "<img 1>" */
            out->kind = RS_PICTURE_TAG_PLACE;
        } else {
            out->kind = RS_PICTURE_TAG_UNCLEAR; /* HTML's <img src=..> */
        }
        return true;
    }
    const bool bars = inner.len > 2 && inner.ptr[0] == '|' && inner.ptr[inner.len - 1] == '|';
    if (bars) inner = rs_str_sub(inner, 1, inner.len - 1);
    const bool closing = inner.len > 1 && inner.ptr[0] == '/';
    if (closing) inner = rs_str_sub(inner, 1, inner.len);
    else if (inner.len > 1 && inner.ptr[inner.len - 1] == '/') /* "<image/>" */
        inner = rs_str_trim(rs_str_sub(inner, 0, inner.len - 1));
    if (!read_word(inner, &w) || !kind_of_word(&w, closing, &out->kind)) return false;
    out->number = w.number;
    return true;
}

/* [IMG], [image 1] and {image}: only these words, since such brackets hold anything. */
static bool read_bracket(rs_str inner, bool brace, rs_picture_tag *out)
{
    static const rs_str words[] = {WORD("image"), WORD("img")};
    static const rs_str parts[] = {WORD("imgbreak"), WORD("imgend")}; /* Pixtral's */
    word w;
    if (inner.len && (inner.ptr[0] == '/' || is_separator(inner.ptr[0]))) return false;
    if (!read_word(inner, &w)) return false;
    if (IS_WORD(&w, words)) out->kind = brace ? RS_PICTURE_TAG_UNCLEAR : RS_PICTURE_TAG_PLACE;
    else if (!brace && IS_WORD(&w, parts)) out->kind = RS_PICTURE_TAG_UNCLEAR;
    else return false;
    out->number = w.number;
    return true;
}

/* May a word for a picture begin with this byte? A number, as of box text, is none. */
static bool begins_word(char open, char c)
{
    return rs_ascii_is_letter(c) || (open == '<' && (c == '|' || c == '/' || is_separator(c)));
}

static bool ends_search(char c)
{
    return c == '<' || c == '[' || c == '{' || c == '\n' || c == '"';
}

/* May a tag begin at byte `at`: an opening bracket with such a byte behind it? */
static bool may_begin(rs_str text, size_t at)
{
    const char open = text.ptr[at];
    return (open == '<' || open == '[' || open == '{') && at + 1 < text.len &&
           begins_word(open, text.ptr[at + 1]);
}

/* The tag that may begin at byte `at`; false = none does. */
static bool read_tag(rs_str text, size_t at, rs_picture_tag *out)
{
    const char open = text.ptr[at];
    const char close = open == '<' ? '>' : open == '[' ? ']' : '}';
    size_t end = at + 1;
    while (end < text.len && end - at < MAX_TAG && text.ptr[end] != close &&
           !ends_search(text.ptr[end]))
        end++;
    *out = (rs_picture_tag){.begin = at, .number = -1};
    const rs_str inner = rs_str_sub(text, at + 1, end);
    if (open == '<' && rs_str_starts(inner, RS_STR("img ")) && end < text.len) {
        const bool closed = text.ptr[end] == close; /* an HTML tag of any length */
        if (!closed) {
            out->end = end;
            out->kind = RS_PICTURE_TAG_UNCLEAR;
            return true;
        }
    }
    if (end >= text.len || text.ptr[end] != close) return false;
    out->end = end + 1;
    if (open != '<') return read_bracket(inner, open == '{', out);
    if (rs_str_eq(inner, RS_STR("image"))) {
        out->kind = RS_PICTURE_TAG_OWN;
        return true;
    }
    return read_angle(inner, out);
}

/* The first byte at or behind `i` where a tag may begin; the text's end when there is none. */
static size_t next_opener(rs_str text, size_t i)
{
    while (i < text.len) {
        if (text.len - i >= 8) {
            /* with bit 5 set '[' is '{', and '<' stays */
            const uint64_t w = rs_eight_load(text.ptr + i) | 0x20 * RS_EIGHT_ONES;
            if (!(rs_eight_equal(w, '{') | rs_eight_equal(w, '<'))) {
                i += 8;
                continue;
            }
        }
        for (const size_t end = text.len - i > 8 ? i + 8 : text.len; i < end; i++)
            if (may_begin(text, i)) return i;
    }
    return i;
}

bool rs_lang_picture_tag(rs_str text, size_t from, rs_picture_tag *out)
{
    for (size_t i = next_opener(text, from); i < text.len; i = next_opener(text, i + 1))
        if (read_tag(text, i, out)) return true;
    return false;
}

bool rs_lang_foreign_picture_tag(rs_str text, rs_picture_tag *out)
{
    for (size_t from = 0; rs_lang_picture_tag(text, from, out); from = out->end)
        if (out->kind != RS_PICTURE_TAG_OWN) return true;
    return false;
}
