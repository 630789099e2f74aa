/* The workspace between processes: kills, locks, a second writer, questions while parts are
 * written, read-only folders, disks that refuse, decisions all or nothing. */
#include "store_help.h"

#include "rsift/arrow.h"
#include "store/schema.h"

#include <duckdb.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static const char *const part_tables[] = {
    "release", "file", "reading", "asset",   "asset_source", "sample",      "sample_asset",
    "split",   "turn", "region",  "finding", "convention",   "picture_hash"};
static const char *const decision_names[] = {"overlap",   "mixture",      "ledger",
                                             "link",      "picture_pair", "picture_look",
                                             "text_pair", "text_look"};

static void expect_empty_views(rs_store *store)
{
    char sql[128];
    for (size_t i = 0; i < sizeof part_tables / sizeof part_tables[0]; i++) {
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", part_tables[i]);
        assert_int_equal(ask(store, sql), 0);
    }
    for (size_t i = 0; i < sizeof decision_names / sizeof decision_names[0]; i++) {
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", decision_names[i]);
        assert_int_equal(ask(store, sql), 0);
    }
}

static void views_exist_on_an_empty_workspace(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_READ);
    expect_empty_views(store); /* no rsift.duckdb yet */
    rs_store_close(store);
    store = open_store(dir, RS_STORE_DECIDE);
    expect_empty_views(store);
    rs_store_close(store);
    store = open_store(dir, RS_STORE_READ);
    expect_empty_views(store);
    assert_true(rs_str_eq(rs_store_dir(store), rs_str_of(dir)));
    rs_store_close(store);
    assert_int_equal(count_entries(dir, "tmp"), 0);
    remove_folder(dir);
}

static void folders_that_are_no_workspace_are_refused(void **state)
{
    (void)state;
    char dir[64], path[128];
    rs_store *store = NULL;
    fresh_folder(dir);
    FAILS(RSIFT_E_ARG, "not a workspace",
          rs_store_open(rs_str_of(dir), RS_STORE_READ, false, NULL, &store, err));
    snprintf(path, sizeof path, "%s/absent", dir);
    FAILS(RSIFT_E_ARG, "no such folder",
          rs_store_open(rs_str_of(path), RS_STORE_READ, false, NULL, &store, err));
    snprintf(path, sizeof path, "%s/notes.txt", dir);
    OK(rs_store_write_file(path, RS_STR("mine"), err));
    FAILS(RSIFT_E_ARG, "not empty",
          rs_store_open(rs_str_of(dir), RS_STORE_PARTS, true, NULL, &store, err));
    FAILS(RSIFT_E_ARG, "path of a folder",
          rs_store_open(RS_STR(""), RS_STORE_PARTS, true, NULL, &store, err));
    /* a folder below a file */
    snprintf(path, sizeof path, "%s/notes.txt/work", dir);
    FAILS(RSIFT_E_IO, "cannot",
          rs_store_open(rs_str_of(path), RS_STORE_PARTS, true, NULL, &store, err));
    snprintf(path, sizeof path, "%s/deep/er/work [x]*'s", dir);
    store = open_store(path,
                       RS_STORE_PARTS); /* parents are made; glob characters and quotes are names */
    OK(rs_part_commit(turn_part(store, "rel", "p", 10), err));
    rs_store_close(store);
    store = open_store(path, RS_STORE_DECIDE);
    assert_int_equal(ask(store, "SELECT count(*) FROM turn"), 10);
    rs_store_close(store);
    FAILS(RSIFT_E_UNSUPPORTED, "'?'",
          rs_store_open(RS_STR("/tmp/a?b"), RS_STORE_PARTS, true, NULL, &store, err));
    char mark[160];
    snprintf(mark, sizeof mark, "%s/rsift-workspace.json", path);
    OK(rs_store_write_file(mark, RS_STR("{\"schema\": \"rsift.workspace/9\"}"), err));
    FAILS(RSIFT_E_UNSUPPORTED, "another rsift",
          rs_store_open(rs_str_of(path), RS_STORE_READ, false, NULL, &store, err));
    remove_folder(dir);
}

/* Children die at many moments while they write parts: what is there is whole, the rest is swept.
 */
static void killed_writers_leave_whole_parts_only(void **state)
{
    (void)state;
    char dir[64];
    rs_store_close(open_store(fresh_folder(dir), RS_STORE_PARTS));
    int64_t n_killed_in_tmp = 0;
    for (int round = 0; round < 12; round++) {
        int ready[2];
        assert_int_equal(pipe(ready), 0);
        pid_t child = fork();
        if (child == 0) {
            rs_store *store = open_store(dir, RS_STORE_PARTS);
            (void)!write(ready[1], "x", 1);
            for (int i = 0;; i++) {
                char name[32];
                snprintf(name, sizeof name, "r%02d-%04d", round, i);
                OK(rs_part_commit(turn_part(store, "rel", name, 20000), err));
            }
        }
        char byte;
        close(ready[1]);
        assert_int_equal(read(ready[0], &byte, 1), 1);
        close(ready[0]);
        usleep((useconds_t)(3000 + round * 7919));
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        n_killed_in_tmp += count_entries(dir, "tmp");
        rs_store *store = open_store(dir, RS_STORE_PARTS);
        assert_int_equal(count_entries(dir, "tmp"), 1); /* our own folder */
        rs_arena arena = {0};
        rs_str *names;
        size_t n;
        OK(rs_part_list(store, RS_STR("rel"), &arena, &names, &n, err));
        assert_int_equal(ask(store, "SELECT count(*) FROM turn"), (int64_t)n * 20000);
        rs_arena_fini(&arena);
        rs_store_close(store);
        assert_int_equal(count_entries(dir, "tmp"), 0);
        assert_int_equal(count_entries(dir, "locks"), 0);
    }
    assert_true(n_killed_in_tmp > 0); /* else the test has shown nothing */
    remove_folder(dir);
}

static void locks_name_their_holder_and_end_with_it(void **state)
{
    (void)state;
    char dir[64], expected[64];
    rs_store *a = open_store(fresh_folder(dir), RS_STORE_PARTS);
    rs_store *b = open_store(dir, RS_STORE_PARTS);
    OK(rs_store_lock(a, RS_STR("unit-1-of-4"), err));
    snprintf(expected, sizeof expected, "held by pid %ld on ", (long)getpid());
    FAILS(RSIFT_E_IO, expected, rs_store_lock(b, RS_STR("unit-1-of-4"), err));
    OK(rs_store_lock(b, RS_STR("unit-2-of-4"), err));
    rs_store_close(a);
    OK(rs_store_lock(b, RS_STR("unit-1-of-4"), err));
    rs_store_close(b);

    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        rs_store *store = open_store(dir, RS_STORE_DECIDE);
        (void)!write(ready[1], store ? "x" : "", 1);
        for (;;) pause();
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    snprintf(expected, sizeof expected, "held by pid %ld on ", (long)child);
    rs_store *store = NULL;
    FAILS(RSIFT_E_IO, expected,
          rs_store_open(rs_str_of(dir), RS_STORE_DECIDE, false, NULL, &store, err));
    /* readers need no lock: they see what was decided before */
    store = open_store(dir, RS_STORE_READ);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger"), 0);
    rs_store_close(store);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(ready[0]);
    close(ready[1]);
    store = open_store(dir, RS_STORE_DECIDE);
    rs_store_close(store);
    remove_folder(dir);
}

static void two_processes_write_while_one_asks(void **state)
{
    (void)state;
    enum { N_PARTS = 8, N_ROWS = 5000 };
    char dir[64];
    rs_store_close(open_store(fresh_folder(dir), RS_STORE_PARTS));
    pid_t children[2];
    for (int c = 0; c < 2; c++) {
        children[c] = fork();
        if (children[c] != 0) continue;
        rs_store *store = open_store(dir, RS_STORE_PARTS);
        for (int i = 0; i < N_PARTS; i++) {
            char name[32];
            snprintf(name, sizeof name, "u%d-%d", c, i);
            OK(rs_part_commit(turn_part(store, "rel", name, N_ROWS), err));
        }
        rs_store_close(store);
        _exit(0);
    }
    rs_store *store = open_store(dir, RS_STORE_READ);
    int64_t before = 0;
    for (int i = 0; i < 20; i++) {
        int64_t n = ask(store, "SELECT count(*) FROM turn");
        assert_true(n % N_ROWS == 0 && n >= before);
        before = n;
    }
    for (int c = 0; c < 2; c++) {
        int status = 0;
        assert_int_equal(waitpid(children[c], &status, 0), children[c]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(ask(store, "SELECT count(*) FROM turn"), 2 * N_PARTS * N_ROWS);
    rs_store_close(store);
    remove_folder(dir);
}

struct job {
    rs_store *store;
    int number;
};

static void *write_parts(void *arg)
{
    struct job *job = arg;
    for (int i = 0; i < 6; i++) {
        char name[32];
        snprintf(name, sizeof name, "t%d-%d", job->number, i);
        OK(rs_part_commit(turn_part(job->store, "rel", name, 3000 + i), err));
    }
    return NULL;
}

static void threads_write_parts_of_one_store(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    pthread_t threads[4];
    struct job jobs[4];
    for (int i = 0; i < 4; i++) {
        jobs[i] = (struct job){store, i};
        assert_int_equal(pthread_create(&threads[i], NULL, write_parts, &jobs[i]), 0);
    }
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    assert_int_equal(ask(store, "SELECT count(*) FROM turn"), 4 * (6 * 3000 + 15));
    rs_store_close(store);
    remove_folder(dir);
}

/* The same rows give the same bytes: another store, another part name. */
static void same_rows_same_bytes(void **state)
{
    (void)state;
    char dir[64], command[256];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    OK(rs_part_commit(turn_part(store, "rel", "a", 10000), err));
    rs_store_close(store);
    store = open_store(dir, RS_STORE_PARTS);
    OK(rs_part_commit(turn_part(store, "rel", "b", 10000), err));
    rs_store_close(store);
    snprintf(command, sizeof command, "cmp %s/parts/rel/a/turn.parquet %s/parts/rel/b/turn.parquet",
             dir, dir);
    assert_int_equal(system(command), 0);
    remove_folder(dir);
}

static void fill_ledger(rs_store *store, int64_t n)
{
    rs_rows *rows = NULL;
    OK(rs_store_append(store, RS_T_LEDGER, &rows, err));
    for (int64_t i = 0; i < n; i++) {
        rs_put_str(rows, RS_LEDGER_mixture_id, RS_STR("m1"));
        rs_put_id(rows, RS_LEDGER_sample_id, id_of((uint64_t)i));
        rs_put_bool(rows, RS_LEDGER_kept, i % 2 == 0);
        rs_put_str(rows, RS_LEDGER_reason, RS_STR("budget"));
        rs_put_i64(rows, RS_LEDGER_n_repeats, 1);
        rs_put_end(rows);
    }
    OK(rs_store_append_end(rows, err));
}

static void decisions_are_all_or_nothing(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_DECIDE);
    OK(rs_store_begin(store, err));
    FAILS(RSIFT_E_ARG, "open already", rs_store_begin(store, err));
    fill_ledger(store, 10000);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger WHERE kept"), 5000);
    OK(rs_store_end(store, false, err));
    FAILS(RSIFT_E_ARG, "no transaction", rs_store_end(store, true, err));
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger"), 0);
    OK(rs_store_begin(store, err));
    fill_ledger(store, 3000);
    OK(rs_store_exec(store, RS_STR("CREATE TABLE extra AS SELECT 7 AS x"), err));
    OK(rs_store_end(store, true, err));
    rs_store_close(store);

    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) { /* dies with a transaction open, another one committed just before */
        store = open_store(dir, RS_STORE_DECIDE);
        OK(rs_store_exec(store, RS_STR("INSERT INTO link VALUES ('d', '/r', 'now')"), err));
        OK(rs_store_begin(store, err));
        fill_ledger(store, 500000);
        (void)!write(ready[1], "x", 1);
        for (;;) pause();
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(ready[0]);
    close(ready[1]);
    store = open_store(dir, RS_STORE_READ);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger"), 3000);
    assert_int_equal(ask(store, "SELECT count(*) FROM link"), 0); /* not finished: not there */
    assert_int_equal(ask(store, "SELECT x FROM extra"),
                     7); /* any table of the file, by its bare name */
    rs_store_close(store);
    store = open_store(dir, RS_STORE_DECIDE);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger"), 3000);
    rs_store_close(store);
    remove_folder(dir);
}

/* Runs statements on a database file as an older version did: in place. */
static void write_in_place(const char *file, const char *sql)
{
    duckdb_database db;
    duckdb_connection con;
    if (duckdb_open(file, &db) != DuckDBSuccess || duckdb_connect(db, &con) != DuckDBSuccess ||
        duckdb_query(con, sql, NULL) != DuckDBSuccess)
        _exit(1);
    _exit(0); /* without closing: the log stays beside the file */
}

/* What another program wrote in place is not taken for ours, and costs only what the file held. */
static void a_file_that_others_wrote_is_refused(void **state)
{
    (void)state;
    char dir[64], file[128], log[160];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_DECIDE);
    OK(rs_store_exec(store, RS_STR("INSERT INTO link VALUES ('e', '/r', 'now')"), err));
    OK(rs_store_finish(store, err));
    snprintf(file, sizeof file, "%s/rsift.duckdb", dir);
    snprintf(log, sizeof log, "%s.wal", file);
    pid_t child = fork();
    if (child == 0)
        write_in_place(file, "PRAGMA wal_autocheckpoint='1TB'; INSERT INTO link VALUES ('d', '/r', "
                             "'now')");
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(access(log, F_OK), 0);
    rs_result *result = NULL;
    for (int i = 0; i < 2; i++) {
        store = open_store(dir, RS_STORE_READ);
        assert_int_equal(ask(store, "SELECT count(*) FROM sample"), 0);
        FAILS(RSIFT_E_ARG, i == 0 ? "its .wal" : "is not as it was written",
              rs_store_query(store, RS_STR("SELECT count(*) FROM link"), NULL, 0, &result, err));
        rs_store_close(store);
        store = NULL;
        FAILS(RSIFT_E_FORMAT, "`mv rsift.duckdb",
              rs_store_open(rs_str_of(dir), RS_STORE_DECIDE, false, NULL, &store, err));
        assert_int_equal(unlink(log), i == 0 ? 0 : -1);
        if (i == 0) assert_int_equal(truncate(file, 100000), 0);
    }
    assert_int_equal(unlink(file), 0);
    store = open_store(dir, RS_STORE_DECIDE);
    assert_int_equal(ask(store, "SELECT count(*) FROM link"), 0);
    OK(rs_store_finish(store, err));
    remove_folder(dir);
}

/* A stream is read while rows go into another table, as a decision does. */
static void rows_are_appended_while_a_stream_is_read(void **state)
{
    (void)state;
    for (int with_transaction = 1; with_transaction >= 0; with_transaction--) {
        char dir[64];
        rs_store *store = open_store(fresh_folder(dir), RS_STORE_DECIDE);
        if (with_transaction) OK(rs_store_begin(store, err));
        OK(rs_store_exec(
            store, RS_STR("CREATE TEMP TABLE pool AS SELECT range AS v FROM range(600000)"), err));
        rs_result *r = NULL;
        OK(rs_store_query(store, RS_STR("SELECT v FROM pool ORDER BY v"), NULL, 0, &r, err));
        rs_rows *rows = NULL;
        OK(rs_store_append(store, RS_T_LINK, &rows, err));
        int64_t n = 0;
        for (; rs_result_next(r, NULL) == RSIFT_OK; n++) {
            assert_int_equal(rs_result_i64(r, 0), n);
            rs_put_str(rows, RS_LINK_dataset, RS_STR("d"));
            rs_put_end(rows);
        }
        assert_int_equal(n, 600000);
        OK(rs_store_append_end(rows, err));
        rs_result_close(r);
        if (with_transaction) OK(rs_store_end(store, true, err));
        assert_int_equal(ask(store, "SELECT count(*) FROM link"), 600000);
        rs_store_close(store);
        remove_folder(dir);
    }
}

/* A reader, and a stream that is still open, see the decisions of their own time; one that comes
 * later sees the new ones. */
static void readers_stay_while_one_decides(void **state)
{
    (void)state;
    char dir[64];
    rs_store *decide = open_store(fresh_folder(dir), RS_STORE_DECIDE);
    fill_ledger(decide, 4);
    OK(rs_store_finish(decide, err));
    rs_store *reader = open_store(dir, RS_STORE_ASK);
    struct ArrowArrayStream stream;
    OK(rs_store_arrow(reader, RS_STR("SELECT sample_id FROM ledger"), NULL, 0, &stream, err));
    decide = open_store(dir, RS_STORE_DECIDE);
    rs_store *other = NULL;
    FAILS(RSIFT_E_IO, "held by pid",
          rs_store_open(rs_str_of(dir), RS_STORE_DECIDE, false, NULL, &other, err));
    fill_ledger(decide, 10);
    assert_int_equal(ask(reader, "SELECT count(*) FROM ledger"), 4);
    assert_true(rs_store_is_current(reader));
    OK(rs_store_finish(decide, err));
    assert_false(rs_store_is_current(reader));
    assert_int_equal(ask(reader, "SELECT count(*) FROM ledger"), 4);
    other = open_store(dir, RS_STORE_READ);
    assert_true(rs_store_is_current(other));
    assert_int_equal(ask(other, "SELECT count(*) FROM ledger"), 14);
    FAILS(RSIFT_E_ARG, "read-only",
          rs_store_exec(other, RS_STR("DELETE FROM decisions.main.ledger"), err));
    rs_store_close(reader);
    struct ArrowArray array;
    assert_int_equal(stream.get_next(&stream, &array), 0);
    assert_int_equal(array.length, 4);
    array.release(&array);
    stream.release(&stream);
    rs_store_close(other);
    assert_int_equal(count_entries(dir, "tmp"), 0);
    remove_folder(dir);
}

static void put_asset(rs_part *part, uint64_t id, const char *state, const char *evidence,
                      const char *path)
{
    rs_rows *rows = rs_part_rows(part, RS_T_ASSET);
    rs_put_id(rows, RS_ASSET_asset_id, id_of(id));
    rs_put_str(rows, RS_ASSET_release_id, RS_STR("rel"));
    rs_put_str(rows, RS_ASSET_path, rs_str_of(path));
    rs_put_str(rows, RS_ASSET_state, rs_str_of(state));
    if (evidence) rs_put_str(rows, RS_ASSET_evidence, rs_str_of(evidence));
    rs_put_end(rows);
}

static void one_row_per_asset_is_shown(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    rs_part *part = NULL;
    OK(rs_part_new(store, RS_STR("rel"), RS_STR("a-linked"), &part, err));
    put_asset(part, 1, "found", "linked", "linked-1");
    put_asset(part, 2, "unresolved", "linked", "gone-2");
    OK(rs_part_commit(part, err));
    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p0"), &part, err));
    put_asset(part, 1, "unresolved", NULL, "old-1");
    put_asset(part, 2, "found", NULL, "found-2");
    put_asset(part, 3, "unresolved", NULL, "only-3");
    put_asset(part, 4, "found", NULL, "first-4");
    OK(rs_part_commit(part, err));
    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p1"), &part, err));
    put_asset(part, 4, "found", NULL, "last-4");
    OK(rs_part_commit(part, err));
    rs_result *r = NULL;
    OK(rs_store_query(store,
                      RS_STR("SELECT string_agg(path, ' ' ORDER BY path), count(*) FROM asset"),
                      NULL, 0, &r, err));
    OK(rs_result_next(r, err));
    assert_true(rs_str_eq(rs_result_str(r, 0), RS_STR("found-2 last-4 linked-1 only-3")));
    rs_result_close(r);
    rs_store_close(store);
    remove_folder(dir);
}

static void a_disk_that_refuses_is_named(void **state)
{
    (void)state;
    char dir[64];
    rs_store_close(open_store(fresh_folder(dir), RS_STORE_PARTS));
    pid_t child = fork(); /* the limit on file size would stay with this process */
    if (child == 0) {
        rs_store *store = open_store(dir, RS_STORE_PARTS);
        rs_part *part = turn_part(store, "rel", "p", 200000);
        signal(SIGXFSZ, SIG_IGN);
        const struct rlimit limit = {100000, 100000};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        FAILS(RSIFT_E_IO, "turn.parquet", rs_part_commit(part, err));
        rs_store_close(store);
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(count_entries(dir, "parts"), 1);
    assert_int_equal(count_entries(dir, "tmp"), 0);
    remove_folder(dir);
}

/* Root writes anywhere, so the child gives its rights up first. */
static void a_read_only_workspace_can_be_asked(void **state)
{
    (void)state;
    char dir[64], command[256];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_DECIDE);
    fill_ledger(store, 5);
    rs_store_close(store);
    snprintf(command, sizeof command, "chmod -R a-w,a+rX %s", dir);
    assert_int_equal(system(command), 0);
    pid_t child = fork();
    if (child == 0) {
        if (getuid() == 0 && setuid(65534) != 0) _exit(77);
        FAILS(RSIFT_E_IO, dir,
              rs_store_open(rs_str_of(dir), RS_STORE_PARTS, false, NULL, &store, err));
        FAILS(RSIFT_E_IO, dir,
              rs_store_open(rs_str_of(dir), RS_STORE_DECIDE, false, NULL, &store, err));
        store = open_store(dir, RS_STORE_READ);
        assert_int_equal(ask(store, "SELECT count(*) FROM ledger"), 5);
        assert_int_equal(ask(store, "SELECT count(*) FROM sample"), 0);
        rs_store_close(store);
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    snprintf(command, sizeof command, "chmod -R u+w %s", dir);
    assert_int_equal(system(command), 0);
    remove_folder(dir);
    assert_int_equal(status, 0);
}

/* Views that are made when they are first named show what those show that are made at once. */
static void views_are_made_when_they_are_named(void **state)
{
    (void)state;
    char dir[64];
    fresh_folder(dir);
    rs_store *writer = open_store(dir, RS_STORE_PARTS);
    OK(rs_part_commit(turn_part(writer, "a", "one", 3), err));
    rs_store *reader = open_store(dir, RS_STORE_READ), *asker = open_store(dir, RS_STORE_ASK);
    const char *n_views = "SELECT count(*) FROM duckdb_views() WHERE view_name LIKE 'tur_' OR "
                          "view_name LIKE 'signa_'";
    assert_int_equal(ask(asker, n_views), 2);
    assert_int_equal(ask(reader, n_views), 0);
    /* the macros of views are there without the views */
    assert_int_equal(ask(reader, "SELECT CAST(memory.main.asks('user') AS BIGINT)"), 1);
    assert_int_equal(ask(reader, "SELECT count(*) FROM \"Turn\""), 3);
    assert_int_equal(ask(reader, n_views), 1);
    static const char *const names[] = {"signal", "imagery", "tag"};
    for (size_t i = 0; i < RS_N_TABLES + sizeof names / sizeof *names; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s",
                 i < RS_N_TABLES ? rs_store_table((rs_table)(RS_N_TABLES - 1 - i))->name
                                 : names[i - RS_N_TABLES]);
        assert_int_equal(ask(reader, sql), ask(asker, sql));
    }
    assert_int_equal(ask(reader, n_views), 2);
    rs_store_close(asker);
    rs_store_close(reader);
    rs_store_close(writer);
    remove_folder(dir);
}

/* A store opened over one that writes shows the parts that it makes, and gets more threads once
 * they are large, also while an older one is open. */
static void the_database_of_a_writer_can_be_asked(void **state)
{
    (void)state;
    char dir[64];
    fresh_folder(dir);
    rs_store *writer = open_store(dir, RS_STORE_PARTS), *first = NULL, *reader = NULL;
    const rs_store_options options = {
        .memory_limit_mb = 256, .threads = 2, .spare_threads = true, .writing = writer};
    const char *n_threads = "SELECT current_setting('threads')::BIGINT",
               *n_turns = "SELECT count(*) FROM turn";
    OK(rs_store_open(rs_str_of(dir), RS_STORE_READ, false, &options, &first, err));
    assert_int_equal(ask(first, n_turns), 0);
    assert_int_equal(ask(first, "SELECT count(*) FROM ledger"), 0);
    OK(rs_part_commit(turn_part(writer, "a", "small", 3), err));
    OK(rs_store_open(rs_str_of(dir), RS_STORE_READ, false, &options, &reader, err));
    assert_int_equal(ask(reader, n_turns), 3);
    assert_int_equal(ask(reader, n_threads), 1);
    rs_store_close(reader);
    OK(rs_part_commit(turn_part(writer, "a", "large", 250000), err)); /* above 4 MB */
    OK(rs_store_open(rs_str_of(dir), RS_STORE_READ, false, &options, &reader, err));
    assert_int_equal(ask(reader, n_turns), 250003);
    assert_int_equal(ask(reader, n_threads), 2);
    rs_store_close(writer); /* the database stays as long as it is asked */
    assert_int_equal(ask(first, n_turns), 250003);
    rs_store_close(first);
    rs_store_close(reader);
    remove_folder(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_exist_on_an_empty_workspace),
        cmocka_unit_test(folders_that_are_no_workspace_are_refused),
        cmocka_unit_test(killed_writers_leave_whole_parts_only),
        cmocka_unit_test(locks_name_their_holder_and_end_with_it),
        cmocka_unit_test(two_processes_write_while_one_asks),
        cmocka_unit_test(threads_write_parts_of_one_store),
        cmocka_unit_test(same_rows_same_bytes),
        cmocka_unit_test(decisions_are_all_or_nothing),
        cmocka_unit_test(rows_are_appended_while_a_stream_is_read),
        cmocka_unit_test(a_file_that_others_wrote_is_refused),
        cmocka_unit_test(readers_stay_while_one_decides),
        cmocka_unit_test(one_row_per_asset_is_shown),
        cmocka_unit_test(a_disk_that_refuses_is_named),
        cmocka_unit_test(a_read_only_workspace_can_be_asked),
        cmocka_unit_test(views_are_made_when_they_are_named),
        cmocka_unit_test(the_database_of_a_writer_can_be_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
