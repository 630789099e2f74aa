/* Splits of data.yaml: see own_names_splits.h. The paths in it are those of pictures, written for
 * the machine of whoever made it: what lies above the part that both share does not count. A path
 * that ends in ".txt" is of a file with one picture's path a line. */
#include "release/own_names_splits.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "codec/yaml.h"
#include "release/own_splits.h"

/* "valid" and "validation" are no keys of Ultralytics, but stand in files made by hand. */
static const char *const names[] = {"train", "val", "valid", "validation", "test"};
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

/* Pictures that lists name, by the names of their files without ending. */
typedef struct listed {
    rs_str folder;
    size_t split, next; /* next: another picture of this name, RS_NPOS = none */
} listed;

typedef struct lists {
    rs_arena *arena;
    rs_strmap names;
    size_t *first; /* [names.n] into items */
    listed *items;
    size_t cap_first, n, cap;
} lists;

static bool add_picture(lists *l, rs_str path, size_t split)
{
    bool made;
    const size_t name = rs_strmap_put(&l->names, rs_str_stem(path), &made);
    if (name == RS_NPOS || !RS_VEC_RESERVE(l->first, l->cap_first, name + 1) ||
        !RS_VEC_RESERVE(l->items, l->cap, l->n + 1))
        return false;
    l->items[l->n] = (listed){rs_str_dirname(path), split, made ? RS_NPOS : l->first[name]};
    l->first[name] = l->n++;
    return true;
}

/* The list that data.yaml names; RS_NPOS = it is not here, or there are several of this name. */
static size_t find_list(const rs_io_tree *tree, rs_str path)
{
    size_t found = RS_NPOS, n = 0;
    for (size_t i = 0; i < rs_io_n_members(tree); i++)
        if (is_folder_of(rs_io_member_at(tree, i)->path, path)) {
            found = i;
            n++;
        }
    return n == 1 ? found : RS_NPOS;
}

/* Notes the pictures of the lists that one split names. What cannot be read names none. */
static rsift_status read_lists(lists *l, const rs_io_tree *tree, const rs_yaml *split,
                               size_t number, rsift_error *err)
{
    if (split && split->kind == RS_YAML_LIST)
        for (const rs_yaml *one = split->first; one; one = one->next)
            RS_TRY(read_lists(l, tree, one, number, err));
    if (!split || split->kind != RS_YAML_SCALAR || !rs_str_ends_nocase(split->text, RS_STR(".txt")))
        return RSIFT_OK;
    const size_t member = find_list(tree, split->text);
    rsift_error why;
    rs_str text, line;
    if (member == RS_NPOS) return RSIFT_OK;
    const rsift_status status = rs_io_slurp(tree, member, l->arena, &text, &why);
    if (status == RSIFT_E_NOMEM) return rs_err_nomem(err, "a plan");
    while (status == RSIFT_OK && rs_str_line(&text, &line)) {
        line = rs_str_trim(line);
        if (line.len && !add_picture(l, line, number)) return rs_err_nomem(err, "a plan");
    }
    return RSIFT_OK;
}

/* Bit i: a list of split i names the picture of this file of labels. */
static unsigned splits_listing(const lists *l, rs_str labels)
{
    unsigned bits = 0;
    const rs_str folder = rs_str_dirname(labels);
    const size_t name = rs_strmap_get(&l->names, rs_str_stem(labels));
    for (size_t i = name == RS_NPOS ? RS_NPOS : l->first[name]; i != RS_NPOS; i = l->items[i].next)
        if (!folder.len || is_folder_of(folder, l->items[i].folder))
            bits |= 1u << l->items[i].split;
    return bits;
}

/* The split of a file of labels; "" = none, or one for training and another. Of several that are
 * not for training it is the first: what is a test all the same must not be trained on. */
static rs_str split_of(const rs_yaml *root, const lists *l, rs_str labels)
{
    const unsigned in_lists = splits_listing(l, labels);
    rs_str found = RS_STR("");
    for (size_t i = 0; i < N_SPLITS; i++) {
        if (!(in_lists >> i & 1) &&
            !names_folder(rs_yaml_get(root, names[i]), rs_str_dirname(labels)))
            continue;
        if (found.len && !rs_own_is_kept_out(found)) return RS_STR("");
        if (!found.len) found = rs_str_of(names[i]);
    }
    return found;
}

/* Notes the splits of the label files. */
static rsift_status note_splits(rs_plan *plan, const rs_yaml *root, const lists *l,
                                rs_source_files *labels, rsift_error *err)
{
    bool any = false;
    rs_str *splits = rs_arena_calloc(&plan->arena, labels->n + 1, sizeof *splits);
    if (!splits) return rs_err_nomem(err, "a plan");
    for (size_t i = 0; i < labels->n; i++) {
        splits[i] = split_of(root, l, labels->logical[i]);
        any |= splits[i].len > 0;
        if (!splits[i].len) splits[i] = rs_own_split_of(labels->logical[i], RS_OWN_LABEL_FILES);
    }
    if (any) labels->splits = splits;
    return RSIFT_OK;
}

/* As data.yaml says, whose document this is. */
static rsift_status read_splits(rs_plan *plan, const rs_yaml *root, rs_arena *scratch,
                                rs_source_files *labels, rsift_error *err)
{
    lists l = {.arena = scratch};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < N_SPLITS; i++)
        status = read_lists(&l, plan->trees[0], rs_yaml_get(root, names[i]), i, err);
    if (status == RSIFT_OK) status = note_splits(plan, root, &l, labels, err);
    rs_strmap_fini(&l.names);
    rs_free(l.first);
    rs_free(l.items);
    return status;
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
        status = read_splits(plan, root, &scratch,
                             (rs_source_files *)(uintptr_t)&to->source.files[0], err);
    else if (status == RSIFT_E_NOMEM) status = rs_err_nomem(err, "a plan");
    else status = RSIFT_OK;
    rs_arena_fini(&scratch);
    return status;
}
