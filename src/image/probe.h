/* What a picture is, read from its header without decoding: size, bands, sample type, frames,
 * orientation, ground sampling distance, and whether its bytes are all there.
 *
 * Sizes come from the coded picture itself (SOF, IHDR, the first IFD, ...). Sizes repeated in EXIF
 * are never used: releases made by cropping keep the parent's EXIF (RSICD has such files).
 * Width and height are of the stored pixels; `orientation` is reported and not applied.
 * Pure functions of their bytes; may be called from any thread. */
#ifndef RS_IMAGE_PROBE_H
#define RS_IMAGE_PROBE_H

#include "base/err.h"
#include "base/str.h"
#include "image/info.h"

/* Probes the first bytes of a file.
 *   bytes    the file's beginning; 4096 bytes are enough for nearly all files with a front header
 *   n_total  size of the file, -1 when not known
 *   out      always filled with what is known so far, also on failure
 *   need     set with RSIFT_END: how many bytes from the beginning the next call should have
 *   returns  RSIFT_OK; RSIFT_END (further bytes wanted); RSIFT_E_FORMAT (not a picture, broken, or
 *            shorter than its header); RSIFT_E_UNSUPPORTED (HDF5, NetCDF, HEIF: format is set)
 * A TIFF may keep its directory at the end and then needs the complete file: rs_image_probe_at. */
rsift_status rs_image_probe(rs_str bytes, int64_t n_total, rs_image_info *out, size_t *need,
                            rsift_error *err);

/* The same with random access: a few reads of at most 4096 bytes each. n_total must be known. */
rsift_status rs_image_probe_at(rs_image_read_fn *read, void *ctx, int64_t n_total,
                               rs_image_info *out, rsift_error *err);

/* Are all bytes there? A cheap test that decodes nothing and so finds cut files, not damaged ones.
 *   info     from a successful probe
 *   tail     the last bytes of the file (RS_IMAGE_TAIL of them or all); may be empty,
 *            then only formats that declare their length can be judged
 *   n_total  size of the file */
#define RS_IMAGE_TAIL 1024
rs_image_extent rs_image_complete(const rs_image_info *info, rs_str tail, int64_t n_total);

#endif
