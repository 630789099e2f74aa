/* Samples with the release's own questions and answers. */
#ifndef RS_RENDER_DIALOGUE_H
#define RS_RENDER_DIALOGUE_H

#include "render/message.h"

/* Writes every turn of the job's sample as a message, or drops the sample. */
rsift_status rs_render_dialogue(rs_render_job *job);

#endif
