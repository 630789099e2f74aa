/* Hashes of TIFFs by their rows: strips, tiles, one plane per band, overviews, and pictures far
 * larger than the memory that is allowed. The files are written with libtiff. */
#include "image/decode.h"
#include "image/hash.h"

#include "base/rng.h"
#include "pictures.h"

#include <string.h>
#include <tiffio.h>
#include <unistd.h>

typedef struct layout {
    uint32_t width, height;
    uint16_t bits, bands;
    bool tiled, planar;
    uint16_t compression;
    uint32_t overviews; /* each half of the one before */
    bool sparse;        /* only the first tile is written, of zeros */
} layout;

/* Sample of band b at (x, y): a ramp with waves, the same in every size of the picture. */
static unsigned sample(const layout *l, uint32_t x, uint32_t y, unsigned b)
{
    const unsigned u = x * 1000 / l->width, v = y * 1000 / l->height;
    return (u * (b + 1) / 7 + v * v / 9000 + (u / 60 + v / 90) % 5 * 20) & 255;
}

static void fill(const layout *l, uint8_t *to, uint32_t x, uint32_t y, uint32_t n, int plane)
{
    const unsigned first = plane < 0 ? 0 : (unsigned)plane;
    const unsigned last = plane < 0 ? l->bands : first + 1;
    for (uint32_t i = 0; i < n; i++) {
        for (unsigned b = first; b < last; b++) {
            const unsigned v = x + i < l->width && y < l->height ? sample(l, x + i, y, b) : 0;
            if (l->bits == 16) {
                const uint16_t wide = (uint16_t)(v * 40 + 100);
                memcpy(to, &wide, 2);
                to += 2;
            } else {
                *to++ = (uint8_t)v;
            }
        }
    }
}

static void write_tiles(TIFF *tif, const layout *l, uint8_t *block, int plane)
{
    const size_t row = 64u * (plane < 0 ? l->bands : 1) * (l->bits / 8);
    for (uint32_t y = 0; y < l->height; y += 64) {
        for (uint32_t x = 0; x < l->width; x += 64) {
            for (uint32_t k = 0; k < 64; k++) fill(l, block + k * row, x, y + k, 64, plane);
            assert_true(TIFFWriteTile(tif, block, x, y, 0, plane < 0 ? 0 : (uint16_t)plane) > 0);
        }
    }
}

static void write_directory(TIFF *tif, const layout *l, bool overview)
{
    static uint8_t block[1 << 18];
    TIFFSetField(tif, TIFFTAG_SUBFILETYPE, overview ? FILETYPE_REDUCEDIMAGE : 0);
    TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, l->width);
    TIFFSetField(tif, TIFFTAG_IMAGELENGTH, l->height);
    TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, l->bits);
    TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, l->bands);
    TIFFSetField(tif, TIFFTAG_PHOTOMETRIC,
                 l->bands >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
    TIFFSetField(tif, TIFFTAG_PLANARCONFIG,
                 l->planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    TIFFSetField(tif, TIFFTAG_COMPRESSION, l->compression);
    const uint16_t alpha = EXTRASAMPLE_UNASSALPHA;
    if (l->bands == 4) TIFFSetField(tif, TIFFTAG_EXTRASAMPLES, 1, &alpha);
    if (l->tiled) {
        TIFFSetField(tif, TIFFTAG_TILEWIDTH, l->sparse ? 256 : 64);
        TIFFSetField(tif, TIFFTAG_TILELENGTH, l->sparse ? 256 : 64);
    } else {
        TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, 7);
    }
    if (l->sparse) assert_true(TIFFWriteTile(tif, memset(block, 0, sizeof block), 0, 0, 0, 0) > 0);
    for (int plane = l->planar ? 0 : -1; !l->sparse && plane < (l->planar ? l->bands : 0);
         plane++) {
        if (l->tiled) write_tiles(tif, l, block, plane);
        for (uint32_t y = 0; !l->tiled && y < l->height; y++) {
            fill(l, block, 0, y, l->width, plane);
            assert_int_equal(TIFFWriteScanline(tif, block, y, plane < 0 ? 0 : (uint16_t)plane), 1);
        }
    }
    assert_int_equal(TIFFWriteDirectory(tif), 1);
}

/* The file; free. */
static rs_str tiff_of(layout l)
{
    char path[] = "/tmp/rsift-test-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    TIFF *tif = TIFFFdOpen(fd, path, "w");
    assert_non_null(tif);
    write_directory(tif, &l, false);
    for (uint32_t i = 0; i < l.overviews; i++) {
        l.width = (l.width + 1) / 2;
        l.height = (l.height + 1) / 2;
        write_directory(tif, &l, true);
    }
    TIFFClose(tif);
    const rs_str bytes = read_whole(path);
    unlink(path);
    assert_non_null(bytes.ptr);
    return bytes;
}

static rs_image_hash hash_of(rs_str bytes, const rsift_limits *limits, bool no_exact)
{
    rs_image_hash hash;
    rsift_error err = {0};
    const rs_image_hash_options options = {.no_exact = no_exact};
    const rsift_status status = rs_image_hash_bytes(bytes, limits, &options, &hash, &err);
    if (status != RSIFT_OK) print_message("%s\n", err.message);
    assert_int_equal(status, RSIFT_OK);
    return hash;
}

/* Whatever the layout, the rows are those of the decoded picture, also where it may not be held. */
static void test_layouts(void **state)
{
    (void)state;
    const layout table[] = {
        {211, 307, 8, 3, false, false, COMPRESSION_NONE, 0, false},
        {211, 307, 8, 3, false, true, COMPRESSION_ADOBE_DEFLATE, 0, false},
        {211, 307, 8, 3, true, false, COMPRESSION_LZW, 0, false},
        {211, 307, 8, 3, true, true, COMPRESSION_NONE, 0, false},
        {300, 190, 8, 1, true, false, COMPRESSION_NONE, 0, false},
        {300, 190, 8, 1, false, true, COMPRESSION_NONE, 0, false},
        {300, 190, 8, 4, true, true, COMPRESSION_LZW, 0, false},
        {300, 190, 8, 4, false, false, COMPRESSION_LZW, 0, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const rs_str bytes = tiff_of(table[i]);
        /* a row of tiles fits, the picture does not */
        const rsift_limits little = {.max_image = 100000};
        rs_pixels pixels;
        rs_image_hash want;
        assert_int_equal(rs_image_decode(bytes, &little, &pixels, NULL), RSIFT_E_LIMIT);
        const rs_image_hash hash = hash_of(bytes, &little, false);
        assert_int_equal(rs_image_decode(bytes, NULL, &pixels, NULL), RSIFT_OK);
        assert_int_equal(rs_image_hash_pixels(&pixels, &want, NULL), RSIFT_OK);
        assert_true(hash.exact);
        assert_true(rs_id_eq(hash.pixel_hash, want.pixel_hash));
        assert_true(rs_id_eq(hash.block_hash, want.block_hash));
        assert_int_equal(hash.rule, want.rule);
        rs_pixels_fini(&pixels);
        free((char *)bytes.ptr);
    }
}

/* More pixels than a picture that is held may have, in TIFF and PNG alike; what would have to be
 * held is still refused, and so is what unpacks beyond the ratio. */
static void test_above_max_pixels(void **state)
{
    (void)state;
    const rsift_limits few = {.max_pixels = 10000},
                       tight = {.max_pixels = 10000, .max_image = 100000};
    const rs_str strips =
        tiff_of((layout){211, 307, 8, 3, false, true, COMPRESSION_ADOBE_DEFLATE, 0, false});
    const rs_str tiles = tiff_of((layout){300, 190, 8, 1, true, false, COMPRESSION_LZW, 0, false});
    const rs_str wide = tiff_of((layout){300, 190, 16, 3, false, false, COMPRESSION_LZW, 0, false});
    const rs_str of[] = {strips, tiles};
    rs_image_hash hash;
    rsift_error err;
    for (size_t i = 0; i < 2; i++) {
        const rs_image_hash want = hash_of(of[i], NULL, false), got = hash_of(of[i], &few, false);
        assert_true(got.exact);
        assert_true(rs_id_eq(want.block_hash, got.block_hash));
        assert_true(rs_id_eq(want.pixel_hash, got.pixel_hash));
        assert_int_equal(got.width, want.width);
        assert_int_equal(rs_image_decode(of[i], &few, &(rs_pixels){0}, NULL), RSIFT_E_LIMIT);
    }
    assert_int_equal(rs_image_hash_bytes(wide, &few, NULL, &hash, &err), RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "max_pixels"));
    assert_int_equal(rs_image_hash_bytes(wide, &tight, NULL, &hash, &err), RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "--max-image-mb"));
    free((char *)strips.ptr);
    free((char *)tiles.ptr);
    free((char *)wide.ptr);
}

/* A block of rows that alone crosses the limit is no crash and no wrong hash. */
static void test_blocks_above_the_limit(void **state)
{
    (void)state;
    const rsift_limits tiny = {.max_image = 5000};
    const rs_str bytes = tiff_of((layout){211, 307, 8, 3, true, false, COMPRESSION_NONE, 0, false});
    rs_image_hash hash;
    rsift_error err;
    assert_int_equal(rs_image_hash_bytes(bytes, &tiny, NULL, &hash, &err), RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "--max-image-mb"));
    free((char *)bytes.ptr);
}

static int distance(rs_image_phash a, rs_image_phash b)
{
    int n = 0;
    for (int i = 0; i < 4; i++) n += __builtin_popcountll(a.word[i] ^ b.word[i]);
    return n;
}

static void test_overviews(void **state)
{
    (void)state;
    static const struct {
        layout l;
        uint32_t scale;
        rs_image_rule rule;
    } table[] = {
        {{1101, 1033, 8, 3, true, false, COMPRESSION_LZW, 4, false}, 4, RS_RULE_AS_IS},
        {{1101, 1033, 8, 3, false, true, COMPRESSION_LZW, 1, false}, 2, RS_RULE_AS_IS},
        {{1101, 1033, 16, 3, true, false, COMPRESSION_LZW, 3, false}, 4, RS_RULE_STRETCH},
        {{511, 1033, 8, 3, false, false, COMPRESSION_LZW, 2, false}, 2, RS_RULE_AS_IS},
        {{509, 600, 8, 1, false, false, COMPRESSION_LZW, 2, false}, 1, RS_RULE_AS_IS},
        {{600, 600, 8, 3, false, false, COMPRESSION_LZW, 0, false}, 1, RS_RULE_AS_IS},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const rs_str bytes = tiff_of(table[i].l);
        const rs_image_hash whole = hash_of(bytes, NULL, false), small = hash_of(bytes, NULL, true);
        assert_true(whole.exact && whole.scale == 1);
        assert_false(small.exact);
        assert_int_equal(small.scale, table[i].scale);
        assert_int_equal(small.rule, table[i].rule);
        assert_int_equal(small.width, table[i].l.width);
        assert_int_equal(small.height, table[i].l.height);
        assert_in_range(distance(small.phash, whole.phash), 0, 10);
        free((char *)bytes.ptr);
    }
}

/* The wavelets of JPEG 2000 hold smaller pictures: also of one that may not be held whole. */
static void test_jpeg_2000(void **state)
{
    (void)state;
    char path[4096];
    const rsift_limits little = {.max_image = 4 << 20};
    source_path(path, sizeof path, "fuzz/corpus/image_hash/scaled.jp2");
    const rs_str bytes = read_whole(path);
    rs_image_hash hash;
    rsift_error err;
    assert_non_null(bytes.ptr);
    const rs_image_hash whole = hash_of(bytes, NULL, false), small = hash_of(bytes, &little, true);
    assert_true(whole.exact && whole.scale == 1 && !small.exact);
    assert_int_equal(small.scale, 4);
    assert_int_equal(small.width, 1100);
    assert_int_equal(small.height, 1040);
    assert_in_range(distance(small.phash, whole.phash), 0, 10);
    assert_int_equal(rs_image_hash_bytes(bytes, &little, NULL, &hash, &err), RSIFT_E_LIMIT);
    free((char *)bytes.ptr);
}

/* A second page and a mask are no overviews. */
static void test_other_pages(void **state)
{
    (void)state;
    char path[] = "/tmp/rsift-test-XXXXXX";
    const layout l = {640, 640, 8, 3, false, false, COMPRESSION_LZW, 0, false};
    layout half = l;
    half.width = half.height = 320;
    TIFF *tif = TIFFFdOpen(mkstemp(path), path, "w");
    write_directory(tif, &l, false);
    write_directory(tif, &half, false);
    TIFFClose(tif);
    const rs_str bytes = read_whole(path);
    unlink(path);
    assert_int_equal(hash_of(bytes, NULL, true).scale, 1);
    free((char *)bytes.ptr);
}

/* libtiff goes on over damaged JPEG data, and its pixels are none of the picture's. */
static void test_damaged_jpeg_in_tiff(void **state)
{
    (void)state;
    rs_str bytes = picture("jpeg-in.tif");
    unsigned n_damaged = 0;
    assert_false(hash_of(bytes, NULL, false).damaged);
    for (size_t k = 0; k < bytes.len; k++) {
        uint8_t *byte = (uint8_t *)bytes.ptr + k;
        rs_image_hash hash;
        *byte ^= 0x81;
        if (rs_image_hash_bytes(bytes, NULL, NULL, &hash, NULL) == RSIFT_OK && hash.damaged) {
            assert_false(hash.exact);
            n_damaged++;
        }
        *byte ^= 0x81;
    }
    assert_true(n_damaged > 10);
    free((char *)bytes.ptr);
}

/* 256 million pixels, of which a row of tiles is held; all of them missing: black. */
static void test_much_larger_than_memory(void **state)
{
    (void)state;
    const rsift_limits limits = {.max_image = 32 << 20};
    const rs_str bytes =
        tiff_of((layout){16000, 16000, 8, 3, true, false, COMPRESSION_NONE, 0, true});
    const rs_image_hash hash = hash_of(bytes, &limits, false);
    assert_int_equal(hash.width, 16000);
    assert_int_equal(hash.quality, 0);
    assert_true(hash.no_data == 1);
    free((char *)bytes.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_blocks_above_the_limit),
        cmocka_unit_test(test_above_max_pixels),
        cmocka_unit_test(test_overviews),
        cmocka_unit_test(test_jpeg_2000),
        cmocka_unit_test(test_other_pages),
        cmocka_unit_test(test_damaged_jpeg_in_tiff),
        cmocka_unit_test(test_much_larger_than_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
