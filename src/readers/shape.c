/* Steps of the readers of drawn shapes: see shape.h. */
#include "readers/shape.h"

#include "base/utf8.h"

rsift_status rs_shape_add(rs_parse *p, rs_region_list *list, const rs_drawn_shape *shape,
                          rs_region **out)
{
    const rs_str label = shape->label.ptr ? shape->label : RS_STR("");
    double *coords = rs_arena_alloc(&p->batch->arena, shape->n * sizeof *coords);
    rs_region *region = coords ? rs_parse_region(p, list) : NULL;
    if (!region) return rs_err_nomem(p->err, "a region");
    memcpy(coords, shape->numbers, shape->n * sizeof *coords);
    RS_TRY(rs_parse_copy(p, label, &region->label));
    region->kind = rs_parse_kind(shape->meaning);
    region->coords = coords;
    region->n_coords = (uint32_t)shape->n;
    region->convention = shape->meaning;
    *out = region;
    return RSIFT_OK;
}

rsift_status rs_shape_note_name(rs_parse *p, rs_sample *sample, rs_str stem, rs_str stated)
{
    const size_t slash = rs_str_rfind_char(stated, '\\'); /* written on Windows */
    if (slash != RS_NPOS) stated = rs_str_sub(stated, slash + 1, stated.len);
    stated = rs_str_trim(rs_str_basename(stated));
    if (!stated.len) return RSIFT_OK;
    stated = rs_utf8_compose(p->scratch, stated);
    const rs_str own = rs_utf8_compose(p->scratch, stem);
    if (!stated.ptr || !own.ptr) return rs_err_nomem(p->err, "a picture's name");
    if (rs_str_eq_nocase(rs_str_stem(stated), own)) return RSIFT_OK;
    const rs_str path = rs_source_media_path(p->scratch, p->source, 0, stated, stem,
                                             rs_str_basename(rs_str_dirname(p->raw->key)));
    if (!path.ptr) return rs_err_nomem(p->err, "a picture's path");
    rs_asset_ref *asset = (rs_asset_ref *)(uintptr_t)&sample->assets[0];
    return rs_parse_copy(p, path, &asset->other_path);
}

void rs_shape_set_size(rs_sample *sample, double width, double height)
{
    if (!(width > 0) || !(height > 0) || sample->n_assets == 0) return;
    rs_asset_ref *asset = (rs_asset_ref *)(uintptr_t)&sample->assets[0];
    asset->width = width;
    asset->height = height;
}
