/* Parts prove themselves: any bit of any file, files that are missing, foreign or no files, parts
 * under another name; and proven.txt hides nothing. */
#include "store_help.h"

#include "store/proven.h"

#include <fcntl.h>
#include <time.h>

static void flip(const char *path, long at, int bit)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    const int c = fgetc(f);
    assert_true(c != EOF);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    fputc(c ^ 1 << bit, f);
    fclose(f);
}

static long size_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return (long)st.st_size;
}

static const char *in(char out[256], const char *dir, const char *below)
{
    snprintf(out, 256, "%s/%s", dir, below);
    return out;
}

static const char *make(char dir[64])
{
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    OK(rs_part_commit(turn_part(store, "a@own", "p-0-1", 40), err));
    OK(rs_part_commit(turn_part(store, "b@own", "p-0-1", 40), err));
    rs_store_close(store);
    return dir;
}

#define ASK(dir) rs_store_open(rs_str_of(dir), RS_STORE_READ, false, NULL, &store, err)
#define REFUSED(part, dir)                     \
    do {                                       \
        rs_store *store = NULL;                \
        FAILS(RSIFT_E_FORMAT, part, ASK(dir)); \
        assert_null(store);                    \
    } while (0)

static void works(const char *dir)
{
    rs_store *store = open_store(dir, RS_STORE_READ);
    assert_int_equal(ask(store, "SELECT count(*) FROM turn"), 80);
    rs_store_close(store);
}

/* Every byte, each with another bit. */
static void any_flipped_bit_is_told(void **state)
{
    (void)state;
    char dir[64], path[256];
    make(dir);
    static const char *const files[] = {"parts/a@own/p-0-1/turn.parquet",
                                        "parts/a@own/p-0-1/hashes.txt",
                                        "parts/_schema/_schema/asset.parquet"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        in(path, dir, files[i]);
        for (long at = 0; at < size_of(path); at++) {
            flip(path, at, (int)(at % 8));
            rsift_error e = {0};
            assert_int_equal(rs_proven_all(dir, "", NULL, &e), RSIFT_E_FORMAT);
            const rs_str file = rs_str_of(strrchr(files[i], '/') + 1);
            if (rs_str_find(rs_str_of(e.where), file) == RS_NPOS)
                fail_msg("%.*s is not named in: %s", RS_STR_ARG(file), e.where);
            flip(path, at, (int)(at % 8));
        }
    }
    works(dir);
    remove_folder(dir);
}

static void what_is_no_part_is_refused(void **state)
{
    (void)state;
    char dir[64], path[256], other[256];
    make(dir);
    in(path, dir, "parts/a@own/p-0-1/sample.parquet");
    OK(rs_store_copy_file(in(other, dir, "parts/_schema/_schema/sample.parquet"), path, err));
    REFUSED("is none of the part's files", dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    REFUSED("is not a regular file", dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/dev/zero", path), 0);
    REFUSED("is not a regular file", dir);
    assert_int_equal(unlink(path), 0);
    in(path, dir, "parts/evil");
    assert_int_equal(symlink("a@own", path), 0);
    REFUSED("is not a folder", dir);
    assert_int_equal(unlink(path), 0);
    in(path, dir, "parts/a@own/p-0-1");
    assert_int_equal(rename(path, in(other, dir, "parts/a@own/q-0-1")), 0);
    REFUSED("is of another part", dir);
    assert_int_equal(rename(other, path), 0);
    in(path, dir, "parts/a@own/p-0-1/turn.parquet");
    assert_int_equal(rename(path, in(other, dir, "turn")), 0);
    REFUSED("is missing", dir);
    assert_int_equal(rename(other, path), 0);
    in(path, dir, "parts/a@own/p-0-1/hashes.txt");
    assert_int_equal(rename(path, other), 0);
    REFUSED("an older rsift wrote none", dir);
    assert_int_equal(rename(other, path), 0);
    works(dir);
    remove_folder(dir);
}

/* Links and FIFOs where rsift's own folders and files are expected. */
static void entries_of_the_workspace_are_its_own(void **state)
{
    (void)state;
    char dir[64], path[256], aside[256];
    make(dir);
    static const char *const names[] = {"tmp", "locks", "parts", "rsift-workspace.json"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        in(path, dir, names[i]);
        assert_int_equal(rename(path, in(aside, dir, "aside")), 0);
        assert_int_equal(symlink("aside", path), 0);
        REFUSED("is a link", dir);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(mkfifo(path, 0600), 0);
        REFUSED("a FIFO or a device", dir);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(rename(aside, path), 0);
    }
    in(path, dir, "rsift.duckdb");
    assert_int_equal(mkfifo(path, 0600), 0);
    REFUSED("a FIFO or a device", dir);
    assert_int_equal(unlink(path), 0);
    /* the lock's file would be written over */
    in(path, dir, "locks/decide.lock");
    in(aside, dir, "precious");
    FILE *f = fopen(aside, "w");
    fputs("kept", f);
    fclose(f);
    assert_int_equal(symlink("../precious", path), 0);
    rs_store *store = NULL;
    FAILS(RSIFT_E_FORMAT, "is a link",
          rs_store_open(rs_str_of(dir), RS_STORE_DECIDE, false, NULL, &store, err));
    assert_int_equal(size_of(aside), 4);
    works(dir);
    remove_folder(dir);
}

/* Files as old as proven.txt takes them: its print is of the inode's time, which nobody can set. */
static void proven_hides_nothing(void **state)
{
    (void)state;
    char dir[64], path[256], proven[256];
    make(dir);
    nanosleep(&(struct timespec){.tv_sec = 3, .tv_nsec = 100000000}, NULL);
    works(dir);
    in(proven, dir, "proven.txt");
    in(path, dir, "parts/a@own/p-0-1/turn.parquet");
    const long n = size_of(proven);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    /* the same size and time as before */
    flip(path, 100, 0);
    const struct timespec times[2] = {st.st_atim, st.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    rsift_error e = {0};
    assert_int_equal(rs_proven_all(dir, "", NULL, &e), RSIFT_E_FORMAT);
    for (long at = 0; at < n; at++) {
        flip(proven, at, (int)(at % 8));
        assert_int_equal(rs_proven_all(dir, "", NULL, &e), RSIFT_E_FORMAT);
        flip(proven, at, (int)(at % 8));
    }
    flip(path, 100, 0);
    works(dir);
    remove_folder(dir);
}

static void repair_takes_out_what_does_not_prove(void **state)
{
    (void)state;
    char dir[64], path[256];
    make(dir);
    flip(in(path, dir, "parts/a@own/p-0-1/turn.parquet"), 60, 1);
    rs_store *store = open_store(dir, RS_STORE_PARTS);
    size_t n;
    /* a release without the part that is asked for is another one */
    OK(rs_release_repair(store, RS_STR("a@own"), RS_STR("release-1-0-1"), &n, err));
    assert_int_equal(n, 0);
    OK(rs_release_repair(store, RS_STR("b@own"), RS_STR("p-0-1"), &n, err));
    assert_int_equal(n, 0);
    OK(rs_release_repair(store, RS_STR("a@own"), RS_STR("p-0-1"), &n, err));
    assert_int_equal(n, 1);
    /* of an older rsift: no part has hashes, and the part that names the release is one of them */
    OK(rs_part_commit(turn_part(store, "a@own", "p-0-1", 20), err));
    OK(rs_part_commit(turn_part(store, "a@own", "q-0-1", 20), err));
    assert_int_equal(unlink(in(path, dir, "parts/a@own/p-0-1/hashes.txt")), 0);
    assert_int_equal(unlink(in(path, dir, "parts/a@own/q-0-1/hashes.txt")), 0);
    OK(rs_release_repair(store, RS_STR("a@own"), RS_STR("p-0-1"), &n, err));
    assert_int_equal(n, 2);
    OK(rs_part_commit(turn_part(store, "a@own", "p-0-1", 40), err));
    rs_store_close(store);
    works(dir);
    rs_arena arena = {0};
    rs_str *ids;
    OK(rs_release_find(rs_str_of(dir), RS_STR("a"), &arena, &ids, &n, err));
    assert_int_equal(n, 1);
    assert_true(rs_str_eq(ids[0], RS_STR("a@own")));
    rs_arena_fini(&arena);
    remove_folder(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_flipped_bit_is_told),
        cmocka_unit_test(what_is_no_part_is_refused),
        cmocka_unit_test(entries_of_the_workspace_are_its_own),
        cmocka_unit_test(proven_hides_nothing),
        cmocka_unit_test(repair_takes_out_what_does_not_prove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
