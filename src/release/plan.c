/* Plans: a catalogue record laid over what is on disk, or the command line for your own data. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "release/plan.h"

#include "base/alloc.h"
#include "codec/json.h"
#include "release/splits.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

/* ---- choice <-> JSON ----------------------------------------------------------------------- */

static const char *const choice_keys[] = {"path",   "dataset", "release", "reader", "name",
                                          "images", "licence", "role",    "split"};
enum { n_choice_keys = sizeof choice_keys / sizeof *choice_keys };

static rs_str *choice_field(rs_plan_choice *c, size_t i)
{
    rs_str *const fields[] = {&c->path,   &c->dataset, &c->release, &c->reader, &c->name,
                              &c->images, &c->licence, &c->role,    &c->split};
    return fields[i];
}

static rs_str choice_json(rs_arena *arena, rs_plan_choice *choice)
{
    rs_buf buf = {0};
    rs_buf_char(&buf, '{');
    for (size_t i = 0; i < n_choice_keys; i++) {
        rs_str value = *choice_field(choice, i);
        if (!value.ptr) continue;
        rs_json_put_key(&buf, choice_keys[i]);
        rs_json_put_str(&buf, value);
    }
    if (choice->n_params) {
        rs_json_put_key(&buf, "params");
        rs_buf_char(&buf, '[');
        for (size_t i = 0; i < choice->n_params; i++) {
            if (i) rs_buf_char(&buf, ',');
            rs_json_put_str(&buf, choice->params[i]);
        }
        rs_buf_char(&buf, ']');
    }
    rs_buf_char(&buf, '}');
    rs_str text = buf.failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_buf_view(&buf));
    rs_buf_fini(&buf);
    return text;
}

static rsift_status choice_parse(rs_arena *arena, rs_str config, rs_plan_choice *out,
                                 rsift_error *err)
{
    rsift_limits limits = rsift_limits_default();
    const rs_json *root;
    *out = (rs_plan_choice){0};
    RS_TRY(rs_json_parse(arena, config, &limits, &root, err));
    for (size_t i = 0; i < n_choice_keys; i++)
        *choice_field(out, i) = rs_json_str(rs_json_get(root, choice_keys[i]));
    const rs_json *params = rs_json_get(root, "params");
    rs_str *list = rs_arena_calloc(arena, rs_json_len(params) + 1, sizeof *list);
    if (!list) return rs_err_nomem(err, "a plan");
    rs_json_iter it = rs_json_each(params);
    for (const rs_json *v; (v = rs_json_next(&it, NULL));) list[out->n_params++] = rs_json_str(v);
    out->params = list;
    return RSIFT_OK;
}

/* ---- opening what is on disk ---------------------------------------------------------------- */

static rsift_status absolute(rs_plan *plan, rs_str path, rs_str *out, rsift_error *err)
{
    char *real = realpath(rs_arena_cstr(&plan->arena, path), NULL);
    if (!real) return rs_err_errno(err, errno, "cannot open \"%.*s\"", RS_STR_ARG(path));
    *out = rs_arena_str(&plan->arena, rs_str_of(real));
    free(real);
    return out->ptr ? RSIFT_OK : rs_err_nomem(err, "a plan");
}

static rsift_status open_tree(rs_session *session, rs_plan *plan, rs_str path, rsift_error *err)
{
    size_t i = plan->n_trees;
    RS_TRY(absolute(plan, path, &plan->roots[i], err));
    rs_io_options options = {.limits = &session->limits};
    RS_TRY(rs_io_tree_open(plan->roots[i], &options, &plan->trees[i], err));
    plan->n_trees++;
    return RSIFT_OK;
}

static rs_str *paths_of(rs_plan *plan, size_t *n)
{
    const rs_io_tree *tree = plan->trees[0];
    *n = rs_io_n_members(tree);
    rs_str *paths = rs_alloc((*n + 1) * sizeof *paths);
    for (size_t i = 0; paths && i < *n; i++) paths[i] = rs_io_member_at(tree, i)->path;
    return paths;
}

/* ---- sources -------------------------------------------------------------------------------- */

/* What a source's parts depend on; a change makes them be read again. */
static rs_str fingerprint(rs_plan *plan, const rs_plan_source *s)
{
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_field(&h, rs_str_of(s->reader->name));
    rs_hash_u64(&h, s->reader->version);
    rs_hash_field(&h, plan->dataset_id);
    rs_hash_field(&h, s->role);
    for (size_t i = 0; i < s->source.n_params; i++) {
        rs_hash_field(&h, s->source.params[i].key);
        for (size_t v = 0; v < s->source.params[i].n; v++)
            rs_hash_field(&h, s->source.params[i].values[v]);
    }
    for (size_t u = 0; u < s->source.n_files; u++) {
        const rs_source_files *files = &s->source.files[u];
        uint32_t last = UINT32_MAX;
        for (size_t i = 0; i < files->n; i++) {
            rs_hash_field(&h, files->logical[i]);
            uint32_t number = rs_io_member_at(s->source.tree, files->members[i])->file;
            if (number == last) continue;
            const rs_io_file *file = rs_io_file_at(s->source.tree, number);
            rs_hash_u64(&h, (uint64_t)file->n_bytes);
            rs_hash_u64(&h, (uint64_t)file->mtime_ns);
            last = number;
        }
    }
    char text[RS_ID_TEXT];
    rs_id_text(text, rs_hash_end(&h));
    return rs_arena_str(&plan->arena, rs_str_make(text, 16));
}

/* Letters, digits, '.', '_' and '-'; in part names a '+' ends it. */
static rs_str safe_id(rs_arena *arena, rs_str name)
{
    char *out = rs_arena_alloc(arena, name.len + 1);
    if (!out) return (rs_str){NULL, 0};
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool ok = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '_' || c == '-';
        out[i] = ok ? c : '_';
    }
    return rs_str_make(out, name.len < 80 ? name.len : 80);
}

static rsift_status add_source(rs_plan *plan, rs_plan_source **out, rsift_error *err)
{
    rs_plan_source *bigger = rs_arena_calloc(&plan->arena, plan->n_sources + 1, sizeof *bigger);
    if (!bigger) return rs_err_nomem(err, "a plan");
    if (plan->n_sources) memcpy(bigger, plan->sources, plan->n_sources * sizeof *bigger);
    plan->sources = bigger;
    *out = &plan->sources[plan->n_sources++];
    (*out)->truth = true;
    return RSIFT_OK;
}

static rsift_status select_files(rs_plan *plan, const rs_catalog_source *from, const rs_str *paths,
                                 size_t n_paths, rs_source *to, rs_str *missing, rsift_error *err)
{
    rs_source_files *files = rs_arena_calloc(&plan->arena, from->files.n + 1, sizeof *files);
    if (!files) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < from->files.n; i++) {
        const rs_catalog_files *wanted = &from->files.items[i];
        size_t *members;
        rs_str *logical;
        files[i].use = wanted->use;
        RS_TRY(rs_catalog_select(&plan->arena, wanted->patterns, paths, n_paths, &members, &logical,
                                 &files[i].n, err));
        files[i].members = members;
        files[i].logical = logical;
        if (files[i].n == 0 && !missing->ptr && wanted->patterns.n)
            *missing = wanted->patterns.items[0];
    }
    to->files = files;
    to->n_files = from->files.n;
    return RSIFT_OK;
}

static rsift_status copy_words(rs_plan *plan, const rs_catalog_source *from, rs_plan_source *to,
                               rsift_error *err)
{
    rs_word_map *skills = rs_arena_calloc(&plan->arena, from->skill_by_type.n + 1, sizeof *skills);
    rs_word_map *roles = rs_arena_calloc(&plan->arena, from->role_by_split.n + 1, sizeof *roles);
    rs_param_value *params = rs_arena_calloc(&plan->arena, from->params.n + 1, sizeof *params);
    rs_source_media *media = rs_arena_calloc(&plan->arena, from->media.n + 1, sizeof *media);
    if (!skills || !roles || !params || !media) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < from->skill_by_type.n; i++)
        skills[i] =
            (rs_word_map){from->skill_by_type.items[i].from, from->skill_by_type.items[i].to};
    for (size_t i = 0; i < from->role_by_split.n; i++)
        roles[i] =
            (rs_word_map){from->role_by_split.items[i].split,
                          rs_str_of(rs_catalog_role_name(from->role_by_split.items[i].role))};
    for (size_t i = 0; i < from->params.n; i++)
        params[i] = (rs_param_value){from->params.items[i].key, from->params.items[i].values.items,
                                     from->params.items[i].values.n};
    for (size_t i = 0; i < from->media.n; i++)
        media[i] = (rs_source_media){from->media.items[i].role, from->media.items[i].template};
    to->source.skills = skills;
    to->source.n_skills = from->skill_by_type.n;
    to->role_by_split = roles;
    to->n_roles = from->role_by_split.n;
    to->source.params = params;
    to->source.n_params = from->params.n;
    to->source.media = media;
    to->source.n_media = from->media.n;
    return RSIFT_OK;
}

static rsift_status note_missing(rs_plan *plan, rs_str source, rs_str pattern, rsift_error *err)
{
    rs_plan_file_missing *bigger =
        rs_arena_calloc(&plan->arena, plan->n_missing + 1, sizeof *bigger);
    if (!bigger) return rs_err_nomem(err, "a plan");
    if (plan->n_missing) memcpy(bigger, plan->missing, plan->n_missing * sizeof *bigger);
    bigger[plan->n_missing++] = (rs_plan_file_missing){source, pattern};
    plan->missing = bigger;
    return RSIFT_OK;
}

static rsift_status plan_source(rs_session *session, rs_plan *plan, const rs_catalog_source *from,
                                const rs_str *paths, size_t n_paths, rsift_error *err)
{
    const rs_reader *reader = rs_reader_find(from->reader);
    if (!reader)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "source \"%.*s\" wants the reader \"%.*s\", which is not there",
                          RS_STR_ARG(from->name), RS_STR_ARG(from->reader));
    rs_source source = {.tree = plan->trees[0],
                        .limits = &session->limits,
                        .dataset = plan->dataset_id,
                        .name = from->name,
                        .task = from->task,
                        .skill = from->skill,
                        .split = from->split,
                        .classes = plan->dataset->classes.items,
                        .n_classes = plan->dataset->classes.n};
    if (!from->has_task)
        source.task = plan->dataset->tasks.n ? plan->dataset->tasks.items[0] : RS_TASK_VQA;
    rs_str missing = {NULL, 0};
    RS_TRY(select_files(plan, from, paths, n_paths, &source, &missing, err));
    if (missing.ptr)
        return from->optional ? RSIFT_OK : note_missing(plan, from->name, missing, err);
    rs_plan_source *to;
    RS_TRY(add_source(plan, &to, err));
    to->reader = reader;
    to->source = source;
    to->id = safe_id(&plan->arena, from->name);
    to->role = rs_str_of(rs_catalog_role_name(from->role));
    to->truth = from->truth;
    to->image_extensions = from->image_extensions.items;
    to->n_image_extensions = from->image_extensions.n;
    RS_TRY(copy_words(plan, from, to, err));
    to->fingerprint = fingerprint(plan, to);
    return to->id.ptr && to->fingerprint.ptr ? RSIFT_OK : rs_err_nomem(err, "a plan");
}

/* ---- media patterns ------------------------------------------------------------------------- */

static rsift_status add_pattern(rs_plan *plan, rs_media_pattern pattern, rsift_error *err)
{
    if (!pattern.pattern.ptr) return rs_err_nomem(err, "a plan");
    rs_media_pattern *bigger =
        rs_arena_calloc(&plan->arena, plan->n_media_patterns + 1, sizeof *bigger);
    if (!bigger) return rs_err_nomem(err, "a plan");
    if (plan->n_media_patterns)
        memcpy(bigger, plan->media_patterns, plan->n_media_patterns * sizeof *bigger);
    bigger[plan->n_media_patterns++] = pattern;
    plan->media_patterns = bigger;
    return RSIFT_OK;
}

/* "Images/{name}" -> "Images/ *": placeholders become one component's wildcard. */
static rs_str pattern_of(rs_arena *arena, rs_str template)
{
    char *out = rs_arena_alloc(arena, template.len + 1);
    if (!out) return (rs_str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < template.len; i++) {
        if (template.ptr[i] != '{') {
            out[n++] = template.ptr[i];
            continue;
        }
        while (i < template.len && template.ptr[i] != '}') i++;
        if (n == 0 || out[n - 1] != '*') out[n++] = '*';
    }
    return rs_str_make(out, n);
}

/* Folders at the head of a template, up to its first placeholder, with the '/'. */
static rs_str head_of(rs_str template)
{
    size_t brace = rs_str_find_char(template, '{');
    size_t slash =
        rs_str_rfind_char(rs_str_make(template.ptr, brace == RS_NPOS ? template.len : brace), '/');
    return rs_str_make(template.ptr, slash == RS_NPOS ? 0 : slash + 1);
}

static rsift_status plan_media(rs_plan *plan, const rs_catalog_source *from, rsift_error *err)
{
    for (size_t i = 0; i < from->media.n; i++) {
        rs_str template = from->media.items[i].template;
        rs_str head = head_of(template);
        if (head.len == 0) continue;
        rs_str rest = rs_str_sub(template, head.len, template.len);
        RS_TRY(add_pattern(
            plan, (rs_media_pattern){pattern_of(&plan->arena, template), head.len, head}, err));
        for (size_t r = 0; r < from->image_roots.n; r++) {
            rs_str root = from->image_roots.items[r];
            rs_str slash = root.len && !rs_str_ends(root, RS_STR("/")) ? RS_STR("/") : RS_STR("");
            rs_str whole = rs_arena_join(&plan->arena, root, slash, rest);
            if (!whole.ptr) return rs_err_nomem(err, "a plan");
            if (root.len == 0) continue; /* a flat copy: resolved by its file names */
            RS_TRY(add_pattern(
                plan,
                (rs_media_pattern){pattern_of(&plan->arena, whole), root.len + slash.len, head},
                err));
        }
    }
    return RSIFT_OK;
}

static rsift_status plan_images(rs_plan *plan, rs_texts patterns, rsift_error *err)
{
    for (size_t i = 0; i < patterns.n; i++)
        RS_TRY(add_pattern(plan, (rs_media_pattern){.pattern = patterns.items[i]}, err));
    return RSIFT_OK;
}

/* ---- a dataset of the catalogue ------------------------------------------------------------- */

static rsift_status choose_release(rs_session *session, rs_plan *plan, const rs_catalog *catalog,
                                   const rs_str *paths, size_t n_paths, rsift_error *err)
{
    (void)session;
    const rs_plan_choice *choice = &plan->choice;
    if (choice->release.ptr) {
        plan->release = rs_catalog_release_find(plan->dataset, choice->release);
        if (plan->release) return RSIFT_OK;
        return rs_err_set(err, RSIFT_E_ARG,
                          "%.*s has no release \"%.*s\"; `rsift show %.*s` lists them",
                          RS_STR_ARG(plan->dataset->id), RS_STR_ARG(choice->release),
                          RS_STR_ARG(plan->dataset->id));
    }
    const rs_catalog_fit *fits;
    size_t n;
    RS_TRY(rs_catalog_scan(&plan->arena, catalog, paths, n_paths, &fits, &n, err));
    const rs_catalog_fit *best = NULL;
    for (size_t i = 0; i < n && !best; i++)
        if (!plan->dataset || fits[i].dataset == plan->dataset) best = &fits[i];
    if (best && !plan->dataset && best->tied)
        return rs_err_set(
            err, RSIFT_E_ARG,
            "several datasets fit equally well; say --dataset ID (`rsift scan` lists them)");
    if (best) {
        plan->dataset = best->dataset;
        plan->release = best->release;
        return RSIFT_OK;
    }
    if (!plan->dataset)
        return rs_err_set(
            err, RSIFT_E_ARG,
            "no dataset of the catalogue lies here; for your own data say --reader and --name");
    if (plan->dataset->releases.n == 0)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "the record of %.*s describes no release yet; say --reader and --name",
                          RS_STR_ARG(plan->dataset->id));
    return rs_err_set(
        err, RSIFT_E_FORMAT, "none of the files of %.*s lie here; its first source wants \"%.*s\"",
        RS_STR_ARG(plan->dataset->id),
        RS_STR_ARG(
            plan->dataset->releases.items[0].sources.items[0].files.items[0].patterns.items[0]));
}

static rsift_status plan_dataset(rs_session *session, rs_plan *plan, const rs_catalog *catalog,
                                 const rs_str *paths, size_t n_paths, rsift_error *err)
{
    RS_TRY(choose_release(session, plan, catalog, paths, n_paths, err));
    const rs_catalog_dataset *d = plan->dataset;
    plan->dataset_id = d->id;
    plan->name = d->name;
    plan->choice.dataset = d->id;
    plan->choice.release = plan->release->id;
    plan->licence_annotations = d->licence.annotations.id;
    plan->licence_imagery = d->licence.imagery.id;
    plan->licence_class =
        rs_str_of(rs_catalog_licence_class_name(rs_catalog_licence_of(&d->licence)));
    plan->redistribution = rs_str_of(rs_catalog_redistribution_name(d->licence.redistribution));
    plan->origin = rs_str_of(rs_catalog_origin_name(d->origin));
    plan->role = RS_STR("train");
    for (size_t i = 0; i < plan->release->sources.n; i++) {
        const rs_catalog_source *from = &plan->release->sources.items[i];
        RS_TRY(plan_source(session, plan, from, paths, n_paths, err));
        RS_TRY(plan_media(plan, from, err));
    }
    RS_TRY(plan_images(plan, plan->release->images, err));
    if (plan->n_sources == 0)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "no source of %.*s is complete here; the first lacks \"%.*s\"",
                          RS_STR_ARG(d->id),
                          RS_STR_ARG(plan->n_missing ? plan->missing[0].pattern : RS_STR("?")));
    return rs_split_lists_load(session, plan->trees[0], plan->release, paths, n_paths,
                               &plan->splits, err);
}

/* ---- your own data -------------------------------------------------------------------------- */

static bool is_annotation(rs_str path)
{
    static const char *const extensions[] = {".json", ".jsonl", ".xml", ".txt", ".csv"};
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (rs_str_ends_nocase(path, rs_str_of(extensions[i]))) return true;
    return false;
}

/* All files that the reader could mean: of a folder those of its kind, of a file that file. */
static rsift_status own_files(rs_plan *plan, const rs_reader *reader, const rs_str *paths,
                              size_t n_paths, rs_source *source, rsift_error *err)
{
    bool pictures = rs_str_eq(rs_str_of(reader->name), RS_STR("folder"));
    rs_source_files *files = rs_arena_calloc(&plan->arena, 1, sizeof *files);
    size_t *members = rs_arena_calloc(&plan->arena, n_paths + 1, sizeof *members);
    rs_str *logical = rs_arena_calloc(&plan->arena, n_paths + 1, sizeof *logical);
    if (!files || !members || !logical) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < n_paths; i++) {
        bool wanted = pictures ? !is_annotation(paths[i]) : is_annotation(paths[i]) || n_paths == 1;
        if (!wanted) continue;
        members[files->n] = i;
        logical[files->n++] = paths[i];
    }
    files->use = rs_str_of(reader->uses[0]);
    files->members = members;
    files->logical = logical;
    source->files = files;
    source->n_files = 1;
    if (files->n) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_FORMAT, "no file for the reader %s lies here", reader->name);
}

static rsift_status own_params(rs_plan *plan, rs_source *source, rsift_error *err)
{
    const rs_plan_choice *choice = &plan->choice;
    rs_param_value *params = rs_arena_calloc(&plan->arena, choice->n_params + 1, sizeof *params);
    if (!params) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < choice->n_params; i++) {
        size_t equals = rs_str_find_char(choice->params[i], '=');
        if (equals == RS_NPOS)
            return rs_err_set(err, RSIFT_E_ARG, "--param wants key=value, found \"%.*s\"",
                              RS_STR_ARG(choice->params[i]));
        rs_str *values = rs_arena_calloc(&plan->arena, choice->params[i].len + 1, sizeof *values);
        if (!values) return rs_err_nomem(err, "a plan");
        rs_str rest = rs_str_sub(choice->params[i], equals + 1, choice->params[i].len), piece;
        while (rs_str_split(&rest, '|', &piece)) values[params[i].n++] = piece;
        params[i].key = rs_str_sub(choice->params[i], 0, equals);
        params[i].values = values;
    }
    source->params = params;
    source->n_params = choice->n_params;
    return RSIFT_OK;
}

/* SPDX ids that people give; anything else is unknown, which is never treated as open. */
static rs_str licence_class_of(rs_str id)
{
    static const char *const open[] = {"CC0-1.0",  "CC-BY-4.0",  "CC-BY-SA-4.0",
                                       "MIT",      "Apache-2.0", "BSD-3-Clause",
                                       "PDDL-1.0", "ODbL-1.0",   "CDLA-Permissive-1.0"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (rs_str_eq_nocase(id, rs_str_of(open[i]))) return RS_STR("open");
    return rs_str_find(id, RS_STR("-NC")) != RS_NPOS ? RS_STR("research") : RS_STR("unknown");
}

static rsift_status plan_own(rs_session *session, rs_plan *plan, const rs_str *paths,
                             size_t n_paths, rsift_error *err)
{
    const rs_plan_choice *choice = &plan->choice;
    const rs_reader *reader = rs_reader_find(choice->reader);
    if (!reader)
        return rs_err_set(err, RSIFT_E_ARG,
                          "unknown reader \"%.*s\"; `rsift list --readers` names them",
                          RS_STR_ARG(choice->reader));
    if (!choice->name.ptr)
        return rs_err_set(err, RSIFT_E_ARG,
                          "--reader needs --name: the id that your data shall have");
    plan->dataset_id = choice->name;
    plan->name = choice->name;
    plan->licence_annotations = choice->licence.ptr ? choice->licence : RS_STR("unknown");
    plan->licence_imagery = plan->licence_annotations;
    bool is_class = rs_str_eq(choice->licence, RS_STR("open")) ||
                    rs_str_eq(choice->licence, RS_STR("research")) ||
                    rs_str_eq(choice->licence, RS_STR("restricted"));
    plan->licence_class = is_class ? choice->licence : licence_class_of(choice->licence);
    plan->redistribution = RS_STR("unknown");
    plan->origin = RS_STR("unknown");
    plan->role = choice->role.ptr ? choice->role : RS_STR("train");
    rs_plan_source *to;
    RS_TRY(add_source(plan, &to, err));
    to->reader = reader;
    to->source = (rs_source){.tree = plan->trees[0],
                             .limits = &session->limits,
                             .dataset = plan->dataset_id,
                             .name = RS_STR("own"),
                             .task = RS_TASK_CONVERSATION};
    if (rs_str_eq(choice->reader, RS_STR("folder"))) to->source.task = RS_TASK_CLASSIFICATION;
    if (rs_str_eq(choice->reader, RS_STR("karpathy"))) to->source.task = RS_TASK_CAPTION;
    if (rs_str_eq(choice->reader, RS_STR("rsvqa")) || rs_str_eq(choice->reader, RS_STR("lines")) ||
        rs_str_eq(choice->reader, RS_STR("records")))
        to->source.task = RS_TASK_VQA;
    if (rs_str_eq(choice->reader, RS_STR("coco")) || rs_str_eq(choice->reader, RS_STR("voc")) ||
        rs_str_eq(choice->reader, RS_STR("vhr")))
        to->source.task = RS_TASK_DETECTION_HBB;
    if (rs_str_eq(choice->reader, RS_STR("dota"))) to->source.task = RS_TASK_DETECTION_OBB;
    if (rs_str_eq(choice->reader, RS_STR("pairs"))) to->source.task = RS_TASK_CHANGE_DETECTION;
    if (choice->split.ptr) to->source.split = (rs_split){RS_STR("own"), choice->split};
    to->id = RS_STR("own");
    to->role = plan->role;
    RS_TRY(own_files(plan, reader, paths, n_paths, &to->source, err));
    RS_TRY(own_params(plan, &to->source, err));
    const rs_param_value *task = rs_source_param_list(&to->source, "task");
    if (task && task->n && !rs_model_task_parse(task->values[0], &to->source.task))
        return rs_err_set(err, RSIFT_E_ARG, "unknown task \"%.*s\"", RS_STR_ARG(task->values[0]));
    to->fingerprint = fingerprint(plan, to);
    return RSIFT_OK;
}

/* ---- making --------------------------------------------------------------------------------- */

static rsift_status copy_choice(rs_plan *plan, const rs_plan_choice *from, rsift_error *err)
{
    plan->choice = *from;
    for (size_t i = 0; i < n_choice_keys; i++) {
        rs_str *field = choice_field(&plan->choice, i);
        if (!field->ptr) continue;
        *field = rs_arena_str(&plan->arena, *field);
        if (!field->ptr) return rs_err_nomem(err, "a plan");
    }
    rs_str *params = rs_arena_calloc(&plan->arena, from->n_params + 1, sizeof *params);
    if (!params) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < from->n_params; i++)
        params[i] = rs_arena_str(&plan->arena, from->params[i]);
    plan->choice.params = params;
    return RSIFT_OK;
}

static rsift_status make(rs_session *session, rs_plan *plan, rsift_error *err)
{
    rs_plan_choice *choice = &plan->choice;
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(session, &catalog, err));
    if (choice->dataset.ptr) {
        plan->dataset = rs_catalog_find(catalog, choice->dataset);
        rs_str near =
            plan->dataset ? (rs_str){NULL, 0} : rs_catalog_suggest(catalog, choice->dataset);
        if (!plan->dataset)
            return rs_err_set(err, RSIFT_E_ARG, "no dataset \"%.*s\" in the catalogue%s%.*s%s",
                              RS_STR_ARG(choice->dataset), near.ptr ? "; did you mean \"" : "",
                              RS_STR_ARG(near), near.ptr ? "\"?" : "");
    }
    RS_TRY(open_tree(session, plan, choice->path, err));
    choice->path = plan->roots[0];
    if (choice->images.ptr) {
        RS_TRY(open_tree(session, plan, choice->images, err));
        choice->images = plan->roots[1];
    }
    size_t n_paths;
    rs_str *paths = paths_of(plan, &n_paths);
    if (!paths) return rs_err_nomem(err, "a plan");
    rsift_status status = choice->reader.ptr
                              ? plan_own(session, plan, paths, n_paths, err)
                              : plan_dataset(session, plan, catalog, paths, n_paths, err);
    rs_free(paths);
    RS_TRY(status);
    plan->config = choice_json(&plan->arena, choice);
    plan->release_id = rs_arena_join(&plan->arena, plan->dataset_id, RS_STR("@"),
                                     plan->release ? plan->release->id : RS_STR("own"));
    return plan->config.ptr && plan->release_id.ptr ? RSIFT_OK : rs_err_nomem(err, "a plan");
}

rsift_status rs_plan_make(rs_session *session, const rs_plan_choice *choice, rs_plan **out,
                          rsift_error *err)
{
    *out = NULL;
    rs_plan *plan = rs_calloc(1, sizeof *plan);
    if (!plan) return rs_err_nomem(err, "a plan");
    rsift_status status = copy_choice(plan, choice, err);
    if (status == RSIFT_OK) status = make(session, plan, err);
    if (status != RSIFT_OK) {
        rs_plan_free(plan);
        return status;
    }
    *out = plan;
    return RSIFT_OK;
}

rsift_status rs_plan_remake(rs_session *session, rs_str config, rs_plan **out, rsift_error *err)
{
    *out = NULL;
    rs_arena arena = {0};
    rs_plan_choice choice;
    rsift_status status = choice_parse(&arena, config, &choice, err);
    if (status == RSIFT_OK) status = rs_plan_make(session, &choice, out, err);
    rs_arena_fini(&arena);
    return status;
}

void rs_plan_free(rs_plan *plan)
{
    if (!plan) return;
    rs_split_lists_free(plan->splits);
    for (size_t i = 0; i < 2; i++)
        if (plan->trees[i]) rs_io_tree_close(plan->trees[i]);
    rs_arena_fini(&plan->arena);
    rs_free(plan);
}

rsift_status rs_plan_splits(const rs_plan *plan, rs_arena *arena, rs_str picture, rs_split **splits,
                            size_t *n, rsift_error *err)
{
    return rs_split_lists_find(plan->splits, arena, picture, splits, n, err);
}

rs_str rs_plan_role(const rs_plan_source *source, const rs_split *splits, size_t n_splits)
{
    /* eval wins: a picture that any list of this source's roles calls eval is not for training */
    rs_str role = source->role;
    bool decided = false;
    for (size_t i = 0; i < n_splits; i++) {
        for (size_t r = 0; r < source->n_roles; r++) {
            if (!rs_str_eq(splits[i].name, source->role_by_split[r].from)) continue;
            if (decided && rs_str_eq(role, RS_STR("eval"))) continue;
            role = source->role_by_split[r].to;
            decided = true;
        }
    }
    return role.len ? role : RS_STR("train");
}
