/* How a pool grows. Pools are some hundred entries: they are searched from the front. */
#include "decide/offers.h"

#include "model/gsd_band.h"

const char *rs_basis_name(rs_basis basis)
{
    static const char *const names[] = {"measured", "catalogue", "assumed"};
    return names[basis];
}

int rs_recommend_band(const double gsd_m[2])
{
    if (!(gsd_m[1] > 0)) return RS_GSD_UNKNOWN;
    /* a range without a lower end is one value */
    double low = gsd_m[0] > 0 ? gsd_m[0] : gsd_m[1];
    int band = 1;
    /* the geometric middle, without a root: low * high against bound * bound */
    for (size_t i = 0; i < RS_GSD_N_BOUNDS; i++)
        band += low * gsd_m[1] >= rs_gsd_bounds[i] * rs_gsd_bounds[i];
    return band;
}

const char *rs_recommend_band_name(int band)
{
    return rs_gsd_band_names[band];
}

bool rs_recommend_is_text(rs_task task)
{
    switch (task) {
    case RS_TASK_CHANGE_DETECTION:
    case RS_TASK_GENERATION:
    case RS_TASK_PANOPTIC:
    case RS_TASK_REFERRING_SEG:
    case RS_TASK_RETRIEVAL:
    case RS_TASK_SEGMENTATION: return false;
    default: return true;
    }
}

/* ---- growing --------------------------------------------------------------------------------- */

rsift_status rs_pool_add_candidate(rs_pool *p, rs_str id, rs_candidate **out, rsift_error *err)
{
    if (!rs_arena_grow(p->arena, (void **)&p->candidates, &p->cap_candidates, p->n_candidates + 1,
                       sizeof *p->candidates))
        return rs_err_nomem(err, "the candidates");
    *out = &p->candidates[p->n_candidates];
    **out = (rs_candidate){.id = rs_arena_str(p->arena, id), .pictures = -1, .bytes = -1};
    if (!(*out)->id.ptr) return rs_err_nomem(err, "the candidates");
    p->n_candidates++;
    return RSIFT_OK;
}

rs_candidate *rs_pool_find(const rs_pool *p, rs_str id)
{
    for (size_t i = 0; i < p->n_candidates; i++)
        if (rs_str_eq(p->candidates[i].id, id)) return &p->candidates[i];
    return NULL;
}

/* The number of a cell, added when it is new. */
static size_t cell_of(rs_pool *p, const rs_cell *cell)
{
    for (size_t i = 0; i < p->n_cells; i++)
        if (p->cells[i].task == cell->task && rs_str_eq(p->cells[i].skill, cell->skill)) return i;
    if (!rs_arena_grow(p->arena, (void **)&p->cells, &p->cap_cells, p->n_cells + 1,
                       sizeof *p->cells))
        return RS_NPOS;
    rs_str copy = rs_arena_str(p->arena, cell->skill);
    if (!copy.ptr) return RS_NPOS;
    p->cells[p->n_cells] = (rs_cell){.task = cell->task, .skill = copy};
    return p->n_cells++;
}

/* The offer of the candidate in that cell, if it was made already. */
static rs_offer *find_offer(const rs_pool *p, size_t candidate, size_t cell)
{
    for (size_t i = 0; i < p->n_offers; i++)
        if (p->offers[i].dataset == candidate && p->offers[i].cell == cell) return &p->offers[i];
    return NULL;
}

rsift_status rs_pool_add_offer(rs_pool *p, size_t candidate, const rs_cell *cell, int64_t n,
                               rsift_error *err)
{
    if (n <= 0) return RSIFT_OK;
    const size_t at = cell_of(p, cell);
    if (at == RS_NPOS) return rs_err_nomem(err, "the supplies");
    rs_offer *before = find_offer(p, candidate, at);
    if (before) {
        before->n += n;
        return RSIFT_OK;
    }
    if (!rs_arena_grow(p->arena, (void **)&p->offers, &p->cap_offers, p->n_offers + 1,
                       sizeof *p->offers))
        return rs_err_nomem(err, "the supplies");
    p->offers[p->n_offers++] = (rs_offer){
        .dataset = (uint32_t)candidate, .cell = (uint32_t)at, .n = n, .repeats = p->repeats};
    return RSIFT_OK;
}
