/* The checks' own structs, for table.c and the tests. */
#ifndef RS_CHECKS_TABLE_H
#define RS_CHECKS_TABLE_H

#include "checks/check.h"

extern const rs_check rs_check_classes;
extern const rs_check rs_check_region;
extern const rs_check rs_check_text;
extern const rs_check rs_check_turns;
extern const rs_check rs_check_units;

#endif
