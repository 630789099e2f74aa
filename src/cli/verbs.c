/* The verbs in the order of the work, and what prints their answers. */
#include "cli/verbs.h"

const cli_verb cli_verbs[] = {
    {.name = "list", .print = cli_print_list},
    {.name = "show", .print = cli_print_show},
    {.name = "search", .print = cli_print_search},
    {.name = "scan", .print = cli_print_scan},
    {.name = "new", .print = cli_print_new},
    {.name = "index", .print = cli_print_index},
    {.name = "link", .print = cli_print_link},
    {.name = "hash", .print = cli_print_hash},
    {.name = "remove", .print = cli_print_remove},
    {.name = "check", .print = cli_print_check},
    {.name = "sample", .print = cli_print_sample},
    {.name = "query", .print = cli_print_query, .runs_anything = true},
    {.name = "audit", .print = cli_print_audit},
    {.name = "duplicates", .print = cli_print_duplicates},
    {.name = "leaks", .print = cli_print_leaks},
    {.name = "resplit", .print = cli_print_resplit},
    {.name = "recommend", .print = cli_print_recommend},
    {.name = "mix", .print = cli_print_mix},
    {.name = "emit", .print = cli_print_emit},
    {.name = "build", .print = cli_print_build},
    {.name = "score", .print = cli_print_score},
    {.name = "demo", .run = cli_run_demo},
    {.name = NULL},
};
