/* All pairs of planted hashes, by src/similar/hamming.h: time, memory and recall. One in ten hashes
 * is another one with 0 to RADIUS bits turned over (in a join, in one of the 8 orientations); the
 * others are random. bench/similar/pairs.py builds and drives it.
 *
 *   pairs self N RADIUS THREADS              pairs inside an index
 *   pairs join N QUERIES RADIUS THREADS      an index against queries in 8 orientations
 *   pairs write N RADIUS FILE                the hashes of `self`, 32 bytes each, and in FILE.pairs
 *                                            b << 32 | a of the planted ones, 8 bytes each */
#include "base/rng.h"
#include "similar/hamming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { BATCH = 1 << 18, EVERY = 10 };

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    fprintf(stderr, "pairs: %s\n", what);
    exit(1);
}

static rs_image_phash random_hash(uint64_t seed, uint64_t i)
{
    rs_rng rng = rs_rng_of(seed, (rs_id){7, i});
    rs_image_phash hash;
    for (size_t w = 0; w < 4; w++) hash.word[w] = rs_rng_next(&rng);
    return hash;
}

/* Hash i of a set: every tenth is a relative of one of the n_of hashes of set 1. */
typedef struct relative {
    uint64_t of;
    unsigned bits;
} relative;

static relative relative_of(uint64_t seed, uint64_t i, uint64_t n_of, unsigned radius)
{
    rs_rng rng = rs_rng_of(seed, (rs_id){8, i});
    uint64_t of = rs_rng_below(&rng, n_of);
    if (of % EVERY == 0) of += n_of > 1; /* no relative of a relative */
    return (relative){.of = of, .bits = (unsigned)rs_rng_below(&rng, radius + 1)};
}

static rs_image_phash related_hash(uint64_t seed, uint64_t i, relative r, bool turned)
{
    rs_image_phash hash = random_hash(1, r.of);
    const rs_image_phash from = hash;
    rs_rng rng = rs_rng_of(seed, (rs_id){9, i});
    while (rs_hamming_distance(&from, &hash) < r.bits) {
        const uint64_t bit = rs_rng_below(&rng, 256), mask = 1ull << bit % 64;
        if (!((from.word[bit / 64] ^ hash.word[bit / 64]) & mask)) hash.word[bit / 64] ^= mask;
    }
    return turned ? rs_image_phash_orient(hash, (unsigned)rs_rng_below(&rng, 8)) : hash;
}

static rs_image_phash self_hash(uint64_t i, unsigned radius)
{
    if (i % EVERY != 0 || i == 0) return random_hash(1, i);
    return related_hash(1, i, relative_of(1, i, i, radius), false);
}

static rs_image_phash query_hash(uint64_t i, uint64_t n_index, unsigned radius)
{
    if (i % EVERY != 0) return random_hash(2, i);
    return related_hash(2, i, relative_of(2, i, n_index, radius), true);
}

typedef struct found {
    uint64_t n, n_planted, n_of; /* n_of = hashes of set 1 that relatives are of */
    uint64_t first;              /* number of the batch's first query */
    uint64_t seed;
    unsigned radius;
} found;

static rsift_status count(void *ctx, const rs_hamming_pair *pair, rsift_error *err)
{
    (void)err;
    found *f = ctx;
    const uint64_t b = f->first + pair->b;
    f->n++;
    if (b % EVERY != 0 || (b == 0 && f->seed == 1)) return RSIFT_OK;
    const relative r = relative_of(f->seed, b, f->n_of ? f->n_of : b, f->radius);
    f->n_planted += r.of == pair->a && pair->distance <= r.bits;
    return RSIFT_OK;
}

/* | label | wall s | CPU s | peak MB | pairs | of the planted | */
static void row(const char *label, double wall, double cpu, const found *f, uint64_t n_planted)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("| %s | %.1f | %.1f | %.0f | %llu | %.4f %% |\n", label, wall, cpu,
           (double)use.ru_maxrss / 1024, (unsigned long long)f->n,
           100.0 * (double)f->n_planted / (double)(n_planted ? n_planted : 1));
}

static rs_image_phash *make(size_t n, unsigned radius)
{
    rs_image_phash *hashes = malloc(n * sizeof *hashes);
    if (!hashes) fail("no memory");
    for (size_t i = 0; i < n; i++) hashes[i] = self_hash(i, radius);
    return hashes;
}

/* A pair at distance 0 is collapsed, not reported. */
static uint64_t n_planted_of_self(const rs_hamming *index, size_t n, found *f)
{
    uint64_t planted = 0;
    for (size_t i = EVERY; i < n; i += EVERY) {
        planted++;
        f->n_planted += rs_hamming_first(index, (uint32_t)i) != i;
    }
    return planted;
}

static void self(size_t n, const rs_hamming_options *options)
{
    rs_image_phash *hashes = make(n, options->radius);
    found f = {.seed = 1, .radius = options->radius};
    rsift_error err = {0};
    rs_hamming *index = NULL;
    const double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    if (rs_hamming_new(hashes, n, &index, &err) != RSIFT_OK ||
        rs_hamming_self(index, options, count, &f, &err) != RSIFT_OK)
        fail(err.message);
    const double wall_s = now(CLOCK_MONOTONIC) - wall;
    const double cpu_s = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    const uint64_t planted = n_planted_of_self(index, n, &f);
    char label[128];
    snprintf(label, sizeof label, "rsift, %zu all pairs, radius %u", n, options->radius);
    row(label, wall_s, cpu_s, &f, planted);
    rs_hamming_free(index);
    free(hashes);
}

static void join(size_t n, size_t n_queries, const rs_hamming_options *options)
{
    rs_image_phash *hashes = make(n, options->radius);
    rs_image_phash *batch = malloc(BATCH * sizeof *batch);
    found f = {.n_of = n, .seed = 2, .radius = options->radius};
    rsift_error err = {0};
    rs_hamming *index = NULL;
    double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    if (!batch || rs_hamming_new(hashes, n, &index, &err) != RSIFT_OK) fail(err.message);
    double wall_s = now(CLOCK_MONOTONIC) - wall, cpu_s = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    for (size_t at = 0; at < n_queries; at += BATCH) {
        const size_t m = n_queries - at < BATCH ? n_queries - at : BATCH;
        for (size_t i = 0; i < m; i++) batch[i] = query_hash(at + i, n, options->radius);
        f.first = at;
        wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
        if (rs_hamming_join(index, batch, m, options, count, &f, &err) != RSIFT_OK)
            fail(err.message);
        wall_s += now(CLOCK_MONOTONIC) - wall;
        cpu_s += now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    }
    char label[128];
    snprintf(label, sizeof label, "rsift, %zu x 8 orientations against %zu, radius %u", n_queries,
             n, options->radius);
    row(label, wall_s, cpu_s, &f, (n_queries + EVERY - 1) / EVERY);
    rs_hamming_free(index);
    free(batch);
    free(hashes);
}

static FILE *create(const char *path, const char *suffix)
{
    char name[4096];
    snprintf(name, sizeof name, "%s%s", path, suffix);
    FILE *out = fopen(name, "wb");
    if (!out) fail("the file cannot be written");
    return out;
}

static void write_hashes(size_t n, unsigned radius, const char *path)
{
    FILE *hashes = create(path, ""), *pairs = create(path, ".pairs");
    bool ok = true;
    for (uint64_t i = 0; i < n; i++) {
        const rs_image_phash hash = self_hash(i, radius);
        ok &= fwrite(&hash, sizeof hash, 1, hashes) == 1;
        if (i == 0 || i % EVERY != 0) continue;
        const uint64_t pair = i << 32 | relative_of(1, i, i, radius).of;
        ok &= fwrite(&pair, sizeof pair, 1, pairs) == 1;
    }
    ok &= fclose(hashes) == 0;
    ok &= fclose(pairs) == 0;
    if (!ok) fail("the file cannot be written");
}

int main(int argc, char **argv)
{
    rs_hamming_options options = {0};
    if (argc == 5 && strcmp(argv[1], "self") == 0) {
        options.radius = (unsigned)atoi(argv[3]);
        options.n_threads = atoi(argv[4]);
        self((size_t)atoll(argv[2]), &options);
    } else if (argc == 6 && strcmp(argv[1], "join") == 0) {
        options.radius = (unsigned)atoi(argv[4]);
        options.n_threads = atoi(argv[5]);
        options.orientations = true;
        join((size_t)atoll(argv[2]), (size_t)atoll(argv[3]), &options);
    } else if (argc == 5 && strcmp(argv[1], "write") == 0) {
        write_hashes((size_t)atoll(argv[2]), (unsigned)atoi(argv[3]), argv[4]);
    } else {
        fprintf(stderr, "usage: pairs self N RADIUS THREADS | join N QUERIES RADIUS THREADS | "
                        "write N RADIUS FILE\n");
        return 2;
    }
    return 0;
}
