/* Water-filling; see share.h. */
#include "choose/share.h"

#include "base/alloc.h"

#include <stdlib.h>

static int most_rest_first(const void *a, const void *b)
{
    const rs_claim *x = *(rs_claim *const *)a, *y = *(rs_claim *const *)b;
    if (x->rest != y->rest) return x->rest > y->rest ? -1 : 1;
    return (x->tie > y->tie) - (x->tie < y->tie);
}

/* Finds the level: claims at their limit get it, the others keep got = -1. What is left for them is
 * returned, and the sum of their weights in *open. */
static double find_level(rs_claim *claims, size_t n, int64_t budget, double *open)
{
    double left = (double)budget;
    *open = 0;
    for (size_t i = 0; i < n; i++) {
        claims[i].got = claims[i].limit > 0 ? -1 : 0;
        *open += claims[i].limit > 0 ? claims[i].weight : 0;
    }
    /* each round takes out those whose limit lies below the level */
    for (bool any = true; any && *open > 0;) {
        const double level = left / *open;
        any = false;
        for (size_t i = 0; i < n; i++)
            if (claims[i].got < 0 && (double)claims[i].limit <= level * claims[i].weight) {
                claims[i].got = claims[i].limit;
                any = true;
            }
        left = (double)budget;
        *open = 0;
        for (size_t i = 0; i < n; i++) {
            if (claims[i].got < 0) *open += claims[i].weight;
            else left -= (double)claims[i].got;
        }
    }
    return left;
}

bool rs_choose_share_out(rs_claim *claims, size_t n, int64_t budget)
{
    rs_claim **order = rs_calloc(n + 1, sizeof *order);
    if (!order) return false;
    double open;
    const double left = find_level(claims, n, budget, &open);
    int64_t given = 0;
    size_t n_open = 0;
    for (size_t i = 0; i < n; i++) {
        claims[i].rest = -1;
        if (claims[i].got < 0) {
            const double exact = open > 0 ? left * claims[i].weight / open : 0;
            claims[i].got = (int64_t)exact;
            claims[i].rest = exact - (double)claims[i].got;
            if (claims[i].got < claims[i].limit) order[n_open++] = &claims[i];
        }
        given += claims[i].got;
    }
    qsort(order, n_open, sizeof *order, most_rest_first);
    for (size_t i = 0; i < n_open && given < budget; i++, given++) order[i]->got++;
    rs_free(order);
    return true;
}
