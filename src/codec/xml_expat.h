/* An XML tree of any document. */
#ifndef RS_CODEC_XML_EXPAT_H
#define RS_CODEC_XML_EXPAT_H

#include "codec/xml_tree.h"

/* As rs_xml_parse. */
rsift_status rs_xml_expat(rs_arena *arena, rs_str bytes, size_t max_depth, const rs_xml **root,
                          rsift_error *err);

#endif
