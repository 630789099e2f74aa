/* Samples with the release's own questions and answers. */
#ifndef RS_RENDER_DIALOGUE_H
#define RS_RENDER_DIALOGUE_H

#include "render/message.h"

/* Writes every turn of the job's sample as a message, or drops the sample. */
rsift_status rs_render_dialogue(rs_render_job *job);

/* Has the answer the form that the response-format phrase of prompts/<task>.txt asks for? An
 * unknown (empty) answer has; of tasks without such a phrase none has. */
bool rs_render_has_asked_form(rs_task task, rs_str answer);

#endif
