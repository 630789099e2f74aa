/* HOW XML spells a document: a small one as a light tree in an arena, one of any size as a stream
 * of elements. Entity declarations are refused (no expansion attacks, nothing is ever fetched),
 * nesting, size and count are bounded; comments and processing instructions are dropped, and
 * attributes by the tree. A tree's document may be declared in any encoding that iconv knows; bytes
 * that are UTF-8 are read as such, whatever they declare. A stream is UTF-8, UTF-16 or Latin-1. */
#ifndef RS_CODEC_XML_H
#define RS_CODEC_XML_H

#include "codec/xml_tree.h"

#include <stdbool.h>

/* Parses a document of at most 16 MiB.
 *   root    in the arena; its texts there or in `bytes`
 *   errors  RSIFT_E_FORMAT or RSIFT_E_LIMIT with "line L > byte B"; RSIFT_E_NOMEM */
rsift_status rs_xml_parse(rs_arena *arena, rs_str bytes, const rsift_limits *limits,
                          const rs_xml **root, rsift_error *err);

/* First child of this name, NULL = none (also of a NULL element). */
const rs_xml *rs_xml_get(const rs_xml *element, const char *name);
/* Next sibling of the same name, NULL = none. */
const rs_xml *rs_xml_again(const rs_xml *element);
/* Text of the first child of this name; ptr NULL = no such child. */
rs_str rs_xml_text(const rs_xml *element, const char *name);

/* ---- streaming ----------------------------------------------------------------------------- */

/* What the caller does with the elements as they come. Names come without their prefix, except
 * those of attributes; attributes are name and value in turn, NULL behind them; text comes in any
 * pieces. A status other than RSIFT_OK stops the reading. Texts live until the function returns. */
typedef struct rs_xml_events {
    rsift_status (*start)(void *ctx, rs_str name, const char *const *attributes, rsift_error *err);
    rsift_status (*end)(void *ctx, rs_str name, rsift_error *err);
    rsift_status (*text)(void *ctx, rs_str text, rsift_error *err);
} rs_xml_events;

/* One per thread. Memory: the events' own, and the largest single tag (at most max_string). */
typedef struct rs_xml_stream rs_xml_stream;
rsift_status rs_xml_stream_open(const rs_xml_events *events, void *ctx, const rsift_limits *limits,
                                rs_xml_stream **out, rsift_error *err);
/* The next bytes of the document; `last` = they are its end. After an error the stream is dead.
 *   errors  as rs_xml_parse, or what an event returned */
rsift_status rs_xml_stream_feed(rs_xml_stream *stream, rs_str bytes, bool last, rsift_error *err);
void rs_xml_stream_close(rs_xml_stream *stream);
/* The value of the attribute with this name, prefix and all; ptr NULL = absent. */
rs_str rs_xml_attribute(const char *const *attributes, const char *name);

#endif
