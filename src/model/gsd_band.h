/* Ranges of the ground sample distance (metres on the ground per pixel) in which datasets and
 * samples are told apart. guess: about where the classes that can be seen change (cars, houses,
 * blocks, fields); not a published division. */
#ifndef RS_MODEL_GSD_BAND_H
#define RS_MODEL_GSD_BAND_H

enum { RS_GSD_N_BOUNDS = 4, RS_GSD_UNKNOWN = 0 };

/* Band i, from 1, begins at bound i - 2 and ends before bound i - 1; the first begins above 0. */
extern const double rs_gsd_bounds[RS_GSD_N_BOUNDS];
/* [RS_GSD_UNKNOWN] = "unknown", then the bands. */
extern const char *const rs_gsd_band_names[RS_GSD_N_BOUNDS + 2];

#endif
