/* rsift_picture_*: a picture's bytes as they lie in the release, or decoded, made upright, shrunk
 * and coded again. */
#include "api/handle.h"

#include "base/alloc.h"
#include "image/cost.h"
#include "image/decode.h"
#include "release/asset_bytes.h"
#include "rsift/picture.h"

enum { JPEG_QUALITY = 90 };

struct rsift_picture {
    uint32_t width, height;
    const char *format; /* static, or in the arena */
    rs_buf bytes;
    rs_arena arena;
};

static const char *const formats[] = {"original", "png", "jpeg", "rgb"};
enum { ORIGINAL, PNG, JPEG, RGB, N_FORMATS };

/* The file's bytes, proved by their hash where the index took one. */
static rsift_status read_picture(rsift_workspace *w, const rs_asset_position *at, rs_buf *out,
                                 rsift_error *err)
{
    rs_session *session = rs_api_session(w);
    const rs_io_tree *tree;
    rs_io_stream *stream;
    RS_TRY(rs_releases_tree(w->releases, session, at->root, &tree, err));
    const size_t member = rs_io_find(tree, at->member);
    /* The asset was found when it was indexed, so it went away since. */
    if (member == RS_NPOS)
        return rs_err_set(err, RSIFT_E_IO, "no longer there: changed since the index");
    RS_TRY(rs_io_open(tree, member, &stream, err));
    const int64_t stated = rs_io_member_at(tree, member)->n_bytes;
    const rsift_status status =
        rs_asset_read(stream, stated, at->content_hash, &session->limits, out, err);
    rs_io_close(stream);
    return status;
}

/* Decodes what p->bytes holds, upright and no side longer than max_side (0 = as it is). Shrinking
 * first gives the same pixels and takes less. */
static rsift_status decode(const rsift_picture *p, uint32_t max_side, uint8_t orientation,
                           const rsift_limits *limits, rs_pixels *out, rsift_error *err)
{
    const rs_str bytes = rs_buf_view(&p->bytes);
    RS_TRY(max_side ? rs_image_decode_small(bytes, limits, max_side, out, err)
                    : rs_image_decode(bytes, limits, out, err));
    const rsift_status status = orientation > 1 ? rs_image_orient(out, orientation, err) : RSIFT_OK;
    if (status != RSIFT_OK) rs_pixels_fini(out);
    return status;
}

/* Decodes and codes what p->bytes holds. */
static rsift_status render(rsift_picture *p, int format, uint32_t max_side, uint8_t orientation,
                           const rsift_limits *limits, rsift_error *err)
{
    rs_pixels pixels;
    const rs_pixels *shown = &pixels;
    RS_TRY(decode(p, max_side, orientation, limits, &pixels, err));
    rsift_status status = RSIFT_OK;
    /* The decoded pixels are a copy; the same buffer now takes the result. */
    p->bytes.len = 0;
    if (status == RSIFT_OK) {
        p->width = shown->width;
        p->height = shown->height;
        p->format = formats[format];
        if (format == PNG) status = rs_image_encode_png(shown, &p->bytes, err);
        else if (format == JPEG) status = rs_image_encode_jpeg(shown, JPEG_QUALITY, &p->bytes, err);
        else rs_buf_add(&p->bytes, shown->rgb, (size_t)3 * shown->width * shown->height);
        if (status == RSIFT_OK && p->bytes.failed) status = rs_err_nomem(err, "a picture");
    }
    rs_pixels_fini(&pixels);
    return status;
}

/* The same when other threads leave enough of the memory for pictures. */
static rsift_status render_within(rs_session *session, rsift_picture *p, int format,
                                  uint32_t max_side, uint8_t orientation, rsift_error *err)
{
    uint64_t cost;
    RS_TRY(rs_image_cost_of(rs_buf_view(&p->bytes), RS_IMAGE_AS_PIXELS, &cost, err));
    RS_TRY(rs_budget_take(&session->images, cost, &session->cancel, err));
    const rsift_status status = render(p, format, max_side, orientation, &session->limits, err);
    rs_budget_give(&session->images, cost);
    return status;
}

static rsift_status fill(rsift_workspace *w, const char *asset_id, int format, uint32_t max_side,
                         rsift_picture *p, rsift_error *err)
{
    rs_store *store;
    rs_id id;
    rs_asset_position at;
    RS_TRY(rs_positions_parse_id(asset_id, "an asset id", &id, err));
    RS_TRY(rs_api_lookup(w, &store, err));
    RS_TRY(rs_positions_asset(w->positions, store, id, &at, err));
    /* As stored; render replaces them, since it may turn and shrink the picture. */
    p->width = at.width;
    p->height = at.height;
    p->format = rs_arena_cstr(&p->arena, at.format);
    if (!p->format) return rs_err_nomem(err, "a picture");
    rsift_status status = read_picture(w, &at, &p->bytes, err);
    if (status == RSIFT_OK && format != ORIGINAL)
        status = render_within(w->context->session, p, format, max_side, at.orientation, err);
    if (status == RSIFT_OK) return status;
    /* The member is named unless what failed below has named a place already. */
    if (err && !err->where[0]) rs_err_within(err, status, "%.*s", RS_STR_ARG(at.member));
    return rs_err_within(err, status, "%.*s", RS_STR_ARG(at.root));
}

rsift_status rsift_picture_open(rsift_workspace *workspace, const char *asset_id,
                                const rsift_picture_options *options, rsift_picture **out,
                                rsift_error *err)
{
    if (!out) return rs_err_set(err, RSIFT_E_ARG, "rsift_picture_open: out is NULL");
    *out = NULL;
    if (!workspace || !asset_id)
        return rs_err_set(err, RSIFT_E_ARG, "rsift_picture_open: %s is NULL",
                          workspace ? "asset_id" : "workspace");
    rsift_picture_options o;
    RS_TRY(rs_session_read_options(&o, sizeof o, options, "rsift_picture_options", err));
    /* No name means the bytes as they are; N_FORMATS after the loop means an unknown name. */
    int format = ORIGINAL;
    while (o.format && format < N_FORMATS &&
           !rs_str_eq(rs_str_of(o.format), rs_str_of(formats[format])))
        format++;
    if (format == N_FORMATS)
        return rs_err_set(err, RSIFT_E_ARG,
                          "expected format original, png, jpeg or rgb, found \"%.64s\"", o.format);
    /* The original is given byte for byte; a smaller picture would be another one. */
    if (format == ORIGINAL && o.max_side)
        return rs_err_set(err, RSIFT_E_ARG,
                          "max_side needs a format that is made: png, jpeg or rgb");
    RS_TRY(rs_api_check_cancel(workspace->context->session, err));
    rsift_picture *p = rs_calloc(1, sizeof *p);
    if (!p) return rs_err_nomem(err, "a picture");
    const rsift_status status = fill(workspace, asset_id, format, o.max_side, p, err);
    if (status == RSIFT_OK) *out = p;
    else rsift_picture_close(p);
    return status;
}

void rsift_picture_close(rsift_picture *picture)
{
    if (!picture) return;
    rs_buf_fini(&picture->bytes);
    rs_arena_fini(&picture->arena);
    rs_free(picture);
}

uint32_t rsift_picture_width(const rsift_picture *picture)
{
    return picture ? picture->width : 0;
}

uint32_t rsift_picture_height(const rsift_picture *picture)
{
    return picture ? picture->height : 0;
}

const void *rsift_picture_bytes(const rsift_picture *picture, size_t *n_bytes)
{
    if (n_bytes) *n_bytes = picture ? picture->bytes.len : 0;
    return picture ? picture->bytes.ptr : NULL;
}

const char *rsift_picture_format(const rsift_picture *picture)
{
    return picture ? picture->format : "";
}
