/* Splits of shards by their names: see own_splits.h. */
#include "release/own_splits.h"

#include "base/ascii.h"

static const char *const words[] = {"train", "training",   "test",  "testing", "eval",
                                    "val",   "validation", "valid", "dev"};
enum { N_WORDS = sizeof words / sizeof *words, N_TRAIN = 2 }; /* the first ones are for training */

/* Which of the words a name begins with, before a '-', '_' or '.' or its end; N_WORDS = none. */
static size_t word_of(rs_str name)
{
    size_t n = 0;
    while (n < name.len && rs_ascii_is_alnum(name.ptr[n])) n++;
    const bool ends =
        n == name.len || name.ptr[n] == '-' || name.ptr[n] == '_' || name.ptr[n] == '.';
    size_t i = 0;
    while (i < N_WORDS && !(ends && rs_str_eq_nocase(rs_str_sub(name, 0, n), rs_str_of(words[i]))))
        i++;
    return i;
}

rs_str rs_own_split_of(rs_str path)
{
    if (!rs_str_ends_nocase(path, RS_STR(".parquet"))) return RS_STR("");
    const rs_str name = rs_str_basename(path);
    size_t word = word_of(name);
    if (word < N_WORDS) return rs_str_sub(name, 0, rs_str_of(words[word]).len);
    /* a folder is called by the whole word, and the nearest one counts */
    for (rs_str folder = rs_str_dirname(path); folder.len; folder = rs_str_dirname(folder)) {
        const rs_str last = rs_str_basename(folder);
        word = word_of(last);
        if (word < N_WORDS && last.len == rs_str_of(words[word]).len) return last;
    }
    return RS_STR("");
}

/* The roles of the splits: all but training is eval. */
static rsift_status set_roles(rs_plan *plan, rs_plan_source *to, const rs_str *splits, size_t n,
                              rsift_error *err)
{
    rs_word_map *roles = rs_arena_calloc(&plan->arena, n + 1, sizeof *roles);
    bool trains = false;
    if (!roles) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < n; i++) {
        const bool is_train = splits[i].len && word_of(splits[i]) < N_TRAIN;
        trains |= is_train;
        bool known = is_train || !splits[i].len;
        for (size_t k = 0; k < to->n_roles && !known; k++)
            known = rs_str_eq(roles[k].from, splits[i]);
        if (!known) roles[to->n_roles++] = (rs_word_map){splits[i], RS_STR("eval")};
    }
    to->role_by_split = roles;
    if (!trains || plan->choice.role.ptr) to->n_roles = 0;
    return RSIFT_OK;
}

rsift_status rs_own_splits(rs_plan *plan, rs_plan_source *to, rsift_error *err)
{
    if (to->source.split.scheme.ptr || to->source.n_files == 0) return RSIFT_OK;
    /* the records stand in the first use */
    rs_source_files *files = (rs_source_files *)(uintptr_t)&to->source.files[0];
    rs_str *splits = rs_arena_calloc(&plan->arena, files->n + 1, sizeof *splits);
    bool any = false;
    if (!splits) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < files->n; i++) {
        splits[i] = rs_own_split_of(files->logical[i]);
        if (!splits[i].len) continue;
        splits[i] = rs_arena_str(&plan->arena, splits[i]);
        if (!splits[i].ptr) return rs_err_nomem(err, "a plan");
        any = true;
    }
    if (!any) return RSIFT_OK;
    files->splits = splits;
    return set_roles(plan, to, splits, files->n, err);
}
