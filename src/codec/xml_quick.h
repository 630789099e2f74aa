/* An XML tree of a usual document: the quick parser declines what it is not sure about, and expat
 * decides what that is. Where the quick one accepts, both give the same tree
 * (tests/unit/codec/test_xml.c, fuzz/fuzz_xml.c). */
#ifndef RS_CODEC_XML_QUICK_H
#define RS_CODEC_XML_QUICK_H

#include "codec/xml_tree.h"

/* Elements with at most one attribute each, text without entities, comments. `bytes` are valid
 * UTF-8 and outlive the tree. RSIFT_E_UNSUPPORTED, without a message: declined. */
rsift_status rs_xml_quick(rs_arena *arena, rs_str bytes, size_t max_depth, const rs_xml **root);

#endif
