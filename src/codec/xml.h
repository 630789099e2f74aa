/* HOW XML spells a small document: elements with text, as a light tree in an arena. Entity
 * declarations are refused (no expansion attacks, nothing is ever fetched), nesting, size and count
 * are bounded; attributes, comments and processing instructions are dropped. Encodings other than
 * UTF-8, UTF-16 and Latin-1 are refused. */
#ifndef RS_CODEC_XML_H
#define RS_CODEC_XML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef struct rs_xml {
    rs_str name;
    rs_str text; /* its own character data, trimmed; "" when there is none */
    const struct rs_xml *child, *next;
} rs_xml;

/* Parses a whole document of at most 16 MiB.
 *   root    in the arena
 *   errors  RSIFT_E_FORMAT or RSIFT_E_LIMIT with "line L > byte B"; RSIFT_E_NOMEM */
rsift_status rs_xml_parse(rs_arena *arena, rs_str bytes, const rsift_limits *limits, const rs_xml **root,
                          rsift_error *err);

/* First child of this name, NULL = none (also of a NULL element). */
const rs_xml *rs_xml_get(const rs_xml *element, const char *name);
/* Next sibling of the same name, NULL = none. */
const rs_xml *rs_xml_again(const rs_xml *element);
/* Text of the first child of this name; ptr NULL = no such child. */
rs_str rs_xml_text(const rs_xml *element, const char *name);

#endif
