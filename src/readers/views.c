/* Places seen from several sides: one folder per view, with class folders inside or around
 * (<view>/<class>/<file>, <class>/<view>/<file>). Files of one class and one stem show one place,
 * which is one sample. The words of view folders come as a parameter: AiRound's own are not known
 * for sure. No picture is opened here. */
#include "base/map.h"
#include "image/name.h"
#include "readers/parse.h"

enum { MOST_VIEWS = 16, NO_FILE = UINT32_MAX };

struct views {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    rs_str words[MOST_VIEWS];
    size_t n_words;
    rs_strmap places; /* class, '/', stem -> number */
    uint32_t *first;  /* by place: its first file */
    uint32_t *behind; /* by file: the next one of its place; NO_FILE ends */
    uint8_t *views;   /* by file: which word its folder is; MOST_VIEWS = none */
    size_t next;
    bool told;
    rs_arena arena;
};

/* ---- open ------------------------------------------------------------------------------------ */

/* "sentinel*" fits "Sentinel-2" and "sentinel": case is ignored. */
static bool fits_word(rs_str word, rs_str folder)
{
    if (!rs_str_ends(word, RS_STR("*"))) return rs_str_eq_nocase(word, folder);
    word.len--;
    return rs_str_eq_nocase(word, rs_str_sub(folder, 0, word.len));
}

static size_t view_of(const struct views *state, rs_str folder)
{
    size_t i = 0;
    while (i < state->n_words && !fits_word(state->words[i], folder)) i++;
    return i < state->n_words ? i : MOST_VIEWS;
}

/* The view and the class of a path: the two folders above the file, in either order. */
static bool split_path(const struct views *state, rs_str path, size_t *view, rs_str *class_name)
{
    const rs_str inner = rs_str_dirname(path), outer = rs_str_dirname(inner);
    const rs_str a = rs_str_basename(outer), b = rs_str_basename(inner);
    const size_t left = view_of(state, a), right = view_of(state, b);
    /* a folder of each kind: two views or two classes tell nothing */
    if ((left == MOST_VIEWS) == (right == MOST_VIEWS) || !a.len || !b.len) return false;
    *view = left == MOST_VIEWS ? right : left;
    *class_name = left == MOST_VIEWS ? a : b;
    return true;
}

/* Puts every picture to its place, in file order. */
static rsift_status find_places(struct views *state, rsift_error *err)
{
    const size_t n = state->files->n;
    state->first = rs_arena_calloc(&state->arena, n + 1, sizeof *state->first);
    state->behind = rs_arena_calloc(&state->arena, n + 1, sizeof *state->behind);
    state->views = rs_arena_calloc(&state->arena, n + 1, 1);
    uint32_t *last = rs_arena_calloc(&state->arena, n + 1, sizeof *last);
    if (!state->first || !state->behind || !state->views || !last)
        return rs_err_nomem(err, "a list of files");
    for (size_t i = 0; i < n; i++) {
        const rs_str path = state->files->logical[i];
        size_t view;
        rs_str class_name;
        bool made;
        state->views[i] = MOST_VIEWS;
        state->behind[i] = NO_FILE;
        if (!rs_image_is_name(path) || !split_path(state, path, &view, &class_name)) continue;
        state->views[i] = (uint8_t)view;
        const rs_str key = rs_arena_join(&state->arena, class_name, RS_STR("/"), rs_str_stem(path));
        const size_t place = key.ptr ? rs_strmap_put(&state->places, key, &made) : RS_NPOS;
        if (place == RS_NPOS) return rs_err_nomem(err, "places");
        if (made) state->first[place] = (uint32_t)i;
        else state->behind[last[place]] = (uint32_t)i;
        last[place] = (uint32_t)i;
    }
    return RSIFT_OK;
}

static rsift_status views_open(void *opened, const rs_source *source, rs_chunk *first,
                               rsift_error *err)
{
    (void)first;
    struct views *state = opened;
    static const rs_str usual[] = {{"aerial", 6}, {"ground", 6}, {"sentinel*", 9}, {"s2*", 3}};
    const rs_param_value *words = rs_source_param_list(source, "views");
    state->source = source;
    state->files = rs_source_files_of(source, "images");
    if (!state->files) return rs_err_set(err, RSIFT_E_ARG, "the source names no \"images\" files");
    state->use = (uint32_t)(state->files - source->files);
    state->n_words = words && words->n ? words->n : sizeof usual / sizeof *usual;
    if (state->n_words > MOST_VIEWS)
        return rs_err_set(err, RSIFT_E_ARG, "parameter views: at most %d words", MOST_VIEWS);
    for (size_t i = 0; i < state->n_words; i++)
        state->words[i] = words && words->n ? words->values[i] : usual[i];
    return find_places(state, err);
}

static void views_close(void *opened)
{
    struct views *state = opened;
    rs_strmap_fini(&state->places);
    rs_arena_fini(&state->arena);
}

/* ---- cut ------------------------------------------------------------------------------------- */

/* A place as a raw record: its files' names, a line each. */
static rsift_status cut_place(struct views *state, size_t place, rs_chunk *chunk, rsift_error *err)
{
    rs_buf names = {0};
    for (uint32_t i = state->first[place]; i != NO_FILE; i = state->behind[i]) {
        if (names.len) rs_buf_char(&names, '\n');
        rs_buf_str(&names, state->files->logical[i]);
    }
    rs_raw *raw = names.failed ? NULL : rs_chunk_add(chunk);
    if (raw) {
        raw->ordinal = (int64_t)place;
        raw->offset = -1;
        raw->use = state->use;
        raw->file = state->first[place];
        raw->content = rs_arena_str(&chunk->arena, rs_buf_view(&names));
        raw->key = state->places.keys[place];
        chunk->n_bytes += names.len;
    }
    rs_buf_fini(&names);
    return raw && raw->content.ptr ? RSIFT_OK : rs_err_nomem(err, "a raw record");
}

/* The pass over the files, at the end: pictures of no view are told, each folder once. */
static rsift_status count_files(struct views *state, rs_chunk *chunk, rsift_error *err)
{
    rs_str told = {0};
    for (size_t i = 0; i < state->files->n; i++) {
        rs_count *count = &chunk->counts[1];
        const rs_str path = state->files->logical[i], folder = rs_str_dirname(path);
        count->seen++;
        if (state->views[i] != MOST_VIEWS) {
            count->used++;
            continue;
        }
        if (!rs_image_is_name(path)) {
            count->skipped++;
            continue;
        }
        count->set_aside++;
        const bool again = told.ptr && rs_str_eq(told, folder);
        told = folder;
        char quoted[RS_QUOTE_SIZE];
        if (!again)
            RS_TRY(rs_chunk_find(chunk, RS_F_NOTHING_READ, -1, path, err,
                                 "no folder of \"%s\" is known as a view, or both are: name the "
                                 "view folders, --param views=aerial,ground",
                                 rs_err_quote(quoted, folder)));
    }
    return RSIFT_OK;
}

static rsift_status views_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct views *state = opened;
    while (state->next < state->places.n && chunk->n < RS_CHUNK_RECORDS)
        RS_TRY(cut_place(state, state->next++, chunk, err));
    if (chunk->n) return RSIFT_OK;
    if (!state->told) RS_TRY(count_files(state, chunk, err));
    state->told = true;
    return RSIFT_END;
}

static rsift_status views_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err)
{
    struct views *state = opened;
    if (ref->ordinal < 0 || (uint64_t)ref->ordinal >= state->places.n)
        return rs_err_set(err, RSIFT_E_FORMAT, "there is no such place");
    return cut_place(state, (size_t)ref->ordinal, chunk, err);
}

/* ---- parse ----------------------------------------------------------------------------------- */

/* One place -> one sample with its views, in the order of the words. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct views *state = opened;
    const rs_str class_name = rs_str_dirname(p->raw->key);
    rs_sample *sample;
    size_t n = 0;
    for (uint32_t i = p->raw->file; i != NO_FILE; i = state->behind[i]) n++;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, p->raw->key, &sample->original_id));
    RS_TRY(rs_parse_label(p, sample, class_name));
    RS_TRY(rs_parse_check_class(p, class_name, p->raw->key));
    rs_asset_ref *assets = rs_arena_calloc(&p->batch->arena, n, sizeof *assets);
    if (!assets) return rs_err_nomem(p->err, "assets");
    sample->assets = assets;
    for (size_t view = 0; view < state->n_words; view++)
        for (uint32_t i = p->raw->file; i != NO_FILE; i = state->behind[i]) {
            if (state->views[i] != view) continue;
            rs_asset_ref *asset = &assets[sample->n_assets++];
            asset->role = RS_ASSET_VIEW;
            RS_TRY(rs_parse_copy(p, state->files->logical[i], &asset->path));
        }
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status views_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                rsift_error *err)
{
    const struct views *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, 0, parse_one}, chunk, batch, err);
}

/* Class folders look alike: only whoever asks for it gets it. */
static int views_probe(const rs_probe_input *input)
{
    (void)input;
    return 0;
}

static const rs_reader_use uses[] = {
    {"images", "* !*.json !*.jsonl !*.xml !*.txt !*.csv", .required = true},
    {0},
};
static const char *const passes[] = {"places", "files", NULL};
static const rs_param params[] = {
    {"views", "list", "aerial,ground,sentinel*,s2*",
     "words of the view folders, in the order of the pictures; * at the end fits any rest"},
    {0},
};

const rs_reader rs_reader_views = {
    .name = "views",
    .version = 1,
    .summary = "folders of views and classes: a place is one sample of several pictures",
    .source = "AiRound (arXiv 2008.01133)",
    .reads = "pictures in folders of a view and a class",
    .gives = RS_HAS_CLASS,
    .task = RS_TASK_CLASSIFICATION,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct views),
    .probe = views_probe,
    .open = views_open,
    .cut = views_cut,
    .parse = views_parse,
    .at = views_at,
    .close = views_close,
};
