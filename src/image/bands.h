/* Which three of a picture's many bands are red, green and blue, and what the header says of
 * it. */
#ifndef RS_IMAGE_BANDS_H
#define RS_IMAGE_BANDS_H

#include "base/str.h"
#include "image/info.h"

/* Names of bands, as far as a header has them. {0} has none. */
typedef struct rs_image_band_names {
    uint16_t colour[3];   /* band from 1 whose name says red, green, blue; 0 = none */
    uint16_t numbered[3]; /* named B4, B3, B2 */
    bool twice;           /* a colour or number stands at two bands: names decide nothing */
    bool modern; /* names that only Sentinel-2 and Landsat 8 have: there 4, 3, 2 is natural colour,
                    while Landsat 5's B4 is infrared */
} rs_image_band_names;

/* Takes one band's name into account: "Red", "B04", "B4 (665 nm)". `band` is from 1. */
void rs_image_name_band(rs_image_band_names *names, unsigned band, rs_str name);
/* The names in GDAL's metadata: <Item name=".." sample="2" role="description">B3</Item>. */
void rs_image_name_bands_gdal(rs_image_band_names *names, rs_str xml);

/* Fills info->shown, shown_by and bands_unknown of a picture with more than three bands of colour;
 * leaves them empty for fewer. `says_rgb`: the header says that the first three are red, green and
 * blue. `names` may be NULL. */
void rs_image_choose_bands(rs_image_info *info, bool says_rgb, const rs_image_band_names *names);

/* "4,3,2": three bands from 1. false = it is something else. */
bool rs_image_parse_bands(rs_str text, uint16_t bands[3]);

/* Has it as many bands as Sentinel-2's Level 1C (13) or 2A (12)? In both, 4, 3, 2 are red, green
 * and blue. */
bool rs_image_is_sentinel_stack(const rs_image_info *info);

#endif
