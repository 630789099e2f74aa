/* Each picture that has a hash lies in a file of which the index noted size and time. Where either
 * differs the picture is read again, since a copied folder has other times and the same bytes; one
 * in an archive that can only be read in order is told as it is. What changed gets a row of its own
 * in a part of its own, before which its hash steps back; an index takes the part out. */
#include "index/hash_changed.h"

#include "base/map.h"
#include "image/hash.h"
#include "index/hash_picture.h"
#include "store/picture_hash.h"

/* Pictures in the order of their roots, of which one tree at a time is open. */
static const char sql[] =
    "SELECT root, member, path, content_hash, file_bytes, file_mtime, n_bytes FROM asset WHERE "
    "release_id = $1 AND state = 'found' AND content_hash IN (SELECT content_hash FROM "
    "picture_hash WHERE version = $2) AND root IS NOT NULL AND member IS NOT NULL AND file_mtime "
    "IS NOT NULL ORDER BY root, member, path";

typedef struct comparing {
    const rs_index_hash_question *of;
    rs_io_tree *tree; /* NULL: there is none at `root` any more */
    rs_part *part;    /* NULL as long as nothing changed */
    rs_buf root;
    bool begun;
} comparing;

static rsift_status open_root(comparing *c, rs_str root, rsift_error *err)
{
    if (c->begun && rs_str_eq(rs_buf_view(&c->root), root)) return RSIFT_OK;
    if (c->tree) rs_io_tree_close(c->tree);
    c->tree = NULL;
    c->begun = true;
    c->root.len = 0;
    rs_buf_str(&c->root, root);
    if (c->root.failed) return rs_err_nomem(err, "the name of a folder");
    rsift_error bad = {0};
    const rsift_status status = rs_session_tree(c->of->session, root, &c->tree, &bad);
    if (status == RSIFT_OK) return RSIFT_OK;
    c->tree = NULL;
    if (!rs_err_ends_call(status)) return RSIFT_OK;
    if (err) *err = bad;
    return status;
}

/* Does the member still have the bytes of `content`? */
static rsift_status compare_bytes(comparing *c, size_t member, rs_id content, int64_t n_bytes,
                                  bool *same, rsift_error *err)
{
    rs_io_stream *stream = NULL;
    rsift_error why = {0};
    rs_index_member_bytes read = {0};
    *same = false;
    if (!rs_io_member_at(c->tree, member)->random) return RSIFT_OK;
    rsift_status status = rs_io_open(c->tree, member, &stream, &why);
    if (rs_err_ends_call(status)) {
        if (err) *err = why;
        return status;
    }
    status = rs_index_member_read(c->of->session, stream, &why, n_bytes, true, &read, err);
    if (stream) rs_io_close(stream);
    *same = status == RSIFT_OK && read.good && rs_id_eq(read.hash, content);
    rs_index_member_give(c->of->session, &read);
    rs_buf_fini(&read.bytes);
    return status;
}

/* The hash of this content is no longer that of the picture. */
static rsift_status mark_changed(comparing *c, rs_id content, rsift_error *err)
{
    const rs_index_hash_question *of = c->of;
    const rs_str name = RS_STR(RS_INDEX_CHANGED_PART);
    if (!c->part) { /* the marks of the last time are made again */
        RS_TRY(rs_part_remove(of->writing, of->release_id, name, err));
        RS_TRY(rs_part_new(of->writing, of->release_id, name, &c->part, err));
    }
    rs_picture_hash_put(c->part, &(rs_picture_hash){.content = content,
                                                    .version = RS_IMAGE_HASH_VERSION,
                                                    .failed = rs_str_of(RS_PICTURE_HASH_CHANGED)});
    return RSIFT_OK;
}

static rsift_status compare_row(comparing *c, rs_result *row, int64_t *n_changed, rsift_error *err)
{
    RS_TRY(open_root(c, rs_result_str(row, 0), err));
    const size_t member = c->tree ? rs_io_find(c->tree, rs_result_str(row, 1)) : RS_NPOS;
    if (member == RS_NPOS) return RSIFT_OK; /* gone, and its hash is what was indexed */
    const rs_io_file *file = rs_io_file_at(c->tree, rs_io_member_at(c->tree, member)->file);
    if (file->n_bytes == rs_result_i64(row, 4) && file->mtime_ns == rs_result_i64(row, 5))
        return RSIFT_OK;
    bool same;
    RS_TRY(compare_bytes(c, member, rs_result_id(row, 3),
                         rs_result_null(row, 6) ? -1 : rs_result_i64(row, 6), &same, err));
    if (same) return RSIFT_OK;
    ++*n_changed;
    RS_TRY(mark_changed(c, rs_result_id(row, 3), err));
    if (c->of->wrong)
        c->of->wrong(c->of->wrong_ctx, rs_result_str(row, 2),
                     "replaced since it was indexed: its hash is of the picture that was there; "
                     "index the dataset again, then hash");
    return RSIFT_OK;
}

rsift_status rs_index_hash_find_changed(const rs_index_hash_question *of, int64_t *n_changed,
                                        rsift_error *err)
{
    comparing c = {.of = of};
    const rs_arg args[] = {{.type = RS_ARG_STR, .str = of->release_id},
                           {.type = RS_ARG_I64, .i64 = RS_IMAGE_HASH_VERSION}};
    rs_result *rows = NULL;
    *n_changed = 0;
    rsift_status status = rs_store_query(of->reading, rs_str_of(sql), args, 2, &rows, err);
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK) {
        if (rs_cancelled(&of->session->cancel)) status = rs_err_cancelled(err);
        else status = compare_row(&c, rows, n_changed, err);
    }
    rs_result_close(rows);
    if (c.tree) rs_io_tree_close(c.tree);
    rs_buf_fini(&c.root);
    if (status != RSIFT_END) {
        if (c.part) rs_part_discard(c.part);
        return status;
    }
    return c.part ? rs_part_commit(c.part, err)
                  : rs_part_remove(of->writing, of->release_id, RS_STR(RS_INDEX_CHANGED_PART), err);
}
