/* Reasoning that a thinking model writes in front of its answer. Views; nothing is allocated. */
#ifndef RS_METRICS_REASONING_H
#define RS_METRICS_REASONING_H

#include "base/str.h"

/* Whether the output holds reasoning, and what it answers.
 *   *answer  the text behind the last "</think>", with or without an opening tag before it, and of
 *            that the inside of <answer> ... </answer>; empty when a "<think>" is never closed: the
 *            model was cut before it answered. The whole output when it holds no reasoning.
 * "<thinking>", "<thought>", Mistral's and Kimi's tags are read alike, ASCII case ignored. */
bool rs_metrics_reasoning(rs_str output, rs_str *answer);

#endif
