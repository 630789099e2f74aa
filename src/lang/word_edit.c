/* One edited word: what is left of two texts without the words that they begin and end with. */
#include "lang/word_edit.h"

enum { MIN_WORDS = 5 };

static size_t count_words(rs_str text)
{
    size_t n = text.len > 0;
    for (size_t i = 0; i < text.len; i++) n += text.ptr[i] == ' ';
    return n;
}

static bool ends_word(rs_str text, size_t i)
{
    return i == text.len || text.ptr[i] == ' ';
}

/* Bytes of the words that both texts begin with, each with its blank. */
static size_t common_start(rs_str a, rs_str b)
{
    size_t kept = 0;
    for (size_t i = 0;; i++) {
        if (ends_word(a, i) && ends_word(b, i)) kept = i + 1;
        if (i == a.len || i == b.len || a.ptr[i] != b.ptr[i]) break;
    }
    kept = kept < a.len ? kept : a.len;
    return kept < b.len ? kept : b.len;
}

static bool begins_word(rs_str text, size_t from_end)
{
    return from_end == text.len || text.ptr[text.len - 1 - from_end] == ' ';
}

/* Bytes of the words that both texts end with. */
static size_t common_end(rs_str a, rs_str b)
{
    size_t kept = 0;
    for (size_t i = 0;; i++) {
        if (begins_word(a, i) && begins_word(b, i)) kept = i;
        if (i == a.len || i == b.len || a.ptr[a.len - 1 - i] != b.ptr[b.len - 1 - i]) break;
    }
    return kept;
}

/* Words between the first `start` and the last `end` bytes; both ends are word borders. */
static size_t words_between(rs_str text, size_t start, size_t end)
{
    if (start + end >= text.len) return 0;
    const rs_str middle = rs_str_trim(rs_str_sub(text, start, text.len - end));
    return count_words(middle);
}

bool rs_lang_one_word_apart(rs_str a, rs_str b)
{
    if (rs_str_eq(a, b)) return true;
    if (count_words(a) < MIN_WORDS || count_words(b) < MIN_WORDS) return false;
    const size_t start = common_start(a, b);
    const size_t end = common_end(rs_str_sub(a, start, a.len), rs_str_sub(b, start, b.len));
    return words_between(a, start, end) <= 1 && words_between(b, start, end) <= 1;
}
