/* The classes that a dataset annotates, where the catalogue does not list them: what its own
 * records name. A question about "all objects" would be false of every picture that shows something
 * the dataset has no class for. */
#ifndef RS_EMIT_CLASS_NAMES_H
#define RS_EMIT_CLASS_NAMES_H

#include "emit/job.h"
#include "release/records.h"

/* Fills job->render.detection and .multilabel with the names in the whole indexed dataset, sorted,
 * each once as it is spelled in words; empty where job->render.classes lists them. Names lie in the
 * arena. */
rsift_status rs_emit_find_classes(rs_emit_job *job, rs_str dataset, rs_arena *arena,
                                  rsift_error *err);
/* The same for each file of an open source: what one file annotates says nothing of another's
 * pictures. A file that lists its classes (COCO) has those; of a file per picture (VOC, DOTA) all
 * names in the files of its folder count. *out NULL: files of other layouts, or the catalogue lists
 * the classes. */
rsift_status rs_emit_classes_of_files(const rs_emit_job *job, const rs_records *records,
                                      rs_str release_id, rs_arena *arena, rs_render_classes **out,
                                      rsift_error *err);

#endif
