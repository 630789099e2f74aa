/* The classes that a dataset annotates, where the catalogue does not list them: what its own
 * records name. A question about "all objects" would be false of every picture that shows something
 * the dataset has no class for. */
#ifndef RS_EMIT_CLASS_NAMES_H
#define RS_EMIT_CLASS_NAMES_H

#include "emit/job.h"

/* More names than a question lists. */
enum { RS_EMIT_CLASSES_MAX = 100 };

/* Fills job->render.detection and .multilabel with the names in the whole indexed dataset, and for
 * detection with those that the source to be read lists, sorted, each once as it is spelled in
 * words; all empty where job->render.classes lists them. Names lie in the arena. */
rsift_status rs_emit_find_classes(rs_emit_job *job, rs_str dataset,
                                  const rs_render_classes *of_source, rs_arena *arena,
                                  rsift_error *err);

#endif
