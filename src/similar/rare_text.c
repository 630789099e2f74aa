/* Rare texts: see rare_text.h. What is kept of the stream: for each held text and set, up to six
 * pictures that have it; the number of texts of each word, in a table that words share (who shares
 * a row looks more frequent, never rarer). */
#include "similar/rare_text.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/map.h"
#include "similar/text.h"

#include <math.h>
#include <stdlib.h>

enum {
    MOST_PICTURES = 5, /* of a set that have a rare text */
    WORD_ROWS = 1 << 21,
    KEPT_BYTES = 512, /* of a held text: enough to quote and to weigh */
    BIT = 16,         /* information is counted in sixteenths, so that order cannot matter */
    MIN_WORDS = 3,
    MIN_QUESTION_WORDS = 5,
    MIN_BITS = 20 * BIT,
    MIN_SINGLE_BITS = 50 * BIT,
    MIN_SINGLE_WORDS = 8,
};
#define NONE UINT32_MAX

typedef struct held_text {
    rs_str normal;  /* its beginning */
    uint32_t first; /* occurrence */
    uint32_t n_words, bits;
    bool question;
} held_text;

typedef struct occurrence {
    rs_id sample;
    uint32_t next, set, picture;
    bool held;
} occurrence;

typedef struct picture {
    uint32_t set, n_of;
} picture;

struct rs_rare {
    rs_arena kept, scratch;
    rs_idmap keys;     /* of the normal forms: number of the held text */
    rs_idmap pictures; /* of picture and set */
    rs_map64 counts;   /* text and set: pictures that have it, six for more */
    rs_map64 of_held;  /* text and held picture, each once */
    held_text *texts;
    picture *picture_of; /* by number */
    occurrence *occurrences;
    size_t cap_texts, cap_pictures, n_occurrences, cap_occurrences;
    uint32_t *n_with, *last; /* WORD_ROWS: texts with the word; the last of them */
    uint32_t sequence;       /* of texts, for `last` */
    uint64_t n_texts;
};

rs_rare *rs_rare_new(void)
{
    rs_rare *r = rs_calloc(1, sizeof *r);
    if (!r) return NULL;
    r->n_with = rs_calloc(WORD_ROWS, sizeof *r->n_with);
    r->last = rs_calloc(WORD_ROWS, sizeof *r->last);
    if (r->n_with && r->last) return r;
    rs_rare_free(r);
    return NULL;
}

void rs_rare_free(rs_rare *r)
{
    if (!r) return;
    rs_arena_fini(&r->kept);
    rs_arena_fini(&r->scratch);
    rs_idmap_fini(&r->keys);
    rs_idmap_fini(&r->pictures);
    rs_map64_fini(&r->counts);
    rs_map64_fini(&r->of_held);
    rs_free(r->texts);
    rs_free(r->picture_of);
    rs_free(r->occurrences);
    rs_free(r->n_with);
    rs_free(r->last);
    rs_free(r);
}

/* ---- words ----------------------------------------------------------------------------------- */

static size_t word_row(rs_str word)
{
    return rs_hash64(word.ptr, word.len) & (WORD_ROWS - 1);
}

/* The next different word of the text: one that stands in it for the first time. */
static bool next_new_word(rs_rare *r, rs_str *rest, size_t *row)
{
    rs_str word;
    while (rs_str_split(rest, ' ', &word)) {
        *row = word_row(word);
        if (r->last[*row] == r->sequence) continue;
        r->last[*row] = r->sequence;
        return true;
    }
    return false;
}

static void next_sequence(rs_rare *r)
{
    if (++r->sequence) return;
    memset(r->last, 0, WORD_ROWS * sizeof *r->last);
    r->sequence = 1;
}

static void count_words(rs_rare *r, rs_str normal)
{
    size_t row;
    next_sequence(r);
    while (next_new_word(r, &normal, &row)) r->n_with[row] += r->n_with[row] < UINT32_MAX;
    r->n_texts++;
}

/* Information of a text in sixteenths of a bit. */
static uint32_t bits_of(rs_rare *r, rs_str normal)
{
    size_t row;
    double bits = 0;
    next_sequence(r);
    while (next_new_word(r, &normal, &row))
        if (r->n_with[row]) bits += floor(BIT * log2((double)r->n_texts / (double)r->n_with[row]));
    return (uint32_t)bits;
}

/* Words that are not digits alone. */
static uint32_t count_real_words(rs_str normal)
{
    uint32_t n = 0;
    rs_str word;
    while (rs_str_split(&normal, ' ', &word)) {
        bool real = false;
        for (size_t i = 0; i < word.len; i++) real = real || !rs_ascii_is_digit(word.ptr[i]);
        n += real;
    }
    return n;
}

/* ---- texts and who has them ------------------------------------------------------------------ */

/* The normal form in the scratch arena; "" = nothing to compare. */
static rsift_status read_text(rs_rare *r, const rs_rare_text *text, rs_str *normal, uint32_t *words,
                              rsift_error *err)
{
    rs_arena_reset(&r->scratch);
    *normal = rs_text_normal(&r->scratch, text->text);
    if (!normal->ptr) return rs_err_nomem(err, "a text");
    *words = normal->len ? count_real_words(*normal) : 0;
    return RSIFT_OK;
}

static bool is_long_enough(const rs_rare_text *text, uint32_t words)
{
    return words >= (text->question ? MIN_QUESTION_WORDS : MIN_WORDS);
}

/* The key of a text: the same words as an answer and as a question are two texts. */
static rs_id key_of(rs_str normal, bool question)
{
    rs_id key = rs_hash128(normal.ptr, normal.len);
    key.hi ^= question;
    return key;
}

static rsift_status number_picture(rs_rare *r, const rs_rare_text *text, uint32_t *out,
                                   rsift_error *err)
{
    const rs_id id = {text->picture.hi ^ (text->set + 1) * 0x9e3779b97f4a7c15u, text->picture.lo};
    bool made;
    const size_t n = rs_idmap_put(&r->pictures, id, &made);
    if (n == RS_NPOS || !RS_VEC_RESERVE(r->picture_of, r->cap_pictures, n + 1))
        return rs_err_nomem(err, "pictures");
    if (made) r->picture_of[n] = (picture){.set = text->set};
    *out = (uint32_t)n;
    return RSIFT_OK;
}

static rsift_status keep_text(rs_rare *r, rs_str normal, uint32_t words, bool question,
                              uint32_t *out, rsift_error *err)
{
    bool made;
    const size_t n = rs_idmap_put(&r->keys, key_of(normal, question), &made);
    if (n == RS_NPOS) return rs_err_nomem(err, "texts");
    if (n >= (size_t)1 << 30)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than 2^30 different protected texts");
    *out = (uint32_t)n;
    if (!made) return RSIFT_OK;
    size_t len = normal.len < KEPT_BYTES ? normal.len : KEPT_BYTES;
    while (len < normal.len && len && ((unsigned char)normal.ptr[len] & 0xc0) == 0x80) len--;
    const rs_str kept = rs_arena_str(&r->kept, rs_str_sub(normal, 0, len));
    if (!kept.ptr || !RS_VEC_RESERVE(r->texts, r->cap_texts, n + 1))
        return rs_err_nomem(err, "texts");
    r->texts[n] =
        (held_text){.normal = kept, .first = NONE, .n_words = words, .question = question};
    return RSIFT_OK;
}

rsift_status rs_rare_hold(rs_rare *r, const rs_rare_text *text, rsift_error *err)
{
    rs_str normal;
    uint32_t words = 0, number = 0, at = 0;
    RS_TRY(read_text(r, text, &normal, &words, err));
    if (!is_long_enough(text, words)) return RSIFT_OK;
    RS_TRY(keep_text(r, normal, words, text->question, &number, err));
    RS_TRY(number_picture(r, text, &at, err));
    bool made;
    if (!rs_map64_put(&r->of_held, (uint64_t)number << 32 | at, 0, &made))
        return rs_err_nomem(err, "texts");
    r->picture_of[at].n_of += made;
    return RSIFT_OK;
}

size_t rs_rare_n_held(const rs_rare *r)
{
    return r->keys.n;
}

/* The occurrence of the text in this picture; NONE = it is not known to have it. */
static uint32_t find_occurrence(const rs_rare *r, uint32_t text, uint32_t at)
{
    for (uint32_t i = r->texts[text].first; i != NONE; i = r->occurrences[i].next)
        if (r->occurrences[i].picture == at) return i;
    return NONE;
}

static rsift_status add_occurrence(rs_rare *r, uint32_t number, uint32_t at,
                                   const rs_rare_text *text, rsift_error *err)
{
    if (r->n_occurrences >= NONE - 1)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than 2^32 rare texts");
    if (!RS_VEC_RESERVE(r->occurrences, r->cap_occurrences, r->n_occurrences + 1))
        return rs_err_nomem(err, "texts");
    r->occurrences[r->n_occurrences] = (occurrence){.sample = text->sample,
                                                    .next = r->texts[number].first,
                                                    .set = text->set,
                                                    .picture = at,
                                                    .held = text->held};
    r->texts[number].first = (uint32_t)r->n_occurrences++;
    return RSIFT_OK;
}

rsift_status rs_rare_see(rs_rare *r, const rs_rare_text *text, rsift_error *err)
{
    rs_str normal;
    uint32_t words = 0, at = 0;
    RS_TRY(read_text(r, text, &normal, &words, err));
    if (!is_long_enough(text, words)) return RSIFT_OK;
    count_words(r, normal);
    const size_t number = rs_idmap_get(&r->keys, key_of(normal, text->question));
    if (number == RS_NPOS) return RSIFT_OK;
    uint64_t *count = rs_map64_put(&r->counts, (uint64_t)number << 32 | text->set, 0, NULL);
    if (!count) return rs_err_nomem(err, "texts");
    if (*count > MOST_PICTURES) return RSIFT_OK;
    RS_TRY(number_picture(r, text, &at, err));
    const uint32_t known = find_occurrence(r, (uint32_t)number, at);
    if (known == NONE) {
        ++*count;
        return add_occurrence(r, (uint32_t)number, at, text, err);
    }
    /* of a held picture a held sample is named */
    occurrence *o = &r->occurrences[known];
    const bool better = text->held == o->held ? rs_id_cmp(text->sample, o->sample) < 0 : text->held;
    if (better) o->sample = text->sample;
    o->held = o->held || text->held;
    return RSIFT_OK;
}

/* ---- pairs ----------------------------------------------------------------------------------- */

typedef struct candidate {
    uint32_t a, b; /* pictures */
    rs_id a_sample, b_sample;
    uint32_t n_texts, n_questions, n_unique, bits;
    bool single; /* shares a unique text that is enough alone */
    uint32_t shown[RS_RARE_SHOWN], n_shown;
} candidate;

typedef struct candidates {
    rs_map64 number; /* a and b */
    rs_map64 best; /* picture and the other's set: most texts shared, and with how many pictures */
    candidate *items;
    size_t n, cap;
} candidates;

static uint32_t count_in(const rs_rare *r, uint32_t text, uint32_t set)
{
    const uint64_t *count = rs_map64_get(&r->counts, (uint64_t)text << 32 | set);
    return count ? (uint32_t)*count : 0;
}

/* Texts with more information first, then by their bytes: the order in which they came must not
 * matter. */
static bool is_shown_before(const rs_rare *r, uint32_t x, uint32_t y)
{
    const held_text *p = &r->texts[x], *q = &r->texts[y];
    if (p->bits != q->bits) return p->bits > q->bits;
    const int order = rs_str_cmp(p->normal, q->normal);
    return order != 0 ? order < 0 : p->question < q->question;
}

static void show_text(const rs_rare *r, candidate *c, uint32_t text)
{
    uint32_t at = c->n_shown < RS_RARE_SHOWN ? c->n_shown++ : RS_RARE_SHOWN;
    while (at > 0 && is_shown_before(r, text, c->shown[at - 1])) {
        if (at < RS_RARE_SHOWN) c->shown[at] = c->shown[at - 1];
        at--;
    }
    if (at < RS_RARE_SHOWN) c->shown[at] = text;
}

/* Notes that the pictures of two occurrences share the text. */
static rsift_status share_text(rs_rare *r, candidates *all, uint32_t text, const occurrence *a,
                               const occurrence *b, rsift_error *err)
{
    bool made;
    uint64_t *number =
        rs_map64_put(&all->number, (uint64_t)a->picture << 32 | b->picture, all->n, &made);
    if (!number || !RS_VEC_RESERVE(all->items, all->cap, all->n + 1))
        return rs_err_nomem(err, "pairs of pictures");
    candidate *c = &all->items[*number];
    if (made) {
        all->n++;
        *c = (candidate){
            .a = a->picture, .b = b->picture, .a_sample = a->sample, .b_sample = b->sample};
    }
    const held_text *t = &r->texts[text];
    const bool unique =
        a->set != b->set && count_in(r, text, a->set) == 1 && count_in(r, text, b->set) == 1;
    c->n_texts += !t->question;
    c->n_questions += t->question;
    c->n_unique += unique;
    c->bits += t->bits;
    c->single = c->single || (unique && !t->question && t->n_words >= MIN_SINGLE_WORDS &&
                              t->bits >= MIN_SINGLE_BITS);
    if (rs_id_cmp(a->sample, c->a_sample) < 0) c->a_sample = a->sample;
    if (rs_id_cmp(b->sample, c->b_sample) < 0) c->b_sample = b->sample;
    show_text(r, c, text);
    return RSIFT_OK;
}

/* Every held picture that has the text with every other picture that has it, where it is rare. */
static rsift_status share_all(rs_rare *r, candidates *all, uint32_t text, rsift_error *err)
{
    r->texts[text].bits = bits_of(r, r->texts[text].normal);
    for (uint32_t i = r->texts[text].first; i != NONE; i = r->occurrences[i].next) {
        const occurrence *a = &r->occurrences[i];
        if (!a->held || count_in(r, text, a->set) > MOST_PICTURES) continue;
        for (uint32_t k = r->texts[text].first; k != NONE; k = r->occurrences[k].next) {
            const occurrence *b = &r->occurrences[k];
            /* held pictures of two sets are compared as well, those of one set are not */
            if ((b->held && b->set == a->set) || count_in(r, text, b->set) > MOST_PICTURES)
                continue;
            RS_TRY(share_text(r, all, text, a, b, err));
        }
    }
    return RSIFT_OK;
}

static uint32_t n_shared(const candidate *c)
{
    return c->n_texts + c->n_questions;
}

static uint64_t best_key(const rs_rare *r, uint32_t of, uint32_t with)
{
    return (uint64_t)of << 32 | r->picture_of[with].set;
}

static rsift_status note_best(const rs_rare *r, candidates *all, const candidate *c,
                              rsift_error *err)
{
    const uint64_t keys[] = {best_key(r, c->a, c->b), best_key(r, c->b, c->a)};
    for (size_t i = 0; i < 2; i++) {
        uint64_t *best = rs_map64_put(&all->best, keys[i], 0, NULL);
        if (!best) return rs_err_nomem(err, "pairs of pictures");
        if (*best >> 32 < n_shared(c)) *best = (uint64_t)n_shared(c) << 32;
        *best += *best >> 32 == n_shared(c);
    }
    return RSIFT_OK;
}

/* Is the pair one of the best of both pictures, and how many are as good for one of them? */
static bool is_best(const rs_rare *r, const candidates *all, const candidate *c, uint32_t *n_ties)
{
    const uint64_t a = *rs_map64_get(&all->best, best_key(r, c->a, c->b)),
                   b = *rs_map64_get(&all->best, best_key(r, c->b, c->a));
    *n_ties = (uint32_t)a > (uint32_t)b ? (uint32_t)a : (uint32_t)b;
    return a >> 32 == n_shared(c) && b >> 32 == n_shared(c);
}

static bool is_pair(const rs_rare *r, const candidates *all, const candidate *c)
{
    uint32_t n_ties;
    const uint32_t n = n_shared(c), n_of = r->picture_of[c->a].n_of;
    if (!is_best(r, all, c, &n_ties) || c->bits < MIN_BITS) return false;
    if (r->picture_of[c->a].set == r->picture_of[c->b].set)
        return n >= 3 && c->n_texts >= 1 && 5 * n >= 4 * n_of;
    if (c->single) return true;
    const bool told_apart = c->n_unique > 0 || n_ties == 1 || (n >= 3 && n == n_of);
    return told_apart && (c->n_texts >= 2 || (n >= 3 && 5 * n >= n_of));
}

static rsift_status tell_pair(const rs_rare *r, const candidate *c, rs_rare_fn *fn, void *ctx,
                              rsift_error *err)
{
    rs_rare_pair pair = {.a = c->a_sample,
                         .b = c->b_sample,
                         .a_set = r->picture_of[c->a].set,
                         .b_set = r->picture_of[c->b].set,
                         .n_shared = n_shared(c),
                         .n_of = r->picture_of[c->a].n_of,
                         .n_shown = c->n_shown};
    for (size_t i = 0; i < c->n_shown; i++)
        pair.shown[i] = (struct rs_rare_shown){.text = r->texts[c->shown[i]].normal,
                                               .in_a = count_in(r, c->shown[i], pair.a_set),
                                               .in_b = count_in(r, c->shown[i], pair.b_set)};
    return fn(ctx, &pair, err);
}

static int by_samples(const void *x, const void *y)
{
    const candidate *p = x, *q = y;
    const int a = rs_id_cmp(p->a_sample, q->a_sample);
    return a != 0 ? a : rs_id_cmp(p->b_sample, q->b_sample);
}

static rsift_status find_pairs(rs_rare *r, candidates *all, rsift_error *err)
{
    for (size_t t = 0; t < r->keys.n; t++) RS_TRY(share_all(r, all, (uint32_t)t, err));
    for (size_t i = 0; i < all->n; i++) RS_TRY(note_best(r, all, &all->items[i], err));
    size_t kept = 0;
    for (size_t i = 0; i < all->n; i++)
        if (is_pair(r, all, &all->items[i])) all->items[kept++] = all->items[i];
    all->n = kept;
    if (kept) qsort(all->items, kept, sizeof *all->items, by_samples);
    return RSIFT_OK;
}

rsift_status rs_rare_pairs(rs_rare *r, rs_rare_fn *fn, void *ctx, rsift_error *err)
{
    candidates all = {0};
    rsift_status status = find_pairs(r, &all, err);
    for (size_t i = 0; status == RSIFT_OK && i < all.n; i++)
        status = tell_pair(r, &all.items[i], fn, ctx, err);
    rs_map64_fini(&all.number);
    rs_map64_fini(&all.best);
    rs_free(all.items);
    return status;
}
