/* One record by its place: every reader, every container; jumps that must not be believed. */
#include "temporary.h"

#include "io/support.h"
#include "base/alloc.h"
#include "base/rng.h"
#include "release/locate.h"
#include "release/records.h"

#include <unistd.h>

enum { MAX_REFS = 4096 };

typedef struct world {
    rs_plan *plan;
    rs_locator *locator;
    rs_sample_ref refs[MAX_REFS];
    size_t n;
    rs_arena arena;
} world;

/* All samples of the plan's source, as index would note them. */
static void list_samples(world *w)
{
    rs_records records;
    rs_record_chunk chunk = {0};
    rs_batch batch = {0};
    const rs_plan_source *source = &w->plan->sources[0];
    assert_int_equal(rs_records_open(&records, source, NULL), RSIFT_OK);
    while (rs_records_next(&records, &chunk, NULL) == RSIFT_OK) {
        assert_int_equal(rs_records_parse(&records, &chunk, &batch, NULL), RSIFT_OK);
        for (size_t i = 0; i < batch.n_samples && w->n < MAX_REFS; i++) {
            size_t at;
            const rs_sample *s = &batch.samples[i];
            const rs_raw *raw = rs_record_of(&chunk, s->ordinal, &at);
            w->refs[w->n++] =
                (rs_sample_ref){.source = source->id,
                                .file = source->source.files[raw->use].logical[raw->file],
                                .ordinal = s->ordinal,
                                .sub = s->sub,
                                .offset = raw->offset,
                                .length = raw->offset < 0 ? -1 : (int64_t)raw->content.len,
                                .record_hash = chunk.hashes[at],
                                .sample_id = s->id};
        }
    }
    rs_batch_fini(&batch);
    rs_record_chunk_fini(&chunk);
    rs_records_close(&records);
}

static void begin(world *w, const char *name, const char *reader, const char *params)
{
    rsift_error err;
    *w = (world){0};
    if (plan_of(name, reader, params, &w->plan, &err) != RSIFT_OK)
        fail_msg("%s: %s", err.where, err.message);
    list_samples(w);
    assert_int_equal(rs_locator_new(w->plan, &w->locator, &err), RSIFT_OK);
}

static void end(world *w)
{
    rs_locator_free(w->locator);
    rs_plan_free(w->plan);
}

static void expect_found(world *w, const rs_sample_ref *ref, bool jumped)
{
    rsift_error err = {0};
    rs_located found;
    if (rs_locate(w->locator, ref, &found, &err) != RSIFT_OK)
        fail_msg("%s: %s", err.where, err.message);
    assert_true(rs_id_eq(found.sample->id, ref->sample_id));
    assert_int_equal(found.raw->ordinal, ref->ordinal);
    assert_int_equal(found.jumped, jumped);
}

/* Every sample in shuffled order, each found by a jump or each by replay. */
static void expect_all(const char *name, const char *reader, const char *params, size_t n,
                       bool jumped)
{
    world w;
    begin(&w, name, reader, params);
    assert_int_equal(w.n, n);
    for (size_t k = 0; k < 2 * n; k++) expect_found(&w, &w.refs[k * 7919 % n], jumped);
    end(&w);
}

static rs_buf conversations(size_t n, const char *form)
{
    rs_buf b = {0};
    rs_buf_cstr(&b, form[0] == 'l' ? "\xEF\xBB\xBF" : form[0] == 'k' ? "{\n" : "[");
    for (size_t i = 0; i < n; i++) {
        if (i) rs_buf_cstr(&b, form[0] == 'l' ? "\n" : ",\n");
        if (form[0] == 'k') rs_buf_printf(&b, "\"a \\\"%zu\\u00e9\\\\\" : ", i);
        rs_buf_printf(&b,
                      "{\"image\":\"%zu.png\",\"conversations\":[{\"from\":\"human\",\"value\":"
                      "\"q%zu\"},{\"from\":\"gpt\",\"value\":\"a\"}]}",
                      i % 3, i / 2); /* records stand in the file twice and more */
    }
    rs_buf_cstr(&b, form[0] == 'l' ? "\n" : form[0] == 'k' ? "\n}" : "]");
    return b;
}

static void jumps_in_plain_files(void **state)
{
    (void)state;
    rs_buf lines = conversations(2500, "lines"), array = conversations(2500, "array"),
           keyed = conversations(300, "keyed");
    put_bytes("lines.jsonl", lines.ptr, lines.len);
    put_bytes("array.json", array.ptr, array.len);
    put_bytes("keyed.json", keyed.ptr, keyed.len);
    expect_all("lines.jsonl", "llava", "", 2500, true);
    expect_all("array.json", "llava", "", 2500, true);
    expect_all("keyed.json", "llava", "path={}", 300, true);
    put_text("lines/q.txt", "a.png:how many?2\n\nb.png:what?ship\nb.png:what?ship\n");
    expect_all("lines", "lines", "", 3, true);
    put_text("dota/1.txt", "1 2 3 4 5 6 7 8 ship 0\n");
    put_text("dota/2.txt", "gsd:1\n1 2 3 4 5 6 7 8 car 0\n");
    expect_all("dota", "dota", "", 2, true);
    put_text("folder/Ship/1.jpg", "");
    put_text("folder/Car/2.jpg", "");
    expect_all("folder", "folder", "", 2, true);
    put_text("pairs/A/1.png", "");
    put_text("pairs/B/1.png", "");
    expect_all("pairs", "pairs", "", 1, true);
    rs_buf_fini(&lines);
    rs_buf_fini(&array);
    rs_buf_fini(&keyed);
}

/* Tar and stored zip members in place, deflated ones by inflating, tar.gz by replay. */
static void jumps_in_archives(void **state)
{
    (void)state;
    rs_buf array = conversations(3000, "array"), keyed = conversations(40, "keyed"), out = {0};
    zip_member members[] = {{.name = "x/stored.json", .bytes = array.ptr, .n = array.len},
                            {.name = "y.txt", .bytes = "no", .n = 2}};
    zip_write(&out, members, 2, false, 0);
    put_bytes("stored.zip", out.ptr, out.len);
    expect_all("stored.zip", "llava", "", 3000, true);
    out.len = 0;
    members[0].method = 8;
    zip_write(&out, members, 2, false, 0);
    put_bytes("deflated.zip", out.ptr, out.len);
    expect_all("deflated.zip", "llava", "", 3000, true);
    out.len = 0;
    members[0] = (zip_member){.name = "k.json", .bytes = keyed.ptr, .n = keyed.len, .method = 8};
    zip_write(&out, members, 1, false, 0);
    put_bytes("keyed.zip", out.ptr, out.len);
    expect_all("keyed.zip", "llava", "path={}", 40, true);
    out.len = 0;
    tar_add(&out, "a.json", '0', array.ptr, array.len);
    tar_end(&out);
    put_bytes("a.tar", out.ptr, out.len);
    expect_all("a.tar", "llava", "", 3000, true);
    char command[256];
    snprintf(command, sizeof command, "gzip -k %s/a.tar", folder);
    if (system(command) == 0) {
        snprintf(command, sizeof command, "rm %s/a.tar", folder);
        assert_int_equal(system(command), 0);
        world w; /* ascending: a replay that starts anew for each would take minutes */
        begin(&w, "a.tar.gz", "llava", "");
        for (size_t i = 0; i < w.n; i += 100) expect_found(&w, &w.refs[i], false);
        expect_found(&w, &w.refs[3], false);
        end(&w);
    }
    rs_buf_fini(&array);
    rs_buf_fini(&keyed);
    rs_buf_fini(&out);
}

static void joined_records_replay(void **state)
{
    (void)state;
    put_text("coco.json", "{\"images\":[{\"id\":1,\"file_name\":\"a\"},{\"id\":2,\"file_name\":"
                          "\"b\"}],\"annotations\":[{\"id\":1,\"image_id\":2,\"bbox\":[1,2,3,4],"
                          "\"category_id\":1}],\"categories\":[{\"id\":1,\"name\":\"x\"}]}");
    expect_all("coco.json", "coco", "", 2, false);
    put_text("nwpu.json", "{\"airplane\":[{\"filename\":\"1.jpg\",\"raw\":\"x\"},{\"filename\":"
                          "\"2.jpg\",\"raw\":\"y\"}]}");
    expect_all("nwpu.json", "karpathy", "list=*", 2, false);
}

static void wrong_places_are_not_believed(void **state)
{
    (void)state;
    rs_buf array = conversations(50, "array");
    put_bytes("w.json", array.ptr, array.len);
    world w;
    begin(&w, "w.json", "llava", "");
    rs_sample_ref ref = w.refs[40];
    ref.offset++; /* no record begins there */
    expect_found(&w, &ref, false);
    ref.offset = w.refs[39].offset;
    expect_found(&w, &ref, false);
    ref.offset = -1;
    expect_found(&w, &ref, false);
    ref = w.refs[40];
    ref.offset = INT64_MAX;
    expect_found(&w, &ref, false);
    ref = w.refs[40];
    ref.length = INT64_MAX;
    expect_found(&w, &ref, false);
    ref = w.refs[40];
    ref.file = RS_STR("gone.json");
    expect_found(&w, &ref, false);

    rsift_error err = {0};
    rs_located found;
    ref = w.refs[40];
    ref.record_hash.lo ^= 1;
    assert_int_equal(rs_locate(w.locator, &ref, &found, &err), RSIFT_E_FORMAT);
    assert_true(rs_str_find(rs_str_of(err.message), RS_STR("changed since")) != RS_NPOS);
    ref = w.refs[40];
    ref.sample_id.lo ^= 1;
    assert_int_equal(rs_locate(w.locator, &ref, &found, &err), RSIFT_E_FORMAT);
    ref = w.refs[40];
    ref.ordinal = 1000;
    ref.offset = -1;
    assert_int_equal(rs_locate(w.locator, &ref, &found, &err), RSIFT_E_FORMAT);
    ref = w.refs[40];
    ref.source = RS_STR("other");
    assert_int_equal(rs_locate(w.locator, &ref, &found, &err), RSIFT_E_FORMAT);
    expect_found(&w, &w.refs[40], true); /* none of this hinders the next call */
    end(&w);
    rs_buf_fini(&array);
}

/* Every allocation fails once: an error, never a wrong sample; the locator stays usable. */
static void memory_runs_out(void **state)
{
    (void)state;
    rs_buf array = conversations(20, "array");
    put_bytes("m.json", array.ptr, array.len);
    world w;
    begin(&w, "m.json", "llava", "");
    rsift_status status = RSIFT_E_NOMEM;
    for (int64_t n = 1; status != RSIFT_OK && n < 200; n++) {
        rs_located found;
        rs_alloc_fail_at(n);
        status = rs_locate(w.locator, &w.refs[7], &found, NULL);
        rs_alloc_fail_at(0);
        assert_true(status == RSIFT_OK || status == RSIFT_E_NOMEM);
        expect_found(&w, &w.refs[8], true);
    }
    assert_int_equal(status, RSIFT_OK);
    end(&w);
    rs_buf_fini(&array);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jumps_in_plain_files),  cmocka_unit_test(jumps_in_archives),
        cmocka_unit_test(joined_records_replay), cmocka_unit_test(wrong_places_are_not_believed),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
