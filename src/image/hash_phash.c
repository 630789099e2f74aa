/* 256 signs of a discrete cosine transform of the 64 x 64 means, in whole numbers: the waves are
 * symmetric to the last bit, so that a turned picture has exactly the same coefficients but for
 * their places and signs. */
#include "image/hash_parts.h"

enum {
    SIDE = RS_IMAGE_CELLS,
    N_WAVES = 16,
    QUARTER = 64,
    TURN = 4 * QUARTER, /* steps of pi / 128 */
};
/* A coefficient of the orthonormal transform of grey levels is C / (512 * 8192^2): the waves are
 * 8192 high, the means are in sixteenths, the norm is 32. Below two levels a sign
 * is chance. */
static const int64_t weak_below = (int64_t)2 * 512 * 8192 * 8192;

/* round(8192 * cos(k * pi / 128)) */
static const int16_t quarter_wave[QUARTER + 1] = {
    8192, 8190, 8182, 8170, 8153, 8130, 8103, 8071, 8035, 7993, 7946, 7895, 7839,
    7779, 7713, 7643, 7568, 7489, 7405, 7317, 7225, 7128, 7027, 6921, 6811, 6698,
    6580, 6458, 6333, 6203, 6070, 5933, 5793, 5649, 5501, 5351, 5197, 5040, 4880,
    4717, 4551, 4383, 4212, 4038, 3862, 3683, 3503, 3320, 3135, 2948, 2760, 2570,
    2378, 2185, 1990, 1795, 1598, 1401, 1202, 1003, 803,  603,  402,  201,  0,
};

int16_t rs_image_phash_wave(unsigned u, unsigned x)
{
    unsigned k = (2 * x + 1) * u % TURN;
    if (k > TURN / 2) k = TURN - k; /* cos(-a) = cos(a) */
    return k <= QUARTER ? quarter_wave[k] : (int16_t)-quarter_wave[TURN / 2 - k];
}

/* Means times waves down the columns: low[u - 1][x]. A wave is its own mirror image, or that with
 * the other sign, so that opposite rows are first added or subtracted. The sums stay below
 * 64 * 8192 * 4080, which fits into 32 bits. */
static void transform_columns(const int16_t *mean, int16_t wave[N_WAVES][SIDE],
                              int32_t low[N_WAVES][SIDE])
{
    enum { HALF = SIDE / 2 };
    int16_t folded[2][HALF][SIDE];
    for (size_t y = 0; y < HALF; y++) {
        const int16_t *row = mean + y * SIDE, *opposite = mean + (SIDE - 1 - y) * SIDE;
        for (size_t x = 0; x < SIDE; x++) folded[0][y][x] = (int16_t)(row[x] + opposite[x]);
        for (size_t x = 0; x < SIDE; x++) folded[1][y][x] = (int16_t)(row[x] - opposite[x]);
    }
    for (size_t u = 0; u < N_WAVES; u++) {
        const size_t odd = (u + 1) % 2;
        for (size_t x = 0; x < SIDE; x++) low[u][x] = 0;
        for (size_t y = 0; y < HALF; y++)
            for (size_t x = 0; x < SIDE; x++) low[u][x] += wave[u][y] * (int32_t)folded[odd][y][x];
    }
}

/* The same along a row, in place: sums become its left half, differences its right half. */
static void fold_row(int32_t *low)
{
    for (size_t x = 0; x < SIDE / 2; x++) {
        const int32_t left = low[x], right = low[SIDE - 1 - x];
        low[x] = left + right; /* below 2 * 64 * 8192 * 4080 / pi */
        low[SIDE - 1 - x] = left - right;
    }
}

static int64_t along(const int32_t *folded, const int16_t *wave, bool odd)
{
    int64_t sum = 0;
    for (size_t x = 0; x < SIDE / 2; x++) sum += (int64_t)folded[odd ? SIDE - 1 - x : x] * wave[x];
    return sum;
}

rs_image_phash rs_image_phash_of(const int16_t mean[RS_IMAGE_CELLS * RS_IMAGE_CELLS],
                                 uint16_t *quality)
{
    int16_t wave[N_WAVES][SIDE];
    int32_t low[N_WAVES][SIDE];
    rs_image_phash hash = {0};
    unsigned n_weak = 0;
    for (unsigned u = 0; u < N_WAVES; u++)
        for (unsigned x = 0; x < SIDE; x++) wave[u][x] = rs_image_phash_wave(u + 1, x);
    transform_columns(mean, wave, low);
    for (size_t u = 0; u < N_WAVES; u++) {
        fold_row(low[u]);
        for (size_t v = 0; v < N_WAVES; v++) {
            const int64_t c = along(low[u], wave[v], (v + 1) % 2);
            const size_t bit = N_WAVES * u + v;
            if (c > 0) hash.word[bit / 64] |= (uint64_t)1 << bit % 64;
            if (c < weak_below && c > -weak_below) n_weak++;
        }
    }
    *quality = (uint16_t)(N_WAVES * N_WAVES - n_weak);
    return hash;
}
