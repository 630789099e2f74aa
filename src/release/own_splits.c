/* Splits of one's own files by their names: see own_splits.h. */
#include "release/own_splits.h"

#include "base/ascii.h"

static const char *const words[] = {"train",  "training",   "trainset", "test",       "testing",
                                    "tests",  "testset",    "eval",     "evaluation", "val",
                                    "valset", "validation", "valid",    "dev"};
enum {
    N_WORDS = sizeof words / sizeof *words,
    N_TRAIN = 3 /* the first ones are for training */
};

/* The word's number; N_WORDS = it is none of them. */
static size_t word_of(rs_str name)
{
    size_t i = 0;
    while (i < N_WORDS && !rs_str_eq_nocase(name, rs_str_of(words[i]))) i++;
    return i;
}

/* The next run of letters behind *at; empty = there is none. A capital behind a small letter begins
 * another one ("rsvqaTest"). */
static rs_str next_letters(rs_str name, size_t *at)
{
    while (*at < name.len && !rs_ascii_is_letter(name.ptr[*at])) ++*at;
    const size_t begin = *at;
    while (*at < name.len && rs_ascii_is_letter(name.ptr[*at])) {
        const bool behind_small = *at > begin && !rs_ascii_is_upper(name.ptr[*at - 1]);
        if (behind_small && rs_ascii_is_upper(name.ptr[*at])) break;
        ++*at;
    }
    return rs_str_sub(name, begin, *at);
}

/* The first word in the name of a file of many records ("instances_val2017.json"); "" = none, or
 * words for training and for tests ("train_val.json"). */
static rs_str word_in(rs_str name)
{
    rs_str first = RS_STR("");
    bool trains = false, tests = false;
    size_t at = 0;
    for (rs_str run; (run = next_letters(name, &at)).len;) {
        const size_t word = word_of(run);
        if (word == N_WORDS) continue;
        if (!first.len) first = run;
        trains |= word < N_TRAIN;
        tests |= word >= N_TRAIN;
    }
    return trains && tests ? RS_STR("") : first;
}

rs_str rs_own_split_of(rs_str path, rs_own_naming naming)
{
    const bool is_table = rs_str_ends_nocase(path, RS_STR(".parquet"));
    if (is_table || naming == RS_OWN_MANY_RECORDS) {
        const rs_str word = word_in(rs_str_stem(path));
        if (word.len) return word;
    }
    /* a folder is called by the whole word, and the nearest one counts */
    rs_str folder = rs_str_dirname(path);
    if (naming == RS_OWN_CLASS_FOLDERS)
        folder = rs_str_dirname(folder); /* "train" may be a class */
    for (; folder.len; folder = rs_str_dirname(folder))
        if (word_of(rs_str_basename(folder)) < N_WORDS) return rs_str_basename(folder);
    return RS_STR("");
}

/* Is a folder called by what lies in it, so that the one above it tells the split? */
static bool is_of_layout(rs_str name)
{
    static const char layout[] = "annotations annotation anns ann labels label labeltxt labelxml "
                                 "instances images image imgs img jpegimages xml json txt csv";
    rs_str rest = rs_str_of(layout), word;
    while (rs_str_split(&rest, ' ', &word))
        if (rs_str_eq_nocase(name, word)) return true;
    return false;
}

rs_str rs_own_split_of_root(rs_str root, bool is_file)
{
    while (root.len > 1 && root.ptr[root.len - 1] == '/') root.len--;
    if (is_file) root = rs_str_dirname(root);
    for (; root.len > 1; root = rs_str_dirname(root)) {
        rs_str name = rs_str_basename(root);
        const size_t dot = rs_str_find_char(name, '.'); /* "test.tar.gz" */
        if (dot != RS_NPOS) name = rs_str_sub(name, 0, dot);
        if (word_of(name) < N_WORDS) return name;
        if (!is_of_layout(name)) break;
    }
    return RS_STR("");
}

static bool is_test_word(size_t word)
{
    return word >= N_TRAIN && word < N_WORDS;
}

bool rs_own_is_kept_out(rs_str split)
{
    if (rs_str_eq_nocase(split, RS_STR("testA")) || rs_str_eq_nocase(split, RS_STR("testB")))
        return true; /* of RefCOCO's tools */
    return is_test_word(word_of(split)) || is_test_word(word_of(word_in(split)));
}

/* The splits of the files of one use: the folder that was named tells those of which no name below
 * it does. NULL = no name tells one. */
static rsift_status splits_of(rs_plan *plan, rs_source_files *files, rs_own_naming naming,
                              rsift_error *err)
{
    if (files->splits) return RSIFT_OK; /* data.yaml says it */
    rs_str *splits = rs_arena_calloc(&plan->arena, files->n + 1, sizeof *splits);
    bool any = false;
    if (!splits) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < files->n; i++) {
        splits[i] = rs_own_split_of(files->logical[i], naming); /* of the plan's arena */
        /* pictures just in the folder have it as their class */
        const bool is_class =
            naming == RS_OWN_CLASS_FOLDERS && !rs_str_dirname(files->logical[i]).len;
        if (!splits[i].len && !is_class) splits[i] = plan->root_split;
        any |= splits[i].len > 0;
    }
    files->splits = any ? splits : NULL;
    return RSIFT_OK;
}

static rs_own_naming naming_of(const rs_reader *reader)
{
    if (rs_str_eq(rs_str_of(reader->name), RS_STR("folder"))) return RS_OWN_CLASS_FOLDERS;
    return reader->many_records ? RS_OWN_MANY_RECORDS : RS_OWN_LABEL_FILES;
}

rsift_status rs_own_splits(rs_plan *plan, rs_plan_source *to, rsift_error *err)
{
    if (to->source.split.scheme.ptr) return RSIFT_OK;
    const rs_own_naming naming = naming_of(to->reader);
    rs_source_files *files = (rs_source_files *)(uintptr_t)to->source.files;
    for (size_t u = 0; u < to->source.n_files; u++) RS_TRY(splits_of(plan, &files[u], naming, err));
    to->eval_by_name = !plan->choice.role.ptr;
    return RSIFT_OK;
}
