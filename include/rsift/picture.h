/* One picture of an indexed dataset, as pixels of a size that a page or a loader wants. */
#ifndef RSIFT_PICTURE_H
#define RSIFT_PICTURE_H

#include "rsift/workspace.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rsift_picture rsift_picture;

/* All zero but `size` = the bytes as they lie in the release. */
typedef struct rsift_picture_options {
    size_t size;
    const char *format; /* "original" (default), "png", "jpeg", "rgb" (8-bit, row by row) */
    uint32_t max_side;  /* the longer side at most, in pixels; 0 = as it is. Not for "original" */
} rsift_picture_options;

/* Reads the picture `asset_id` (table asset; 32 hex digits, dashes are fine) from its release.
 * Pixels other than 8-bit RGB or grey are rendered by the rule that emit uses; the orientation tag
 * is applied. The handle may outlive the workspace. options NULL = defaults.
 * Errors: RSIFT_E_ARG (no such id or format), RSIFT_E_IO (the file is not there),
 * RSIFT_E_FORMAT (it cannot be decoded), RSIFT_E_LIMIT. */
RSIFT_API rsift_status rsift_picture_open(rsift_workspace *workspace, const char *asset_id,
                                          const rsift_picture_options *options, rsift_picture **out,
                                          rsift_error *err);
RSIFT_API void rsift_picture_close(rsift_picture *picture);

/* Pixels of what `bytes` holds; 0 for NULL. */
RSIFT_API uint32_t rsift_picture_width(const rsift_picture *picture);
RSIFT_API uint32_t rsift_picture_height(const rsift_picture *picture);
/* Borrowed until the picture is closed. */
RSIFT_API const void *rsift_picture_bytes(const rsift_picture *picture, size_t *n_bytes);
/* "jpeg", "png", "tiff", "rgb", ...: what the bytes are. */
RSIFT_API const char *rsift_picture_format(const rsift_picture *picture);

#ifdef __cplusplus
}
#endif
#endif
