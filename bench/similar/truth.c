/* Two lists of pictures, and every pair of them that the parts of rsift find: equal blocks, hashes
 * within a radius with the score of their thumbnails, pieces. bench/similar/truth.py makes the
 * variants, drives it and counts.
 *
 *   truth ORIGINALS VARIANTS RADIUS none|lossless|scaled THREADS
 *
 * The lists are files of one path a line. Lines out, tab-separated:
 *   picture   side(a|b) number flat(0|1) quality width height | "failed" message
 *   exact     a b
 *   near      a b orientation distance score
 *   crop      a b orientation votes score proved(0|1) lossless(0|1) x y width height scale
 *   seconds   what wall CPU */
#include "base/alloc.h"
#include "image/decode.h"
#include "image/hash.h"
#include "run/pipeline.h"
#include "similar/crop.h"
#include "similar/hamming.h"
#include "similar/thumb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_CANDIDATES = 8 };

typedef struct list {
    char **paths;
    size_t n;
    rs_image_hash *hashes;
    rs_luma *lumas; /* only of the originals */
    char (*failed)[256];
} list;

typedef struct task {
    const list *of;
    list *into;
    rs_crop_index *index;
    const list *scenes;
    bool keep_luma;
} task;

typedef struct item {
    rs_range range;
    rs_crop_candidate found[MOST_CANDIDATES];
    bool proved[MOST_CANDIDATES];
    size_t n;
} item;

static const rsift_limits limits; /* zeros = the defaults */

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    fprintf(stderr, "truth: %s\n", what);
    exit(1);
}

static rs_str read_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in || fseek(in, 0, SEEK_END) != 0) fail(path);
    const long n = ftell(in);
    char *bytes = malloc((size_t)n + 1);
    if (!bytes || fseek(in, 0, SEEK_SET) != 0 || fread(bytes, 1, (size_t)n, in) != (size_t)n)
        fail(path);
    fclose(in);
    bytes[n] = 0;
    return (rs_str){bytes, (size_t)n};
}

static list read_list(const char *path)
{
    const rs_str text = read_file(path);
    list l = {0};
    for (size_t i = 0; i < text.len; i++) l.n += text.ptr[i] == '\n';
    l.paths = calloc(l.n, sizeof *l.paths);
    l.hashes = calloc(l.n, sizeof *l.hashes);
    l.lumas = calloc(l.n, sizeof *l.lumas);
    l.failed = calloc(l.n, sizeof *l.failed);
    char *at = (char *)(uintptr_t)text.ptr;
    for (size_t i = 0; i < l.n; i++) {
        l.paths[i] = at;
        at = strchr(at, '\n');
        *at++ = 0;
    }
    return l;
}

static rs_luma luma_of(const rs_pixels *pixels)
{
    const size_t n = (size_t)pixels->width * pixels->height;
    uint8_t *at = malloc(n);
    if (!at) fail("no memory");
    rs_image_luma(pixels->rgb, n, at);
    return (rs_luma){at, pixels->width, pixels->height};
}

static rsift_status hash_one(void *ctx, void *slot, rsift_error *err)
{
    const task *t = ctx;
    (void)err;
    for (size_t i = ((item *)slot)->range.begin; i < ((item *)slot)->range.end; i++) {
        rs_str bytes = read_file(t->into->paths[i]);
        rsift_error why = {0};
        rs_pixels pixels = {0};
        rsift_status status = rs_image_hash_bytes(bytes, &limits, NULL, &t->into->hashes[i], &why);
        if (status == RSIFT_OK && t->keep_luma) {
            status = rs_image_decode(bytes, &limits, &pixels, &why);
            if (status == RSIFT_OK) t->into->lumas[i] = luma_of(&pixels);
            rs_pixels_fini(&pixels);
        }
        if (status != RSIFT_OK) memcpy(t->into->failed[i], why.message, sizeof why.message);
        free((char *)(uintptr_t)bytes.ptr);
    }
    return RSIFT_OK;
}

static rsift_status ask_one(void *ctx, void *slot, rsift_error *err)
{
    const task *t = ctx;
    item *it = slot;
    const size_t i = it->range.begin;
    it->n = 0;
    if (t->into->failed[i][0]) return RSIFT_OK;
    const rs_str bytes = read_file(t->into->paths[i]);
    rs_pixels pixels = {0};
    rsift_status status = rs_image_decode(bytes, &limits, &pixels, err);
    free((char *)(uintptr_t)bytes.ptr);
    if (status != RSIFT_OK) return status;
    const rs_luma luma = luma_of(&pixels);
    rs_pixels_fini(&pixels);
    status = rs_crop_index_ask(t->index, &luma, it->found, MOST_CANDIDATES, &it->n, err);
    for (size_t k = 0; status == RSIFT_OK && k < it->n; k++)
        it->proved[k] =
            rs_crop_prove(&t->scenes->lumas[it->found[k].number], &luma, &it->found[k].place);
    free((uint8_t *)(uintptr_t)luma.at);
    return status;
}

static rsift_status print_crops(void *ctx, void *slot, rsift_error *err)
{
    (void)ctx;
    (void)err;
    const item *it = slot;
    for (size_t k = 0; k < it->n; k++) {
        const rs_crop_place *p = &it->found[k].place;
        printf("crop\t%u\t%zu\t%u\t%u\t%.4f\t%d\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.4f\n",
               it->found[k].number, it->range.begin, p->orientation, it->found[k].votes, p->score,
               it->proved[k], p->lossless, p->x, p->y, p->width, p->height, p->scale);
    }
    return RSIFT_OK;
}

static void run(task *t, size_t n, size_t n_threads,
                rsift_status (*work)(void *, void *, rsift_error *),
                rsift_status (*consume)(void *, void *, rsift_error *))
{
    rsift_error err = {0};
    const rs_pipeline pipeline = {.item_size = sizeof(item),
                                  .n_threads = n_threads,
                                  .ctx = t,
                                  .work = work,
                                  .consume = consume};
    if (rs_run_ranges(&pipeline, n, 1, &err) != RSIFT_OK) fail(err.message);
}

static void print_pictures(const list *l, char side)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->failed[i][0]) printf("picture\t%c\t%zu\tfailed\t%s\n", side, i, l->failed[i]);
        else
            printf("picture\t%c\t%zu\t%d\t%u\t%u\t%u\n", side, i, rs_thumb_is_flat(&l->hashes[i]),
                   l->hashes[i].quality, l->hashes[i].width, l->hashes[i].height);
}

static void print_exact(const list *a, const list *b)
{
    for (size_t j = 0; j < b->n; j++)
        for (size_t i = 0; i < a->n; i++)
            if (!a->failed[i][0] && !b->failed[j][0] && a->hashes[i].exact && b->hashes[j].exact &&
                rs_id_eq(a->hashes[i].block_hash, b->hashes[j].block_hash))
                printf("exact\t%zu\t%zu\n", i, j);
}

typedef struct near {
    const list *a, *b;
    const uint32_t *of_a, *of_b; /* numbers of the pictures behind the hashes */
    const rs_hamming *index;
    size_t n_a;
} near;

/* A pair stands for all originals whose hash equals the one it names. */
static rsift_status print_near(void *ctx, const rs_hamming_pair *pair, rsift_error *err)
{
    (void)err;
    const near *n = ctx;
    for (uint32_t i = pair->a; i < n->n_a; i++) {
        if (rs_hamming_first(n->index, i) != pair->a) continue;
        const uint32_t a = n->of_a[i], b = n->of_b[pair->b];
        const rs_thumb_match match =
            rs_thumb_compare(n->a->hashes[a].thumb, n->b->hashes[b].thumb, pair->orientation);
        printf("near\t%u\t%u\t%u\t%u\t%.4f\n", a, b, pair->orientation, pair->distance,
               match.ground < RS_THUMB_SAME_GROUND ? 0 : match.score);
    }
    return RSIFT_OK;
}

/* The hashes that say something, and whose they are. */
static size_t collect(const list *l, rs_image_phash *hashes, uint32_t *of)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (l->failed[i][0] || rs_thumb_is_flat(&l->hashes[i])) continue;
        of[n] = (uint32_t)i;
        hashes[n++] = l->hashes[i].phash;
    }
    return n;
}

static void search(const list *a, const list *b, unsigned radius, int n_threads)
{
    rs_image_phash *ha = calloc(a->n, sizeof *ha), *hb = calloc(b->n, sizeof *hb);
    uint32_t *of_a = calloc(a->n, sizeof *of_a), *of_b = calloc(b->n, sizeof *of_b);
    const size_t n_a = collect(a, ha, of_a), n_b = collect(b, hb, of_b);
    const rs_hamming_options options = {
        .radius = radius, .orientations = true, .n_threads = n_threads};
    rsift_error err = {0};
    rs_hamming *index = NULL;
    if (rs_hamming_new(ha, n_a, &index, &err) != RSIFT_OK) fail(err.message);
    near ctx = {.a = a, .b = b, .of_a = of_a, .of_b = of_b, .index = index, .n_a = n_a};
    if (rs_hamming_join(index, hb, n_b, &options, print_near, &ctx, &err) != RSIFT_OK)
        fail(err.message);
    rs_hamming_free(index);
    free(ha);
    free(hb);
    free(of_a);
    free(of_b);
}

static void find_crops(list *a, list *b, bool scaled, size_t n_threads)
{
    const rs_crop_options options = {.scaled = scaled};
    rsift_error err = {0};
    task t = {.into = b, .scenes = a};
    if (rs_crop_index_new(&options, &t.index, &err) != RSIFT_OK) fail(err.message);
    for (size_t i = 0; i < a->n; i++)
        if (!a->failed[i][0] &&
            rs_crop_index_add(t.index, (uint32_t)i, &a->lumas[i], &err) != RSIFT_OK)
            fail(err.message);
    if (rs_crop_index_seal(t.index, &err) != RSIFT_OK) fail(err.message);
    run(&t, b->n, n_threads, ask_one, print_crops);
    rs_crop_index_free(t.index);
}

static void print_seconds(const char *what, double *wall, double *cpu)
{
    const double w = now(CLOCK_MONOTONIC), c = now(CLOCK_PROCESS_CPUTIME_ID);
    printf("seconds\t%s\t%.2f\t%.2f\n", what, w - *wall, c - *cpu);
    *wall = w;
    *cpu = c;
}

int main(int argc, char **argv)
{
    if (argc != 6) fail("usage: truth ORIGINALS VARIANTS RADIUS none|lossless|scaled THREADS");
    list a = read_list(argv[1]), b = read_list(argv[2]);
    const size_t n_threads = (size_t)atoi(argv[5]);
    double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    task t = {.into = &a, .keep_luma = strcmp(argv[4], "none") != 0};
    run(&t, a.n, n_threads, hash_one, NULL);
    t = (task){.into = &b};
    run(&t, b.n, n_threads, hash_one, NULL);
    print_pictures(&a, 'a');
    print_pictures(&b, 'b');
    print_seconds("hash", &wall, &cpu);
    print_exact(&a, &b);
    search(&a, &b, (unsigned)atoi(argv[3]), (int)n_threads);
    print_seconds("near", &wall, &cpu);
    if (strcmp(argv[4], "none") != 0) {
        find_crops(&a, &b, strcmp(argv[4], "scaled") == 0, n_threads);
        print_seconds("crops", &wall, &cpu);
    }
    return 0;
}
