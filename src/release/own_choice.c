/* Choosing the reader of one's own data: see own_choice.h. */
#include "release/own_choice.h"

#include "readers/table.h"
#include "release/own_scan.h"

enum {
    LEAST_SURE = 50,   /* below that a form is a hope: pictures in one folder */
    SURE_PARTNERS = 70 /* pictures that have partners of equal names */
};

/* Do two groups make one dataset, as the folders train and val do? */
static bool are_of_one_form(const rs_own_group *a, const rs_own_group *b)
{
    bool equal = a->reader == b->reader && a->params.n == b->params.n;
    for (size_t i = 0; equal && i < a->params.n; i++)
        equal = rs_str_eq(a->params.items[i], b->params.items[i]);
    return equal;
}

/* Several forms lie here, or several readers fit one: they are named with a file each. */
static rsift_status ask_which(const rs_own_scan *scan, rsift_error *err)
{
    enum { SHOWN = 120 };
    rs_buf list = {0};
    size_t n = 0;
    bool tied = false;
    for (size_t i = 0; i < scan->n; i++) {
        const rs_own_group *g = &scan->groups[i];
        bool known = !g->reader;
        for (size_t k = 0; k < i && !known; k++)
            known = scan->groups[k].reader && are_of_one_form(&scan->groups[k], g);
        if (known) continue;
        n++;
        tied |= g->tied;
        if (list.len > SHOWN) continue;
        rs_buf_printf(&list, "%s%s (%.*s)", list.len ? ", " : "", g->reader->name,
                      RS_STR_ARG(rs_str_basename(g->files[0])));
    }
    const rsift_status status =
        rs_err_set(err, RSIFT_E_ARG,
                   "%zu %s: %.*s; --reader names one, `rsift scan PATH` prints a line for each", n,
                   tied ? "readers fit these files equally well" : "kinds of data lie here",
                   RS_STR_ARG(rs_buf_view(&list)));
    rs_buf_fini(&list);
    return status;
}

/* One folder of pictures may be a class, or pictures without any annotation. */
static rsift_status ask_unsure(const rs_own_group *g, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_ARG,
                      "only pictures in one folder lie here: no annotation; --reader %s reads the "
                      "folder's name as their class",
                      g->reader->name);
}

/* The user's parameters, then those that the names of fields tell. */
static rsift_status add_params(rs_plan *plan, rs_texts told, rsift_error *err)
{
    rs_plan_choice *choice = &plan->choice;
    rs_str *params = rs_arena_calloc(&plan->arena, choice->n_params + told.n + 1, sizeof *params);
    if (!params) return rs_err_nomem(err, "a plan");
    if (choice->n_params) memcpy(params, choice->params, choice->n_params * sizeof *params);
    for (size_t i = 0; i < told.n; i++) params[choice->n_params + i] = told.items[i];
    choice->params = params;
    choice->n_params += told.n;
    return RSIFT_OK;
}

/* Do the parameters name a field of the picture? Then they name the others too. */
static bool name_fields(const rs_plan_choice *choice)
{
    for (size_t i = 0; i < choice->n_params; i++)
        if (rs_str_starts(choice->params[i], RS_STR("image="))) return true;
    return false;
}

rsift_status rs_own_choose(rs_plan *plan, const rs_catalog *catalog, bool *chosen, rsift_error *err)
{
    rs_plan_choice *choice = &plan->choice;
    rs_own_scan scan = {.tree = plan->trees[0],
                        .path = plan->roots[0],
                        .catalog = catalog,
                        .read_through = true,
                        .fields_given = name_fields(choice)};
    const rs_own_group *best = NULL;
    *chosen = false;
    RS_TRY(rs_own_scan_run(&scan, &plan->arena, err));
    for (size_t i = 0; i < scan.n; i++) {
        const rs_own_group *g = &scan.groups[i];
        if (!g->reader) continue; /* what no reader takes is told when the files are sorted */
        if (best && !are_of_one_form(best, g)) return ask_which(&scan, err);
        if (!best || g->sure < plan->sure) plan->sure = g->sure;
        if (!best) best = g;
    }
    /* pictures of a known dataset whose annotation is not here are no classes of one's own; masks
     * and pairs are annotation themselves */
    const bool mere_folders = best && !best->kind && best->sure < SURE_PARTNERS;
    if (!best || (mere_folders && plan->pictures_fit)) return RSIFT_OK;
    if (plan->sure < LEAST_SURE) return ask_unsure(best, err);
    RS_TRY(add_params(plan, best->params, err));
    choice->reader = rs_str_of(best->reader->name);
    plan->chosen = *chosen = true;
    return RSIFT_OK;
}
