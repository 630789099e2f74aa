/* The measurer: a picture's rows, one by one, to all its hashes. */
#include "image/hash_parts.h"

#include "base/alloc.h"

#include <string.h>

static rsift_status init_parts(rs_image_measurer *m, rsift_error *err)
{
    RS_TRY(rs_image_blocks_init(&m->blocks, m->width, m->height, err));
    RS_TRY(rs_image_sharpness_init(&m->sharpness, m->width, err));
    RS_TRY(rs_image_margin_init(&m->black, m->width, 0, err));
    RS_TRY(rs_image_margin_init(&m->white, m->width, UINT8_MAX, err));
    m->luma = rs_alloc(m->width);
    return m->luma ? RSIFT_OK : rs_err_nomem(err, "a row of a picture");
}

rsift_status rs_image_measurer_new(uint32_t width, uint32_t height, bool exact,
                                   rs_image_measurer **out, rsift_error *err)
{
    rs_image_measurer *m = *out = rs_calloc(1, sizeof *m);
    if (!m) return rs_err_nomem(err, "hashes of a picture");
    m->width = width;
    m->height = height;
    m->exact = exact;
    m->kernel = rs_image_best_kernel();
    const uint8_t size[8] = {
        (uint8_t)width,  (uint8_t)(width >> 8),  (uint8_t)(width >> 16),  (uint8_t)(width >> 24),
        (uint8_t)height, (uint8_t)(height >> 8), (uint8_t)(height >> 16), (uint8_t)(height >> 24),
    };
    rs_hash_start(&m->pixels);
    rs_hash_bytes(&m->pixels, size, sizeof size);
    const rsift_status status = init_parts(m, err);
    if (status == RSIFT_OK) return RSIFT_OK;
    rs_image_measurer_free(m);
    *out = NULL;
    return status;
}

void rs_image_measurer_free(rs_image_measurer *m)
{
    if (!m) return;
    rs_image_blocks_fini(&m->blocks);
    rs_image_sharpness_fini(&m->sharpness);
    rs_image_margin_fini(&m->black);
    rs_image_margin_fini(&m->white);
    rs_free(m->luma);
    rs_free(m);
}

void rs_image_measurer_add_luma(rs_image_measurer *m, const uint8_t *luma)
{
    if (m->n_rows == m->height) return;
    m->n_rows++;
    uint8_t least, most;
    m->kernel->range(luma, m->width, &least, &most);
    rs_image_blocks_add(&m->blocks, luma);
    rs_image_sharpness_add(&m->sharpness, luma);
    rs_image_margin_add(&m->black, luma, least == 0);
    rs_image_margin_add(&m->white, luma, most == UINT8_MAX);
}

void rs_image_measurer_add_rgb(rs_image_measurer *m, const uint8_t *rgb)
{
    if (m->n_rows == m->height) return;
    if (m->exact) rs_hash_bytes(&m->pixels, rgb, (size_t)m->width * 3);
    m->kernel->luma(rgb, m->width, m->luma);
    rs_image_measurer_add_luma(m, m->luma);
}

bool rs_image_measurer_is_done(const rs_image_measurer *m)
{
    return m->n_rows == m->height;
}

void rs_image_measurer_end(rs_image_measurer *m, rs_image_hash *out)
{
    int16_t mean[RS_IMAGE_CELLS * RS_IMAGE_CELLS];
    out->exact = m->exact;
    if (m->exact) {
        out->pixel_hash = rs_hash_end(&m->pixels);
        out->block_hash = rs_image_blocks_hash(&m->blocks);
    }
    rs_image_blocks_mean(&m->blocks, mean);
    out->phash = rs_image_phash_of(mean, &out->quality);
    for (size_t k = 0; k < RS_IMAGE_THUMB_BYTES; k++) out->thumb[k] = (uint8_t)((mean[k] + 8) >> 4);
    out->blur = rs_image_sharpness_of(&m->sharpness);
    const uint64_t black = rs_image_margin_of(&m->black), white = rs_image_margin_of(&m->white);
    out->no_data = (double)(black > white ? black : white) / ((double)m->width * m->height);
}
