/* Picture tags: see picture_tag.h. A tag is a word in <..>, <|..|>, [..] or {..}. Case and the
 * separators in it do not count: "<|start_of_image|>" is "startofimage". Sources: Phi-3-vision and
 * Gemma-3 chat templates, DeepSeek-VL, MiniGPT-4, Idefics2, MMMU, Pixtral, Qwen2-VL. */
#include "lang/picture_tag.h"

#include "base/ascii.h"

#include <string.h>

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

static bool is_word(const word *w, const char *const *list)
{
    for (; *list; list++)
        if (rs_str_eq(rs_str_make(w->letters, w->n), rs_str_of(*list))) return true;
    return false;
}

static bool holds(const word *w, const char *part)
{
    return rs_str_find(rs_str_make(w->letters, w->n), rs_str_of(part)) != RS_NPOS;
}

/* The kind of an angle tag by its word; false = it is about no picture. */
static bool kind_of_word(const word *w, bool closing, rs_picture_tag_kind *out)
{
    static const char *const places[] = {"image",
                                         "images",
                                         "img",
                                         "pic",
                                         "picture",
                                         "photo",
                                         "imagehere",
                                         "imgplaceholder",
                                         "imgtoken",
                                         "imageplaceholder",
                                         "imagetoken",
                                         "imagepad",
                                         "imagesofttoken",
                                         "imgcontext",
                                         "startofimage",
                                         "imagepatch",
                                         "impatch",
                                         "imgpad",
                                         "imageembed",
                                         "imagefeature",
                                         "imagefeatures",
                                         NULL};
    static const char *const openers[] = {"visionstart", "imagestart",   "imgstart",
                                          "boi",         "beginofimage", NULL};
    static const char *const closers[] = {"visionend",  "imageend", "imgend",
                                          "endofimage", "eoi",      NULL};
    static const char *const parts[] = {"image", "img", "video", "audio", "picture", NULL};
    const bool bare_img = w->number < 0 && rs_str_eq(rs_str_make(w->letters, w->n), RS_STR("img"));
    if (closing || is_word(w, closers)) *out = RS_PICTURE_TAG_CLOSE;
    else if (bare_img || is_word(w, openers)) *out = RS_PICTURE_TAG_OPEN;
    else if (is_word(w, places)) *out = RS_PICTURE_TAG_PLACE;
    else *out = RS_PICTURE_TAG_UNCLEAR;
    if (*out != RS_PICTURE_TAG_UNCLEAR && (!closing || is_word(w, places))) return true;
    /* any other single word that speaks of a medium: "<dummy_image>", "<video_3>" */
    *out = RS_PICTURE_TAG_UNCLEAR;
    for (size_t i = 0; parts[i]; i++)
        if (w->single && holds(w, parts[i])) return true;
    return false;
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
    static const char *const words[] = {"image", "img", NULL};
    static const char *const parts[] = {"imgbreak", "imgend", NULL}; /* Pixtral's */
    word w;
    if (inner.len && (inner.ptr[0] == '/' || is_separator(inner.ptr[0]))) return false;
    if (!read_word(inner, &w)) return false;
    if (is_word(&w, words)) out->kind = brace ? RS_PICTURE_TAG_UNCLEAR : RS_PICTURE_TAG_PLACE;
    else if (!brace && is_word(&w, parts)) out->kind = RS_PICTURE_TAG_UNCLEAR;
    else return false;
    out->number = w.number;
    return true;
}

/* The tag that begins at byte `at`; false = none does. */
static bool read_tag(rs_str text, size_t at, rs_picture_tag *out)
{
    const char open = text.ptr[at];
    const char close = open == '<' ? '>' : open == '[' ? ']' : '}';
    size_t end = at + 1;
    while (end < text.len && end - at < MAX_TAG && text.ptr[end] != close) {
        if (memchr("<[{\n\"", text.ptr[end], 5)) break;
        end++;
    }
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

bool rs_lang_picture_tag(rs_str text, size_t from, rs_picture_tag *out)
{
    for (size_t i = from; i < text.len; i++) {
        const char c = text.ptr[i];
        if ((c == '<' || c == '[' || c == '{') && read_tag(text, i, out)) return true;
    }
    return false;
}

bool rs_lang_foreign_picture_tag(rs_str text, rs_picture_tag *out)
{
    for (size_t from = 0; rs_lang_picture_tag(text, from, out); from = out->end)
        if (out->kind != RS_PICTURE_TAG_OWN) return true;
    return false;
}
