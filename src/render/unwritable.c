/* The same sample for one model after another; see unwritable.h. */
#include "render/unwritable.h"

#include "render/foreseen.h"

enum { ANY_SIDE = 1000 };

bool rs_render_masks_last(const rs_sample *sample)
{
    bool seen = false;
    for (uint32_t a = 0; a < sample->n_assets; a++) {
        if (sample->assets[a].role == RS_ASSET_MASK) seen = true;
        else if (seen) return false;
    }
    return true;
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

/* The reasons of the first n models, each by a rendering; NULL = it can be written. */
static rsift_status render_reasons(const rs_render_options *options, const rs_render_input *input,
                                   rs_arena *arena, const char **each, size_t n, rsift_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const rs_render_options own = rs_render_options_for(rs_render_models[i], options);
        rs_rendered out;
        RS_TRY(rs_render(&own, input, arena, &out, err));
        each[i] = out.drop;
    }
    return RSIFT_OK;
}

static bool same_reason(const char *a, const char *b)
{
    return a == b || (a && b && rs_str_eq(rs_str_of(a), rs_str_of(b)));
}

/* The reasons of n models as unwritable.h words them; ptr NULL = out of memory. */
static rs_str join_reasons(const char *const *each, size_t n, rs_arena *arena)
{
    bool same = true;
    rs_buf all = {0};
    for (size_t i = 0; i < n; i++) {
        same = same && same_reason(each[0], each[i]);
        if (each[i])
            rs_buf_printf(&all, "%s%s:%s", all.len ? " " : "", rs_render_models[i]->name, each[i]);
    }
    rs_str out = RS_STR("");
    if (each[0] && same) out = rs_str_of(each[0]);
    else if (all.len) out = all.failed ? (rs_str){0} : rs_arena_str(arena, rs_buf_view(&all));
    rs_buf_fini(&all);
    return out;
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
    const char *each[RS_RENDER_MODELS_MAX];
    size_t n = 0;
    while (rs_render_models[n]) n++;
    if (!rs_render_foreseen(options, &known, arena, each)) {
        n = n_models_to_ask(&known);
        RS_TRY(render_reasons(options, &known, arena, each, n, err));
    }
    *out = join_reasons(each, n, arena);
    return out->ptr ? RSIFT_OK : rs_err_nomem(err, "a reason");
}
