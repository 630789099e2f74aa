/* The words of an answer in normal form; see answer_words.h. */
#include "metrics/answer_words.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"
#include "metrics/text.h"

/* A number as its shortest text, else the text. */
static rs_str plain_number(rs_arena *arena, rs_str text)
{
    char digits[RS_DOUBLE_SIZE];
    double v;
    if (!rs_num_double(text, &v)) return text;
    const size_t n = rs_num_format(digits, v == 0 ? 0 : v);
    return rs_arena_str(arena, rs_str_make(digits, n));
}

/* Does the comma at `i` part thousands, as in "1,000"? */
static bool parts_thousands(rs_str text, size_t i)
{
    size_t n = 0;
    while (i + 1 + n < text.len && rs_ascii_is_digit(text.ptr[i + 1 + n])) n++;
    return n == 3;
}

/* The signs of the text that the normaliser takes off and that change what is said: "> 10", "-3 m",
 * "1,5", "C++". */
static void put_signs(rs_buf *out, rs_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const bool after_digit = i > 0 && rs_ascii_is_digit(text.ptr[i - 1]),
                   after_word = after_digit || (i > 0 && rs_ascii_is_letter(text.ptr[i - 1])),
                   before_digit = i + 1 < text.len && rs_ascii_is_digit(text.ptr[i + 1]);
        if (memchr("<>+", c, 3) || (c == '-' && before_digit && !after_word) ||
            (c == ',' && after_digit && before_digit && !parts_thousands(text, i)))
            rs_buf_char(out, c);
    }
}

rs_str rs_metrics_answer_normal(rs_arena *arena, rs_str text)
{
    double number;
    rs_str folded = rs_utf8_fold(arena, text);
    if (!folded.ptr || rs_num_double(folded, &number)) /* the normaliser would take its sign off */
        return folded.ptr ? plain_number(arena, folded) : folded;
    rs_str words = rs_metrics_norm_evalai(arena, folded);
    if (!words.ptr) return words;
    rs_buf out = {0};
    for (size_t at = 0; at < words.len;) {
        size_t end = at;
        while (end < words.len && words.ptr[end] != ' ') end++;
        if (out.len) rs_buf_char(&out, ' ');
        const rs_str word = plain_number(arena, rs_str_sub(words, at, end));
        out.failed = out.failed || !word.ptr;
        rs_buf_str(&out, word);
        at = end + 1;
    }
    if (out.len) put_signs(&out, folded);
    rs_str normal = out.failed ? (rs_str){NULL, 0}
                    : out.len  ? rs_arena_str(arena, rs_buf_view(&out))
                               : folded; /* of articles alone: the option "A" */
    rs_buf_fini(&out);
    return normal;
}

rs_str rs_metrics_answer_yes_or_no(rs_str normal)
{
    static const char *const words[] = {"yes", "no"};
    for (size_t i = 0; i < 2; i++) {
        const rs_str word = rs_str_of(words[i]);
        if (rs_str_starts(normal, word) && (normal.len == word.len || normal.ptr[word.len] == ' '))
            return rs_str_sub(normal, 0, word.len);
    }
    return normal;
}

/* The only number of the words; ptr NULL = none, several, or one that is a bound ("more than 3").
 */
static rs_str only_number(rs_str words)
{
    static const char *const bounds[] = {"more",  "less",  "fewer",  "least",         "most",
                                         "over",  "under", "above",  "below",         "about",
                                         "up",    "not",   "around", "approximately", "nearly",
                                         "every", "per",   "than",   "roughly",       "almost"};
    rs_str found = {0}, word;
    double v;
    while (rs_str_split(&words, ' ', &word)) {
        for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
            if (rs_str_eq(word, rs_str_of(bounds[i]))) return (rs_str){0};
        if (!rs_num_double(word, &v)) continue;
        if (found.ptr) return (rs_str){0};
        found = word;
    }
    return found;
}

rs_str rs_metrics_answer_word(rs_str question, rs_str normal)
{
    static const char *const asks[] = {"is ", "are ", "does ", "do ", "can ", "has ", "have "};
    static const char *const denies[] = {"there is no ", "there are no ", "there is not ",
                                         "there are not ", "not at all"};
    if (rs_str_starts(question, RS_STR("how many "))) {
        const rs_str number = only_number(normal);
        return number.ptr ? number : normal;
    }
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
        for (size_t k = 0; k < sizeof denies / sizeof *denies; k++)
            if (rs_str_starts(question, rs_str_of(asks[i])) &&
                rs_str_starts(normal, rs_str_of(denies[k])))
                return RS_STR("no");
    return normal;
}
