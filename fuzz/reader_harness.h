/* Shared by the fuzz targets of the readers: the bytes become the files of a source (0xFE parts
 * them, a byte that UTF-8 does not have), one file for each use, which a reader then opens, cuts
 * and parses. Whatever the bytes: the identity of every pass holds, texts are valid UTF-8, numbers
 * finite, places inside their texts, the same bytes give the same records again, and a jump to a
 * record gives what cutting gave. */
#ifndef RS_FUZZ_READER_HARNESS_H
#define RS_FUZZ_READER_HARNESS_H

#include "base/alloc.h"
#include "base/utf8.h"
#include "fuzz_io.h"
#include "readers/table.h"

#include <math.h>

enum { FUZZ_USES = 3, FUZZ_JUMPS = 64 };

typedef struct fuzz_setup {
    const char *reader;
    const char *extension;
    rs_task task;
    const rs_param_value *params;
    size_t n_params;
} fuzz_setup;

static void fuzz_text(rs_str s)
{
    RS_ASSERT(s.len == 0 || (s.ptr && rs_utf8_valid(s) == s.len));
}

static void fuzz_sample(const rs_sample *s)
{
    fuzz_text(s->original_id);
    fuzz_text(s->release_type);
    fuzz_text(s->skill);
    for (uint32_t i = 0; i < s->n_turns; i++) fuzz_text(s->turns[i].text);
    for (uint32_t i = 0; i < s->n_labels; i++) fuzz_text(s->labels[i]);
    for (uint32_t i = 0; i < s->n_splits; i++) fuzz_text(s->splits[i].name);
    for (uint32_t i = 0; i < s->n_assets; i++) {
        fuzz_text(s->assets[i].path);
        RS_ASSERT(s->assets[i].path.len && s->assets[i].path.ptr[0] != '/');
    }
    for (uint32_t i = 0; i < s->n_regions; i++) {
        const rs_region *r = &s->regions[i];
        fuzz_text(r->label);
        for (uint32_t k = 0; k < r->n_coords; k++) RS_ASSERT(isfinite(r->coords[k]));
        if (r->turn < 0) continue;
        RS_ASSERT((uint32_t)r->turn < s->n_turns);
        size_t n = s->turns[r->turn].text.len;
        RS_ASSERT(r->begin < r->end && r->end <= n && r->phrase_begin <= r->phrase_end &&
                  r->phrase_end <= n);
    }
}

static void fuzz_count(rs_count *total, const rs_count *from)
{
    for (int i = 0; i < RS_MAX_PASSES; i++) rs_model_count_add(&total[i], &from[i]);
}

/* Jumps to the records of a chunk, on a state of its own. */
static void fuzz_jumps(const rs_reader *reader, const rs_source *source, const rs_chunk *chunk)
{
    if (!reader->at) return;
    rs_chunk one = {0};
    void *state = rs_calloc(1, reader->state_size);
    RS_ASSERT(reader->open(state, source, &one, NULL) == RSIFT_OK);
    for (size_t i = 0; i < chunk->n && i < FUZZ_JUMPS; i++) {
        const rs_raw *raw = &chunk->raws[i];
        int64_t length = raw->offset < 0 ? -1 : (int64_t)raw->content.len;
        rs_record_ref ref = {raw->file, raw->ordinal, raw->offset, length};
        rs_chunk_reset(&one);
        rsift_status status = reader->at(state, &ref, &one, NULL);
        if (status == RSIFT_E_UNSUPPORTED) continue;
        RS_ASSERT(status == RSIFT_OK && one.n == 1 && one.raws[0].ordinal == raw->ordinal);
        RS_ASSERT(rs_str_eq(one.raws[0].content, raw->content));
        RS_ASSERT(rs_str_eq(one.raws[0].extra, raw->extra));
        RS_ASSERT(rs_str_eq(one.raws[0].key, raw->key));
    }
    reader->close(state);
    rs_free(state);
    rs_chunk_fini(&one);
}

/* One reading; returns a hash of its records. */
static rs_id fuzz_pass(const rs_reader *reader, const rs_source *source)
{
    rs_count total[RS_MAX_PASSES] = {{0}};
    rs_chunk chunk = {0};
    rs_batch batch = {0};
    rsift_error err = {0};
    rs_hasher hasher;
    rs_hash_start(&hasher);
    void *state = rs_calloc(1, reader->state_size);
    rsift_status status = reader->open(state, source, &chunk, &err);
    for (bool first = true; status == RSIFT_OK; first = false) {
        if (!first) rs_chunk_reset(&chunk);
        status = reader->cut(state, &chunk, &err);
        fuzz_count(total, chunk.counts);
        for (size_t i = 0; i < chunk.n_findings; i++) fuzz_text(chunk.findings[i].message);
        if (status != RSIFT_OK) break;
        for (size_t i = 0; i < chunk.n; i++) {
            rs_hash_field(&hasher, chunk.raws[i].content);
            rs_hash_field(&hasher, chunk.raws[i].extra);
        }
        fuzz_jumps(reader, source, &chunk);
        rs_batch_reset(&batch);
        status = reader->parse(state, &chunk, &batch, &err);
        fuzz_count(total, batch.counts);
        for (size_t i = 0; i < batch.n_samples; i++) {
            fuzz_sample(&batch.samples[i]);
#ifdef FUZZ_SAMPLE
            FUZZ_SAMPLE(&batch.samples[i]); /* of a target that does more with each */
#endif
        }
    }
    RS_ASSERT(status == RSIFT_END || err.message[0]);
    if (status == RSIFT_END)
        for (int i = 0; i < RS_MAX_PASSES; i++) RS_ASSERT(rs_model_count_holds(&total[i]));
    reader->close(state);
    rs_free(state);
    rs_batch_fini(&batch);
    rs_chunk_fini(&chunk);
    return rs_hash_end(&hasher);
}

__attribute__((unused)) static int fuzz_reader(const fuzz_setup *setup, const uint8_t *bytes,
                                               size_t n)
{
    static const char *const stems[] = {"a/1", "b/1", "c/1"};
    if (n > 1 << 16) return 0;
    const rs_reader *reader = rs_reader_find(rs_str_of(setup->reader));
    rs_source_files files[FUZZ_USES] = {{{0}, NULL, NULL, 0, NULL}};
    size_t members[FUZZ_USES], n_files = 0;
    rs_str logical[FUZZ_USES];
    char names[FUZZ_USES][16];
    fuzz_write("empty", bytes, 0); /* makes the folder */
    for (int i = 0; i < FUZZ_USES; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%c", fuzz_root, "abc"[i]);
        RS_ASSERT(rs_io_make_dirs(rs_str_of(path), NULL) == RSIFT_OK);
        snprintf(names[i], sizeof names[i], "%s%s", stems[i], setup->extension);
    }
    while (n_files < FUZZ_USES && reader->uses[n_files].name) {
        const uint8_t *part = n ? memchr(bytes, 0xFE, n) : NULL;
        size_t len = part ? (size_t)(part - bytes) : n;
        fuzz_write(names[n_files], bytes, len);
        n -= part ? len + 1 : len;
        bytes += part ? len + 1 : len;
        n_files++;
    }
    rsift_limits limits = rsift_limits_default();
    limits.max_record = 1 << 20;
    rs_io_options options = {.limits = &limits};
    rs_io_tree *tree;
    RS_ASSERT(rs_io_tree_open(rs_str_of(fuzz_root), &options, &tree, NULL) == RSIFT_OK);
    rs_source source = {.tree = tree,
                        .limits = &limits,
                        .dataset = RS_STR("set"),
                        .name = RS_STR("fuzz"),
                        .task = setup->task,
                        .skill = RS_STR(""),
                        .files = files,
                        .n_files = n_files,
                        .params = setup->params,
                        .n_params = setup->n_params};
    for (size_t i = 0; i < n_files; i++) {
        logical[i] = rs_str_of(names[i]);
        members[i] = rs_io_find(tree, logical[i]);
        files[i] = (rs_source_files){rs_str_of(reader->uses[i].name), &members[i], &logical[i],
                                     members[i] != RS_NPOS, NULL};
    }
    rs_id first = fuzz_pass(reader, &source), second = fuzz_pass(reader, &source);
    RS_ASSERT(rs_id_eq(first, second));
    rs_io_tree_close(tree);
    return 0;
}

#endif
