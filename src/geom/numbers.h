/* What the numbers of boxes mean, decided from all of them. Releases write boxes without saying
 * whether they count pixels, per cent, thousandths or fractions of the picture; one box fits
 * several of these, many boxes rarely do. Statistics are sums, minima and maxima of integers and
 * exact numbers, so that any order and any split of the boxes gives the same ones.
 *
 * The rule, with its thresholds, stands in docs/formats.md ("What the numbers of boxes mean"). */
#ifndef RS_GEOM_NUMBERS_H
#define RS_GEOM_NUMBERS_H

#include "geom/convention.h"

#include <stdint.h>

/* All boxes of one spelling. A number means a coordinate; an angle is left out. */
typedef struct rs_box_numbers {
    int64_t n;             /* boxes */
    int64_t n_whole;       /* of integers only */
    int64_t n_parts;       /* within -0.1 .. 1.1 and not of integers only: fractions */
    int64_t n_over_1;      /* with a number above 1.1 */
    int64_t n_over_100;    /* above 100 */
    int64_t n_over_1000;   /* above 1000 */
    int64_t n_end_100;     /* the largest number is 99 to 100 */
    int64_t n_end_1000;    /* 995 to 1000 */
    int64_t n_disordered;  /* the second corner lies left of the first or above it */
    int64_t n_sized;       /* whose picture's size is known */
    int64_t n_far;         /* of these: read as x, y, width, height in pixels, they leave it so */
    int64_t n_alien;       /* of these: outside the picture and above 1000, so no box in any unit */
    int64_t n_outside;     /* of these: leave the picture by more than a pixel, read as pixels */
    int64_t log_area;      /* sum of ln(width * height) in millionths, over n_sized */
    int64_t n_oblong;      /* of n_sized: the picture is not square */
    int64_t n_out_of_band; /* of these: outside the picture in a padded square, read as fractions */
    int64_t n_at_band;     /* of n_oblong: within it, and reach its edge */
    int64_t log_aspect;    /* sum of ln(long side / short side) in millionths, over n_oblong */
    double min, max;       /* 0, 0 while n is 0 */
} rs_box_numbers;

/* Adds a box of 2, 4, 5, 8 or an even count of numbers; width 0 = the size is not known. */
void rs_geom_numbers_add(rs_box_numbers *to, const double *numbers, size_t n, double width,
                         double height);
void rs_geom_numbers_merge(rs_box_numbers *to, const rs_box_numbers *from);

/* What is known of a spelling before a number is seen. */
typedef struct rs_spelling_prior {
    const char *usual; /* convention that its publishers document; NULL = several are in use */
    bool only;         /* no other is in use but fractions: numbers that do not fit it are wrong */
    bool padded;       /* fractions may count on the picture padded to a square (LLaVA) */
    bool corner_size;  /* x, y, width, height is as common as two corners */
    bool defined;      /* the file format says `usual` (px-xywh): only a contradiction matters */
    bool y_first;      /* the order of x and y differs between releases: never decided */
} rs_spelling_prior;

typedef enum rs_verdict {
    RS_VERDICT_DECIDED,
    RS_VERDICT_TIE,           /* several meanings fit, none is distinctly likelier */
    RS_VERDICT_CONTRADICTION, /* no meaning that this spelling can have fits */
} rs_verdict;

enum { RS_MOST_OPTIONS = 8 };
typedef struct rs_numbers_decision {
    rs_verdict verdict;
    const char *convention;               /* static name; NULL unless decided */
    const char *options[RS_MOST_OPTIONS]; /* what may be named instead, likeliest first */
    size_t n_options;
    char evidence[400]; /* in words, ASCII */
} rs_numbers_decision;

void rs_geom_numbers_decide(const rs_box_numbers *numbers, const rs_spelling_prior *prior,
                            rs_numbers_decision *out);
const char *rs_geom_verdict_name(rs_verdict verdict); /* "decided", "tie", "contradiction" */

/* The convention `name` for n numbers: itself, or the one of its scale for points, corners,
 * angles and polygons ("px" and 8 -> "px-quad"). NULL = there is none. */
const rs_convention *rs_geom_convention_like(rs_str name, size_t n);

#endif
