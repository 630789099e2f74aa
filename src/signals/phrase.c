/* Words get numbers; a question is matched as a row of numbers. See phrase.h. */
#include "signals/phrase.h"

#include "lang/question.h"

enum { MOST_TOKENS = 24, MOST_GAPS = 2, NO_WORD = UINT32_MAX };

typedef enum token_kind { TOKEN_WORDS, TOKEN_ANY, TOKEN_GAP } token_kind;

typedef struct token {
    token_kind kind;
    const uint32_t *words; /* TOKEN_WORDS: one of these */
    uint32_t n;            /* of them; TOKEN_GAP: most words that it skips */
} token;

struct rs_phrase {
    const token *tokens;
    uint32_t n, anchor; /* tokens[anchor] is the first that names words; only "_" before it */
    uint32_t group;
    bool begins, ends; /* ^ and $ */
};

/* ---- reading a phrase ------------------------------------------------------------------------ */

typedef struct reading {
    rs_phrase_set *set;
    token tokens[MOST_TOKENS];
    uint32_t n;
    bool full, failed;
} reading;

static void add_token(reading *r, token_kind kind, const uint32_t *words, uint32_t n)
{
    if (r->n == MOST_TOKENS) r->full = true;
    else r->tokens[r->n++] = (token){kind, words, n};
}

/* One word of the phrase as a token of its own: Chinese words are several characters. */
static bool add_plain_word(void *ctx, rs_str word)
{
    reading *r = ctx;
    uint32_t *number = rs_arena_alloc(&r->set->arena, sizeof *number);
    const size_t at = rs_strmap_put(&r->set->words, word, NULL);
    if (!number || at == RS_NPOS) {
        r->failed = true;
        return false;
    }
    *number = (uint32_t)at;
    add_token(r, TOKEN_WORDS, number, 1);
    return true;
}

static void add_alternatives(reading *r, rs_str text)
{
    uint32_t n = 1, at = 0;
    for (size_t i = 0; i < text.len; i++) n += text.ptr[i] == '|';
    uint32_t *words = rs_arena_alloc(&r->set->arena, n * sizeof *words);
    rs_str word;
    while (words && rs_str_split(&text, '|', &word)) {
        const size_t number = rs_strmap_put(&r->set->words, word, NULL);
        if (number == RS_NPOS) words = NULL;
        else words[at++] = (uint32_t)number;
    }
    if (words) add_token(r, TOKEN_WORDS, words, at);
    else r->failed = true;
}

static void add_piece(reading *r, rs_str piece)
{
    if (rs_str_eq(piece, RS_STR("_"))) add_token(r, TOKEN_ANY, NULL, 0);
    else if (rs_str_eq(piece, RS_STR(".."))) add_token(r, TOKEN_GAP, NULL, RS_PHRASE_GAP);
    else if (rs_str_eq(piece, RS_STR("..."))) add_token(r, TOKEN_GAP, NULL, RS_PHRASE_LONG_GAP);
    else if (rs_str_find_char(piece, '|') != RS_NPOS) add_alternatives(r, piece);
    else (void)rs_lang_each_word(piece, add_plain_word, r);
}

static rsift_status check_phrase(const reading *r, rs_str text, uint32_t *anchor, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    uint32_t first = 0, n_gaps = 0;
    for (uint32_t i = 0; i < r->n; i++) n_gaps += r->tokens[i].kind == TOKEN_GAP;
    while (first < r->n && r->tokens[first].kind == TOKEN_ANY) first++;
    *anchor = first;
    if (r->failed) return rs_err_nomem(err, "a phrase");
    if (r->full)
        return rs_err_set(err, RSIFT_E_LIMIT, "\"%s\" has more than %d words",
                          rs_err_quote(quoted, text), MOST_TOKENS);
    if (n_gaps > MOST_GAPS)
        return rs_err_set(err, RSIFT_E_LIMIT, "\"%s\" has more than %d gaps",
                          rs_err_quote(quoted, text), MOST_GAPS);
    if (first == r->n || r->tokens[first].kind == TOKEN_GAP ||
        r->tokens[r->n - 1].kind == TOKEN_GAP)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "expected a phrase that begins and ends with words, found \"%s\"",
                          rs_err_quote(quoted, text));
    return RSIFT_OK;
}

rsift_status rs_phrase_add(rs_phrase_set *set, rs_str text, uint32_t group, rsift_error *err)
{
    reading r = {.set = set};
    rs_phrase phrase = {.group = group};
    rs_str rest = rs_str_trim(text), piece;
    phrase.begins = rs_str_starts(rest, RS_STR("^"));
    phrase.ends = rs_str_ends(rest, RS_STR("$"));
    rest = rs_str_sub(rest, phrase.begins, rest.len - phrase.ends);
    while (rs_str_split(&rest, ' ', &piece))
        if (piece.len) add_piece(&r, piece);
    RS_TRY(check_phrase(&r, text, &phrase.anchor, err));
    token *tokens = rs_arena_alloc(&set->arena, r.n * sizeof *tokens);
    if (!tokens || !rs_arena_grow(&set->arena, (void **)&set->phrases, &set->cap, set->n + 1,
                                  sizeof *set->phrases))
        return rs_err_nomem(err, "a phrase");
    memcpy(tokens, r.tokens, r.n * sizeof *tokens);
    phrase.tokens = tokens;
    phrase.n = r.n;
    set->phrases[set->n++] = phrase;
    return RSIFT_OK;
}

rsift_status rs_phrase_compile(rs_phrase_set *set, rsift_error *err)
{
    const size_t n_words = set->words.n;
    size_t n_tries = 0;
    set->first = rs_arena_calloc(&set->arena, n_words + 2, sizeof *set->first);
    if (!set->first) return rs_err_nomem(err, "phrases");
    for (size_t i = 0; i < set->n; i++) {
        const token *anchor = &set->phrases[i].tokens[set->phrases[i].anchor];
        for (uint32_t k = 0; k < anchor->n; k++) set->first[anchor->words[k] + 2]++;
        n_tries += anchor->n;
    }
    for (size_t w = 2; w < n_words + 2; w++) set->first[w] += set->first[w - 1];
    set->tries = rs_arena_alloc(&set->arena, (n_tries + 1) * sizeof *set->tries);
    if (!set->tries) return rs_err_nomem(err, "phrases");
    /* first[w + 1] is where the next try of w goes; at the end it is where w + 1 begins */
    for (size_t i = 0; i < set->n; i++) {
        const token *anchor = &set->phrases[i].tokens[set->phrases[i].anchor];
        for (uint32_t k = 0; k < anchor->n; k++)
            set->tries[set->first[anchor->words[k] + 1]++] = (uint32_t)i;
    }
    return RSIFT_OK;
}

/* ---- matching -------------------------------------------------------------------------------- */

typedef struct question {
    const rs_strmap *words;
    uint32_t *numbers;
    uint32_t n;
} question;

static bool number_word(void *ctx, rs_str word)
{
    question *q = ctx;
    if (q->n == RS_PHRASE_MOST_WORDS) return false;
    const size_t at = rs_strmap_get(q->words, word);
    q->numbers[q->n++] = at == RS_NPOS ? NO_WORD : (uint32_t)at;
    return true;
}

static bool token_has(const token *t, uint32_t word)
{
    for (uint32_t i = 0; i < t->n; i++)
        if (t->words[i] == word) return true;
    return false;
}

/* Do the phrase's tokens from `at` on fit the words from `i` on? A gap tries each of its lengths,
 * so the work is bounded by their lengths multiplied; MOST_GAPS keeps that small. */
static bool tokens_fit(const rs_phrase *p, uint32_t at, const question *q, uint32_t i)
{
    for (; at < p->n; at++) {
        const token *t = &p->tokens[at];
        if (t->kind == TOKEN_GAP) {
            for (uint32_t skip = 0; skip <= t->n && i + skip < q->n; skip++)
                if (tokens_fit(p, at + 1, q, i + skip)) return true;
            return false;
        }
        if (i >= q->n || (t->kind == TOKEN_WORDS && !token_has(t, q->numbers[i]))) return false;
        i++;
    }
    return !p->ends || i == q->n;
}

bool rs_phrase_match(const rs_phrase_set *set, rs_arena *scratch, rs_str folded, bool *found)
{
    uint32_t *numbers = rs_arena_alloc(scratch, RS_PHRASE_MOST_WORDS * sizeof *numbers);
    question q = {.words = &set->words, .numbers = numbers};
    if (!numbers) return false;
    (void)rs_lang_each_word(folded, number_word, &q); /* ends early at the last word that is read */
    for (uint32_t i = 0; i < q.n; i++) {
        if (numbers[i] == NO_WORD) continue;
        for (uint32_t k = set->first[numbers[i]]; k < set->first[numbers[i] + 1]; k++) {
            const rs_phrase *p = &set->phrases[set->tries[k]];
            if (found[p->group] || i < p->anchor || (p->begins && i != p->anchor)) continue;
            found[p->group] = tokens_fit(p, p->anchor, &q, i);
        }
    }
    return true;
}

void rs_phrase_fini(rs_phrase_set *set)
{
    rs_strmap_fini(&set->words);
    rs_arena_fini(&set->arena);
    *set = (rs_phrase_set){0};
}
