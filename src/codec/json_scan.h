/* Skipping over one nested JSON value as fast as the machine allows: only quotes, backslashes and
 * brackets matter, 64 bytes at a time. Internal to the codec room. */
#ifndef RS_CODEC_JSON_SCAN_H
#define RS_CODEC_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* State inside a value that began with a bracket; {0} with depth 1 right behind that bracket. */
typedef struct rs_json_nest {
    uint64_t depth;     /* open brackets; 0 = the value is over */
    uint64_t max_depth; /* at least the deepest met; never above the true one plus 64 */
    bool in_string;
    bool escaped; /* the next byte follows an odd run of backslashes */
} rs_json_nest;

/* Moves from p towards end; returns the byte behind the closing bracket (depth is then 0), or end.
 * Kinds of brackets are not distinguished: the parser of the record does that. */
typedef const char *rs_json_nest_fn(rs_json_nest *nest, const char *p, const char *end);

rs_json_nest_fn rs_json_nest_plain;       /* the twin in plain C */
rs_json_nest_fn *rs_json_nest_best(void); /* the fastest this machine has */

/* All that are built in and usable here; for the test that they agree. NULL-terminated. */
rs_json_nest_fn *const *rs_json_nest_all(void);

#endif
