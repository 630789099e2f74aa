/* Shared by the tests of room readers: a folder of small files is read by one reader, and what came
 * out is kept and can be printed as one text. Checks the identity of every pass by itself. */
#ifndef RS_TEST_READERS_HARNESS_H
#define RS_TEST_READERS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "readers/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAYBE_UNUSED __attribute__((unused))
enum { MAX_FILES_OF_USE = 64 };

typedef struct harness {
    char root[512];
    bool own_root; /* removed at the end */
    rs_io_tree *tree;
    rsift_limits limits;
    rs_source source;
    rs_source_files files[4];
    rs_source_media media[4];
    rs_param_value params[16];
    rs_str values[64];
    size_t n_values;
    rs_arena arena;
    const rs_reader *reader;
    void *state;
    rs_batch batch; /* all samples */
    rs_count counts[RS_MAX_PASSES];
    rs_finding *findings;
    size_t n_findings, cap_findings;
    rs_id records; /* hash over all records in order: replay must give the same */
    size_t n_raws, n_chunks, n_jumps;
    rsift_error err;
} harness;

MAYBE_UNUSED static void put_file(harness *h, const char *path, rs_str text)
{
    char full[1024];
    snprintf(full, sizeof full, "%s/%s", h->root, path);
    assert_int_equal(rs_io_make_dirs(rs_str_dirname(rs_str_of(full)), NULL), RSIFT_OK);
    FILE *f = fopen(full, "wb");
    assert_non_null(f);
    if (text.len) assert_int_equal(fwrite(text.ptr, 1, text.len, f), text.len);
    assert_int_equal(fclose(f), 0);
}

MAYBE_UNUSED static void harness_init(harness *h, const char *reader, rs_task task)
{
    *h = (harness){.limits = rsift_limits_default(), .own_root = true};
    snprintf(h->root, sizeof h->root, "%s/rsift-read-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(h->root));
    h->reader = rs_reader_find(rs_str_of(reader));
    assert_non_null(h->reader);
    h->source = (rs_source){.limits = &h->limits,
                            .dataset = RS_STR("set"),
                            .name = RS_STR("all"),
                            .task = task,
                            .skill = RS_STR(""),
                            .files = h->files,
                            .media = h->media,
                            .params = h->params};
}

/* A parameter with values separated by '|'. */
MAYBE_UNUSED static void param(harness *h, const char *key, const char *values)
{
    rs_param_value *p = &h->params[h->source.n_params++];
    *p = (rs_param_value){.key = rs_str_of(key), .values = &h->values[h->n_values]};
    rs_str rest = rs_str_of(values), piece;
    while (rs_str_split(&rest, '|', &piece)) {
        h->values[h->n_values++] = piece;
        p->n++;
    }
}

MAYBE_UNUSED static void media(harness *h, rs_asset_role role, const char *text)
{
    h->media[h->source.n_media++] = (rs_source_media){.role = role, .template = rs_str_of(text)};
}

MAYBE_UNUSED static void open_tree(harness *h)
{
    if (h->tree) return;
    rs_io_options options = {.limits = &h->limits};
    rsift_status status = rs_io_tree_open(rs_str_of(h->root), &options, &h->tree, &h->err);
    if (status != RSIFT_OK) fail_msg("%s: %s", h->err.where, h->err.message);
    h->source.tree = h->tree;
}

/* All members whose path holds `part` and ends in `tail` are files of this use. */
MAYBE_UNUSED static size_t use_of(harness *h, const char *name, const char *part, const char *tail)
{
    open_tree(h);
    size_t n = rs_io_n_members(h->tree), found = 0;
    size_t *members = rs_arena_alloc(&h->arena, (n + 1) * sizeof *members);
    rs_str *logical = rs_arena_alloc(&h->arena, (n + 1) * sizeof *logical);
    for (size_t i = 0; i < n; i++) {
        rs_str path = rs_io_member_at(h->tree, i)->path;
        if (!rs_str_ends(path, rs_str_of(tail))) continue;
        if (rs_str_find(path, rs_str_of(part)) == RS_NPOS) continue;
        members[found] = i;
        logical[found++] = path;
    }
    h->files[h->source.n_files++] = (rs_source_files){
        .use = rs_str_of(name), .members = members, .logical = logical, .n = found};
    return found;
}

MAYBE_UNUSED static size_t use(harness *h, const char *name, const char *tail)
{
    return use_of(h, name, "", tail);
}

static rs_str keep(harness *h, rs_str s)
{
    rs_str copy = rs_arena_str(&h->arena, s);
    assert_non_null(copy.ptr);
    return copy;
}

static void take_findings(harness *h, const rs_finding *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_true(RS_VEC_RESERVE(h->findings, h->cap_findings, h->n_findings + 1));
        rs_finding *f = &h->findings[h->n_findings++];
        *f = from[i];
        f->where = keep(h, f->where);
        f->message = keep(h, f->message);
    }
}

/* Every record of the chunk that can be jumped to is what cutting gave. */
static void check_jumps(harness *h, const rs_chunk *chunk)
{
    if (!h->reader->at) return;
    rs_chunk one = {0};
    rsift_error err = {0};
    void *state = rs_calloc(1, h->reader->state_size);
    assert_int_equal(h->reader->open(state, &h->source, &one, NULL), RSIFT_OK);
    for (size_t k = 0; k < chunk->n; k++) {
        size_t i = chunk->n - 1 - k; /* backwards: a jump behind another one */
        const rs_raw *raw = &chunk->raws[i];
        int64_t length = raw->offset < 0 ? -1 : (int64_t)raw->content.len;
        rs_record_ref ref = {raw->file, raw->ordinal, raw->offset, length};
        rs_chunk_reset(&one);
        rsift_status status = h->reader->at(state, &ref, &one, &err);
        h->n_jumps += status == RSIFT_OK;
        if (status == RSIFT_E_UNSUPPORTED) continue;
        if (status != RSIFT_OK) fail_msg("jump: %s: %s", err.where, err.message);
        assert_int_equal(one.n, 1);
        assert_true(rs_str_eq(one.raws[0].content, raw->content));
        assert_true(rs_str_eq(one.raws[0].extra, raw->extra));
        assert_true(rs_str_eq(one.raws[0].key, raw->key));
        assert_int_equal(one.raws[0].ordinal, raw->ordinal);
    }
    h->reader->close(state);
    rs_free(state);
    rs_chunk_fini(&one);
}

/* Reads it all; the status of the first call that was neither OK nor END. */
MAYBE_UNUSED static rsift_status harness_try(harness *h)
{
    rs_chunk chunk = {0};
    rs_hasher hasher;
    rs_hash_start(&hasher);
    h->state = rs_calloc(1, h->reader->state_size);
    assert_non_null(h->state);
    rsift_status status = h->reader->open(h->state, &h->source, &chunk, &h->err);
    for (bool first = true; status == RSIFT_OK; first = false) {
        if (!first) rs_chunk_reset(&chunk);
        status = h->reader->cut(h->state, &chunk, &h->err);
        if (status != RSIFT_OK && status != RSIFT_END) break;
        for (int i = 0; i < RS_MAX_PASSES; i++) rs_model_count_add(&h->counts[i], &chunk.counts[i]);
        take_findings(h, chunk.findings, chunk.n_findings);
        if (status == RSIFT_END) {
            assert_int_equal(chunk.n, 0);
            break;
        }
        h->n_chunks++;
        for (size_t i = 0; i < chunk.n; i++) {
            const rs_raw *raw = &chunk.raws[i];
            assert_true(i == 0 || raw->ordinal > chunk.raws[i - 1].ordinal);
            h->n_raws++;
            rs_hash_u64(&hasher, (uint64_t)raw->ordinal);
            rs_hash_field(&hasher, raw->content);
            rs_hash_field(&hasher, raw->extra);
        }
        check_jumps(h, &chunk);
        size_t begin = h->batch.n_samples;
        status = h->reader->parse(h->state, &chunk, &h->batch, &h->err);
        /* Nothing of a sample may point into the chunk: it is emptied before the samples are used.
         */
        for (size_t i = 0; i < chunk.n; i++) {
            memset((char *)(uintptr_t)chunk.raws[i].content.ptr, '#', chunk.raws[i].content.len);
            if (chunk.raws[i].extra.ptr)
                memset((char *)(uintptr_t)chunk.raws[i].extra.ptr, '#', chunk.raws[i].extra.len);
        }
        for (size_t i = begin; i < h->batch.n_samples; i++)
            assert_true(h->batch.samples[i].ordinal >= chunk.raws[0].ordinal);
    }
    h->records = rs_hash_end(&hasher);
    rs_chunk_fini(&chunk);
    h->reader->close(h->state);
    rs_free(h->state);
    h->state = NULL;
    for (int i = 0; i < RS_MAX_PASSES; i++) rs_model_count_add(&h->counts[i], &h->batch.counts[i]);
    take_findings(h, h->batch.findings, h->batch.n_findings);
    return status == RSIFT_END ? RSIFT_OK : status;
}

MAYBE_UNUSED static void harness_read(harness *h)
{
    rsift_status status = harness_try(h);
    if (status != RSIFT_OK) fail_msg("%s > %s", h->err.where, h->err.message);
    for (int i = 0; i < RS_MAX_PASSES; i++)
        if (!rs_model_count_holds(&h->counts[i]))
            fail_msg("pass %d: seen %" PRId64 " used %" PRId64 " merged %" PRId64
                     " skipped %" PRId64 " set aside %" PRId64,
                     i, h->counts[i].seen, h->counts[i].used, h->counts[i].merged,
                     h->counts[i].skipped, h->counts[i].set_aside);
}

MAYBE_UNUSED static void harness_clear(harness *h)
{
    rs_batch_fini(&h->batch);
    rs_free(h->findings);
    h->findings = NULL;
    h->n_findings = h->cap_findings = 0;
    memset(h->counts, 0, sizeof h->counts);
    h->n_raws = h->n_chunks = h->n_jumps = 0;
}

MAYBE_UNUSED static void harness_fini(harness *h)
{
    harness_clear(h);
    rs_io_tree_close(h->tree);
    if (h->own_root) rs_io_remove_tree(rs_str_of(h->root), NULL);
    rs_arena_fini(&h->arena);
}

MAYBE_UNUSED static size_t n_findings(const harness *h, rs_finding_code code)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n_findings; i++) n += h->findings[i].code == code;
    return n;
}

/* Is the sample's list of objects whole, after the findings that lose one? */
MAYBE_UNUSED static bool is_whole(const harness *h, size_t i)
{
    assert_true(i < h->batch.n_samples);
    for (size_t k = 0; k < h->batch.n_findings; k++)
        if (h->batch.findings[k].sample == (int32_t)i &&
            rs_model_finding_info(h->batch.findings[k].code)->effect >= RS_EFFECT_LIST)
            return false;
    return h->batch.samples[i].complete == RS_COMPLETE_YES;
}

MAYBE_UNUSED static const char *message_of(const harness *h, rs_finding_code code)
{
    for (size_t i = 0; i < h->n_findings; i++)
        if (h->findings[i].code == code) return h->findings[i].message.ptr;
    return "";
}

MAYBE_UNUSED static void check_counts(const harness *h, int pass, int64_t seen, int64_t used,
                                      int64_t merged, int64_t skipped, int64_t set_aside)
{
    const rs_count *c = &h->counts[pass];
    char got[160], want[160];
    snprintf(got, sizeof got, "seen %d used %d merged %d skipped %d aside %d", (int)c->seen,
             (int)c->used, (int)c->merged, (int)c->skipped, (int)c->set_aside);
    snprintf(want, sizeof want, "seen %d used %d merged %d skipped %d aside %d", (int)seen,
             (int)used, (int)merged, (int)skipped, (int)set_aside);
    assert_string_equal(got, want);
}

/* One sample as text: task id type | role:text | role=path WxH | kind label [numbers] convention
 * flags. */
MAYBE_UNUSED static const char *show(harness *h, size_t i)
{
    assert_true(i < h->batch.n_samples);
    const rs_sample *s = &h->batch.samples[i];
    rs_buf b = {0};
    rs_buf_printf(&b, "%s id=%.*s", rs_model_task_name(s->task), RS_STR_ARG(s->original_id));
    if (s->release_type.len) rs_buf_printf(&b, " type=%.*s", RS_STR_ARG(s->release_type));
    if (s->skill.len) rs_buf_printf(&b, " skill=%.*s", RS_STR_ARG(s->skill));
    for (uint32_t k = 0; k < s->n_splits; k++)
        rs_buf_printf(&b, " %.*s/%.*s", RS_STR_ARG(s->splits[k].scheme),
                      RS_STR_ARG(s->splits[k].name));
    if (!s->truth) rs_buf_cstr(&b, " withheld");
    for (uint32_t k = 0; k < s->n_labels; k++)
        rs_buf_printf(&b, " label=%.*s", RS_STR_ARG(s->labels[k]));
    for (uint32_t k = 0; k < s->n_turns; k++)
        rs_buf_printf(&b, " | %s:%.*s", rs_model_turn_role_name(s->turns[k].role),
                      RS_STR_ARG(s->turns[k].text));
    for (uint32_t k = 0; k < s->n_assets; k++) {
        rs_buf_printf(&b, " | %s=%.*s", rs_model_asset_role_name(s->assets[k].role),
                      RS_STR_ARG(s->assets[k].path));
        if (s->assets[k].width > 0)
            rs_buf_printf(&b, " %gx%g", s->assets[k].width, s->assets[k].height);
    }
    for (uint32_t k = 0; k < s->n_regions; k++) {
        const rs_region *r = &s->regions[k];
        rs_buf_printf(&b, " | %s '%.*s' [", rs_model_region_kind_name(r->kind),
                      RS_STR_ARG(r->label));
        for (uint32_t m = 0; m < r->n_coords; m++)
            rs_buf_printf(&b, m ? " %g" : "%g", r->coords[m]);
        rs_buf_printf(&b, "] %s", r->convention ? r->convention->name : "mask");
        if (r->turn >= 0) rs_buf_printf(&b, " turn %d %u-%u", (int)r->turn, r->begin, r->end);
        if (r->phrase_end > r->phrase_begin)
            rs_buf_printf(&b, " p %u-%u", r->phrase_begin, r->phrase_end);
        if (r->flags & RS_REGION_MARK) rs_buf_cstr(&b, " mark");
        if (r->flags & RS_REGION_DIFFICULT) rs_buf_cstr(&b, " difficult");
        if (r->flags & RS_REGION_TRUNCATED) rs_buf_cstr(&b, " truncated");
        if (r->flags & RS_REGION_CROWD) rs_buf_cstr(&b, " crowd");
    }
    const char *text = rs_arena_cstr(&h->arena, rs_buf_view(&b));
    rs_buf_fini(&b);
    return text;
}

/* Reads the same source again and compares the records. */
MAYBE_UNUSED static void check_replay(harness *h)
{
    rs_id before = h->records;
    size_t n = h->n_raws, samples = h->batch.n_samples, findings = h->n_findings;
    harness_clear(h);
    harness_read(h);
    assert_true(rs_id_eq(before, h->records));
    assert_int_equal(n, h->n_raws);
    assert_int_equal(samples, h->batch.n_samples);
    assert_int_equal(findings, h->n_findings);
}

/* Folder of the real release records, or NULL (and says so). */
MAYBE_UNUSED static const char *samples_folder(const char *name)
{
    static char path[1024];
    const char *root = getenv("RSIFT_SAMPLES");
    snprintf(path, sizeof path, "%s/%s", root ? root : "../shared/samples", name);
    if (access(path, R_OK) == 0) return path;
    print_message("[ SKIPPED  ] %s is not here\n", path);
    return NULL;
}

MAYBE_UNUSED static bool harness_samples(harness *h, const char *reader, rs_task task,
                                         const char *folder)
{
    const char *path = samples_folder(folder);
    if (!path) return false;
    *h = (harness){.limits = rsift_limits_default()};
    assert_true(snprintf(h->root, sizeof h->root, "%s", path) < (int)sizeof h->root);
    h->reader = rs_reader_find(rs_str_of(reader));
    assert_non_null(h->reader);
    h->source = (rs_source){.limits = &h->limits,
                            .dataset = RS_STR("set"),
                            .name = RS_STR("all"),
                            .task = task,
                            .skill = RS_STR(""),
                            .files = h->files,
                            .media = h->media,
                            .params = h->params};
    return true;
}

#endif
