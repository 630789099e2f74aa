/* Samples whose question is missing. */
#ifndef RS_RENDER_TASK_H
#define RS_RENDER_TASK_H

#include "render/message.h"

/* Writes a question from prompts/<task>.txt and the answer that the release holds, or drops the
 * sample. */
rsift_status rs_render_task(rs_render_job *job);

/* The classes that the task's question lists: the dataset's, or those of its own records. */
rs_render_classes rs_render_listed_classes(const rs_render_job *job);

#endif
