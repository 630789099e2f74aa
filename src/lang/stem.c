/* Stemming of words that are not plain ASCII: rules count letters, not bytes. */
#include "lang/stem.h"

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

bool rs_lang_stem_is_wide(rs_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if ((unsigned char)word.ptr[i] >= 0x80) return true;
    return false;
}

rs_str rs_lang_stem_wide(rs_str word, char out[RS_STEM_MAX + 8], rs_str (*stem)(rs_str, char *))
{
    char narrow[RS_STEM_MAX + 8], stemmed[RS_STEM_MAX + 8];
    size_t n = 0;
    if (word.len > RS_STEM_MAX) return word;
    for (size_t i = 0; i < word.len; i++)
        if (!continues(word.ptr[i]) || i == 0)
            narrow[n++] = (unsigned char)word.ptr[i] < 0x80 ? word.ptr[i] : '\x80';
    /* each letter outside ASCII is one byte to the rules */
    const rs_str made = stem(rs_str_make(narrow, n), stemmed);
    size_t at = 0;
    n = 0;
    for (size_t i = 0; i < made.len; i++) { /* endings change, what is outside ASCII stays */
        const size_t begin = at++;
        while (at < word.len && continues(word.ptr[at])) at++;
        if (made.ptr[i] != '\x80') out[n++] = made.ptr[i];
        else
            for (size_t k = begin; k < at; k++) out[n++] = word.ptr[k];
    }
    return rs_str_make(out, n);
}
