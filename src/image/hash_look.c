/* How sharp a picture is and how much of it is an empty margin, by rows of L. */
#include "image/hash_parts.h"

#include "base/alloc.h"

#include <string.h>

/* ---- sharpness ---- */

rsift_status rs_image_sharpness_init(rs_image_sharpness *s, uint32_t width, rsift_error *err)
{
    *s = (rs_image_sharpness){.width = width, .kernel = rs_image_best_kernel()};
    for (int i = 0; i < 2; i++)
        if (!(s->rows[i] = rs_alloc(width))) return rs_err_nomem(err, "rows of a picture");
    return RSIFT_OK;
}

void rs_image_sharpness_fini(rs_image_sharpness *s)
{
    for (int i = 0; i < 2; i++) rs_free(s->rows[i]);
    *s = (rs_image_sharpness){0};
}

void rs_image_sharpness_add(rs_image_sharpness *s, const uint8_t *luma)
{
    const uint8_t *above = s->rows[0], *row = s->rows[1];
    if (s->n_rows >= 2)
        for (size_t x = 1; x + 1 < s->width; x += 1024) {
            const size_t left = s->width - 1 - x;
            const rs_image_laplacian sums =
                s->kernel->laplacian(above + x, row + x, luma + x, left < 1024 ? left : 1024);
            s->sum += sums.sum;
            s->sum_of_squares += (uint64_t)sums.squares;
        }
    uint8_t *oldest = s->rows[0];
    memcpy(oldest, luma, s->width);
    s->rows[0] = s->rows[1];
    s->rows[1] = oldest;
    s->n_rows++;
}

double rs_image_sharpness_of(const rs_image_sharpness *s)
{
    if (s->width < 3 || s->n_rows < 3) return 0;
    const double n = (double)(s->width - 2) * (double)(s->n_rows - 2), sum = (double)s->sum;
    const double variance = ((double)s->sum_of_squares - sum * sum / n) / n;
    return variance > 0 ? variance : 0;
}

/* ---- margins ---- */

/* What a column is: of the level in all rows so far; or with a run of it that is not counted. */
enum { OPEN = 1, RUNNING = 2 };

rsift_status rs_image_margin_init(rs_image_margin *m, uint32_t width, uint8_t level,
                                  rsift_error *err)
{
    *m = (rs_image_margin){.level = level, .width = width, .kernel = rs_image_best_kernel()};
    m->state = rs_alloc(width);
    m->run = rs_calloc(width, sizeof *m->run);
    if (!m->state || !m->run) return rs_err_nomem(err, "columns of a picture");
    memset(m->state, OPEN, width);
    m->any = true;
    return RSIFT_OK;
}

void rs_image_margin_fini(rs_image_margin *m)
{
    rs_free(m->state);
    rs_free(m->run);
    *m = (rs_image_margin){0};
}

/* A pixel that is neither seen from the left nor from the right. */
static void add_pixel(rs_image_margin *m, size_t x, bool has)
{
    const bool from_top = has && m->state[x] & OPEN;
    m->run[x] = has ? m->run[x] + !from_top : 0;
    m->state[x] = (uint8_t)((from_top ? OPEN : 0) | (m->run[x] ? RUNNING : 0));
    m->n_seen += from_top;
}

/* Most pixels are of another level and between their like. */
static void add_middle(rs_image_margin *m, const uint8_t *luma, size_t begin, size_t end)
{
    for (size_t x = begin; (x = m->kernel->busy(luma, m->state, m->level, x, end)) < end;) {
        const size_t stop = end - x < RS_IMAGE_IDLE ? end : x + RS_IMAGE_IDLE;
        for (; x < stop; x++) add_pixel(m, x, luma[x] == m->level);
    }
}

void rs_image_margin_add(rs_image_margin *m, const uint8_t *luma, bool has)
{
    m->n_rows++;
    if (!has) {
        if (m->any) {
            memset(m->state, 0, m->width);
            memset(m->run, 0, m->width * sizeof *m->run);
        }
        m->any = false;
        return;
    }
    m->any = true;
    size_t begin = 0, end = m->width;
    while (begin < end && luma[begin] == m->level) begin++;
    while (end > begin && luma[end - 1] == m->level) end--;
    m->n_seen += begin + (m->width - end);
    add_middle(m, luma, begin, end);
}

uint64_t rs_image_margin_of(const rs_image_margin *m)
{
    uint64_t n = m->n_seen;
    for (size_t x = 0; x < m->width; x++) n += m->run[x];
    return n;
}
