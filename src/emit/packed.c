/* Packed records: a head of sizes, then the parts one after another. */
#include "emit/packed.h"

typedef struct head {
    uint32_t n_pictures, n_boxes, n_degenerate, n_box_bytes, n_record, n_dataset, n_task;
} head;

/* A box: this, then n_pixels doubles. */
typedef struct box_head {
    uint32_t image, n_pixels;
} box_head;

size_t rs_emit_pack(rs_buf *out, const rs_rendered *r, const uint32_t *pictures)
{
    const size_t begin = out->len;
    size_t n_box_bytes = 0;
    head h = {.n_pictures = r->n_images,
              .n_boxes = r->n_boxes,
              .n_dataset = (uint32_t)r->dataset.len,
              .n_task = (uint32_t)r->task.len};
    for (uint32_t i = 0; i < r->n_boxes; i++) {
        /* A box has 4 or 8 numbers, so the bytes of all are counted for the head: what follows them
         * is found without reading them. */
        h.n_degenerate += r->boxes[i].degenerate;
        n_box_bytes += sizeof(box_head) + r->boxes[i].n_pixels * sizeof(double);
    }
    h.n_box_bytes = (uint32_t)n_box_bytes;
    /* In this machine's byte order: packed bytes do not outlive the run. */
    rs_buf_add(out, &h, sizeof h);
    rs_buf_add(out, pictures, r->n_images * sizeof *pictures);
    for (uint32_t i = 0; i < r->n_boxes; i++) {
        const rs_written_box *box = &r->boxes[i];
        const box_head b = {box->image, box->n_pixels};
        rs_buf_add(out, &b, sizeof b);
        rs_buf_add(out, box->pixels, box->n_pixels * sizeof(double));
    }
    rs_buf_str(out, r->dataset);
    rs_buf_str(out, r->task);
    return begin;
}

void rs_emit_pack_record(rs_buf *out, size_t begin, rs_str record)
{
    head h;
    if (out->failed) return;
    memcpy(&h, out->ptr + begin, sizeof h);
    h.n_record = (uint32_t)record.len;
    memcpy(out->ptr + begin, &h, sizeof h);
}

rs_emit_packed rs_emit_unpack(rs_str bytes)
{
    head h;
    RS_ASSERT(bytes.len >= sizeof h);
    /* Copied, not cast: packed bytes are not aligned. */
    memcpy(&h, bytes.ptr, sizeof h);
    size_t boxes = sizeof h + h.n_pictures * sizeof(uint32_t), dataset = boxes + h.n_box_bytes,
           task = dataset + h.n_dataset, record = task + h.n_task, truth = record + h.n_record;
    RS_ASSERT(truth <= bytes.len);
    return (rs_emit_packed){.n_pictures = h.n_pictures,
                            .n_boxes = h.n_boxes,
                            .n_degenerate = h.n_degenerate,
                            .pictures = rs_str_sub(bytes, sizeof h, boxes),
                            .boxes = rs_str_sub(bytes, boxes, dataset),
                            .record = rs_str_sub(bytes, record, truth),
                            .dataset = rs_str_sub(bytes, dataset, task),
                            .task = rs_str_sub(bytes, task, record),
                            .truth = rs_str_sub(bytes, truth, bytes.len)};
}

uint32_t rs_emit_packed_picture(const rs_emit_packed *packed, uint32_t i)
{
    uint32_t number;
    RS_ASSERT(i < packed->n_pictures);
    memcpy(&number, packed->pictures.ptr + i * sizeof number, sizeof number);
    return number;
}

rs_written_box *rs_emit_packed_boxes(const rs_emit_packed *packed, rs_arena *arena)
{
    rs_written_box *boxes = rs_arena_calloc(arena, packed->n_boxes + 1, sizeof *boxes);
    if (!boxes) return NULL;
    size_t at = 0;
    for (uint32_t i = 0; i < packed->n_boxes; i++) {
        box_head b;
        memcpy(&b, packed->boxes.ptr + at, sizeof b);
        at += sizeof b;
        boxes[i].image = b.image;
        boxes[i].n_pixels = b.n_pixels;
        memcpy(boxes[i].pixels, packed->boxes.ptr + at, b.n_pixels * sizeof(double));
        at += b.n_pixels * sizeof(double);
    }
    RS_ASSERT(at == packed->boxes.len);
    return boxes;
}
