/* Views of a picture and the way of a region between them: see view.h. */
#include "model/view.h"

#include <math.h>

static bool has_exif_turn(const rs_view_picture *p)
{
    return p->orientation >= 2 && p->orientation <= 8;
}

static bool is_size(double w, double h, const double size[2])
{
    return size[0] == w && size[1] == h;
}

/* a scaled to b's width has b's height within a pixel, or the other way round. */
static bool is_scale_of(double aw, double ah, double bw, double bh)
{
    return fabs(ah * bw / aw - bh) <= 1 || fabs(aw * bh / ah - bw) <= 1;
}

void rs_model_shown_size(const rs_view_picture *p, double out[2])
{
    bool sideways = p->orientation >= 5 && p->orientation <= 8;
    out[0] = sideways ? p->height : p->width;
    out[1] = sideways ? p->width : p->height;
}

/* A stated size against the two views of a turned picture. Orientations 2 to 4 and square pictures
 * leave the size as it is, so that no size can tell the views apart. */
static rs_view exif_view(const double stated[2], const rs_view_picture *p)
{
    double shown[2];
    rs_model_shown_size(p, shown);
    rs_view out = {RS_VIEW_UNKNOWN_TURN, p->width, p->height, false};
    if (!(stated[0] > 0) || !(stated[1] > 0)) return out;
    bool as_stored = is_size(p->width, p->height, stated),
         as_shown = is_size(shown[0], shown[1], stated);
    if (!as_stored && !as_shown) {
        as_stored = is_scale_of(stated[0], stated[1], p->width, p->height);
        as_shown = is_scale_of(stated[0], stated[1], shown[0], shown[1]);
        out.scaled = true;
        if (!as_stored && !as_shown) out.kind = RS_VIEW_OTHER_SIZE;
    }
    out.width = stated[0];
    out.height = stated[1];
    if (as_stored != as_shown) out.kind = as_stored ? RS_VIEW_STORED : RS_VIEW_SHOWN;
    return out;
}

rs_view rs_model_view(const double stated[2], const rs_view_picture *p)
{
    rs_view out = {RS_VIEW_PLAIN, p->width, p->height, false};
    bool is_stated = stated[0] > 0 && stated[1] > 0;
    if (!(p->width > 0) || !(p->height > 0)) { /* not here or unreadable: what is stated is all */
        out.width = is_stated ? stated[0] : 0;
        out.height = is_stated ? stated[1] : 0;
        return out;
    }
    if (has_exif_turn(p)) return exif_view(stated, p);
    if (!is_stated || is_size(p->width, p->height, stated)) return out;
    if (!is_scale_of(stated[0], stated[1], p->width, p->height)) out.kind = RS_VIEW_OTHER_SIZE;
    out.width = stated[0];
    out.height = stated[1];
    out.scaled = true;
    return out;
}

bool rs_model_view_is_known(const rs_view *view)
{
    return view->kind != RS_VIEW_OTHER_SIZE && view->kind != RS_VIEW_UNKNOWN_TURN;
}

rs_finding_code rs_model_view_trouble(const rs_view *view)
{
    return view->kind == RS_VIEW_UNKNOWN_TURN ? RS_F_BOX_TURN : RS_F_BOX_SIZE;
}

/* ---- regions --------------------------------------------------------------------------------- */

bool rs_model_region_moves(const rs_region *region, const rs_view *view)
{
    const rs_convention *c = region->convention;
    if (!c || !rs_model_view_is_known(view)) return false;
    if (view->kind == RS_VIEW_STORED) return true;
    /* parts of a side are the same at every scale */
    return view->scaled && c->scale == 0 && c->frame == RS_FRAME_IMAGE;
}

/* A point of the stored picture (w x h) where EXIF shows it: first row and column of the stored
 * pixels are, for 6, the right side and the top of the view. */
static void show_point(unsigned orientation, double w, double h, double p[2])
{
    const double x = p[0], y = p[1];
    switch (orientation) {
    case 2: p[0] = w - x; break;
    case 3: p[0] = w - x, p[1] = h - y; break;
    case 4: p[1] = h - y; break;
    case 5: p[0] = y, p[1] = x; break;
    case 6: p[0] = h - y, p[1] = x; break;
    case 7: p[0] = h - y, p[1] = w - x; break;
    case 8: p[0] = y, p[1] = w - x; break;
    default: break;
    }
}

static const char *pixel_convention(rs_region_kind kind)
{
    switch (kind) {
    case RS_REGION_OBB: return "px-quad";
    case RS_REGION_POLYGON: return "px-polygon";
    case RS_REGION_POINT: return "px-point";
    default: return "px";
    }
}

static void put_in_order(double *a, double *b)
{
    double low = fmin(*a, *b), high = fmax(*a, *b);
    *a = low;
    *b = high;
}

bool rs_model_region_shown(rs_arena *arena, const rs_region *region, const rs_view *view,
                           const rs_view_picture *picture, rs_region *out)
{
    *out = *region;
    if (!rs_model_region_moves(region, view)) return true;
    size_t cap = region->n_coords < 8 ? 8 : region->n_coords;
    double *px = rs_arena_alloc(arena, cap * sizeof *px);
    if (!px) return false;
    size_t n = rs_model_region_pixels(region, view->width, view->height, px, cap);
    if (n == 0) return true;
    double size[2] = {picture->width, picture->height};
    if (view->kind != RS_VIEW_STORED) rs_model_shown_size(picture, size);
    for (size_t i = 0; i + 1 < n; i += 2) {
        px[i] *= size[0] / view->width;
        px[i + 1] *= size[1] / view->height;
        if (view->kind == RS_VIEW_STORED)
            show_point(picture->orientation, picture->width, picture->height, px + i);
    }
    if (n == 4 && region->kind == RS_REGION_HBB) { /* a mirror exchanges the corners' order */
        put_in_order(&px[0], &px[2]);
        put_in_order(&px[1], &px[3]);
    }
    out->coords = px;
    out->n_coords = (uint32_t)n;
    out->convention = rs_geom_convention(rs_str_of(pixel_convention(region->kind)));
    return true;
}
