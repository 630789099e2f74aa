/* Plans: a catalogue record laid over what is on disk, or the command line for one's own data. */
#include "release/plan.h"

#include "base/alloc.h"
#include "release/choice.h"
#include "release/own.h"
#include "release/own_choice.h"
#include "release/own_scan.h"
#include "release/own_splits.h"
#include "release/recognise.h"
#include "release/sources.h"
#include "release/splits.h"

/* ---- opening what is on disk ---------------------------------------------------------------- */

/* Lists the files below `path` as the plan's next tree. */
static rsift_status open_tree(rs_session *session, rs_plan *plan, rs_str path, rsift_error *err)
{
    /* the workspace keeps absolute paths, so that a later call from another folder finds them */
    rs_str *root = &plan->roots[plan->n_trees];
    RS_TRY(rs_release_absolute(&plan->arena, path, root, err));
    RS_TRY(rs_session_tree(session, *root, &plan->trees[plan->n_trees], err));
    plan->n_trees++;
    return RSIFT_OK;
}

/* ---- media patterns ------------------------------------------------------------------------- */

/* Appends; a pattern without text means that making it ran out of memory. */
static rsift_status add_pattern(rs_plan *plan, rs_media_pattern pattern, rsift_error *err)
{
    if (!pattern.pattern.ptr) return rs_err_nomem(err, "a plan");
    rs_media_pattern *bigger = rs_arena_calloc(&plan->arena, plan->media.n + 1, sizeof *bigger);
    if (!bigger) return rs_err_nomem(err, "a plan");
    if (plan->media.n) memcpy(bigger, plan->media.patterns, plan->media.n * sizeof *bigger);
    bigger[plan->media.n++] = pattern;
    plan->media.patterns = bigger;
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
        if (n == 0 || out[n - 1] != '*') out[n++] = '*'; /* "{class}{id}" is one wildcard */
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

/* Patterns by which the pictures of a source are recognised: each media template where the record
 * puts it, and the same files below every other root that the record names. */
static rsift_status plan_media(rs_plan *plan, const rs_catalog_source *from, rsift_error *err)
{
    for (size_t i = 0; i < from->media.n; i++) {
        rs_str template = from->media.items[i].template;
        rs_str head = head_of(template);
        if (head.len == 0) continue; /* no folder to recognise: resolved by file names */
        rs_str rest = rs_str_sub(template, head.len, template.len);
        RS_TRY(add_pattern(
            plan, (rs_media_pattern){pattern_of(&plan->arena, template), head.len, head}, err));
        for (size_t r = 0; r < from->image_roots.n; r++) {
            rs_str root = from->image_roots.items[r];
            rs_str slash = root.len && !rs_str_ends(root, RS_STR("/")) ? RS_STR("/") : RS_STR("");
            if (root.len == 0) continue; /* a flat copy: resolved by its file names */
            rs_str moved = rs_arena_join(&plan->arena, root, slash, rest);
            if (!moved.ptr) return rs_err_nomem(err, "a plan");
            /* what matches here keeps the path of the record's own folder as its canonical one */
            RS_TRY(add_pattern(
                plan,
                (rs_media_pattern){pattern_of(&plan->arena, moved), root.len + slash.len, head},
                err));
        }
    }
    return RSIFT_OK;
}

/* ---- a dataset of the catalogue ------------------------------------------------------------- */

/* The folders above both trees, by whose names pictures are recognised. */
static rsift_status name_above(rs_plan *plan, const rs_release_paths *found, rsift_error *err)
{
    plan->media.above[0] = found->above;
    plan->media.archives = found->archives;
    plan->media.above[1] = RS_STR("");
    if (plan->n_trees > 1)
        plan->media.above[1] = rs_release_above(&plan->arena, plan->roots[1], true);
    return plan->media.above[1].ptr ? RSIFT_OK : rs_err_nomem(err, "a plan");
}

/* Fills the plan from a record of the catalogue; it stays as it is when no record fits and none
 * was named. */
static rsift_status plan_dataset(rs_plan *plan, const rs_catalog *catalog, rs_release_paths *found,
                                 rsift_error *err)
{
    RS_TRY(rs_plan_recognise(plan, catalog, found, err));
    if (!plan->dataset) return RSIFT_OK;
    const rs_texts paths = found->texts;
    const rs_catalog_dataset *d = plan->dataset;
    if (plan->choice.classes.len)
        return rs_err_set(err, RSIFT_E_ARG,
                          "--classes renames classes of your own data, and this is %.*s: --name N "
                          "reads it as your own",
                          RS_STR_ARG(d->id));
    plan->dataset_id = d->id;
    plan->name = d->name;
    /* kept in the workspace: a plan that is made again must not depend on what a scan finds then */
    plan->choice.dataset = d->id;
    plan->choice.release = plan->release->id;
    plan->licence_annotations = d->licence.annotations.id;
    plan->licence_imagery = d->licence.imagery.id;
    plan->licence_class =
        rs_str_of(rs_catalog_licence_class_name(rs_catalog_licence_of(&d->licence)));
    plan->redistribution = rs_str_of(rs_catalog_redistribution_name(d->licence.redistribution));
    plan->origin = rs_str_of(rs_catalog_origin_name(d->origin));
    plan->role = RS_STR("train");
    RS_TRY(name_above(plan, found, err));
    for (size_t i = 0; i < plan->release->sources.n; i++) {
        const rs_catalog_source *from = &plan->release->sources.items[i];
        RS_TRY(rs_plan_record_source(plan, from, paths, err));
        RS_TRY(plan_media(plan, from, err));
    }
    for (size_t i = 0; i < plan->release->images.n; i++)
        RS_TRY(
            add_pattern(plan, (rs_media_pattern){.pattern = plan->release->images.items[i]}, err));
    if (plan->n_sources == 0)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "no source of %.*s is complete here; the first lacks \"%.*s\"",
                          RS_STR_ARG(d->id),
                          RS_STR_ARG(plan->n_missing ? plan->missing[0].pattern : RS_STR("?")));
    return rs_split_lists_load(plan->trees[0], plan->release, paths, plan->limits, &plan->splits,
                               err);
}

/* The part of the release that --images names as well: its pictures must not count twice. */
static rs_str part_named_twice(const rs_plan *plan)
{
    if (plan->n_trees < 2) return (rs_str){NULL, 0};
    const rs_str release = plan->roots[0], images = plan->roots[1];
    const rs_str outer = release.len < images.len ? release : images;
    const rs_str inner = release.len < images.len ? images : release;
    /* the root "/" is the one folder that ends in a slash */
    const bool within = rs_str_starts(inner, outer) &&
                        (inner.len == outer.len || outer.len == 1 || inner.ptr[outer.len] == '/');
    if (!within) return (rs_str){NULL, 0};
    if (release.len >= images.len) return RS_STR("");
    return rs_str_sub(images, release.len + (release.len > 1), images.len);
}

/* ---- one's own data -------------------------------------------------------------------------- */

/* Fills the plan for data that no record of the catalogue describes. */
static rsift_status plan_own(rs_plan *plan, const rs_catalog *catalog, rsift_error *err)
{
    rs_plan_choice *choice = &plan->choice;
    if (!choice->reader.ptr) {
        bool chosen;
        RS_TRY(rs_own_choose(plan, catalog, &chosen, err));
        if (!chosen) return rs_plan_refuse_absent(plan, err);
    }
    if (!choice->name.ptr) {
        choice->name = rs_own_name(&plan->arena, plan->roots[0], catalog);
        if (!choice->name.ptr) return rs_err_nomem(err, "a plan");
    }
    /* one's own data has no names but those below its folder */
    rs_release_paths paths = {.above = RS_STR("")};
    rsift_status status = rs_release_paths_make(&paths, plan->trees[0], err);
    if (status == RSIFT_OK) status = rs_plan_own(plan, paths.texts, err);
    rs_release_paths_fini(&paths);
    return status;
}

/* ---- making --------------------------------------------------------------------------------- */

/* Does the plan ask the catalogue? Not of one's own data with a reader and a name; records of one's
 * own are read in any case, so that what is wrong with them is told. */
static bool asks_catalog(const rs_session *session, const rs_plan_choice *choice)
{
    return choice->dataset.ptr || !choice->reader.ptr || !choice->name.ptr || session->n_catalogs;
}

/* Makes the plan from plan->choice; on failure the caller frees what there is of it. */
static rsift_status make_plan(rs_session *session, rs_plan *plan, rsift_error *err)
{
    rs_plan_choice *choice = &plan->choice;
    plan->limits = &session->limits;
    const rs_catalog *catalog = NULL;
    if (asks_catalog(session, choice)) RS_TRY(rs_session_catalog(session, &catalog, err));
    if (choice->dataset.ptr) {
        plan->dataset = rs_catalog_find(catalog, choice->dataset);
        rs_str near =
            plan->dataset ? (rs_str){NULL, 0} : rs_catalog_suggest(catalog, choice->dataset);
        if (!plan->dataset)
            return rs_err_set(err, RSIFT_E_ARG,
                              "no dataset \"%.*s\" in the catalogue%s%.*s%s; a record of one's "
                              "own is found with --catalog FOLDER, as when it was indexed",
                              RS_STR_ARG(choice->dataset), near.ptr ? "; did you mean \"" : "",
                              RS_STR_ARG(near), near.ptr ? "\"?" : "");
    }
    /* the release itself, then the folder of pictures that lies elsewhere */
    RS_TRY(open_tree(session, plan, choice->path, err));
    choice->path = plan->roots[0];
    RS_TRY(rs_io_tree_decode(plan->trees[0], choice->encoding, err));
    if (choice->images.ptr) {
        RS_TRY(open_tree(session, plan, choice->images, err));
        choice->images = plan->roots[1];
    }
    plan->media.twice = part_named_twice(plan);
    /* a reader says that it is no dataset of the catalogue, and so does a name */
    bool own = choice->reader.ptr || (choice->name.ptr && !choice->dataset.ptr);
    if (!own) {
        rs_release_paths paths = {0};
        const rsift_status status = plan_dataset(plan, catalog, &paths, err);
        rs_release_paths_fini(&paths);
        RS_TRY(status);
        own = !plan->dataset;
    }
    if (own) RS_TRY(plan_own(plan, catalog, err));
    plan->config = rs_choice_json(&plan->arena, choice);
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
    rsift_status status = rs_choice_copy(&plan->arena, choice, &plan->choice, err);
    if (status == RSIFT_OK) status = make_plan(session, plan, err);
    if (status != RSIFT_OK) {
        rs_plan_free(plan);
        return status;
    }
    *out = plan;
    return RSIFT_OK;
}

/* What is to be done about a root that cannot be opened any more. */
static void say_moved(rs_str dataset, rsift_error *err)
{
    const size_t n = strnlen(err->message, sizeof err->message);
    snprintf(err->message + n, sizeof err->message - n,
             "; when it was moved: rsift remove %.*s, then index it where it is now",
             RS_STR_ARG(rs_str_sub(dataset, 0, 64)));
}

rsift_status rs_plan_remake(rs_session *session, rs_str config, rs_plan **out, rsift_error *err)
{
    *out = NULL;
    rs_arena arena = {0};
    rs_plan_choice choice;
    rsift_status status = rs_choice_parse(&arena, config, &choice, err);
    if (status == RSIFT_OK) status = rs_plan_make(session, &choice, out, err);
    if (status == RSIFT_E_IO && err) say_moved(choice.name.len ? choice.name : choice.dataset, err);
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
        if (source->eval_by_name && rs_own_is_kept_out(splits[i].name)) return RS_STR("eval");
        for (size_t r = 0; r < source->n_roles; r++) {
            if (!rs_str_eq(splits[i].name, source->role_by_split[r].from)) continue;
            if (decided && rs_str_eq(role, RS_STR("eval"))) continue;
            role = source->role_by_split[r].to;
            decided = true;
        }
    }
    return role.len ? role : RS_STR("train");
}
