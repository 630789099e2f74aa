/* The proof of a placement. Equal flat ground (no data, padding, masked water) proves nothing, so
 * of an overlap only those pixels matter that differ from a neighbour in one of the two pictures.
 * Whatever is not equal is refined and correlated. */
#include "similar/crop.h"
#include "similar/crop_grid.h"
#include "similar/orient.h"

#include <math.h>

enum {
    TILE = 64,
    MIN_DETAIL = 512, /* pixels that matter, for equality to be proof */
    MOST_ROUNDS = 8,
    SEARCH = 2, /* cells */
};
#define EQUAL_SHARE 0.99
#define HOPELESS 0.2 /* correlations from which on refining the scale... */
#define DOUBTFUL 0.4 /* ...and searching farther is worth its time */
#define RIGHT 0.97   /* is not refined any more */
#define RIVAL_MISSES 2.0
#define SCALE_STEP 0.01 /* what refinement tries first */

/* The overlap in whole pixels of the scene. */
struct overlap {
    int64_t x0, y0, x1, y1;
};

struct equality {
    uint64_t matter, equal;
};

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Compares one tile of the overlap; its first row and column of the whole overlap are only
 * neighbours. `laid` reads the picture as it lies, (x, y) is its corner on the scene. */
static void compare_tile(const rs_luma *scene, rs_orient_view laid, const int64_t corner[2],
                         const struct overlap *tile, struct equality *sum)
{
    for (int64_t y = tile->y0; y < tile->y1; y++) {
        const uint8_t *s = scene->at + y * scene->width, *above = s - scene->width;
        const uint8_t *p =
            laid.at + (y - corner[1]) * laid.down + (tile->x0 - corner[0]) * laid.right;
        uint32_t n_matter = 0, n_equal = 0;
        for (int64_t x = tile->x0; x < tile->x1; x++) {
            const uint8_t *q = p + (x - tile->x0) * laid.right;
            bool matters = s[x] != s[x - 1] || s[x] != above[x] || *q != *(q - laid.right) ||
                           *q != *(q - laid.down);
            n_matter += matters;
            n_equal += matters && s[x] == *q;
        }
        sum->matter += n_matter;
        sum->equal += n_equal;
    }
}

/* Goes over the overlap tile by tile, so that a turned picture stays in the cache, and gives up
 * once too many pixels differ. */
static struct equality compare_pixels(const rs_luma *scene, const rs_luma *picture,
                                      unsigned orientation, const int64_t corner[2],
                                      const struct overlap *o)
{
    rs_orient_view laid =
        rs_orient_view_of(picture->at, picture->width, picture->height, orientation);
    struct equality sum = {0};
    double most_different = (double)(o->x1 - o->x0) * (double)(o->y1 - o->y0) * (1 - EQUAL_SHARE);
    for (int64_t y = o->y0 + 1; y < o->y1; y += TILE) {
        for (int64_t x = o->x0 + 1; x < o->x1; x += TILE) {
            struct overlap tile = {x, y, least(x + TILE, o->x1), least(y + TILE, o->y1)};
            compare_tile(scene, laid, corner, &tile, &sum);
        }
        if ((double)(sum.matter - sum.equal) > most_different) break;
    }
    return sum;
}

/* Are the pixels of the overlap the same? Only for placements on whole pixels. */
static bool prove_equal(const rs_luma *scene, const rs_luma *picture, rs_crop_place *place)
{
    if (place->scale != 1 || place->x != floor(place->x) || place->y != floor(place->y))
        return false;
    int64_t corner[2] = {(int64_t)place->x, (int64_t)place->y};
    struct overlap o = {most(corner[0], 0), most(corner[1], 0),
                        least(corner[0] + (int64_t)place->width, scene->width),
                        least(corner[1] + (int64_t)place->height, scene->height)};
    if (o.x1 <= o.x0 || o.y1 <= o.y0) return false;
    struct equality e = compare_pixels(scene, picture, place->orientation, corner, &o);
    if (e.matter < MIN_DETAIL || (double)e.equal < EQUAL_SHARE * (double)e.matter) return false;
    place->score = (double)e.equal / (double)e.matter;
    place->lossless = true;
    return true;
}

/* The part of a width x height picture, not laid, that is `rect` of the laid one. */
static rs_grid_rect rect_as_is(const rs_grid_rect *rect, unsigned orientation, double width,
                               double height)
{
    rs_grid_rect r = *rect;
    bool transposed = orientation & RS_IMAGE_TRANSPOSE;
    if (orientation & RS_IMAGE_MIRROR_X) r.x = (transposed ? height : width) - r.x - r.width;
    if (orientation & RS_IMAGE_MIRROR_Y) r.y = (transposed ? width : height) - r.y - r.height;
    return transposed ? (rs_grid_rect){r.y, r.x, r.height, r.width} : r;
}

/* The detail of the overlap of a placement, of both pictures. */
struct details {
    rs_grid_detail scene, picture;
    double cell_x, cell_y; /* px of the scene */
};

/* False when the overlap is too small. */
static bool detail_overlap(const rs_luma *scene, const rs_luma *picture, const rs_crop_place *place,
                           struct details *out)
{
    double x0 = fmax(place->x, 0), x1 = fmin(place->x + place->width, scene->width);
    double y0 = fmax(place->y, 0), y1 = fmin(place->y + place->height, scene->height);
    rs_grid grid, laid;
    if (!(x1 > x0 && y1 > y0) || !rs_grid_choose(x1 - x0, y1 - y0, fmax(1, place->scale), &grid))
        return false;
    out->cell_x = (x1 - x0) / grid.width, out->cell_y = (y1 - y0) / grid.height;
    rs_grid_fill(&grid, scene, &(rs_grid_rect){x0, y0, x1 - x0, y1 - y0});
    rs_grid_detail_of(&grid, &out->scene);
    rs_grid_rect rect = {(x0 - place->x) / place->scale, (y0 - place->y) / place->scale,
                         (x1 - x0) / place->scale, (y1 - y0) / place->scale};
    rect = rect_as_is(&rect, place->orientation, picture->width, picture->height);
    if (place->orientation & RS_IMAGE_TRANSPOSE) {
        unsigned width = grid.width;
        grid.width = grid.height, grid.height = width;
    }
    rs_grid_fill(&grid, picture, &rect);
    rs_grid_orient(&grid, place->orientation, &laid);
    rs_grid_detail_of(&laid, &out->picture);
    return true;
}

/* Correlates the overlap of a placement. The move is in pixels of the scene. */
static rs_grid_match correlate_place(const rs_luma *scene, const rs_luma *picture,
                                     const rs_crop_place *place, int search)
{
    struct details d;
    if (!detail_overlap(scene, picture, place, &d)) return (rs_grid_match){0};
    rs_grid_match match = rs_grid_correlate(&d.scene, &d.picture, search);
    match.dx *= d.cell_x, match.dy *= d.cell_y;
    return match;
}

/* The placement scaled about the middle of the picture. */
static rs_crop_place rescaled(const rs_crop_place *place, double by)
{
    rs_crop_place out = *place;
    out.scale *= by, out.width *= by, out.height *= by;
    out.x -= (out.width - place->width) / 2;
    out.y -= (out.height - place->height) / 2;
    return out;
}

/* Moves the placement until it correlates no better; searches so many cells at first. */
static void refine_position(const rs_luma *scene, const rs_luma *picture, rs_crop_place *place,
                            int search)
{
    rs_grid_match match = correlate_place(scene, picture, place, search);
    place->score = match.score;
    for (int i = 0; i < MOST_ROUNDS && (match.dx != 0 || match.dy != 0); i++) {
        rs_crop_place moved = *place;
        moved.x += match.dx, moved.y += match.dy;
        match = correlate_place(scene, picture, &moved, SEARCH);
        if (match.score <= place->score) return;
        moved.score = match.score;
        *place = moved;
    }
}

/* Climbs to the scale that correlates best, with a step that halves where neither way is better. */
static void refine_scale(const rs_luma *scene, const rs_luma *picture, rs_crop_place *place)
{
    double step = SCALE_STEP;
    for (int i = 0; i < MOST_ROUNDS && place->score < RIGHT; i++) {
        rs_crop_place up = rescaled(place, 1 + step), down = rescaled(place, 1 / (1 + step));
        rs_grid_match larger = correlate_place(scene, picture, &up, SEARCH);
        rs_grid_match smaller = correlate_place(scene, picture, &down, SEARCH);
        bool grow = larger.score >= smaller.score;
        const rs_grid_match *better = grow ? &larger : &smaller;
        if (better->score > place->score) {
            *place = grow ? up : down;
            place->x += better->dx, place->y += better->dy;
            place->score = better->score;
        } else {
            step /= 2;
        }
    }
    refine_position(scene, picture, place, SEARCH);
}

/* Does no place beside this one do nearly as well? What is missing from a correlation of 1 must be
 * twice as much there: along a road or a runway it is not, and any other piece of it would do. */
static bool is_alone(const rs_luma *scene, const rs_luma *picture, const rs_crop_place *place)
{
    struct details d;
    if (!detail_overlap(scene, picture, place, &d)) return false;
    rs_grid_match match = rs_grid_correlate(&d.scene, &d.picture, SEARCH);
    double rival = rs_grid_rival(&d.scene, &d.picture, &match);
    return 1 - rival >= RIVAL_MISSES * (1 - match.score);
}

bool rs_crop_prove(const rs_luma *scene, const rs_luma *picture, rs_crop_place *place)
{
    place->lossless = false;
    if (prove_equal(scene, picture, place)) return true;
    refine_position(scene, picture, place, SEARCH);
    if (place->scale != 1 && place->score >= HOPELESS) refine_scale(scene, picture, place);
    if (place->score >= DOUBTFUL && place->score < RS_CROP_SAME) {
        refine_position(scene, picture, place, RS_GRID_MAX_SEARCH);
        if (place->scale != 1) refine_scale(scene, picture, place);
    }
    return place->score >= RS_CROP_SAME && is_alone(scene, picture, place);
}
