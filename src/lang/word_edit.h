/* Texts that one edited word parts: "two planes near a hangar", "three planes near a hangar". */
#ifndef RS_LANG_WORD_EDIT_H
#define RS_LANG_WORD_EDIT_H

#include "base/str.h"

/* Are the texts equal, or is one word inserted, left out or exchanged for another between them? Of
 * texts with fewer than 5 words only equal ones are alike: a word is too much of them. Words are
 * parted by single blanks, as in the normal forms of base/utf8.h and similar/text.h. */
bool rs_lang_one_word_apart(rs_str a, rs_str b);

#endif
