/* Files of one's own under a path, sorted into groups of one kind and folder. own_scan.c fills them
 * by first bytes, own_scan_pictures.c by the names of folders. */
#ifndef RS_RELEASE_OWN_GROUPS_H
#define RS_RELEASE_OWN_GROUPS_H

#include "release/kind.h"

enum {
    RS_OWN_FILES = 8,
    RS_OWN_SURE_PICTURES = 50, /* pictures alone, in folders that may be classes or just scenes */
    RS_OWN_SURE_OF_ALL = 60    /* annotation of a known form or with fields of known names; pairs */
                               /* and masks. `index --all` asks about anything less */
};

/* Files of one kind in one folder. */
typedef struct rs_own_group {
    rs_str folder;              /* below the scanned path; empty = the path itself */
    rs_str files[RS_OWN_FILES]; /* paths of the first ones */
    size_t n;
    const rs_file_kind *kind; /* of the first file; NULL = pictures */
    const rs_reader *reader;  /* NULL = none takes them */
    int sure;                 /* 0..100: of the reader */
    bool tied;                /* another reader is as sure: its group has the same files */
    rs_texts params;          /* "image=img", ...: what the reader must be told */
    rs_str path;              /* what the command names, below the scanned path; and where */
    rs_str images;            /* its pictures lie, if elsewhere; ptr NULL = not elsewhere */
    rs_str name;              /* id that the command gives the dataset */
    rs_str command;           /* empty = none can be given; then `todo` says why */
    rs_str todo;
} rs_own_group;

typedef struct rs_own_scan {
    const rs_io_tree *tree;
    rs_str path;               /* as the user typed it: commands name files by it */
    const bool *claimed;       /* by member: a release of the catalogue has it; NULL = none is */
    const rs_catalog *catalog; /* whose ids no group is named by; NULL = none */
    bool
        read_through; /* archives that cannot be sought in are read, however big; else small ones */
    bool fields_given; /* parameters name the fields of one's own: nothing has to tell them */
    rs_own_group *groups;
    size_t n, cap;
    size_t n_not_opened; /* files that look like annotation beyond those that were looked at */
} rs_own_scan;

/* Is the folder `in` another one, or below it? "" is the root. */
bool rs_own_is_in(rs_str in, rs_str folder);
/* The folder that can be named on a command line: an archive counts as one. */
rs_str rs_own_folder_of(const rs_io_tree *tree, const rs_io_member *member);
/* A copy of `group`; *out is good until the next. */
rsift_status rs_own_add_group(rs_own_scan *scan, rs_arena *arena, const rs_own_group *group,
                              rs_own_group **out, rsift_error *err);

#endif
