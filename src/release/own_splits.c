/* Splits of one's own files by their names: see own_splits.h. */
#include "release/own_splits.h"

#include "base/ascii.h"

static const char *const words[] = {"train", "training",   "test",  "testing", "eval",
                                    "val",   "validation", "valid", "dev"};
enum {
    N_WORDS = sizeof words / sizeof *words,
    N_TRAIN = 2,      /* the first ones are for training */
    MOST_ROLES = 1024 /* more than the spellings of the words, of which case differs */
};

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

rs_str rs_own_split_of(rs_str path, bool is_class_folder)
{
    const rs_str name = rs_str_basename(path);
    size_t word = rs_str_ends_nocase(path, RS_STR(".parquet")) ? word_of(name) : N_WORDS;
    if (word < N_WORDS) return rs_str_sub(name, 0, rs_str_of(words[word]).len);
    /* a folder is called by the whole word, and the nearest one counts */
    rs_str folder = rs_str_dirname(path);
    if (is_class_folder) folder = rs_str_dirname(folder); /* "train" may be a class */
    for (; folder.len; folder = rs_str_dirname(folder)) {
        const rs_str last = rs_str_basename(folder);
        word = word_of(last);
        if (word < N_WORDS && last.len == rs_str_of(words[word]).len) return last;
    }
    return RS_STR("");
}

/* The roles of the splits: all but training is eval, beside some for training. */
static void set_roles(rs_plan_source *to, rs_word_map *roles)
{
    bool trains = false;
    for (size_t u = 0; u < to->source.n_files; u++) {
        const rs_source_files *files = &to->source.files[u];
        for (size_t i = 0; files->splits && i < files->n; i++) {
            const rs_str split = files->splits[i];
            const bool is_train = split.len && word_of(split) < N_TRAIN;
            trains |= is_train;
            bool known = is_train || !split.len;
            for (size_t k = 0; k < to->n_roles && !known; k++)
                known = rs_str_eq(roles[k].from, split);
            if (!known && to->n_roles < MOST_ROLES)
                roles[to->n_roles++] = (rs_word_map){split, RS_STR("eval")};
        }
    }
    to->role_by_split = roles;
    if (!trains) to->n_roles = 0;
}

/* The splits of the files of one use; NULL = no name tells one. */
static rsift_status splits_of(rs_plan *plan, rs_source_files *files, bool is_class_folder,
                              rsift_error *err)
{
    rs_str *splits = rs_arena_calloc(&plan->arena, files->n + 1, sizeof *splits);
    bool any = false;
    if (!splits) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < files->n; i++) {
        splits[i] = rs_own_split_of(files->logical[i], is_class_folder); /* of the plan's arena */
        any |= splits[i].len > 0;
    }
    files->splits = any ? splits : NULL;
    return RSIFT_OK;
}

rsift_status rs_own_splits(rs_plan *plan, rs_plan_source *to, rsift_error *err)
{
    if (to->source.split.scheme.ptr) return RSIFT_OK;
    const bool is_class_folder = rs_str_eq(rs_str_of(to->reader->name), RS_STR("folder"));
    rs_source_files *files = (rs_source_files *)(uintptr_t)to->source.files;
    for (size_t u = 0; u < to->source.n_files; u++)
        RS_TRY(splits_of(plan, &files[u], is_class_folder, err));
    rs_word_map *roles = rs_arena_calloc(&plan->arena, MOST_ROLES, sizeof *roles);
    if (!roles) return rs_err_nomem(err, "a plan");
    if (!plan->choice.role.ptr) set_roles(to, roles);
    return RSIFT_OK;
}
