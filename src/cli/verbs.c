/* The verbs in the order of the work. */
#include "cli/verbs.h"

const cli_verb *const cli_verbs[] = {&cli_verb_list,
                                     &cli_verb_show,
                                     &cli_verb_search,
                                     &cli_verb_scan,
                                     &cli_verb_new,
                                     &cli_verb_index,
                                     &cli_verb_link,
                                     &cli_verb_sample,
                                     &cli_verb_query,
                                     &cli_verb_audit,
                                     &cli_verb_duplicates,
                                     &cli_verb_leaks,
                                     &cli_verb_recommend,
                                     &cli_verb_mix,
                                     &cli_verb_emit,
                                     &cli_verb_build,
                                     &cli_verb_score,
                                     &cli_verb_demo,
                                     NULL};
