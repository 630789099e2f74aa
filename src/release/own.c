/* Plans for one's own data: see own.h. */
#include "release/own.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "catalog/pattern.h"
#include "readers/params.h"
#include "readers/table.h"
#include "release/hub_card.h"
#include "release/own_names_splits.h"
#include "release/own_splits.h"
#include "release/kind.h"
#include "release/refused.h"
#include "release/sources.h"

/* Whether the path is a file of this use: one of its patterns matches it and none with a '!'. */
static bool is_of_use(const rs_reader_use *use, rs_str path)
{
    rs_str left = rs_str_of(use->patterns), pattern;
    bool matches = false;
    while (rs_str_split(&left, ' ', &pattern)) {
        /* exclusions stand behind the patterns that they restrict */
        bool excludes = pattern.len && pattern.ptr[0] == '!';
        if (excludes) pattern = rs_str_sub(pattern, 1, pattern.len);
        if (!rs_catalog_match(pattern, path, NULL)) continue;
        if (excludes) return false;
        matches = true;
    }
    return matches;
}

int rs_plan_use_of(const rs_reader *reader, rs_str path)
{
    char lower[4096];
    if (path.len > sizeof lower || rs_io_is_leftover(path)) return -1;
    /* patterns are written in lower case: people spell A/, a/, Label/ and LABEL/ */
    for (size_t k = 0; k < path.len; k++) lower[k] = rs_ascii_lower(path.ptr[k]);
    for (int u = 0; reader->uses[u].name; u++)
        if (is_of_use(&reader->uses[u], rs_str_make(lower, path.len))) return u;
    return -1;
}

/* The use of every path, as an index into the reader's uses; UINT8_MAX = none. A path belongs to
 * the first use that it matches; a single file that matches none belongs to the first one. */
static rsift_status sort_paths(const rs_reader *reader, rs_texts paths, rs_arena *scratch,
                               uint8_t **out, rsift_error *err)
{
    uint8_t *of_path = rs_arena_alloc(scratch, paths.n + 1);
    if (!of_path) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < paths.n; i++) {
        const int use = rs_plan_use_of(reader, paths.items[i]);
        const bool unread = use < 0 || (paths.n > 1 && rs_kind_is_registry(paths.items[i]));
        of_path[i] = unread ? UINT8_MAX : (uint8_t)use;
        if (paths.n == 1 && of_path[i] == UINT8_MAX) of_path[i] = 0;
    }
    *out = of_path;
    return RSIFT_OK;
}

static size_t count_of(const uint8_t *of_path, size_t n_paths, size_t use)
{
    size_t n = 0;
    for (size_t i = 0; i < n_paths; i++) n += of_path[i] == use;
    return n;
}

static size_t count_notes(const rs_io_tree *tree, const char *code)
{
    size_t n = 0;
    for (size_t i = 0; i < rs_io_n_notes(tree); i++)
        n += strcmp(rs_io_note_at(tree, i)->code, code) == 0;
    return n;
}

/* Of several files of a use that has one: where just one is of the reader's form, the others are
 * not its own. */
static rsift_status keep_sure_file(const rs_plan *plan, const rs_reader *reader, uint8_t *of_path,
                                   size_t n_paths, uint8_t use, rsift_error *err)
{
    enum { SURE = 90 };
    size_t n_sure = 0, sure = 0;
    if (!reader->probe || count_of(of_path, n_paths, use) < 2) return RSIFT_OK;
    for (size_t i = 0; i < n_paths; i++) {
        rs_arena arena = {0};
        rs_probe_input input;
        rsift_error why;
        if (of_path[i] != use) continue;
        const rsift_status status = rs_kind_head(plan->trees[0], i, &arena, &input, &why);
        const bool is_sure = status == RSIFT_OK && reader->probe(&input) >= SURE;
        rs_arena_fini(&arena);
        if (status != RSIFT_OK && rs_err_ends_call(status)) {
            if (err) *err = why;
            return status;
        }
        if (is_sure && n_sure++ == 0) sure = i;
    }
    for (size_t i = 0; n_sure == 1 && i < n_paths; i++)
        if (of_path[i] == use && i != sure) of_path[i] = UINT8_MAX;
    return RSIFT_OK;
}

/* The reader finds none of its files: what it looks for, and whether some are not read. */
static rsift_status refuse_use(const rs_plan *plan, const rs_reader *reader,
                               const rs_reader_use *use, rsift_error *err)
{
    const size_t n_links = count_notes(plan->trees[0], "link-skipped");
    const size_t n_closed = count_notes(plan->trees[0], "file-closed");
    char links[96] = "", closed[64] = "";
    if (n_links)
        snprintf(links, sizeof links, "; %zu links are not followed: name what they lead to",
                 n_links);
    if (n_closed) snprintf(closed, sizeof closed, "; %zu may not be read (permission)", n_closed);
    return rs_err_set(err, RSIFT_E_FORMAT,
                      "the reader %s needs %s files and none lies here; expected names: %s%s%s",
                      reader->name, use->name, use->patterns, links, closed);
}

/* Lays the files of the release out by the reader's uses. */
static rsift_status own_files(rs_plan *plan, const rs_reader *reader, rs_texts paths,
                              rs_source *source, rsift_error *err)
{
    size_t n_uses = 0;
    while (reader->uses[n_uses].name) n_uses++;
    rs_arena scratch = {0};
    uint8_t *of_path = NULL;
    rsift_status status = sort_paths(reader, paths, &scratch, &of_path, err);
    rs_source_files *files = rs_arena_calloc(&plan->arena, n_uses, sizeof *files);
    if (status == RSIFT_OK && !files) status = rs_err_nomem(err, "a plan");
    for (uint8_t u = 0; status == RSIFT_OK && u < n_uses; u++) {
        const rs_reader_use *use = &reader->uses[u];
        if (use->single) status = keep_sure_file(plan, reader, of_path, paths.n, u, err);
        if (status != RSIFT_OK) break;
        const size_t n = count_of(of_path, paths.n, u);
        const bool replaced =
            use[1].name && use[1].instead && count_of(of_path, paths.n, u + 1u) > 0;
        if (n == 0 && use->required && !replaced) status = refuse_use(plan, reader, use, err);
        else if (n == 0 && !replaced &&
                 !use->instead) /* the source is read without them, which is noted */
            status = rs_plan_note_missing(plan, RS_STR("own"), rs_str_of(use->patterns), err);
        if (n == 0) continue;
        /* ids restart in every file: a second one would join its rows to foreign answers */
        if (n > 1 && use->single)
            status = rs_err_set(
                err, RSIFT_E_FORMAT,
                "found %zu files (%s), expected one: the reader %s joins by ids that "
                "are unique in one file only; name one of them, or index them one folder "
                "each",
                n, use->patterns, reader->name);
        size_t *members = rs_arena_calloc(&plan->arena, n, sizeof *members);
        rs_str *logical = rs_arena_calloc(&plan->arena, n, sizeof *logical);
        if (!members || !logical) status = rs_err_nomem(err, "a plan");
        if (status != RSIFT_OK) break;
        /* logical names are the paths as they are: sample ids of one's own data are made of them */
        rs_source_files *to = &files[source->n_files++];
        *to =
            (rs_source_files){.use = rs_str_of(use->name), .members = members, .logical = logical};
        for (size_t i = 0; i < paths.n; i++) {
            if (of_path[i] != u) continue;
            members[to->n] = i;
            logical[to->n++] = paths.items[i];
        }
    }
    source->files = files;
    rs_arena_fini(&scratch);
    return status;
}

/* The folders of label files, each once. More than a few are no splits of one dataset, and are not
 * told apart. */
static rsift_status own_label_folders(rs_plan *plan, rs_plan_source *to, rsift_error *err)
{
    enum { MOST_FOLDERS = 64 };
    rs_str *folders = rs_arena_calloc(&plan->arena, MOST_FOLDERS, sizeof *folders);
    size_t n = 0;
    if (!folders) return rs_err_nomem(err, "a plan");
    if (!to->reader->probe_decides || to->source.n_files == 0) return RSIFT_OK;
    const rs_source_files *files = &to->source.files[0];
    for (size_t i = 0; i < files->n; i++) {
        const rs_str folder = rs_str_dirname(files->logical[i]);
        bool known = n > 0 && rs_str_eq(folders[n - 1], folder); /* files come folder by folder */
        for (size_t k = 0; k < n && !known; k++) known = rs_str_eq(folders[k], folder);
        if (known) continue;
        if (n == MOST_FOLDERS) return RSIFT_OK;
        folders[n] = rs_utf8_compose(&plan->arena, folder);
        if (!folders[n++].ptr) return rs_err_nomem(err, "a plan");
    }
    to->label_folders = folders;
    to->n_label_folders = n > 1 ? n : 0;
    return RSIFT_OK;
}

/* Adds the names that classes shall have, as the parameter that every reader has. */
static rsift_status add_renames(rs_plan *plan, rs_param_value *param, rsift_error *err)
{
    rs_str rest = plan->choice.classes, pair;
    rs_str *values = rs_arena_calloc(&plan->arena, rest.len + 1, sizeof *values);
    if (!values) return rs_err_nomem(err, "a plan");
    *param = (rs_param_value){.key = RS_STR("rename_classes"), .values = values};
    while (rs_str_split(&rest, '|', &pair)) values[param->n++] = pair;
    return RSIFT_OK;
}

/* "key=a|b" of the command line -> the source's parameters. */
static rsift_status own_params(rs_plan *plan, const rs_reader *reader, rs_source *source,
                               rsift_error *err)
{
    const rs_plan_choice *choice = &plan->choice;
    rs_param_value *params = rs_arena_calloc(&plan->arena, choice->n_params + 2, sizeof *params);
    if (!params) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < choice->n_params; i++) {
        size_t equals = rs_str_find_char(choice->params[i], '=');
        if (equals == RS_NPOS)
            return rs_err_set(err, RSIFT_E_ARG, "--param expects key=value, found \"%.*s\"",
                              RS_STR_ARG(choice->params[i]));
        rs_str *values = rs_arena_calloc(&plan->arena, choice->params[i].len + 1, sizeof *values);
        if (!values) return rs_err_nomem(err, "a plan");
        rs_str rest = rs_str_sub(choice->params[i], equals + 1, choice->params[i].len), piece;
        params[i].key = rs_str_sub(choice->params[i], 0, equals);
        params[i].values = values;
        const rs_param *param = rs_reader_param(reader, params[i].key);
        if (!param || !rs_param_is_list(param)) {
            values[params[i].n++] = rest; /* commas and bars belong to a text */
            continue;
        }
        char sep = rs_param_separator(param, rest);
        while (rs_str_split(&rest, sep, &piece)) values[params[i].n++] = piece;
    }
    source->params = params;
    source->n_params = choice->n_params;
    if (choice->classes.len) RS_TRY(add_renames(plan, &params[source->n_params++], err));
    return rs_reader_check_params(reader, params, source->n_params, err);
}

/* Licence class of an SPDX id; anything else is unknown, which is never treated as open. */
static rs_str licence_class_of(rs_str id)
{
    rs_str rest = RS_STR(RS_OPEN_LICENCES), word;
    while (rs_str_split(&rest, ' ', &word)) {
        /* a list for people: "A, B, C" */
        if (rs_str_ends(word, RS_STR(","))) word = rs_str_sub(word, 0, word.len - 1);
        if (rs_str_eq_nocase(id, word)) return RS_STR("open");
    }
    /* "-ND" and "-NC" in any case: SPDX ids have none of their own. What is trained on is changed:
     * no derivatives is the stricter. */
    rs_str class_name = RS_STR("unknown");
    for (size_t i = 0; i + 3 <= id.len; i++) {
        const rs_str part = rs_str_sub(id, i, i + 3);
        if (rs_str_eq_nocase(part, RS_STR("-ND"))) return RS_STR("restricted");
        if (rs_str_eq_nocase(part, RS_STR("-NC"))) class_name = RS_STR("research");
    }
    return class_name;
}

/* --licence accepts a class as well as an id. */
static void set_licence(rs_plan *plan)
{
    const rs_str typed = plan->choice.licence;
    plan->licence_annotations = typed.ptr ? typed : RS_STR("unknown");
    plan->licence_imagery = plan->licence_annotations;
    plan->licence_class = rs_catalog_is_licence_class(typed) ? typed : licence_class_of(typed);
}

/* "test", or "scheme/test". */
static rs_split own_split(rs_str typed)
{
    const size_t slash = rs_str_find_char(typed, '/');
    if (slash == RS_NPOS) return (rs_split){RS_STR("own"), typed};
    return (rs_split){rs_str_sub(typed, 0, slash), rs_str_sub(typed, slash + 1, typed.len)};
}

/* What the head of one file tells of the task; *told false = nothing. */
static rsift_status task_of_file(const rs_plan_source *to, size_t member, rs_task *out, bool *told,
                                 rsift_error *err)
{
    rs_arena arena = {0};
    rs_probe_input input;
    rsift_error why;
    const rsift_status status = rs_kind_head(to->source.tree, member, &arena, &input, &why);
    *told = status == RSIFT_OK && to->reader->task_of_file(&input, out);
    rs_arena_fini(&arena);
    if (status == RSIFT_OK || !rs_err_ends_call(status)) return RSIFT_OK; /* told when it is read */
    if (err) *err = why;
    return status;
}

/* The task that the sidecars of the source tell, else all files of the first use; where those
 * disagree it is the reader's. The first file that tells another ends the pass. */
static rsift_status task_of_files(rs_plan_source *to, rsift_error *err)
{
    const rs_source *source = &to->source;
    if (!to->reader->task_of_file || source->n_files == 0) return RSIFT_OK;
    rs_task all = to->reader->task, task;
    bool told = false, one;
    for (size_t u = source->n_files; u-- > 0;) {
        const rs_source_files *files = &source->files[u];
        for (size_t i = 0; i < files->n; i++) {
            RS_TRY(task_of_file(to, files->members[i], &task, &one, err));
            if (one && told && task != all) return RSIFT_OK;
            if (one) all = task;
            told |= one;
        }
        if (told) break;
    }
    to->source.task = all;
    return RSIFT_OK;
}

rsift_status rs_plan_own(rs_plan *plan, rs_texts paths, rsift_error *err)
{
    const rs_plan_choice *choice = &plan->choice;
    const bool is_file = paths.n == 1 && rs_str_eq(paths.items[0], rs_str_basename(plan->roots[0]));
    plan->root_split = rs_own_split_of_root(plan->roots[0], is_file);
    const rs_reader *reader = rs_reader_find(choice->reader);
    if (!reader)
        return rs_err_set(err, RSIFT_E_ARG,
                          "unknown reader \"%.*s\"; `rsift list --readers` names them",
                          RS_STR_ARG(choice->reader));
    plan->dataset_id = choice->name;
    plan->name = choice->name;
    plan->redistribution = RS_STR("unknown");
    plan->origin = RS_STR("unknown");
    plan->role = choice->role.ptr ? choice->role : RS_STR("train");
    rs_plan_source *to;
    RS_TRY(rs_plan_add_source(plan, &to, err));
    to->reader = reader;
    to->source = (rs_source){.tree = plan->trees[0],
                             .limits = plan->limits,
                             .dataset = plan->dataset_id,
                             .name = RS_STR("own"),
                             .task = reader->task};
    if (choice->split.ptr) to->source.split = own_split(choice->split);
    if (!choice->role.ptr && rs_own_is_kept_out(to->source.split.name)) plan->role = RS_STR("eval");
    to->id = RS_STR("own");
    to->role = plan->role;
    RS_TRY(own_files(plan, reader, paths, &to->source, err));
    if (!choice->licence.ptr) RS_TRY(rs_hub_card_licence(plan, to, &plan->choice.licence, err));
    set_licence(plan);
    RS_TRY(own_label_folders(plan, to, err));
    RS_TRY(rs_own_names_splits(plan, to, err));
    RS_TRY(rs_own_splits(plan, to, err));
    RS_TRY(rs_hub_card_name_classes(plan, to, err));
    RS_TRY(own_params(plan, reader, &to->source, err));
    RS_TRY(
        rs_refused_find(reader, &to->source, &plan->arena, &plan->refused, &plan->n_refused, err));
    RS_TRY(rs_refused_add_unread(&to->source, &plan->arena, &plan->refused, &plan->n_refused, err));
    /* every reader accepts `task`; without it the fields that are named may tell it */
    const rs_str task = rs_source_param(&to->source, "task", (rs_str){NULL, 0});
    if (task.ptr) (void)rs_model_task_parse(task, &to->source.task); /* checked with the others */
    else if (reader->task_of) to->source.task = reader->task_of(&to->source);
    else RS_TRY(task_of_files(to, err));
    return rs_plan_fingerprint(plan, to, err);
}
