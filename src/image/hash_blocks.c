/* The 64 x 64 block sums, by rows. Along a side of n pixels pixels and cells lie over 64 n units:
 * a pixel is 64 units long, a cell n. Each row is added to its cells' columns with its weight, and
 * the columns are reduced to cells only where a row of cells ends: 64 times per picture. */
#include "image/hash_parts.h"

#include "base/alloc.h"

#include <string.h>

enum {
    SIDE = RS_IMAGE_CELLS,
    MAX_HELD = 1 << 17, /* 2^17 rows of at most 64 * 255 stay below 2^32 */
};
/* 32 * 255 * W * H must fit into 64 bits */
static const uint64_t max_pixels = (uint64_t)1 << 50;

rsift_status rs_image_blocks_init(rs_image_blocks *b, uint32_t width, uint32_t height,
                                  rsift_error *err)
{
    *b = (rs_image_blocks){.width = width, .height = height, .kernel = rs_image_best_kernel()};
    if (width == 0 || height == 0 || (uint64_t)width * height > max_pixels)
        return rs_err_set(err, RSIFT_E_LIMIT, "a picture of %u x %u is not hashed", width, height);
    b->columns = rs_calloc(width, sizeof *b->columns);
    return b->columns ? RSIFT_OK : rs_err_nomem(err, "block sums");
}

void rs_image_blocks_fini(rs_image_blocks *b)
{
    rs_free(b->columns);
    b->columns = NULL;
}

/* Units of [a, a + 64) within [from, to). */
static uint64_t overlap(uint64_t a, uint64_t from, uint64_t to)
{
    const uint64_t begin = a > from ? a : from, end = a + SIDE < to ? a + SIDE : to;
    return end > begin ? end - begin : 0;
}

/* Columns to the cells of one row of cells; the columns begin anew. */
static void reduce(rs_image_blocks *b)
{
    uint64_t *to = b->sum + (size_t)b->cell * SIDE;
    for (uint64_t i = 0; i < SIDE; i++) {
        const uint64_t from = i * b->width, end = from + b->width;
        const uint64_t first = from / SIDE, last = (end - 1) / SIDE;
        uint64_t inner = 0;
        for (uint64_t x = first + 1; x < last; x++) inner += b->columns[x];
        to[i] += inner * SIDE + b->columns[first] * overlap(first * SIDE, from, end);
        if (last > first) to[i] += b->columns[last] * overlap(last * SIDE, from, end);
    }
    memset(b->columns, 0, b->width * sizeof *b->columns);
    b->n_held = 0;
}

void rs_image_blocks_add(rs_image_blocks *b, const uint8_t *luma)
{
    if (b->next == b->height) return;
    const uint64_t at = b->next++ * SIDE;
    while (b->cell < SIDE) {
        const uint64_t from = b->cell * b->height, end = from + b->height;
        const uint64_t weight = overlap(at, from, end);
        if (weight) b->kernel->add(b->columns, luma, b->width, (uint16_t)weight);
        const bool ends = end <= at + SIDE;
        if (ends || ++b->n_held == MAX_HELD) reduce(b);
        if (!ends) return;
        b->cell++;
    }
}

/* The bytes of v, least first, as they lie in memory: no work where that is the machine's order. */
static uint64_t little_endian(uint64_t v)
{
    const uint8_t bytes[8] = {(uint8_t)v,         (uint8_t)(v >> 8),  (uint8_t)(v >> 16),
                              (uint8_t)(v >> 24), (uint8_t)(v >> 32), (uint8_t)(v >> 40),
                              (uint8_t)(v >> 48), (uint8_t)(v >> 56)};
    uint64_t laid;
    memcpy(&laid, bytes, sizeof laid);
    return laid;
}

/* By squares of 8 x 8, whose lines stay in the cache. */
static void transpose(const uint64_t *sum, uint64_t *out)
{
    enum { SQUARE = 8 };
    for (size_t y = 0; y < SIDE; y += SQUARE)
        for (size_t x = 0; x < SIDE; x += SQUARE)
            for (size_t i = 0; i < SQUARE; i++)
                for (size_t k = 0; k < SQUARE; k++)
                    out[(x + i) * SIDE + y + k] = sum[(y + k) * SIDE + x + i];
}

static void mirror_rows(uint64_t *sum)
{
    for (size_t y = 0; y < SIDE; y++, sum += SIDE) {
        for (size_t x = 0; x < SIDE / 2; x++) {
            const uint64_t left = sum[x];
            sum[x] = sum[SIDE - 1 - x];
            sum[SIDE - 1 - x] = left;
        }
    }
}

static rs_id hash_rows(uint64_t width, uint64_t height, const uint64_t *rows, bool last_first)
{
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_u64(&h, width | height << 32);
    for (size_t y = 0; last_first && y < SIDE; y++)
        rs_hash_bytes(&h, rows + (SIDE - 1 - y) * SIDE, SIDE * sizeof *rows);
    if (!last_first) rs_hash_bytes(&h, rows, (size_t)SIDE * SIDE * sizeof *rows);
    return rs_hash_end(&h);
}

rs_id rs_image_blocks_hash(const rs_image_blocks *b)
{
    uint64_t laid[2][SIDE * SIDE]; /* and transposed */
    rs_id least = {UINT64_MAX, UINT64_MAX};
    for (size_t k = 0; k < SIDE * SIDE; k++) laid[0][k] = little_endian(b->sum[k]);
    transpose(laid[0], laid[1]);
    for (int way = 0; way < RS_IMAGE_N_ORIENTATIONS; way++) {
        const bool turned = way & 4, mirrored = way & 2, last_first = way & 1;
        const uint64_t w = turned ? b->height : b->width, h = turned ? b->width : b->height;
        if (mirrored && !last_first) mirror_rows(laid[turned]);
        const rs_id id = hash_rows(w, h, laid[turned], last_first);
        if (rs_id_cmp(id, least) < 0) least = id;
    }
    return least;
}

void rs_image_blocks_mean(const rs_image_blocks *b, int16_t mean[RS_IMAGE_CELLS * RS_IMAGE_CELLS])
{
    const uint64_t area = b->width * b->height;
    for (size_t k = 0; k < SIDE * SIDE; k++)
        mean[k] = (int16_t)((32 * b->sum[k] + area) / (2 * area));
}
