/* Decoding, and the rule in words: which bands were shown, and how values became 8 bits. */
#include "emit/picture_render.h"

#include "image/decode.h"

#include <inttypes.h>

/* How the picture was rendered, in words; empty when nothing had to be chosen. */
static void describe_rule(const rs_emit_picture *p, const rs_image_view *view, rs_image_rule rule,
                          rs_buf *out)
{
    if (p->bands[0])
        rs_buf_printf(out, "bands %u, %u, %u of %u as red, green and blue (%.*s)", p->bands[0],
                      p->bands[1], p->bands[2], p->n_bands, RS_STR_ARG(p->bands_basis));
    else if (p->n_bands == 2 && rule != RS_RULE_CONVERT)
        rs_buf_cstr(out, "the first of 2 bands as grey");
    if (rule != RS_RULE_STRETCH) return;
    if (out->len) rs_buf_cstr(out, "; ");
    if (view->fixed)
        rs_buf_printf(out, "values from %.10g to %.10g become 0 to 255", view->low, view->high);
    else
        rs_buf_cstr(out, "each band of each picture stretched from its 2nd to its 98th percentile");
}

rsift_status rs_emit_render_picture(const rs_emit_picture *p, const rs_image_view *asked,
                                    const rsift_limits *limits, rs_buf *buf, rs_buf *rule,
                                    rsift_error *err)
{
    rs_pixels pixels;
    rs_image_view view = *asked;
    memcpy(view.bands, p->bands, sizeof view.bands);
    RS_TRY(rs_image_decode_view(rs_buf_view(buf), limits, &view, &pixels, err));
    describe_rule(p, &view, pixels.rule, rule);
    rsift_status status = RSIFT_OK;
    if (p->orientation > 1) status = rs_image_orient(&pixels, p->orientation, err);
    buf->len = 0;
    if (status == RSIFT_OK) status = rs_image_encode_png(&pixels, buf, err);
    rs_pixels_fini(&pixels);
    return status;
}

rsift_status rs_emit_count_rule(rs_emit_pictures *pictures, rs_str rule, rsift_error *err)
{
    if (!rule.len) return RSIFT_OK;
    bool made;
    const size_t at = rs_strmap_put(&pictures->rules, rule, &made);
    if (at == RS_NPOS || !RS_VEC_RESERVE(pictures->n_by_rule, pictures->cap_rules, at + 1))
        return rs_err_nomem(err, "the rules of pictures");
    if (made) pictures->n_by_rule[at] = 0;
    pictures->n_by_rule[at]++;
    return RSIFT_OK;
}

void rs_emit_pictures_put_rules(const rs_emit_pictures *pictures, rs_buf *out)
{
    /* In the order of their words: that of the visit depends on the container. */
    rs_str last = {NULL, 0};
    for (size_t n = 0; n < pictures->rules.n; n++) {
        size_t best = RS_NPOS;
        for (size_t i = 0; i < pictures->rules.n; i++) {
            const rs_str key = pictures->rules.keys[i];
            if (last.ptr && rs_str_cmp(key, last) <= 0) continue;
            if (best == RS_NPOS || rs_str_cmp(key, pictures->rules.keys[best]) < 0) best = i;
        }
        last = pictures->rules.keys[best];
        const int64_t count = pictures->n_by_rule[best];
        rs_buf_printf(out, "%s- %" PRId64 " picture%s: %.*s\n", n ? "" : "\n", count,
                      count == 1 ? "" : "s", RS_STR_ARG(last));
    }
}
