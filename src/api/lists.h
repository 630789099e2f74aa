/* The names that parameters accept, printed from the tables that hold them: readers, formats,
 * models, conventions, goals, scoring profiles. */
#ifndef RS_API_LISTS_H
#define RS_API_LISTS_H

#include "api/call.h"
#include "codec/json_writer.h"
#include "decide/goal_counts.h"

/* "formats", ...; NULL for RS_LIST_NONE. */
const char *rs_api_list_name(rs_list list);

/* The field "<list>": [{name, summary, source}, ...]. `catalog` may be NULL: goals are then tasks
 * and skills only. */
void rs_api_list_field(rs_json_writer *w, rs_list list, const rs_catalog *catalog);
/* The field "goals" with the indexed datasets, and with `samples` where counted; counts may be
 * NULL. */
void rs_api_goals_field(rs_json_writer *w, const rs_catalog *catalog, const rs_goal_counts *counts);
/* The names alone, as elements of an open array. */
void rs_api_list_names(rs_json_writer *w, rs_list list);

#endif
