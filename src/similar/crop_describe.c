/* The cosine signs around an anchor; see crop_describe.h for the definition. */
#include "similar/crop_describe.h"

#include "similar/orient.h"

#include <stdlib.h>

enum {
    N = RS_DESCRIPTION_SIDE,
    CELLS = 11, /* to each side of the patch... */
    CELL = 3,   /* ...of as many pixels each */
    HALF = CELLS * CELL / 2,
    AMPLITUDE =
        272,       /* of a coefficient per grey level: 9 pixels a cell, (11 / 2)^2 of the cosines */
    NO_DETAIL = 2, /* grey levels: weaker patches are noise of coding */
    N_COEFFICIENTS = 60,
};

/* round(1024 * cos((2x + 1) * u * pi / 22)), made such that [u][10 - x] = (-1)^u * [u][x]. */
static const int16_t cosine[N][CELLS] = {
    {1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024, 1024},
    {1014, 931, 774, 554, 288, 0, -288, -554, -774, -931, -1014},
    {983, 671, 146, -425, -861, -1024, -861, -425, 146, 671, 983},
    {931, 288, -554, -1014, -774, 0, 774, 1014, 554, -288, -931},
    {861, -146, -983, -671, 425, 1024, 425, -671, -983, -146, 861},
    {774, -554, -931, 288, 1014, 0, -1014, -288, 931, 554, -774},
    {671, -861, -425, 983, 146, -1024, 146, 983, -425, -861, 671},
    {554, -1014, 288, 774, -931, 0, 931, -774, -288, 1014, -554},
};

/* (u, v) of the bits after the first, as 8u + v in octal, by frequency. Those that the orientation
 * is made of say nothing more, and (7, 7) has no room. */
static const uint8_t order[N_COEFFICIENTS] = {
    011, 002, 020, 012, 021, 022, 003, 030, 013, 031, 023, 032, 004, 040, 014,
    041, 033, 024, 042, 005, 034, 043, 050, 015, 051, 025, 052, 044, 035, 053,
    006, 060, 016, 061, 026, 062, 045, 054, 036, 063, 007, 070, 017, 055, 071,
    046, 064, 027, 072, 037, 073, 056, 065, 047, 074, 066, 057, 075, 067, 076,
};

/* Sums of the pixels of each cell. */
static void sum_cells(const rs_luma *luma, const rs_anchor *anchor, int32_t cells[CELLS][CELLS])
{
    const uint8_t *row = luma->at + (size_t)(anchor->y - HALF) * luma->width + (anchor->x - HALF);
    for (size_t j = 0; j < CELLS; j++) {
        for (size_t i = 0; i < CELLS; i++) cells[j][i] = 0;
        for (size_t k = 0; k < CELL; k++, row += luma->width)
            for (size_t i = 0; i < CELLS; i++)
                cells[j][i] += row[CELL * i] + row[CELL * i + 1] + row[CELL * i + 2];
    }
}

bool rs_describe(const rs_luma *luma, const rs_anchor *anchor, rs_description *out)
{
    int32_t cells[CELLS][CELLS], rows[CELLS][N], greatest = 0;
    sum_cells(luma, anchor, cells);
    for (size_t j = 0; j < CELLS; j++)
        for (size_t v = 0; v < N; v++) {
            int32_t sum = 0;
            for (size_t i = 0; i < CELLS; i++) sum += cosine[v][i] * cells[j][i];
            rows[j][v] = sum / 1024;
        }
    for (size_t u = 0; u < N; u++)
        for (size_t v = 0; v < N; v++) {
            int32_t sum = 0;
            for (size_t j = 0; j < CELLS; j++) sum += cosine[u][j] * rows[j][v];
            out->c[u][v] = sum / 1024;
            if ((u || v) && abs(out->c[u][v]) > greatest) greatest = abs(out->c[u][v]);
        }
    out->greatest = anchor->greatest;
    return greatest >= NO_DETAIL * AMPLITUDE;
}

size_t rs_description_orientations(const rs_description *d, unsigned out[8])
{
    int32_t across = abs(d->c[0][1]), down = abs(d->c[1][0]);
    int32_t much = across > down ? across : down, little = across > down ? down : across;
    bool transposed = down > across;
    bool x = d->c[0][1] < 0, y = d->c[1][0] < 0;
    /* Laid: transposed first, then mirrored. */
    unsigned best = transposed ? (unsigned)y | (unsigned)x << 1 | RS_IMAGE_TRANSPOSE
                               : (unsigned)x | (unsigned)y << 1;
    int32_t doubt = AMPLITUDE * 3 / 2 + much / 8;
    bool unsure[3] = {much < doubt, little < doubt, much - little < doubt};
    size_t n = 0;
    for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++) {
        if ((o & RS_IMAGE_MIRROR_X && !unsure[0]) || (o & RS_IMAGE_MIRROR_Y && !unsure[1]) ||
            (o & RS_IMAGE_TRANSPOSE && !unsure[2]))
            continue;
        out[n++] = rs_orient_then(rs_orient_then(best, o & 3), o & RS_IMAGE_TRANSPOSE);
    }
    return n;
}

uint64_t rs_description_bits(const rs_description *d, unsigned orientation, int32_t *strength,
                             size_t n)
{
    uint64_t bits = d->greatest;
    if (strength && n > 0) strength[0] = INT32_MAX;
    for (size_t i = 0; i < N_COEFFICIENTS; i++) {
        size_t u = order[i] / N, v = order[i] % N;
        int32_t c = orientation & RS_IMAGE_TRANSPOSE ? d->c[v][u] : d->c[u][v];
        bool negated = (orientation & RS_IMAGE_MIRROR_X && v % 2) !=
                       (orientation & RS_IMAGE_MIRROR_Y && u % 2);
        if (strength && i + 1 < n) strength[i + 1] = abs(c);
        bits = bits << 1 | ((negated ? -c : c) > 0);
    }
    return bits << 3;
}
