/* Small files, each one record, read ahead by one thread through a bounded queue: rs_io_visit
 * pushes, cut pulls. The order is the visit's, so it does not depend on the thread. */
#include "readers/feed_files.h"

#include "base/alloc.h"
#include "readers/jump.h"

#include <inttypes.h>
#include <pthread.h>

enum { QUEUE = 256, QUEUE_BYTES = 8 << 20, MAX_FILE = 16 << 20, FIRST_READ = 16 << 10 };
/* A side that waits is woken for so many files, not for each: waking takes longer than reading. */
enum { WAKE = QUEUE / 4, WAKE_BYTES = QUEUE_BYTES / 4 };

typedef struct rs_fed_file {
    size_t member;
    char *bytes;
    size_t len;
    rsift_status status;
    rsift_error why; /* of a file that could not be read */
} rs_fed_file;

struct rs_file_feed {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    int pass;
    size_t *members; /* ascending */
    pthread_t thread;
    bool started, locks;
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    rs_fed_file queue[QUEUE];
    size_t head, n_queued, n_bytes;
    bool stop, done;
    rsift_status status; /* of the visit */
    rsift_error why;
    size_t next; /* into members: where the search for the next file begins */
    int64_t ordinal;
    rs_jump jump; /* of rs_file_feed_at */
};

/* Has the queue room for another file? One larger than the queue's bytes is let in when the queue
 * is empty. */
static bool has_room(const rs_file_feed *feed, size_t n_bytes)
{
    return feed->n_queued < QUEUE &&
           (feed->n_queued == 0 || feed->n_bytes + n_bytes <= QUEUE_BYTES);
}

/* The thread's side: waits until the queue has room, unless reading was stopped. */
static rsift_status push(rs_file_feed *feed, rs_fed_file *file)
{
    pthread_mutex_lock(&feed->lock);
    while (!feed->stop && !has_room(feed, file->len)) {
        pthread_cond_signal(&feed->filled);
        pthread_cond_wait(&feed->emptied, &feed->lock);
    }
    bool stop = feed->stop;
    if (!stop) {
        feed->queue[(feed->head + feed->n_queued++) % QUEUE] = *file;
        feed->n_bytes += file->len;
        if (feed->n_queued >= WAKE || feed->n_bytes >= WAKE_BYTES)
            pthread_cond_signal(&feed->filled);
    }
    pthread_mutex_unlock(&feed->lock);
    if (stop) rs_free(file->bytes); /* else they are the queue's now */
    return stop ? RSIFT_E_CANCELLED : RSIFT_OK;
}

/* The file's bytes up to MAX_FILE; `hint` is its size where the archive states it. */
static rsift_status read_all(rs_io_stream *stream, rs_fed_file *file, size_t hint, rsift_error *err)
{
    size_t cap =
        hint + 1; /* room for one byte behind the end, so that it is seen without growing */
    file->bytes = rs_alloc(cap);
    if (!file->bytes) return rs_err_nomem(err, "a file");
    for (;;) {
        size_t got = 0;
        RS_TRY(rs_io_read(stream, file->bytes + file->len, cap - file->len, &got, err));
        if (got == 0) return RSIFT_OK;
        file->len += got;
        if (file->len > MAX_FILE)
            return rs_err_set(err, RSIFT_E_LIMIT, "an annotation file exceeds 16 MiB");
        if (file->len < cap) continue;
        char *grown = rs_realloc(file->bytes, cap * 2);
        if (!grown) return rs_err_nomem(err, "a file");
        file->bytes = grown;
        cap *= 2;
    }
}

/* One member of the visit into the queue. What is wrong with a file travels with it and becomes a
 * finding; only memory and an early stop end the visit. */
static rsift_status visit_one(void *ctx, size_t member, rs_io_stream *stream,
                              const rsift_error *why, rsift_error *err)
{
    rs_file_feed *feed = ctx;
    rs_fed_file file = {.member = member};
    if (stream) {
        int64_t n = rs_io_member_at(feed->source->tree, member)->n_bytes;
        size_t hint = n > 0 && n <= MAX_FILE ? (size_t)n : FIRST_READ;
        file.status = read_all(stream, &file, hint, &file.why);
    } else {
        file.why = *why;
        file.status = why->status;
    }
    if (rs_err_ends_call(file.status)) {
        rs_free(file.bytes);
        if (err) *err = file.why;
        return file.status;
    }
    return push(feed, &file);
}

/* The thread: visits all members in source order. */
static void *visit_all(void *ctx)
{
    rs_file_feed *feed = ctx;
    rsift_error why = {0};
    rsift_status status =
        rs_io_visit(feed->source->tree, feed->members, feed->files->n, visit_one, feed, &why);
    pthread_mutex_lock(&feed->lock);
    feed->done = true;
    feed->status = status;
    feed->why = why;
    pthread_cond_signal(&feed->filled);
    pthread_mutex_unlock(&feed->lock);
    return NULL;
}

/* The members come ascending by contract; a copy keeps that true whatever the caller did. */
static rsift_status sort_members(rs_file_feed *feed, rsift_error *err)
{
    size_t n = feed->files->n;
    feed->members = rs_alloc((n + 1) * sizeof *feed->members);
    if (!feed->members) return rs_err_nomem(err, "a list of files");
    for (size_t i = 0; i < n; i++) {
        feed->members[i] = feed->files->members[i];
        if (i && feed->members[i] <= feed->members[i - 1])
            return rs_err_set(err, RSIFT_E_ARG, "the files of a source must be in ascending order");
    }
    return RSIFT_OK;
}

rsift_status rs_file_feed_open(const rs_source *source, const char *use, int pass,
                               rs_file_feed **out, rsift_error *err)
{
    rs_file_feed *feed = rs_calloc(1, sizeof *feed);
    if (!feed) return rs_err_nomem(err, "a file feed");
    *out = feed;
    feed->source = source;
    feed->pass = pass;
    feed->files = rs_source_files_of(source, use);
    if (!feed->files) return rs_err_set(err, RSIFT_E_ARG, "the source names no \"%s\" files", use);
    feed->use = (uint32_t)(feed->files - source->files);
    RS_TRY(sort_members(feed, err));
    pthread_mutex_init(&feed->lock, NULL);
    pthread_cond_init(&feed->filled, NULL);
    pthread_cond_init(&feed->emptied, NULL);
    feed->locks = true;
    return RSIFT_OK;
}

/* The thread starts with the first cut: who only jumps needs none. */
static rsift_status start(rs_file_feed *feed, rsift_error *err)
{
    if (feed->started) return RSIFT_OK;
    int failed = pthread_create(&feed->thread, NULL, visit_all, feed);
    if (failed) return rs_err_errno(err, failed, "cannot start a thread");
    feed->started = true;
    return RSIFT_OK;
}

void rs_file_feed_close(rs_file_feed *feed)
{
    if (!feed) return;
    if (feed->started) { /* the thread may be waiting for room: it is woken and ends */
        pthread_mutex_lock(&feed->lock);
        feed->stop = true;
        pthread_cond_signal(&feed->emptied);
        pthread_mutex_unlock(&feed->lock);
        pthread_join(feed->thread, NULL);
    }
    for (size_t i = 0; i < feed->n_queued; i++)
        rs_free(feed->queue[(feed->head + i) % QUEUE].bytes);
    if (feed->locks) {
        pthread_cond_destroy(&feed->filled);
        pthread_cond_destroy(&feed->emptied);
        pthread_mutex_destroy(&feed->lock);
    }
    rs_jump_close(&feed->jump);
    rs_free(feed->members);
    rs_free(feed);
}

/* The reader's side: the next file of the queue, waiting for it. RSIFT_END after the last one. */
static rsift_status pop(rs_file_feed *feed, rs_fed_file *file, rsift_error *err)
{
    pthread_mutex_lock(&feed->lock);
    while (feed->n_queued == 0 && !feed->done) pthread_cond_wait(&feed->filled, &feed->lock);
    rsift_status status = RSIFT_OK;
    if (feed->n_queued) { /* what was queued is handed out before an error of the visit */
        *file = feed->queue[feed->head];
        feed->head = (feed->head + 1) % QUEUE;
        feed->n_queued--;
        feed->n_bytes -= file->len;
        if (feed->n_queued == 0 ||
            (feed->n_queued <= QUEUE - WAKE && feed->n_bytes <= QUEUE_BYTES - WAKE_BYTES))
            pthread_cond_signal(&feed->emptied);
    } else {
        status = feed->status == RSIFT_OK ? RSIFT_END : feed->status;
        if (feed->status != RSIFT_OK && err) *err = feed->why;
    }
    pthread_mutex_unlock(&feed->lock);
    return status;
}

/* Number of a member among the source's files; members come ascending, so the search goes on. */
static size_t number_of(rs_file_feed *feed, size_t member)
{
    while (feed->next + 1 < feed->files->n && feed->members[feed->next] < member) feed->next++;
    return feed->next;
}

/* A file of the queue as a raw record, or as a finding when it could not be read. */
static rsift_status add_file(rs_file_feed *feed, rs_chunk *chunk, const rs_fed_file *file,
                             rsift_error *err)
{
    size_t number = number_of(feed, file->member);
    if (file->status != RSIFT_OK) {
        /* the error's `where` starts with the member's chain, whichever layer wrote the error */
        rsift_error why = file->why;
        rs_str chain = rs_io_member_at(feed->source->tree, file->member)->chain;
        if (!rs_str_starts(rs_str_of(why.where), chain))
            rs_err_within(&why, file->status, "%.*s", RS_STR_ARG(chain));
        rsift_status status =
            rs_chunk_broken(chunk, feed->pass, feed->ordinal, file->status, &why, err);
        feed->ordinal++;
        return status;
    }
    rs_raw *raw = rs_chunk_add(chunk);
    if (!raw) return rs_err_nomem(err, "a raw record");
    raw->ordinal = feed->ordinal++;
    raw->offset = 0;
    raw->use = feed->use;
    raw->file = (uint32_t)number;
    raw->content = rs_arena_str(&chunk->arena, rs_str_make(file->bytes, file->len));
    raw->key = rs_arena_str(&chunk->arena, feed->files->logical[number]);
    if (!raw->content.ptr || !raw->key.ptr) return rs_err_nomem(err, "a file");
    chunk->n_bytes += file->len;
    return RSIFT_OK;
}

rsift_status rs_file_feed_cut(rs_file_feed *feed, rs_chunk *chunk, rsift_error *err)
{
    RS_TRY(start(feed, err));
    while (chunk->n < RS_CHUNK_RECORDS && chunk->n_bytes < RS_CHUNK_BYTES) {
        rs_fed_file file;
        rsift_status status = pop(feed, &file, err);
        if (status == RSIFT_END) break;
        RS_TRY(status);
        status = add_file(feed, chunk, &file, err);
        rs_free(file.bytes);
        RS_TRY(status);
    }
    return chunk->n ? RSIFT_OK : RSIFT_END;
}

rsift_status rs_file_feed_at(rs_file_feed *feed, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err)
{
    rs_jump_to to = {feed->source, feed->files, ref, .keyed = false};
    rs_raw *raw;
    RS_TRY(rs_jump_record(&feed->jump, &to, chunk, &raw, err));
    raw->key = rs_arena_str(&chunk->arena, feed->files->logical[ref->file]);
    return raw->key.ptr ? RSIFT_OK : rs_err_nomem(err, "a file");
}

/* A pointer to a struct is one to its first member (C17 6.7.2.1). */
static rs_file_feed *feed_of(void *state)
{
    return *(rs_file_feed **)state;
}

rsift_status rs_file_feed_cut_state(void *state, rs_chunk *chunk, rsift_error *err)
{
    return rs_file_feed_cut(feed_of(state), chunk, err);
}

rsift_status rs_file_feed_at_state(void *state, const rs_record_ref *ref, rs_chunk *chunk,
                                   rsift_error *err)
{
    return rs_file_feed_at(feed_of(state), ref, chunk, err);
}
