/* Real release pictures, probed where they lie: all of them are whole, their sizes and modes agree
 * with Pillow's when that is installed, and they decode. Skipped when the folder is absent. */
#include "image/decode.h"
#include "image/name.h"
#include "image/probe.h"

#include "pictures.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>

typedef struct tally {
    size_t n_by_format[RS_IMAGE_N_FORMATS], n, n_bad, n_cut;
    FILE *list; /* path, width, height, orientation: one picture a line */
} tally;

static rsift_status read_file(void *ctx, int64_t at, void *dst, size_t n, rsift_error *err)
{
    FILE *f = ctx;
    if (fseek(f, (long)at, SEEK_SET) != 0 || fread(dst, 1, n, f) != n)
        return rs_err_set(err, RSIFT_E_IO, "cannot read");
    return RSIFT_OK;
}

static void probe_file(const char *path, tally *t)
{
    rs_image_info info;
    rsift_error err = {0};
    char tail[RS_IMAGE_TAIL];
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    int64_t n = ftell(f), n_tail = n < RS_IMAGE_TAIL ? n : RS_IMAGE_TAIL;
    t->n++;
    if (rs_image_probe_at(read_file, f, n, &info, &err) != RSIFT_OK) {
        print_message("%s: %s\n", path, err.message);
        t->n_bad++;
    } else {
        assert_int_equal(read_file(f, n - n_tail, tail, (size_t)n_tail, NULL), RSIFT_OK);
        rs_str end = {tail, (size_t)n_tail};
        if (rs_image_complete(&info, end, n) != RS_IMAGE_COMPLETE) {
            print_message("%s: not complete\n", path);
            t->n_cut++;
        }
        t->n_by_format[info.format]++;
        if (t->list)
            fprintf(t->list, "%s\t%u\t%u\t%u\n", path, info.width, info.height, info.orientation);
    }
    fclose(f);
}

static void walk(const char *folder, tally *t, int depth)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    if (!dir || depth > 16) return;
    while ((entry = readdir(dir))) {
        char path[4096];
        struct stat st;
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (lstat(path, &st) != 0) continue;
        if (S_ISDIR(st.st_mode)) walk(path, t, depth + 1);
        if (S_ISREG(st.st_mode) && rs_image_is_name(rs_str_of(path))) probe_file(path, t);
    }
    closedir(dir);
}

static const char *samples(void)
{
    static char path[4096];
    const char *set = getenv("RSIFT_SAMPLES");
    struct stat st;
    if (set) return stat(set, &st) == 0 ? set : NULL;
    source_path(path, sizeof path, "../shared/samples");
    return stat(path, &st) == 0 ? path : NULL;
}

static void compare_with_pillow(const char *list)
{
    char script[4096], command[9000];
    source_path(script, sizeof script, "tests/unit/image/compare_pillow.py");
    const char *python = getenv("RSIFT_PYTHON");
    snprintf(command, sizeof command, "%s '%s' '%s'", python ? python : "python3", script, list);
    int rc = system(command);
    if (WIFEXITED(rc) && WEXITSTATUS(rc) == 77) return; /* has said that Pillow is missing */
    assert_true(WIFEXITED(rc) && WEXITSTATUS(rc) == 0);
}

static void test_all_samples(void **state)
{
    (void)state;
    const char *root = samples();
    if (!root) {
        print_message("skipped: no release samples beside the repository\n");
        skip();
    }
    char list[] = "/tmp/rsift-pictures-XXXXXX";
    int fd = mkstemp(list);
    assert_true(fd >= 0);
    tally t = {.list = fdopen(fd, "w")};
    assert_non_null(t.list);
    walk(root, &t, 0);
    fclose(t.list);
    print_message("%zu pictures:", t.n);
    for (int i = 0; i < RS_IMAGE_N_FORMATS; i++)
        if (t.n_by_format[i])
            print_message(" %zu %s", t.n_by_format[i], rs_image_format_name((rs_image_format)i));
    print_message("\n");
    assert_int_equal(t.n_bad, 0);
    assert_int_equal(t.n_cut, 0);
    if (t.n > 0) compare_with_pillow(list);
    remove(list);
}

static void test_rasters_decode(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t width, height;
        double gsd_m;
        rs_image_rule rule;
    } table[] = {
        {"images-geotiff/naip/m_4709963_se_14_1_20090818.tif", 934, 724, 5, RS_RULE_BANDS},
        {"images-geotiff/rio-tiler/mosaic_cog3.tif", 400, 200, -1, RS_RULE_STRETCH},
        {"images-geotiff/terramind-s1s2/S2L2A/282D_485L_3_3.tif", 224, 224, -1, RS_RULE_STRETCH},
        {"images-geotiff/terramind-s1s2/S1RTC/282D_485L_3_3.tif", 224, 224, -1, RS_RULE_STRETCH},
    };
    const char *root = samples();
    if (!root) skip();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", root, table[i].name);
        rs_str bytes = read_whole(path);
        if (!bytes.ptr) {
            print_message("skipped: %s\n", table[i].name);
            continue;
        }
        rs_image_info info;
        rs_pixels p;
        assert_int_equal(rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, NULL), RSIFT_OK);
        assert_true(info.width == table[i].width && info.height == table[i].height);
        if (table[i].gsd_m >= 0) assert_true(info.gsd_m == table[i].gsd_m);
        rs_image_view view = {0};
        if (info.bands_unknown) { /* 12 bands: nothing in the file says of which sensor */
            assert_int_equal(rs_image_decode(bytes, NULL, &p, NULL), RSIFT_E_UNSUPPORTED);
            view = (rs_image_view){.bands = {4, 3, 2}};
        }
        assert_int_equal(rs_image_decode_view(bytes, NULL, &view, &p, NULL), RSIFT_OK);
        assert_int_equal(p.rule, table[i].rule);
        assert_true(p.width == info.width && p.height == info.height);
        rs_pixels_fini(&p);
        free((char *)bytes.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_samples),
        cmocka_unit_test(test_rasters_decode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
