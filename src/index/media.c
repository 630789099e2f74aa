/* Pictures in blocks, one part per block. Pictures that can be opened by themselves are read by all
 * threads; those of a sequential archive in one pass over it.
 *
 * Units: a block belongs to one unit by its position, and each picture is read by that unit alone.
 * The others wait while it is at work, and take sizes from its parts. Of a unit that is not running
 * (it comes later) one pass over its sequential archives collects the sizes; the header of any
 * other picture is read when a sample names it (rs_index_media_view). */
#include "index/media.h"

#include "base/alloc.h"
#include "image/name.h"
#include "index/asset_rows.h"
#include "index/parts.h"
#include "index/units.h"

#include <inttypes.h>
#include <time.h>

enum {
    BLOCK = 16384,     /* pictures of one part */
    UNIT_BLOCK = 2048, /* of one part when units share the work: small, so that all have some */
    GROUP = 64         /* pictures that one thread reads before it hands them on */
};

typedef struct group {
    size_t first, n; /* pictures->items[first..first+n) */
    rs_index_picture results[GROUP];
    char *buf;
} group;

/* One run over the blocks. */
typedef struct block_run {
    rs_index_media *media;
    rs_index_reading mode;
    rs_index_ranges done;
    size_t next, end; /* within the block being made */
    rs_index_cap cap; /* on findings of the part being made */
    rs_part *part;    /* NULL: another unit's block, only its sizes are wanted */
    rs_progress *progress;
} block_run;

/* ---- sizes -------------------------------------------------------------------------------- */

/* A picture's size in one word, so that threads may share it: bit 63 = known, then 4 bits of
 * orientation, 28 of width and 28 of height. */
static const uint64_t SIZE_KNOWN = UINT64_C(1) << 63;
enum { SIDE_BITS = 28, SIDE_MAX = (1 << SIDE_BITS) - 1 };

/* Two threads that meet an unknown size both read it and store the same word: no lock is needed. */
static void set_size(const rs_index_media *media, size_t picture, uint32_t width, uint32_t height,
                     unsigned orientation)
{
    /* no decoder goes so far: such a picture is of no known size */
    if (width > SIDE_MAX || height > SIDE_MAX) width = height = 0;
    uint64_t turn = (uint64_t)(orientation & 15) << (2 * SIDE_BITS);
    atomic_store_explicit(&media->sizes[picture],
                          SIZE_KNOWN | turn | (uint64_t)width << SIDE_BITS | height,
                          memory_order_relaxed);
}

rsift_status rs_index_media_view(const rs_index_media *media, size_t picture, rs_view_picture *out,
                                 rsift_error *err)
{
    uint64_t size = atomic_load_explicit(&media->sizes[picture], memory_order_relaxed);
    if (!(size & SIZE_KNOWN)) { /* another unit's picture, first named here */
        char *buf = rs_alloc(RS_INDEX_PICTURE_BUFFER);
        if (!buf) return rs_err_nomem(err, "a picture's window");
        const rs_picture *p = &media->pictures->items[picture];
        rs_index_picture found;
        rs_index_picture_open(media->pictures->trees[p->tree], p->member, RS_INDEX_SIZE, buf,
                              &found);
        rs_free(buf);
        if (rs_index_stops_the_run(found.status)) {
            if (err) *err = found.err;
            return found.status;
        }
        set_size(media, picture, found.info.width, found.info.height, found.info.orientation);
        size = atomic_load_explicit(&media->sizes[picture], memory_order_relaxed);
    }
    *out = (rs_view_picture){.width = (double)(size >> SIDE_BITS & SIDE_MAX),
                             .height = (double)(size & SIDE_MAX),
                             .orientation = (unsigned)(size >> (2 * SIDE_BITS) & 15)};
    return RSIFT_OK;
}

void rs_index_media_fini(rs_index_media *media)
{
    rs_free((void *)media->sizes);
    media->sizes = NULL;
}

/* Rows and size of picture `i`; only the size when no part is open. */
static rsift_status keep_picture(block_run *run, size_t i, const rs_index_picture *r,
                                 rsift_error *err)
{
    if (rs_index_stops_the_run(r->status)) {
        if (err) *err = r->err;
        return r->status;
    }
    set_size(run->media, i, r->info.width, r->info.height, r->info.orientation);
    if (!run->part) return RSIFT_OK;
    const rs_index_media *media = run->media;
    rs_index_put_picture(run->part, media->plan, media->pictures, &media->pictures->items[i],
                         media->evidence, r);
    if (r->status == RSIFT_OK && rs_index_has_bands(&r->info)) {
        const rs_picture *p = &media->pictures->items[i];
        const rs_id id = rs_model_asset_id(media->plan->dataset_id, p->canonical);
        const rs_index_finding base = {
            .release_id = media->plan->release_id,
            .source = RS_STR("pictures"),
            .asset = &id,
            .locator = rs_io_member_at(media->pictures->trees[p->tree], p->member)->chain,
            .n = 1};
        rs_index_put_bands_finding(run->part, &run->cap, media->plan, &base, &r->info);
    }
    run->media->n_read++;
    rs_progress_add(run->progress, 1);
    return RSIFT_OK;
}

/* ---- a block ----------------------------------------------------------------------------- */

static rsift_status produce_group(void *ctx, void *item, rsift_error *err)
{
    block_run *run = ctx;
    group *g = item;
    if (run->next == run->end) return RSIFT_END;
    g->first = run->next;
    g->n = run->end - run->next < GROUP ? run->end - run->next : GROUP;
    run->next += g->n;
    /* items come back to be filled again, and keep their window until the pipeline ends */
    if (!g->buf) g->buf = rs_alloc(RS_INDEX_PICTURE_BUFFER);
    return g->buf ? RSIFT_OK : rs_err_nomem(err, "a picture's window");
}

/* The group that one thread reads. */
typedef struct group_visit {
    const block_run *run;
    const rs_io_tree *tree;
    group *g;
    size_t at; /* next picture of the group */
} group_visit;

static rsift_status work_picture(void *ctx, size_t member, rs_io_stream *stream,
                                 const rsift_error *why, rsift_error *err)
{
    group_visit *v = ctx;
    rs_index_picture *result = &v->g->results[v->at++];
    (void)err;
    if (stream) rs_index_picture_stream(v->tree, member, stream, v->run->mode, v->g->buf, result);
    else *result = (rs_index_picture){.status = why->status, .err = *why};
    return RSIFT_OK;
}

static rsift_status work_group(void *ctx, void *item, rsift_error *err)
{
    const block_run *run = ctx;
    group *g = item;
    const rs_pictures *pictures = run->media->pictures;
    const rs_picture *first = &pictures->items[g->first];
    group_visit v = {.run = run, .tree = pictures->trees[first->tree], .g = g};
    size_t members[GROUP];
    for (size_t i = 0; i < g->n; i++) members[i] = first[i].member;
    return rs_io_visit(v.tree, members, g->n, work_picture, &v, err);
}

static rsift_status consume_group(void *ctx, void *item, rsift_error *err)
{
    block_run *run = ctx;
    group *g = item;
    for (size_t i = 0; i < g->n; i++) RS_TRY(keep_picture(run, g->first + i, &g->results[i], err));
    return RSIFT_OK;
}

static void fini_group(void *ctx, void *item)
{
    (void)ctx;
    rs_free(((group *)item)->buf);
}

/* One pass over a sequential archive. */
typedef struct visit {
    block_run *run;
    char *buf;
    size_t at; /* next picture of the block */
} visit;

/* The next picture of the pass: `stream` holds its bytes, or `why` says why it is not open. */
static rsift_status visit_member(void *ctx, size_t member, rs_io_stream *stream,
                                 const rsift_error *why, rsift_error *err)
{
    visit *v = ctx;
    block_run *run = v->run;
    rs_index_picture r = {0};
    size_t at = v->at++;
    const rs_picture *picture = &run->media->pictures->items[at];
    RS_ASSERT(picture->member == member); /* pictures and members stand in one order */
    if (rs_cancelled(&run->media->session->cancel)) return rs_err_cancelled(err);
    if (!stream) {
        r.status = why->status;
        r.err = *why;
    } else {
        rs_index_picture_stream(run->media->pictures->trees[picture->tree], member, stream,
                                run->part ? run->mode : RS_INDEX_SIZE, v->buf, &r);
    }
    return keep_picture(run, at, &r, err);
}

/* One pass over the archive that holds the pictures [begin, end). */
static rsift_status run_sequential(block_run *run, size_t begin, size_t end, rsift_error *err)
{
    const rs_pictures *pictures = run->media->pictures;
    visit v = {.run = run, .at = begin, .buf = rs_alloc(RS_INDEX_PICTURE_BUFFER)};
    size_t *members = rs_calloc(end - begin, sizeof *members);
    rsift_status status = RSIFT_OK;
    if (!v.buf || !members) {
        status = rs_err_nomem(err, "a picture's window");
    } else {
        /* the archive skips what is left unread of each member */
        for (size_t i = begin; i < end; i++) members[i - begin] = pictures->items[i].member;
        status = rs_io_visit(pictures->trees[pictures->items[begin].tree], members, end - begin,
                             visit_member, &v, err);
    }
    rs_free(members);
    rs_free(v.buf);
    return status;
}

/* The pictures [begin, end) by all threads; results come back in order. */
static rsift_status run_random(block_run *run, size_t begin, size_t end, rsift_error *err)
{
    run->next = begin;
    run->end = end;
    rs_pipeline pipeline = {.item_size = sizeof(group),
                            .n_threads = run->media->session->n_threads,
                            .ctx = run,
                            .cancel = &run->media->session->cancel,
                            .produce = produce_group,
                            .work = work_group,
                            .consume = consume_group,
                            .fini = fini_group};
    return rs_run_pipeline(&pipeline, err);
}

static const rs_io_member *member_of(const rs_pictures *p, size_t i)
{
    return rs_io_member_at(p->trees[p->items[i].tree], p->items[i].member);
}

/* Where the block that begins at `begin` ends. A block is all of one tree and either all random, up
 * to the next multiple of the block size, or all of one sequential archive; it ends where a
 * finished part begins. */
static size_t block_end(const block_run *run, size_t begin)
{
    const rs_pictures *p = run->media->pictures;
    const size_t size = run->media->n_units > 1 ? UNIT_BLOCK : BLOCK;
    const rs_io_member *first = member_of(p, begin);
    const int64_t done = rs_index_ranges_next(&run->done, (int64_t)begin);
    const size_t most = (uint64_t)done < p->n ? (size_t)done : p->n;
    size_t end = begin + 1;
    for (; end < most && p->items[end].tree == p->items[begin].tree; end++) {
        const rs_io_member *member = member_of(p, end);
        if (member->random != first->random) break;
        /* multiples of the size, whatever was done before: all units draw the same borders */
        if (first->random ? end % size == 0 : member->file != first->file) break;
    }
    return end;
}

/* The unit to which the block that begins at `begin` belongs. Random blocks go round the units by
 * their position, sequential archives by a hash of theirs. */
static int unit_of(const rs_index_media *media, size_t begin)
{
    uint64_t number = begin / UNIT_BLOCK;
    /* small archives may all begin in one block */
    if (!member_of(media->pictures, begin)->random) number = rs_hash64(&begin, sizeof begin);
    return (int)(number % (uint64_t)media->n_units) + 1;
}

static bool is_mine(const rs_index_media *media, size_t begin)
{
    return media->n_units <= 1 || unit_of(media, begin) == media->unit;
}

void rs_index_media_units(const rs_index_media *media, int *units)
{
    const rs_pictures *p = media->pictures;
    for (size_t i = 0, begin = 0; i < p->n; i++) {
        const rs_io_member *m = member_of(p, i), *first = member_of(p, begin);
        if (m->random || first->random || p->items[i].tree != p->items[begin].tree ||
            m->file != first->file)
            begin = i; /* of an archive that is read from its start: all of it is one block */
        units[i] = unit_of(media, begin);
    }
}

/* Reads one block into a part of its own, which appears when all of it is read. */
static rsift_status make_block(block_run *run, rs_str name, size_t begin, size_t end,
                               rsift_error *err)
{
    const rs_index_media *media = run->media;
    RS_TRY(rs_part_new(media->store, media->plan->release_id, name, &run->part, err));
    run->cap = (rs_index_cap){.most = 100};
    rsift_status status = member_of(media->pictures, begin)->random
                              ? run_random(run, begin, end, err)
                              : run_sequential(run, begin, end, err);
    rs_part *part = run->part;
    run->part = NULL;
    rs_index_put_rest(part, &run->cap, media->plan->release_id, RS_STR("pictures"), (rs_str){0});
    if (status == RSIFT_OK) return rs_part_commit(part, err);
    rs_part_discard(part);
    return status;
}

/* ---- all blocks -------------------------------------------------------------------------- */

/* What the parts depend on: names, sizes and times of the release's files but for JSON. */
static void fingerprint(const rs_index_media *media, char out[RS_ID_TEXT])
{
    const rs_pictures *pictures = media->pictures;
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_u64(&h, media->no_hash);
    rs_hash_u64(&h, RS_STORED_VERSION);
    if (media->plan->choice.bands.ptr) rs_hash_field(&h, media->plan->choice.bands);
    /* a link reads a choice of the files' pictures: the choice counts too */
    for (size_t i = 0; media->family && i < pictures->n; i++)
        rs_hash_field(&h, pictures->items[i].canonical);
    for (size_t t = 0; t < pictures->n_trees; t++) {
        for (size_t i = 0; i < rs_io_n_files(pictures->trees[t]); i++) {
            const rs_io_file *file = rs_io_file_at(pictures->trees[t], i);
            /* JSON annotations may change without the pictures being read again */
            if (!rs_image_is_name(file->path) && rs_str_ends_nocase(file->path, RS_STR(".json")))
                continue;
            rs_hash_field(&h, file->path);
            rs_hash_u64(&h, (uint64_t)file->n_bytes);
            rs_hash_u64(&h, (uint64_t)file->mtime_ns);
        }
    }
    rs_id_text(out, rs_hash_end(&h));
}

/* Sizes of the pictures that finished parts hold, read by an earlier run or by another unit. */
static rsift_status load_sizes(block_run *run, rsift_error *err)
{
    const rs_index_media *media = run->media;
    const rs_pictures *pictures = media->pictures;
    rs_store *reading;
    RS_TRY(rs_session_reading(media->session, media->store, &reading, err));
    rs_arg release = {.type = RS_ARG_STR, .str = media->plan->release_id};
    rs_result *result = NULL;
    rsift_status status = rs_store_query(
        reading,
        RS_STR("SELECT path, width, height, coalesce(orientation, 1) FROM asset WHERE "
               "release_id = $1 AND width IS NOT NULL"),
        &release, 1, &result, err);
    while (status == RSIFT_OK && (status = rs_result_next(result, err)) == RSIFT_OK) {
        size_t at = rs_pictures_find(pictures, rs_result_str(result, 0));
        if (at == RS_NPOS) continue; /* linked, or of files that are gone */
        set_size(media, at, (uint32_t)rs_result_i64(result, 1), (uint32_t)rs_result_i64(result, 2),
                 (unsigned)rs_result_i64(result, 3));
    }
    rs_result_close(result);
    rs_store_close(reading);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Names of the parts of this run's files, and of those that are swept. */
typedef struct part_names {
    char prefix[48];
    rs_str family;
} part_names;

static void put_names(const rs_index_media *media, part_names *names)
{
    char print[RS_ID_TEXT];
    fingerprint(media, print);
    snprintf(names->prefix, sizeof names->prefix, "%s-%.16s",
             media->family ? media->family : "media", print);
    /* a link's parts stay when another link adds to them; all others of the release are swept */
    names->family = media->family ? rs_str_of(names->prefix) : RS_STR("media-");
}

static rsift_status load_ranges(block_run *run, const part_names *names, rsift_error *err)
{
    rs_index_ranges_fini(&run->done);
    return rs_index_ranges_load(&run->done, run->media->store, run->media->plan->release_id,
                                names->family, rs_str_of(names->prefix), err);
}

/* This unit's blocks in order; finished ones are passed over. */
static rsift_status run_blocks(block_run *run, const part_names *names, rsift_error *err)
{
    const rs_pictures *pictures = run->media->pictures;
    for (size_t begin = 0, end; begin < pictures->n; begin = end) {
        end = (size_t)rs_index_ranges_end(&run->done, (int64_t)begin);
        if (end > begin) continue;
        end = block_end(run, begin);
        if (!is_mine(run->media, begin)) continue;
        char name[112];
        snprintf(name, sizeof name, "%s-%010zu-%010zu", names->prefix, begin, end);
        RS_TRY(make_block(run, rs_str_of(name), begin, end, err));
    }
    return RSIFT_OK;
}

/* Waits until each block of another unit is there, or that unit is not at work. */
static rsift_status await_others(block_run *run, const part_names *names, rsift_error *err)
{
    const rs_index_media *media = run->media;
    const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
    RS_TRY(load_ranges(run, names, err));
    for (size_t begin = 0, end; begin < media->pictures->n;) {
        end = (size_t)rs_index_ranges_end(&run->done, (int64_t)begin);
        if (end == begin) {
            end = block_end(run, begin);
            const rs_index_unit owner = {unit_of(media, begin), media->n_units};
            if (rs_index_unit_runs(media->store, media->plan->release_id, owner)) {
                if (rs_cancelled(&media->session->cancel)) return rs_err_cancelled(err);
                nanosleep(&pause, NULL);
                RS_TRY(load_ranges(run, names, err));
                continue;
            }
        }
        begin = end;
    }
    /* a unit that ended since the last look has made its parts before */
    return load_ranges(run, names, err);
}

/* The sizes in sequential archives of units that are not at work. */
static rsift_status read_others(block_run *run, rsift_error *err)
{
    const rs_pictures *pictures = run->media->pictures;
    for (size_t begin = 0, end; begin < pictures->n; begin = end) {
        end = (size_t)rs_index_ranges_end(&run->done, (int64_t)begin);
        if (end > begin) continue;
        end = block_end(run, begin);
        if (!member_of(pictures, begin)->random) RS_TRY(run_sequential(run, begin, end, err));
    }
    return RSIFT_OK;
}

rsift_status rs_index_media_complete(rs_index_media *media, bool *out, rsift_error *err)
{
    part_names names;
    block_run run = {.media = media};
    put_names(media, &names);
    RS_TRY(load_ranges(&run, &names, err));
    int64_t at = 0, end;
    while ((end = rs_index_ranges_end(&run.done, at)) > at) at = end;
    *out = at >= (int64_t)media->pictures->n;
    rs_index_ranges_fini(&run.done);
    return RSIFT_OK;
}

rsift_status rs_index_media_run(rs_index_media *media, rsift_error *err)
{
    const rs_pictures *pictures = media->pictures;
    if (pictures->n == 0) return RSIFT_OK;
    media->sizes = rs_calloc(pictures->n, sizeof *media->sizes);
    if (!media->sizes) return rs_err_nomem(err, "the pictures' sizes");
    block_run run = {.media = media, .mode = media->no_hash ? RS_INDEX_HEADER : RS_INDEX_ALL_BYTES};
    part_names names;
    put_names(media, &names);
    const bool shared = media->n_units > 1;
    rsift_status status = load_ranges(&run, &names, err);
    if (status == RSIFT_OK) {
        run.progress =
            rs_session_progress(media->session, "pictures", "files", (int64_t)pictures->n);
        status = run_blocks(&run, &names, err);
        if (status == RSIFT_OK && shared) status = await_others(&run, &names, err);
        if (status == RSIFT_OK && run.done.n > 0 && !media->family) status = load_sizes(&run, err);
        if (status == RSIFT_OK && shared) status = read_others(&run, err);
        rs_progress_end(run.progress);
    }
    rs_index_ranges_fini(&run.done);
    return status;
}
