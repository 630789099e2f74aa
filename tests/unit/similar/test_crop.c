/* Pieces of drawn pictures are found where they were cut out, and nothing else is. */
#include "image/decode.h"
#include "image/encode.h"
#include "similar/anchors.h"
#include "similar/crop.h"
#include "similar/crop_describe.h"
#include "similar/crop_level.h"
#include "similar/orient.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct picture {
    uint8_t *at;
    uint32_t width, height;
} picture;

static rs_luma luma_of(const picture *p)
{
    return (rs_luma){p->at, p->width, p->height};
}

static picture blank(uint32_t width, uint32_t height, int value)
{
    picture p = {malloc((size_t)width * height + 1), width, height};
    assert_non_null(p.at);
    memset(p.at, value, (size_t)width * height);
    return p;
}

static rs_rng rng_of(uint64_t seed)
{
    return rs_rng_of(seed, (rs_id){seed, seed});
}

/* Ground like a photograph's: rectangles of all sizes over each other, each with its own
 * texture. */
static picture draw(uint32_t width, uint32_t height, uint64_t seed)
{
    picture p = blank(width, height, 90);
    rs_rng rng = rng_of(seed);
    size_t n = (size_t)width * height / 400 + 8;
    for (size_t i = 0; i < n; i++) {
        uint32_t w = 3 + (uint32_t)rs_rng_below(&rng, 30), h = 3 + (uint32_t)rs_rng_below(&rng, 30);
        uint32_t x0 = (uint32_t)rs_rng_below(&rng, width);
        uint32_t y0 = (uint32_t)rs_rng_below(&rng, height);
        int grey = (int)rs_rng_below(&rng, 200);
        for (uint32_t y = y0; y < y0 + h && y < height; y++)
            for (uint32_t x = x0; x < x0 + w && x < width; x++)
                p.at[(size_t)y * width + x] = (uint8_t)(grey + (int)rs_rng_below(&rng, 12));
    }
    return p;
}

static picture cut(const picture *from, uint32_t x0, uint32_t y0, uint32_t width, uint32_t height)
{
    picture p = blank(width, height, 0);
    for (uint32_t y = 0; y < height; y++)
        memcpy(p.at + (size_t)y * width, from->at + (size_t)(y0 + y) * from->width + x0, width);
    return p;
}

/* The picture laid in an orientation, pixel by pixel as image/hash.h says. */
static picture lay(const picture *from, unsigned o)
{
    bool t = o & RS_IMAGE_TRANSPOSE;
    picture p = blank(t ? from->height : from->width, t ? from->width : from->height, 0);
    for (uint32_t y = 0; y < from->height; y++)
        for (uint32_t x = 0; x < from->width; x++) {
            uint32_t u = t ? y : x, v = t ? x : y;
            if (o & RS_IMAGE_MIRROR_X) u = p.width - 1 - u;
            if (o & RS_IMAGE_MIRROR_Y) v = p.height - 1 - v;
            p.at[(size_t)v * p.width + u] = from->at[(size_t)y * from->width + x];
        }
    return p;
}

static picture jpeg(const picture *from, int quality)
{
    rs_pixels pixels = {0}, back = {0};
    rs_buf buf = {0};
    assert_int_equal(rs_pixels_init(&pixels, from->width, from->height, NULL, NULL), RSIFT_OK);
    size_t n = (size_t)from->width * from->height;
    for (size_t i = 0; i < 3 * n; i++) pixels.rgb[i] = from->at[i / 3];
    assert_int_equal(rs_image_encode_jpeg(&pixels, quality, &buf, NULL), RSIFT_OK);
    assert_int_equal(rs_image_decode(rs_buf_view(&buf), NULL, &back, NULL), RSIFT_OK);
    picture p = blank(from->width, from->height, 0);
    rs_image_luma(back.rgb, n, p.at);
    rs_pixels_fini(&pixels);
    rs_pixels_fini(&back);
    rs_buf_fini(&buf);
    return p;
}

static rs_crop_index *index_with(bool scaled, const picture *pictures, size_t n)
{
    rs_crop_index *index = NULL;
    rs_crop_options options = {.scaled = scaled};
    assert_int_equal(rs_crop_index_new(&options, &index, NULL), RSIFT_OK);
    for (size_t i = 0; i < n; i++) {
        rs_luma luma = luma_of(&pictures[i]);
        assert_int_equal(rs_crop_index_add(index, (uint32_t)(100 + i), &luma, NULL), RSIFT_OK);
    }
    assert_int_equal(rs_crop_index_seal(index, NULL), RSIFT_OK);
    return index;
}

static rs_crop_index *index_of(const picture *pictures, size_t n)
{
    return index_with(false, pictures, n);
}

static size_t ask(const rs_crop_index *index, const picture *p, rs_crop_candidate *out, size_t max)
{
    size_t n = 77;
    rs_luma luma = luma_of(p);
    assert_int_equal(rs_crop_index_ask(index, &luma, out, max, &n, NULL), RSIFT_OK);
    assert_true(n <= max);
    return n;
}

static bool prove(const picture *scene, const picture *piece, rs_crop_place *place)
{
    rs_luma a = luma_of(scene), b = luma_of(piece);
    return rs_crop_prove(&a, &b, place);
}

/* Two anchors that a strict reading of the definition gives, to compare with. */
static bool is_anchor(const picture *p, uint32_t x, uint32_t y, int sign)
{
    int sums[25][25];
    for (uint32_t j = 0; j < 25; j++)
        for (uint32_t i = 0; i < 25; i++) {
            int sum = 0;
            for (uint32_t v = 0; v < 9; v++)
                for (uint32_t u = 0; u < 9; u++)
                    sum += p->at[(size_t)(y - 16 + j + v) * p->width + (x - 16 + i + u)];
            sums[j][i] = sign * sum;
        }
    for (size_t j = 0; j < 25; j++)
        for (size_t i = 0; i < 25; i++)
            if (!(i == 12 && j == 12) && sums[j][i] >= sums[12][12]) return false;
    return true;
}

static int by_place(const void *left, const void *right)
{
    const rs_anchor *a = left, *b = right;
    if (a->y != b->y) return a->y < b->y ? -1 : 1;
    return a->x < b->x ? -1 : a->x > b->x;
}

static void anchors_are_those_of_the_definition(void **state)
{
    (void)state;
    size_t n_all = 0;
    const uint32_t sizes[][2] = {{33, 33}, {200, 90}, {58, 45}, {90, 133}, {34, 500}, {300, 60}};
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        picture p = draw(sizes[k][0], sizes[k][1], k);
        rs_anchors found = {0};
        rs_luma luma = luma_of(&p);
        assert_int_equal(rs_anchors_find(&luma, &found, NULL), RSIFT_OK);
        if (found.n > 0) qsort(found.at, found.n, sizeof *found.at, by_place);
        size_t n = 0;
        for (uint32_t y = 16; y + 16 < p.height; y++)
            for (uint32_t x = 16; x + 16 < p.width; x++)
                for (int sign = 1; sign >= -1; sign -= 2) {
                    if (!is_anchor(&p, x, y, sign)) continue;
                    assert_true(n < found.n);
                    assert_int_equal(found.at[n].x, x);
                    assert_int_equal(found.at[n].y, y);
                    assert_int_equal(found.at[n].greatest, sign > 0);
                    n++;
                }
        assert_int_equal(n, found.n);
        n_all += n;
        rs_anchors_fini(&found);
        free(p.at);
    }
    assert_true(n_all > 20);
}

static void keys_are_equal_in_all_orientations(void **state)
{
    (void)state;
    picture p = draw(15, 15, 5);
    rs_anchor middle = {7, 7, true};
    uint8_t least, turned_least;
    rs_luma luma = luma_of(&p);
    uint64_t key = rs_anchor_key(&luma, &middle, &least);
    assert_int_equal(__builtin_popcount(least), 1);
    for (unsigned o = 0; o < 8; o++) {
        picture q = lay(&p, o);
        luma = luma_of(&q);
        assert_true(rs_anchor_key(&luma, &middle, &turned_least) == key);
        unsigned there = (unsigned)__builtin_ctz(turned_least);
        assert_int_equal(rs_orient_then(o, there), __builtin_ctz(least));
        assert_int_equal(rs_orient_then(o, rs_orient_inverse(o)), 0);
        free(q.at);
    }
    p.at[30] ^= 1;
    luma = luma_of(&p);
    assert_true(rs_anchor_key(&luma, &middle, &least) != key);
    memset(p.at, 7, 225);
    rs_anchor_key(&luma, &middle, &least);
    assert_int_equal(least, 0xff);
    free(p.at);
}

static void pieces_are_found_in_every_orientation(void **state)
{
    (void)state;
    picture scenes[3] = {draw(300, 260, 1), draw(420, 333, 2), draw(256, 256, 3)};
    rs_crop_index *index = index_of(scenes, 3);
    for (unsigned o = 0; o < 8; o++) {
        uint32_t x = 7 + 31 * o, y = 3 + 17 * o;
        picture flat = cut(&scenes[1], x, y, 150, 131), piece = lay(&flat, o);
        rs_crop_candidate c[8];
        size_t n = ask(index, &piece, c, 8);
        assert_true(n >= 1);
        assert_int_equal(c[0].number, 101);
        assert_true(c[0].votes >= 4);
        assert_true(prove(&scenes[1], &piece, &c[0].place));
        assert_true(c[0].place.lossless);
        assert_true(c[0].place.score == 1);
        assert_true(c[0].place.x == x && c[0].place.y == y);
        assert_true(c[0].place.width == 150 && c[0].place.height == 131);
        assert_int_equal(c[0].place.orientation, rs_orient_inverse(o));
        for (size_t i = 1; i < n; i++) assert_int_not_equal(c[i].number, 101);
        free(flat.at);
        free(piece.at);
    }
    rs_crop_index_free(index);
    for (size_t i = 0; i < 3; i++) free(scenes[i].at);
}

/* The scene as the piece of what is asked for, and two that hold a part of each other. */
static void overlaps_are_found_from_both_sides(void **state)
{
    (void)state;
    picture ground = draw(600, 400, 11);
    picture scenes[2] = {cut(&ground, 200, 100, 150, 140), cut(&ground, 0, 0, 300, 400)};
    picture other = cut(&ground, 180, 90, 420, 310), turned = lay(&other, 6);
    rs_crop_index *index = index_of(scenes, 2);
    rs_crop_candidate c[4];
    assert_int_equal(ask(index, &turned, c, 4), 2);
    for (size_t i = 0; i < 2; i++) {
        bool inside = c[i].number == 100;
        assert_true(c[i].place.x == (inside ? -20 : 180));
        assert_true(c[i].place.y == (inside ? -10 : 90));
        assert_true(prove(&scenes[c[i].number - 100], &turned, &c[i].place));
        assert_true(c[i].place.lossless);
    }
    assert_int_equal(ask(index, &turned, c, 1), 1);
    assert_int_equal(ask(index, &turned, c, 0), 0);
    rs_crop_index_free(index);
    free(scenes[0].at), free(scenes[1].at), free(other.at), free(turned.at), free(ground.at);
}

static void watermarks_are_no_lossless_piece(void **state)
{
    (void)state;
    picture scene = draw(400, 400, 21), piece = cut(&scene, 100, 60, 200, 200);
    picture mark = draw(60, 24, 22);
    for (uint32_t y = 0; y < 24; y++)
        memcpy(piece.at + (170 + y) * 200 + 130, mark.at + (size_t)y * 60, 60);
    rs_crop_index *index = index_of(&scene, 1);
    rs_crop_candidate c[4];
    assert_true(ask(index, &piece, c, 4) >= 1);
    assert_true(prove(&scene, &piece, &c[0].place)); /* by correlation */
    assert_false(c[0].place.lossless);
    assert_true(c[0].place.score >= RS_CROP_SAME && c[0].place.score < 1);
    assert_true(fabs(c[0].place.x - 100) < 1 && fabs(c[0].place.y - 60) < 1);
    rs_crop_index_free(index);

    /* Two pictures that share nothing but a watermark, which is proposed and not proved. */
    picture a = draw(300, 300, 23), b = draw(300, 300, 24), big = draw(120, 80, 25);
    for (uint32_t y = 0; y < 80; y++) {
        memcpy(a.at + (200 + y) * 300 + 150, big.at + (size_t)y * 120, 120);
        memcpy(b.at + (200 + y) * 300 + 150, big.at + (size_t)y * 120, 120);
    }
    index = index_of(&a, 1);
    size_t n = ask(index, &b, c, 4);
    assert_true(n >= 1);
    for (size_t i = 0; i < n; i++) assert_false(prove(&a, &b, &c[i].place));
    rs_crop_index_free(index);
    free(scene.at), free(piece.at), free(mark.at), free(a.at), free(b.at), free(big.at);
}

/* Padding with no data matters not; a picture of nothing else proves nothing. */
static void equal_flat_ground_proves_nothing(void **state)
{
    (void)state;
    picture a = blank(400, 300, 0), b = blank(400, 300, 0);
    picture one = draw(60, 60, 31), two = draw(60, 60, 32);
    for (uint32_t y = 0; y < 60; y++) {
        memcpy(a.at + (100 + y) * 400 + 100, one.at + (size_t)y * 60, 60);
        memcpy(b.at + (100 + y) * 400 + 100, two.at + (size_t)y * 60, 60);
    }
    rs_crop_place place = {.width = 400, .height = 300, .scale = 1};
    assert_false(prove(&a, &b, &place)); /* 97 % of the pixels are equal */
    assert_true(prove(&a, &a, &place));
    assert_true(place.lossless && place.score == 1);
    picture empty = blank(400, 300, 0);
    assert_false(prove(&empty, &empty, &place));
    place.x = 390; /* too little of an overlap */
    assert_false(prove(&a, &a, &place));
    place.x = 4000;
    assert_false(prove(&a, &a, &place));
    free(a.at), free(b.at), free(one.at), free(two.at), free(empty.at);
}

static void coded_pieces_are_proved_by_correlation(void **state)
{
    (void)state;
    picture scene = draw(500, 400, 41), piece = cut(&scene, 120, 80, 220, 200);
    picture coded = jpeg(&piece, 50), turned = lay(&coded, 5), other = draw(220, 200, 42);
    rs_crop_place place = {121, 79, 200, 220, 1, rs_orient_inverse(5), 0, true};
    place.width = 220, place.height = 200;
    assert_true(prove(&scene, &turned, &place));
    assert_false(place.lossless);
    assert_true(place.score > 0.9);
    assert_true(fabs(place.x - 120) < 0.7 && fabs(place.y - 80) < 0.7);
    place = (rs_crop_place){120, 80, 220, 200, 1, 0, 0, false};
    assert_false(prove(&scene, &other, &place));
    assert_true(place.score < 0.4);
    free(scene.at), free(piece.at), free(coded.at), free(turned.at), free(other.at);
}

static void flat_tiny_and_odd_pictures_are_refused_quietly(void **state)
{
    (void)state;
    picture odd[] = {blank(1, 1, 3),  blank(14, 14, 9),     blank(32, 200, 0),
                     draw(33, 32, 1), blank(1, 1000000, 5), blank(500, 300, 8),
                     draw(15, 15, 2), draw(1, 5000, 4),     draw(200000, 48, 9)};
    size_t n_odd = sizeof odd / sizeof odd[0];
    rs_crop_index *index = index_with(true, odd, n_odd);
    rs_crop_candidate c[4];
    for (size_t i = 0; i + 1 < n_odd; i++) assert_int_equal(ask(index, &odd[i], c, 4), 0);
    /* Beyond the 65,536th column. */
    picture piece = cut(&odd[n_odd - 1], 140003, 0, 400, 48);
    assert_true(ask(index, &piece, c, 4) >= 1);
    assert_true(c[0].place.x == 140003 && c[0].place.y == 0);
    rs_crop_index_free(index);
    index = index_of(NULL, 0);
    assert_int_equal(ask(index, &piece, c, 4), 0);
    rs_crop_index_free(index);
    rs_crop_index_free(NULL);
    free(piece.at);
    for (size_t i = 0; i < n_odd; i++) free(odd[i].at);
}

/* One pattern drawn over every picture does not hide what else they share. */
static bool is_spread(const picture *p)
{
    const rs_luma luma = luma_of(p);
    rs_anchors anchors = {0};
    assert_int_equal(rs_anchors_find(&luma, &anchors, NULL), RSIFT_OK);
    const bool spread = rs_anchors_are_spread(&anchors, &luma);
    rs_anchors_fini(&anchors);
    return spread;
}

/* Copies a piece of `mark` to (x0, y0) of the picture. */
static void stamp(picture *p, const picture *mark, uint32_t x0, uint32_t y0, uint32_t width,
                  uint32_t height)
{
    for (uint32_t y = 0; y < height; y++)
        memcpy(p->at + (size_t)(y0 + y) * p->width + x0, mark->at + (size_t)y * mark->width, width);
}

static void anchors_of_a_mark_are_not_spread(void **state)
{
    (void)state;
    picture ground = draw(256, 256, 41), none = blank(256, 256, 90);
    assert_true(is_spread(&ground));
    assert_false(is_spread(&none));
    for (uint32_t place = 0; place <= 200; place += 10) {
        picture logo = blank(256, 256, 90), line = blank(256, 256, 90), side = blank(256, 256, 90);
        stamp(&logo, &ground, place, 200 - place, 50, 50);
        stamp(&line, &ground, 0, place, 256, 30);
        stamp(&side, &ground, place, 0, 30, 256);
        assert_false(is_spread(&logo));
        assert_false(is_spread(&line));
        assert_false(is_spread(&side));
        free(logo.at), free(line.at), free(side.at);
    }
    picture piece = cut(&ground, 60, 60, 128, 128);
    assert_true(is_spread(&piece));
    /* a frame and a date in its middle */
    picture frame = draw(256, 256, 42), calm = blank(256, 256, 90);
    stamp(&frame, &calm, 25, 25, 206, 206);
    stamp(&frame, &ground, 80, 118, 100, 20);
    assert_false(is_spread(&frame));
    free(ground.at), free(none.at), free(piece.at), free(frame.at), free(calm.at);
}

static void common_keys_do_not_hide_matches(void **state)
{
    (void)state;
    enum { N = 600 };
    static picture scenes[N];
    picture logo = draw(90, 50, 51);
    for (size_t i = 0; i < N; i++) {
        scenes[i] = draw(200, 180, 1000 + i);
        for (uint32_t y = 0; y < 50; y++)
            memcpy(scenes[i].at + (120 + y) * 200 + 100, logo.at + (size_t)y * 90, 90);
    }
    rs_crop_index *index = index_of(scenes, N);
    static rs_crop_candidate c[N];
    picture piece = cut(&scenes[417], 5, 5, 190, 170);
    size_t n = ask(index, &piece, c, N);
    assert_true(n >= 1);
    assert_int_equal(c[0].number, 517);
    /* A picture of the logo alone is in all of them. */
    picture only = cut(&scenes[3], 100, 120, 90, 50);
    n = ask(index, &only, c, N);
    assert_true(n == 0 || n == N);
    rs_crop_index_free(index);
    for (size_t i = 0; i < N; i++) free(scenes[i].at);
    free(logo.at), free(piece.at), free(only.at);
}

static void answers_come_in_one_order(void **state)
{
    (void)state;
    picture scene = draw(400, 300, 61);
    picture same[4] = {scene, scene, cut(&scene, 0, 0, 300, 300), scene};
    rs_crop_candidate c[8], again[8];
    memset(c, 0, sizeof c);
    memset(again, 0, sizeof again);
    rs_crop_index *index = index_of(same, 4);
    size_t n = ask(index, &scene, c, 8);
    assert_int_equal(n, 4);
    assert_int_equal(c[0].number, 100);
    assert_int_equal(c[1].number, 101);
    assert_int_equal(c[2].number, 103);
    assert_int_equal(c[3].number, 102);
    assert_int_equal(ask(index, &scene, again, 8), n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(c[i].number, again[i].number);
        assert_int_equal(c[i].votes, again[i].votes);
        assert_true(c[i].place.x == again[i].place.x && c[i].place.y == again[i].place.y);
    }
    rs_crop_index_free(index);
    free(same[2].at), free(scene.at);
}

/* Pictures that are decoded on several threads are added in any order. */
static void answers_do_not_depend_on_the_order_of_adding(void **state)
{
    (void)state;
    static const uint32_t orders[2][4] = {{0, 1, 2, 3}, {2, 3, 1, 0}};
    picture scene = draw(400, 300, 61), coded = jpeg(&scene, 60);
    picture same[4] = {scene, scene, cut(&scene, 0, 0, 300, 300), scene};
    rs_crop_candidate c[2][3];
    memset(c, 0, sizeof c);
    for (size_t i = 0; i < 2; i++) {
        rs_crop_index *index = NULL;
        const rs_crop_options options = {.scaled = true};
        assert_int_equal(rs_crop_index_new(&options, &index, NULL), RSIFT_OK);
        for (size_t k = 0; k < 4; k++) {
            rs_luma luma = luma_of(&same[orders[i][k]]);
            assert_int_equal(rs_crop_index_add(index, orders[i][k], &luma, NULL), RSIFT_OK);
        }
        assert_int_equal(rs_crop_index_seal(index, NULL), RSIFT_OK);
        assert_int_equal(ask(index, &coded, c[i], 3), 3);
        rs_crop_index_free(index);
    }
    assert_int_equal(c[0][0].number, 0);
    assert_int_equal(c[0][1].number, 1);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(c[0][k].number, c[1][k].number);
        assert_int_equal(c[0][k].votes, c[1][k].votes);
        assert_true(c[0][k].place.x == c[1][k].place.x && c[0][k].place.y == c[1][k].place.y);
    }
    free(same[2].at), free(coded.at), free(scene.at);
}

/* The picture at `scale` of its size: means of the area that each pixel covers. */
static picture resized(const picture *from, double scale)
{
    picture p = blank((uint32_t)(from->width * scale), (uint32_t)(from->height * scale), 0);
    for (uint32_t y = 0; y < p.height; y++)
        for (uint32_t x = 0; x < p.width; x++) {
            double sum = 0;
            for (uint32_t k = 0; k < 64; k++) {
                double u = (x + (k % 8 + 0.5) / 8) / scale, v = (y + (k / 8 + 0.5) / 8) / scale;
                sum += from->at[(size_t)v * from->width + (size_t)u];
            }
            p.at[(size_t)y * p.width + x] = (uint8_t)lround(sum / 64);
        }
    return p;
}

static void descriptions_turn_with_the_ground(void **state)
{
    (void)state;
    picture p = draw(33, 33, 91);
    rs_anchor middle = {16, 16, true};
    rs_description d, turned;
    rs_luma luma = luma_of(&p);
    unsigned found[8], turned_found[8];
    assert_true(rs_describe(&luma, &middle, &d));
    size_t n = rs_description_orientations(&d, found);
    assert_true(n >= 1);
    uint64_t bits = rs_description_bits(&d, found[0], NULL, 0);
    assert_int_equal(bits & 7, 0);
    for (unsigned o = 0; o < 8; o++) {
        picture q = lay(&p, o);
        luma = luma_of(&q);
        assert_true(rs_describe(&luma, &middle, &turned));
        assert_int_equal(rs_description_orientations(&turned, turned_found), n);
        assert_true(rs_description_bits(&turned, turned_found[0], NULL, 0) == bits);
        assert_int_equal(rs_orient_then(o, turned_found[0]), found[0]);
        free(q.at);
    }
    picture flat = blank(33, 33, 120);
    for (size_t i = 0; i < 33; i++) flat.at[i * 31] ^= 1;
    luma = luma_of(&flat);
    assert_false(rs_describe(&luma, &middle, &d));
    free(p.at), free(flat.at);
}

static void levels_are_the_same_in_bands(void **state)
{
    (void)state;
    static const double steps[] = {0.5, 0.84, 1, 1.19, 2};
    picture p = draw(150, 130, 92);
    rs_luma luma = luma_of(&p);
    for (size_t i = 0; i < 5; i++) {
        rs_level level;
        assert_int_equal(rs_level_init(&level, &luma, steps[i], NULL), RSIFT_OK);
        assert_int_equal(level.width, (uint32_t)(150 / steps[i]));
        picture whole = blank(level.width, level.height, 1), rows = blank(level.width, 7, 2);
        rs_level_rows(&level, 0, level.height, whole.at);
        if (steps[i] == 1) assert_memory_equal(whole.at, p.at, 150 * 130);
        for (uint32_t y = 0; y + 7 <= level.height; y += 7) {
            rs_level_rows(&level, y, 7, rows.at);
            assert_memory_equal(rows.at, whole.at + (size_t)y * level.width, 7 * level.width);
        }
        rs_level_fini(&level);
        free(whole.at), free(rows.at);
    }
    memset(p.at, 77, 150 * 130);
    rs_level level;
    assert_int_equal(rs_level_init(&level, &luma, 1.3, NULL), RSIFT_OK);
    picture flat = blank(level.width, level.height, 0);
    rs_level_rows(&level, 0, level.height, flat.at);
    for (size_t i = 0; i < (size_t)flat.width * flat.height; i++) assert_int_equal(flat.at[i], 77);
    rs_level_fini(&level);
    picture thin = {p.at, 1, 4};
    luma = luma_of(&thin);
    assert_int_equal(rs_level_init(&level, &luma, 1, NULL), RSIFT_OK);
    assert_int_equal(level.width, 0);
    rs_level_fini(&level);
    free(flat.at), free(p.at);
}

static void rescaled_and_coded_pieces_are_found(void **state)
{
    (void)state;
    picture scenes[3] = {draw(400, 380, 101), draw(520, 433, 102), draw(356, 356, 103)};
    rs_crop_index *index = index_with(true, scenes, 3), *lossless = index_of(scenes, 3);
    static const double scales[] = {0.5, 0.62, 0.8, 1, 1.3, 1.7, 2};
    for (unsigned i = 0; i < 7; i++) {
        unsigned o = i + 1;
        uint32_t x = 11 + 19 * i, y = 5 + 23 * i;
        picture flat = cut(&scenes[1], x, y, 260, 220), small = resized(&flat, scales[i]);
        picture coded = jpeg(&small, 75), piece = lay(&coded, o);
        rs_crop_candidate c[8];
        assert_int_equal(ask(lossless, &piece, c, 8), 0);
        size_t n = ask(index, &piece, c, 8);
        assert_true(n >= 1);
        assert_int_equal(c[0].number, 101);
        assert_true(c[0].votes >= 3);
        assert_true(prove(&scenes[1], &piece, &c[0].place));
        assert_false(c[0].place.lossless);
        assert_true(fabs(c[0].place.x - x) < 2 && fabs(c[0].place.y - y) < 2);
        assert_true(fabs(c[0].place.width - 260) < 3 && fabs(c[0].place.height - 220) < 3);
        assert_true(fabs(c[0].place.scale * scales[i] - 1) < 0.02);
        assert_int_equal(c[0].place.orientation, rs_orient_inverse(o));
        for (size_t k = 1; k < n; k++)
            assert_true(c[k].number == 101 ||
                        !prove(&scenes[c[k].number - 100], &piece, &c[k].place));
        free(flat.at), free(small.at), free(coded.at), free(piece.at);
    }
    /* A picture of its own is nobody's piece. */
    picture other = draw(300, 300, 104);
    rs_crop_candidate c[8];
    size_t n = ask(index, &other, c, 8);
    for (size_t k = 0; k < n; k++)
        assert_false(prove(&scenes[c[k].number - 100], &other, &c[k].place));
    rs_crop_index_free(index);
    rs_crop_index_free(lossless);
    free(other.at);
    for (size_t i = 0; i < 3; i++) free(scenes[i].at);
}

/* Two pieces of one road: the same lines along it, other asphalt. */
static picture draw_road(uint32_t side, uint64_t seed)
{
    static const uint8_t across[8] = {60, 200, 90, 30, 150, 220, 40, 120};
    picture p = blank(side, side, 0);
    rs_rng rng = rng_of(seed);
    for (uint32_t y = 0; y < side; y++)
        for (uint32_t x = 0; x < side; x++)
            p.at[(size_t)y * side + x] =
                (uint8_t)(across[(x * x / 97 + x / 9) % 8] + (int)rs_rng_below(&rng, 10));
    return p;
}

static void pieces_of_one_road_are_not_one_place(void **state)
{
    (void)state;
    picture a = draw_road(256, 111), b = draw_road(256, 112);
    rs_crop_place place = {0, 0, 256, 256, 1, 0, 0, false};
    assert_false(prove(&a, &b, &place));
    assert_true(place.score >= RS_CROP_SAME); /* but as well a little farther along */
    place = (rs_crop_place){0, 0, 256, 256, 1, 0, 0, false};
    assert_true(prove(&a, &a, &place));
    free(a.at), free(b.at);
}

/* Index, seal and ask with the n-th allocation failing. */
static rsift_status all_of_it(const picture *scene, const picture *piece, rsift_error *err)
{
    rs_crop_index *index = NULL;
    rs_crop_options options = {.scaled = true};
    rs_crop_candidate c[4];
    rs_luma a = luma_of(scene), b = luma_of(piece);
    size_t n = 0;
    rsift_status st = rs_crop_index_new(&options, &index, err);
    if (st == RSIFT_OK) st = rs_crop_index_add(index, 0, &a, err);
    if (st == RSIFT_OK) st = rs_crop_index_seal(index, err);
    if (st == RSIFT_OK) st = rs_crop_index_ask(index, &b, c, 4, &n, err);
    if (st == RSIFT_OK) assert_true(n >= 1);
    rs_crop_index_free(index);
    return st;
}

static void memory_may_fail_anywhere(void **state)
{
    (void)state;
    picture scene = draw(260, 240, 71), piece = cut(&scene, 20, 30, 200, 180);
    rsift_error err = {0};
    int64_t n = 1;
    for (;; n++) {
        rs_alloc_fail_at(n);
        rsift_status st = all_of_it(&scene, &piece, &err);
        rs_alloc_fail_at(0);
        if (st == RSIFT_OK) break;
        assert_int_equal(st, RSIFT_E_NOMEM);
        assert_true(n < 1000);
    }
    assert_true(n > 30);
    free(scene.at), free(piece.at);
}

static void the_index_is_small(void **state)
{
    (void)state;
    picture scene = draw(2000, 2000, 81);
    rs_crop_index *index = index_of(&scene, 1);
    size_t bytes = rs_crop_index_bytes(index), fixed;
    rs_crop_index *empty = index_of(NULL, 0);
    fixed = rs_crop_index_bytes(empty);
    assert_true(bytes > fixed);
    assert_true(bytes - fixed < 4 * 20000); /* per Mpx */
    rs_crop_index_free(index);
    rs_crop_index_free(empty);
    free(scene.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anchors_are_those_of_the_definition),
        cmocka_unit_test(keys_are_equal_in_all_orientations),
        cmocka_unit_test(pieces_are_found_in_every_orientation),
        cmocka_unit_test(overlaps_are_found_from_both_sides),
        cmocka_unit_test(watermarks_are_no_lossless_piece),
        cmocka_unit_test(equal_flat_ground_proves_nothing),
        cmocka_unit_test(coded_pieces_are_proved_by_correlation),
        cmocka_unit_test(flat_tiny_and_odd_pictures_are_refused_quietly),
        cmocka_unit_test(anchors_of_a_mark_are_not_spread),
        cmocka_unit_test(common_keys_do_not_hide_matches),
        cmocka_unit_test(descriptions_turn_with_the_ground),
        cmocka_unit_test(levels_are_the_same_in_bands),
        cmocka_unit_test(rescaled_and_coded_pieces_are_found),
        cmocka_unit_test(pieces_of_one_road_are_not_one_place),
        cmocka_unit_test(answers_come_in_one_order),
        cmocka_unit_test(answers_do_not_depend_on_the_order_of_adding),
        cmocka_unit_test(memory_may_fail_anywhere),
        cmocka_unit_test(the_index_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
