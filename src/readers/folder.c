/* Pictures in class folders: the label is the parent folder's name (EuroSAT, NWPU-RESISC45, UC
 * Merced), or the file name up to its last '_'. A record is a picture's logical name; no picture is
 * opened here. Files that are no pictures by their extension are skipped. */
#include "readers/parse.h"

struct folder {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    size_t next;
    int64_t ordinal;
    bool by_name;
    rs_words class_names;
    rs_arena arena;
};

static rsift_status folder_open(void *opened, const rs_source *source, rs_chunk *first,
                                rsift_error *err)
{
    (void)first;
    struct folder *state = opened;
    state->source = source;
    state->files = rs_source_files_of(source, "images");
    if (!state->files) return rs_err_set(err, RSIFT_E_ARG, "the source names no \"images\" files");
    state->use = (uint32_t)(state->files - source->files);
    state->by_name = rs_str_eq(rs_source_param(source, "class", RS_STR("parent")), RS_STR("name"));
    return rs_words_of(&state->arena, source, "class_names", &state->class_names, err);
}

static void folder_close(void *opened)
{
    rs_arena_fini(&((struct folder *)opened)->arena);
}

static bool is_picture(rs_str path)
{
    static const char *const extensions[] = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp",
                                             ".bmp", ".gif",  ".jp2", ".ppm", ".pgm"};
    rs_str extension = rs_str_extension(path);
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (rs_str_eq_nocase(extension, rs_str_of(extensions[i]))) return true;
    return false;
}

/* The record of a picture is its logical name. */
static rsift_status add_picture(const struct folder *state, size_t file, int64_t ordinal,
                                rs_chunk *chunk, rsift_error *err)
{
    rs_raw *raw = rs_chunk_add(chunk);
    if (!raw) return rs_err_nomem(err, "a raw record");
    raw->ordinal = ordinal;
    raw->use = state->use;
    raw->file = (uint32_t)file;
    raw->content = rs_arena_str(&chunk->arena, state->files->logical[file]);
    if (!raw->content.ptr) return rs_err_nomem(err, "a raw record");
    raw->key = raw->content;
    chunk->n_bytes += raw->content.len;
    return RSIFT_OK;
}

static rsift_status folder_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct folder *state = opened;
    while (state->next < state->files->n && chunk->n < RS_CHUNK_RECORDS) {
        size_t file = state->next++;
        int64_t ordinal = state->ordinal++;
        /* read-me files and lists next to the class folders are counted, not read */
        if (!is_picture(state->files->logical[file])) {
            chunk->counts[0].seen++;
            chunk->counts[0].skipped++;
            continue;
        }
        RS_TRY(add_picture(state, file, ordinal, chunk, err));
    }
    return chunk->n ? RSIFT_OK : RSIFT_END;
}

static rsift_status folder_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                              rsift_error *err)
{
    return add_picture(opened, ref->file, ref->ordinal, chunk, err);
}

/* One picture -> one sample with its class as label. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct folder *state = opened;
    rs_str path = p->raw->content, stem = rs_str_stem(path);
    rs_str label = rs_str_basename(rs_str_dirname(path));
    if (state->by_name) { /* "airplane_001" -> "airplane"; a name without '_' is the class */
        size_t line = rs_str_rfind_char(stem, '_');
        label = line == RS_NPOS ? stem : rs_str_sub(stem, 0, line);
    }
    if (label.len == 0)
        return rs_parse_find(p, RS_F_FIELD_MISSING, path, "the picture stands in no class folder");
    /* the parameter class_names spells classes as people write them ("SeaLake" -> "sea lake") */
    rs_str mapped = rs_words_get(&state->class_names, label);
    if (mapped.ptr) label = mapped;
    rs_sample *sample;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, stem, &sample->original_id));
    RS_TRY(rs_parse_label(p, sample, label));
    RS_TRY(rs_parse_check_class(p, label, path));
    RS_TRY(rs_parse_media(p, sample, path, stem, label));
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status folder_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                 rsift_error *err)
{
    const struct folder *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, 0, parse_one}, chunk, batch, err);
}

/* A picture in a folder might be anything: only when nothing else knows the folder. */
static int folder_probe(const rs_probe_input *input)
{
    return is_picture(input->path) && rs_str_dirname(input->path).len ? 15 : 0;
}

static const rs_reader_use uses[] = {
    {"images", "* !*.json !*.jsonl !*.xml !*.txt !*.csv", .required = true},
    {0},
};
static const char *const passes[] = {"images", NULL};
static const rs_param params[] = {
    {"class", "parent|name", "parent",
     "parent: the folder's name; name: the file name up to its last _"},
    {"class_names", "map", "", "folder or name -> class"},
    {0},
};

const rs_reader rs_reader_folder = {
    .name = "folder",
    .version = 1,
    .summary = "pictures in class folders",
    .source = "phelber/EuroSAT; NWPU-RESISC45; UC Merced Land Use",
    .reads = "pictures in folders named after their class",
    .gives = RS_HAS_CLASS,
    .task = RS_TASK_CLASSIFICATION,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct folder),
    .probe = folder_probe,
    .open = folder_open,
    .cut = folder_cut,
    .parse = folder_parse,
    .at = folder_at,
    .close = folder_close,
};
