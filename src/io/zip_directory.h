/* A zip's end record and central directory: where the entries are and what each holds. */
#ifndef RS_IO_ZIP_DIRECTORY_H
#define RS_IO_ZIP_DIRECTORY_H

#include "io/list.h"

typedef struct rs_io_zip_directory {
    int64_t begin, n_bytes; /* in the span */
    int64_t n_entries;      /* declared; may have wrapped at 65536 */
    int64_t shift;          /* bytes in front of the archive that its offsets do not count */
    bool is_64;
} rs_io_zip_directory;

typedef struct rs_io_zip_central {
    uint16_t flags, method, made_by;
    uint32_t crc, outer, disk;
    int64_t n_packed, n_bytes, begin;
    rs_str name, extra;
} rs_io_zip_central;

/* Finds the directory from the archive's end. RSIFT_E_FORMAT names the byte. */
rsift_status rs_io_zip_find(const rs_io_tree *tree, const rs_io_container *c,
                            rs_io_zip_directory *out, rsift_error *err);

typedef rsift_status rs_io_zip_entry_fn(void *ctx, const rs_io_zip_central *entry,
                                        rsift_error *err);
/* Calls fn for each entry, with its place made absolute in the span; what is stored of it lies
 * inside the archive. Texts live until fn returns. */
rsift_status rs_io_zip_walk(const rs_io_tree *tree, const rs_io_container *c,
                            const rs_io_zip_directory *dir, rs_io_zip_entry_fn *fn, void *ctx,
                            rsift_error *err);
/* Data of the extra field `id`; ptr == NULL when absent. */
rs_str rs_io_zip_extra(rs_str extra, uint16_t id);

#endif
