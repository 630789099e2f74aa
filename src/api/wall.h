/* --html of leaks and duplicates: the pairs that were found, as a page to look at. */
#ifndef RS_API_WALL_H
#define RS_API_WALL_H

#include "api/pool.h"
#include "overlap/wall.h"

/* Their parameters, in the table of a verb. */
#define RS_API_WALL_PARAMS                                                               \
    {.name = "html",                                                                     \
     .option = "--html",                                                                 \
     .kind = RS_PARAM_TEXT,                                                              \
     .argument = "FILE",                                                                 \
     .help = "writes a page of pairs side by side, to be looked at in a browser"},       \
    {                                                                                    \
        .name = "pairs", .option = "--pairs", .kind = RS_PARAM_INTEGER, .argument = "N", \
        .help = "at most N pairs on it, evenly from every two datasets and method",      \
        .fallback = "200", .least = 1, .most = RS_WALL_MOST_PAIRS                        \
    }

/* Writes the page where one is asked for; between the decision and rs_api_pool_end. RSIFT_E_ARG
 * where --pairs stands alone. */
rsift_status rs_api_wall(rs_call *call, const rs_pool_call *pool, rs_wall_kind kind,
                         rsift_error *err);

#endif
