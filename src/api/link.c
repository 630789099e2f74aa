/* rsift_link: pictures that live elsewhere. */
#include "index/link.h"

rsift_status rsift_link(rsift_context *context, const char *dataset, const char *images,
                        rsift_answer *out, rsift_error *err)
{
    return rs_index_link(context, dataset, images, out, err);
}
