/* Token estimates by classes of characters; see tokens.h for the formula and how good it is. */
#include "lang/tokens.h"

#include "base/ascii.h"
#include "base/utf8.h"

/* Hundredths of tokens of one of each class. */
typedef struct costs {
    int word, letter, digit, signs, wide, breaks;
} costs;

static const costs known[] = {
    [RS_VOCABULARY_QWEN] = {97, 28, 121, 90, 65, 40},
    [RS_VOCABULARY_LLAMA] = {108, 43, 116, 105, 139, 57},
};

enum { whole_letters = 7 /* of a word that costs no more */ };

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_latin(uint32_t c)
{
    return (c < 128 && rs_ascii_is_letter((char)c)) || (c >= 0xC0 && c <= 0x24F);
}

static bool is_sign(uint32_t c)
{
    return c > ' ' && c < 127 && !is_digit(c) && !is_latin(c);
}

int64_t rs_lang_token_hundredths(rs_str text, rs_lang_vocabulary vocabulary)
{
    const costs *cost = &known[vocabulary];
    const char *p = text.ptr, *end = p + text.len;
    int64_t sum = 0;
    size_t letters = 0; /* of the word at hand */
    uint32_t before = 0;
    while (p < end) {
        const uint32_t c = rs_utf8_next(&p, end);
        if (is_latin(c)) {
            letters++;
            sum += letters == 1 ? cost->word : letters > whole_letters ? cost->letter : 0;
        } else {
            letters = 0;
            if (is_digit(c)) sum += cost->digit + (before == ' ' ? cost->breaks : 0);
            else if (c == '\n') sum += cost->breaks;
            else if (is_sign(c)) sum += is_sign(before) ? 0 : cost->signs;
            else if (c >= 0x250) sum += cost->wide;
        }
        before = c;
    }
    return sum;
}
