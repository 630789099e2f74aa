/* MinHash signatures of texts; see text.h. */
#include "similar/text.h"

#include "similar/text_normal.h"

enum { PIECE = 5, CODE_BITS = 12, BIN_BITS = 7 };
#define NO_VALUE UINT32_MAX
static const uint64_t piece_mask = ((uint64_t)1 << (PIECE * CODE_BITS)) - 1;

/* A code point in 12 bits. Those from 2048 on share 2048 numbers: pieces differ by several of them,
 * so that two that are different are equal in less than one case of 2,000. */
static uint64_t short_code(uint32_t c)
{
    return c < 2048 ? c : 2048 | (c * 0x9e3779b1u) >> 21;
}

/* The signature while it is made: the least hash in each bin. */
typedef struct bins {
    uint32_t value[RS_MINHASH_N];
} bins;

/* Murmur3's finaliser: bits 57 to 63 choose the bin, bits 20 to 51 are the value there. */
static void put_piece(bins *b, uint64_t piece)
{
    uint64_t h = piece * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
    h *= 0xc4ceb9fe1a85ec53u;
    h ^= h >> 29;
    uint32_t *at = &b->value[h >> (64 - BIN_BITS)];
    const uint32_t value = (uint32_t)(h >> 20);
    *at = value < *at ? value : *at;
}

/* Pieces of the text, which begins and ends with a blank. */
static void put_text(bins *b, rs_str text)
{
    rs_text_reader r;
    uint64_t piece = ' ';
    size_t n = 1; /* codes so far */
    for (rs_text_reader_start(&r, text); rs_text_reader_next(&r);) {
        size_t i = 0;
        for (; n < PIECE && i < r.n; i++, n++) piece = piece << CODE_BITS | short_code(r.code[i]);
        if (n < PIECE) continue;
        if (i) put_piece(b, piece);
        for (; i < r.n; i++) {
            piece = (piece << CODE_BITS | short_code(r.code[i])) & piece_mask;
            put_piece(b, piece);
        }
    }
    if (n == 1) return;
    const uint64_t last = piece & (((uint64_t)1 << CODE_BITS) - 1);
    if (last != ' ') piece = (piece << CODE_BITS | ' ') & piece_mask;
    if (last != ' ' || n < PIECE) put_piece(b, piece);
}

/* Round r of filling: an empty bin i takes the value of bin i ^ turns[r] where that one was filled
 * by the text itself. All numbers below 128 in a fixed random order, so that each bin gives at most
 * one copy per round and has been everybody's partner at the end. */
static const uint8_t turns[RS_MINHASH_N - 1] = {
    114, 106, 111, 109, 35,  41, 23,  69,  76,  16, 95,  10,  33,  58,  89, 34,  122, 17,  39,
    86,  46,  60,  52,  119, 94, 77,  24,  27,  42, 72,  59,  20,  13,  15, 30,  125, 75,  103,
    32,  104, 70,  36,  2,   14, 9,   92,  22,  53, 54,  105, 44,  113, 91, 100, 67,  18,  47,
    26,  48,  74,  50,  64,  37, 43,  97,  115, 82, 112, 5,   29,  102, 61, 45,  121, 28,  85,
    84,  124, 71,  88,  90,  65, 56,  96,  127, 8,  120, 63,  118, 98,  57, 78,  116, 108, 80,
    73,  117, 1,   79,  126, 83, 101, 12,  66,  68, 49,  31,  7,   19,  62, 11,  4,   81,  25,
    123, 107, 99,  93,  40,  51, 6,   110, 21,  38, 87,  55,  3};

/* 128 bits, one per bin. */
typedef struct bin_set {
    uint64_t word[2];
} bin_set;

/* The set of i ^ turn for every i of the set: one swap of halves, quarters, ... per bit of turn. */
static bin_set turn_set(bin_set s, unsigned turn)
{
    static const uint64_t even[6] = {0x5555555555555555u, 0x3333333333333333u, 0x0f0f0f0f0f0f0f0fu,
                                     0x00ff00ff00ff00ffu, 0x0000ffff0000ffffu, 0x00000000ffffffffu};
    if (turn & 64) s = (bin_set){{s.word[1], s.word[0]}};
    for (unsigned k = 0; k < 6; k++) {
        if (!(turn >> k & 1)) continue;
        for (size_t w = 0; w < 2; w++)
            s.word[w] = (s.word[w] & even[k]) << (1u << k) | (s.word[w] >> (1u << k) & even[k]);
    }
    return s;
}

static void fill_empty(bins *b)
{
    bin_set filled = {{0, 0}};
    for (size_t i = 0; i < RS_MINHASH_N; i++)
        filled.word[i / 64] |= (uint64_t)(b->value[i] != NO_VALUE) << (i % 64);
    if (!(filled.word[0] | filled.word[1])) return;
    bin_set empty = {{~filled.word[0], ~filled.word[1]}};
    for (size_t round = 0; empty.word[0] | empty.word[1]; round++) {
        const bin_set source = turn_set(filled, turns[round]);
        for (size_t w = 0; w < 2; w++) {
            uint64_t now = empty.word[w] & source.word[w];
            empty.word[w] &= ~now;
            for (; now; now &= now - 1) {
                const size_t i = w * 64 + (size_t)__builtin_ctzll(now);
                b->value[i] = b->value[i ^ turns[round]];
            }
        }
    }
}

void rs_minhash_of(rs_str text, rs_minhash *out)
{
    bins b;
    memset(&b, 0xff, sizeof b);
    put_text(&b, text);
    fill_empty(&b);
    memcpy(out->value, b.value, sizeof b.value);
}

bool rs_minhash_is_empty(const rs_minhash *signature)
{
    for (size_t i = 0; i < RS_MINHASH_N; i++)
        if (signature->value[i] != NO_VALUE) return false;
    return true;
}

double rs_minhash_similarity(const rs_minhash *a, const rs_minhash *b)
{
    unsigned n = 0;
    for (size_t i = 0; i < RS_MINHASH_N; i++) n += a->value[i] == b->value[i];
    return (double)n / RS_MINHASH_N;
}
