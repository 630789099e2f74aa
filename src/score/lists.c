/* One thread cuts, all threads parse: an item of the pipeline is about a megabyte of records. */
#include "score/lists.h"

#include "base/alloc.h"
#include "score/read.h"
#include "score/source.h"

#include <inttypes.h>

enum { CUTS = 4096, CHUNK = 1 << 20 };

typedef struct reading {
    rs_session *session;
    const rs_score_lists *lists;
    rs_io_stream *stream;
    rs_json_cutter *cutter;
    rs_hasher hasher;
    int64_t n_given; /* records so far */
} reading;

typedef struct batch {
    rs_json_cut *cuts; /* [CUTS] */
    char *records;     /* [CUTS * record_size] */
    size_t n, n_parsed, n_taken;
    int64_t first; /* number of cuts[0], from 1 on */
    rs_arena text, made;
} batch;

/* The file's bytes for the cutter; hashed on the way. */
static rsift_status feed(void *ctx, void *dst, size_t n, size_t *got, rsift_error *err)
{
    reading *in = ctx;
    RS_TRY(rs_io_read(in->stream, dst, n, got, err));
    rs_hash_bytes(&in->hasher, dst, *got);
    return RSIFT_OK;
}

static void drop_rest(const rs_score_lists *lists, batch *b)
{
    for (; lists->drop && b->n_taken < b->n_parsed; b->n_taken++)
        lists->drop(lists->ctx, b->records + b->n_taken * lists->record_size);
    b->n = b->n_parsed = b->n_taken = 0;
}

/* A document of several values is one in JSON lines, or two files in one. */
static rsift_status check_end(const reading *in, rsift_error *err)
{
    const int64_t second = rs_json_cutter_second(in->cutter);
    if (second < 0) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_FORMAT, "something stands behind the end of the JSON document");
    rs_err_within(err, RSIFT_E_FORMAT, "byte %" PRId64, second);
    return rs_err_within(err, RSIFT_E_FORMAT, "as one JSON document, not lines");
}

static rsift_status produce(void *ctx, void *item, rsift_error *err)
{
    reading *in = ctx;
    batch *b = item;
    drop_rest(in->lists, b);
    rs_arena_reset(&b->text);
    rs_arena_reset(&b->made);
    if (!b->cuts) b->cuts = rs_alloc(CUTS * sizeof *b->cuts);
    if (!b->records) b->records = rs_alloc(CUTS * in->lists->record_size);
    if (!b->cuts || !b->records) return rs_err_nomem(err, "records");
    rs_json_batch cut = {.arena = &b->text, .cuts = b->cuts, .cap = CUTS, .max_bytes = CHUNK};
    const rsift_status status = rs_json_cutter_fill(in->cutter, &cut, err);
    if (status == RSIFT_OK || status == RSIFT_END) RS_TRY(check_end(in, err));
    b->n = cut.n;
    b->first = in->n_given + 1;
    in->n_given += (int64_t)cut.n;
    return status;
}

static rsift_status not_a_list(rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_FORMAT, "expected a list of records; found an object");
}

static rsift_status parse_cut(const reading *in, batch *b, size_t i, rs_arena *scratch,
                              rsift_error *err)
{
    const rs_score_lists *lists = in->lists;
    const rs_json *v;
    char *record = b->records + i * lists->record_size;
    if (b->cuts[i].key.ptr) return not_a_list(err);
    RS_TRY(rs_json_parse(scratch, b->cuts[i].bytes, &in->session->limits, &v, err));
    memset(record, 0, lists->record_size);
    return lists->parse(lists->ctx, v, b->cuts[i].path, record, &b->made, err);
}

static rsift_status work(void *ctx, void *item, rsift_error *err)
{
    const reading *in = ctx;
    batch *b = item;
    rs_arena scratch = {0}; /* one record's document at a time */
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < b->n; i++) {
        rs_arena_reset(&scratch);
        status = parse_cut(in, b, i, &scratch, err);
        if (status == RSIFT_OK) b->n_parsed++;
        else rs_err_within(err, status, "%s %" PRId64, in->lists->what, b->first + (int64_t)i);
    }
    rs_arena_fini(&scratch);
    return status;
}

static rsift_status consume(void *ctx, void *item, rsift_error *err)
{
    const reading *in = ctx;
    const rs_score_lists *lists = in->lists;
    batch *b = item;
    while (b->n_taken < b->n_parsed) {
        const size_t i = b->n_taken++;
        const rsift_status status =
            lists->take(lists->ctx, b->cuts[i].path, b->records + i * lists->record_size, err);
        if (status != RSIFT_OK)
            return rs_err_within(err, status, "%s %" PRId64, lists->what, b->first + (int64_t)i);
    }
    return RSIFT_OK;
}

static void batch_fini(void *ctx, void *item)
{
    const reading *in = ctx;
    batch *b = item;
    drop_rest(in->lists, b);
    rs_free(b->cuts);
    rs_free(b->records);
    rs_arena_fini(&b->text);
    rs_arena_fini(&b->made);
}

static rsift_status read_all(reading *in, rsift_error *err)
{
    static const rs_pipeline stages = {.item_size = sizeof(batch),
                                       .produce = produce,
                                       .work = work,
                                       .consume = consume,
                                       .fini = batch_fini};
    RS_TRY(rs_json_cutter_open((rs_byte_source){feed, in}, in->lists->paths, in->lists->n_paths,
                               &in->session->limits, &in->cutter, err));
    RS_TRY(rs_score_run_stages(in->session, &stages, in, err));
    const uint32_t repeated = rs_json_cutter_repeated(in->cutter),
                   objects = rs_json_cutter_objects(in->cutter);
    for (size_t i = 0; i < in->lists->n_paths; i++) {
        const rs_str key = in->lists->paths[i];
        if (repeated >> i & 1)
            return rs_err_set(err, RSIFT_E_FORMAT, "the key \"%.*s\" stands twice",
                              RS_STR_ARG(key));
        if (objects >> i & 1) return not_a_list(err);
    }
    return RSIFT_OK;
}

rsift_status rs_score_read_lists(rs_session *session, const char *path, const rs_score_lists *lists,
                                 rs_score_lists_found *out, rsift_error *err)
{
    reading in = {.session = session, .lists = lists};
    rs_io_tree *tree = NULL;
    size_t member = 0;
    *out = (rs_score_lists_found){0};
    rs_hash_start(&in.hasher);
    rsift_status status = rs_score_open_one(path, &session->limits, &tree, &member, err);
    if (status == RSIFT_OK) status = rs_io_open(tree, member, &in.stream, err);
    if (status == RSIFT_OK) status = read_all(&in, err);
    if (status == RSIFT_OK) {
        out->seen = rs_json_cutter_seen(in.cutter);
        out->hash = rs_hash_end(&in.hasher);
    } else {
        rs_score_within(path, status, err);
    }
    rs_json_cutter_close(in.cutter);
    if (in.stream) rs_io_close(in.stream);
    rs_io_tree_close(tree);
    return status;
}
