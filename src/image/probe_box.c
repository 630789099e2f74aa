/* Headers made of boxes or chunks: JPEG 2000 (jp2 and bare codestream), MP4 / QuickTime, AVI.
 * Of video only size and frame count are read; nothing here decodes it.
 * Sources: ISO/IEC 15444-1 Annex A and I, ISO/IEC 14496-12, the GeoJP2 box. */
#include "image/bands.h"
#include "image/probe_parts.h"

typedef struct box {
    uint64_t at, body, end; /* absolute; end is exclusive */
    uint32_t type;
    bool to_end; /* length 0: up to the end of the file */
} box;

#define FOURCC(a, b, c, d) \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* The box at `at` inside [.., limit). false: no further box, or src->status is set. */
static bool read_box(rs_image_source *src, uint64_t at, uint64_t limit, box *b)
{
    if (at + 8 > limit || src->status != RSIFT_OK) return false;
    rs_cur c = rs_image_cur(src, at, 8);
    uint64_t n = rs_cur_u32be(&c);
    *b = (box){.at = at, .body = at + 8, .type = rs_cur_u32be(&c)};
    if (c.bad) return false;
    if (n == 1) {
        if (at + 16 > limit) return false;
        c = rs_image_cur(src, at + 8, 8);
        n = rs_cur_u64be(&c);
        b->body = at + 16;
        if (c.bad) return false;
    }
    b->to_end = n == 0;
    if (n == 0) n = limit - at;
    if (n < b->body - at || n > (uint64_t)INT64_MAX - at) {
        rs_image_bad(src, "a box shorter than its own header");
        return false;
    }
    b->end = at + n;
    return true;
}

static uint64_t file_end(const rs_image_source *src)
{
    return src->n_total >= 0 ? (uint64_t)src->n_total : (uint64_t)INT64_MAX;
}

/* ---- JPEG 2000 ---- */

rsift_status rs_image_probe_j2k(rs_image_source *src, uint64_t at, rs_image_info *out)
{
    rs_cur c = rs_image_cur(src, at, 43); /* SOC, SIZ with its first component */
    if (c.bad) return src->status;
    uint32_t soc = rs_cur_u32be(&c);
    rs_cur_take(&c, 4);
    uint64_t x1 = rs_cur_u32be(&c), y1 = rs_cur_u32be(&c);
    uint64_t x0 = rs_cur_u32be(&c), y0 = rs_cur_u32be(&c);
    rs_cur_take(&c, 16);
    uint32_t bands = rs_cur_u16be(&c);
    uint32_t depth = rs_cur_u8(&c);
    if (soc != 0xff4fff51 || x1 <= x0 || y1 <= y0 || bands == 0 || bands > 16384)
        return rs_image_bad(src, "a damaged JPEG 2000 header");
    out->width = (uint32_t)(x1 - x0);
    out->height = (uint32_t)(y1 - y0);
    out->bands = bands;
    out->bits = (depth & 0x7f) + 1;
    out->dtype = out->bits > 16
                     ? "other"
                     : rs_image_dtype(depth & 0x80 ? RS_KIND_INT : RS_KIND_UINT, out->bits);
    if (depth & 0x80 && out->bits > 8 && out->bits <= 16) out->dtype = "int16";
    out->is_rgb8 = out->bits == 8 && !(depth & 0x80) && (bands == 1 || bands == 3);
    out->data_at = (int64_t)at;
    return RSIFT_OK;
}

/* The enumerated colour space: 16 is sRGB, 18 its YCbCr. */
static bool says_rgb(rs_image_source *src, const box *b)
{
    if (b->type != FOURCC('c', 'o', 'l', 'r') || b->end - b->body < 7) return false;
    rs_cur c = rs_image_cur(src, b->body, 7);
    const unsigned method = rs_cur_u8(&c);
    rs_cur_take(&c, 2);
    const uint32_t space = rs_cur_u32be(&c);
    return !c.bad && method == 1 && (space == 16 || space == 18);
}

static void jp2_header_box(rs_image_source *src, const box *outer, rs_image_info *out, bool *rgb)
{
    box b;
    for (uint64_t at = outer->body; read_box(src, at, outer->end, &b); at = b.end) {
        if (b.type == FOURCC('p', 'c', 'l', 'r')) out->has_palette = true;
        *rgb = *rgb || says_rgb(src, &b);
        if (b.type != FOURCC('c', 'd', 'e', 'f') || b.end - b.body < 2) continue;
        rs_cur c = rs_image_cur(src, b.body, 2);
        unsigned n = rs_cur_u16be(&c);
        for (unsigned i = 0; i < n && i < 64 && b.end - b.body >= 2 + 6 * (i + 1ull); i++) {
            c = rs_image_cur(src, b.body + 2 + 6ull * i + 2, 2);
            unsigned type = rs_cur_u16be(&c);
            if (!c.bad && (type == 1 || type == 2)) out->has_alpha = true;
        }
    }
}

static double geojp2_gsd(rs_image_source *src, const box *b)
{
    static const char id[] = "\xb1\x4b\xf8\xbd\x08\x3d\x4b\x43\xa5\xae\x8c\xd7\xd5\xa6\xce\x03";
    if (b->end - b->body < 24 || !rs_image_within(src, b->body, b->end - b->body)) return 0;
    const rs_cur c = rs_image_cur(src, b->body, 16);
    if (c.bad || memcmp(c.p, id, 16) != 0) return 0;
    return rs_image_geo_gsd(src, b->body + 16, b->end - b->body - 16);
}

rsift_status rs_image_probe_jp2(rs_image_source *src, rs_image_info *out)
{
    box b;
    bool rgb = false;
    uint64_t at = 12;
    for (int i = 0; i < 4096 && read_box(src, at, file_end(src), &b); i++, at = b.end) {
        if (b.type == FOURCC('j', 'p', '2', 'h')) jp2_header_box(src, &b, out, &rgb);
        if (b.type == FOURCC('u', 'u', 'i', 'd')) out->gsd_m = geojp2_gsd(src, &b);
        if (b.type != FOURCC('j', 'p', '2', 'c')) continue;
        RS_TRY(rs_image_probe_j2k(src, b.body, out));
        if (out->has_palette || out->has_alpha) out->is_rgb8 = false;
        /* three colours and alpha leave nothing to choose */
        if (!(rgb && out->bands == 4 && out->has_alpha)) rs_image_choose_bands(out, rgb, NULL);
        if (!b.to_end) out->n_declared = (int64_t)b.end;
        return src->status;
    }
    return rs_image_bad(src, "a JPEG 2000 file without a codestream");
}

/* ---- MP4 ---- */

typedef struct track {
    uint32_t handler, width, height, n_samples;
} track;

static void mp4_stbl(rs_image_source *src, const box *outer, track *t)
{
    box b;
    for (uint64_t at = outer->body; read_box(src, at, outer->end, &b); at = b.end) {
        if (b.type != FOURCC('s', 't', 's', 'z') || b.end - b.body < 12) continue;
        rs_cur c = rs_image_cur(src, b.body + 8, 4);
        t->n_samples = rs_cur_u32be(&c);
    }
}

/* trak > mdia > minf > stbl; the depth is fixed by the format. */
static void mp4_track(rs_image_source *src, const box *outer, int depth, track *t)
{
    box b;
    for (uint64_t at = outer->body; read_box(src, at, outer->end, &b); at = b.end) {
        if (b.type == FOURCC('t', 'k', 'h', 'd') && b.end - b.body >= 84) {
            rs_cur c = rs_image_cur(src, b.end - 8, 8); /* 16.16 fixed point, last two fields */
            t->width = rs_cur_u32be(&c) >> 16;
            t->height = rs_cur_u32be(&c) >> 16;
        } else if (b.type == FOURCC('h', 'd', 'l', 'r') && b.end - b.body >= 12) {
            rs_cur c = rs_image_cur(src, b.body + 8, 4);
            uint32_t handler = rs_cur_u32be(&c);
            if (t->handler == 0) t->handler = handler;
        } else if (b.type == FOURCC('s', 't', 'b', 'l')) {
            mp4_stbl(src, &b, t);
        } else if (depth < 3 &&
                   (b.type == FOURCC('m', 'd', 'i', 'a') || b.type == FOURCC('m', 'i', 'n', 'f'))) {
            mp4_track(src, &b, depth + 1, t);
        }
    }
}

static void mp4_movie(rs_image_source *src, const box *outer, rs_image_info *out)
{
    box b;
    for (uint64_t at = outer->body; read_box(src, at, outer->end, &b); at = b.end) {
        if (b.type != FOURCC('t', 'r', 'a', 'k')) continue;
        track t = {0};
        mp4_track(src, &b, 0, &t);
        if (t.handler != FOURCC('v', 'i', 'd', 'e') || out->width != 0) continue;
        out->width = t.width;
        out->height = t.height;
        out->n_frames = t.n_samples;
    }
}

static void describe_video(rs_image_info *out)
{
    out->is_video = true;
    out->bands = 3;
    out->bits = 8; /* guess: nearly all; the codec's own header would tell */
    out->dtype = "uint8";
    out->n_frames = 0;
}

rsift_status rs_image_probe_mp4(rs_image_source *src, rs_image_info *out)
{
    box b;
    uint64_t at = 0;
    bool movie = false, media = false;
    describe_video(out);
    for (int i = 0; i < 4096 && read_box(src, at, file_end(src), &b); i++, at = b.end) {
        if (b.type == FOURCC('m', 'o', 'o', 'v') && !movie) {
            movie = true;
            mp4_movie(src, &b, out);
        }
        if (b.type == FOURCC('m', 'd', 'a', 't')) media = true;
        if ((int64_t)b.end > out->n_declared && !b.to_end) out->n_declared = (int64_t)b.end;
        /* What follows both is free space or fragments; no need to see it. */
        if (movie && (media || src->n_total < 0)) break;
        if (src->n_total >= 0 && b.end > (uint64_t)src->n_total) break;
    }
    if (src->status != RSIFT_OK) return src->status;
    if (!movie) return rs_image_bad(src, "a video without its index (moov), probably cut short");
    if (!media && src->n_total >= 0)
        return rs_image_bad(src, "a video without its media (mdat), probably cut short");
    return RSIFT_OK;
}

/* ---- AVI ---- */

rsift_status rs_image_probe_avi(rs_image_source *src, rs_image_info *out)
{
    describe_video(out);
    rs_cur c = rs_image_cur(src, 0, 72);
    if (c.bad) return src->status;
    rs_cur_take(&c, 4);
    out->n_declared = (int64_t)rs_cur_u32le(&c) + 8;
    rs_cur_take(&c, 16); /* "AVI ", "LIST", length, "hdrl" */
    const uint8_t *type = rs_cur_take(&c, 4);
    if (memcmp(type, "avih", 4) != 0) return rs_image_bad(src, "an AVI without its main header");
    rs_cur_take(&c, 4 + 16);
    out->n_frames = rs_cur_u32le(&c);
    rs_cur_take(&c, 12);
    out->width = rs_cur_u32le(&c);
    out->height = rs_cur_u32le(&c);
    return RSIFT_OK;
}
