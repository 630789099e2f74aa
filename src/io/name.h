/* What an extension promises, what first bytes say, and which files are pieces of one archive. */
#ifndef RS_IO_NAME_H
#define RS_IO_NAME_H

#include "io/list.h"

/* What the name promises; RS_IO_PLAIN = no archive. */
rs_io_kind rs_io_kind_by_name(rs_str name);
/* The same in this tree, which may be asked to open workbooks. */
rs_io_kind rs_io_tree_kind(const rs_io_tree *tree, rs_str name);
/* What the first bytes say (512 are enough); RS_IO_PLAIN = no archive known here. */
rs_io_kind rs_io_kind_by_bytes(const uint8_t *bytes, size_t n);
/* A tar header block whose checksum is right. */
bool rs_io_is_tar_header(const uint8_t block[512]);

typedef enum rs_io_part_style {
    RS_IO_PART_LETTERS, /* x.zip.partaa, images_partaa, x.part_aa, x.tar.gzaa: bytes end to end */
    RS_IO_PART_DIGITS,  /* x.zip.001, x.zip.part1 */
    RS_IO_PART_RAR,     /* x.part1.rar */
    RS_IO_PART_RAR_OLD, /* x.rar, x.r00, x.r01 */
    RS_IO_PART_ZIP      /* x.z01, x.z02, x.zip */
} rs_io_part_style;

typedef struct rs_io_part {
    rs_io_part_style style;
    rs_str stem;        /* what all pieces of one set begin with */
    rs_str joined_name; /* of the file that the pieces make */
    uint32_t width;     /* letters or digits; 0 = may differ between pieces */
    int64_t number;     /* letters: aa = 0 */
    bool last;          /* x.zip closing x.z01...; its number is INT64_MAX */
} rs_io_part;

/* Whether the name (no folder) is that of a piece. x.rar and x.zip alone are not: see
 * rs_io_part_anchor. */
bool rs_io_part_of(rs_str name, rs_io_part *out);
/* x.zip as the last piece of x.z01..., x.rar as the first of x.r00...; false for other names. */
bool rs_io_part_anchor(rs_str name, rs_io_part *out);

#endif
