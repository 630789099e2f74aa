/* A block of pictures at a time: read and hashed by all threads, then put into one part in order,
 * so that a part depends on the pictures alone and a stopped run loses one block. Pictures that can
 * be opened by themselves are read by the threads; an archive that is read from its start is read
 * once, on one thread, some of its pictures ahead of the others that hash them. */
#include "index/hash.h"

#include "base/alloc.h"
#include "index/hash_changed.h"
#include "index/hash_list.h"
#include "index/hash_picture.h"
#include "model/finding.h"
#include "release/members.h"
#include "similar/thumb.h"
#include "store/picture_hash.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    BLOCK = 4096,           /* pictures of one part, */
    BLOCK_BYTES = 1 << 30,  /* or bytes of their files */
    AHEAD = 256,            /* members of an archive that are read ahead, */
    AHEAD_BYTES = 64 << 20, /* or their bytes; a larger one is read and hashed alone */
};

typedef struct slot {
    const rs_index_hash_want *want;
    rs_index_hash_result result;
} slot;

/* A member that was read ahead: its slots are [begin, end). */
typedef struct ahead {
    rs_index_member_bytes read;
    size_t begin, end;
} ahead;

typedef struct hash_run {
    rs_index_hash_job *job;
    rs_index_hash_list list;
    slot *slots; /* [BLOCK], by member */
    size_t n_slots;
    size_t first; /* position of the block in the list */
    int64_t n_bytes;
    ahead *queue; /* [AHEAD]; of sequential archives */
    size_t n_queue;
    uint64_t queue_bytes;
    size_t at, end; /* of the visit: the next of the list's items */
    char print[RS_ID_TEXT];
    int64_t n_replaced; /* after they were hashed */
    rs_progress *progress;
} hash_run;

/* ---- one picture ----------------------------------------------------------------------------- */

static rsift_status judge(hash_run *run, const rs_index_member_bytes *read, slot *s,
                          rsift_error *err)
{
    const rs_index_hash_want *w = s->want;
    const rs_image_view view = {.bands = {w->bands[0], w->bands[1], w->bands[2]}};
    const rs_index_hash_options options = {
        .no_exact = run->job->no_exact,
        .view = &view,
        .damage = w->damage < 0 ? NULL : rs_model_finding_info((rs_finding_code)w->damage)->code};
    rs_progress_add(run->progress, w->place == 0);
    return rs_index_hash_judge(run->job->session, read, w->content, &options, &s->result, err);
}

/* The first slot of a member. */
static size_t find_slot(const hash_run *run, size_t member)
{
    size_t low = 0, high = run->n_slots;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (run->slots[middle].want->member < member) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Several contents may want one member, when it changed between two indexes: it has one of them. */
static int64_t most_bytes(const hash_run *run, size_t begin, size_t member)
{
    int64_t most = 0;
    for (size_t i = begin; i < run->n_slots && run->slots[i].want->member == member; i++) {
        if (run->slots[i].want->n_bytes < 0) return -1;
        if (run->slots[i].want->n_bytes > most) most = run->slots[i].want->n_bytes;
    }
    return most;
}

/* One member by itself; any thread. */
static rsift_status hash_member(void *ctx, size_t member, rs_io_stream *stream,
                                const rsift_error *why, rsift_error *err)
{
    hash_run *run = ctx;
    rs_session *session = run->job->session;
    rs_index_member_bytes read = {0};
    size_t i = find_slot(run, member);
    rsift_status status =
        rs_index_member_read(session, stream, why, most_bytes(run, i, member), true, &read, err);
    for (; status == RSIFT_OK && i < run->n_slots && run->slots[i].want->member == member; i++)
        status = judge(run, &read, &run->slots[i], err);
    rs_index_member_give(session, &read);
    rs_buf_fini(&read.bytes);
    return status;
}

/* ---- a block becomes a part ------------------------------------------------------------------ */

/* The row that says so is there already. */
static bool is_known(const slot *s)
{
    return s->want->was_refused && s->result.outcome == RS_INDEX_HASH_FAILED &&
           rs_str_eq(rs_str_of(s->result.failed), RS_STR("limit"));
}

static bool has_row(const slot *s)
{
    return (s->result.outcome == RS_INDEX_HASHED || s->result.outcome == RS_INDEX_HASH_FAILED) &&
           !is_known(s);
}

static void put_slot(rs_part *part, const slot *s)
{
    char bands[32] = "";
    const uint16_t *b = s->want->bands;
    if (b[0]) snprintf(bands, sizeof bands, "%u,%u,%u", b[0], b[1], b[2]);
    const bool failed = s->result.outcome == RS_INDEX_HASH_FAILED;
    rs_picture_hash row = {
        .content = s->want->content, .version = RS_IMAGE_HASH_VERSION, .bands = rs_str_of(bands)};
    if (failed) row.failed = rs_str_of(s->result.failed);
    else row.image = s->result.image;
    row.flat = !failed && rs_thumb_is_flat(&row.image);
    row.quiet = failed ? 0 : rs_thumb_quiet(row.image.thumb);
    rs_picture_hash_put(part, &row);
}

static void count_slot(hash_run *run, const slot *s)
{
    rs_index_hash_job *job = run->job;
    const rs_index_hash_outcome outcome = s->result.outcome;
    job->n_hashed += outcome == RS_INDEX_HASHED;
    job->n_failed += outcome == RS_INDEX_HASH_FAILED;
    job->n_changed += outcome == RS_INDEX_HASH_CHANGED;
    run->list.done[s->want->n] = outcome != RS_INDEX_HASH_CHANGED;
    if (outcome != RS_INDEX_HASH_CHANGED || !job->wrong) return;
    job->wrong(job->ctx, rs_io_member_at(run->list.trees[s->want->tree], s->want->member)->chain,
               s->result.why);
}

/* Writes what the block gave, when it gave anything, and empties it. */
static rsift_status end_block(hash_run *run, rsift_error *err)
{
    char name[112];
    rs_part *part = NULL;
    size_t n_rows = 0;
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; i < run->n_slots; i++) {
        count_slot(run, &run->slots[i]);
        n_rows += has_row(&run->slots[i]);
    }
    if (n_rows) {
        snprintf(name, sizeof name, RS_INDEX_HASH_FAMILY "%.16s-%010zu-%010zu", run->print,
                 run->first, run->first + run->n_slots);
        status = rs_part_new(run->job->store, run->job->release_id, rs_str_of(name), &part, err);
    }
    for (size_t i = 0; part && i < run->n_slots; i++)
        if (has_row(&run->slots[i])) put_slot(part, &run->slots[i]);
    if (part) status = rs_part_commit(part, err);
    run->n_slots = 0;
    run->n_bytes = 0;
    return status;
}

/* Gives an item of the list a slot; the block has room for it. */
static void add_slot(hash_run *run, size_t item)
{
    const rs_index_hash_want *want = &run->list.items[item];
    if (run->n_slots == 0) run->first = item;
    run->slots[run->n_slots++] = (slot){.want = want};
    if (want->n_bytes > 0)
        run->n_bytes += want->n_bytes < BLOCK_BYTES ? want->n_bytes : BLOCK_BYTES;
}

static bool is_full(const hash_run *run)
{
    return run->n_slots == BLOCK || run->n_bytes >= BLOCK_BYTES;
}

static bool is_done(const hash_run *run, size_t item)
{
    return run->list.done[run->list.items[item].n];
}

/* ---- pictures that can be opened by themselves ----------------------------------------------- */

static rsift_status hash_block(hash_run *run, const rs_io_tree *tree, size_t *members,
                               rsift_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < run->n_slots; i++) {
        const size_t member = run->slots[i].want->member;
        if (n == 0 || members[n - 1] != member) members[n++] = member;
    }
    const rs_members job = {.tree = tree,
                            .n_threads = run->job->session->n_threads,
                            .cancel = &run->job->session->cancel,
                            .fn = hash_member,
                            .ctx = run};
    RS_TRY(rs_members_read(&job, members, n, err));
    return end_block(run, err);
}

static rsift_status run_random(hash_run *run, size_t begin, size_t end, rsift_error *err)
{
    size_t *members = rs_calloc(BLOCK, sizeof *members);
    const rs_io_tree *tree = run->list.trees[run->list.items[begin].tree];
    rsift_status status = members ? RSIFT_OK : rs_err_nomem(err, "a list of pictures");
    for (size_t i = begin; status == RSIFT_OK && i < end; i++) {
        if (is_done(run, i)) continue;
        add_slot(run, i);
        if (is_full(run)) status = hash_block(run, tree, members, err);
    }
    if (status == RSIFT_OK && run->n_slots) status = hash_block(run, tree, members, err);
    rs_free(members);
    return status;
}

/* ---- archives that are read from their start ------------------------------------------------- */

/* One member that was read ahead; any thread. */
static rsift_status hash_ahead(void *ctx, void *item, rsift_error *err)
{
    hash_run *run = ctx;
    ahead *a = &run->queue[((const rs_range *)item)->begin];
    rs_session *session = run->job->session;
    rsift_status status = rs_index_member_take(session, &a->read, err);
    for (size_t i = a->begin; status == RSIFT_OK && i < a->end; i++)
        status = judge(run, &a->read, &run->slots[i], err);
    rs_index_member_give(session, &a->read);
    rs_buf_fini(&a->read.bytes);
    return status;
}

static void empty_queue(hash_run *run)
{
    for (size_t i = 0; i < run->n_queue; i++) rs_buf_fini(&run->queue[i].read.bytes);
    run->n_queue = 0;
    run->queue_bytes = 0;
}

static rsift_status hash_queue(hash_run *run, rsift_error *err)
{
    const rs_pipeline pipeline = {.item_size = sizeof(rs_range),
                                  .n_threads = run->job->session->n_threads,
                                  .ctx = run,
                                  .cancel = &run->job->session->cancel,
                                  .work = hash_ahead};
    const rsift_status status =
        run->n_queue ? rs_run_ranges(&pipeline, run->n_queue, 1, err) : RSIFT_OK;
    empty_queue(run);
    return status;
}

/* Reads one member into the queue; a large one waits for room and is hashed at once. */
static rsift_status read_ahead(hash_run *run, rs_io_stream *stream, const rsift_error *why,
                               size_t begin, rsift_error *err)
{
    const int64_t n_bytes = most_bytes(run, begin, run->slots[begin].want->member);
    const bool alone = n_bytes < 0 || n_bytes > AHEAD_BYTES;
    if (alone) RS_TRY(hash_queue(run, err));
    ahead *a = &run->queue[run->n_queue++];
    *a = (ahead){.begin = begin, .end = run->n_slots};
    RS_TRY(rs_index_member_read(run->job->session, stream, why, n_bytes, alone, &a->read, err));
    run->queue_bytes += a->read.bytes.len;
    if (alone) {
        rsift_status status = RSIFT_OK;
        for (size_t i = begin; status == RSIFT_OK && i < a->end; i++)
            status = judge(run, &a->read, &run->slots[i], err);
        rs_index_member_give(run->job->session, &a->read);
        empty_queue(run);
        return status;
    }
    return run->n_queue == AHEAD || run->queue_bytes >= AHEAD_BYTES ? hash_queue(run, err)
                                                                    : RSIFT_OK;
}

static rsift_status visit_member(void *ctx, size_t member, rs_io_stream *stream,
                                 const rsift_error *why, rsift_error *err)
{
    hash_run *run = ctx;
    const rs_index_hash_want *items = run->list.items;
    if (rs_cancelled(&run->job->session->cancel)) return rs_err_cancelled(err);
    while (run->at < run->end && items[run->at].member < member) run->at++; /* done before */
    size_t last = run->at;
    while (last < run->end && items[last].member == member) last++;
    if (run->n_slots + (last - run->at) > BLOCK) {
        RS_TRY(hash_queue(run, err));
        RS_TRY(end_block(run, err));
    }
    const size_t begin = run->n_slots;
    for (; run->at < last; run->at++)
        if (!is_done(run, run->at)) add_slot(run, run->at);
    if (run->n_slots == begin) return RSIFT_OK;
    RS_TRY(read_ahead(run, stream, why, begin, err));
    if (!is_full(run)) return RSIFT_OK;
    RS_TRY(hash_queue(run, err));
    return end_block(run, err);
}

/* Contents begin .. end of a tree that can only be read in order: read once, hashed a queue at a
 * time. */
static rsift_status run_sequential(hash_run *run, size_t begin, size_t end, rsift_error *err)
{
    const rs_index_hash_want *items = run->list.items;
    size_t *members = rs_calloc(end - begin, sizeof *members), n = 0;
    run->queue = rs_calloc(AHEAD, sizeof *run->queue);
    rsift_status status =
        members && run->queue ? RSIFT_OK : rs_err_nomem(err, "a list of pictures");
    for (size_t i = begin; status == RSIFT_OK && i < end; i++)
        if (!is_done(run, i) && (n == 0 || members[n - 1] != items[i].member))
            members[n++] = items[i].member;
    run->at = begin;
    run->end = end;
    if (status == RSIFT_OK && n)
        status =
            rs_io_visit(run->list.trees[items[begin].tree], members, n, visit_member, run, err);
    if (status == RSIFT_OK) status = hash_queue(run, err);
    if (status == RSIFT_OK) status = end_block(run, err);
    empty_queue(run);
    rs_free(run->queue);
    run->queue = NULL;
    rs_free(members);
    return status;
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* Items of one tree and kind, one after another; those of later places find what the earlier ones
 * have done. */
static rsift_status run_list(hash_run *run, rsift_error *err)
{
    const rs_index_hash_want *items = run->list.items;
    rsift_status status = RSIFT_OK;
    for (size_t begin = 0, end; status == RSIFT_OK && begin < run->list.n; begin = end) {
        const rs_index_hash_want *first = &items[begin];
        end = begin + 1;
        while (end < run->list.n && items[end].place == first->place &&
               items[end].tree == first->tree && items[end].is_random == first->is_random)
            end++;
        status = first->is_random ? run_random(run, begin, end, err)
                                  : run_sequential(run, begin, end, err);
    }
    return status;
}

/* Of what the parts of this run are named by: the list that they number. A list comes twice only
 * when nothing of it could be written. */
static void set_print(hash_run *run)
{
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_u64(&h, RS_IMAGE_HASH_VERSION);
    rs_hash_u64(&h, run->job->no_exact);
    for (size_t i = 0; i < run->list.n; i++) {
        rs_hash_u64(&h, run->list.items[i].content.hi);
        rs_hash_u64(&h, run->list.items[i].content.lo);
    }
    rs_id_text(run->print, rs_hash_end(&h));
}

/* The shares of a media pass. */
typedef struct shares {
    const rs_index_hash_job *job;
    int *units; /* by picture */
} shares;

static bool is_read_by_unit(void *ctx, rs_str path, rs_id content)
{
    const shares *s = ctx;
    const size_t at = rs_pictures_find(s->job->media->pictures, path);
    const int unit = at == RS_NPOS ? rs_index_hash_unit_of(content, s->job->unit.of) : s->units[at];
    return unit == s->job->unit.number;
}

/* What this unit has to hash; after an index, the pictures that the unit read itself. */
static rsift_status load_list(hash_run *run, rsift_error *err)
{
    rs_index_hash_job *job = run->job;
    shares s = {.job = job};
    rs_index_hash_question of = {.session = job->session,
                                 .writing = job->store,
                                 .release_id = job->release_id,
                                 .no_exact = job->no_exact,
                                 .unit = job->unit,
                                 .wrong = job->wrong,
                                 .wrong_ctx = job->ctx};
    if (job->media && job->unit.of > 1) {
        s.units = rs_calloc(job->media->pictures->n + 1, sizeof *s.units);
        if (!s.units) return rs_err_nomem(err, "a list of pictures");
        rs_index_media_units(job->media, s.units);
        of.is_mine = is_read_by_unit;
        of.is_mine_ctx = &s;
    }
    rsift_status status = rs_session_reading(job->session, job->store, &of.reading, err);
    if (status == RSIFT_OK) status = rs_index_hash_list_load(&run->list, &of, err);
    /* once, by the first unit; after an index all files are those of the index */
    if (status == RSIFT_OK && !job->media && job->unit.number <= 1)
        status = rs_index_hash_find_changed(&of, &run->n_replaced, err);
    rs_store_close(of.reading);
    rs_free(s.units);
    return status;
}

rsift_status rs_index_hash_run(rs_index_hash_job *job, rsift_error *err)
{
    hash_run run = {.job = job};
    job->n_hashed = job->n_failed = job->n_changed = 0;
    RS_TRY(load_list(&run, err));
    job->n_changed = run.list.n_gone + run.n_replaced;
    set_print(&run);
    run.slots = rs_calloc(BLOCK, sizeof *run.slots);
    rsift_status status = run.slots ? RSIFT_OK : rs_err_nomem(err, "the hashes of pictures");
    if (status == RSIFT_OK && run.list.n) {
        run.progress = rs_session_progress(job->session, "hashing pictures", "pictures",
                                           (int64_t)run.list.n_contents);
        status = run_list(&run, err);
        rs_progress_end(run.progress);
    }
    rs_free(run.slots);
    rs_index_hash_list_fini(&run.list);
    return status;
}
