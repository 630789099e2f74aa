/* The checksums of a PNG's chunks, taken while its bytes pass by: they prove a damaged picture
 * without decoding it. Trainers' decoders refuse a PNG with one wrong sum. */
#ifndef RS_IMAGE_PNG_SUMS_H
#define RS_IMAGE_PNG_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum rs_png_part {
    RS_PNG_SIGNATURE,
    RS_PNG_HEAD,
    RS_PNG_BODY,
    RS_PNG_SUM,
    RS_PNG_END
} rs_png_part;

/* Zero-initialised. One per picture, one thread at a time. */
typedef struct rs_png_sums {
    rs_png_part part;
    uint8_t kept[8]; /* of the part that is being gathered */
    uint32_t n_kept;
    uint32_t left; /* of the chunk's body */
    uint32_t sum;
    char name[5]; /* of the chunk */
    bool wrong;   /* its sum is not that of its bytes */
} rs_png_sums;

/* The next bytes of the file. What follows the last chunk is not looked at. */
void rs_png_sums_add(rs_png_sums *sums, const void *bytes, size_t n);

/* After the last byte: every chunk up to the end mark was there, with its sum; else `name` is the
 * name of the one that was not. */
bool rs_png_sums_hold(const rs_png_sums *sums);

#endif
