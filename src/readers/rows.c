/* Row tables: ids sorted at the first search, bytes read back through one window. See rows.h. */
#include "readers/rows.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/num.h"

#include <stdlib.h>

enum { WINDOW = 256 << 10, NEAR = 64 << 10 };

/* Is it how an integer is written, and no other way of it ("07")? */
static bool is_decimal(rs_str text)
{
    size_t i = text.len && text.ptr[0] == '-', n = text.len - i;
    if (n == 0 || n > 17 || (n > 1 && text.ptr[i] == '0') || (i && text.ptr[i] == '0'))
        return false;
    for (; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
    return true;
}

bool rs_row_id(const rs_json *value, int64_t *out)
{
    if (rs_json_i64(value, out)) return true;
    /* 12.0 is the id 12: some releases were written by a program without integers */
    double real;
    if (rs_json_double(value, &real) && real >= -9e15 && real <= 9e15 &&
        real == (double)(int64_t)real) {
        *out = (int64_t)real;
        return true;
    }
    rs_str text = rs_json_str(value);
    if (!text.ptr) return false;
    if (is_decimal(text)) return rs_num_i64(text, out); /* "7" is the id 7 */
    /* bit 62 keeps hashes apart from the small integers that other rows use */
    *out = (int64_t)(rs_hash64(text.ptr, text.len) >> 2 | (uint64_t)1 << 62);
    return true;
}

bool rs_row_id_is_text(int64_t id)
{
    return id >> 62 & 1 && id > 0;
}

rsift_status rs_rows_add(rs_rows *rows, const rs_row *row, rsift_error *err)
{
    if (rows->n >= UINT32_MAX - 1)
        return rs_err_set(err, RSIFT_E_LIMIT, "a table exceeds 4 billion rows");
    if (!RS_VEC_RESERVE(rows->items, rows->cap, rows->n + 1))
        return rs_err_nomem(err, "a table of rows");
    /* RSVQA's ids are 0, 1, 2 ...: then no order has to be made at all */
    if (rows->n == 0) rows->by_position = true;
    if (row->id != (int64_t)rows->n) rows->by_position = false;
    rows->items[rows->n++] = *row;
    return RSIFT_OK;
}

rsift_status rs_rows_open(rs_rows *rows, const rs_source *source, const rs_source_files *files,
                          rsift_error *err)
{
    rows->files = rs_calloc(files->n ? files->n : 1, sizeof *rows->files);
    if (!rows->files) return rs_err_nomem(err, "open files");
    for (size_t i = 0; i < files->n; i++) {
        RS_TRY(rs_io_random_open(source->tree, files->members[i], &rows->files[i], err));
        rows->n_files++;
    }
    return RSIFT_OK;
}

void rs_rows_close_files(rs_rows *rows)
{
    for (size_t i = 0; i < rows->n_files; i++) rs_io_random_close(rows->files[i]);
    rs_free(rows->files);
    rs_free(rows->window);
    rows->files = NULL;
    rows->window = NULL;
    rows->n_files = rows->window_len = 0;
    rows->last_end = 0;
}

void rs_rows_close(rs_rows *rows)
{
    rs_rows_close_files(rows);
    rs_free(rows->by_id);
    rs_free(rows->by_owner);
    rs_free(rows->items);
    *rows = (rs_rows){0};
}

/* What the rows are sorted by. */
static int64_t key_of(const rs_rows *rows, uint32_t i, bool owner)
{
    return owner ? rows->items[i].owner : rows->items[i].id;
}

/* Two sorted runs that follow each other, [lo, mid) and [mid, hi). */
typedef struct run {
    size_t lo, mid, hi;
} run;

/* Merges the runs; of equal keys the left one comes first. */
static void merge(const rs_rows *rows, const uint32_t *from, uint32_t *to, run r, bool owner)
{
    size_t a = r.lo, b = r.mid;
    for (size_t k = r.lo; k < r.hi; k++) {
        bool left = b >= r.hi ||
                    (a < r.mid && key_of(rows, from[a], owner) <= key_of(rows, from[b], owner));
        to[k] = from[left ? a++ : b++];
    }
}

/* A merge sort of row numbers by key: stable, so that equal keys keep the file's order, and without
 * the global that qsort would need. *out is the caller's. */
static rsift_status sort_rows(const rs_rows *rows, bool owner, uint32_t **out, rsift_error *err)
{
    uint32_t *order = rs_alloc((rows->n + 1) * sizeof *order);
    uint32_t *other = rs_alloc((rows->n + 1) * sizeof *other);
    if (!order || !other) {
        rs_free(order);
        rs_free(other);
        return rs_err_nomem(err, "an index of rows");
    }
    bool sorted = true; /* as most files are: then one pass is all */
    for (size_t i = 0; i < rows->n; i++) {
        order[i] = (uint32_t)i;
        if (i && key_of(rows, (uint32_t)i - 1, owner) > key_of(rows, (uint32_t)i, owner))
            sorted = false;
    }
    for (size_t width = 1; !sorted && width < rows->n; width *= 2) {
        for (size_t lo = 0; lo < rows->n; lo += 2 * width) {
            size_t mid = lo + width < rows->n ? lo + width : rows->n;
            size_t hi = lo + 2 * width < rows->n ? lo + 2 * width : rows->n;
            merge(rows, order, other, (run){lo, mid, hi}, owner);
        }
        uint32_t *swap = order;
        order = other;
        other = swap;
    }
    rs_free(other);
    *out = order;
    return RSIFT_OK;
}

/* First index in the order whose key is not below `key`. */
static size_t lower_bound(const rs_rows *rows, const uint32_t *order, int64_t key, bool owner)
{
    size_t lo = 0, hi = rows->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (key_of(rows, order[mid], owner) < key) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

/* Makes the order of ids, once. */
static rsift_status order_ids(rs_rows *rows, rsift_error *err)
{
    if (rows->by_id) return RSIFT_OK;
    RS_TRY(sort_rows(rows, false, &rows->by_id, err));
    rows->distinct = true;
    for (size_t i = 1; i < rows->n && rows->distinct; i++)
        rows->distinct = rows->items[rows->by_id[i - 1]].id != rows->items[rows->by_id[i]].id;
    return RSIFT_OK;
}

rsift_status rs_rows_first(rs_rows *rows, size_t i, size_t *out, rsift_error *err)
{
    *out = i;
    if (rows->by_position) return RSIFT_OK;
    RS_TRY(order_ids(rows, err));
    return rows->distinct ? RSIFT_OK : rs_rows_by_id(rows, rows->items[i].id, out, err);
}

rsift_status rs_rows_by_id(rs_rows *rows, int64_t id, size_t *out, rsift_error *err)
{
    *out = RS_NPOS;
    if (rows->by_position) {
        if (id >= 0 && (uint64_t)id < rows->n) *out = (size_t)id;
        return RSIFT_OK;
    }
    RS_TRY(order_ids(rows, err));
    size_t at = lower_bound(rows, rows->by_id, id, false);
    if (at < rows->n && rows->items[rows->by_id[at]].id == id) *out = rows->by_id[at];
    return RSIFT_OK;
}

rsift_status rs_rows_by_owner(rs_rows *rows, int64_t owner, size_t *at, size_t *n, rsift_error *err)
{
    if (!rows->by_owner) RS_TRY(sort_rows(rows, true, &rows->by_owner, err));
    *at = lower_bound(rows, rows->by_owner, owner, true);
    *n = 0;
    while (*at + *n < rows->n && rows->items[rows->by_owner[*at + *n]].owner == owner) ++*n;
    return RSIFT_OK;
}

/* Reads a piece of the file from the row on. */
static rsift_status load_window(rs_rows *rows, const rs_row *row, rsift_error *err)
{
    if (!rows->window) rows->window = rs_alloc(WINDOW);
    if (!rows->window) return rs_err_nomem(err, "a window");
    int64_t left = rs_io_random_size(rows->files[row->file]) - row->offset;
    size_t n = left < WINDOW ? (left > 0 ? (size_t)left : 0) : WINDOW;
    rows->window_len = 0;
    RS_TRY(rs_io_random_read(rows->files[row->file], row->offset, rows->window, n, err));
    rows->window_at = row->offset;
    rows->window_len = n;
    rows->window_file = row->file;
    return RSIFT_OK;
}

rsift_status rs_rows_read(rs_rows *rows, const rs_row *row, char *dst, rsift_error *err)
{
    bool inside = rows->window_len && rows->window_file == row->file &&
                  row->offset >= rows->window_at &&
                  row->offset + row->len <= rows->window_at + (int64_t)rows->window_len;
    int64_t ahead = row->offset - rows->last_end;
    rows->last_end = row->offset + row->len;
    /* a row far away is read alone: a window around it would hold nothing that is asked for next */
    if (!inside && (row->len > WINDOW || ahead < 0 || ahead > NEAR))
        return rs_io_random_read(rows->files[row->file], row->offset, dst, row->len, err);
    if (!inside) RS_TRY(load_window(rows, row, err));
    size_t at = (size_t)(row->offset - rows->window_at);
    if (at + row->len > rows->window_len)
        return rs_err_set(err, RSIFT_E_FORMAT, "the file ends early");
    memcpy(dst, rows->window + at, row->len);
    return RSIFT_OK;
}
