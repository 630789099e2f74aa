/* The verbs' own description: what a form, a command line or a binding is made from. */
#ifndef RSIFT_PARAMETERS_H
#define RSIFT_PARAMETERS_H

#include "rsift/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Answer "rsift.parameters/1": verbs[]{name summary usage description examples[] workspace answer
 * parameters[]{name option type argument default minimum maximum choices[] list names[] required
 * positional repeatable command_only help}}.
 *   verb  NULL = all
 * type: flag, text, texts, integer, number. choices: the only texts that are accepted. list: the
 * list of `rsift list` whose names are accepted; names: those known without a catalogue.
 * command_only: an option of the command's, not a key of rsift_run.
 * Errors: RSIFT_E_ARG (no such verb), RSIFT_E_NOMEM. Any thread. */
RSIFT_API rsift_status rsift_parameters(const char *verb, rsift_answer *answer, rsift_error *err);

#ifdef __cplusplus
}
#endif
#endif
