/* One source read record by record: cut, identified, parsed; replayable. See records.h. */
#include "release/records.h"

#include "base/alloc.h"
#include "readers/rename.h"

/* ---- files without a record ------------------------------------------------------------------ */

static bool alloc_has_record(rs_records *r)
{
    const rs_source *source = &r->source->source;
    r->has_record = rs_calloc(source->n_files + 1, sizeof *r->has_record);
    for (size_t u = 0; r->has_record && u < source->n_files; u++) {
        r->has_record[u] = rs_calloc(source->files[u].n + 1, sizeof **r->has_record);
        if (!r->has_record[u]) return false;
    }
    return r->has_record != NULL;
}

static void free_has_record(rs_records *r)
{
    for (size_t u = 0; r->has_record && u < r->source->source.n_files; u++)
        rs_free(r->has_record[u]);
    rs_free(r->has_record);
}

/* The file that a finding of reading names by its chain. */
static void note_told(rs_records *r, rs_str chain)
{
    const rs_source *source = &r->source->source;
    for (size_t u = 0; u < source->n_files; u++)
        for (size_t i = 0; i < source->files[u].n; i++)
            if (rs_str_eq(rs_io_member_at(source->tree, source->files[u].members[i])->chain, chain))
                r->has_record[u][i] = true;
}

static void note_records(rs_records *r, const rs_chunk *chunk)
{
    for (size_t i = 0; i < chunk->n; i++)
        for (uint32_t k = 0; k <= chunk->raws[i].n_more; k++)
            r->has_record[chunk->raws[i].use][chunk->raws[i].file + k] = true;
    const rs_source *source = &r->source->source;
    for (int p = 0; p < RS_MAX_PASSES; p++) {
        /* placeholders and repeated rows were read all the same; of several files it is not known
         * whose they are */
        const bool left_out = chunk->counts[p].skipped + chunk->counts[p].merged > 0;
        for (size_t u = 0; left_out && u < source->n_files; u++)
            if (source->files[u].n == 1) r->has_record[u][0] = true;
    }
    for (size_t i = 0; i < chunk->n_findings; i++)
        if (chunk->findings[i].code == RS_F_NOTHING_READ) note_told(r, chunk->findings[i].where);
}

/* Do records stand in the files of this use? In those of the first one, and of what serves in its
 * place. */
static bool holds_records(const rs_reader *reader, rs_str use)
{
    for (size_t i = 0; reader->uses[i].name; i++)
        if (rs_str_eq(use, rs_str_of(reader->uses[i].name)))
            return i == 0 || reader->uses[i].instead;
    return false;
}

void rs_records_without(const rs_records *r, rs_records_file_fn *fn, void *ctx)
{
    const rs_source *source = &r->source->source;
    for (size_t u = 0; r->source->reader->takes && u < source->n_files; u++) {
        if (!holds_records(r->source->reader, source->files[u].use)) continue;
        for (size_t i = 0; i < source->files[u].n; i++)
            if (!r->has_record[u][i]) fn(ctx, source->tree, source->files[u].members[i]);
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Begins a reading: nothing was counted, no file has a record. */
static rsift_status begin(rs_records *r, const rs_plan_source *source, rsift_error *err)
{
    *r = (rs_records){.source = source};
    r->first.max_findings = source->source.limits->max_findings;
    r->occurrences = rs_calloc(1, sizeof *r->occurrences);
    if (r->occurrences) rs_occurrence_init(r->occurrences, source->source.tree, 0);
    if (!r->occurrences || !alloc_has_record(r)) return rs_err_nomem(err, "a reader");
    return RSIFT_OK;
}

/* Undoes what had begun of a reading that failed. */
static rsift_status refuse(rs_records *r, const rs_plan_source *source, rsift_status status,
                           rsift_error *err)
{
    if (status == RSIFT_OK) return RSIFT_OK;
    rs_records_close(r);
    return rs_err_within(err, status, "%.*s", RS_STR_ARG(source->source.name));
}

rsift_status rs_records_open(rs_records *r, const rs_plan_source *source, rsift_error *err)
{
    rsift_status status = begin(r, source, err);
    r->state = rs_calloc(1, source->reader->state_size);
    if (status == RSIFT_OK && !r->state) status = rs_err_nomem(err, "a reader");
    if (status == RSIFT_OK) {
        status = source->reader->open(r->state, &source->source, &r->first, err);
        r->opened = true; /* also when it failed: close undoes what open had begun */
    }
    return refuse(r, source, status, err);
}

rsift_status rs_records_again(rs_records *r, const rs_plan_source *source, rsift_error *err)
{
    if (!r->source->reader->again) {
        rs_records_close(r);
        return rs_records_open(r, source, err);
    }
    void *state = r->state;
    r->state = NULL;
    r->opened = false;
    rs_records_close(r);
    rsift_status status = begin(r, source, err);
    r->state = state;
    r->opened = true;
    if (status == RSIFT_OK)
        status = source->reader->again(r->state, &source->source, &r->first, err);
    return refuse(r, source, status, err);
}

bool rs_records_list_classes(const rs_records *r)
{
    return r->source->reader->classes != NULL;
}

rsift_status rs_records_class_list(const rs_records *r, size_t file, const rs_render_model *model,
                                   rs_arena *arena, rs_render_classes *out, rsift_error *err)
{
    rs_class_list_maker maker;
    const rs_str *names;
    rs_words renamed; /* the samples have the new names, and so has the list */
    const size_t n = r->source->reader->classes(r->state, file, &names);
    RS_TRY(rs_rename_of(arena, &r->source->source, &renamed, err));
    RS_TRY(rs_class_list_begin(&maker, arena, model, err));
    for (size_t i = 0; i < n; i++)
        RS_TRY(rs_class_list_add(&maker, rs_words_map(&renamed, names[i]), err));
    *out = rs_class_list_end(&maker);
    return RSIFT_OK;
}

void rs_records_close(rs_records *r)
{
    if (r->opened) r->source->reader->close(r->state);
    rs_free(r->state);
    if (r->occurrences) rs_occurrence_fini(r->occurrences);
    rs_free(r->occurrences);
    free_has_record(r);
    rs_chunk_fini(&r->first);
    *r = (rs_records){0};
}

void rs_record_chunk_fini(rs_record_chunk *chunk)
{
    rs_chunk_fini(&chunk->chunk);
}

/* Hashes of the chunk's records. The hash holds the file's logical name, so one map of occurrence
 * numbers serves all files; without `count` the numbers are left at 0. */
static rsift_status hash_records(rs_records *r, rs_record_chunk *c, bool count, rsift_error *err)
{
    size_t n = c->chunk.n;
    c->hashes = rs_arena_alloc(&c->chunk.arena, (n + 1) * sizeof *c->hashes);
    c->occurrences = rs_arena_calloc(&c->chunk.arena, n + 1, sizeof *c->occurrences);
    if (!c->hashes || !c->occurrences) return rs_err_nomem(err, "a chunk");
    const rs_source *source = &r->source->source;
    for (size_t i = 0; i < n; i++) {
        rs_raw *raw = &c->chunk.raws[i];
        /* the offset in the decoded text is no place in the file */
        if (rs_io_is_decoded(source->tree, source->files[raw->use].members[raw->file]))
            raw->offset = -1;
        rs_str file = source->files[raw->use].logical[raw->file];
        c->hashes[i] = rs_model_record_hash(source->dataset, file, raw->content, raw->extra);
        if (!count) continue;
        /* equal records of a file are kept apart by how many came before, in reading order */
        uint64_t before;
        RS_TRY(rs_occurrence_next(r->occurrences, c->hashes[i].lo, &before, err));
        c->occurrences[i] = (uint32_t)before;
    }
    return RSIFT_OK;
}

rsift_status rs_records_at(rs_records *r, const rs_record_ref *ref, rs_record_chunk *c,
                           rsift_error *err)
{
    rs_chunk_reset(&c->chunk);
    c->number = -1;
    if (!r->source->reader->at)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "the reader %s replays",
                          r->source->reader->name);
    rsift_status status = r->source->reader->at(r->state, ref, &c->chunk, err);
    if (status == RSIFT_OK && c->chunk.n != 1)
        status = rs_err_set(err, RSIFT_E_FORMAT, "no record is there");
    if (status != RSIFT_OK)
        return rs_err_within(err, status, "%.*s", RS_STR_ARG(r->source->source.name));
    return hash_records(r, c, false, err);
}

/* A chunk without records is handed out for its findings and counts. */
static bool has_anything(const rs_chunk *chunk)
{
    if (chunk->n || chunk->n_findings) return true;
    for (int i = 0; i < RS_MAX_PASSES; i++)
        if (chunk->counts[i].seen) return true;
    return false;
}

rsift_status rs_records_next(rs_records *r, rs_record_chunk *c, rsift_error *err)
{
    if (r->ended) return RSIFT_END;
    if (!r->begun) { /* open's findings and counts travel with chunk 0 */
        rs_chunk_fini(&c->chunk);
        c->chunk = r->first;
        r->first = (rs_chunk){0};
        r->begun = true;
    } else {
        rs_chunk_reset(&c->chunk);
        c->chunk.max_findings = r->source->source.limits->max_findings;
    }
    rsift_status status = r->source->reader->cut(r->state, &c->chunk, err);
    if (status == RSIFT_END) {
        r->ended = true;
        if (!has_anything(&c->chunk)) return RSIFT_END;
    } else if (status != RSIFT_OK) {
        return rs_err_within(err, status, "%.*s", RS_STR_ARG(r->source->source.name));
    }
    c->number = r->n_chunks++;
    note_records(r, &c->chunk);
    return hash_records(r, c, true, err);
}

const rs_raw *rs_record_of(const rs_record_chunk *c, int64_t ordinal, size_t *index)
{
    if (c->chunk.n == 0) return NULL;
    /* ordinals are consecutive but for skipped records: try that index, then search */
    int64_t first = c->chunk.raws[0].ordinal;
    if (ordinal >= first && ordinal - first < (int64_t)c->chunk.n &&
        c->chunk.raws[ordinal - first].ordinal == ordinal) {
        *index = (size_t)(ordinal - first);
        return &c->chunk.raws[*index];
    }
    size_t low = 0, high = c->chunk.n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->chunk.raws[mid].ordinal < ordinal) low = mid + 1;
        else high = mid;
    }
    if (low == c->chunk.n || c->chunk.raws[low].ordinal != ordinal) return NULL;
    *index = low;
    return &c->chunk.raws[low];
}

rsift_status rs_records_parse(const rs_records *r, const rs_record_chunk *c, rs_batch *batch,
                              rsift_error *err)
{
    rs_batch_reset(batch);
    rsift_status status = r->source->reader->parse(r->state, &c->chunk, batch, err);
    if (status != RSIFT_OK)
        return rs_err_within(err, status, "%.*s", RS_STR_ARG(r->source->source.name));
    for (size_t i = 0; i < batch->n_samples; i++) {
        rs_sample *sample = &batch->samples[i];
        size_t at = 0;
        const rs_raw *raw = rs_record_of(c, sample->ordinal, &at);
        RS_ASSERT(raw != NULL); /* a reader's sample names a record of its chunk */
        /* id = hash of (record hash, occurrence, sub) */
        sample->id = rs_model_sample_id(c->hashes[at], c->occurrences[at], sample->sub);
        if (!r->source->truth) sample->truth = false;
    }
    return RSIFT_OK;
}

rs_str rs_record_locator(rs_arena *arena, const rs_records *r, const rs_raw *raw)
{
    const rs_source *source = &r->source->source;
    size_t member = source->files[raw->use].members[raw->file];
    rs_str chain = rs_io_member_at(source->tree, member)->chain;
    /* made for every sample: printf would cost as much as the rest of the row */
    char digits[20];
    size_t i = sizeof digits;
    uint64_t v = (uint64_t)raw->ordinal;
    do digits[--i] = (char)('0' + v % 10);
    while (v /= 10);
    return rs_arena_join(arena, chain, RS_STR("#"), rs_str_make(digits + i, sizeof digits - i));
}

rs_picture_name rs_record_picture(const rs_records *r, const rs_record_chunk *c, int64_t ordinal,
                                  rs_str path)
{
    rs_picture_name name = {.path = path,
                            .extensions = r->source->image_extensions,
                            .n_extensions = r->source->n_image_extensions};
    size_t at;
    const rs_raw *raw = rs_record_of(c, ordinal, &at);
    if (!raw) return name;
    const rs_source *source = &r->source->source;
    const size_t member = source->files[raw->use].members[raw->file];
    name.label_folders = r->source->label_folders;
    name.n_label_folders = r->source->n_label_folders;
    name.record_folder = rs_str_dirname(rs_io_member_at(source->tree, member)->path);
    return name;
}
