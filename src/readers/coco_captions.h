/* Inside readers/coco: a file whose annotations are captions (captions_train2014.json). */
#ifndef RS_READERS_COCO_CAPTIONS_H
#define RS_READERS_COCO_CAPTIONS_H

#include "readers/parse.h"

/* The captions of p->raw->extra as references, in file order, of a sample whose task is caption.
 * *bad true: the picture has none, as a finding tells. */
rsift_status rs_coco_add_captions(rs_parse *p, rs_sample *sample, bool *bad);

#endif
