/* Designed mixtures; see design.h. */
#include "choose/design.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "choose/share.h"

#include <math.h>
#include <string.h>

enum {
    MOST_DRAWS = 64,
    MOST_WORK = 1 << 29, /* products of all draws: bounds the time of large designs */
};

typedef struct design_run {
    const rs_design *in;
    int64_t *counts;
    rs_design_kind *kinds;
    size_t n_fixed;
    rs_claim *claims; /* [n_sources] */
    double *weights;  /* [n_sources] */
    uint32_t *strata; /* [n_sources * n_drawn] */
    double *roots;    /* [n_mixtures * n_sources], of the shares */
    int64_t *drawn;   /* [n_drawn * n_sources], of the draw at hand */
} design_run;

const char *rs_choose_design_name(rs_design_kind kind)
{
    static const char *const names[] = {"uniform", "proportional", "one-source", "drawn"};
    return names[kind];
}

/* Counts of one mixture out of weights, none above the supply. */
static bool fill_counts(design_run *r, uint64_t salt, int64_t *counts)
{
    for (size_t s = 0; s < r->in->n_sources; s++) {
        const uint64_t tie[3] = {r->in->seed, salt, r->in->source_hash[s]};
        r->claims[s] = (rs_claim){
            .weight = r->weights[s], .limit = r->in->supply[s], .tie = rs_hash64(tie, sizeof tie)};
    }
    if (!rs_choose_share_out(r->claims, r->in->n_sources, r->in->budget)) return false;
    for (size_t s = 0; s < r->in->n_sources; s++) counts[s] = r->claims[s].got;
    return true;
}

/* The source that comes next in the order of its hash after `bound` with the seed: one by one all
 * of them, in an order that the names do not tell. */
static size_t next_heavy(const design_run *r, uint64_t *bound, bool first)
{
    size_t best = r->in->n_sources;
    uint64_t least = UINT64_MAX;
    for (size_t s = 0; s < r->in->n_sources; s++) {
        const uint64_t key[2] = {r->in->seed, r->in->source_hash[s]};
        const uint64_t hash = rs_hash64(key, sizeof key);
        if ((first || hash > *bound) && hash <= least) {
            least = hash;
            best = s;
        }
    }
    *bound = least;
    return best;
}

/* Keeps a fixed mixture unless it is one of the earlier ones: where the supply decides, different
 * shares are the same counts. */
static void keep_if_new(design_run *r, rs_design_kind kind)
{
    const size_t n = r->in->n_sources;
    for (size_t m = 0; m < r->n_fixed; m++)
        if (memcmp(&r->counts[m * n], &r->counts[r->n_fixed * n], n * sizeof *r->counts) == 0)
            return;
    r->kinds[r->n_fixed++] = kind;
}

/* Uniform, proportional, and the mixtures of one source above all. */
static bool make_fixed(design_run *r)
{
    const size_t n = r->in->n_sources, most = 2 + r->in->n_mixtures / 4;
    uint64_t bound = 0;
    for (size_t m = 0; m < 2 + n && r->n_fixed < most && r->n_fixed < r->in->n_mixtures; m++) {
        const size_t heavy = m < 2 ? n : next_heavy(r, &bound, m == 2);
        for (size_t s = 0; s < n; s++)
            r->weights[s] = m == 0       ? 1
                            : m == 1     ? (double)r->in->supply[s]
                            : s == heavy ? 0.75
                                         : 0.25 / (double)(n - 1);
        if (!fill_counts(r, m, &r->counts[r->n_fixed * n])) return false;
        keep_if_new(r, m == 0   ? RS_DESIGN_UNIFORM
                       : m == 1 ? RS_DESIGN_PROPORTIONAL
                                : RS_DESIGN_HEAVY);
    }
    return true;
}

/* A permutation of the strata for every source. */
static void draw_strata(design_run *r, size_t n_drawn, uint64_t draw)
{
    for (size_t s = 0; s < r->in->n_sources; s++) {
        uint32_t *strata = &r->strata[s * n_drawn];
        rs_rng rng = rs_rng_of(r->in->seed, (rs_id){r->in->source_hash[s], draw});
        for (size_t i = 0; i < n_drawn; i++) strata[i] = (uint32_t)i;
        for (size_t i = n_drawn; i > 1; i--) {
            const size_t k = (size_t)rs_rng_below(&rng, i);
            const uint32_t other = strata[i - 1];
            strata[i - 1] = strata[k];
            strata[k] = other;
        }
    }
}

/* One draw of all the mixtures that are not fixed. */
static bool draw_mixtures(design_run *r, uint64_t draw)
{
    const size_t n = r->in->n_sources, n_drawn = r->in->n_mixtures - r->n_fixed;
    draw_strata(r, n_drawn, draw);
    for (size_t m = 0; m < n_drawn; m++) {
        for (size_t s = 0; s < n; s++) {
            rs_rng rng =
                rs_rng_of(r->in->seed ^ draw, (rs_id){r->in->source_hash[s], ~(uint64_t)m});
            const double u =
                ((double)r->strata[s * n_drawn + m] + rs_rng_unit(&rng)) / (double)n_drawn;
            const double share = -log1p(-u);
            /* a weight of 0 would never be given anything, whatever is left */
            r->weights[s] = fmax(m % 2 ? share * share : share, 1e-9);
        }
        if (!fill_counts(r, draw << 16 | m, &r->drawn[m * n])) return false;
    }
    return true;
}

static void find_roots(const design_run *r, const int64_t *counts, size_t n_mixtures, double *roots)
{
    for (size_t i = 0; i < n_mixtures * r->in->n_sources; i++)
        roots[i] = sqrt((double)counts[i] / (double)r->in->budget);
}

/* The least distance of two mixtures of which at least one was drawn. */
static double least_distance(const design_run *r)
{
    const size_t n = r->in->n_sources;
    double least = INFINITY;
    for (size_t a = r->n_fixed; a < r->in->n_mixtures; a++)
        for (size_t b = 0; b < a; b++) {
            double sum = 0;
            for (size_t s = 0; s < n; s++) {
                const double d = r->roots[a * n + s] - r->roots[b * n + s];
                sum += d * d;
            }
            if (sum < least) least = sum;
        }
    return least;
}

/* Keeps that draw whose closest two mixtures are farthest apart; the earlier one of equals. */
static bool choose_draw(design_run *r)
{
    const size_t n = r->in->n_sources, n_drawn = r->in->n_mixtures - r->n_fixed;
    const size_t work = r->in->n_mixtures * n_drawn * n + 1;
    const size_t n_draws = MOST_WORK / work < 1            ? 1
                           : MOST_WORK / work > MOST_DRAWS ? MOST_DRAWS
                                                           : MOST_WORK / work;
    double best = -1;
    find_roots(r, r->counts, r->n_fixed, r->roots);
    for (uint64_t draw = 0; n_drawn && draw < n_draws; draw++) {
        if (!draw_mixtures(r, draw)) return false;
        find_roots(r, r->drawn, n_drawn, &r->roots[r->n_fixed * n]);
        const double least = least_distance(r);
        if (least <= best) continue;
        best = least;
        memcpy(&r->counts[r->n_fixed * n], r->drawn, n_drawn * n * sizeof *r->drawn);
    }
    for (size_t m = r->n_fixed; m < r->in->n_mixtures; m++) r->kinds[m] = RS_DESIGN_DRAWN;
    return true;
}

rsift_status rs_choose_design(const rs_design *design, int64_t *counts, rs_design_kind *kinds,
                              rsift_error *err)
{
    const size_t n = design->n_sources, n_mixtures = design->n_mixtures;
    design_run r = {.in = design,
                    .counts = counts,
                    .kinds = kinds,
                    .claims = rs_calloc(n, sizeof *r.claims),
                    .weights = rs_calloc(n, sizeof *r.weights),
                    .strata = rs_calloc(n_mixtures * n, sizeof *r.strata),
                    .roots = rs_calloc(n_mixtures * n, sizeof *r.roots),
                    .drawn = rs_calloc(n_mixtures * n, sizeof *r.drawn)};
    RS_ASSERT(n >= 2 && n_mixtures >= 2 && design->budget > 0);
    const bool ok = r.claims && r.weights && r.strata && r.roots && r.drawn && make_fixed(&r) &&
                    choose_draw(&r);
    rs_free(r.claims);
    rs_free(r.weights);
    rs_free(r.strata);
    rs_free(r.roots);
    rs_free(r.drawn);
    return ok ? RSIFT_OK : rs_err_nomem(err, "a design");
}
