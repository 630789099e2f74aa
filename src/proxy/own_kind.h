/* Which sources are of a target's own kind: a quarter of their samples asks and answers alike. */
#ifndef RS_PROXY_OWN_KIND_H
#define RS_PROXY_OWN_KIND_H

#include "decide/asked.h"

enum { RS_PROXY_MOST_TARGETS = 64 /* benchmarks of a fit */ };

/* A sample of the pool that can be trained on. */
typedef struct rs_proxy_pool_sample {
    uint32_t source, sample; /* of rs_asked */
    uint64_t key;
} rs_proxy_pool_sample;

typedef struct rs_proxy_own {
    const rs_asked *asked;
    size_t n_sources, n_targets;
    const size_t *first_sample; /* [n_targets + 1]: the targets' samples among those of asked */
    const rs_proxy_pool_sample *kept;
    size_t n_kept;
    uint8_t *own; /* [n_targets * n_sources], out */
} rs_proxy_own;

/* Fills own. Errors: RSIFT_E_NOMEM. */
rsift_status rs_proxy_find_own(const rs_proxy_own *g, rsift_error *err);

#endif
