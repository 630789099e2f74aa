/* Contents of turns: see content.h. Sources: OpenAI's chat completions, QwenLM/Qwen-VL README
 * ("<img>"), Phi-3-vision's and MMMU's numbered tags. */
#include "readers/content.h"

#include "base/ascii.h"
#include "lang/boxtext.h"
#include "lang/picture_tag.h"

/* ---- media ---------------------------------------------------------------------------------- */

/* Does the list name pictures only: texts of which none ends as a film does? */
static bool lists_frames(const rs_json *value)
{
    static const char *const films[] = {".mp4", ".avi", ".mov", ".mkv", ".webm", NULL};
    if (rs_json_kind(value) != RS_JSON_ARRAY) return false;
    rs_json_iter it = rs_json_each(value);
    for (const rs_json *one; (one = rs_json_next(&it, NULL));) {
        const rs_str name = rs_json_str(one);
        if (!name.len) return false;
        for (size_t i = 0; films[i]; i++)
            if (rs_str_eq_nocase(rs_str_extension(name), rs_str_of(films[i]))) return false;
    }
    return true;
}

rsift_status rs_content_refuse_media(rs_parse *p, const rs_json *root, rs_str frames, bool *bad)
{
    static const char *const keys[] = {"video", "videos", "audio", "audios"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !*bad; i++) {
        const rs_json *value = rs_json_get(root, keys[i]);
        const rs_json_type kind = rs_json_kind(value);
        const bool named =
            kind == RS_JSON_STR
                ? rs_json_str(value).len > 0
                : (kind == RS_JSON_ARRAY || kind == RS_JSON_OBJECT) && rs_json_len(value) > 0;
        if (!named || (rs_str_eq(frames, rs_str_of(keys[i])) && lists_frames(value))) continue;
        *bad = true;
        RS_TRY(rs_parse_find(p, RS_F_MEDIA_UNSUPPORTED, rs_str_of(keys[i]),
                             "only pictures are read, found the field %s", keys[i]));
    }
    return RSIFT_OK;
}

bool rs_content_is_bytes(rs_str name)
{
    enum { LONGEST_NAME = 512 };
    /* JPEG, PNG, GIF, WebP, TIFF of either order, BMP */
    static const char *const begins[] = {"/9j/", "iVBORw0KGgo", "R0lGOD", "UklGR",
                                         "SUkq", "TU0AK",       "Qk"};
    if (rs_str_starts(name, RS_STR("data:"))) return true;
    for (size_t i = 0; name.len > LONGEST_NAME && i < sizeof begins / sizeof *begins; i++)
        if (rs_str_starts(name, rs_str_of(begins[i]))) return true;
    return false;
}

rsift_status rs_content_find_bytes(rs_parse *p, rs_str where)
{
    return rs_parse_find(
        p, RS_F_MEDIA_UNSUPPORTED, where,
        "expected a picture's file, found its bytes in the text: write each to a file "
        "and name that");
}

/* Adds a picture's name; "data:" is the picture itself, which no file holds. */
static rsift_status add_name(rs_parse *p, rs_named_pictures *pictures, rs_str name, bool *bad)
{
    if (rs_content_is_bytes(name)) {
        *bad = true;
        return rs_content_find_bytes(p, RS_STR("content"));
    }
    if (rs_str_starts(name, RS_STR("file://"))) name = rs_str_sub(name, 7, name.len);
    if (!rs_arena_grow(p->scratch, (void **)&pictures->names, &pictures->cap, pictures->n + 1,
                       sizeof name))
        return rs_err_nomem(p->err, "the pictures of a record");
    pictures->names[pictures->n++] = name;
    return RSIFT_OK;
}

/* ---- picture tags ---------------------------------------------------------------------------- */

/* The places of one text that become "<image>". */
typedef struct tagged_text {
    rs_parse *p;
    rs_named_pictures *pictures;
    rs_str text;
    rs_buf made;
    bool bad;
} tagged_text;

/* Numbers must count the places of the record from 0 or 1; with another order it is not told which
 * picture is which. */
static bool is_next(rs_named_pictures *pictures, const rs_picture_tag *tag)
{
    const bool numbered = tag->number >= 0, first = !pictures->n_places++;
    if (first) pictures->next_number = tag->number;
    if (first && tag->number > 1) return false;
    if (numbered != (pictures->next_number >= 0) || tag->number != pictures->next_number)
        return false;
    if (numbered) pictures->next_number++;
    return true;
}

/* The tag that begins at `from`, blanks passed over. */
static bool tag_at(rs_str text, size_t from, rs_picture_tag *out)
{
    while (from < text.len && rs_ascii_is_space(text.ptr[from])) from++;
    return rs_lang_picture_tag(text, from, out) && out->begin == from;
}

/* Behind an opening tag: one place, or its one word again and again (a place for each of a model's
 * tokens), or a picture's name; then the closing tag. *end = behind it. */
static bool read_enclosed(const tagged_text *t, const rs_picture_tag *open, rs_picture_tag *place,
                          rs_str *name, size_t *end)
{
    rs_picture_tag tag;
    *name = (rs_str){0};
    *place = *open;
    for (size_t at = open->end, n = 0; tag_at(t->text, at, &tag); at = tag.end, n++) {
        *end = tag.end;
        if (tag.kind == RS_PICTURE_TAG_CLOSE) return n > 0;
        if (tag.kind > RS_PICTURE_TAG_PLACE || (n && tag.number >= 0)) return false;
        *place = tag;
    }
    if (!rs_lang_picture_tag(t->text, open->end, &tag) || tag.kind != RS_PICTURE_TAG_CLOSE)
        return false;
    *end = tag.end;
    *name = rs_str_trim(rs_str_sub(t->text, open->end, tag.begin));
    return name->len > 0;
}

/* One tag of the text, whose end moves behind what belongs to it; false = it cannot be read. */
static rsift_status take_tag(tagged_text *t, rs_picture_tag *tag, bool *good)
{
    const rs_picture_tag open = *tag;
    rs_picture_tag place = open, next;
    rs_str name = {0};
    *good = tag->kind <= RS_PICTURE_TAG_OPEN;
    if (tag->kind == RS_PICTURE_TAG_OPEN) *good = read_enclosed(t, &open, &place, &name, &tag->end);
    else if (tag_at(t->text, tag->end, &next) && next.kind == RS_PICTURE_TAG_CLOSE)
        tag->end = next.end; /* "<start_of_image><end_of_image>" */
    *good = *good && is_next(t->pictures, &place);
    if (!*good) return RSIFT_OK;
    return name.len ? add_name(t->p, t->pictures, name, &t->bad) : RSIFT_OK;
}

rsift_status rs_content_take_picture_tags(rs_parse *p, rs_named_pictures *pictures, unsigned signs,
                                          rs_str *text, bool *bad)
{
    const unsigned brackets = RS_BOXTEXT_SIGN_BRACE | RS_BOXTEXT_SIGN_BRACKET | RS_BOXTEXT_SIGN_TAG;
    signs = rs_lang_boxtext_signs_of(*text, signs);
    /* most texts hold no tag but "<image>", a place without a number */
    if (!(signs & brackets)) {
        if (signs & RS_BOXTEXT_SIGN_ANGLE && !pictures->n_places++) pictures->next_number = -1;
        return RSIFT_OK;
    }
    tagged_text t = {.p = p, .pictures = pictures, .text = *text};
    rs_picture_tag tag;
    rsift_status status = RSIFT_OK;
    bool good = true;
    size_t from = 0, copied = 0; /* what is left as it is is copied once something is not */
    for (; status == RSIFT_OK && good && rs_lang_picture_tag(t.text, from, &tag); from = tag.end) {
        const size_t end = tag.end;
        status = take_tag(&t, &tag, &good);
        if (!good || (tag.kind == RS_PICTURE_TAG_OWN && tag.end == end)) continue;
        rs_buf_str(&t.made, rs_str_sub(t.text, copied, tag.begin));
        rs_buf_cstr(&t.made, "<image>");
        copied = tag.end;
    }
    const bool foreign = copied > 0;
    if (foreign) rs_buf_str(&t.made, rs_str_sub(t.text, copied, t.text.len));
    if (status == RSIFT_OK && t.made.failed) status = rs_err_nomem(p->err, "a turn");
    /* what cannot be read stays, and rs_check_turns finds it */
    if (status == RSIFT_OK && good && foreign)
        status = rs_parse_copy(p, rs_buf_view(&t.made), text);
    *bad = *bad || t.bad;
    rs_buf_fini(&t.made);
    return status;
}

rsift_status rs_content_take_series(rs_parse *p, size_t n, rs_str *text)
{
    const rs_str tag = RS_STR("<video>");
    rs_buf made = {0};
    rs_str rest = *text;
    size_t at = rs_str_find(rest, tag);
    if (at == RS_NPOS) return RSIFT_OK;
    for (; at != RS_NPOS; at = rs_str_find(rest, tag)) {
        rs_buf_str(&made, rs_str_sub(rest, 0, at));
        for (size_t i = 0; i < n && !made.failed; i++) rs_buf_cstr(&made, "<image>");
        rest = rs_str_sub(rest, at + tag.len, rest.len);
    }
    rs_buf_str(&made, rest);
    const rsift_status status =
        made.failed ? rs_err_nomem(p->err, "a turn") : rs_parse_copy(p, rs_buf_view(&made), text);
    rs_buf_fini(&made);
    return status;
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* The name that a picture part gives: text, {"url": ..} or {"path": ..}; ptr NULL = none. */
static rs_str name_of_part(const rs_json *part)
{
    static const char *const keys[] = {"image_url", "image", "path", "url"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const rs_json *value = rs_json_get(part, keys[i]);
        rs_str name = rs_json_str(value);
        if (!name.ptr) name = rs_json_str(rs_json_get(value, "url"));
        if (!name.ptr) name = rs_json_str(rs_json_get(value, "path"));
        if (name.len) return name;
    }
    return (rs_str){0};
}

/* What a part is: a text, or a picture's file by its name (empty = one of the record's); anything
 * else, and a part that holds both, cannot stand in a text. */
static bool is_readable(const rs_json *part, rs_str *text, rs_str *name)
{
    static const char *const texts[] = {"text", "input_text", "output_text", NULL};
    const rs_str type = rs_json_str(rs_json_get(part, "type"));
    *text = rs_json_str(rs_json_get(part, "text"));
    *name = name_of_part(part);
    if (rs_json_get(part, "source")) return false; /* the picture's bytes */
    if (!type.ptr) return text->ptr ? !name->len : name->len > 0;
    for (size_t i = 0; texts[i]; i++)
        if (rs_str_eq(type, rs_str_of(texts[i]))) return text->ptr && !name->len;
    if (rs_str_find(type, RS_STR("image")) == RS_NPOS || text->len) return false;
    *text = (rs_str){0};
    return true;
}

/* One part as text. */
static rsift_status read_part(rs_parse *p, const rs_json *part, rs_named_pictures *pictures,
                              rs_str *out, bool *bad)
{
    rs_str name;
    if (is_readable(part, out, &name)) {
        if (out->ptr) return rs_content_take_picture_tags(p, pictures, 0, out, bad);
        *out = RS_STR("<image>");
        if (!pictures->n_places++) pictures->next_number = -1;
        return name.len ? add_name(p, pictures, name, bad) : RSIFT_OK;
    }
    *bad = true;
    char quote[RS_QUOTE_SIZE];
    const rs_str type = rs_json_str(rs_json_get(part, "type"));
    if (rs_json_kind(part) != RS_JSON_OBJECT) /* several texts are not one text */
        return rs_parse_find(p, RS_F_FIELD_TYPE, RS_STR("content"),
                             "expected a text or content parts, found a list that holds %s",
                             rs_json_kind_name(rs_json_kind(part)));
    return rs_parse_find(p, RS_F_MEDIA_UNSUPPORTED, RS_STR("content"),
                         "expected a text or a picture's file, found a part of type \"%s\"",
                         rs_err_quote(quote, type.ptr ? type : RS_STR("")));
}

rsift_status rs_content_join_parts(rs_parse *p, const rs_json *parts, rs_named_pictures *pictures,
                                   rs_str *out, bool *bad)
{
    rs_buf text = {0};
    rsift_status status = RSIFT_OK;
    if (rs_json_len(parts) == 0) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_TYPE, RS_STR("content"),
                             "expected a text or content parts, found an empty list");
    }
    rs_json_iter it = rs_json_each(parts);
    for (const rs_json *part; status == RSIFT_OK && !*bad && (part = rs_json_next(&it, NULL));) {
        rs_str piece;
        status = read_part(p, part, pictures, &piece, bad);
        if (status == RSIFT_OK && !*bad) rs_buf_str(&text, piece);
    }
    if (status == RSIFT_OK && text.failed) status = rs_err_nomem(p->err, "a turn");
    if (status == RSIFT_OK) status = rs_parse_copy(p, rs_buf_view(&text), out);
    rs_buf_fini(&text);
    return status;
}
