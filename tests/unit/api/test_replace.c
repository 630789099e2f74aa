/* Readers see a release before or after its re-index. One thread asks without a pause while another
 * indexes the release again and again with other records; each answer is the old or the new. */
#include "base/arena.h"
#include "rsift/rsift.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { OLD = 300, NEW = 500, ROUNDS = 8, LEAST_READS = 100 };

static char folder[] = "/tmp/rsift-replace-XXXXXX";
static rs_arena arena;

static const char *path_of(const char *name)
{
    return rs_arena_printf(&arena, "%s/%s", folder, name).ptr;
}

static void write_records(int n)
{
    FILE *f = fopen(path_of("data.json"), "wb");
    assert_non_null(f);
    fputc('[', f);
    for (int i = 0; i < n; i++)
        fprintf(f,
                "%s{\"image\": \"%d.png\", \"conversations\": [{\"from\": \"human\", \"value\": "
                "\"<image>\\nquestion %d\"}, {\"from\": \"gpt\", \"value\": \"answer %d of %d\"}]}",
                i ? "," : "", i % 7, i, i, n);
    fputs("]", f);
    assert_int_equal(fclose(f), 0);
}

static rsift_workspace *open_workspace(rsift_context **context, rsift_mode mode)
{
    rsift_workspace *w = NULL;
    assert_int_equal(rsift_context_new(NULL, context, NULL), RSIFT_OK);
    assert_int_equal(rsift_workspace_open(*context, path_of("work"), mode, &w, NULL), RSIFT_OK);
    return w;
}

static void index_again(rsift_workspace *w, const char *more)
{
    rsift_answer answer;
    rsift_error err = {0};
    const char *options =
        rs_arena_printf(&arena, "{\"path\": \"%s\", \"reader\": \"llava\", \"name\": \"mine\"%s}",
                        path_of("data.json"), more)
            .ptr;
    if (rsift_run(w, "index", options, &answer, &err) != RSIFT_OK)
        fail_msg("index: %s: %s", err.where, err.message);
    rsift_answer_free(&answer);
}

typedef struct reader {
    rsift_workspace *workspace;
    _Atomic bool going;
    _Atomic int n_reads;
    char bad[400]; /* the first answer that is neither */
} reader;

/* Rows of several tables in one statement. */
static const char sql[] =
    "{\"sql\": \"SELECT (SELECT count(*) FROM sample) s, (SELECT sum(used) FROM reading) u, "
    "(SELECT count(DISTINCT text) FROM turn WHERE text LIKE 'answer%') t, "
    "(SELECT count(*) FROM release) r, (SELECT count(*) FROM file) f\"}";

static void *read_on(void *arg)
{
    reader *r = arg;
    char good[2][100];
    snprintf(good[0], sizeof good[0], "[{\"s\":%d,\"u\":%d,\"t\":%d,\"r\":1,\"f\":1}]", OLD, OLD,
             OLD);
    snprintf(good[1], sizeof good[1], "[{\"s\":%d,\"u\":%d,\"t\":%d,\"r\":1,\"f\":1}]", NEW, NEW,
             NEW);
    while (atomic_load(&r->going) && !r->bad[0]) {
        rsift_answer answer;
        rsift_error err = {0};
        if (rsift_run(r->workspace, "query", sql, &answer, &err) != RSIFT_OK)
            snprintf(r->bad, sizeof r->bad, "%.100s: %.200s", err.where, err.message);
        else if (strcmp(answer.json, good[0]) != 0 && strcmp(answer.json, good[1]) != 0)
            snprintf(r->bad, sizeof r->bad, "%.300s", answer.json);
        rsift_answer_free(&answer);
        atomic_fetch_add(&r->n_reads, 1);
    }
    return NULL;
}

static void each_answer_is_the_old_or_the_new(void **state)
{
    (void)state;
    rsift_context *writing, *reading;
    write_records(OLD);
    rsift_workspace *w = open_workspace(&writing, RSIFT_CREATE);
    index_again(w, "");
    reader r = {.workspace = open_workspace(&reading, RSIFT_READ)};
    atomic_init(&r.going, true);
    atomic_init(&r.n_reads, 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_on, &r), 0);
    for (int round = 0; round < ROUNDS || (atomic_load(&r.n_reads) < LEAST_READS && !r.bad[0]);
         round++) {
        write_records(round % 2 ? OLD : NEW);
        /* a choice changes other parts than the records do */
        index_again(w, round % 3 ? "" : ", \"licence\": \"CC-BY-4.0\"");
    }
    atomic_store(&r.going, false);
    pthread_join(thread, NULL);
    if (r.bad[0]) fail_msg("read %d: %s", atomic_load(&r.n_reads), r.bad);
    print_message("%d reads\n", atomic_load(&r.n_reads));
    rsift_workspace_close(r.workspace);
    rsift_context_free(reading);
    rsift_workspace_close(w);
    rsift_context_free(writing);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    const int code = system(rs_arena_printf(&arena, "rm -rf '%s'", folder).ptr);
    rs_arena_fini(&arena);
    return code;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_is_the_old_or_the_new),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
