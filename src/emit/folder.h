/* The folder of an output: which folders may be written, and what rsift wrote there before.
 *
 * The file .rsift-output marks the folder as rsift's and lists, a line each, every file that an
 * emit made in it; a name enters the list before the file gets it. The next emit removes what the
 * list names and nothing else: what somebody added stays, and an emit that would have to replace
 * such a file is refused. One emit at a time holds the folder. */
#ifndef RS_EMIT_FOLDER_H
#define RS_EMIT_FOLDER_H

#include "base/arena.h"
#include "base/buf.h"
#include "store/lock.h"

typedef struct rs_emit_folder {
    rs_str path;
    rs_arena arena;
    rs_lock lock;
    rs_buf lines;      /* names that are not on disk yet */
    bool is_new;       /* it held nothing when it was opened */
    bool has_list;     /* its mark has a list; without one an older rsift wrote it */
    char parent[4096]; /* below path, checked last */
    int64_t n_other;   /* files that no emit wrote */
    rs_str other[3];   /* the first of them, in the order of names */
} rs_emit_folder;

/* Takes the folder: it may be absent, empty, or an output of rsift (known by its mark or, from an
 * older rsift, by its manifest). The mark is written at once, so that a killed emit can be
 * repeated. RSIFT_E_ARG for any other folder, RSIFT_E_IO while another emit holds it; then nothing
 * is changed. */
rsift_status rs_emit_folder_open(rs_emit_folder *folder, rs_str path, rsift_error *err);
/* Removes what earlier emits wrote, the manifest first, and counts what stays. */
rsift_status rs_emit_folder_clear(rs_emit_folder *folder, rsift_error *err);
/* The file `name` (relative, '/' between folders) will be written. RSIFT_E_ARG when a file that is
 * not rsift's stands there, or when a folder of the name is a link. */
rsift_status rs_emit_folder_claim(rs_emit_folder *folder, rs_str name, rsift_error *err);
/* Claims that were made so far are on disk; before the first of many files. */
rsift_status rs_emit_folder_flush(rs_emit_folder *folder, rsift_error *err);
/* Lets the folder go; a folder that is not open ({.lock = RS_LOCK_NONE}) is fine. */
void rs_emit_folder_close(rs_emit_folder *folder);

#endif
