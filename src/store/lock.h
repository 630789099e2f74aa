/* Locks between processes that end with their owner, and the owner's folder in tmp/.
 * They are open-file-description locks: they also hold between two stores of one process, and
 * closing another descriptor of the same file does not drop them (classic fcntl locks do both
 * wrong). */
#ifndef RS_STORE_LOCK_H
#define RS_STORE_LOCK_H

#include "store/files.h"

typedef struct rs_lock {
    int fd; /* -1 = not held */
    rs_path path;
} rs_lock;
#define RS_LOCK_NONE ((rs_lock){.fd = -1, .path = {""}})

/* Takes the lock or fails at once: RSIFT_E_IO "... is held by pid 12 on host". `what` is for the
 * message. */
rsift_status rs_lock_take(rs_lock *lock, const char *path, const char *what, rsift_error *err);
/* Does another open file hold the lock at `path`? Asks without taking it: who takes it next is not
 * disturbed. */
bool rs_lock_is_held(const char *path);
/* The same, but waits up to `ms` for the holder. */
rsift_status rs_lock_wait(rs_lock *lock, const char *path, const char *what, int ms,
                          rsift_error *err);
void rs_lock_drop(rs_lock *lock, bool remove_file); /* fine when not held */

/* ---- readers of the parts, and who exchanges a release under them ---------------------------- */

/* While it is held, no release is exchanged. Waits for an exchange that is under way. Not held (fd
 * -1) where no lock can be made: on a read-only disk nothing is exchanged either. */
rs_lock rs_lock_share(const char *dir);

typedef struct rs_exclusion {
    int gate, readers; /* -1 = not held */
} rs_exclusion;
/* Lets no new reader begin and waits up to `ms` for those that read to end. */
rs_exclusion rs_lock_exclude(const char *dir, int ms);
void rs_lock_admit(rs_exclusion *exclusion);

/* Makes DIR/tmp/<owner>/ and the lock that says its owner lives. */
rsift_status rs_lock_own_tmp(rs_lock *lock, const char *dir, rs_path *tmp, rsift_error *err);
/* Removes every folder of DIR/tmp whose owner is dead, on whatever host it was. */
rsift_status rs_lock_sweep_tmp(const char *dir, rsift_error *err);

/* How many folders of DIR/tmp have an owner that is dead. */
size_t rs_lock_count_dead(const char *dir);

#endif
