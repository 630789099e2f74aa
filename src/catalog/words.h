/* Words in texts, as the searches of the catalogue see them. */
#ifndef RS_CATALOG_WORDS_H
#define RS_CATALOG_WORDS_H

#include "base/str.h"

/* Whether `word` stands in `text`, ASCII case ignored. */
bool rs_catalog_has_word(rs_str text, rs_str word);

#endif
