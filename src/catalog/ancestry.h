/* How two datasets of the catalogue come to show the same pictures: what each is made from, up to
 * what both are made from. */
#ifndef RS_CATALOG_ANCESTRY_H
#define RS_CATALOG_ANCESTRY_H

#include "catalog/catalog.h"

/* The shortest way between two datasets over what they are made from, as text:
 * "vrsbench ← dior → dior-rsvg", where arrows point at what was made from the other's pictures.
 * Only pictures count, not annotations, and only what the catalogue describes. In the arena; ptr
 * NULL = none is known, or one of the two is not in the catalogue. */
rs_str rs_catalog_ancestry(const rs_catalog *catalog, rs_str a, rs_str b, rs_arena *arena);

#endif
