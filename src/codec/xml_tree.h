/* The light tree of an XML document and its bounds. */
#ifndef RS_CODEC_XML_TREE_H
#define RS_CODEC_XML_TREE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { RS_XML_MAX_DEPTH = 64, RS_XML_MAX_ELEMENTS = 4 << 20 };

typedef struct rs_xml {
    rs_str name;
    rs_str text; /* its own character data, trimmed; "" when there is none */
    const struct rs_xml *child, *next;
} rs_xml;

#endif
