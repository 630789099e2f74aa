/* Boxes in pixels whose numbers are all parts of one: whoever wrote them meant fractions, and as
 * pixels they would lie in the picture's corner. */
#include "checks/table.h"

#include "geom/numbers.h"

static rsift_status check_units(const rs_check_input *input, rs_batch *batch, rsift_error *err)
{
    for (uint32_t i = 0; i < input->sample->n_regions; i++) {
        const rs_region *r = &input->sample->regions[i];
        if (!r->convention || r->convention->scale > 0 || r->kind == RS_REGION_POINT) continue;
        rs_box_numbers one = {0};
        rs_geom_numbers_add(&one, r->coords, r->n_coords, 0, 0);
        /* [0, 0, 1, 1] too: the whole picture, or a pixel of its corner */
        if (one.n_parts == 0 && (one.n == 0 || one.min < 0 || one.max != 1)) continue;
        return rs_batch_find(batch,
                             &(rs_finding){.code = RS_F_BOX_CONVENTION,
                                           .ordinal = input->sample->ordinal,
                                           .sample = input->index,
                                           .asset = r->asset,
                                           .where = RS_STR("regions")},
                             err,
                             "region %u reads as %s, and its numbers are parts of one: "
                             "--param box_convention=fraction (or fraction-xywh)",
                             i, r->convention->name);
    }
    return RSIFT_OK;
}

const rs_check rs_check_units = {
    .name = "units", .summary = "fractions read as pixels", .run = check_units};
