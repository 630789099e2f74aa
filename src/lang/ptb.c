/* PTB-style caption tokens. Each step gives the longest of the candidate tokens at one position, as
 * the generated lexer does; what needs right context (contractions, abbreviations) is decided on
 * the spot. Dropped tokens are never written. */
#include "lang/ptb.h"

#include "base/ascii.h"
#include "base/utf8.h"

#include <utf8proc.h>

typedef struct lexer {
    rs_str s;
    size_t i;
    rs_buf *out;
    size_t start; /* of this text in out */
    int64_t n_tokens;
    bool outside;
} lexer;

/* ---- characters ------------------------------------------------------------------------- */

static char at(const lexer *x, size_t i)
{
    return i < x->s.len ? x->s.ptr[i] : '\0';
}

/* Code point at i; *n its bytes (0 at the end). */
static uint32_t code_at(const lexer *x, size_t i, size_t *n)
{
    *n = 0;
    if (i >= x->s.len) return 0;
    const char *p = x->s.ptr + i;
    uint32_t code = rs_utf8_next(&p, x->s.ptr + x->s.len);
    *n = (size_t)(p - (x->s.ptr + i));
    return code;
}

static bool is_letter_code(uint32_t code)
{
    if (code < 0x80) return rs_ascii_is_letter((char)code);
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)code);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

/* Bytes of the letter at i, 0 = no letter. */
static size_t letter_at(const lexer *x, size_t i)
{
    if (i < x->s.len && (unsigned char)x->s.ptr[i] < 0x80) return rs_ascii_is_letter(x->s.ptr[i]);
    size_t n;
    uint32_t code = code_at(x, i, &n);
    return n && is_letter_code(code) ? n : 0;
}

/* Bytes of an apostrophe (' or U+2019) at i, 0 = none. */
static size_t apostrophe_at(const lexer *x, size_t i)
{
    if (at(x, i) == '\'') return 1;
    return at(x, i) == '\xe2' && at(x, i + 1) == '\x80' && at(x, i + 2) == '\x99' ? 3 : 0;
}

/* ---- writing ---------------------------------------------------------------------------- */

static void separate(lexer *x)
{
    if (x->out->len > x->start) rs_buf_char(x->out, ' ');
    x->n_tokens++;
}

static void put_lower(lexer *x, size_t begin, size_t end)
{
    while (begin < end) {
        char c = x->s.ptr[begin];
        if ((unsigned char)c < 0x80) {
            rs_buf_char(x->out, rs_ascii_lower(c));
            begin++;
            continue;
        }
        size_t n;
        char text[4];
        uint32_t code = code_at(x, begin, &n);
        rs_buf_add(x->out, text,
                   rs_utf8_put(text, (uint32_t)utf8proc_tolower((utf8proc_int32_t)code)));
        begin += n;
    }
}

static void token(lexer *x, size_t begin, size_t end)
{
    separate(x);
    put_lower(x, begin, end);
}

static void token_str(lexer *x, rs_str s)
{
    separate(x);
    rs_buf_str(x->out, s);
}

/* ---- candidates: each gives the end of the longest match at i, or i ----------------------- */

static size_t digits_end(const lexer *x, size_t i)
{
    while (rs_ascii_is_digit(at(x, i))) i++;
    return i;
}

/* [+-]? then digits, groups joined by '.', ':' or ','. */
static size_t number_end(const lexer *x, size_t i)
{
    size_t begin = i;
    if (at(x, i) == '+' || at(x, i) == '-') i++;
    size_t end = digits_end(x, i);
    size_t last = end > i ? end : begin;
    while ((at(x, end) == '.' || at(x, end) == ',' || at(x, end) == ':') &&
           rs_ascii_is_digit(at(x, end + 1)))
        last = end = digits_end(x, end + 1);
    return last;
}

static size_t letters_digits_end(const lexer *x, size_t i)
{
    for (size_t n; (n = rs_ascii_is_digit(at(x, i)) ? 1 : letter_at(x, i)) > 0;) i += n;
    return i;
}

/* Letters and digits beginning with a letter; ".", "!" and "?" inside when a letter follows. */
static size_t word_end(const lexer *x, size_t i)
{
    if (letter_at(x, i) == 0) return i;
    i = letters_digits_end(x, i);
    while ((at(x, i) == '.' || at(x, i) == '!' || at(x, i) == '?') && letter_at(x, i + 1))
        i = letters_digits_end(x, i + 1);
    return i;
}

static size_t alnum_end(const lexer *x, size_t i)
{
    while (rs_ascii_is_alnum(at(x, i))) i++;
    return i;
}

/* Parts joined by '-' or '_': "l-shaped", "medium_residential", "10-20". */
static size_t thing_end(const lexer *x, size_t i)
{
    size_t end = alnum_end(x, i);
    while (end > i && (at(x, end) == '-' || at(x, end) == '_') && rs_ascii_is_alnum(at(x, end + 1)))
        end = alnum_end(x, end + 1);
    return end;
}

/* One side of "and/or": letters and digits, then perhaps one hyphen and letters. */
static size_t side_end(const lexer *x, size_t i)
{
    size_t end = alnum_end(x, i);
    if (end == i || at(x, end) != '-') return end;
    size_t tail = end + 1;
    while (rs_ascii_is_letter(at(x, tail))) tail++;
    return tail > end + 1 ? tail : end;
}

static size_t slashed_end(const lexer *x, size_t i)
{
    size_t end = side_end(x, i);
    size_t last = i;
    while (end > i && at(x, end) == '/') {
        size_t next = side_end(x, end + 1);
        if (next == end + 1) break;
        last = end = next;
    }
    return last;
}

/* "001.jpg": a name with a well-known extension. */
static size_t file_end(const lexer *x, size_t i)
{
    static const char extensions[] = " bat bmp c class cgi cpp dll doc docx exe gif gz h htm html "
                                     "jar java jpeg jpg mov mp3 pdf php"
                                     " pl png ppt ps py sql tar txt wav x xml zip wmv ";
    size_t dot = alnum_end(x, i);
    if (dot == i || at(x, dot) != '.') return i;
    size_t end = alnum_end(x, dot + 1);
    char key[8];
    size_t n = end - dot - 1;
    if (n == 0 || n > sizeof key - 2) return i;
    key[0] = key[n + 1] = ' ';
    for (size_t k = 0; k < n; k++) key[k + 1] = (char)(at(x, dot + 1 + k) | 32);
    rs_str list = rs_str_make(extensions, sizeof extensions - 1);
    return rs_str_find(list, rs_str_make(key, n + 2)) != RS_NPOS ? end : i;
}

/* "u.s.", "e.g.": single letters, each with its dot. */
static size_t acronym_end(const lexer *x, size_t i)
{
    size_t n = 0;
    while (rs_ascii_is_letter(at(x, i)) && at(x, i + 1) == '.') {
        i += 2;
        n++;
    }
    return n >= 2 && !rs_ascii_is_alnum(at(x, i)) ? i : 0;
}

/* Lower case, sorted by hand in groups; those of the second list only before a number. */
static const char abbreviations[] =
    " jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri ala ariz "
    "calif"
    " colo conn ct dak fla ga ind kan kans ky md mich minn mo mont neb nev okla penn tenn va vt wis"
    " wisc wyo inc co cos corp ltd plc bancorp dept bhd assn univ intl sys ph mr mrs ms dr drs prof"
    " profs sen sens rep reps atty lt col gen messrs gov govs adm rev maj sgt cpl pvt capt st ste "
    "ave"
    " pres lieut hon brig cmdr comdr pfc spc supt supts det mt ft adj adv asst assoc ens insp mlle "
    "mme"
    " msgr sfc jr sr bros esq blvd rd etc al seq vs alex wm jos cie cf treas sq bldg ext est tel ";
static const char abbreviations_of_numbers[] = " no nos prop fig figs art pp ca ";

static bool is_listed(const char *list, size_t list_len, rs_str word)
{
    char key[12];
    if (word.len == 0 || word.len > sizeof key - 2) return false;
    key[0] = ' ';
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        key[i + 1] = rs_ascii_lower(c);
    }
    key[word.len + 1] = ' ';
    return rs_str_find(rs_str_make(list, list_len), rs_str_make(key, word.len + 2)) != RS_NPOS;
}

/* Does the dot at `dot` belong to the word [begin, dot)? */
static bool keeps_dot(lexer *x, size_t begin, size_t dot)
{
    if (at(x, dot) != '.' || at(x, dot + 1) == '.') return false;
    rs_str word = rs_str_sub(x->s, begin, dot);
    if (word.len == 1 && rs_ascii_is_letter(word.ptr[0])) {
        x->outside =
            true; /* an initial or the end of a sentence: the lexer decides by what follows */
        return true;
    }
    if (is_listed(abbreviations, sizeof abbreviations - 1, word)) {
        x->outside = true;
        return true;
    }
    if (!is_listed(abbreviations_of_numbers, sizeof abbreviations_of_numbers - 1, word))
        return false;
    size_t i = dot + 1;
    /* "no. 5" */
    while (at(x, i) == ' ') i++;
    return rs_ascii_is_digit(at(x, i));
}

/* ---- contractions ------------------------------------------------------------------------ */

/* Bytes behind the apostrophe of 's 'm 'd 're 've 'll at i when no letter follows, else 0. */
static size_t auxiliary(const lexer *x, size_t i)
{
    static const rs_str words[] = {{"s", 1}, {"m", 1}, {"d", 1}, {"re", 2}, {"ve", 2}, {"ll", 2}};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        rs_str here = rs_str_sub(x->s, i, i + words[k].len);
        if (here.len == words[k].len && rs_str_eq_nocase(here, words[k]) &&
            !letter_at(x, i + here.len))
            return here.len;
    }
    return 0;
}

static void put_contraction(lexer *x, size_t begin, size_t end)
{
    token_str(x, RS_STR("'"));
    put_lower(x, begin, end);
}

/* "n't" whose n is the last letter of the word ending at `end`; returns the end of all, or 0. */
static size_t negation_end(const lexer *x, size_t end)
{
    size_t n = apostrophe_at(x, end);
    if (n == 0 || (at(x, end + n) | 32) != 't' || letter_at(x, end + n + 1)) return 0;
    if (rs_str_find_char(rs_str_sub(x->s, x->i, end), '.') != RS_NPOS) return 0; /* A.can't */
    return (at(x, end - 1) | 32) == 'n' ? end + n + 1 : 0;
}

typedef struct split_word {
    rs_str word;
    size_t at;
} split_word;

/* Words that the lexer always cuts in two. */
static size_t cut_at(rs_str word)
{
    static const split_word words[] = {{{"cannot", 6}, 3}, {{"gonna", 5}, 3}, {{"gotta", 5}, 3},
                                       {{"wanna", 5}, 3},  {{"gimme", 5}, 3}, {{"lemme", 5}, 3}};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (rs_str_eq_nocase(word, words[k].word)) return words[k].at;
    return 0;
}

/* Words with an apostrophe inside that stay one token: o'clock, O'Hare, d'or, ma'am. */
static size_t apostrophe_word_end(const lexer *x, size_t i)
{
    char c = (char)(at(x, i) | 32);
    if ((c == 'o' || c == 'l' || c == 'd') && at(x, i + 1) == '\'' &&
        rs_ascii_is_alnum(at(x, i + 2)))
        return thing_end(x, i + 2);
    rs_str maam = rs_str_sub(x->s, i, i + 5);
    if (rs_str_eq_nocase(maam, RS_STR("ma'am")) && !letter_at(x, i + 5)) return i + 5;
    return i;
}

static size_t longest(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* A token that begins with a letter or a digit. */
static void lex_word(lexer *x)
{
    size_t begin = x->i;
    size_t quoted = apostrophe_word_end(x, begin);
    size_t acronym = acronym_end(x, begin);
    size_t word = longest(word_end(x, begin), file_end(x, begin));
    size_t thing = longest(thing_end(x, begin), slashed_end(x, begin));
    size_t number = rs_ascii_is_digit(at(x, begin)) ? number_end(x, begin) : begin;
    /* of all candidates the longest match wins, as in a lexer generated from rules */
    size_t end = longest(longest(word, thing), longest(number, acronym));
    if (quoted > end) {
        x->outside = true;
        end = quoted;
    }
    size_t negation = end > begin ? negation_end(x, end) : 0;
    if (negation) {
        /* "can't": ca n't */
        if (end - 1 > begin) token(x, begin, end - 1);
        token_str(x, RS_STR("n't"));
        x->i = negation;
        return;
    }
    size_t cut = cut_at(rs_str_sub(x->s, begin, end));
    if (cut) {
        token(x, begin, begin + cut);
        begin += cut;
    } else if (acronym != end && keeps_dot(x, begin, end)) {
        end++;
    }
    token(x, begin, end);
    x->i = end;
}

/* An apostrophe: a contraction, a decade ("'90s"), or a quotation mark, which is dropped. */
static void lex_apostrophe(lexer *x, size_t n)
{
    size_t i = x->i + n, again = apostrophe_at(x, i), aux = auxiliary(x, i);
    if (again) {
        x->i = i + again; /* '' closes a quotation: dropped */
        return;
    }
    if (aux) {
        put_contraction(x, i, i + aux);
        x->i = i + aux;
        return;
    }
    bool decade = rs_ascii_is_digit(at(x, i)) && rs_ascii_is_digit(at(x, i + 1)) &&
                  !rs_ascii_is_digit(at(x, i + 2));
    bool tis = rs_str_eq_nocase(rs_str_sub(x->s, i, i + 3), RS_STR("tis")) ||
               rs_str_eq_nocase(rs_str_sub(x->s, i, i + 4), RS_STR("twas"));
    bool clipped_n = (at(x, i) | 32) == 'n' && !letter_at(x, i + 1);
    if (decade || tis || clipped_n) {
        size_t end = decade ? i + 2 + ((at(x, i + 2) | 32) == 's') : i + 1;
        put_contraction(x, i, end);
        x->outside = true;
        x->i = end;
        return;
    }
    x->i = i; /* a quotation mark: dropped */
}

/* ---- everything else ---------------------------------------------------------------------- */

/* <b>, </p>, <image>: one token; the subset does not go further into markup. */
static size_t markup_end(const lexer *x, size_t i)
{
    size_t j = i + 1;
    if (at(x, j) == '/') j++;
    if (!rs_ascii_is_letter(at(x, j))) return i;
    while (j < x->s.len && j - i < 64 && !memchr("<> \n", x->s.ptr[j], 4)) j++;
    return at(x, j) == '>' ? j + 1 : i;
}

static void run_of(lexer *x, const char *chars, size_t n_chars, size_t dropped_up_to)
{
    size_t end = x->i;
    while (end < x->s.len && memchr(chars, x->s.ptr[end], n_chars)) end++;
    if (end - x->i > dropped_up_to) token(x, x->i, end);
    x->i = end;
}

static bool lex_address(lexer *x)
{
    static const rs_str starts[] = {{"http://", 7}, {"https://", 8}, {"www.", 4}};
    for (size_t k = 0; k < 3; k++) {
        if (!rs_str_eq_nocase(rs_str_sub(x->s, x->i, x->i + starts[k].len), starts[k])) continue;
        size_t end = x->i;
        while (end < x->s.len && !memchr(" \t\n\"<>|(){}", x->s.ptr[end], 11)) end++;
        while (end > x->i && memchr(".,!?:;'", x->s.ptr[end - 1], 7)) end--;
        token(x, x->i, end);
        x->outside = true;
        x->i = end;
        return true;
    }
    return false;
}

static void lex_other(lexer *x)
{
    size_t n;
    uint32_t code = code_at(x, x->i, &n);
    size_t begin = x->i;
    x->i += n;
    x->outside = true;
    bool blank =
        code == 0xa0 || (code >= 0x2000 && code <= 0x200a) || code == 0x3000 || code == 0x85;
    bool quote = (code >= 0x2018 && code <= 0x201e) || code == 0xab || code == 0xbb ||
                 code == 0x2039 || code == 0x203a;
    bool dropped = code == 0x2026 || code == 0x2013 || code == 0x2014; /* ellipsis, dashes */
    if (blank || quote || dropped || code < 0x20 || code == 0x7f) return;
    switch (code) {
    case 0xa3: token_str(x, RS_STR("#")); break;
    case 0x20ac: token_str(x, RS_STR("$")); break;
    case 0xbc: token_str(x, RS_STR("1/4")); break;
    case 0xbd: token_str(x, RS_STR("1/2")); break;
    case 0xbe: token_str(x, RS_STR("3/4")); break;
    default: token(x, begin, x->i); break;
    }
}

static void lex_sign(lexer *x)
{
    char c = at(x, x->i);
    size_t end = number_end(x, x->i);
    if (end > x->i + 1) { /* -5, +3 */
        token(x, x->i, end);
        x->i = end;
    } else if (c == '-') {
        run_of(x, "-", 1, 4);
    } else {
        token(x, x->i, x->i + 1);
        x->i++;
    }
}

static void lex_tagged(lexer *x) /* @name, #name */
{
    size_t end = x->i + 1;
    while (at(x, x->i) == '#' && at(x, end) == '#') end++;
    if (end == x->i + 1 && rs_ascii_is_letter(at(x, end))) {
        while (rs_ascii_is_alnum(at(x, end)) || at(x, end) == '_') end++;
        x->outside = true;
    }
    token(x, x->i, end);
    x->i = end;
}

/* ASCII marks: brackets by their Penn names, commas and quotes dropped, the rest as they are. */
static void lex_punctuation(lexer *x)
{
    char c = at(x, x->i);
    switch (c) {
    case '(': token_str(x, RS_STR("-lrb-")); break;
    case ')': token_str(x, RS_STR("-rrb-")); break;
    case '[': token_str(x, RS_STR("-lsb-")); break;
    case ']': token_str(x, RS_STR("-rsb-")); break;
    case '{': token_str(x, RS_STR("-lcb-")); break;
    case '}': token_str(x, RS_STR("-rcb-")); break;
    case '"':
    case '`':
    case ',': break; /* dropped */
    case '_': run_of(x, "_", 1, 0); return;
    case '?':
    case '!': run_of(x, "?!", 2, 1); return;
    case ':':
    case ';': x->outside |= at(x, x->i + 1) == ')' || at(x, x->i + 1) == '('; break; /* smileys */
    case '@':
    case '#': lex_tagged(x); return;
    case '<': {
        size_t end = markup_end(x, x->i);
        x->outside = true;
        if (end == x->i) end = x->i + 1;
        token(x, x->i, end);
        x->i = end;
        return;
    }
    case '&':
    case '\\':
    case '^':
    case '|':
    case '~':
    case '>':
        x->outside = true;
        token(x, x->i, x->i + 1);
        break;
    default: token(x, x->i, x->i + 1); break; /* % $ * / = */
    }
    x->i++;
}

/* A word of small letters with a blank or nothing behind it, which no rule matches but that of
 * words, nor is cut in two: most of what captions consist of. */
static bool lex_plain(lexer *x)
{
    const char *p = x->s.ptr + x->i, *end = x->s.ptr + x->s.len, *begin = p;
    while (p < end && rs_ascii_is_lower(*p)) p++;
    const size_t n = (size_t)(p - begin);
    if (n == 0 || (p < end && *p != ' ')) return false;
    if ((n == 5 || n == 6) && cut_at(rs_str_make(begin, n))) return false;
    if (!rs_buf_reserve(x->out, n + 1)) return true;
    char *out = x->out->ptr + x->out->len;
    if (x->out->len > x->start) *out++ = ' ';
    memcpy(out, begin, n);
    x->out->len = (size_t)(out + n - x->out->ptr);
    x->n_tokens++;
    x->i += n + (p < end); /* and the blank, which is no token */
    return true;
}

/* One token, or characters that give none, at the scan's position. */
static void lex_one(lexer *x)
{
    if (lex_plain(x)) return;
    char c = at(x, x->i);
    size_t apostrophe;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
        x->i++;
    } else if (rs_ascii_is_digit(c) || letter_at(x, x->i)) {
        if ((c | 32) != 'h' && (c | 32) != 'w') {
            lex_word(x);
        } else if (!lex_address(x)) {
            lex_word(x);
        }
    } else if ((apostrophe = apostrophe_at(x, x->i)) > 0) {
        lex_apostrophe(x, apostrophe);
    } else if ((unsigned char)c >= 0x80 || (unsigned char)c < 0x20 || c == 0x7f) {
        lex_other(x);
    } else if (c == '+' || c == '-') {
        lex_sign(x);
    } else if ((c == '.' || c == ',' || c == ':') && rs_ascii_is_digit(at(x, x->i + 1))) {
        size_t end = number_end(x, x->i);
        token(x, x->i, end);
        x->i = end;
    } else if (c == '.') {
        x->i++; /* full stops, runs of them too, are dropped */
    } else {
        lex_punctuation(x);
    }
}

rsift_status rs_lang_ptb_tokenise(rs_str text, rs_buf *out, rs_ptb_counts *counts, rsift_error *err)
{
    lexer x = {.s = text, .out = out, .start = out->len};
    while (x.i < text.len && !out->failed) lex_one(&x);
    if (out->failed) return rs_err_nomem(err, "caption tokens");
    if (counts) {
        counts->n_texts++;
        counts->n_tokens += x.n_tokens;
        counts->n_outside += x.outside;
    }
    return RSIFT_OK;
}
