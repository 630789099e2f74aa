/* Before, after and mask folders (LEVIR-CD, CDD, SECOND, LEVIR-MCI): files of equal name, or equal
 * stem, belong together. One sample is one pair; its mask is an asset. No picture is opened here. A
 * source without mask files has its truth withheld; a mask missing for one pair is told. */
#include "base/map.h"
#include "readers/common.h"

enum { BEFORE, AFTER, MASK, N_USES };

struct pairs {
    const rs_source *source;
    const rs_source_files *files[N_USES];
    uint32_t use;
    rs_strmap names[N_USES]; /* file's key -> place; [BEFORE] unused */
    uint32_t *places[N_USES];
    unsigned char *used[N_USES];
    size_t next;
    int64_t ordinal;
    bool by_stem, finished;
    rs_arena arena;
};

static rs_str key_of(const struct pairs *state, rs_str path)
{
    return state->by_stem ? rs_str_stem(path) : rs_str_basename(path);
}

static rsift_status index_files(struct pairs *state, int use, rsift_error *err)
{
    const rs_source_files *files = state->files[use];
    if (!files) return RSIFT_OK;
    state->places[use] = rs_arena_calloc(&state->arena, files->n + 1, sizeof(uint32_t));
    state->used[use] = rs_arena_calloc(&state->arena, files->n + 1, 1);
    if (!state->places[use] || !state->used[use]) return rs_err_nomem(err, "a list of files");
    for (size_t i = 0; i < files->n; i++) {
        bool made;
        size_t number = rs_strmap_put(&state->names[use], key_of(state, files->logical[i]), &made);
        if (number == RS_NPOS) return rs_err_nomem(err, "a list of files");
        if (made) state->places[use][number] = (uint32_t)i;
    }
    return RSIFT_OK;
}

static rsift_status pairs_open(void *opened, const rs_source *source, rs_chunk *first,
                               rsift_error *err)
{
    (void)first;
    struct pairs *state = opened;
    static const char *const names[] = {"before", "after", "mask"};
    state->source = source;
    for (int use = 0; use < N_USES; use++)
        state->files[use] = rs_source_files_of(source, names[use]);
    if (!state->files[BEFORE] || !state->files[AFTER])
        return rs_err_set(err, RSIFT_E_ARG, "the source names no \"before\" or no \"after\" files");
    state->use = (uint32_t)(state->files[BEFORE] - source->files);
    state->by_stem = rs_str_eq(rs_source_param(source, "match", RS_STR("name")), RS_STR("stem"));
    RS_TRY(index_files(state, AFTER, err));
    return index_files(state, MASK, err);
}

static void pairs_close(void *opened)
{
    struct pairs *state = opened;
    for (int use = 0; use < N_USES; use++) rs_strmap_fini(&state->names[use]);
    rs_arena_fini(&state->arena);
}

/* The logical name of the file that belongs to `key`; ptr NULL = none. Marks it used. */
static rs_str partner(struct pairs *state, int use, rs_str key)
{
    if (!state->files[use]) return (rs_str){0};
    size_t number = rs_strmap_get(&state->names[use], key);
    if (number == RS_NPOS) return (rs_str){0};
    size_t place = state->places[use][number];
    state->used[use][place] = 1;
    return state->files[use]->logical[place];
}

static rsift_status cut_one(struct pairs *state, rs_chunk *chunk, rsift_error *err)
{
    size_t file = state->next++;
    int64_t ordinal = state->ordinal++;
    rs_str before = state->files[BEFORE]->logical[file], key = key_of(state, before);
    rs_str after = partner(state, AFTER, key), mask = partner(state, MASK, key);
    if (!after.ptr) {
        chunk->counts[BEFORE].seen++;
        chunk->counts[BEFORE].set_aside++;
        return rs_chunk_find(chunk, RS_F_LINK_ORPHAN, ordinal, before, err,
                             "there is no after picture of this name");
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
                             "there is no before picture of this name"));
    }
    return RSIFT_OK;
}

static rsift_status pairs_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct pairs *state = opened;
    while (state->next < state->files[BEFORE]->n && chunk->n < RS_CHUNK_RECORDS)
        RS_TRY(cut_one(state, chunk, err));
    if (chunk->n) return RSIFT_OK;
    if (!state->finished) {
        state->finished = true;
        RS_TRY(count_others(state, AFTER, chunk, err));
        RS_TRY(count_others(state, MASK, chunk, err));
    }
    return RSIFT_END;
}

/* ---- parse
 * ---------------------------------------------------------------------------------------- */

/* The template of this role with the file's name, or the file's own logical name. */
static rsift_status picture_path(rs_parse *p, rs_asset_role role, rs_str logical, rs_str *out)
{
    for (size_t i = 0; i < p->source->n_media; i++) {
        if (p->source->media[i].role != role) continue;
        rs_str name = rs_str_basename(logical);
        rs_str path =
            rs_source_media_path(p->scratch, p->source, i, name, rs_str_stem(name), (rs_str){0});
        if (!path.ptr) return rs_err_nomem(p->err, "a picture's path");
        return rs_parse_copy(p, path, out);
    }
    return rs_parse_copy(p, logical, out);
}

static rsift_status parse_one(rs_parse *p, const void *opened, rs_fate *fate)
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
        if (names[use].len == 0) continue;
        assets[sample->n_assets].role = roles[use];
        RS_TRY(picture_path(p, roles[use], names[use], &assets[sample->n_assets++].path));
    }
    sample->truth = names[MASK].len != 0;
    *fate = RS_FATE_USED;
    if (sample->truth || !state->files[MASK] || state->files[MASK]->n == 0) return RSIFT_OK;
    return rs_parse_find(p, RS_F_FILE_MISSING, names[BEFORE], "there is no mask of this name");
}

static rsift_status pairs_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                rsift_error *err)
{
    const struct pairs *state = opened;
    return rs_parse_each(state->source, state, chunk, batch, BEFORE, parse_one, err);
}

static int pairs_probe(const rs_probe_input *input)
{
    static const char *const folders[] = {"A", "im1", "before", "T1", "time1"};
    rs_str folder = rs_str_basename(rs_str_dirname(input->path));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (rs_str_eq(folder, rs_str_of(folders[i]))) return 40;
    return 0;
}

static const char *const uses[] = {"before", "after", "mask", NULL};
static const char *const passes[] = {"before", "after", "mask", NULL};
static const rs_param params[] = {
    {"mask_values", "map", "", "value of the mask -> class; told on, not used to read"},
    {"match", "text", "name", "name: equal file names; stem: equal without the extension"},
    {0},
};

const rs_reader rs_reader_pairs = {
    .name = "pairs",
    .version = 1,
    .summary = "folders of before, after and mask pictures of equal names",
    .source = "justchenhao.github.io/LEVIR; CDD; SECOND",
    .gives = RS_HAS_PAIRS | RS_HAS_MASK,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct pairs),
    .probe = pairs_probe,
    .open = pairs_open,
    .cut = pairs_cut,
    .parse = pairs_parse,
    .close = pairs_close,
};
