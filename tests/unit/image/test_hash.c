/* Hashes of drawn pictures against their definition written the slow way, in all orientations, of
 * awkward sizes, and of the same pixels in several formats. */
#include "image/decode.h"
#include "image/hash.h"
#include "image/hash_parts.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "pictures.h"

#include <jpeglib.h>
#include <math.h>
#include <string.h>

enum { SIDE = 64, CELLS = SIDE * SIDE };

/* Waves of many lengths and some noise: details at every frequency, no symmetry. */
static rs_pixels draw(uint32_t width, uint32_t height, uint64_t seed)
{
    rs_pixels p;
    assert_int_equal(rs_pixels_init(&p, width, height, NULL, NULL), RSIFT_OK);
    rs_rng rng = rs_rng_of(seed, (rs_id){0});
    double wave[24][4];
    for (int k = 0; k < 24; k++) {
        for (int i = 0; i < 4; i++) wave[k][i] = rs_rng_unit(&rng);
        wave[k][0] *= 60, wave[k][1] *= 60;
    }
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            for (int b = 0; b < 3; b++) {
                double v = 128 + (rs_rng_unit(&rng) - 0.5) * 30;
                for (int k = b; k < 24; k += 3)
                    v += 14 *
                         cos(wave[k][0] * x / width + wave[k][1] * y / height + 6.3 * wave[k][2]);
                p.rgb[((size_t)y * width + x) * 3 + (size_t)b] = (uint8_t)(v < 0     ? 0
                                                                           : v > 255 ? 255
                                                                                     : v);
            }
        }
    }
    return p;
}

/* Laid the way image/hash.h says it: x and y change places, then mirrored. */
static rs_pixels lay(const rs_pixels *from, unsigned orientation)
{
    const bool transposed = orientation & RS_IMAGE_TRANSPOSE;
    rs_pixels to;
    assert_int_equal(rs_pixels_init(&to, transposed ? from->height : from->width,
                                    transposed ? from->width : from->height, NULL, NULL),
                     RSIFT_OK);
    for (uint32_t y = 0; y < from->height; y++) {
        for (uint32_t x = 0; x < from->width; x++) {
            uint32_t i = transposed ? y : x, j = transposed ? x : y;
            if (orientation & RS_IMAGE_MIRROR_X) i = to.width - 1 - i;
            if (orientation & RS_IMAGE_MIRROR_Y) j = to.height - 1 - j;
            memcpy(to.rgb + ((size_t)j * to.width + i) * 3,
                   from->rgb + ((size_t)y * from->width + x) * 3, 3);
        }
    }
    return to;
}

static rs_image_hash hash_of(const rs_pixels *p)
{
    rs_image_hash hash;
    assert_int_equal(rs_image_hash_pixels(p, &hash, NULL), RSIFT_OK);
    return hash;
}

/* ---- the definition, the slow way ---- */

static uint64_t shared_length(uint64_t i, uint64_t x, uint64_t n)
{
    const uint64_t begin = 64 * x > i * n ? 64 * x : i * n;
    const uint64_t end = 64 * x + 64 < (i + 1) * n ? 64 * x + 64 : (i + 1) * n;
    return end > begin ? end - begin : 0;
}

static void slow_sums(const rs_pixels *p, uint64_t sum[CELLS])
{
    memset(sum, 0, CELLS * sizeof *sum);
    for (uint64_t y = 0; y < p->height; y++) {
        for (uint64_t x = 0; x < p->width; x++) {
            const uint8_t *c = p->rgb + (y * p->width + x) * 3;
            const uint64_t luma = (c[0] + 2u * c[1] + c[2] + 2u) >> 2;
            /* cells that cannot share anything are left out, no more */
            for (uint64_t j = 64 * y / p->height; j < 64 && j * p->height < 64 * y + 64; j++)
                for (uint64_t i = 64 * x / p->width; i < 64 && i * p->width < 64 * x + 64; i++)
                    sum[j * 64 + i] +=
                        luma * shared_length(i, x, p->width) * shared_length(j, y, p->height);
        }
    }
}

static rs_id slow_block_hash(const rs_pixels *p)
{
    static uint8_t bytes[8 + CELLS * 8];
    static uint64_t sum[CELLS];
    rs_id least = {UINT64_MAX, UINT64_MAX};
    for (unsigned o = 0; o < 8; o++) {
        rs_pixels laid = lay(p, o);
        slow_sums(&laid, sum);
        for (unsigned i = 0; i < 4; i++) {
            bytes[i] = (uint8_t)(laid.width >> (8 * i));
            bytes[4 + i] = (uint8_t)(laid.height >> (8 * i));
        }
        for (size_t k = 0; k < CELLS * 8; k++) bytes[8 + k] = (uint8_t)(sum[k / 8] >> (k % 8 * 8));
        const rs_id id = rs_hash128(bytes, sizeof bytes);
        if (rs_id_cmp(id, least) < 0) least = id;
        rs_pixels_fini(&laid);
    }
    return least;
}

static rs_id slow_pixel_hash(const rs_pixels *p)
{
    const size_t n = (size_t)p->width * p->height * 3;
    uint8_t *bytes = malloc(8 + n);
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(p->width >> (8 * i));
        bytes[4 + i] = (uint8_t)(p->height >> (8 * i));
    }
    memcpy(bytes + 8, p->rgb, n);
    const rs_id id = rs_hash128(bytes, 8 + n);
    free(bytes);
    return id;
}

/* An orthonormal transform in floating point. Signs near zero may differ, and weak ones near the
 * threshold; all others not. */
static void check_phash(const rs_image_hash *hash, const uint64_t sum[CELLS], double area)
{
    double mean[CELLS];
    int weak_least = 0, weak_most = 0;
    for (size_t k = 0; k < CELLS; k++) mean[k] = floor(16 * (double)sum[k] / area + 0.5) / 16;
    for (int u = 1; u <= 16; u++) {
        for (int v = 1; v <= 16; v++) {
            double c = 0;
            for (int y = 0; y < SIDE; y++)
                for (int x = 0; x < SIDE; x++)
                    c += mean[y * SIDE + x] * cos((2 * y + 1) * u * M_PI / 128) *
                         cos((2 * x + 1) * v * M_PI / 128) / 32;
            const unsigned bit = 16 * (unsigned)(u - 1) + (unsigned)(v - 1);
            const bool set = hash->phash.word[bit / 64] >> bit % 64 & 1;
            if (fabs(c) > 0.1) assert_int_equal(set, c > 0);
            weak_least += fabs(c) < 1.9;
            weak_most += fabs(c) < 2.1;
        }
    }
    assert_in_range(256 - hash->quality, weak_least, weak_most);
}

static void check_against_definition(const rs_pixels *p)
{
    static uint64_t sum[CELLS];
    const rs_image_hash hash = hash_of(p);
    assert_true(hash.exact);
    assert_int_equal(hash.width, p->width);
    assert_int_equal(hash.height, p->height);
    assert_int_equal(hash.scale, 1);
    assert_true(rs_id_eq(hash.pixel_hash, slow_pixel_hash(p)));
    assert_true(rs_id_eq(hash.block_hash, slow_block_hash(p)));
    slow_sums(p, sum);
    const double area = (double)p->width * p->height;
    check_phash(&hash, sum, area);
    for (size_t k = 0; k < CELLS; k++)
        assert_true(fabs(hash.thumb[k] - (double)sum[k] / area) <= 0.5 + 1.0 / 32);
}

static void test_definition(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{1, 1},    {2, 1},   {3, 1000},  {1000, 3},  {63, 65},
                                        {64, 64},  {65, 63}, {128, 128}, {200, 131}, {257, 90},
                                        {40, 300}, {5, 5},   {1, 64},    {129, 64}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        rs_pixels p = draw(sizes[i][0], sizes[i][1], i);
        check_against_definition(&p);
        rs_pixels_fini(&p);
    }
}

/* The longest sides: weights and sums at their largest, all of them white. */
static void test_long_sides(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{65535, 1}, {1, 65535}, {3, 300000}, {300000, 2}};
    static uint64_t sum[CELLS];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        rs_pixels p;
        assert_int_equal(rs_pixels_init(&p, sizes[i][0], sizes[i][1], NULL, NULL), RSIFT_OK);
        memset(p.rgb, 255, (size_t)p.width * p.height * 3);
        p.rgb[1] = 7;
        const rs_image_hash hash = hash_of(&p);
        assert_true(rs_id_eq(hash.block_hash, slow_block_hash(&p)));
        slow_sums(&p, sum);
        assert_true(sum[CELLS - 1] == (uint64_t)255 * p.width * p.height);
        assert_int_equal(hash.thumb[CELLS - 1], 255);
        rs_pixels_fini(&p);
    }
}

static void test_waves(void **state)
{
    (void)state;
    for (unsigned u = 1; u <= 16; u++) {
        for (unsigned x = 0; x < 64; x++) {
            assert_int_equal(rs_image_phash_wave(u, x),
                             lround(8192 * cos((2 * x + 1) * u * M_PI / 128)));
            const int sign = u % 2 ? -1 : 1;
            assert_int_equal(rs_image_phash_wave(u, 63 - x), sign * rs_image_phash_wave(u, x));
        }
    }
}

static void check_kernel(const rs_image_kernel *plain, const rs_image_kernel *kernel, size_t n,
                         rs_rng *rng)
{
    uint8_t bytes[3 * 600], luma[2][200], range[2][2];
    uint32_t columns[2][200] = {0};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(n % 3 == 0 ? rs_rng_below(rng, 256) : rs_rng_below(rng, 2) * 255);
    const rs_image_kernel *of[2] = {plain, kernel};
    rs_image_laplacian sums[2];
    for (int k = 0; k < 2; k++) {
        memset(luma[k], 77, sizeof luma[k]);
        of[k]->luma(bytes, n, luma[k]);
        of[k]->range(luma[k], n, &range[k][0], &range[k][1]);
        for (uint16_t weight = 1; weight <= 64; weight += 9)
            of[k]->add(columns[k], luma[k], n, weight);
        sums[k] = of[k]->laplacian(bytes, bytes + 301, bytes + 600, n);
    }
    assert_memory_equal(luma[0], luma[1], sizeof luma[0]);
    assert_memory_equal(columns[0], columns[1], sizeof columns[0]);
    assert_memory_equal(range[0], range[1], 2);
    assert_int_equal(sums[0].sum, sums[1].sum);
    assert_int_equal(sums[0].squares, sums[1].squares);
}

static void test_kernels_agree(void **state)
{
    (void)state;
    const rs_image_kernel *const *kernels;
    const size_t n_kernels = rs_image_kernels(&kernels);
    rs_rng rng = rs_rng_of(5, (rs_id){0});
    for (size_t k = 1; k < n_kernels; k++)
        for (size_t n = 1; n < 200; n++) check_kernel(kernels[0], kernels[k], n, &rng);
}

/* Every pair of red and blue's sum and green: the halves are rounded as the formula does. */
static void test_luma_rounds_as_defined(void **state)
{
    (void)state;
    uint8_t rgb[64 * 3], luma[64];
    for (unsigned green = 0; green < 256; green++) {
        for (unsigned sum = 0; sum <= 510; sum += 64) {
            for (unsigned i = 0; i < 64; i++) {
                const unsigned s = sum + i > 510 ? 510 : sum + i;
                rgb[3 * i] = (uint8_t)(s > 255 ? 255 : s);
                rgb[3 * i + 1] = (uint8_t)green;
                rgb[3 * i + 2] = (uint8_t)(s > 255 ? s - 255 : 0);
            }
            rs_image_best_kernel()->luma(rgb, 64, luma);
            for (unsigned i = 0; i < 64; i++)
                assert_int_equal(luma[i], (rgb[3 * i] + 2 * green + rgb[3 * i + 2] + 2) / 4);
        }
    }
}

/* ---- orientations ---- */

static void check_laid(const rs_image_hash *as_is, const rs_pixels *laid, unsigned orientation)
{
    uint8_t thumb[RS_IMAGE_THUMB_BYTES];
    const rs_image_hash hash = hash_of(laid);
    assert_true(rs_id_eq(hash.block_hash, as_is->block_hash));
    assert_int_equal(rs_id_eq(hash.pixel_hash, as_is->pixel_hash), orientation == 0);
    const rs_image_phash want = rs_image_phash_orient(as_is->phash, orientation);
    assert_memory_equal(&want, &hash.phash, sizeof want);
    assert_int_equal(hash.quality, as_is->quality);
    rs_image_thumb_orient(as_is->thumb, orientation, thumb);
    assert_memory_equal(thumb, hash.thumb, sizeof thumb);
    assert_true(hash.blur == as_is->blur && hash.no_data == as_is->no_data);
    /* and back again */
    const unsigned inverse = rs_image_orientation_inverse(orientation);
    const rs_image_phash back = rs_image_phash_orient(hash.phash, inverse);
    assert_memory_equal(&back, &as_is->phash, sizeof back);
    rs_image_thumb_orient(hash.thumb, inverse, thumb);
    assert_memory_equal(thumb, as_is->thumb, sizeof thumb);
}

static void test_orientations(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{97, 61}, {64, 64}, {31, 257}, {150, 150}, {333, 222}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        rs_pixels p = draw(sizes[i][0], sizes[i][1], 100 + i);
        /* margins of both kinds, which are seen from one side and from two */
        for (size_t y = 0; y < p.height; y++)
            for (size_t x = 0; x < p.width; x++)
                if (x + 2 * y < 20 || x + 3 == p.width)
                    memset(p.rgb + (y * p.width + x) * 3, x + 3 == p.width ? 255 : 0, 3);
        const rs_image_hash as_is = hash_of(&p);
        assert_true(as_is.quality > RS_IMAGE_FLAT_QUALITY);
        for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++) {
            rs_pixels laid = lay(&p, o);
            check_laid(&as_is, &laid, o);
            rs_pixels_fini(&laid);
        }
        rs_pixels_fini(&p);
    }
}

static void test_orientation_names(void **state)
{
    (void)state;
    for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++)
        for (unsigned k = 0; k < o; k++)
            assert_string_not_equal(rs_image_orientation_name(o), rs_image_orientation_name(k));
    /* what was in the top row is on the right */
    assert_string_equal(rs_image_orientation_name(RS_IMAGE_TRANSPOSE | RS_IMAGE_MIRROR_X),
                        "turned 90 degrees clockwise");
    assert_non_null(rs_image_orientation_name(99));
}

/* ---- sensitivity ---- */

static void test_one_level_changes_it(void **state)
{
    (void)state;
    rs_pixels p = draw(200, 120, 7);
    const rs_image_hash before = hash_of(&p);
    p.rgb[5000] ^=
        1; /* L is rounded: red's last bit alone may vanish there, but not from the pixels */
    assert_false(rs_id_eq(hash_of(&p).pixel_hash, before.pixel_hash));
    p.rgb[5000] ^= 5;
    const rs_image_hash after = hash_of(&p);
    assert_false(rs_id_eq(after.block_hash, before.block_hash));
    assert_memory_equal(&after.phash, &before.phash, sizeof before.phash);
    rs_pixels_fini(&p);
}

static void test_channel_order(void **state)
{
    (void)state;
    rs_pixels p = draw(130, 70, 8);
    const rs_image_hash rgb = hash_of(&p);
    for (size_t i = 0; i < (size_t)p.width * p.height; i++) {
        const uint8_t red = p.rgb[3 * i];
        p.rgb[3 * i] = p.rgb[3 * i + 2];
        p.rgb[3 * i + 2] = red;
    }
    const rs_image_hash bgr = hash_of(&p);
    assert_true(rs_id_eq(rgb.block_hash, bgr.block_hash));
    assert_false(rs_id_eq(rgb.pixel_hash, bgr.pixel_hash));
    rs_pixels_fini(&p);
}

static void test_flat(void **state)
{
    (void)state;
    rs_pixels p;
    assert_int_equal(rs_pixels_init(&p, 300, 200, NULL, NULL), RSIFT_OK);
    memset(p.rgb, 90, 300 * 200 * 3);
    rs_image_hash hash = hash_of(&p);
    assert_int_equal(hash.quality, 0);
    assert_true(hash.blur == 0 && hash.no_data == 0);
    memset(p.rgb, 255, 300 * 200 * 3);
    assert_true(hash_of(&p).no_data == 1);
    rs_pixels_fini(&p);
}

/* ---- margins and sharpness ---- */

/* The picture, one letter a pixel: '#' black, 'O' white, others grey. */
static double no_data_of(const char *const *rows, uint32_t width, uint32_t height)
{
    rs_pixels p;
    assert_int_equal(rs_pixels_init(&p, width, height, NULL, NULL), RSIFT_OK);
    for (size_t i = 0; i < (size_t)width * height; i++) {
        const char c = rows[i / width][i % width];
        memset(p.rgb + 3 * i, c == '#' ? 0 : c == 'O' ? 255 : 100, 3);
    }
    const rs_image_hash hash = hash_of(&p);
    rs_pixels_fini(&p);
    return hash.no_data * width * height;
}

static void test_margins(void **state)
{
    (void)state;
    static const char *const wedge[] = {"###...", "##....", "#.#...", "....##", "....##"};
    static const char *const inside[] = {"......", ".####.", ".#..#.", ".####.", "......"};
    static const char *const hidden[] = {".#....", "####..", ".##...", "..##..", "..#..O"};
    assert_true(fabs(no_data_of(wedge, 6, 5) - 10) < 1e-9);
    assert_true(no_data_of(inside, 6, 5) == 0);
    /* row 3: one of two is seen, from below; row 2: one from above, one from below */
    assert_true(fabs(no_data_of(hidden, 6, 5) - 9) < 1e-9);
}

static void test_sharpness(void **state)
{
    (void)state;
    rs_pixels p = draw(1500, 40, 9);
    double sum = 0, squares = 0, n = 0;
    for (size_t y = 1; y + 1 < p.height; y++) {
        for (size_t x = 1; x + 1 < p.width; x++) {
            double around = 0;
            static const int near[5][3] = {
                {0, 0, -4}, {1, 0, 1}, {-1, 0, 1}, {0, 1, 1}, {0, -1, 1}};
            for (int k = 0; k < 5; k++) {
                const uint8_t *c =
                    p.rgb + ((y + (size_t)near[k][1]) * p.width + x + (size_t)near[k][0]) * 3;
                around += near[k][2] * ((c[0] + 2 * c[1] + c[2] + 2) / 4);
            }
            sum += around, squares += around * around, n++;
        }
    }
    const double want = squares / n - sum / n * (sum / n);
    assert_true(fabs(hash_of(&p).blur - want) < 1e-6 * want);
    rs_pixels_fini(&p);
}

/* ---- formats ---- */

static rs_image_hash hash_picture(const char *name)
{
    rs_str bytes = picture(name);
    rs_image_hash hash;
    rsift_error err = {0};
    const rsift_status status = rs_image_hash_bytes(bytes, NULL, NULL, &hash, &err);
    if (status != RSIFT_OK) print_message("%s: %s\n", name, err.message);
    assert_int_equal(status, RSIFT_OK);
    free((char *)bytes.ptr);
    return hash;
}

static void test_formats_agree(void **state)
{
    (void)state;
    static const char *const same[] = {
        "rgb.png",    "interlaced.png", "rgba.png",          "rgb.tif", "deflate-big-endian.tif",
        "planar.tif", "pages.tif",      "tiled-bigtiff.tif", "rgb.bmp", "lossless.webp",
        "rgb.jp2"};
    const rs_image_hash first = hash_picture(same[0]);
    for (size_t i = 1; i < sizeof same / sizeof *same; i++) {
        const rs_image_hash hash = hash_picture(same[i]);
        assert_true(hash.exact && !hash.damaged);
        assert_true(rs_id_eq(hash.pixel_hash, first.pixel_hash));
        assert_true(rs_id_eq(hash.block_hash, first.block_hash));
        assert_memory_equal(&hash.phash, &first.phash, sizeof hash.phash);
    }
    assert_false(rs_id_eq(hash_picture("rgb.jpg").pixel_hash, first.pixel_hash));
}

/* Whatever way the bytes take, the hashes are those of the decoded pixels. */
static void test_bytes_agree_with_pixels(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_PICTURES; i++) {
        rs_str bytes = picture(all_pictures[i]);
        rs_pixels p;
        rs_image_hash hash;
        const rsift_status status = rs_image_decode(bytes, NULL, &p, NULL);
        assert_int_equal(rs_image_hash_bytes(bytes, NULL, NULL, &hash, NULL), status);
        if (status == RSIFT_OK) {
            const rs_image_hash want = hash_of(&p);
            assert_true(rs_id_eq(hash.pixel_hash, want.pixel_hash));
            assert_true(rs_id_eq(hash.block_hash, want.block_hash));
            assert_memory_equal(&hash.phash, &want.phash, sizeof hash.phash);
            assert_memory_equal(hash.thumb, want.thumb, sizeof hash.thumb);
            assert_int_equal(hash.rule, want.rule);
            assert_int_equal(hash.width, want.width);
            assert_int_equal(hash.height, want.height);
            assert_true(hash.blur == want.blur && hash.no_data == want.no_data);
        }
        rs_pixels_fini(&p);
        free((char *)bytes.ptr);
    }
}

/* ---- limits and smaller forms ---- */

/* A JPEG as libjpeg writes it; free. */
static rs_str jpeg_of(const rs_pixels *p, bool progressive)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned long n = 0;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &n);
    jpeg.image_width = p->width;
    jpeg.image_height = p->height;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 90, TRUE);
    if (progressive) jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = p->rgb + (size_t)jpeg.next_scanline * p->width * 3;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return (rs_str){(char *)bytes, n};
}

/* A picture that may not be held is hashed by its rows; a progressive one has to be held. */
static void test_larger_than_memory(void **state)
{
    (void)state;
    rs_pixels p = draw(640, 480, 11);
    const rsift_limits little = {.max_image = 200000};
    const rs_str plain = jpeg_of(&p, false), progressive = jpeg_of(&p, true);
    rs_image_hash hash, want;
    rs_pixels held;
    rsift_error err = {0};
    assert_int_equal(rs_image_decode(plain, &little, &held, &err), RSIFT_E_LIMIT);
    assert_int_equal(rs_image_hash_bytes(plain, &little, NULL, &hash, &err), RSIFT_OK);
    assert_int_equal(rs_image_decode(plain, NULL, &held, &err), RSIFT_OK);
    want = hash_of(&held);
    assert_true(rs_id_eq(hash.pixel_hash, want.pixel_hash));
    rs_pixels_fini(&held);
    assert_int_equal(rs_image_hash_bytes(progressive, &little, NULL, &hash, &err), RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "--max-image-mb"));
    assert_int_equal(rs_image_hash_bytes(progressive, NULL, NULL, &hash, &err), RSIFT_OK);
    assert_true(rs_id_eq(hash.pixel_hash, want.pixel_hash)); /* of the same coefficients */
    free((char *)plain.ptr);
    free((char *)progressive.ptr);
    rs_pixels_fini(&p);
}

static int distance(rs_image_phash a, rs_image_phash b)
{
    int n = 0;
    for (int i = 0; i < 4; i++) n += __builtin_popcountll(a.word[i] ^ b.word[i]);
    return n;
}

/* The smaller form is near the whole, proves nothing, and is never below 256 pixels. */
static void test_scaled(void **state)
{
    (void)state;
    static const uint32_t table[][3] = {{1100, 1030, 4}, {700, 513, 2}, {511, 800, 2},
                                        {2100, 2048, 8}, {900, 200, 1}, {510, 511, 1}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        rs_pixels p = draw(table[i][0], table[i][1], 20 + i);
        /* the luma of JPEG weighs colours otherwise than L */
        for (size_t k = 0; k < (size_t)p.width * p.height; k++)
            p.rgb[3 * k + 1] = p.rgb[3 * k + 2] = p.rgb[3 * k];
        const rs_str bytes = jpeg_of(&p, false);
        const rs_image_hash_options scaled = {.no_exact = true};
        rs_image_hash whole, hash;
        assert_int_equal(rs_image_hash_bytes(bytes, NULL, NULL, &whole, NULL), RSIFT_OK);
        assert_int_equal(rs_image_hash_bytes(bytes, NULL, &scaled, &hash, NULL), RSIFT_OK);
        assert_true(whole.exact && whole.scale == 1);
        assert_false(hash.exact);
        assert_true(rs_id_eq(hash.pixel_hash, (rs_id){0}));
        assert_int_equal(hash.scale, table[i][2]);
        assert_int_equal(hash.width, p.width);
        assert_int_equal(hash.height, p.height);
        assert_in_range(distance(hash.phash, whole.phash), 0, 15);
        free((char *)bytes.ptr);
        rs_pixels_fini(&p);
    }
}

static void test_damaged_is_no_proof(void **state)
{
    (void)state;
    rs_str bytes = picture("rgb.jpg");
    rs_image_hash hash;
    assert_int_equal(
        rs_image_hash_bytes(rs_str_sub(bytes, 0, bytes.len - 30), NULL, NULL, &hash, NULL),
        RSIFT_OK);
    assert_true(hash.damaged);
    assert_false(hash.exact);
    assert_true(rs_id_eq(hash.pixel_hash, (rs_id){0}) && rs_id_eq(hash.block_hash, (rs_id){0}));
    free((char *)bytes.ptr);
}

static void test_allocations_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_PICTURES; i++) {
        rs_str bytes = picture(all_pictures[i]);
        rsift_status status = RSIFT_E_NOMEM;
        for (int64_t n = 1; status == RSIFT_E_NOMEM; n++) {
            rs_image_hash hash;
            assert_true(n < 1000);
            rs_alloc_fail_at(n);
            status = rs_image_hash_bytes(bytes, NULL, NULL, &hash, NULL);
            rs_alloc_fail_at(0);
        }
        assert_true(status == RSIFT_OK || status == RSIFT_E_UNSUPPORTED);
        free((char *)bytes.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definition),
        cmocka_unit_test(test_long_sides),
        cmocka_unit_test(test_waves),
        cmocka_unit_test(test_kernels_agree),
        cmocka_unit_test(test_luma_rounds_as_defined),
        cmocka_unit_test(test_orientations),
        cmocka_unit_test(test_orientation_names),
        cmocka_unit_test(test_one_level_changes_it),
        cmocka_unit_test(test_channel_order),
        cmocka_unit_test(test_flat),
        cmocka_unit_test(test_margins),
        cmocka_unit_test(test_sharpness),
        cmocka_unit_test(test_formats_agree),
        cmocka_unit_test(test_bytes_agree_with_pixels),
        cmocka_unit_test(test_larger_than_memory),
        cmocka_unit_test(test_scaled),
        cmocka_unit_test(test_damaged_is_no_proof),
        cmocka_unit_test(test_allocations_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
