/* Which mixture, and whether it may be written as asked; see mixture.h. */
#include "emit/mixture.h"

#include "emit/kinds.h"
#include "session/attempt.h"

#include <stdio.h>

/* The mixture of that id, or the newest of that name ('' = any that keeps a sample), into j;
 * RSIFT_END = none. `last`: the newest of all, where that is known: times are whole seconds. */
static rsift_status read_mixture(rs_emit_job *j, rs_arena *arena, rs_str named, rs_str last,
                                 rsift_error *err)
{
    const rs_arg args[] = {{.type = RS_ARG_STR, .str = named},
                           {.type = RS_ARG_STR, .str = last.ptr ? last : RS_STR("")}};
    rs_result *result;
    RS_TRY(rs_store_query(
        j->store,
        RS_STR(
            "SELECT mixture_id, name, seed, made_at, format, model, mixture_id IN (SELECT "
            "DISTINCT mixture_id FROM "
            "ledger WHERE kept) AS keeps, recipe IS NOT NULL AND NOT regexp_matches(recipe, "
            "'(^|\n)(format|model)[ ]*:') FROM mixture WHERE ($1 = '' AND keeps) OR mixture_id = "
            "$1 OR name = $1 ORDER BY made_at DESC, mixture_id = $2 DESC, mixture_id LIMIT 1"),
        args, 2, &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK) {
        j->mixture_id = rs_arena_str(arena, rs_result_str(result, 0));
        j->name = rs_arena_str(arena, rs_result_str(result, 1));
        j->seed = (uint64_t)rs_result_i64(result, 2);
        j->made_at = rs_arena_str(arena, rs_result_str(result, 3));
        j->for_format = rs_arena_str(arena, rs_result_str(result, 4));
        j->for_model = rs_arena_str(arena, rs_result_str(result, 5));
        j->made_by_build = rs_result_i64(result, 7);
        if (!rs_result_i64(result, 6))
            status = rs_err_set(err, RSIFT_E_ARG,
                                "the mixture \"%.*s\" keeps no sample; the table ledger has its "
                                "reasons",
                                (int)(j->name.len < 60 ? j->name.len : 60), j->name.ptr);
    }
    rs_result_close(result);
    return status;
}

/* A mixture that was made for one trainer or model holds what those can be taught. */
static rsift_status check_made_for(const rs_emit_job *j, rsift_error *err)
{
    const struct {
        const char *key;
        rs_str made_for, asked;
    } pairs[] = {{"format", j->for_format, rs_str_of(j->writer->name)},
                 {"model", j->for_model, rs_str_of(j->render.model->name)}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (!pairs[i].made_for.len || rs_str_eq(pairs[i].made_for, pairs[i].asked)) continue;
        const char *key = pairs[i].key;
        const rs_str name = rs_str_sub(j->name, 0, 60), asked = pairs[i].asked;
        if (j->made_by_build)
            return rs_err_set(err, RSIFT_E_ARG,
                              "`rsift build` made the mixture %.*s for the %s %.*s: run `rsift "
                              "build` on its recipe with --%s %.*s, or `rsift mix` for any",
                              RS_STR_ARG(name), key, RS_STR_ARG(pairs[i].made_for), key,
                              RS_STR_ARG(asked));
        return rs_err_set(err, RSIFT_E_ARG,
                          "the mixture %.*s is for the %s %.*s, found %.*s: change the recipe's "
                          "`%s` and mix again, or name another with --mixture",
                          RS_STR_ARG(name), key, RS_STR_ARG(pairs[i].made_for), RS_STR_ARG(asked),
                          key);
    }
    return RSIFT_OK;
}

/* A release that was indexed with other choices or files since the mix: its role, its licence or
 * the bytes of its pictures, by which leaks, conflicts and duplicates were decided, may differ. */
static rsift_status check_not_indexed_since(const rs_emit_job *j, rsift_error *err)
{
    const rs_arg made_at = {.type = RS_ARG_STR, .str = j->made_at};
    rs_result *result;
    RS_TRY(rs_store_query(
        j->store,
        RS_STR("SELECT dataset, indexed_at FROM release WHERE indexed_at > $1 AND release_id IN "
               "(SELECT release_id FROM emit_kind) ORDER BY ALL LIMIT 1"),
        &made_at, 1, &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK)
        status =
            rs_err_set(err, RSIFT_E_ARG,
                       "%.*s was indexed with other files or choices at %.*s, after the "
                       "mixture %.*s was made: `rsift mix` its recipe again",
                       RS_STR_ARG(rs_result_str(result, 0)), RS_STR_ARG(rs_result_str(result, 1)),
                       (int)(j->name.len < 60 ? j->name.len : 60), j->name.ptr);
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* The last mix failed: whoever emits now would get another mixture than the one just asked for.
 * `found`: j holds an older one. */
static rsift_status refuse_older(const rs_emit_job *j, const rs_attempt *attempt, bool found,
                                 rsift_error *err)
{
    const rs_str recipe = rs_str_basename(attempt->recipe), why = attempt->why;
    char older[160] = "; mend it and mix again";
    if (found)
        snprintf(older, sizeof older,
                 "; mix again, or write the older \"%.*s\" of %.*s: --mixture %.*s",
                 (int)(j->name.len < 30 ? j->name.len : 30), j->name.ptr, RS_STR_ARG(j->made_at),
                 RS_STR_ARG(j->mixture_id));
    return rs_err_set(err, RSIFT_E_ARG, "the last mix (%.*s, %.*s) made none%s%.*s%s",
                      (int)(recipe.len < 30 ? recipe.len : 30), recipe.ptr,
                      RS_STR_ARG(attempt->made_at), why.len ? ": " : "",
                      (int)(why.len < 50 ? why.len : 50), why.len ? why.ptr : "", older);
}

/* The mixture that is named by id or name, or the one that the last mix made. */
static rsift_status choose_mixture(rs_emit_job *j, rs_arena *arena, rsift_error *err)
{
    const rs_str named = rs_str_of(j->options->mixture ? j->options->mixture : "");
    const rs_attempt last = rs_attempt_read(j->session, arena);
    const rs_str id = last.mixture_id;
    rsift_status status = RSIFT_END;
    if (named.len == 0 && id.ptr) status = read_mixture(j, arena, id, id, err);
    /* also where the decisions were replaced by others since */
    if (status == RSIFT_END) status = read_mixture(j, arena, named, id, err);
    if (status != RSIFT_OK && status != RSIFT_END) return status;
    if (named.len == 0 && last.recipe.ptr && !id.ptr)
        return refuse_older(j, &last, status == RSIFT_OK, err);
    if (status == RSIFT_OK) return status;
    return rs_err_set(err, RSIFT_E_ARG,
                      "no mixture%s%.*s%s in the workspace; `rsift mix recipe.yaml` makes one",
                      named.len ? " \"" : "", RS_STR_ARG(named), named.len ? "\"" : "");
}

rsift_status rs_emit_find_mixture(rs_emit_job *j, rs_arena *arena, rsift_error *err)
{
    RS_TRY(choose_mixture(j, arena, err));
    RS_TRY(check_made_for(j, err));
    RS_TRY(rs_emit_make_kinds(j, err));
    return check_not_indexed_since(j, err);
}
