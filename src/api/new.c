/* new: drafts a catalogue record for what lies at a path. Readers judge names and first bytes;
 * files of one family in one folder become one source. The draft is checked by the catalogue's own
 * parser before it is handed out; what rsift cannot know is marked TODO. */
#include "api/call.h"

#include "base/alloc.h"
#include "base/map.h"
#include "codec/json_writer.h"
#include "image/name.h"
#include "image/probe.h"
#include "io/io.h"
#include "readers/params.h"
#include "readers/table.h"
#include "release/kind.h"

#include <time.h>

enum { most_sources = 64 };

/* Files of one folder with one extension. */
typedef struct group {
    rs_str folder, extension;
    size_t first, n; /* first member; how many */
    const rs_reader *reader;
    const rs_file_kind *kind;
    int score;
    bool tied;
} group;

typedef struct draft {
    rs_io_tree *tree;
    rs_arena arena;
    group groups[most_sources];
    size_t n_groups;
    size_t n_pictures, n_picture_folders;
    rs_str picture_folder;
    rs_buf yaml;
} draft;

/* Asks every reader for its score on the group's first file and keeps the best one. */
static rsift_status probe_group(draft *d, group *g, rsift_error *err)
{
    rs_arena scratch = {0};
    rs_probe_input input = {0};
    rsift_status status = rs_kind_head(d->tree, g->first, &scratch, &input, err);
    for (size_t i = 0; status == RSIFT_OK && rs_readers[i]; i++) {
        int score = rs_readers[i]->probe ? rs_readers[i]->probe(&input) : 0;
        /* A tie is told in the draft; the reader that comes first in the table is kept. */
        if (score == g->score && score > 0) g->tied = true;
        if (score <= g->score) continue;
        g->score = score;
        g->reader = rs_readers[i];
        g->tied = false;
    }
    if (status == RSIFT_OK) g->kind = rs_kind_of(&input);
    rs_arena_fini(&scratch);
    return status;
}

/* May the group be labels? Texts about the data are none. */
static bool is_label(const draft *d, const group *g)
{
    static const char *const about[] = {"readme", "license", "licence", "classes", "requirements"};
    const rs_str path = rs_io_member_at(d->tree, g->first)->path, stem = rs_str_stem(path);
    for (size_t i = 0; i < sizeof about / sizeof *about; i++)
        if (rs_str_eq_nocase(stem, rs_str_of(about[i]))) return false;
    static const char *const others[] = {".md", ".pdf", ".yaml", ".yml", ".py", ".sh"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (rs_str_eq_nocase(g->extension, rs_str_of(others[i]))) return false;
    return true;
}

/* The labels that no reader knows, as one sentence. A guess from the folders of the pictures would
 * pass over them without a word. */
static rsift_status refuse_labels(const draft *d, const group *g, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                      "no reader knows the labels here: \"%s\" is %s%s%s; `rsift list --readers` "
                      "says what they read",
                      rs_err_quote(quoted, rs_io_member_at(d->tree, g->first)->path), g->kind->name,
                      g->kind->todo ? ": " : "", g->kind->todo ? g->kind->todo : "");
}

/* Counts a picture, or adds a file to the group of its folder and extension. */
static void add_member(draft *d, size_t i)
{
    rs_str path = rs_io_member_at(d->tree, i)->path;
    rs_str folder = rs_str_dirname(path), extension = rs_str_extension(path);
    if (rs_image_is_name(path)) {
        /* Only the last folder is remembered: members of one folder usually follow one another, and
         * the count matters only as "exactly one", when its name becomes the media pattern. */
        d->n_pictures++;
        if (d->n_picture_folders == 0 || !rs_str_eq(folder, d->picture_folder))
            d->n_picture_folders++;
        d->picture_folder = folder;
        return;
    }
    /* One JSON file holds many records and is a source of its own; small files of other kinds (one
     * XML or TXT per picture) are one source for each folder and extension. */
    const bool alone = rs_str_eq_nocase(extension, RS_STR(".json")) ||
                       rs_str_eq_nocase(extension, RS_STR(".jsonl"));
    for (size_t g = 0; g < d->n_groups && !alone; g++) {
        if (!rs_str_eq(d->groups[g].folder, folder) ||
            !rs_str_eq(d->groups[g].extension, extension))
            continue;
        d->groups[g].n++;
        return;
    }
    /* Groups from the 65th on are left out: a draft is for a person to read and complete. */
    if (d->n_groups < most_sources)
        d->groups[d->n_groups++] =
            (group){.folder = folder, .extension = extension, .first = i, .n = 1};
}

/* Writes one group as a source of the draft: its reader, task, file pattern and, when all pictures
 * lie in one folder, where they are. */
static void put_source(draft *d, const group *g, size_t number)
{
    rs_buf *y = &d->yaml;
    rs_buf_printf(y,
                  "      - name: source-%zu        # TODO: a word\n        reader: %s%s\n        "
                  "role: train           # TODO: train or eval\n"
                  "        task: %s\n        files: {%s: ",
                  number, g->reader->name, g->tied ? "   # another reader reads it as well" : "",
                  rs_model_task_name(g->reader->task), g->reader->uses[0].name);
    /* A single file is named; several become "last-folder/" and a star before the extension.
     * Patterns match the tail of a path: the folders above need not be named. */
    rs_buf pattern = {0};
    if (g->n == 1) {
        rs_buf_str(&pattern, rs_str_basename(rs_io_member_at(d->tree, g->first)->path));
    } else {
        rs_str last = rs_str_basename(g->folder);
        rs_buf_str(&pattern, last);
        if (last.len) rs_buf_char(&pattern, '/');
        rs_buf_char(&pattern, '*');
        rs_buf_str(&pattern, g->extension);
    }
    rs_json_put_str(y, rs_buf_view(&pattern)); /* a JSON string is a YAML string */
    rs_buf_fini(&pattern);
    rs_buf_cstr(y, "}\n");
    if (rs_reader_param(g->reader, RS_STR("image"))) /* its fields are the user's to name */
        rs_buf_cstr(y, "        # TODO params: {image: FIELD, question: FIELD, answer: FIELD}\n");
    /* The reader "folder" reads the pictures themselves and needs no pattern for them. */
    if (d->n_picture_folders == 1 && d->picture_folder.len &&
        !rs_str_eq(rs_str_of(g->reader->name), RS_STR("folder"))) {
        rs_buf media = {0};
        rs_buf_str(&media, rs_str_basename(d->picture_folder));
        rs_buf_cstr(&media, "/{name}");
        rs_buf_cstr(y, "        media: {image: ");
        rs_json_put_str(y, rs_buf_view(&media));
        rs_buf_cstr(y, "}\n");
        rs_buf_fini(&media);
    }
}

/* Files that no source of the draft reads are named: nothing is left out without a word. */
static void put_unread(draft *d, const group *g)
{
    char quoted[RS_QUOTE_SIZE];
    rs_buf_printf(&d->yaml, "      # no reader knows \"%s\"%s: %s\n",
                  rs_err_quote(quoted, rs_io_member_at(d->tree, g->first)->path),
                  g->n > 1 ? " and others like it" : "", g->kind->name);
}

/* Writes the fields of the record above its sources; what rsift cannot know is marked TODO. */
static void put_head(draft *d, rs_str id, const char *task)
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    rs_buf *y = &d->yaml;
    rs_buf_cstr(y, "id: ");
    rs_buf_str(y, id);
    rs_buf_cstr(y, "\nname: ");
    rs_buf_str(y, id);
    rs_buf_printf(
        y,
        "           # TODO: as people write it\nsection: Comprehensive   # TODO\nyear: %d          "
        "     # TODO\n"
        "links: {code: [], download: []}   # TODO: where it can be had\nreleased: yes\n"
        "reads: full            # TODO: or \"partly: WHAT IS NOT READ\"\n"
        "layout_from: records   # the files lie here\n"
        "licence:\n  annotations: {id: none-stated, class: unknown}   # TODO: the owner's terms\n"
        "  imagery: {id: none-stated, class: unknown}\n  redistribution: unknown\ntasks: "
        "[%s]\norigin: unknown        # TODO: human, template, llm or mixed\n",
        utc.tm_year + 1900, task);
    if (d->n_pictures) rs_buf_printf(y, "sizes: {images: %zu}\n", d->n_pictures);
    /* Nothing of a draft was checked by a person: the lowest sureness for all of it. */
    rs_buf_cstr(y, "evidence:\n  default: {from: \"drafted by rsift new\", sure: low}\nreleases:\n "
                   " - id: local\n    sources:\n");
}

/* Writes the draft from the groups that have a reader, and checks it with the catalogue's
 * parser. */
static rsift_status write_draft(draft *d, rs_str id, rsift_error *err)
{
    const group *first = NULL;
    for (size_t i = 0; i < d->n_groups && !first; i++)
        if (d->groups[i].reader) first = &d->groups[i];
    static const group pictures = {0};
    group folder = pictures;
    const group *labels = NULL; /* the largest group: one file may be about the others */
    for (size_t i = 0; i < d->n_groups && !first; i++)
        if (is_label(d, &d->groups[i]) && (!labels || d->groups[i].n > labels->n))
            labels = &d->groups[i];
    if (labels) return refuse_labels(d, labels, err);
    /* No file has a reader, but pictures are there: the folders' names may be their classes. */
    if (!first && d->n_pictures) { /* class folders */
        folder.reader = rs_reader_find(RS_STR("folder"));
        first = folder.reader ? &folder : NULL;
    }
    if (!first)
        return rs_err_set(
            err, RSIFT_E_UNSUPPORTED,
            "no reader recognises what lies here; `rsift list --readers` names what they read");
    /* The record's task is that of its first source; a person adds the others. */
    put_head(d, id, rs_model_task_name(first->reader->task));
    size_t number = 1;
    if (first == &folder) {
        rs_buf_printf(&d->yaml,
                      "      - name: scenes\n        reader: folder\n        role: train           "
                      "# TODO: train or eval\n        task: classification\n"
                      "        files: {images: [\"*/*.jpg\", \"*/*.png\", \"*/*.tif\"]}\n");
    } else {
        for (size_t i = 0; i < d->n_groups; i++)
            if (d->groups[i].reader) put_source(d, &d->groups[i], number++);
        for (size_t i = 0; i < d->n_groups; i++)
            if (!d->groups[i].reader && is_label(d, &d->groups[i])) put_unread(d, &d->groups[i]);
    }
    if (d->yaml.failed) return rs_err_nomem(err, "the draft");
    rs_catalog_dataset parsed;
    /* The parser compares the id with the name of the file that the draft will be saved as. */
    rs_str file = rs_arena_join(&d->arena, id, RS_STR(".yaml"), RS_STR(""));
    if (!file.ptr) return rs_err_nomem(err, "the draft");
    rsift_status status = rs_catalog_parse(&d->arena, file, rs_buf_view(&d->yaml), &parsed, err);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "the draft itself");
}

/* Groups the files at a path, finds each group's reader and answers with the draft. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_str id = rs_call_str(call, "id");
    draft d = {0};
    RS_TRY(rs_session_tree(call->session, rs_call_str(call, "path"), &d.tree, err));
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; i < rs_io_n_members(d.tree); i++) add_member(&d, i);
    /* One file of each group is read: a release may hold 100,000 alike. */
    for (size_t i = 0; status == RSIFT_OK && i < d.n_groups; i++)
        status = probe_group(&d, &d.groups[i], err);
    if (status == RSIFT_OK) status = write_draft(&d, id, err);
    if (status == RSIFT_OK) {
        rs_buf b = {0};
        rs_json_writer w = rs_json_writer_to(&b);
        rs_json_begin_object(&w);
        rs_json_field_cstr(&w, "schema", "rsift.new/1");
        rs_json_field_str(&w, "id", id);
        rs_json_field_str(&w, "yaml", rs_buf_view(&d.yaml));
        rs_json_end_object(&w);
        status = rs_session_answer(&b, out, err);
    }
    rs_buf_fini(&d.yaml);
    rs_arena_fini(&d.arena);
    rs_io_tree_close(d.tree);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "id",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "the id that the record shall have",
     .required = true},
    {.name = "path",
     .kind = RS_PARAM_TEXT,
     .argument = "PATH",
     .help = "folder or archive",
     .required = true},
};
static const char *const examples[] = {
    "rsift new my-set ~/data/my_set > my-catalog/my-set.yaml",
    "rsift index ~/data/my_set --catalog my-catalog --dataset my-set", NULL};

const rs_verb rs_verb_new = {
    .name = "new",
    .summary = "drafts a catalogue record for data of a known family",
    .usage = "new ID PATH > DIR/ID.yaml",
    .about = "Reads names and first bytes, finds the reader, writes a record with TODO marks "
             "where only you know.",
    .examples = examples,
    .answer = "`id yaml`",
    .use = RS_USES_NOTHING,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
