/* recommendation.html: the answer of `recommend` for people. Everything that the answer says is
 * plain HTML with charts as inline SVG, also in print and without scripts; the script adds sliders
 * that share the budget anew by the same arithmetic. */
#ifndef RS_PAGE_RECOMMENDATION_H
#define RS_PAGE_RECOMMENDATION_H

#include "base/err.h"
#include "codec/json.h"

/* A picture of chosen samples. */
typedef struct rs_page_picture {
    rs_str id;   /* "picture" of the answer's samples */
    rs_str jpeg; /* len 0 = it can't be shown */
} rs_page_picture;

typedef struct rs_page_recommendation {
    const rs_json *answer; /* rsift.recommend/1 */
    rs_str recipe;         /* as YAML; len 0 = none was made */
    rs_str model;          /* what the sliders reckon with, as JSON; len 0 = no sliders */
    rs_str call;           /* what else was asked, as JSON: {options[] recipe} */
    const rs_page_picture *pictures;
    size_t n_pictures;
} rs_page_recommendation;

/* Appends the page. The same answer gives the same bytes. */
rsift_status rs_page_put_recommendation(const rs_page_recommendation *page, rs_buf *out,
                                        rsift_error *err);

#endif
