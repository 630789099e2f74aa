/* Draws by simple rules; see draw.h. */
#include "choose/draw.h"

#include "base/alloc.h"
#include "base/err.h"
#include "choose/share.h"

#include <math.h>
#include <stdlib.h>

const char *rs_draw_rule_name(rs_draw_rule rule)
{
    static const char *const names[] = {"proportional", "uniform",    "sqrt",
                                        "unimax",       "stratified", "random"};
    return names[rule];
}

/* A sample in the order of the draw of its group. */
typedef struct drawn {
    uint64_t key;
    uint32_t group, at;
} drawn;

static int by_group_and_key(const void *a, const void *b)
{
    const drawn *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static uint32_t group_of(const rs_draw_pool *pool, rs_draw_rule rule, size_t i)
{
    if (rule == RS_DRAW_RANDOM) return 0;
    return rule == RS_DRAW_STRATIFIED ? pool->strata[i] : pool->sources[i];
}

/* Weights and limits of the groups from their sizes, which stand in `limit`. */
static void weigh(rs_claim *claims, size_t n, rs_draw_rule rule)
{
    for (size_t g = 0; g < n; g++) {
        const double size = (double)claims[g].limit;
        claims[g].weight = rule == RS_DRAW_PROPORTIONAL ? size
                           : rule == RS_DRAW_SQRT       ? sqrt(size)
                                                        : 1;
        if (rule == RS_DRAW_UNIMAX) claims[g].limit *= RS_DRAW_EPOCHS;
    }
}

/* Group g uses got / size times all of its samples and its first got % size ones once more. */
static void use(const drawn *list, size_t n, const rs_claim *claims, uint8_t *uses)
{
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && list[end].group == list[begin].group;) end++;
        const size_t size = end - begin, got = (size_t)claims[list[begin].group].got;
        for (size_t i = 0; i < size; i++)
            uses[list[begin + i].at] = (uint8_t)(got / size + (i < got % size));
    }
}

bool rs_choose_draw(const rs_draw_pool *pool, rs_draw_rule rule, uint8_t *uses)
{
    const size_t n_groups = rule == RS_DRAW_RANDOM       ? 1
                            : rule == RS_DRAW_STRATIFIED ? pool->n_strata
                                                         : pool->n_sources;
    rs_claim *claims = rs_calloc(n_groups + 1, sizeof *claims);
    drawn *list = rs_calloc(pool->n + 1, sizeof *list);
    bool ok = claims && list;
    for (size_t i = 0; ok && i < pool->n; i++) {
        list[i] = (drawn){pool->keys[i], group_of(pool, rule, i), (uint32_t)i};
        RS_ASSERT(list[i].group < n_groups);
        claims[list[i].group].limit++;
        claims[list[i].group].tie += pool->keys[i]; /* of its samples, whatever its name */
    }
    if (ok) {
        weigh(claims, n_groups, rule);
        ok = rs_choose_share_out(claims, n_groups, pool->budget);
    }
    if (ok) {
        qsort(list, pool->n, sizeof *list, by_group_and_key);
        use(list, pool->n, claims, uses);
    }
    rs_free(claims);
    rs_free(list);
    return ok;
}
