/* Pictures: probed in blocks of RS_MEDIA_BLOCK, one part per block. Pictures that can be opened by
 * themselves are probed by all threads; those of a sequential archive in one pass over it. */
#include "index/media.h"

#include "base/alloc.h"
#include "index/parts.h"
#include "image/probe.h"

#include <inttypes.h>

enum { media_block = 16384, media_group = 64, slurp_most = 4 << 20, head_bytes = 64 << 10 };

typedef struct looked {
    rs_image_info info;
    rs_id hash;
    int64_t n_bytes;
    rs_image_extent extent;
    rsift_status status; /* of reading or probing */
    rsift_error err;
} looked;

typedef struct group {
    size_t first, n; /* pictures[order[first..first+n)] */
    looked results[media_group];
    char *buf;
} group;

typedef struct job {
    rs_session *session;
    rs_store *store;
    const rs_plan *plan;
    rs_pictures *pictures;
    const rs_media_options *options;
    rs_part_ranges done;
    size_t next, end; /* within the block being made */
    rs_part *part;
    rs_progress *progress;
} job;

/* ---- one picture ------------------------------------------------------------------------- */

static rsift_status read_random(void *ctx, int64_t at, void *dst, size_t n, rsift_error *err)
{
    return rs_io_random_read(ctx, at, dst, n, err);
}

/* A TIFF whose directory lies far behind what was kept. */
static rsift_status probe_far(const rs_io_tree *tree, size_t member, looked *out, rsift_error *err)
{
    rs_io_random *source;
    RS_TRY(rs_io_random_open(tree, member, &source, err));
    rsift_status status =
        rs_image_probe_at(read_random, source, rs_io_random_size(source), &out->info, err);
    rs_io_random_close(source);
    return status;
}

/* Reads the stream to its end: hash of everything, head and tail kept in buf. */
static rsift_status look(const rs_io_tree *tree, size_t member, rs_io_stream *stream, char *buf,
                         bool no_hash, looked *out, rsift_error *err)
{
    rs_hasher hasher;
    rs_hash_start(&hasher);
    size_t n = 0, got;
    rs_str tail = {NULL, 0};
    char *window = buf + slurp_most;
    out->n_bytes = 0;
    while (n < slurp_most) {
        RS_TRY(rs_io_read(stream, buf + n, slurp_most - n, &got, err));
        if (got == 0) break;
        n += got;
    }
    rs_hash_bytes(&hasher, buf, n);
    out->n_bytes = (int64_t)n;
    tail = rs_str_make(buf, n);
    int64_t stated = rs_io_member_at(tree, member)->n_bytes;
    bool whole = n < slurp_most;
    if (!whole && no_hash && stated > 0) {
        out->n_bytes = stated;
        tail.len = 0;
    } else if (!whole) {
        for (;;) { /* a big picture: two halves of the window, so that a full tail is always kept */
            RS_TRY(rs_io_read(stream, window, head_bytes, &got, err));
            if (got == 0) break;
            rs_hash_bytes(&hasher, window, got);
            out->n_bytes += (int64_t)got;
            tail = rs_str_make(window, got);
        }
    }
    out->hash = no_hash ? (rs_id){0, 0} : rs_hash_end(&hasher);
    size_t need;
    rsift_status status = rs_image_probe(rs_str_make(buf, n), out->n_bytes, &out->info, &need, err);
    if (status == RSIFT_END) status = probe_far(tree, member, out, err);
    if (status == RSIFT_OK) out->extent = rs_image_complete(&out->info, tail, out->n_bytes);
    return status;
}

static void look_member(const rs_io_tree *tree, size_t member, char *buf, bool no_hash, looked *out)
{
    *out = (looked){0};
    rs_io_stream *stream;
    out->status = rs_io_open(tree, member, &stream, &out->err);
    if (out->status != RSIFT_OK) return;
    out->status = look(tree, member, stream, buf, no_hash, out, &out->err);
    rs_io_close(stream);
}

/* ---- rows -------------------------------------------------------------------------------- */

void rs_media_put_keys(rs_part *part, const rs_plan *plan, rs_id asset_id, rs_str path)
{
    if (!plan->release || plan->release->keys.n == 0) return;
    rs_arena scratch = {0};
    rs_catalog_key keys[RS_CATALOG_MAX_KEYS];
    size_t n = 0;
    if (rs_catalog_keys_of(&scratch, plan->release, path, keys, &n, NULL) != RSIFT_OK) n = 0;
    for (size_t i = 0; i < n; i++) {
        rs_rows *rows = rs_part_rows(part, RS_T_ASSET_SOURCE);
        rs_put_id(rows, asset_id);
        rs_put_str(rows, keys[i].key);
        rs_put_str(rows, rs_str_of(rs_catalog_relation_name(keys[i].relation)));
        rs_put_str(rows, rs_str_of(rs_catalog_sureness_name(keys[i].confidence)));
        rs_put_str(rows, keys[i].evidence);
        rs_put_end(rows);
    }
    rs_arena_fini(&scratch);
}

static void put_nulls(rs_rows *rows, int n)
{
    for (int i = 0; i < n; i++) rs_put_null(rows);
}

void rs_media_put_unresolved(rs_part *part, const rs_plan *plan, rs_id asset_id, rs_str path)
{
    rs_rows *rows = rs_part_rows(part, RS_T_ASSET);
    rs_put_id(rows, asset_id);
    rs_put_str(rows, plan->release_id);
    rs_put_null(rows); /* locator */
    rs_put_str(rows, path);
    rs_put_str(rows, RS_STR("unresolved"));
    put_nulls(rows, 15);
    rs_put_end(rows);
    rs_media_put_keys(part, plan, asset_id, path);
}

static void put_finding(rs_part *part, const rs_plan *plan, rs_id asset_id, rs_finding_code code,
                        rs_str chain, rs_str message)
{
    const rs_finding_info *info = rs_model_finding_info(code);
    rs_rows *rows = rs_part_rows(part, RS_T_FINDING);
    rs_put_str(rows, plan->release_id);
    rs_put_null(rows);
    rs_put_id(rows, asset_id);
    rs_put_str(rows, rs_str_of(rs_model_severity_name(info->severity)));
    rs_put_str(rows, rs_str_of(info->code));
    rs_put_str(rows, chain);
    rs_put_str(rows, message);
    rs_put_i64(rows, 1);
    rs_put_str(rows, RS_STR("pictures"));
    rs_put_end(rows);
}

static void put_number(rs_rows *rows, int64_t v)
{
    if (v > 0) rs_put_i64(rows, v);
    else rs_put_null(rows);
}

static void put_found(const job *j, const rs_picture *picture, const looked *r)
{
    const rs_plan *plan = j->plan;
    const rs_io_member *member =
        rs_io_member_at(j->pictures->trees[picture->tree], picture->member);
    rs_id asset_id = rs_model_asset_id(plan->dataset_id, picture->canonical);
    rs_rows *rows = rs_part_rows(j->part, RS_T_ASSET);
    rs_put_id(rows, asset_id);
    rs_put_str(rows, plan->release_id);
    rs_put_str(rows, member->chain);
    rs_put_str(rows, picture->canonical);
    rs_put_str(rows, RS_STR("found"));
    rs_put_str(rows, rs_str_of(r->status == RSIFT_OK ? r->info.format_name : "unreadable"));
    put_number(rows, r->info.width);
    put_number(rows, r->info.height);
    put_number(rows, r->info.bands);
    rs_put_str(rows, r->info.dtype ? rs_str_of(r->info.dtype) : (rs_str){NULL, 0});
    rs_put_i64(rows, r->n_bytes);
    put_number(rows, r->info.n_frames);
    put_number(rows, r->info.orientation);
    if (r->info.gsd_m > 0) rs_put_double(rows, r->info.gsd_m);
    else rs_put_null(rows);
    if (j->options->no_hash) rs_put_null(rows);
    else rs_put_id(rows, r->hash);
    put_nulls(rows, 2); /* pixel_hash, phash */
    rs_put_str(rows, j->options->evidence);
    rs_put_str(rows, member->path);
    rs_put_str(rows, plan->roots[picture->tree]);
    rs_put_end(rows);
    rs_media_put_keys(j->part, plan, asset_id, picture->canonical);

    if (r->status != RSIFT_OK) {
        put_finding(j->part, plan, asset_id, RS_F_IMAGE_UNREADABLE, member->chain,
                    rs_str_of(r->err.message));
    } else if (r->extent == RS_IMAGE_TRUNCATED) {
        put_finding(j->part, plan, asset_id, RS_F_IMAGE_TRUNCATED, member->chain,
                    RS_STR("the file ends before its picture does"));
    }
}

/* Reading trouble of the disk stops the work; a bad picture does not. */
static rsift_status take(job *j, rs_picture *picture, const looked *r, rsift_error *err)
{
    if (r->status == RSIFT_E_NOMEM || r->status == RSIFT_E_CANCELLED || r->status == RSIFT_E_IO) {
        if (err) *err = r->err;
        return r->status;
    }
    picture->width = r->info.width;
    picture->height = r->info.height;
    if (!j->part) return RSIFT_OK; /* another unit's block: only the sizes are wanted */
    put_found(j, picture, r);
    rs_progress_add(j->progress, 1);
    return RSIFT_OK;
}

/* ---- a block ----------------------------------------------------------------------------- */

static rsift_status produce_group(void *ctx, void *item, rsift_error *err)
{
    job *j = ctx;
    group *g = item;
    if (j->next == j->end) return RSIFT_END;
    g->first = j->next;
    g->n = j->end - j->next < media_group ? j->end - j->next : media_group;
    j->next += g->n;
    if (!g->buf) g->buf = rs_alloc(slurp_most + head_bytes);
    return g->buf ? RSIFT_OK : rs_err_nomem(err, "a picture's window");
}

static rsift_status work_group(void *ctx, void *item, rsift_error *err)
{
    (void)err;
    job *j = ctx;
    group *g = item;
    for (size_t i = 0; i < g->n; i++) {
        const rs_picture *picture = &j->pictures->items[g->first + i];
        look_member(j->pictures->trees[picture->tree], picture->member, g->buf, j->options->no_hash,
                    &g->results[i]);
    }
    return RSIFT_OK;
}

static rsift_status consume_group(void *ctx, void *item, rsift_error *err)
{
    job *j = ctx;
    group *g = item;
    for (size_t i = 0; i < g->n; i++)
        RS_TRY(take(j, &j->pictures->items[g->first + i], &g->results[i], err));
    return RSIFT_OK;
}

static void fini_group(void *ctx, void *item)
{
    (void)ctx;
    rs_free(((group *)item)->buf);
}

typedef struct visit {
    job *j;
    char *buf;
    size_t at; /* next picture of the block */
} visit;

static rsift_status visit_member(void *ctx, size_t member, rs_io_stream *stream,
                                 const rsift_error *why, rsift_error *err)
{
    visit *v = ctx;
    job *j = v->j;
    looked r = {0};
    rs_picture *picture = &j->pictures->items[v->at++];
    RS_ASSERT(picture->member == member);
    if (atomic_load(&j->session->cancel.requested))
        return rs_err_set(err, RSIFT_E_CANCELLED, "stopped on request");
    if (!stream) {
        r.status = why->status;
        r.err = *why;
    } else {
        r.status = look(j->pictures->trees[picture->tree], member, stream, v->buf,
                        j->options->no_hash, &r, &r.err);
    }
    return take(j, picture, &r, err);
}

static rsift_status run_sequential(job *j, size_t begin, size_t end, rsift_error *err)
{
    visit v = {.j = j, .at = begin, .buf = rs_alloc(slurp_most + head_bytes)};
    size_t *members = rs_calloc(end - begin, sizeof *members);
    rsift_status status = RSIFT_OK;
    if (!v.buf || !members) {
        status = rs_err_nomem(err, "a picture's window");
    } else {
        for (size_t i = begin; i < end; i++) members[i - begin] = j->pictures->items[i].member;
        status = rs_io_visit(j->pictures->trees[j->pictures->items[begin].tree], members,
                             end - begin, visit_member, &v, err);
    }
    rs_free(members);
    rs_free(v.buf);
    return status;
}

static rsift_status run_random(job *j, size_t begin, size_t end, rsift_error *err)
{
    j->next = begin;
    j->end = end;
    rs_pipeline pipeline = {.item_size = sizeof(group),
                            .n_threads = j->session->n_threads,
                            .ctx = j,
                            .cancel = &j->session->cancel,
                            .produce = produce_group,
                            .work = work_group,
                            .consume = consume_group,
                            .fini = fini_group};
    return rs_run_pipeline(&pipeline, err);
}

static bool is_random(const job *j, size_t i)
{
    const rs_picture *picture = &j->pictures->items[i];
    return rs_io_member_at(j->pictures->trees[picture->tree], picture->member)->random;
}

/* A block is all of one tree and either random or of one sequential archive. */
static size_t block_end(const job *j, size_t begin)
{
    const rs_pictures *p = j->pictures;
    bool random = is_random(j, begin);
    uint32_t file = rs_io_member_at(p->trees[p->items[begin].tree], p->items[begin].member)->file;
    size_t end = begin;
    while (end < p->n && p->items[end].tree == p->items[begin].tree &&
           is_random(j, end) == random) {
        if (random && end - begin == media_block) break;
        if (!random &&
            rs_io_member_at(p->trees[p->items[end].tree], p->items[end].member)->file != file)
            break;
        end++;
    }
    return end;
}

static rsift_status run_block(job *j, size_t begin, size_t end, rsift_error *err)
{
    return is_random(j, begin) ? run_random(j, begin, end, err)
                               : run_sequential(j, begin, end, err);
}

static rsift_status make_block(job *j, rs_str name, size_t begin, size_t end, rsift_error *err)
{
    RS_TRY(rs_part_new(j->store, j->plan->release_id, name, &j->part, err));
    rsift_status status = run_block(j, begin, end, err);
    if (status != RSIFT_OK) {
        rs_part_discard(j->part);
        return status;
    }
    return rs_part_commit(j->part, err);
}

/* ---- all blocks -------------------------------------------------------------------------- */

/* What the parts depend on: the names, sizes and times of the files the pictures lie in. */
static void fingerprint(const rs_pictures *pictures, const rs_media_options *options,
                        char out[RS_ID_TEXT])
{
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_u64(&h, options->no_hash);
    for (size_t i = 0; options->family && i < pictures->n; i++) /* a choice of pictures, not all */
        rs_hash_field(&h, pictures->items[i].canonical);
    for (size_t t = 0; t < pictures->n_trees; t++) {
        for (size_t i = 0; i < rs_io_n_files(pictures->trees[t]); i++) {
            const rs_io_file *file = rs_io_file_at(pictures->trees[t], i);
            if (rs_image_is_name(file->path) == false &&
                rs_str_ends_nocase(file->path, RS_STR(".json")))
                continue; /* annotations may change without the pictures being read again */
            rs_hash_field(&h, file->path);
            rs_hash_u64(&h, (uint64_t)file->n_bytes);
            rs_hash_u64(&h, (uint64_t)file->mtime_ns);
        }
    }
    rs_id_text(out, rs_hash_end(&h));
}

/* Sizes of pictures that an earlier run has probed, for the checks of regions. */
static rsift_status load_sizes(job *j, rsift_error *err)
{
    rs_store *reading;
    RS_TRY(rs_session_store(j->session, RS_STORE_READ, false, &reading, err));
    rs_arg release = {.type = RS_ARG_STR, .str = j->plan->release_id};
    rs_result *result = NULL;
    rsift_status status = rs_store_query(
        reading,
        RS_STR("SELECT path, width, height FROM asset WHERE release_id = $1 AND width IS NOT NULL"),
        &release, 1, &result, err);
    while (status == RSIFT_OK && (status = rs_result_next(result, err)) == RSIFT_OK) {
        size_t at = rs_strmap_get(&j->pictures->canonical, rs_result_str(result, 0));
        if (at == RS_NPOS) continue;
        rs_picture *picture = &j->pictures->items[j->pictures->by_canonical[at]];
        picture->width = (uint32_t)rs_result_i64(result, 1);
        picture->height = (uint32_t)rs_result_i64(result, 2);
    }
    rs_result_close(result);
    rs_store_close(reading);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_index_media(rs_session *session, rs_store *store, const rs_plan *plan,
                            rs_pictures *pictures, const rs_media_options *options,
                            rsift_error *err)
{
    job j = {
        .session = session, .store = store, .plan = plan, .pictures = pictures, .options = options};
    if (pictures->n == 0) return RSIFT_OK;
    char print[RS_ID_TEXT], prefix[48];
    fingerprint(pictures, options, print);
    const char *family = options->family ? options->family : "media";
    snprintf(prefix, sizeof prefix, "%s-%.16s", family, print);
    rs_str sweep = options->family ? rs_str_of(prefix) : RS_STR("media-"); /* links add up */
    RS_TRY(rs_part_ranges_load(&j.done, store, plan->release_id, sweep, rs_str_of(prefix), err));
    if (j.done.n > 0 && !options->family) {
        rsift_status status = load_sizes(&j, err);
        if (status != RSIFT_OK) {
            rs_part_ranges_fini(&j.done);
            return status;
        }
    }
    j.progress = rs_session_progress(session, "pictures", "files", (int64_t)pictures->n);
    rsift_status status = RSIFT_OK;
    size_t number = 0;
    for (size_t begin = 0, end; status == RSIFT_OK && begin < pictures->n; begin = end, number++) {
        end = block_end(&j, begin);
        bool mine =
            options->n_units <= 1 || number % (size_t)options->n_units + 1 == (size_t)options->unit;
        if (rs_part_ranges_has(&j.done, (int64_t)begin)) continue;
        if (!mine) {
            j.part = NULL;
            status = run_block(&j, begin, end, err);
            continue;
        }
        char name[112];
        snprintf(name, sizeof name, "%s-%010zu-%010zu", prefix, begin, end);
        status = make_block(&j, rs_str_of(name), begin, end, err);
    }
    rs_progress_end(j.progress);
    rs_part_ranges_fini(&j.done);
    return status;
}
