/* The real files kept beside the repository: scanned by their names, each folder has to be
 * recognised as what it is, and the pictures' names have to give the keys of the parents. */
#include "catalog/catalog.h"
#include "io/io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <cmocka.h>

static rs_catalog *catalog;

static const char *samples(void)
{
    const char *env = getenv("RSIFT_SAMPLES");
    return env && env[0] ? env : "../shared/samples";
}

static const struct {
    const char *folder, *dataset, *release;
} cases[] = {
    {"rsvqa-lr", "rsvqa-lr", "zenodo"},
    {"rsvqa-hr", "rsvqa-hr", "zenodo"},
    {"cdvqa", "cdvqa", "github"},
    {"rsivqa", "rsivqa", "github"},
    {"rsicd", "rsicd", "original"},
    {"vrsbench", "vrsbench", "hub"},
    {"dota", "dota", "labels-only"},
    {"images-dota", "dota", "labels-only"},
    {"dior", "dior", "original"},
    {"images-dior", "dior", "original"},
    {"images-eurosat", "eurosat", "rgb"},
    {"nwpu-vhr10", "nwpu-vhr10", NULL},
    {"images-ucmerced", "uc-merced", NULL},
    {"images-nwpu-resisc45", "nwpu-resisc45", "original"},
    {"floodnet", "floodnet", "challenge-vqa"},
    {"capera", "capera", "github"},
    {"nwpu-captions", "nwpu-captions", "github"},
    {"rsicap", "rsicap", "form"},
    {"rsieval", "rsieval", "form"},
    {"mme-realworld", "mme-realworld", "lite"},
    {"ddfav", "ddfav", "github"},
    {"coreval-choice", "coreval-choice", "tasks"},
    {"geobench-vlm", "geobench-vlm", "hub"},
    {"geotext", "geotext", "hub"},
    {"cdd", "cdd", "lower-case"},
};

static void scan_folder(const char *folder, const char *dataset, const char *release)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", samples(), folder);
    struct stat info;
    if (stat(path, &info) != 0) {
        print_message("skipped: %s is not here\n", path);
        return;
    }
    rsift_limits limits = rsift_limits_default();
    rs_io_options options = {.limits = &limits};
    rs_io_tree *tree;
    rsift_error err = {0};
    if (rs_io_tree_open(rs_str_of(path), &options, &tree, &err))
        fail_msg("%s: %s", err.where, err.message);
    rs_arena arena = {0};
    size_t n = rs_io_n_members(tree);
    rs_str *paths = rs_arena_calloc(&arena, n ? n : 1, sizeof *paths);
    assert_non_null(paths);
    for (size_t i = 0; i < n; i++) paths[i] = rs_io_member_at(tree, i)->path;
    rs_catalog_candidates found;
    assert_int_equal(rs_catalog_scan(&arena, catalog, (rs_texts){paths, n}, &found, &err),
                     RSIFT_OK);
    const rs_catalog_candidate *fits = found.items;
    const size_t n_fits = found.n;
    if (n_fits == 0) fail_msg("%s: nothing recognised", folder);
    print_message("%-22s %.*s > %.*s, score %d, %zu of %zu sources, %zu pictures\n", folder,
                  RS_STR_ARG(fits[0].dataset->id), RS_STR_ARG(fits[0].release->id), fits[0].score,
                  fits[0].n_sources_found, fits[0].release->sources.n, fits[0].n_images);
    assert_true(rs_str_eq(fits[0].dataset->id, rs_str_of(dataset)));
    if (release) assert_true(rs_str_eq(fits[0].release->id, rs_str_of(release)));
    assert_false(fits[0].tied);
    rs_arena_fini(&arena);
    rs_io_tree_close(tree);
}

static void folders(void **state)
{
    (void)state;
    struct stat info;
    if (stat(samples(), &info) != 0) {
        print_message("skipped: %s is not here\n", samples());
        skip();
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        scan_folder(cases[i].folder, cases[i].dataset, cases[i].release);
}

int main(void)
{
    if (rs_catalog_load(NULL, 0, &catalog, NULL) != RSIFT_OK) return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(folders)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rs_catalog_close(catalog);
    return failed;
}
