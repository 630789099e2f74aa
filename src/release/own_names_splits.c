/* Splits of data.yaml: see own_names_splits.h. The paths in it are those of pictures, written for
 * the machine of whoever made it: what lies above the part that both share does not count. */
#include "release/own_names_splits.h"

#include "codec/yaml.h"
#include "release/own_splits.h"

static const char *const names[] = {"train", "val", "test"};
enum { N_SPLITS = sizeof names / sizeof *names };

/* The path's last component, which is taken off; "" = there is none. */
static rs_str pop(rs_str *path)
{
    const rs_str last = rs_str_basename(*path);
    *path = rs_str_dirname(*path);
    return last;
}

/* Do the folder of labels and that of pictures, from data.yaml, agree from the end on, up to the
 * shorter's beginning? "labels" stands where the pictures have "images". */
static bool is_folder_of(rs_str labels, rs_str pictures)
{
    bool any = false;
    while (labels.len && pictures.len) {
        const rs_str a = pop(&labels), b = pop(&pictures);
        if (b.len == 0 || rs_str_eq(b, RS_STR(".")) || rs_str_eq(b, RS_STR(".."))) break;
        const bool same =
            rs_str_eq(a, b) || (rs_str_eq(a, RS_STR("labels")) && rs_str_eq(b, RS_STR("images")));
        if (!same) return false;
        any = true;
    }
    return any;
}

/* Is the folder one that the split names, by a path or a list of them? */
static bool names_folder(const rs_yaml *split, rs_str folder)
{
    if (!split) return false;
    if (split->kind == RS_YAML_SCALAR) {
        rs_str path = split->text;
        while (path.len > 1 && path.ptr[path.len - 1] == '/') path.len--;
        return is_folder_of(folder, path);
    }
    for (const rs_yaml *one = split->kind == RS_YAML_LIST ? split->first : NULL; one;
         one = one->next)
        if (names_folder(one, folder)) return true;
    return false;
}

/* The split of a folder of labels; "" = none, or several. */
static rs_str split_of(const rs_yaml *root, rs_str folder)
{
    size_t n = 0, found = 0;
    for (size_t i = 0; i < N_SPLITS; i++)
        if (names_folder(rs_yaml_get(root, names[i]), folder)) n++, found = i;
    return n == 1 ? rs_str_of(names[found]) : RS_STR("");
}

/* Notes the splits of the label files. */
static rsift_status note_splits(rs_plan *plan, const rs_yaml *root, rs_source_files *labels,
                                rsift_error *err)
{
    bool any = false;
    rs_str *splits = rs_arena_calloc(&plan->arena, labels->n + 1, sizeof *splits);
    if (!splits) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < labels->n; i++) {
        splits[i] = split_of(root, rs_str_dirname(labels->logical[i]));
        any |= splits[i].len > 0;
        if (!splits[i].len) splits[i] = rs_own_split_of(labels->logical[i], RS_OWN_LABEL_FILES);
    }
    if (any) labels->splits = splits;
    return RSIFT_OK;
}

rsift_status rs_own_names_splits(rs_plan *plan, rs_plan_source *to, rsift_error *err)
{
    const rs_source_files *yaml = rs_source_files_of(&to->source, "names");
    if (!yaml || yaml->n != 1 || to->source.split.scheme.ptr || to->source.n_files < 2)
        return RSIFT_OK;
    rs_arena scratch = {0};
    rs_yaml *root;
    rs_str text;
    rsift_error why;
    rsift_status status = rs_io_slurp(plan->trees[0], yaml->members[0], &scratch, &text, &why);
    /* a list of names tells no split, and what cannot be read is told by the reader */
    if (status == RSIFT_OK && rs_str_ends_nocase(yaml->logical[0], RS_STR(".yaml")) &&
        rs_yaml_parse(&scratch, yaml->logical[0], text, NULL, &root, &why) == RSIFT_OK)
        status = note_splits(plan, root, (rs_source_files *)(uintptr_t)&to->source.files[0], err);
    else if (status == RSIFT_E_NOMEM) status = rs_err_nomem(err, "a plan");
    else status = RSIFT_OK;
    rs_arena_fini(&scratch);
    return status;
}
