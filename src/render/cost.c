/* Tokens of pictures and turns; see cost.h for the rules and their sources. */
#include "render/cost.h"

#include "geom/convention.h"
#include "lang/picture_tag.h"

#include <math.h>

enum { marks_of_turn = 500 /* hundredths: start, role, line end, end, line end */ };

/* The number of tiles nearest in aspect; of equal ones the larger, if the picture fills half of
 * it. */
static int tiles_of(const rs_render_cost *cost, double width, double height, int most)
{
    const double aspect = width / height, area = width * height;
    double best = INFINITY;
    int tiles = 1;
    for (int n = 1; n <= most; n++)
        for (int across = 1; across <= n; across++) {
            if (n % across) continue;
            const double far = fabs(aspect - (double)across * across / n);
            const bool fills = area > 0.5 * (double)cost->tile * cost->tile * n;
            if (far < best || (far == best && fills)) {
                best = far;
                tiles = n;
            }
        }
    return tiles;
}

int64_t rs_render_picture_tokens(const rs_render_model *model, double width, double height,
                                 double min_pixels, double max_pixels)
{
    const rs_render_cost *cost = &model->cost;
    const double most = max_pixels > 0 ? max_pixels : cost->max_pixels,
                 least = min_pixels > 0 ? min_pixels : cost->min_pixels;
    if (cost->fixed) return cost->fixed;
    if (cost->tile) {
        const int64_t limit = (int64_t)(most / ((double)cost->tile * cost->tile));
        const int most_tiles = limit < 1 ? 1 : limit > 64 ? 64 : (int)limit;
        const int n =
            width > 0 && height > 0 ? tiles_of(cost, width, height, most_tiles) : most_tiles;
        return (int64_t)cost->tile_tokens * (n + (n > 1)) + 2;
    }
    double w, h;
    if (!rs_geom_smart_resize(width, height, cost->factor, least, most, &w, &h))
        return (int64_t)(most / ((double)cost->factor * cost->factor)) + 2;
    return (int64_t)(w / cost->factor) * (int64_t)(h / cost->factor) + 2;
}

int64_t rs_render_turn_hundredths(const rs_render_model *model, rs_str text)
{
    int64_t sum = marks_of_turn;
    rs_picture_tag tag;
    /* what stands for a picture is counted with the picture */
    while (rs_lang_picture_tag(text, 0, &tag)) {
        sum += rs_lang_token_hundredths(rs_str_sub(text, 0, tag.begin), model->cost.vocabulary);
        text = rs_str_sub(text, tag.end, text.len);
    }
    return sum + rs_lang_token_hundredths(text, model->cost.vocabulary);
}

int64_t rs_render_box_hundredths(const rs_render_model *model)
{
    const bool json = model->spelling->label_as_json;
    const rs_str box = json ? RS_STR("{\"bbox_2d\": [135, 114, 1016, 672], \"label\": \"ship\"},\n")
                            : RS_STR("[0.28, 0.31, 0.52, 0.60], ");
    return rs_lang_token_hundredths(box, model->cost.vocabulary);
}
