/* On which view of a picture the numbers of its boxes count. A file holds stored pixels; its EXIF
 * orientation may turn them into the view that people and trainers see. An annotation may state the
 * size of the picture it was made on, which tells the view, and a scale of it. */
#ifndef RS_MODEL_VIEW_H
#define RS_MODEL_VIEW_H

#include "model/finding.h"
#include "model/sample.h"

typedef enum rs_view_kind {
    RS_VIEW_PLAIN,        /* the stored pixels, and nothing turns them */
    RS_VIEW_STORED,       /* the stored pixels, which EXIF turns */
    RS_VIEW_SHOWN,        /* the turned ones */
    RS_VIEW_OTHER_SIZE,   /* the stated size has another aspect: it is not known where boxes lie */
    RS_VIEW_UNKNOWN_TURN, /* EXIF turns the picture, and nothing tells which view is meant */
} rs_view_kind;

/* A picture file: stored size and EXIF orientation (0 and 1 = upright). */
typedef struct rs_view_picture {
    double width, height;
    unsigned orientation;
} rs_view_picture;

typedef struct rs_view {
    rs_view_kind kind;
    double width, height; /* on which the numbers count: as stated, else the view's own */
    bool scaled;          /* the stated size is the view's at another scale */
} rs_view;

/* stated: as the annotation says, 0 = it does not. Sizes have one aspect when one, scaled to the
 * other, differs by at most a pixel. */
rs_view rs_model_view(const double stated[2], const rs_view_picture *picture);
/* Size of the picture as it is shown, which is what emit writes. */
void rs_model_shown_size(const rs_view_picture *picture, double out[2]);
/* Can a box be placed on this view? */
bool rs_model_view_is_known(const rs_view *view);
/* The finding for boxes that cannot. */
rs_finding_code rs_model_view_trouble(const rs_view *view);

/* Does the region mean another place once the picture is shown as it will be written? */
bool rs_model_region_moves(const rs_region *region, const rs_view *view);
/* The region in pixels of the shown picture; its numbers in the arena. false = out of memory. A
 * region that does not move, or has no pixels, is copied as it is. */
bool rs_model_region_shown(rs_arena *arena, const rs_region *region, const rs_view *view,
                           const rs_view_picture *picture, rs_region *out);

#endif
