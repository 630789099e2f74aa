/* Which file is the picture that an annotation names? Names of all pictures of a release are held
 * in memory (about 100 bytes each); resolving is pure and may be done by many threads.
 *
 * A picture's canonical path is what the catalogue's media templates match at the end of its path
 * ("JPEGImages-trainval/00001.jpg"), else its full logical path. A name resolves to
 *   exact     the picture whose canonical path it is; the cell of a file of rows that a row of
 *             that file names
 *   tail      the only picture whose path ends with the name, or whose path is the name's end
 *   basename  the only picture of that file name, when the name has no folder or the picture has
 *             none
 *   stem      likewise by the name without its extension, case ignored: labels often name none
 *             (DOTA) or another one. Of several, those of the name's own extension come first.
 * The folder of --images comes before the release's own, and in it the picture that lies just
 * where the name says before those in deeper folders (masks/1.png); of several pictures, those that
 * lie in the record's own folder or the nearest one above it count ("train/labels/1.txt" means
 * train/images/1.png, not val/images/1.png). Two files that differ by Unicode's normal form alone
 * are ambiguous. Anything else is unresolved (a state) or ambiguous (also a finding). Nothing is
 * guessed. */
#ifndef RS_RELEASE_PICTURES_H
#define RS_RELEASE_PICTURES_H

#include "base/map.h"
#include "io/io.h"

/* A media template of the catalogue as a pattern: `pattern` matches the end of a picture's path;
 * its first `head` bytes are a folder (another root of the same pictures) and stand for
 * `canonical_head`. */
typedef struct rs_media_pattern {
    rs_str pattern;
    size_t head;
    rs_str canonical_head;
} rs_media_pattern;

/* What patterns are matched with: `above` are the names of the folders above each tree, so that a
 * release gives the same names whichever of its folders was opened; empty = none. */
typedef struct rs_media_names {
    rs_media_pattern *patterns;
    size_t n;
    rs_str above[2];
    /* The folder or archive of the first tree that is, or lies in, the second one: "" = all of it,
     * ptr NULL = none. Its pictures are listed once, as the second's. */
    rs_str twice;
    bool archives; /* names of archives count as folders, see release/paths.h */
} rs_media_names;

typedef struct rs_picture {
    uint32_t tree; /* index into pictures.trees */
    size_t member;
    rs_str path; /* in its tree; this and the next two in composed Unicode (NFC), as names are */
    rs_str full; /* logical path below the folders above the tree */
    rs_str canonical;
    uint32_t next; /* chain of one stem; UINT32_MAX ends */
} rs_picture;

typedef struct rs_pictures {
    const rs_io_tree *const *trees;
    size_t n_trees;
    rs_picture *items; /* in tree order */
    size_t n, cap;
    rs_strmap canonical;    /* canonical path -> number in by_canonical */
    uint32_t *by_canonical; /* first picture with it; UINT32_MAX = two that differ by their form */
    size_t cap_by_canonical;
    rs_strmap stems; /* file name without extension, in lower case */
    uint32_t *heads; /* first of chain, by the stem's number */
    size_t cap_heads;
    uint32_t named; /* the tree that the user names as the pictures'; UINT32_MAX = none */
    rs_arena arena;
} rs_pictures;

typedef enum rs_resolved {
    RS_UNRESOLVED,
    RS_AMBIGUOUS,
    RS_EXACT,
    RS_TAIL,
    RS_BASENAME,
    RS_STEM
} rs_resolved;

/* Lists every picture and video of the trees, of which a second one is that of --images. `names`:
 * NULL = the paths as they are. */
rsift_status rs_pictures_open(rs_pictures *pictures, const rs_io_tree *const *trees, size_t n_trees,
                              const rs_media_names *names, rsift_error *err);
void rs_pictures_fini(rs_pictures *pictures);

/* What a record names. */
typedef struct rs_picture_name {
    rs_str path;
    rs_str record_folder;     /* folder of the record's own file; ptr NULL = not known */
    const rs_str *extensions; /* of the same picture, tried before any other */
    size_t n_extensions;
    /* A label file's own name: the folders of all such files. A picture whose folders agree better
     * with another of them (train/images with train/labels) is not that of val/labels/1.txt. */
    const rs_str *label_folders;
    size_t n_label_folders;
} rs_picture_name;

/* Finds the picture of a name; *out is its number when EXACT or above. Thread-safe. */
rs_resolved rs_pictures_resolve(const rs_pictures *pictures, const rs_picture_name *name,
                                size_t *out);
/* The picture of just this canonical path, RS_NPOS = none. */
size_t rs_pictures_find(const rs_pictures *pictures, rs_str canonical);
/* Does the picture lack something of the name: folders ("im1/a.png" for a.png) or its extension?
 * Two such names of one picture are two pictures, and it is at most one of them. */
bool rs_pictures_is_loose(const rs_pictures *pictures, size_t picture, rs_str path);
const char *rs_resolved_name(rs_resolved resolved);

#endif
