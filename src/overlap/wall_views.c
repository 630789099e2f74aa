/* See wall_views.h. */
#include "overlap/wall_views.h"

#include "base/alloc.h"
#include "image/cost.h"
#include "image/decode.h"
#include "image/hash.h"
#include "release/asset_bytes.h"

#include <math.h>
#include <pthread.h>

enum {
    QUALITY = 86,      /* of the JPEG: higher ones cost bytes, lower ones show in differences */
    SMALL_SIDE = 2048, /* of pictures that are too large to be held */
};

void rs_wall_views_fini(rs_wall_views *views)
{
    for (size_t i = 0; i < views->ids.n && i < views->cap; i++) rs_buf_fini(&views->items[i].jpeg);
    rs_free(views->items);
    rs_idmap_fini(&views->ids);
    rs_arena_fini(&views->arena);
    *views = (rs_wall_views){0};
}

/* Brings x, y, width, height into the unit square; what makes no sense becomes all of it. */
static void bring_inside(double cut[4])
{
    const double x0 = fmax(cut[0], 0), y0 = fmax(cut[1], 0);
    const double x1 = fmin(cut[0] + cut[2], 1), y1 = fmin(cut[1] + cut[3], 1);
    const bool good = isfinite(cut[0] + cut[1] + cut[2] + cut[3]) && x1 > x0 && y1 > y0;
    const double inside[4] = {x0, y0, x1 - x0, y1 - y0}, all[4] = {0, 0, 1, 1};
    memcpy(cut, good ? inside : all, sizeof all);
}

rsift_status rs_wall_views_add(rs_wall_views *views, const rs_wall_view *view, size_t *out,
                               rsift_error *err)
{
    rs_hasher h;
    bool made;
    rs_wall_view v = {.picture = view->picture, .orientation = view->orientation & 7};
    memcpy(v.cut, view->cut, sizeof v.cut);
    bring_inside(v.cut);
    rs_hash_start(&h);
    rs_hash_bytes(&h, &v.picture, sizeof v.picture);
    rs_hash_u64(&h, v.orientation);
    rs_hash_bytes(&h, v.cut, sizeof v.cut);
    *out = rs_idmap_put(&views->ids, rs_hash_end(&h), &made);
    if (*out == RS_NPOS || !RS_VEC_RESERVE(views->items, views->cap, *out + 1))
        return rs_err_nomem(err, "pictures of the page");
    if (made) views->items[*out] = v;
    return RSIFT_OK;
}

/* ---- one picture ----------------------------------------------------------------------------- */

/* Lays the pixels; image/resize.h counts the orientations as EXIF does. */
static rsift_status lay(rs_pixels *pixels, unsigned orientation, rsift_error *err)
{
    static const uint8_t exif[RS_IMAGE_N_ORIENTATIONS] = {1, 2, 4, 3, 5, 6, 8, 7};
    return orientation ? rs_image_orient(pixels, exif[orientation & 7], err) : RSIFT_OK;
}

/* Half-open pixels [from, to) that cover the shares [at, at + share) of n; at least one. */
static void cut_side(double at, double share, uint32_t n, uint32_t *from, uint32_t *to)
{
    const double begin = floor(at * n + 0.5), end = floor((at + share) * n + 0.5);
    *from = begin >= n ? n - 1 : begin > 0 ? (uint32_t)begin : 0;
    *to = end >= n ? n : end > *from ? (uint32_t)end : *from + 1;
    if (*to <= *from) *to = *from + 1;
}

/* Cuts a piece out of laid pixels, in place. */
static void cut_out(rs_pixels *pixels, const double cut[4])
{
    uint32_t x0, x1, y0, y1;
    cut_side(cut[0], cut[2], pixels->width, &x0, &x1);
    cut_side(cut[1], cut[3], pixels->height, &y0, &y1);
    const size_t row = (size_t)3 * pixels->width, n = (size_t)3 * (x1 - x0);
    for (uint32_t y = y0; y < y1; y++)
        memmove(pixels->rgb + n * (y - y0), pixels->rgb + row * y + (size_t)3 * x0, n);
    pixels->width = x1 - x0;
    pixels->height = y1 - y0;
}

/* Shrinks and codes pixels, which are given up. */
static rsift_status code(rs_pixels *pixels, rs_buf *out, rsift_error *err)
{
    uint32_t width, height;
    rs_image_fit(pixels->width, pixels->height, RS_WALL_SIDE, &width, &height);
    rs_pixels small = {0};
    rsift_status status = RSIFT_OK;
    if (width != pixels->width || height != pixels->height)
        status = rs_image_shrink(pixels, width, height, &small, err);
    if (status == RSIFT_OK)
        status = rs_image_encode_jpeg(small.rgb ? &small : pixels, QUALITY, out, err);
    rs_pixels_fini(&small);
    return status;
}

static rsift_status copy_pixels(const rs_pixels *from, rs_pixels *out, rsift_error *err)
{
    RS_TRY(rs_pixels_init(out, from->width, from->height, NULL, err));
    memcpy(out->rgb, from->rgb, (size_t)3 * from->width * from->height);
    return RSIFT_OK;
}

static rsift_status make_view(const rs_pixels *picture, rs_wall_view *view, rsift_error *err)
{
    rs_pixels laid = {0};
    RS_TRY(copy_pixels(picture, &laid, err));
    rsift_status status = lay(&laid, view->orientation, err);
    if (status == RSIFT_OK) {
        cut_out(&laid, view->cut);
        status = code(&laid, &view->jpeg, err);
    }
    rs_pixels_fini(&laid);
    if (status == RSIFT_OK && view->jpeg.failed) status = rs_err_nomem(err, "a picture");
    return status;
}

/* All pixels, or fewer where all would be too many. */
static rsift_status decode(const rs_asset_picture *picture, const rsift_limits *limits,
                           rs_pixels *out, rsift_error *err)
{
    const rsift_status status =
        rs_image_decode_view(picture->bytes, limits, &picture->view, out, err);
    return status == RSIFT_E_LIMIT
               ? rs_image_decode_small(picture->bytes, limits, SMALL_SIDE, out, err)
               : status;
}

/* ---- all pictures ---------------------------------------------------------------------------- */

typedef struct making {
    rs_wall_views *views;
    rs_session *session;
    rs_progress *progress;
    rs_idmap pictures;
    rs_id *asked;          /* by number in pictures */
    uint32_t *next, *head; /* of the views of a picture, by view and by picture; number + 1 */
    pthread_mutex_t lock;  /* of the views' arena */
} making;

/* Says at every view of the picture why it cannot be shown. */
static rsift_status note_failure(making *m, size_t picture, const rsift_error *why,
                                 rsift_error *err)
{
    pthread_mutex_lock(&m->lock);
    const rs_str text = rs_arena_str(&m->views->arena, rs_str_of(why->message));
    pthread_mutex_unlock(&m->lock);
    if (!text.ptr) return rs_err_nomem(err, "a message");
    for (uint32_t i = m->head[picture]; i; i = m->next[i - 1]) {
        m->views->items[i - 1].jpeg.len = 0;
        m->views->items[i - 1].why = text;
    }
    return RSIFT_OK;
}

static rsift_status make_views(making *m, const rs_asset_picture *picture, rsift_error *err)
{
    uint64_t cost;
    rs_pixels pixels = {0};
    rs_budget *budget = &m->session->images;
    RS_TRY(rs_image_cost_of(picture->bytes, RS_IMAGE_AS_PIXELS, &cost, err));
    /* A view is made from a copy. */
    cost = cost > UINT64_MAX / 2 ? cost : cost * 2;
    RS_TRY(rs_budget_take(budget, cost, &m->session->cancel, err));
    rsift_status status = decode(picture, &m->session->limits, &pixels, err);
    for (uint32_t i = m->head[picture->i]; status == RSIFT_OK && i; i = m->next[i - 1])
        status = make_view(&pixels, &m->views->items[i - 1], err);
    rs_pixels_fini(&pixels);
    rs_budget_give(budget, cost);
    return status;
}

/* One picture of the asking; any thread. Its views are its own. */
static rsift_status show_picture(void *ctx, const rs_asset_picture *picture, rsift_error *err)
{
    making *m = ctx;
    rsift_error why = {0};
    rs_progress_add(m->progress, 1);
    if (picture->why) return note_failure(m, picture->i, picture->why, err);
    const rsift_status status = make_views(m, picture, &why);
    if (status == RSIFT_OK) return RSIFT_OK;
    if (status != RSIFT_E_NOMEM && status != RSIFT_E_CANCELLED)
        return note_failure(m, picture->i, &why, err);
    if (err) *err = why;
    return status;
}

/* Numbers the pictures and lists the views of each. */
static rsift_status list_pictures(making *m, rsift_error *err)
{
    const size_t n = m->views->ids.n;
    m->next = rs_calloc(n, sizeof *m->next);
    m->head = rs_calloc(n, sizeof *m->head);
    m->asked = rs_calloc(n, sizeof *m->asked);
    if (!m->next || !m->head || !m->asked) return rs_err_nomem(err, "pictures of the page");
    for (size_t i = 0; i < n; i++) {
        const size_t at = rs_idmap_put(&m->pictures, m->views->items[i].picture, NULL);
        if (at == RS_NPOS) return rs_err_nomem(err, "pictures of the page");
        m->asked[at] = m->views->items[i].picture;
        m->next[i] = m->head[at];
        m->head[at] = (uint32_t)(i + 1);
    }
    return RSIFT_OK;
}

rsift_status rs_wall_views_make(rs_wall_views *views, rs_session *session, rs_store *store,
                                rsift_error *err)
{
    if (views->ids.n == 0) return RSIFT_OK;
    making m = {.views = views, .session = session, .lock = PTHREAD_MUTEX_INITIALIZER};
    rs_asset_bytes *bytes = NULL;
    rsift_status status = list_pictures(&m, err);
    if (status == RSIFT_OK) status = rs_asset_bytes_open(session, store, &bytes, err);
    if (status == RSIFT_OK) {
        m.progress =
            rs_session_progress(session, "drawing pairs", "pictures", (int64_t)m.pictures.n);
        status = rs_asset_bytes_ask(bytes, m.asked, m.pictures.n, show_picture, &m, err);
        rs_progress_end(m.progress);
    }
    rs_asset_bytes_close(bytes);
    rs_idmap_fini(&m.pictures);
    rs_free(m.next);
    rs_free(m.head);
    rs_free(m.asked);
    return status;
}
