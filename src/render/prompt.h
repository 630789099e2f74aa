/* Questions of ours, from prompts/: chosen by (seed, sample id, repeat), filled with words or
 * boxes. A release's own questions never pass through here. */
#ifndef RS_RENDER_PROMPT_H
#define RS_RENDER_PROMPT_H

#include "lang/template.h"
#include "render/measure.h"

/* Fills a prompt of prompts/<set>.txt, or of <set>-open.txt when the set needs a class list and
 * there is none. Drops the sample when there is no such set or the sample lacks what it names. */
rsift_status rs_render_prompt(rs_render_job *job, const char *set, const rs_template_values *values,
                              rs_str *out);

/* Appends the question of a set whose subject is values->phrase or, when n_marks > 0, those boxes;
 * adds how the model is to write boxes where the set asks for some. */
rsift_status rs_render_put_question(rs_render_job *job, const char *set, const rs_measured *marks,
                                    size_t n_marks, const rs_template_values *values);

/* The task as it is asked: an oriented one asks for upright boxes where those are written. */
rs_task rs_render_asked_task(const rs_render_job *job);

/* A class name as words, in the arena; ptr NULL = out of memory. "BaseballField" and
 * "baseball_field" give "baseball field"; abbreviations keep their letters. */
rs_str rs_render_class_words(rs_arena *arena, rs_str label);

#endif
