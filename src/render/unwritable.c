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

/* The reason of one model; *reason NULL = it can be written. `measured` as in render.h. */
static rsift_status reason_for(const rs_render_model *model, const rs_render_options *options,
                               const rs_render_input *input, const rs_measured *measured,
                               rs_arena *scratch, const char **reason, rsift_error *err)
{
    const rs_render_options own = options_for(model, options);
    rs_rendered out;
    RS_TRY(rs_render_measured(&own, input, measured, scratch, &out, err));
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

/* Does an expression hold lost text? Some models write it into the answer, others leave it out. */
static bool has_lost_phrase(const rs_sample *sample)
{
    for (uint32_t i = 0; i < sample->n_turns; i++)
        if (sample->turns[i].role == RS_TURN_PHRASE &&
            rs_str_find(sample->turns[i].text, RS_STR("\xef\xbf\xbd")) != RS_NPOS)
            return true;
    return false;
}

/* May the region's numbers be all that parts two models? Not in a JSON document, which has keys in
 * quotes: its numbers are replaced one by one (in_place.c), by rules of their own. Not where a
 * label holds lost text, which some models write and others leave out. */
static bool parts_by_numbers(const rs_sample *sample, const rs_region *region)
{
    const bool in_turn = (region->flags & RS_REGION_FROM_TEXT) && region->turn >= 0 &&
                         (uint32_t)region->turn < sample->n_turns;
    if (in_turn && rs_str_find_char(sample->turns[region->turn].text, '"') != RS_NPOS) return false;
    return rs_str_find(region->label, RS_STR("\xef\xbf\xbd")) == RS_NPOS;
}

/* Measures the regions for the first model. *measured NULL = not all can be written in numbers, or
 * more than numbers may part its record of the sample from another model's. */
static rsift_status measure_first(rs_render_job *job, rs_measured **measured)
{
    const rs_sample *sample = job->sample;
    *measured = NULL;
    if (has_lost_phrase(sample)) return RSIFT_OK;
    rs_measured *items =
        rs_arena_alloc(job->arena, ((size_t)sample->n_regions + 1) * sizeof *items);
    if (!items) return rs_err_nomem(job->err, "boxes");
    for (uint32_t i = 0; i < sample->n_regions; i++) {
        const char *drop;
        if (!parts_by_numbers(sample, &sample->regions[i])) return RSIFT_OK;
        RS_TRY(rs_render_measure(job, &sample->regions[i], &items[i], &drop));
        if (drop) return RSIFT_OK;
    }
    *measured = items;
    return RSIFT_OK;
}

static bool same_name(const char *a, const char *b)
{
    return a == b || (a && b && rs_str_eq(rs_str_of(a), rs_str_of(b)));
}

/* Has the model the numbers of `first` for every region that `first` has numbers for? */
static bool same_numbers(const rs_render_model *first, const rs_render_model *model)
{
    return !first->resize_factor && !model->resize_factor && same_name(first->hbb, model->hbb) &&
           same_name(first->quad, model->quad) &&
           (!first->point || same_name(first->point, model->point));
}

/* Is the first model's reason that of `model` too? What is written of a sample differs from model
 * to model in the numbers of its regions and in words of ours around them. Where both have numbers
 * for all regions, the reason lies in the release's own words, which both write. It spares three of
 * four renderings. */
static bool shares_reason(const rs_render_job *first, const rs_measured *measured,
                          const rs_render_model *model)
{
    const rs_render_options own = options_for(model, first->options);
    rs_render_job job = *first;
    if (same_numbers(first->options->model, model)) return measured != NULL;
    job.options = &own;
    for (uint32_t i = 0; measured && i < job.sample->n_regions; i++)
        if (rs_render_measure_again(&job, &job.sample->regions[i], &measured[i])) return false;
    return measured != NULL;
}

/* The reason of every model, in each[n]; NULL = it can be written. */
static rsift_status reasons_for(const rs_render_options *options, const rs_render_input *input,
                                rs_arena *arena, const char **each, size_t n, rsift_error *err)
{
    const rs_sample *sample = input->sample;
    const rs_render_options own = options_for(rs_render_models[0], options);
    rs_render_job job = {.options = &own,
                         .sample = sample,
                         .widths = input->widths,
                         .heights = input->heights,
                         .n_images = rs_render_n_images(sample),
                         .arena = arena,
                         .err = err};
    rs_measured *measured = NULL;
    if (n > 1 && !refuses(rs_render_models[0], input)) RS_TRY(measure_first(&job, &measured));
    RS_TRY(reason_for(rs_render_models[0], options, input, measured, arena, &each[0], err));
    for (size_t i = 1; i < n; i++) {
        const rs_render_model *model = rs_render_models[i];
        each[i] = each[0];
        if (!refuses(model, input) && shares_reason(&job, measured, model)) continue;
        RS_TRY(reason_for(model, options, input, NULL, arena, &each[i], err));
    }
    return RSIFT_OK;
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
    const size_t n = n_models_to_ask(&known);
    const char **each = rs_arena_calloc(arena, n + 1, sizeof *each);
    if (!each) return rs_err_nomem(err, "a sample");
    RS_TRY(reasons_for(options, &known, arena, each, n, err));
    bool same = true;
    rs_buf all = {0};
    for (size_t i = 0; i < n; i++) {
        same = same && same_name(each[0], each[i]);
        if (each[i])
            rs_buf_printf(&all, "%s%s:%s", all.len ? " " : "", rs_render_models[i]->name, each[i]);
    }
    if (each[0] && same) *out = rs_str_of(each[0]);
    else if (all.len) *out = rs_arena_str(arena, rs_buf_view(&all));
    const bool failed = all.failed || !out->ptr;
    rs_buf_fini(&all);
    return failed ? rs_err_nomem(err, "a reason") : RSIFT_OK;
}
