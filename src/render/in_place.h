/* Boxes inside of a JSON document of the release: only their numbers are replaced, everything else
 * stays byte for byte, so that the document is still what the question asked for. */
#ifndef RS_RENDER_IN_PLACE_H
#define RS_RENDER_IN_PLACE_H

#include "render/measure.h"

/* Can the model read its own boxes as plain JSON arrays of numbers? Not one whose boxes stand in
 * tags or whose numbers are tokens. */
bool rs_render_reads_json(const rs_render_model *model);

/* Measures a region for its position in a document: as many numbers as it was released with.
 * *drop: NULL, or the reason why that is impossible ("json-boxes"). */
rsift_status rs_render_measure_in_place(rs_render_job *job, const rs_region *region,
                                        rs_measured *out, const char **drop);

/* Appends `text`, the brackets of one box, with the region's numbers in the model's form. */
rsift_status rs_render_put_in_place(rs_render_job *job, const rs_region *region,
                                    const rs_measured *item, rs_str text);

#endif
