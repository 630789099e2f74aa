/* The same sample rendered for one model after another; see unwritable.h. */
#include "render/unwritable.h"

#include "render/measure.h"

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

static rs_render_options options_for(const rs_render_model *model, const rs_render_options *options)
{
    rs_render_options own = *options;
    own.model = model;
    if (!(own.min_pixels > 0)) own.min_pixels = USUAL_MIN_PIXELS;
    if (!(own.max_pixels > 0)) own.max_pixels = USUAL_MAX_PIXELS;
    return own;
}

/* The reason of one model; *reason NULL = it can be written. */
static rsift_status reason_for(const rs_render_model *model, const rs_render_options *options,
                               const rs_render_input *input, rs_arena *scratch, const char **reason,
                               rsift_error *err)
{
    const rs_render_options own = options_for(model, options);
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

/* Does a model refuse the size of one of the pictures? */
static bool refuses(const rs_render_model *model, const rs_render_input *input)
{
    for (uint32_t i = 0; i < input->sample->n_assets; i++)
        if (rs_render_refuses_size(model, input->widths[i], input->heights[i])) return true;
    return false;
}

/* A sample without regions holds no number of a model: its reasons are those of any model, because
 * the reserved words of all of them count for each. Only sizes of pictures part them. */
static size_t n_models_to_ask(const rs_render_input *input)
{
    size_t n = 0;
    bool refused = false;
    for (; rs_render_models[n]; n++) refused = refused || refuses(rs_render_models[n], input);
    return input->sample->n_regions || refused ? n : 1;
}

/* May the region's numbers be all that parts two models? Not in a JSON document, which has keys in
 * quotes: its numbers are replaced one by one (in_place.c), by rules of their own. Not where a
 * label holds lost text, which some models write and others leave out. */
static bool parts_by_numbers(const rs_sample *sample, const rs_region *region)
{
    const bool in_turn = (region->flags & RS_REGION_FROM_TEXT) && region->turn >= 0;
    if (in_turn && rs_str_find_char(sample->turns[region->turn].text, '"') != RS_NPOS) return false;
    return rs_str_find(region->label, RS_STR("\xef\xbf\xbd")) == RS_NPOS;
}

/* Can every region of the sample be written in the model's numbers? */
static rsift_status measures_all(const rs_render_model *model, const rs_render_options *options,
                                 const rs_render_input *input, rs_arena *scratch, bool *all,
                                 rsift_error *err)
{
    const rs_sample *sample = input->sample;
    const rs_render_options own = options_for(model, options);
    rs_render_job job = {.options = &own,
                         .sample = sample,
                         .widths = input->widths,
                         .heights = input->heights,
                         .n_images = rs_render_n_images(sample),
                         .arena = scratch,
                         .err = err};
    *all = true;
    for (uint32_t i = 0; i < sample->n_regions && *all; i++) {
        rs_measured measured;
        const char *drop;
        RS_TRY(rs_render_measure(&job, &sample->regions[i], &measured, &drop));
        *all = !drop && parts_by_numbers(sample, &sample->regions[i]);
    }
    return RSIFT_OK;
}

/* Does nothing but numbers part the model's record of the sample from another's for which this
 * holds? What is written differs from model to model in the numbers of the regions and in words of
 * ours around them. Where two models have numbers for all regions, the reason of either lies in the
 * release's own words, which both write, and is that of the other. It spares three of four
 * renderings. */
static rsift_status is_plain(const rs_render_model *model, const rs_render_options *options,
                             const rs_render_input *input, rs_arena *scratch, bool *plain,
                             rsift_error *err)
{
    *plain = false;
    if (refuses(model, input)) return RSIFT_OK;
    return measures_all(model, options, input, scratch, plain, err);
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
    bool same = true, first_plain = false;
    rs_buf each = {0};
    rsift_status status = RSIFT_OK;
    const size_t n = n_models_to_ask(&known);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        const char *reason = first;
        bool plain = false;
        if (n > 1) status = is_plain(rs_render_models[i], options, &known, arena, &plain, err);
        if (i == 0) first_plain = plain;
        if (status == RSIFT_OK && (i == 0 || !plain || !first_plain))
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
