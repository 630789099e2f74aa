/* Option letters out of free text. Every function follows one published rule literally, down to
 * what a missing comma does in the original. */
#include "metrics/choice.h"

#include "base/ascii.h"
#include "metrics/text.h"

/* In the original a comma is missing twice, so the last two entries never match in practice. */
static const char *const glued[] = {"The best answer is",
                                    "The correct answer is",
                                    "The answer is",
                                    "The answer",
                                    "The best option isThe correct option is",
                                    "Best answer:Best option:",
                                    NULL};
static const char *const proper[] = {
    "The best answer is", "The correct answer is", "The answer is",
    "The answer",         "The best option is",    "The correct option is",
    "Best answer:",       "Best option:",          NULL};

/* The trimmed text without the prefixes, wherever they stand. */
static rs_str without_prefixes(rs_arena *arena, rs_str s, const char *const *prefixes)
{
    s = rs_metrics_trim(s);
    for (; *prefixes; prefixes++)
        s = rs_metrics_replace(arena, s, rs_str_of(*prefixes), RS_STR(""));
    return s;
}

static char first_of_five(rs_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= 'A' && s.ptr[i] <= 'E') return s.ptr[i];
    return 0;
}

static const rs_str letters_only[] = {{"(A)", 3}, {"(B)", 3}, {"(C)", 3}, {"(D)", 3}, {"(E)", 3}};

/* Choice i as MME-RealWorld's own files spell it, "(A) None". In columns or objects of options the
 * letter is the column's: words alone, or with "A." in front. */
static rs_str spelled_choice(rs_arena *arena, rs_str choice, size_t i)
{
    const char letter = (char)('A' + i);
    if (choice.len > 2 && choice.ptr[0] == '(' && choice.ptr[2] == ')') return choice;
    if (choice.len > 1 && choice.ptr[0] == letter && strchr(".):", choice.ptr[1]))
        choice = rs_metrics_trim(rs_str_sub(choice, 2, choice.len));
    return rs_arena_printf(arena, "(%c) %.*s", letter, RS_STR_ARG(choice));
}

char rs_metrics_choice_mme(rs_arena *arena, rs_str output, bool official, const rs_str *choices,
                           size_t n_choices)
{
    rs_str s = without_prefixes(arena, output, official ? glued : proper);
    if (!official || !n_choices) {
        choices = letters_only;
        n_choices = 5;
    }
    if (n_choices > 26) n_choices = 26;
    /* any capital A to E counts, be it inside a word */
    const char letter = first_of_five(s);
    if (letter) return letter;
    if (rs_metrics_n_words(s) > 10) return 0; /* a sentence is not looked up in the choices */
    for (size_t i = 0; i < n_choices; i++) {
        const rs_str choice = spelled_choice(arena, choices[i], i);
        if (rs_metrics_contains_nocase(arena, choice, s)) return choice.len > 1 ? choice.ptr[1] : 0;
    }
    return 0;
}

static int five(char c)
{
    if (c >= 'a' && c <= 'e') return c - 'a';
    return c >= 'A' && c <= 'E' ? c - 'A' : -1;
}

size_t rs_metrics_choice_xlrs(rs_arena *arena, rs_str output, char letters[6])
{
    const rs_str s = without_prefixes(arena, output, glued);
    bool seen[5] = {false}, bracket = false;
    letters[0] = 0;
    if (!first_of_five(s)) return 0; /* lower-case letters alone name nothing */
    /* Letters in brackets, "(A)", go before all others. */
    for (size_t i = 1; i + 1 < s.len; i++)
        if (s.ptr[i - 1] == '(' && s.ptr[i + 1] == ')' && five(s.ptr[i]) >= 0)
            bracket = seen[five(s.ptr[i])] = true;
    for (size_t i = 0; !bracket && i < s.len; i++)
        if (five(s.ptr[i]) >= 0) seen[five(s.ptr[i])] = true;
    size_t n = 0;
    for (int k = 0; k < 5; k++)
        if (seen[k]) letters[n++] = (char)('A' + k);
    letters[n] = 0;
    return n;
}

/* Python's \w on bytes: other alphabets count as letters. */
static bool is_word_byte(char c)
{
    return rs_ascii_is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

char rs_metrics_choice_word(rs_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < 'A' || s.ptr[i] > 'E') continue;
        if ((i == 0 || !is_word_byte(s.ptr[i - 1])) &&
            (i + 1 == s.len || !is_word_byte(s.ptr[i + 1])))
            return s.ptr[i];
    }
    return 0;
}

/* ---- UrBench --------------------------------------------------------------------------------- */

typedef enum spelling { BRACKET, BLANK, DOT, TEXT } spelling;

static rs_str spelled(rs_arena *arena, spelling how, size_t i)
{
    const char letter = (char)('A' + i);
    if (how == BRACKET) return rs_arena_printf(arena, "(%c)", letter);
    return rs_arena_printf(arena, how == BLANK ? "%c " : "%c.", letter);
}

char rs_metrics_choice_urbench(rs_arena *arena, rs_str output, const rs_str *options,
                               size_t n_options)
{
    const char *strip = ",.!?;:'";
    for (; *strip; strip++) output = rs_metrics_strip(output, (char[2]){*strip, 0});
    const rs_str s = rs_arena_join(arena, RS_STR(" "), output, RS_STR(" "));
    if (n_options > 26) n_options = 26;
    bool named[26] = {false};
    size_t n = 0;
    spelling how = BRACKET;
    /* The first spelling that names any option counts: "(A)", "A ", "A.", the option's text. */
    for (; how <= TEXT; how++) {
        if (how == TEXT && rs_metrics_n_words(s) <= 5) break;
        for (size_t i = 0; i < n_options; i++) {
            named[i] = how == TEXT ? rs_metrics_contains_nocase(arena, s, options[i])
                                   : rs_metrics_contains(s, spelled(arena, how, i));
            n += named[i];
        }
        if (n) break;
    }
    if (!n) return 0;
    /* Of several the one named last; -1 = not found by the second search, which still goes before
     * nothing. */
    ptrdiff_t best = -2;
    size_t chosen = 0;
    for (size_t i = 0; i < n_options; i++) {
        if (!named[i]) continue;
        ptrdiff_t at;
        if (how == TEXT)
            at = rs_metrics_rfind(rs_metrics_lower(arena, s), rs_metrics_lower(arena, options[i]));
        else if (how == BRACKET) at = rs_metrics_rfind(s, spelled(arena, BRACKET, i));
        else at = rs_metrics_rfind(s, rs_arena_printf(arena, " %c ", (char)('A' + i)));
        if (at > best) {
            best = at;
            chosen = i;
        }
    }
    return (char)('A' + chosen);
}
