/* The overlap of two pictures on a common grid of cells, and how well their details correlate. */
#ifndef RS_SIMILAR_CROP_GRID_H
#define RS_SIMILAR_CROP_GRID_H

#include "similar/crop.h"

enum {
    RS_GRID_CELLS = 64 * 64, /* at most */
    RS_GRID_MIN_SIDE = 24,   /* below it correlations of different pictures scatter too much */
    RS_GRID_MAX_SIDE = RS_GRID_CELLS / RS_GRID_MIN_SIDE,
    RS_GRID_MAX_SEARCH = 8,
};

typedef struct rs_grid_rect {
    double x, y, width, height; /* px */
} rs_grid_rect;

typedef struct rs_grid {
    unsigned width, height;
    float at[RS_GRID_CELLS]; /* means of cells, row by row */
} rs_grid;

/* The detail of a grid: each cell minus the mean of the 9 x 9 around it, divided by their
 * deviation, so that faint ground counts like a white line across it. In 1/64, at most 4
 * deviations. */
typedef struct rs_grid_detail {
    unsigned width, height;
    int16_t at[RS_GRID_CELLS];
} rs_grid_detail;

/* Chooses as many square cells as fit an overlap of width x height, none below `finest`; false when
 * one side has too few. */
bool rs_grid_choose(double width, double height, double finest, rs_grid *grid);
/* Means of grid->width x grid->height equal cells of a rectangle inside the picture. */
void rs_grid_fill(rs_grid *grid, const rs_luma *luma, const rs_grid_rect *rect);
/* Lays the grid in an orientation. */
void rs_grid_orient(const rs_grid *grid, unsigned orientation, rs_grid *out);
void rs_grid_detail_of(const rs_grid *grid, rs_grid_detail *out);

typedef struct rs_grid_match {
    double score;  /* correlation, -1..1; 0 when one has no detail */
    double dx, dy; /* cells by which b is to be moved, with fractions */
} rs_grid_match;
/* The best correlation of two grids of one size after moves of up to `search` cells, at most
 * RS_GRID_MAX_SEARCH. */
rs_grid_match rs_grid_correlate(const rs_grid_detail *a, const rs_grid_detail *b, int search);
/* The best correlation of any move by 3 to RS_GRID_MAX_SEARCH cells away from `match`: what a place
 * beside the right one reaches, nearly as much along a road or in a pattern. */
double rs_grid_rival(const rs_grid_detail *a, const rs_grid_detail *b, const rs_grid_match *match);

#endif
