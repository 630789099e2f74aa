/* The classes that a dataset annotates, where the catalogue does not list them: what its own
 * records name, in the whole indexed dataset. */
#ifndef RS_DECIDE_CLASS_NAMES_H
#define RS_DECIDE_CLASS_NAMES_H

#include "base/map.h"
#include "catalog/catalog.h"
#include "readers/reader.h"
#include "render/class_list.h"
#include "store/store.h"

typedef struct rs_class_question {
    rs_store *store;
    rs_str dataset;
    rs_str release_id, source;    /* of rs_decide_folder_classes, instead of the dataset */
    bool multilabel;              /* of pictures; else of objects */
    const rs_render_model *model; /* NULL = any */
} rs_class_question;

/* The names, in the arena. */
rsift_status rs_decide_class_names(const rs_class_question *question, rs_arena *arena,
                                   rs_render_classes *out, rsift_error *err);

/* Where a file holds the labels of one picture (VOC, DOTA), those of its folder count: who
 * annotated one may have looked for other classes in another. Folders end in '/', or are empty. */
bool rs_decide_has_class_folders(const rs_reader *reader);
typedef struct rs_class_folders {
    rs_strmap numbers;
    rs_render_classes *items; /* in the arena */
    size_t cap;
} rs_class_folders;
/* The classes of each folder of the source `release_id`, `source`. */
rsift_status rs_decide_folder_classes(const rs_class_question *question, rs_arena *arena,
                                      rs_class_folders *out, rsift_error *err);
/* A folder that names no class has none to ask for. */
rs_render_classes rs_class_folders_get(const rs_class_folders *folders, rs_str folder);
void rs_class_folders_fini(rs_class_folders *folders);

/* Makes the table classless(release_id, source, folder, has_many): where the classes of objects can
 * be listed by no question, because none has a name or (has_many) too many have; folder NULL = in
 * the whole source. Files that list their own classes were judged by the index, sample by sample.
 * */
rsift_status rs_decide_find_classless(rs_store *store, const rs_catalog *catalog, rsift_error *err);

#endif
