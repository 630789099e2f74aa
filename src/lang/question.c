/* Questions without what is only layout; see question.h. */
#include "lang/question.h"

#include "base/ascii.h"
#include "base/utf8.h"

/* Does the sentence only say how to answer? "Answer the question using a single word or phrase." */
static bool is_format_phrase(rs_str sentence)
{
    static const char *const starts[] = {"answer ",        "please answer", "respond",
                                         "please respond", "reply ",        "give a short",
                                         "use a single"};
    static const char *const forms[] = {"word",   "phrase", "yes or no", "yes/no", "'yes' or 'no'",
                                        "option", "letter", "directly",  "brief",  "short"};
    bool begins = false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        begins = begins || rs_str_starts(sentence, rs_str_of(starts[i]));
    for (size_t i = 0; begins && i < sizeof forms / sizeof *forms; i++)
        if (rs_str_find(sentence, rs_str_of(forms[i])) != RS_NPOS) return true;
    return false;
}

bool rs_lang_put_asking(rs_buf *out, rs_arena *scratch, rs_str text)
{
    for (rs_str rest = text; rest.len;) {
        size_t end = 0;
        while (end < rest.len && !memchr(".?!\n", rest.ptr[end], 4)) end++;
        const rs_str sentence = rs_str_sub(rest, 0, end), folded = rs_utf8_fold(scratch, sentence);
        if (!folded.ptr) return false;
        const bool asks = end < rest.len && rest.ptr[end] == '?';
        if (asks || !is_format_phrase(folded)) {
            rs_buf_str(out, sentence);
            rs_buf_char(out, ' ');
        }
        rest = rs_str_sub(rest, end < rest.len ? end + 1 : end, rest.len);
    }
    if (rs_str_trim(rs_buf_view(out)).len == 0) rs_buf_str(out, text);
    return !out->failed;
}

/* End of a tag that begins at `i`: "<image>", "<image_0>", "[vqa]"; 0 = none. Tags are short and
 * hold no blanks, so that "<5 m" and "[0.1, 0.2]" are no tags. */
static size_t tag_end(rs_str text, size_t i)
{
    enum { longest = 24 };
    const char closing = text.ptr[i] == '<' ? '>' : ']';
    if (i + 1 >= text.len ||
        !(rs_ascii_is_letter(text.ptr[i + 1]) || memchr("/|", text.ptr[i + 1], 2)))
        return 0;
    for (size_t k = i + 1; k < text.len && k - i < longest; k++) {
        if (text.ptr[k] == closing) return k + 1;
        if (!rs_ascii_is_alnum(text.ptr[k]) && !memchr("_-/|", text.ptr[k], 4)) return 0;
    }
    return 0;
}

static void put_without_tags(rs_buf *out, rs_str text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        const bool opens = text.ptr[i] == '<' || text.ptr[i] == '[';
        const size_t end = opens ? tag_end(text, i) : 0;
        if (!end) continue;
        rs_buf_str(out, rs_str_sub(text, from, i));
        rs_buf_char(out, ' ');
        from = end;
        i = end - 1;
    }
    rs_buf_str(out, rs_str_sub(text, from, text.len));
}

rs_str rs_lang_asking(rs_arena *arena, rs_str text)
{
    rs_buf plain = {0}, asking = {0};
    put_without_tags(&plain, text);
    const bool ok = !plain.failed && rs_lang_put_asking(&asking, arena, rs_buf_view(&plain));
    const rs_str out = ok ? rs_utf8_fold(arena, rs_buf_view(&asking)) : (rs_str){NULL, 0};
    rs_buf_fini(&plain);
    rs_buf_fini(&asking);
    return out;
}

/* Scripts that are written without blanks between words. */
static bool is_a_word_alone(uint32_t code)
{
    return (code >= 0x0E00 && code <= 0x0E7F) || (code >= 0x2E80 && code <= 0x9FFF) ||
           (code >= 0xAC00 && code <= 0xD7AF) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0x20000 && code <= 0x3FFFF);
}

bool rs_lang_each_word(rs_str folded, rs_lang_word_fn *fn, void *ctx)
{
    const char *p = folded.ptr, *end = folded.ptr + folded.len, *begin = NULL;
    while (p < end) {
        const char *at = p;
        const uint32_t code = rs_utf8_next(&p, end);
        const bool alone = is_a_word_alone(code);
        const bool inside = !alone && (code == '-' || (code != '_' && rs_utf8_is_word(code)));
        if (inside && !begin) begin = at;
        if (!inside && begin) {
            if (!fn(ctx, rs_str_make(begin, (size_t)(at - begin)))) return false;
            begin = NULL;
        }
        if (alone && rs_utf8_is_word(code) && !fn(ctx, rs_str_make(at, (size_t)(p - at))))
            return false;
    }
    return !begin || fn(ctx, rs_str_make(begin, (size_t)(end - begin)));
}

size_t rs_lang_count_pieces(rs_str folded)
{
    size_t n = folded.len > 0;
    for (size_t i = 0; i < folded.len; i++) n += folded.ptr[i] == ' ';
    return n;
}
