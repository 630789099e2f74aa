/* The object elements of VOC XML: their boxes in every known spelling, their names, and what looks
 * like an object of another form. Pure; knows elements, not samples. */
#ifndef RS_READERS_VOC_OBJECT_H
#define RS_READERS_VOC_OBJECT_H

#include "codec/xml.h"

#include <stddef.h>

enum { RS_VOC_NUMBERS = 512 };

/* The numbers of an object's box; 0 = absent or not all numbers. Where a rotated box is asked for
 * and none is there, the upright one serves. A ring loses its repeated last corner. */
size_t rs_voc_box(const rs_xml *object, bool oriented, double out[RS_VOC_NUMBERS]);
/* Does any element of the object speak of a place? */
bool rs_voc_is_placed(const rs_xml *object);
/* <name>, or <possibleresult><name>; ptr NULL = neither. */
rs_str rs_voc_name(const rs_xml *object);
/* A flag element other than 0. */
bool rs_voc_is_set(const rs_xml *object, const char *name);
/* The element's name is a word for a place on the picture: outside of an object it is lost. */
bool rs_voc_names_a_place(rs_str name);
/* What could be an object in a file without one; NULL = nothing, so that there are none. */
const rs_xml *rs_voc_possible_object(const rs_xml *root);

#endif
