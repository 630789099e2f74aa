/* Internal to the readers: tables of where the rows of a big JSON array stand, for joins. 32 bytes
 * a row, so that ten million rows stay far below a gigabyte; their text stays in the file. */
#ifndef RS_READERS_ROWS_H
#define RS_READERS_ROWS_H

#include "codec/json.h"
#include "readers/reader.h"

typedef struct rs_row {
    int64_t id;    /* of the row; see rs_row_id */
    int64_t owner; /* the row it belongs to (question_id, image_id), -1 = not stated */
    int64_t offset;
    uint32_t len;
    uint16_t file;
    uint8_t active, used;
} rs_row;

typedef struct rs_rows {
    rs_row *items; /* in file order until sorted by owner */
    size_t n, cap;
    bool by_position;           /* items[i].id == i for all: an id is its own index */
    uint32_t *by_id, *by_owner; /* orders made at the first search; NULL = not yet */
    bool distinct;              /* with by_id: no id stands twice */
    rs_io_random **files;
    size_t n_files;
    char *window; /* last piece read */
    int64_t window_at;
    size_t window_len, window_file;
    int64_t last_end; /* behind the last row read: rows near it are read through a window */
} rs_rows;

/* Integers as they are, also those in decimal text; other texts as 63-bit hash with bit 62 set;
 * false = neither. */
bool rs_row_id(const rs_json *value, int64_t *out);
bool rs_row_id_is_text(int64_t id); /* the hash of a text */
rsift_status rs_rows_add(rs_rows *rows, const rs_row *row, rsift_error *err);
/* Opens the files of a use for reading rows back. */
rsift_status rs_rows_open(rs_rows *rows, const rs_source *source, const rs_source_files *files,
                          rsift_error *err);
/* The first row of this id, RS_NPOS = none. */
rsift_status rs_rows_by_id(rs_rows *rows, int64_t id, size_t *out, rsift_error *err);
/* The first row of the id that row i has. */
rsift_status rs_rows_first(rs_rows *rows, size_t i, size_t *out, rsift_error *err);
/* The first row of this owner in file order; *n of them follow each other in rows->by_owner from
 * *at. */
rsift_status rs_rows_by_owner(rs_rows *rows, int64_t owner, size_t *at, size_t *n,
                              rsift_error *err);
/* Bytes of a row, into dst (row->len of them). Neighbouring rows cost one read. */
rsift_status rs_rows_read(rs_rows *rows, const rs_row *row, char *dst, rsift_error *err);
/* Closes the files; the rows stay, and rs_rows_open opens the files again. */
void rs_rows_close_files(rs_rows *rows);
void rs_rows_close(rs_rows *rows);

#endif
