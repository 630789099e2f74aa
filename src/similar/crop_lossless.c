/* Asking for lossless pieces. Keys that are everywhere (logos, borders, one object drawn again and
 * again) would propose every picture for every other; they are only used where the picture has too
 * few rarer ones. */
#include "similar/crop_lossless.h"

#include "base/alloc.h"
#include "similar/crop_vote.h"
#include "similar/orient.h"

#include <stdlib.h>

enum {
    COMMON = 256, /* places from which on a key is common; bounds what one anchor costs... */
    RAREST = 16,  /* ...but as many keys of a picture are used whatever they are... */
    MOST_PLACES = 1 << 12, /* ...with this many places each */
    FEW = 8, /* anchors, up to which one that agrees proposes: water and sand have no more */
};

struct question {
    const rs_crop_index *index;
    const rs_luma *picture;
    rs_anchors anchors;
};

/* An anchor of the picture asked for, and the places of its key. */
struct looked_up {
    const rs_anchor *anchor;
    const rs_crop_key *places;
    size_t n_places;
    unsigned orientation;
};

static int by_places(const void *left, const void *right)
{
    const struct looked_up *a = left, *b = right;
    if (a->n_places != b->n_places) return a->n_places < b->n_places ? -1 : 1;
    return a->anchor < b->anchor ? -1 : a->anchor > b->anchor;
}

/* Looks every anchor up and puts those with the rarest keys first. */
static void look_up(const struct question *q, struct looked_up *out)
{
    for (size_t i = 0; i < q->anchors.n; i++) {
        uint8_t least;
        uint64_t hash = rs_anchor_key(q->picture, &q->anchors.at[i], &least);
        out[i].anchor = &q->anchors.at[i];
        out[i].orientation = (unsigned)__builtin_ctz(least);
        out[i].places = rs_crop_keys_find(&q->index->keys, hash, &out[i].n_places);
    }
    qsort(out, q->anchors.n, sizeof *out, by_places);
}

/* How many places of the i-th rarest key are looked at. */
static size_t n_used(const struct looked_up *found, size_t i)
{
    if (i >= RAREST && found[i].n_places > COMMON) return 0;
    return found[i].n_places < MOST_PLACES ? found[i].n_places : MOST_PLACES;
}

/* What it means that an anchor lies at one place of its key. */
static rs_crop_match match_of(const struct question *q, const struct looked_up *found,
                              const rs_crop_key *place)
{
    unsigned there = place->key & 7;
    unsigned o = rs_orient_then(found->orientation, rs_orient_inverse(there));
    uint32_t x = found->anchor->x, y = found->anchor->y;
    rs_orient_pixel(o, q->picture->width, q->picture->height, &x, &y);
    bool few = q->anchors.n <= FEW || q->index->sheets[place->sheet].n_anchors <= FEW;
    return (rs_crop_match){.sheet = place->sheet,
                           .orientation = o,
                           .dx = (int64_t)place->x - x,
                           .dy = (int64_t)place->y - y,
                           .x = found->anchor->x,
                           .y = found->anchor->y,
                           .alone = few && found->n_places <= COMMON};
}

static rs_crop_candidate candidate_of(const struct question *q, const rs_crop_proposal *p)
{
    const rs_crop_sheet *sheet = &q->index->sheets[p->sheet];
    const rs_luma *picture = q->picture;
    bool transposed = p->orientation & RS_IMAGE_TRANSPOSE;
    return (rs_crop_candidate){
        .number = sheet->number,
        .votes = p->votes,
        .place = {.x = (double)(sheet->x0 + p->dx),
                  .y = (double)(sheet->y0 + p->dy),
                  .width = transposed ? picture->height : picture->width,
                  .height = transposed ? picture->width : picture->height,
                  .scale = 1,
                  .orientation = p->orientation},
    };
}

/* Matches of all anchors that are used, voted on. `found` is sorted by look_up. */
static rsift_status propose(const struct question *q, const struct looked_up *found,
                            rs_crop_proposal **proposals, size_t *n, rsift_error *err)
{
    size_t n_matches = 0, k = 0, n_found = q->anchors.n;
    for (size_t i = 0; i < n_found; i++) n_matches += n_used(found, i);
    if (n_matches == 0) return RSIFT_OK;
    rs_crop_match *matches = rs_alloc(n_matches * sizeof *matches);
    *proposals = rs_alloc(n_matches * sizeof **proposals);
    if (matches && *proposals) {
        for (size_t i = 0; i < n_found; i++)
            for (size_t j = 0; j < n_used(found, i); j++)
                matches[k++] = match_of(q, &found[i], &found[i].places[j]);
        *n = rs_crop_vote(matches, n_matches, *proposals);
    }
    rs_free(matches);
    return matches && *proposals ? RSIFT_OK : rs_err_nomem(err, "question for crops");
}

rsift_status rs_crop_ask_lossless(const rs_crop_index *index, const rs_luma *picture,
                                  rs_crop_candidate *out, size_t max, size_t *n, rsift_error *err)
{
    struct question q = {.index = index, .picture = picture};
    struct looked_up *found = NULL;
    rs_crop_proposal *proposals = NULL;
    size_t n_proposals = 0;
    rsift_status st = rs_anchors_find(picture, &q.anchors, err);
    if (st != RSIFT_OK || q.anchors.n == 0) goto done;
    found = rs_alloc(q.anchors.n * sizeof *found);
    if (!found) {
        st = rs_err_nomem(err, "question for crops");
        goto done;
    }
    look_up(&q, found);
    st = propose(&q, found, &proposals, &n_proposals, err);
    for (size_t i = 0; st == RSIFT_OK && i < n_proposals && *n < max; i++)
        out[(*n)++] = candidate_of(&q, &proposals[i]);
done:
    rs_free(proposals);
    rs_free(found);
    rs_anchors_fini(&q.anchors);
    return st;
}
