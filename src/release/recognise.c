/* Recognising releases: see recognise.h. */
#include "release/recognise.h"

#include "base/buf.h"
#include "base/map.h"
#include "image/name.h"
#include "release/kind.h"

enum { SHOWN = 150 }; /* bytes of a list in a message */

/* ---- questions ------------------------------------------------------------------------------- */

/* "dota, dior, ...", or with their releases "dota@v1.0, ..." where `release` is set. */
static void put_id(rs_buf *list, rs_str id, rs_str release)
{
    if (list->len >= SHOWN) return;
    if (list->len) rs_buf_cstr(list, ", ");
    rs_buf_str(list, id);
    if (release.len) rs_buf_printf(list, "@%.*s", RS_STR_ARG(release));
    if (list->len >= SHOWN) rs_buf_cstr(list, ", ...");
}

/* Datasets that fit as well as the best one. */
static rsift_status ask_tied(const rs_release_scan *scan, rsift_error *err)
{
    rs_buf list = {0};
    for (size_t i = 0; i < scan->n && scan->found[i].tied; i++)
        put_id(&list, scan->found[i].dataset->id, RS_STR(""));
    const rsift_status status =
        rs_err_set(err, RSIFT_E_ARG, "%.*s fit these files equally well; --dataset ID names one",
                   RS_STR_ARG(rs_buf_view(&list)));
    rs_buf_fini(&list);
    return status;
}

/* The names alone fit, and training data that is taken for a benchmark is lost without a word. */
static rsift_status ask_own(const rs_catalog_candidate *best, rsift_error *err)
{
    const rs_str id = best->dataset->id;
    return rs_err_set(err, RSIFT_E_ARG,
                      "only file names fit %.*s, not its counts: --dataset %.*s if it is that; "
                      "your own data: --name mine",
                      RS_STR_ARG(id), RS_STR_ARG(id));
}

static bool has_eval(const rs_catalog_release *release)
{
    for (size_t i = 0; i < release->sources.n; i++) {
        const rs_catalog_source *source = &release->sources.items[i];
        if (source->role == RS_ROLE_EVAL) return true;
        for (size_t k = 0; k < source->role_by_split.n; k++)
            if (source->role_by_split.items[k].role == RS_ROLE_EVAL) return true;
    }
    return false;
}

/* ---- several releases ------------------------------------------------------------------------ */

rsift_status rs_release_claim_files(const rs_catalog_candidate *candidate, rs_texts paths,
                                    bool *claimed, bool *shares, rsift_error *err)
{
    rs_arena scratch = {0};
    rsift_status status = RSIFT_OK;
    *shares = false;
    for (size_t i = 0; i < candidate->release->sources.n; i++) {
        const rs_catalog_candidate_source *s = &candidate->sources[i];
        if (s->n_uses_found < s->n_uses) continue;
        for (size_t k = 0; status == RSIFT_OK && k < s->n_uses; k++) {
            rs_catalog_selection files;
            status =
                rs_catalog_select(&scratch, s->source->files.items[k].patterns, paths, &files, err);
            for (size_t f = 0; status == RSIFT_OK && f < files.n; f++) {
                *shares |= claimed[files.members[f]];
                claimed[files.members[f]] = true;
            }
            rs_arena_reset(&scratch);
        }
    }
    rs_arena_fini(&scratch);
    return status;
}

/* The first folder or file of a path. */
static rs_str top_of(rs_str path)
{
    const size_t slash = rs_str_find_char(path, '/');
    return rs_str_sub(path, 0, slash == RS_NPOS ? path.len : slash);
}

rsift_status rs_release_claim_folders(const rs_io_tree *tree, bool *claimed, rsift_error *err)
{
    const size_t n = rs_io_n_members(tree);
    rs_strmap tops = {0};
    rsift_status status = RSIFT_OK;
    bool made;
    for (size_t i = 0; i < n && status == RSIFT_OK; i++)
        if (claimed[i] &&
            rs_strmap_put(&tops, top_of(rs_io_member_at(tree, i)->path), &made) == RS_NPOS)
            status = rs_err_nomem(err, "a scan");
    for (size_t i = 0; i < n && status == RSIFT_OK; i++)
        claimed[i] = rs_strmap_get(&tops, top_of(rs_io_member_at(tree, i)->path)) != RS_NPOS;
    rs_strmap_fini(&tops);
    return status;
}

/* Has the candidate every picture that the record knows of? */
static bool has_all_pictures(const rs_catalog_candidate *c)
{
    return c->dataset->sizes.images > 0 && c->dataset->sizes.images == (int64_t)c->n_images;
}

/* Some files of another edition, beside an edition that is here with all its pictures. */
static bool is_remnant(const rs_catalog_candidate *c, const rs_catalog_candidate *best)
{
    return c->dataset == best->dataset && has_all_pictures(best) && !has_all_pictures(c);
}

/* The release here in whose place the candidate stands: both hold the same texts, and reading the
 * two would count them twice. NULL = it is not here. */
static const rs_catalog_candidate *main_form(const rs_release_scan *scan,
                                             const rs_catalog_candidate *c)
{
    for (size_t i = 0; c->release->instead_of.len && i < scan->n; i++) {
        const rs_catalog_candidate *other = &scan->found[i];
        if (other->dataset == c->dataset && other->n_sources_found && other->certain &&
            rs_str_eq(other->release->id, c->release->instead_of))
            return other;
    }
    return NULL;
}

rsift_status rs_release_find_several(const rs_release_scan *scan, rs_texts paths, rs_arena *arena,
                                     rs_release_several *out, rsift_error *err)
{
    *out = (rs_release_several){.items = rs_arena_calloc(arena, scan->n + 1, sizeof *out->items),
                                .of_one_dataset = true};
    bool *claimed = rs_arena_calloc(arena, paths.n + 1, sizeof *claimed);
    if (!claimed || !out->items) return rs_err_nomem(err, "the scan");
    for (size_t i = 0; i < scan->n; i++) {
        const rs_catalog_candidate *c = &scan->found[i];
        bool shares;
        if (!c->n_sources_found || !c->certain) continue;
        if (scan->dataset && c->dataset != scan->dataset) continue;
        if (out->n && is_remnant(c, out->items[0])) continue;
        if (main_form(scan, c)) continue;
        RS_TRY(rs_release_claim_files(c, paths, claimed, &shares, err));
        if (shares) continue;
        out->items[out->n++] = c;
        out->of_one_dataset &= c->dataset == out->items[0]->dataset;
    }
    return RSIFT_OK;
}

/* Refuses to choose one of several releases: they are listed, with what to type for the best. */
static rsift_status refuse_several(const rs_release_scan *scan, rs_texts paths, rs_arena *arena,
                                   rsift_error *err)
{
    rs_release_several found;
    RS_TRY(rs_release_find_several(scan, paths, arena, &found, err));
    if (found.n < 2) return RSIFT_OK;
    rs_buf list = {0};
    const bool one = found.of_one_dataset; /* then their releases tell them apart */
    for (size_t i = 0; i < found.n; i++)
        put_id(&list, found.items[i]->dataset->id, one ? found.items[i]->release->id : RS_STR(""));
    const rs_catalog_candidate *best = found.items[0];
    const rsift_status status = rs_err_set(
        err, RSIFT_E_ARG, "%zu releases lie here: %.*s; --dataset %.*s%s%.*s reads that one",
        found.n, RS_STR_ARG(rs_buf_view(&list)), RS_STR_ARG(best->dataset->id),
        one ? " --release " : "", one ? (int)best->release->id.len : 0, best->release->id.ptr);
    rs_buf_fini(&list);
    return status;
}

/* ---- choosing -------------------------------------------------------------------------------- */

/* The first file that looks like annotation, and the keys or columns it has, in the arena; ptr
 * NULL = there is none. What is known of such a dataset is its paper: the file tells the rest. */
static rsift_status describe_found(rs_plan *plan, rs_str *out, rsift_error *err)
{
    enum { MOST_OPENED = 64 };
    const rs_io_tree *tree = plan->trees[0];
    rs_buf text = {0};
    *out = (rs_str){NULL, 0};
    for (size_t i = 0, n = 0; i < rs_io_n_members(tree) && n < MOST_OPENED && !text.len; i++) {
        const rs_io_member *m = rs_io_member_at(tree, i);
        rs_arena scratch = {0};
        rs_probe_input input;
        if (m->is_picture || !m->random || rs_image_is_name(m->path)) continue;
        n++;
        if (rs_kind_head(tree, i, &scratch, &input, NULL) == RSIFT_OK &&
            rs_kind_is_annotation(&input))
            rs_kind_describe(&input, &text);
        rs_arena_fini(&scratch);
    }
    if (text.len) *out = rs_arena_str(&plan->arena, rs_buf_view(&text));
    const bool lost = text.failed || (text.len && !out->ptr);
    rs_buf_fini(&text);
    return lost ? rs_err_nomem(err, "a plan") : RSIFT_OK;
}

/* Names the annotation that lies here in front of the error. */
static rsift_status add_found(rs_plan *plan, rsift_status status, rsift_error *err)
{
    rs_str found;
    rsift_error why = {0};
    if (describe_found(plan, &found, &why) != RSIFT_OK) {
        if (err) *err = why;
        return why.status;
    }
    if (found.ptr) rs_err_within(err, status, "what lies here: %.*s", RS_STR_ARG(found));
    return status;
}

/* A dataset whose record describes no release: what was expected, and the way out. */
static rsift_status refuse_unread(const rs_catalog_dataset *dataset, rsift_error *err)
{
    const rs_str why = dataset->reads.why;
    return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                      "%.*s cannot be read: %.*s; what you have is read as your own: --name mine",
                      RS_STR_ARG(dataset->id),
                      RS_STR_ARG(why.len ? why : RS_STR("its record describes no release")));
}

/* Nothing of the catalogue, or of the dataset that is named, lies here. */
rsift_status rs_plan_refuse_absent(rs_plan *plan, rsift_error *err)
{
    if (rs_io_n_members(plan->trees[0]) == 0 && rs_io_n_notes(plan->trees[0]) == 0)
        return rs_err_set(err, RSIFT_E_ARG, "no files lie here: is it the right folder?");
    const rs_catalog_candidate *fit = plan->pictures_fit;
    if (!plan->dataset && fit && fit->release->sources.n)
        return rs_err_set(
            err, RSIFT_E_ARG,
            "no annotation of a known form lies here: `rsift scan PATH` says what does; pictures "
            "are called as those of %.*s, whose \"%.*s\" is absent",
            RS_STR_ARG(fit->dataset->id),
            RS_STR_ARG(fit->release->sources.items[0].files.items[0].patterns.items[0]));
    if (!plan->dataset)
        return rs_err_set(err, RSIFT_E_ARG,
                          "no dataset of the catalogue matches these files, and no reader knows "
                          "them: `rsift scan PATH` says what they are");
    if (plan->dataset->releases.n == 0)
        return add_found(plan, refuse_unread(plan->dataset, err), err);
    const rsift_status status = rs_err_set(
        err, RSIFT_E_FORMAT, "none of the files of %.*s is here; its first source expects \"%.*s\"",
        RS_STR_ARG(plan->dataset->id),
        RS_STR_ARG(
            plan->dataset->releases.items[0].sources.items[0].files.items[0].patterns.items[0]));
    return add_found(plan, status, err);
}

static rsift_status choose_named(rs_plan *plan, rsift_error *err)
{
    plan->release = rs_catalog_release_find(plan->dataset, plan->choice.release);
    if (plan->release) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "%.*s has no release \"%.*s\"; `rsift show %.*s` lists them",
                      RS_STR_ARG(plan->dataset->id), RS_STR_ARG(plan->choice.release),
                      RS_STR_ARG(plan->dataset->id));
}

rsift_status rs_plan_recognise(rs_plan *plan, const rs_catalog *catalog, rs_release_paths *paths,
                               rsift_error *err)
{
    rs_release_scan scan = {.tree = plan->trees[0],
                            .root = plan->roots[0],
                            .dataset = plan->dataset,
                            .release = plan->choice.release};
    RS_TRY(rs_release_scan_tree(&plan->arena, catalog, &scan, paths, err));
    if (plan->choice.release.ptr && plan->dataset) return choose_named(plan, err);
    const rs_catalog_candidate *best = NULL; /* they come best first */
    for (size_t i = 0; i < scan.n && !best; i++)
        if (!plan->dataset || scan.found[i].dataset == plan->dataset) best = &scan.found[i];
    if (!best && plan->dataset) return rs_plan_refuse_absent(plan, err);
    if (!best) return RSIFT_OK;
    if (!plan->dataset && best->n_sources_found == 0) {
        plan->pictures_fit = best;
        return RSIFT_OK;
    }
    RS_TRY(refuse_several(&scan, paths->texts, &plan->arena, err));
    if (!plan->dataset) {
        if (best->tied) return ask_tied(&scan, err);
        if (best->n_sources_found && !best->certain && has_eval(best->release))
            return ask_own(best, err);
    }
    plan->dataset = best->dataset;
    plan->release = best->release;
    return RSIFT_OK;
}
