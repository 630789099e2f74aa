/* Own data under a path: see own_scan.h. */
#include "release/own_scan.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/num.h"
#include "image/name.h"
#include "readers/table.h"
#include "release/own.h"
#include "release/own_scan_pictures.h"
#include "release/typed.h"

enum {
    MOST_OPENED = 1000, /* files, */
    OF_ONE_FOLDER = 20  /* of which so many decide for their folder */
};

/* ---- groups ---------------------------------------------------------------------------------- */

static bool are_equal(rs_texts a, rs_texts b)
{
    for (size_t i = 0; a.n == b.n && i < a.n; i++)
        if (!rs_str_eq(a.items[i], b.items[i])) return false;
    return a.n == b.n;
}

static rs_own_group *group_of(rs_own_scan *scan, const rs_own_group *like)
{
    for (size_t i = 0; i < scan->n; i++) {
        rs_own_group *g = &scan->groups[i];
        if (rs_str_eq(g->folder, like->folder) && g->reader == like->reader &&
            are_equal(g->params, like->params) && (g->reader || g->kind == like->kind))
            return g;
    }
    return NULL;
}

/* A group of the folder that has enough files of this extension to decide for the rest. */
static rs_own_group *decided_group(rs_own_scan *scan, rs_str folder, rs_str extension)
{
    rs_own_group *found = NULL;
    for (size_t i = 0; i < scan->n; i++) {
        rs_own_group *g = &scan->groups[i];
        if (!rs_str_eq(g->folder, folder) || !rs_str_eq(rs_str_extension(g->files[0]), extension))
            continue;
        if (found) return NULL; /* two kinds under one extension: each file is looked at */
        found = g;
    }
    return found && found->n >= OF_ONE_FOLDER ? found : NULL;
}

static rsift_status add_to_group(rs_own_scan *scan, rs_arena *arena, const rs_own_group *like,
                                 rs_str path, rsift_error *err)
{
    rs_own_group *g = group_of(scan, like);
    if (!g) RS_TRY(rs_own_add_group(scan, arena, like, &g, err));
    if (g->n < RS_OWN_FILES) g->files[g->n] = path;
    g->n++;
    /* one file that fits less well is enough to doubt */
    if (like->sure < g->sure) g->sure = like->sure;
    g->tied |= like->tied;
    return RSIFT_OK;
}

/* Does a picture of the same folder and stem stand near the member, as in tars of WebDataset? */
static bool has_picture_beside(const rs_io_tree *tree, size_t member)
{
    enum { NEAR = 4 }; /* members of a group follow one another */
    const rs_io_member *m = rs_io_member_at(tree, member);
    const size_t n = rs_io_n_members(tree);
    for (size_t i = member > NEAR ? member - NEAR : 0; i < n && i <= member + NEAR; i++) {
        const rs_io_member *o = rs_io_member_at(tree, i);
        if (!o->is_picture && rs_image_is_name(o->path) &&
            rs_str_eq(rs_str_dirname(o->path), rs_str_dirname(m->path)) &&
            rs_str_eq(rs_str_stem(o->path), rs_str_stem(m->path)))
            return true;
    }
    return false;
}

/* A conversation that names no picture, since it lies beside it. */
static bool is_talk_of_picture(const rs_probe_input *input)
{
    const bool turns =
        rs_probe_holds(input, "\"conversations\"") || rs_probe_holds(input, "\"messages\"");
    return turns && !rs_probe_holds(input, "\"image\"") && !rs_probe_holds(input, "\"images\"");
}

/* Is the text of words? Labels that cannot be read as such, and empty ones, are no captions. */
static bool is_worded(rs_str text)
{
    rs_str line, word;
    double number;
    while (rs_str_line(&text, &line)) {
        line = rs_str_trim(line);
        while (rs_str_split(&line, ' ', &word)) {
            word = rs_str_trim(word);
            if (word.len && !rs_num_double(word, &number)) return true;
        }
    }
    return false;
}

/* A caption beside its picture: a text, or JSON with a caption or a question in it. */
static bool is_text_of_picture(const rs_own_scan *scan, size_t member, const rs_probe_input *input)
{
    const rs_file_kind *kind = rs_kind_of(input);
    const bool is_text = rs_str_ends_nocase(input->path, RS_STR(".txt")) &&
                         kind->takes == RS_TAKES_TEXT && !rs_kind_is_annotation(input) &&
                         is_worded(input->head);
    const bool is_json = rs_str_ends_nocase(input->path, RS_STR(".json")) &&
                         kind->takes == RS_TAKES_JSON && !rs_kind_is_foreign(kind) &&
                         (rs_probe_holds(input, "\"caption\"") ||
                          rs_probe_holds(input, "\"question\"") || is_talk_of_picture(input));
    return (is_text || is_json) && has_picture_beside(scan->tree, member);
}

/* Texts beside pictures are one group, in however many tars of a folder they lie. */
static rsift_status add_text_of_picture(rs_own_scan *scan, rs_arena *arena, const rs_io_member *m,
                                        const rs_probe_input *input, rsift_error *err)
{
    enum { SURE = 70 };
    const rs_own_group like = {.folder = rs_own_folder_of(scan->tree, m),
                               .kind = rs_kind_of(input),
                               .reader = rs_reader_find(RS_STR("webdataset")),
                               .sure = SURE};
    return add_to_group(scan, arena, &like, m->path, err);
}

/* Adds a file by its first bytes, if it looks like annotation. */
static rsift_status add_file(rs_own_scan *scan, rs_arena *arena, size_t member,
                             const rs_probe_input *input, rsift_error *err)
{
    enum { MOST_TIED = 4, BY_NAMES_OF_FIELDS = 60 };
    const rs_reader *readers[MOST_TIED];
    const rs_io_member *m = rs_io_member_at(scan->tree, member);
    const bool beside = is_text_of_picture(scan, member, input);
    if (!beside && !rs_kind_is_annotation(input)) return RSIFT_OK;
    rs_own_group like = {.folder = rs_own_folder_of(scan->tree, m), .kind = rs_kind_of(input)};
    size_t n = rs_kind_readers(input, readers, MOST_TIED, &like.sure);
    /* another program's annotation, or captions in COCO's form */
    const bool foreign = rs_kind_is_foreign(like.kind);
    /* fields of one's own: the reader must be told which is which */
    if (n == 0 && !foreign && like.kind->takes & (RS_TAKES_JSON | RS_TAKES_TABLE)) {
        if (!scan->fields_given) RS_TRY(rs_kind_params(arena, input, &like.params, err));
        if (like.params.n || scan->fields_given) readers[n++] = rs_reader_find(RS_STR("records"));
        like.sure = n ? BY_NAMES_OF_FIELDS : 0;
    }
    if (beside && (n == 0 || is_talk_of_picture(input)))
        return add_text_of_picture(scan, arena, m, input, err);
    if (n == 0) RS_TRY(rs_kind_todo(like.kind, input, arena, &like.todo, err));
    if (n == 0) return add_to_group(scan, arena, &like, m->path, err);
    like.tied = n > 1;
    for (size_t i = 0; i < n; i++) {
        like.reader = readers[i];
        RS_TRY(add_to_group(scan, arena, &like, m->path, err));
    }
    return RSIFT_OK;
}

/* ---- archives that cannot be sought in ------------------------------------------------------- */

typedef struct visit {
    rs_own_scan *scan;
    rs_arena *arena;
} visit;

/* Adds one member of such an archive by its first bytes. */
static rsift_status visit_member(void *ctx, size_t member, rs_io_stream *stream,
                                 const rsift_error *why, rsift_error *err)
{
    const visit *v = ctx;
    rs_arena scratch = {0};
    rs_probe_input input;
    rsift_status status = RSIFT_OK;
    (void)why; /* what cannot be opened is told where it is read */
    if (stream &&
        rs_kind_head_of(v->scan->tree, member, stream, &scratch, &input, NULL) == RSIFT_OK)
        status = add_file(v->scan, v->arena, member, &input, err);
    rs_arena_fini(&scratch);
    return status;
}

/* May the member be annotation, of which the first bytes are worth a pass over its archive? */
static bool is_worth_a_pass(const rs_own_scan *scan, size_t i)
{
    enum { SMALL = 1 << 30 };
    const rs_io_member *m = rs_io_member_at(scan->tree, i);
    const rs_probe_input input = {.path = m->path, .n_bytes = m->n_bytes};
    if (m->random || (scan->claimed && scan->claimed[i]) || rs_image_is_name(m->path)) return false;
    if (!scan->read_through && rs_io_file_at(scan->tree, m->file)->n_bytes > SMALL) return false;
    return rs_kind_is_annotation(&input) || rs_str_ends_nocase(m->path, RS_STR(".txt"));
}

/* One pass over each such archive, for the first files of each folder and extension. */
static rsift_status visit_sequential(rs_own_scan *scan, rs_arena *arena, rsift_error *err)
{
    const size_t n_members = rs_io_n_members(scan->tree);
    size_t *members = NULL, n = 0, cap = 0, n_alike = 0;
    rs_str before = {NULL, 0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; i < n_members && n < MOST_OPENED; i++) {
        if (!is_worth_a_pass(scan, i)) continue;
        const rs_str path = rs_io_member_at(scan->tree, i)->path;
        const bool alike = before.ptr && rs_str_eq(rs_str_dirname(path), rs_str_dirname(before)) &&
                           rs_str_eq(rs_str_extension(path), rs_str_extension(before));
        before = path;
        n_alike = alike ? n_alike + 1 : 0;
        if (n_alike >= OF_ONE_FOLDER) continue;
        if (!rs_arena_grow(arena, (void **)&members, &cap, n + 1, sizeof *members))
            return rs_err_nomem(err, "a scan");
        members[n++] = i;
    }
    visit v = {scan, arena};
    if (n) status = rs_io_visit(scan->tree, members, n, visit_member, &v, err);
    return status;
}

/* Sorts the annotation files that no release claims into groups of one kind and folder. */
static rsift_status find_groups(rs_own_scan *scan, rs_arena *arena, rsift_error *err)
{
    size_t n_opened = 0;
    for (size_t i = 0; i < rs_io_n_members(scan->tree); i++) {
        const rs_io_member *m = rs_io_member_at(scan->tree, i);
        rs_arena scratch = {0};
        rs_probe_input input = {.path = m->path, .n_bytes = m->n_bytes};
        if ((scan->claimed && scan->claimed[i]) || m->is_picture || rs_image_is_name(m->path))
            continue;
        rs_own_group *decided =
            decided_group(scan, rs_own_folder_of(scan->tree, m), rs_str_extension(m->path));
        if (decided) {
            decided->n++;
            continue;
        }
        rsift_status status = RSIFT_OK;
        /* a solid archive would be read up to the file */
        const bool open = m->random && n_opened < MOST_OPENED;
        n_opened += open;
        if (open && rs_kind_head(scan->tree, i, &scratch, &input, NULL) == RSIFT_OK) {
            status = add_file(scan, arena, i, &input, err);
        } else if (!is_worth_a_pass(scan, i) && rs_kind_is_annotation(&input)) {
            scan->n_not_opened++;
        }
        rs_arena_fini(&scratch);
        RS_TRY(status);
    }
    return RSIFT_OK;
}

/* ---- groups of several folders --------------------------------------------------------------- */

/* The nearest folder above the group that has the file of its class names, as data.yaml of YOLO;
 * ptr NULL = there is none. */
static rs_str folder_of_names(const rs_own_scan *scan, const rs_own_group *g)
{
    const rs_reader_use *use = g->reader->uses[0].name ? &g->reader->uses[1] : g->reader->uses;
    if (!use->name || strcmp(use->name, "names") != 0) return (rs_str){NULL, 0};
    rs_str best = {NULL, 0};
    for (size_t i = 0; i < rs_io_n_members(scan->tree); i++) {
        const rs_io_member *m = rs_io_member_at(scan->tree, i);
        const rs_str folder = rs_own_folder_of(scan->tree, m);
        if (!rs_own_is_in(g->folder, folder) || (best.ptr && folder.len < best.len)) continue;
        if (rs_plan_use_of(g->reader, m->path) == 1) best = folder;
    }
    return best;
}

/* The folder that holds all of a dataset of which the group is a part: that of its class names, or
 * of its tars of pictures and texts. */
static rs_str whole_folder(const rs_own_scan *scan, const rs_own_group *g)
{
    if (g->reader != rs_reader_find(RS_STR("webdataset"))) return folder_of_names(scan, g);
    const bool is_tar = g->folder.len && !rs_str_starts(rs_str_dirname(g->files[0]), g->folder);
    return is_tar ? rs_str_dirname(g->folder) : (rs_str){NULL, 0};
}

static bool has_other_kinds(const rs_own_scan *scan, const rs_reader *reader, rs_str folder)
{
    for (size_t i = 0; i < scan->n; i++)
        if (scan->groups[i].reader && scan->groups[i].reader != reader &&
            rs_own_is_in(scan->groups[i].folder, folder))
            return true;
    return false;
}

/* Groups that are parts of one dataset become one: a reader of a part misses what lies above. */
static void join_parts(rs_own_scan *scan)
{
    size_t n = 0;
    for (size_t i = 0; i < scan->n; i++) {
        rs_own_group g = scan->groups[i];
        const rs_str whole = g.reader ? whole_folder(scan, &g) : (rs_str){NULL, 0};
        bool joined = false;
        if (whole.ptr && !has_other_kinds(scan, g.reader, whole)) g.folder = whole;
        for (size_t k = 0; whole.ptr && k < n && !joined; k++) {
            rs_own_group *to = &scan->groups[k];
            joined = to->reader == g.reader && rs_str_eq(to->folder, g.folder) &&
                     are_equal(to->params, g.params);
            if (!joined) continue;
            for (size_t f = 0; f < RS_OWN_FILES && f < g.n && to->n + f < RS_OWN_FILES; f++)
                to->files[to->n + f] = g.files[f];
            to->n += g.n;
            if (g.sure < to->sure) to->sure = g.sure;
            to->tied |= g.tied;
        }
        if (!joined) scan->groups[n++] = g;
    }
    scan->n = n;
}

/* ---- commands -------------------------------------------------------------------------------- */

/* Does the name of a file or folder say what kind of thing it is, not whose? */
static bool is_everybodys(rs_str name)
{
    static const char words[] = "annotations annotation labels label labeltxt labelxml xml json "
                                "txt csv metadata instances images train val valid test trainval "
                                "training validation data dataset";
    rs_str rest = rs_str_of(words), word;
    while (rs_str_split(&rest, ' ', &word))
        if (rs_str_eq_nocase(name, word)) return true;
    return false;
}

rs_str rs_own_name(rs_arena *arena, rs_str path, const rs_catalog *catalog)
{
    enum { LONGEST = 60 };
    char name[LONGEST];
    while (path.len > 1 && path.ptr[path.len - 1] == '/') path.len--;
    rs_str called = rs_str_stem(path);
    /* "fair1m/train/labelXml": the folders above say whose it is */
    for (rs_str above = rs_str_dirname(path); is_everybodys(called) && above.len > 1;
         above = rs_str_dirname(above)) {
        const rs_str folder = rs_str_basename(above);
        const bool own = !is_everybodys(folder);
        called = rs_arena_join(arena, folder, RS_STR("-"), rs_str_stem(path));
        if (!called.ptr || own) break;
        called = folder;
    }
    while (called.len && !rs_ascii_is_alnum(called.ptr[0]))
        called = rs_str_sub(called, 1, called.len);
    if (called.len == 0) called = RS_STR("mine");
    size_t n = 0;
    for (; n < called.len && n < LONGEST; n++) {
        const char c = rs_ascii_lower(called.ptr[n]);
        name[n] = rs_ascii_is_alnum(c) || c == '_' || c == '.' ? c : '-';
    }
    const bool taken = catalog && rs_catalog_find(catalog, rs_str_make(name, n));
    return rs_arena_join(arena, rs_str_make(name, n), taken ? RS_STR("-own") : RS_STR(""),
                         RS_STR(""));
}

/* The group's name; no two groups have one. */
static rsift_status set_name(rs_own_scan *scan, rs_own_group *g, rs_str below, rs_arena *arena,
                             rsift_error *err)
{
    const rs_str path = rs_typed_join(arena, scan->path, below);
    g->name = path.ptr ? rs_own_name(arena, path, scan->catalog) : path;
    for (const rs_own_group *o = scan->groups; g->name.ptr && o < g; o++)
        if (rs_str_eq(o->name, g->name)) {
            g->name = rs_arena_printf(arena, "%.*s-%zu", RS_STR_ARG(g->name),
                                      (size_t)(g - scan->groups) + 1);
            break;
        }
    return g->name.ptr ? RSIFT_OK : rs_err_nomem(err, "a scan");
}

/* Do other kinds of annotation lie below the group's folder? */
static bool is_mixed(const rs_own_scan *scan, const rs_own_group *g)
{
    for (size_t i = 0; i < scan->n; i++)
        if (&scan->groups[i] != g && rs_own_is_in(scan->groups[i].folder, g->folder) &&
            !(g->tied && rs_str_eq(scan->groups[i].files[0], g->files[0])))
            return true;
    return false;
}

/* "rsift index PATH --reader R --name N": `below` is the path's part below the scanned one. */
static rsift_status set_command(rs_own_scan *scan, rs_own_group *g, rs_str below, bool is_folder,
                                rs_arena *arena, rsift_error *err)
{
    rs_buf out = {0};
    rs_str images;
    RS_TRY(set_name(scan, g, below, arena, err));
    g->path = below;
    rs_buf_cstr(&out, "rsift index ");
    rs_typed_path(&out, arena, scan->path, below);
    rs_buf_printf(&out, " --reader %s --name %.*s", g->reader->name, RS_STR_ARG(g->name));
    for (size_t i = 0; i < g->params.n; i++)
        rs_buf_printf(&out, " --param %.*s", RS_STR_ARG(g->params.items[i]));
    if (g->reader->takes && !(is_folder && rs_own_has_picture_below(scan, below)) &&
        rs_own_picture_folder(scan, g->folder, &images)) {
        rs_buf_cstr(&out, " --images ");
        rs_typed_path(&out, arena, scan->path, images);
        g->images = images;
    }
    g->command = rs_arena_str(arena, rs_buf_view(&out));
    const bool lost = out.failed || !g->command.ptr;
    rs_buf_fini(&out);
    return lost ? rs_err_nomem(err, "a scan") : RSIFT_OK;
}

/* A group for each of the group's files but the first: they are named one by one, since a reader of
 * their folder would read the other kinds too. */
static rsift_status part_group(rs_own_scan *scan, size_t i, rs_arena *arena, rsift_error *err)
{
    for (size_t f = 1; f < scan->groups[i].n; f++) {
        rs_own_group one = scan->groups[i], *added;
        one.files[0] = one.files[f];
        one.n = 1;
        RS_TRY(rs_own_add_group(scan, arena, &one, &added, err));
    }
    scan->groups[i].n = 1;
    return RSIFT_OK;
}

static rsift_status command_group(rs_own_scan *scan, rs_own_group *g, rs_arena *arena,
                                  rsift_error *err)
{
    const bool is_file = rs_io_n_members(scan->tree) == 1 && rs_io_n_files(scan->tree) == 1 &&
                         rs_str_eq(rs_str_basename(scan->path), rs_str_basename(g->files[0]));
    if (!g->reader) return RSIFT_OK;
    if (scan->n == 1 || is_file) return set_command(scan, g, RS_STR(""), !is_file, arena, err);
    /* a file in an archive cannot be named by itself */
    const bool packed = !rs_str_eq(rs_str_dirname(g->files[0]), g->folder);
    const bool alone = g->n == 1 && !packed && is_mixed(scan, g);
    return set_command(scan, g, alone ? g->files[0] : g->folder, !alone, arena, err);
}

rsift_status rs_own_scan_run(rs_own_scan *scan, rs_arena *arena, rsift_error *err)
{
    RS_TRY(find_groups(scan, arena, err));
    RS_TRY(visit_sequential(scan, arena, err));
    join_parts(scan);
    const bool alone = scan->n == 0 && scan->n_not_opened == 0;
    if (alone) RS_TRY(rs_own_add_pictures(scan, RS_STR(""), 0, arena, err));
    for (size_t i = 0, n = scan->n; i < n; i++)
        if (scan->groups[i].reader && scan->groups[i].n > 1 && scan->groups[i].n <= RS_OWN_FILES &&
            is_mixed(scan, &scan->groups[i]))
            RS_TRY(part_group(scan, i, arena, err));
    for (size_t i = 0; i < scan->n; i++) RS_TRY(command_group(scan, &scan->groups[i], arena, err));
    if (alone) return RSIFT_OK;
    const size_t n_told = scan->n;
    RS_TRY(rs_own_add_picture_sets(scan, RS_STR(""), arena, err));
    for (size_t i = n_told; i < scan->n; i++)
        RS_TRY(set_command(scan, &scan->groups[i], scan->groups[i].folder, true, arena, err));
    return RSIFT_OK;
}
