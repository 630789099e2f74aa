/* The printers of the verbs' answers; verbs.c has the table. */
#ifndef RS_CLI_VERBS_H
#define RS_CLI_VERBS_H

#include "cli/cli.h"

/* An answer of recommend that is about datasets. */
void cli_print_allocation(cli *c, const rs_json *answer);
/* What an answer of recommend says of datasets that are not here. */
void cli_print_worth_getting(const rs_json *answer);
void cli_print_audit(cli *c, const rs_json *answer);
void cli_print_build(cli *c, const rs_json *answer);
void cli_print_check(cli *c, const rs_json *answer);
void cli_print_duplicates(cli *c, const rs_json *answer);
void cli_print_emit(cli *c, const rs_json *answer);
void cli_print_evidence(cli *c, const rs_json *answer);
void cli_print_hash(cli *c, const rs_json *answer);
void cli_print_index(cli *c, const rs_json *answer);
void cli_failed_index(cli *c);
void cli_print_leaks(cli *c, const rs_json *answer);
void cli_print_link(cli *c, const rs_json *answer);
void cli_print_list(cli *c, const rs_json *answer);
void cli_print_catalog(cli *c, const rs_json *root);
/* Mixtures that were trained and scored: `recommend --runs`, `proxy`. */
void cli_print_measured(cli *c, const rs_json *answer);
void cli_print_mix(cli *c, const rs_json *answer);
/* The warnings of an answer of mix, which build shows too. */
void cli_print_mix_warnings(cli *c, const rs_json *answer);
void cli_print_mixtures(cli *c, const rs_json *answer);
void cli_print_new(cli *c, const rs_json *answer);
void cli_print_proxy(cli *c, const rs_json *answer);
void cli_print_query(cli *c, const rs_json *answer);
void cli_print_recommend(cli *c, const rs_json *answer);
void cli_print_remove(cli *c, const rs_json *answer);
void cli_print_resplit(cli *c, const rs_json *answer);
void cli_print_sample(cli *c, const rs_json *answer);
void cli_print_scan(cli *c, const rs_json *answer);
void cli_print_score(cli *c, const rs_json *answer);
void cli_print_search(cli *c, const rs_json *answer);
void cli_print_show(cli *c, const rs_json *answer);
void cli_print_value(cli *c, const rs_json *answer);
/* The table of an answer's datasets, which audit shows too. */
void cli_print_value_datasets(cli *c, const rs_json *rows);

int cli_run_demo(cli *c);

#endif
