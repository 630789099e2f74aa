/* Before, after and mask folders (LEVIR-CD, CDD, SECOND, LEVIR-MCI): files of equal name, or equal
 * stem, belong together; where folders repeat a name (train/A/1.png, test/A/1.png), those whose
 * folders differ least. One sample is one pair; its mask is an asset. No picture is opened here. A
 * source without mask files has its truth withheld; a mask missing for one pair is a finding. */
#include "readers/partners.h"

enum { BEFORE, AFTER, MASK, N_USES };

struct pairs {
    const rs_source *source;
    const rs_source_files *files[N_USES];
    uint32_t use;
    rs_partners partners[N_USES];
    unsigned char *used[N_USES];
    size_t next;
    int64_t ordinal;
    bool finished;
    rs_arena arena;
};

static rsift_status pairs_open(void *opened, const rs_source *source, rs_chunk *first,
                               rsift_error *err)
{
    (void)first;
    struct pairs *state = opened;
    static const char *const names[] = {"before", "after", "mask"};
    const rs_str match = rs_source_param(source, "match", RS_STR("name"));
    state->source = source;
    for (int use = 0; use < N_USES; use++)
        state->files[use] = rs_source_files_of(source, names[use]);
    /* a mask may be missing from all pairs, a second picture from none */
    if (!state->files[BEFORE] || !state->files[AFTER])
        return rs_err_set(err, RSIFT_E_ARG, "the source names no \"before\" or no \"after\" files");
    state->use = (uint32_t)(state->files[BEFORE] - source->files);
    for (int use = 0; use < N_USES; use++) {
        const size_t n = state->files[use] ? state->files[use]->n : 0;
        state->used[use] = rs_arena_calloc(&state->arena, n + 1, 1);
        if (!state->used[use]) return rs_err_nomem(err, "a list of files");
        RS_TRY(rs_partners_open(&state->partners[use], &state->arena, state->files[use], match,
                                (rs_str){0}, err));
    }
    return RSIFT_OK;
}

static void pairs_close(void *opened)
{
    struct pairs *state = opened;
    for (int use = 0; use < N_USES; use++) rs_partners_fini(&state->partners[use]);
    rs_arena_fini(&state->arena);
}

/* The logical name of the file of `use` that belongs to the picture `before`. Where only one before
 * picture has this key, the only file of the key is its own wherever it lies. ptr NULL = none, or
 * several. */
static rs_str partner(struct pairs *state, int use, rs_str before)
{
    const rs_str key = rs_partners_key(&state->partners[BEFORE], before);
    const bool unique = rs_partners_count(&state->partners[BEFORE], key) == 1;
    const uint32_t found = rs_partners_of(&state->partners[use], key, before, unique);
    if (found == RS_NO_PARTNER) return (rs_str){0};
    state->used[use][found] = 1;
    return state->files[use]->logical[found];
}

/* A before picture with its partners: content = its name, extra = the others' names. */
static rsift_status cut_one(struct pairs *state, size_t file, int64_t ordinal, rs_chunk *chunk,
                            rsift_error *err)
{
    rs_str before = state->files[BEFORE]->logical[file];
    rs_str after = partner(state, AFTER, before), mask = partner(state, MASK, before);
    if (!after.ptr) {
        chunk->counts[BEFORE].seen++;
        chunk->counts[BEFORE].set_aside++;
        return rs_chunk_find(chunk, RS_F_LINK_ORPHAN, ordinal, before, err,
                             "there is no after picture of this name, or several");
    }
    rs_raw *raw = rs_chunk_add(chunk);
    if (!raw) return rs_err_nomem(err, "a raw record");
    raw->ordinal = ordinal;
    raw->use = state->use;
    raw->file = (uint32_t)file;
    raw->content = rs_arena_str(&chunk->arena, before);
    raw->extra = rs_arena_join(&chunk->arena, after, RS_STR("\n"), mask.ptr ? mask : RS_STR(""));
    raw->key = raw->content;
    chunk->n_bytes += raw->content.len + raw->extra.len;
    return raw->content.ptr && raw->extra.ptr ? RSIFT_OK : rs_err_nomem(err, "a raw record");
}

static rsift_status pairs_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err)
{
    return cut_one(opened, ref->file, ref->ordinal, chunk, err);
}

/* The pass over the after or mask files, at the end: those that belong to no before picture. */
static rsift_status count_others(struct pairs *state, int use, rs_chunk *chunk, rsift_error *err)
{
    const rs_source_files *files = state->files[use];
    for (size_t i = 0; files && i < files->n; i++) {
        rs_count *count = &chunk->counts[use];
        count->seen++;
        if (state->used[use][i]) {
            count->used++;
            continue;
        }
        count->set_aside++;
        RS_TRY(rs_chunk_find(chunk, RS_F_LINK_ORPHAN, -1, files->logical[i], err,
                             "no before picture belongs to it by name"));
    }
    return RSIFT_OK;
}

static rsift_status pairs_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct pairs *state = opened;
    while (state->next < state->files[BEFORE]->n && chunk->n < RS_CHUNK_RECORDS)
        RS_TRY(cut_one(state, state->next++, state->ordinal++, chunk, err));
    if (chunk->n) return RSIFT_OK;
    if (!state->finished) { /* once, when the last pair has been cut */
        state->finished = true;
        RS_TRY(count_others(state, AFTER, chunk, err));
        RS_TRY(count_others(state, MASK, chunk, err));
    }
    return RSIFT_END;
}

/* ---- parse ----------------------------------------------------------------------------------- */

/* One pair -> one sample with two pictures and, where there is one, its mask. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct pairs *state = opened;
    static const rs_asset_role roles[] = {RS_ASSET_BEFORE, RS_ASSET_AFTER, RS_ASSET_MASK};
    rs_str names[N_USES] = {p->raw->content};
    size_t line = rs_str_find_char(p->raw->extra, '\n');
    names[AFTER] = rs_str_sub(p->raw->extra, 0, line);
    names[MASK] = rs_str_sub(p->raw->extra, line + 1, p->raw->extra.len);
    rs_sample *sample;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, rs_str_stem(names[BEFORE]), &sample->original_id));
    rs_asset_ref *assets = rs_arena_calloc(&p->batch->arena, N_USES, sizeof *assets);
    if (!assets) return rs_err_nomem(p->err, "assets");
    sample->assets = assets;
    for (int use = 0; use < N_USES; use++) {
        if (names[use].len == 0) continue; /* no mask */
        assets[sample->n_assets].role = roles[use];
        RS_TRY(rs_partners_path(p, roles[use], names[use], &assets[sample->n_assets++].path));
    }
    /* a source without any mask withholds them; of one that has masks this one is lost */
    sample->truth = state->files[MASK] && state->files[MASK]->n > 0;
    *outcome = RS_OUTCOME_USED;
    if (!sample->truth || names[MASK].len) return RSIFT_OK;
    return rs_parse_find(p, RS_F_FILE_MISSING, names[BEFORE],
                         "there is no mask of this name, or several");
}

static rsift_status pairs_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                rsift_error *err)
{
    const struct pairs *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, BEFORE, parse_one}, chunk, batch,
                         err);
}

/* Folder names of before pictures: a hint that any better one beats. */
static int pairs_probe(const rs_probe_input *input)
{
    static const char *const folders[] = {"A", "im1", "before", "T1", "time1"};
    rs_str folder = rs_str_basename(rs_str_dirname(input->path));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (rs_str_eq(folder, rs_str_of(folders[i]))) return 40;
    return 0;
}

static const rs_reader_use uses[] = {
    {"before", "a/* im1/* before/* t1/* time1/*", .required = true},
    {"after", "b/* im2/* after/* t2/* time2/*", .required = true},
    {"mask", "label/* label1/* mask/* out/* cm/* gt/*", .required = false},
    {0},
};
static const char *const passes[] = {"before", "after", "mask", NULL};
static const rs_param params[] = {
    {"mask_values", "map", "", "value of the mask -> class; kept for scorers, not used to read"},
    {"match", "name|stem", "name", "name: equal file names; stem: equal without the extension"},
    {0},
};

const rs_reader rs_reader_pairs = {
    .name = "pairs",
    .version = 3,
    .summary = "folders of before, after and mask pictures of equal names",
    .source = "justchenhao.github.io/LEVIR; CDD; SECOND",
    .reads = "pictures in the folders A and B, or im1 and im2",
    .gives = RS_HAS_PAIRS | RS_HAS_MASK,
    .task = RS_TASK_CHANGE_DETECTION,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct pairs),
    .probe = pairs_probe,
    .open = pairs_open,
    .cut = pairs_cut,
    .parse = pairs_parse,
    .at = pairs_at,
    .close = pairs_close,
};
