/* Bands of the ground sample distance; see gsd_band.h. */
#include "model/gsd_band.h"

const double rs_gsd_bounds[RS_GSD_N_BOUNDS] = {0.3, 1, 4, 15};

const char *const rs_gsd_band_names[RS_GSD_N_BOUNDS + 2] = {
    "unknown", "below 0.3 m", "0.3-1 m", "1-4 m", "4-15 m", "15 m and more"};
