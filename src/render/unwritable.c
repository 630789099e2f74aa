/* The same sample rendered for one model after another; see unwritable.h. */
#include "render/unwritable.h"

/* Qwen's processor: 4 to 16,384 tokens of 28 x 28 pixels. */
enum { USUAL_MIN_PIXELS = 4 * 28 * 28, USUAL_MAX_PIXELS = 16384 * 28 * 28, ANY_SIDE = 1000 };

bool rs_render_masks_last(const rs_sample *sample)
{
    bool seen = false;
    for (uint32_t a = 0; a < sample->n_assets; a++) {
        if (sample->assets[a].role == RS_ASSET_MASK) seen = true;
        else if (seen) return false;
    }
    return true;
}

/* The reason of one model; *reason NULL = it can be written. */
static rsift_status reason_for(const rs_render_model *model, const rs_render_options *options,
                               const rs_render_input *input, rs_arena *scratch, const char **reason,
                               rsift_error *err)
{
    rs_render_options own = *options;
    own.model = model;
    if (!(own.min_pixels > 0)) own.min_pixels = USUAL_MIN_PIXELS;
    if (!(own.max_pixels > 0)) own.max_pixels = USUAL_MAX_PIXELS;
    rs_rendered out;
    RS_TRY(rs_render(&own, input, scratch, &out, err));
    *reason = out.drop;
    return RSIFT_OK;
}

/* Sizes that are known everywhere. */
static const double *known_sizes(rs_arena *arena, const double *sizes, uint32_t n)
{
    double *out = rs_arena_alloc(arena, ((size_t)n + 1) * sizeof *out);
    for (uint32_t i = 0; out && i < n; i++) out[i] = sizes[i] > 0 ? sizes[i] : ANY_SIDE;
    return out;
}

/* A sample without regions holds no number of a model: its reasons are those of any model, because
 * the reserved words of all of them count for each. Only sizes of pictures part them. */
static size_t n_models_to_ask(const rs_render_input *input)
{
    size_t n = 0;
    bool refused = false;
    for (; rs_render_models[n]; n++)
        for (uint32_t i = 0; i < input->sample->n_assets; i++)
            refused = refused || rs_render_refuses_size(rs_render_models[n], input->widths[i],
                                                        input->heights[i]);
    return input->sample->n_regions || refused ? n : 1;
}

rsift_status rs_render_unwritable(const rs_render_options *options, const rs_render_input *input,
                                  rs_arena *arena, rs_str *out, rsift_error *err)
{
    const rs_sample *sample = input->sample;
    *out = RS_STR("");
    if (!rs_render_masks_last(sample)) {
        *out = RS_STR("task-not-text");
        return RSIFT_OK;
    }
    rs_render_input known = *input;
    known.widths = known_sizes(arena, input->widths, sample->n_assets);
    known.heights = known_sizes(arena, input->heights, sample->n_assets);
    if (!known.widths || !known.heights) return rs_err_nomem(err, "a sample");
    const char *first = NULL;
    bool same = true;
    rs_buf each = {0};
    rsift_status status = RSIFT_OK;
    const size_t n = n_models_to_ask(&known);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        const char *reason = NULL;
        status = reason_for(rs_render_models[i], options, &known, arena, &reason, err);
        if (i == 0) first = reason;
        same = same &&
               (reason && first ? rs_str_eq(rs_str_of(reason), rs_str_of(first)) : reason == first);
        if (reason)
            rs_buf_printf(&each, "%s%s:%s", each.len ? " " : "", rs_render_models[i]->name, reason);
    }
    if (status == RSIFT_OK && first && same) *out = rs_str_of(first);
    else if (status == RSIFT_OK && each.len) *out = rs_arena_str(arena, rs_buf_view(&each));
    if (status == RSIFT_OK && (each.failed || !out->ptr)) status = rs_err_nomem(err, "a reason");
    rs_buf_fini(&each);
    return status;
}
