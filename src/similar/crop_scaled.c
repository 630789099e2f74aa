/* Indexed pictures are described as they are. A picture that is asked for is described at 9
 * resolutions from twice to half its own, a quarter of an octave apart, so that one of them is
 * within 9 % of that at which it lies on an indexed one. */
#include "similar/crop_scaled.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "similar/crop_agree.h"
#include "similar/crop_describe.h"
#include "similar/crop_level.h"
#include "similar/orient.h"

#include <math.h>
#include <stdlib.h>

enum {
    STEPS = 4,             /* levels per octave */
    BAND_PIXELS = 1 << 21, /* of a level that are made at once */
    MAX_DISTANCE = 14,     /* of 61 bits */
    COMMON = 512,          /* views, above which a look-up meets a pattern that says nothing */
    MOST_ALIKE = 1 << 20,  /* matches that are voted on: 25 MB */
    N_WEAKEST = 5,         /* of the bits that are looked up: both values of each are tried */
};

struct question {
    const rs_crop_index *index;
    const rs_luma *picture;
    double step;        /* of the level at work */
    rs_anchors anchors; /* of its band */
    rs_alike *alike;
    size_t n_alike, cap_alike;
};

/* Matches of one view with those that share the looked-up bits of `bits`. */
static rsift_status match_views(struct question *q, const rs_anchor *anchor, unsigned orientation,
                                const uint64_t bits[2], rsift_error *err)
{
    size_t n;
    const rs_crop_view *view = rs_crop_near_find(&q->index->near, bits[1], &n);
    if (n > COMMON) return RSIFT_OK;
    for (size_t i = 0; i < n && q->n_alike < MOST_ALIKE; i++) {
        int distance = __builtin_popcountll((view[i].bits ^ bits[0]) >> 3);
        if (distance > MAX_DISTANCE) continue;
        if (!RS_VEC_RESERVE(q->alike, q->cap_alike, q->n_alike + 1))
            return rs_err_nomem(err, "question for crops");
        unsigned o = rs_orient_then(orientation, rs_orient_inverse(view[i].bits & 7));
        double x = (anchor->x + 0.5) * q->step, y = (anchor->y + 0.5) * q->step;
        double w = q->picture->width, h = q->picture->height, t = x;
        if (o & RS_IMAGE_TRANSPOSE) x = y, y = t, t = w, w = h, h = t;
        q->alike[q->n_alike++] = (rs_alike){.sheet = view[i].sheet,
                                            .orientation = (uint8_t)o,
                                            .distance = (uint8_t)distance,
                                            .scale = (float)(1 / q->step),
                                            .x = (float)(o & RS_IMAGE_MIRROR_X ? w - x : x),
                                            .y = (float)(o & RS_IMAGE_MIRROR_Y ? h - y : y),
                                            .sheet_x = (float)view[i].x + 0.5F,
                                            .sheet_y = (float)view[i].y + 0.5F};
    }
    return RSIFT_OK;
}

/* Looks up the description in one orientation, with each of the weakest of the looked-up bits as it
 * is and the other way. */
static rsift_status match_laid(struct question *q, const rs_anchor *anchor, const rs_description *d,
                               unsigned orientation, rsift_error *err)
{
    int32_t strength[64];
    size_t prefix = q->index->near.prefix;
    uint64_t bits = rs_description_bits(d, orientation, strength, prefix), weak[N_WEAKEST];
    for (size_t k = 0; k < N_WEAKEST; k++) {
        size_t weakest = 0;
        for (size_t i = 1; i < prefix; i++)
            if (strength[i] < strength[weakest]) weakest = i;
        strength[weakest] = INT32_MAX;
        weak[k] = (uint64_t)1 << (63 - weakest);
    }
    for (unsigned probe = 0; probe < 1u << N_WEAKEST; probe++) {
        uint64_t both[2] = {bits, bits};
        for (size_t k = 0; k < N_WEAKEST; k++)
            if (probe >> k & 1) both[1] ^= weak[k];
        RS_TRY(match_views(q, anchor, orientation, both, err));
    }
    return RSIFT_OK;
}

static rsift_status match_band(struct question *q, const rs_luma *band, uint32_t y0,
                               rsift_error *err)
{
    q->anchors.n = 0;
    RS_TRY(rs_anchors_find(band, &q->anchors, err));
    for (size_t i = 0; i < q->anchors.n; i++) {
        rs_anchor anchor = q->anchors.at[i];
        rs_description d;
        unsigned orientations[8];
        if (!rs_describe(band, &anchor, &d)) continue;
        anchor.y += y0;
        size_t n = rs_description_orientations(&d, orientations);
        for (size_t k = 0; k < n; k++) RS_TRY(match_laid(q, &anchor, &d, orientations[k], err));
    }
    return RSIFT_OK;
}

/* Bands overlap by what decides an anchor, so that each is found in one band. */
static rsift_status match_level(struct question *q, rs_level *level, rsift_error *err)
{
    const uint32_t overlap = 2 * RS_ANCHOR_REACH;
    if (level->width <= overlap || level->height <= overlap) return RSIFT_OK;
    uint32_t rows = BAND_PIXELS / level->width + 2 * overlap;
    if (rows > level->height) rows = level->height;
    uint8_t *pixels = rs_alloc((size_t)rows * level->width);
    if (!pixels) return rs_err_nomem(err, "picture at another resolution");
    rsift_status st = RSIFT_OK;
    for (uint32_t y = 0; y + overlap < level->height && st == RSIFT_OK; y += rows - overlap) {
        uint32_t n = level->height - y < rows ? level->height - y : rows;
        rs_level_rows(level, y, n, pixels);
        st = match_band(q, &(rs_luma){pixels, level->width, n}, y, err);
    }
    rs_free(pixels);
    return st;
}

static rsift_status match_levels(struct question *q, rsift_error *err)
{
    for (int i = -STEPS; i <= STEPS; i++) {
        rs_level level;
        q->step = exp2((double)i / STEPS);
        RS_TRY(rs_level_init(&level, q->picture, q->step, err));
        rsift_status st = match_level(q, &level, err);
        rs_level_fini(&level);
        RS_TRY(st);
    }
    return RSIFT_OK;
}

static rs_crop_candidate candidate_of(const struct question *q, const rs_agreed *a)
{
    const rs_crop_sheet *sheet = &q->index->sheets[a->sheet];
    bool transposed = a->orientation & RS_IMAGE_TRANSPOSE;
    uint32_t width = transposed ? q->picture->height : q->picture->width;
    uint32_t height = transposed ? q->picture->width : q->picture->height;
    return (rs_crop_candidate){.number = sheet->number,
                               .votes = a->votes,
                               .place = {.x = sheet->x0 + a->x,
                                         .y = sheet->y0 + a->y,
                                         .width = width * a->scale,
                                         .height = height * a->scale,
                                         .scale = a->scale,
                                         .orientation = a->orientation}};
}

rsift_status rs_crop_ask_scaled(const rs_crop_index *index, const rs_luma *picture,
                                rs_crop_candidate *out, size_t max, size_t *n, rsift_error *err)
{
    struct question q = {.index = index, .picture = picture};
    rs_agreed *agreed = NULL;
    rsift_status st = match_levels(&q, err);
    if (st == RSIFT_OK && q.n_alike > 0) {
        agreed = rs_alloc(q.n_alike * sizeof *agreed);
        if (!agreed) st = rs_err_nomem(err, "question for crops");
    }
    size_t n_agreed = agreed ? rs_alike_agree(q.alike, q.n_alike, agreed) : 0;
    for (size_t i = 0; i < n_agreed && *n < max; i++) out[(*n)++] = candidate_of(&q, &agreed[i]);
    rs_free(agreed);
    rs_free(q.alike);
    rs_anchors_fini(&q.anchors);
    return st;
}
