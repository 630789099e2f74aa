/* How long one sample or one picture takes through the public interface.
 *   api sample WORKSPACE N     the last record of the release, then N at random
 *   api picture WORKSPACE N    the same with pictures, as they lie in the release
 * Prints milliseconds, a rate and the peak of resident memory. One thread asks; the SQL engine has
 * one thread too. */
#include <rsift/rsift.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { ID = 40, AGAIN = 20 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void stop(const char *what, const rsift_error *err)
{
    fprintf(stderr, "%s: %s: %s\n", what, err->where, err->message);
    exit(1);
}

/* The ids of a one-column answer; returns how many. */
static size_t read_ids(rsift_workspace *w, const char *sql, char (*out)[ID], size_t most)
{
    rsift_error err = {0};
    struct ArrowArrayStream stream;
    size_t n = 0;
    if (rsift_workspace_query(w, sql, NULL, &stream, &err) != RSIFT_OK) stop("query", &err);
    for (struct ArrowArray batch; stream.get_next(&stream, &batch) == 0 && batch.release;) {
        const int32_t *offsets = batch.children[0]->buffers[1];
        const char *letters = batch.children[0]->buffers[2];
        for (int64_t i = 0; i < batch.length && n < most; i++, n++) {
            const int len = (int)(offsets[i + 1] - offsets[i]);
            snprintf(out[n], ID, "%.*s", len, letters + offsets[i]);
        }
        batch.release(&batch);
    }
    stream.release(&stream);
    return n;
}

/* One sample or picture; its bytes are read and dropped. */
static void get(rsift_workspace *w, int picture, const char *id)
{
    rsift_error err = {0};
    if (picture) {
        rsift_picture *p = NULL;
        if (rsift_picture_open(w, id, NULL, &p, &err) != RSIFT_OK) stop("picture", &err);
        rsift_picture_close(p);
        return;
    }
    char options[ID + 16];
    rsift_answer answer;
    snprintf(options, sizeof options, "{\"id\": \"%s\"}", id);
    if (rsift_run(w, "sample", options, &answer, &err) != RSIFT_OK) stop("sample", &err);
    rsift_answer_free(&answer);
}

static double timed(rsift_workspace *w, int picture, const char *id)
{
    const double begin = now();
    get(w, picture, id);
    return now() - begin;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Seconds for all of the ids, one after another. */
static double all(rsift_workspace *w, int picture, char (*ids)[ID], size_t n)
{
    const double begin = now();
    for (size_t i = 0; i < n; i++) get(w, picture, ids[i]);
    return now() - begin;
}

int main(int argc, char **argv)
{
    if (argc != 4) return 2;
    const int picture = strcmp(argv[1], "picture") == 0;
    const size_t n = strtoul(argv[3], NULL, 10);
    rsift_error err = {0};
    rsift_context *c = NULL;
    rsift_workspace *w = NULL;
    rsift_context_options o = RSIFT_OPTIONS(rsift_context_options);
    o.threads = 1;
    char last[1][ID], (*ids)[ID] = calloc(n + 1, ID), sql[256];
    if (!ids) return 1;
    if (rsift_context_new(&o, &c, &err) != RSIFT_OK) stop("context", &err);
    double t = now();
    if (rsift_workspace_open(c, argv[2], RSIFT_READ, &w, &err) != RSIFT_OK) stop("open", &err);
    read_ids(w,
             picture ? "SELECT asset_id::VARCHAR FROM asset WHERE state = 'found' "
                       "ORDER BY path DESC LIMIT 1"
                     : "SELECT sample_id::VARCHAR FROM sample ORDER BY ordinal DESC LIMIT 1",
             last, 1);
    snprintf(sql, sizeof sql,
             picture ? "SELECT asset_id::VARCHAR FROM asset WHERE state = 'found' "
                       "ORDER BY hash(asset_id) LIMIT %zu"
                     : "SELECT sample_id::VARCHAR FROM sample "
                       "ORDER BY hash(sample_id) LIMIT %zu",
             n);
    const size_t got = read_ids(w, sql, ids, n);
    printf("  %-42s %9.1f ms\n", "open, and ids by SQL", (now() - t) * 1e3);
    printf("  %-42s %9.1f ms\n", "the first (opens the release)", timed(w, picture, ids[0]) * 1e3);
    double again[AGAIN];
    t = timed(w, picture, last[0]);
    for (size_t i = 0; i < AGAIN; i++) again[i] = timed(w, picture, last[0]);
    qsort(again, AGAIN, sizeof *again, ascending);
    printf("  %-42s %9.1f ms, then %.2f ms (median of %d)\n", "the last record", t * 1e3,
           again[AGAIN / 2] * 1e3, AGAIN);
    t = all(w, picture, ids, got);
    printf("  %-42s %9.0f a second (%zu, where rows are being learnt)\n", "at random",
           (double)got / t, got);
    t = all(w, picture, ids, got);
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("  %-42s %9.0f a second, peak %ld MB\n", "at random, again", (double)got / t,
           used.ru_maxrss / 1024);
    rsift_workspace_close(w);
    rsift_context_free(c);
    free(ids);
    return 0;
}
