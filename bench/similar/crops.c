/* How fast anchors are, what an index weighs, and how many pieces of real pictures are found, per
 * transform: cut, turned, recompressed, rescaled. Prints one Markdown table. bench/similar/crops.py
 * builds and drives it.
 *
 *   crops [--side N] [--pieces N] [--scaled] [--pairs] PICTURE... */
#include "base/alloc.h"
#include "base/rng.h"
#include "image/decode.h"
#include "image/encode.h"
#include "similar/anchors.h"
#include "similar/crop.h"
#include "similar/orient.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 20000, MAX_CANDIDATES = 16 };

static rs_pixels scenes[MOST];
static rs_luma lumas[MOST];
static const char *names[MOST];
static size_t n_scenes;
static double megapixels;

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void load(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f || n_scenes == MOST) return;
    fseek(f, 0, SEEK_END);
    size_t size = (size_t)ftell(f);
    rewind(f);
    char *bytes = malloc(size + 1);
    size_t got = fread(bytes, 1, size, f);
    fclose(f);
    rs_pixels *p = &scenes[n_scenes];
    rs_str view = {bytes, got};
    if (rs_image_decode(view, NULL, p, NULL) == RSIFT_OK) {
        size_t n = (size_t)p->width * p->height;
        uint8_t *at = malloc(n);
        rs_image_luma(p->rgb, n, at);
        names[n_scenes] = path;
        lumas[n_scenes++] = (rs_luma){at, p->width, p->height};
        megapixels += 1e-6 * (double)n;
    } else {
        fprintf(stderr, "%s: not decoded\n", path);
    }
    free(bytes);
}

/* The window of a picture, rescaled by area means or linear interpolation, laid in an
 * orientation. */
static rs_pixels piece_of(const rs_pixels *scene, uint32_t x0, uint32_t y0, uint32_t side,
                          double scale, unsigned o)
{
    uint32_t out = (uint32_t)lround(side * scale);
    rs_pixels p = {0};
    if (rs_pixels_init(&p, out, out, NULL, NULL) != RSIFT_OK) abort();
    double step = (double)side / out;
    for (uint32_t y = 0; y < out; y++)
        for (uint32_t x = 0; x < out; x++) {
            double sum[3] = {0}, weight = 0, radius = step > 1 ? step : 1;
            double cx = x0 + (x + 0.5) * step - 0.5, cy = y0 + (y + 0.5) * step - 0.5;
            for (int v = (int)ceil(cy - radius); v <= (int)floor(cy + radius); v++)
                for (int u = (int)ceil(cx - radius); u <= (int)floor(cx + radius); u++) {
                    double w = (1 - fabs(u - cx) / radius) * (1 - fabs(v - cy) / radius);
                    int uu = u < 0 ? 0 : u >= (int)scene->width ? (int)scene->width - 1 : u;
                    int vv = v < 0 ? 0 : v >= (int)scene->height ? (int)scene->height - 1 : v;
                    const uint8_t *q = scene->rgb + 3 * ((size_t)vv * scene->width + (size_t)uu);
                    for (int c = 0; c < 3; c++) sum[c] += w * q[c];
                    weight += w;
                }
            uint32_t tx = x, ty = y;
            rs_orient_pixel(o, out, out, &tx, &ty);
            for (int c = 0; c < 3; c++)
                p.rgb[3 * ((size_t)ty * out + tx) + (size_t)c] = (uint8_t)lround(sum[c] / weight);
        }
    return p;
}

static void recode(rs_pixels *p, int quality)
{
    rs_buf buf = {0};
    rs_pixels back = {0};
    if (rs_image_encode_jpeg(p, quality, &buf, NULL) != RSIFT_OK ||
        rs_image_decode(rs_buf_view(&buf), NULL, &back, NULL) != RSIFT_OK)
        abort();
    rs_pixels_fini(p);
    rs_buf_fini(&buf);
    *p = back;
}

struct tally {
    size_t pieces, proposed, proved, lossless, placed;
    size_t strangers, false_pairs; /* candidates that are other pictures, and those proved */
    double ask, cpu;
};

static void try_piece(const rs_crop_index *index, size_t scene, const rs_pixels *piece,
                      const double truth[3], struct tally *t)
{
    size_t n_pixels = (size_t)piece->width * piece->height, n = 0;
    uint8_t *at = malloc(n_pixels);
    rs_image_luma(piece->rgb, n_pixels, at);
    rs_luma luma = {at, piece->width, piece->height};
    rs_crop_candidate c[MAX_CANDIDATES];
    double start = seconds();
    if (rs_crop_index_ask(index, &luma, c, MAX_CANDIDATES, &n, NULL) != RSIFT_OK) abort();
    t->ask += seconds() - start;
    bool proposed = false, proved = false, lossless = false, placed = false;
    for (size_t i = 0; i < n; i++) {
        bool same = c[i].number == scene;
        bool ok = rs_crop_prove(&lumas[c[i].number], &luma, &c[i].place);
        if (same) {
            proposed = true, proved |= ok, lossless |= ok && c[i].place.lossless;
            placed |= ok && fabs(c[i].place.x - truth[0]) < truth[2] &&
                      fabs(c[i].place.y - truth[1]) < truth[2];
        } else {
            t->strangers++;
            t->false_pairs += ok;
            if (ok)
                fprintf(stderr, "pair: %zu %u score %.3f votes %u o %u at %.1f %.1f scale %.2f\n",
                        scene, c[i].number, c[i].place.score, c[i].votes, c[i].place.orientation,
                        c[i].place.x, c[i].place.y, c[i].place.scale);
        }
    }
    t->cpu += seconds() - start;
    if (!proved && getenv("MISSES"))
        fprintf(stderr, "missed: %s at %.0f %.0f, %u px, proposed %d\n", names[scene], truth[0],
                truth[1], piece->width, proposed);
    t->pieces++, t->proposed += proposed, t->proved += proved, t->lossless += lossless;
    t->placed += placed;
    free(at);
}

static void row(const rs_crop_index *index, const char *name, uint32_t side, double scale,
                int quality, bool turned, size_t n_pieces)
{
    struct tally t = {0};
    rs_rng rng = rs_rng_of(7, (rs_id){side, (uint64_t)quality});
    for (size_t i = 0; i < n_pieces; i++) {
        size_t scene = (size_t)rs_rng_below(&rng, n_scenes);
        const rs_pixels *p = &scenes[scene];
        uint32_t s = side;
        unsigned o = turned ? (unsigned)rs_rng_below(&rng, 8) : 0;
        if (p->width <= s || p->height <= s) continue;
        uint32_t x = (uint32_t)rs_rng_below(&rng, p->width - s);
        uint32_t y = (uint32_t)rs_rng_below(&rng, p->height - s);
        rs_pixels piece = piece_of(p, x, y, s, scale, o);
        if (quality) recode(&piece, quality);
        try_piece(index, scene, &piece, (double[]){x, y, 0.02 * s + 1}, &t);
        rs_pixels_fini(&piece);
    }
    double n = t.pieces ? (double)t.pieces / 100 : 1;
    printf("| %s | %u | %zu | %.2f | %.2f | %.2f | %.2f | %zu | %zu | %.2f | %.2f |\n", name, side,
           t.pieces, (double)t.proposed / n, (double)t.proved / n, (double)t.placed / n,
           (double)t.lossless / n, t.strangers, t.false_pairs, 10 * t.ask / n,
           10 * (t.cpu - t.ask) / n);
    fflush(stdout);
}

static void speed(void)
{
    rs_anchors anchors = {0};
    double start = seconds(), took;
    size_t rounds = 0;
    do {
        anchors.n = 0;
        for (size_t i = 0; i < n_scenes; i++) rs_anchors_find(&lumas[i], &anchors, NULL);
        rounds++;
    } while ((took = seconds() - start) < 1);
    size_t n = anchors.n;
    printf("| anchors per Mpx | %.0f |\n| anchors found, MB per CPU second | %.0f |\n",
           (double)n / megapixels, megapixels * (double)rounds / took);
    start = seconds();
    uint64_t sum = 0;
    for (rounds = 0; (took = seconds() - start) < 0.5; rounds++)
        for (size_t i = 0; i < n_scenes; i++) {
            size_t m = (size_t)lumas[i].width * lumas[i].height;
            for (size_t k = 0; k + 8 <= m; k += 8) {
                uint64_t v;
                memcpy(&v, lumas[i].at + k, 8);
                sum ^= v;
            }
        }
    printf("| the same bytes read once, MB per CPU second | %.0f%s |\n",
           megapixels * (double)rounds / took, sum == 42 ? " " : "");
    rs_anchors_fini(&anchors);
}

/* Every picture asked for among all others: how many are proposed, and which are proved. */
static void list_pairs(const rs_crop_index *index)
{
    size_t n_asked = 0, n_proposed = 0, n_proved = 0, n_lossless = 0;
    double start = seconds();
    printf("| picture | lies on | score | votes | orientation | x | y | scale |\n"
           "|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < n_scenes; i++) {
        rs_crop_candidate c[64];
        size_t n = 0;
        if (rs_crop_index_ask(index, &lumas[i], c, 64, &n, NULL) != RSIFT_OK) abort();
        n_asked++;
        for (size_t k = 0; k < n; k++) {
            if (c[k].number == i) continue;
            n_proposed++;
            if (!rs_crop_prove(&lumas[c[k].number], &lumas[i], &c[k].place)) continue;
            n_proved++, n_lossless += c[k].place.lossless;
            printf("| %s | %s | %.3f%s | %u | %u | %.1f | %.1f | %.3f |\n", names[i],
                   names[c[k].number], c[k].place.score, c[k].place.lossless ? " equal" : "",
                   c[k].votes, c[k].place.orientation, c[k].place.x, c[k].place.y,
                   c[k].place.scale);
        }
    }
    printf("\n%zu asked, %zu proposed, %zu proved, %zu of them equal; %.1f CPU s\n", n_asked,
           n_proposed, n_proved, n_lossless, seconds() - start);
}

int main(int argc, char **argv)
{
    uint32_t side = 0;
    size_t n_pieces = 300;
    rs_crop_options options = {0};
    bool pairs = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--side") == 0 && i + 1 < argc)
            side = (uint32_t)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--pieces") == 0 && i + 1 < argc)
            n_pieces = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--scaled") == 0) options.scaled = true;
        else if (strcmp(argv[i], "--pairs") == 0) pairs = true;
        else load(argv[i]);
    }
    if (n_scenes == 0) return 1;
    printf("%zu pictures, %.1f Mpx\n\n| | |\n|---|---|\n", n_scenes, megapixels);
    speed();
    rs_crop_index *index = NULL, *empty = NULL;
    if (rs_crop_index_new(&options, &index, NULL) != RSIFT_OK ||
        rs_crop_index_new(&options, &empty, NULL) != RSIFT_OK)
        return 1;
    double start = seconds();
    for (size_t i = 0; i < n_scenes; i++)
        if (rs_crop_index_add(index, (uint32_t)i, &lumas[i], NULL) != RSIFT_OK) return 1;
    double added = seconds() - start;
    if (rs_crop_index_seal(index, NULL) != RSIFT_OK) return 1;
    printf(
        "| index, Mpx per CPU second | %.0f |\n| seal, CPU s | %.3f |\n| index, KB per Mpx | %.1f "
        "|\n\n",
        megapixels / added, seconds() - start - added,
        1e-3 * (double)(rs_crop_index_bytes(index) - rs_crop_index_bytes(empty)) / megapixels);
    rs_crop_index_free(empty);
    if (pairs) {
        list_pairs(index);
        rs_crop_index_free(index);
        return 0;
    }
    static const struct transform {
        const char *name;
        double scale;
        int quality;
        bool turned;
    } transforms[] = {
        {"cut", 1, 0, false},
        {"cut, turned", 1, 0, true},
        {"cut, JPEG 90", 1, 90, true},
        {"cut, JPEG 75", 1, 75, true},
        {"cut, JPEG 50", 1, 50, true},
        {"cut, scale 0.5", 0.5, 0, true},
        {"cut, scale 0.6", 0.6, 0, true},
        {"cut, scale 0.7", 0.7, 0, true},
        {"cut, scale 0.85", 0.85, 0, true},
        {"cut, scale 1.2", 1.2, 0, true},
        {"cut, scale 1.5", 1.5, 0, true},
        {"cut, scale 2", 2, 0, true},
        {"cut, scale 0.7, JPEG 75", 0.7, 75, true},
        {"cut, scale 1.5, JPEG 75", 1.5, 75, true},
    };
    printf(
        "| transform | px | pieces | proposed %% | proved %% | placed %% | lossless %% | strangers "
        "proposed | other pictures proved | ask, CPU ms | prove, CPU ms "
        "|\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < (options.scaled ? sizeof transforms / sizeof transforms[0] : 2); i++)
        for (uint32_t s = side ? side : 128; s <= (side ? side : 256); s += s / 2)
            row(index, transforms[i].name, s, transforms[i].scale, transforms[i].quality,
                transforms[i].turned, n_pieces);
    rs_crop_index_free(index);
    return 0;
}
