/* Opening, filling and closing any container; the containers themselves are files of their own. */
#include "writers/container.h"

#include "base/alloc.h"

rsift_status rs_container_open(const rs_container *container, const rs_container_target *target,
                               rs_container_run *out, rsift_error *err)
{
    *out = (rs_container_run){container, rs_calloc(1, container->state_size)};
    if (!out->state) return rs_err_nomem(err, "a container");
    rsift_status status = container->begin(out->state, target, err);
    /* `end` also cleans up after a `begin` that failed halfway. */
    if (status != RSIFT_OK) (void)rs_container_close(out, false, NULL);
    return status;
}

rsift_status rs_container_append(const rs_container_run *run, const rs_container_record *record,
                                 rsift_error *err)
{
    return run->container->append(run->state, record, err);
}

rsift_status rs_container_close(rs_container_run *run, bool complete, rsift_error *err)
{
    rsift_status status = RSIFT_OK;
    if (run->state) status = run->container->end(run->state, complete, err);
    rs_free(run->state);
    *run = (rs_container_run){0};
    return status;
}
