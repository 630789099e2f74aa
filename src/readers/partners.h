/* Inside the readers: which files of different folders belong together by name (before and after,
 * picture and mask, views of a place). Where folders repeat a name, the folders decide: those of
 * partners differ in at most one part (train/A/1.png, train/B/1.png; Images/road/1.tif,
 * Labels/road/1.png). */
#ifndef RS_READERS_PARTNERS_H
#define RS_READERS_PARTNERS_H

#include "base/map.h"
#include "readers/parse.h"

enum { RS_NO_PARTNER = UINT32_MAX };

/* Files of one use by key; {0} = none. Reading is safe from any thread once it is open. */
typedef struct rs_partners {
    const rs_source_files *files;
    bool by_stem;
    rs_str suffix;    /* taken off the end of a stem that has it */
    rs_strmap names;  /* key -> number */
    uint32_t *first;  /* by number: the first file of this key */
    uint32_t *behind; /* by file: the next one of the same key; RS_NO_PARTNER ends */
} rs_partners;

/* `match` is "name" (equal file names) or "stem"; `files` may be NULL; lists live in `arena`. */
rsift_status rs_partners_open(rs_partners *partners, rs_arena *arena, const rs_source_files *files,
                              rs_str match, rs_str suffix, rsift_error *err);
void rs_partners_fini(rs_partners *partners);
/* The key of a path: its file name, or its stem without the suffix. */
rs_str rs_partners_key(const rs_partners *partners, rs_str path);
/* How many files have this key. */
size_t rs_partners_count(const rs_partners *partners, rs_str key);
/* The one file of this key that lies nearest to `path`, no further than one folder's name away;
 * `anywhere`: the only one of the key, wherever it lies, where none is near. RS_NO_PARTNER = none,
 * or several. */
uint32_t rs_partners_of(const rs_partners *partners, rs_str key, rs_str path, bool anywhere);

/* The path of a picture in this role: the source's template with the file's name, or the file's
 * own logical name. In the batch. */
rsift_status rs_partners_path(rs_parse *p, rs_asset_role role, rs_str logical, rs_str *out);

#endif
