/* WebDataset: the bytes become the members of two tars (0xFE parts them), whose names the first
 * byte of each piece chooses, so that keys repeat, stand apart and have every kind of member. */
#include "reader_harness.h"

#include "release/own.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { MEMBERS = 64 };
static const char *const fuzz_names[] = {
    "0.txt", "0.json",    "0.jpg",    "1.caption", "1.img_name", "1.img_content",
    "0.cls", "d/0.txt",   "d/0.json", "1.npy",     "1.mp4",      "2.input.caption",
    "2.png", "2.seg.png", ".txt",     "0.text",
};

/* One member: header, data, padding. */
static size_t fuzz_member(uint8_t *out, const char *name, const uint8_t *bytes, size_t n)
{
    memset(out, 0, 512);
    snprintf((char *)out, 100, "%s", name);
    snprintf((char *)out + 100, 8, "%07o", 0644);
    snprintf((char *)out + 124, 12, "%011o", (unsigned)(n & 0x1FFFFF));
    memcpy(out + 257, "ustar\00000", 8);
    out[156] = '0';
    memset(out + 148, ' ', 8);
    unsigned sum = 0;
    for (int i = 0; i < 512; i++) sum += out[i];
    snprintf((char *)out + 148, 8, "%06o", sum);
    const size_t padded = (n + 511) / 512 * 512;
    if (n) memcpy(out + 512, bytes, n);
    if (padded > n) memset(out + 512 + n, 0, padded - n);
    return 512 + padded;
}

static void fuzz_tars(const uint8_t *bytes, size_t n)
{
    static uint8_t tars[2][(1 << 16) + (MEMBERS + 2) * 1024];
    size_t len[2] = {0, 0}, k = 0;
    for (; n && k < MEMBERS; k++) {
        const uint8_t *part = memchr(bytes, 0xFE, n);
        const size_t piece = part ? (size_t)(part - bytes) : n;
        const uint8_t kind = piece ? bytes[0] : 0;
        const size_t which = kind >> 7;
        len[which] += fuzz_member(tars[which] + len[which], fuzz_names[kind & 15], bytes + !!piece,
                                  piece - !!piece);
        n -= part ? piece + 1 : piece;
        bytes += part ? piece + 1 : piece;
    }
    for (int i = 0; i < 2; i++) {
        memset(tars[i] + len[i], 0, 1024);
        fuzz_write(i ? "t.tar" : "s.tar", tars[i], len[i] + 1024);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str each[] = {RS_STR("json.a")}, caption[] = {RS_STR("text")};
    const rs_param_value params[] = {{RS_STR("each"), each, 1}, {RS_STR("caption"), caption, 1}};
    if (n > 1 << 16 || n == 0) return 0;
    const rs_reader *reader = rs_reader_find(RS_STR("webdataset"));
    fuzz_tars(bytes + 1, n - 1);
    rsift_limits limits = rsift_limits_default();
    limits.max_record = 1 << 20;
    const rs_io_options options = {.limits = &limits};
    rs_io_tree *tree;
    RS_ASSERT(rs_io_tree_open(rs_str_of(fuzz_root), &options, &tree, NULL) == RSIFT_OK);
    size_t members[2 * MEMBERS];
    rs_str logical[2 * MEMBERS];
    rs_source_files files = {RS_STR("texts"), members, logical, 0, NULL};
    for (size_t i = 0; i < rs_io_n_members(tree); i++) {
        const rs_str path = rs_io_member_at(tree, i)->path;
        if (rs_plan_use_of(reader, path) != 0) continue;
        members[files.n] = i;
        logical[files.n++] = path;
    }
    const rs_source source = {.tree = tree,
                              .limits = &limits,
                              .dataset = RS_STR("set"),
                              .name = RS_STR("fuzz"),
                              .task = RS_TASK_CAPTION,
                              .skill = RS_STR(""),
                              .files = &files,
                              .n_files = 1,
                              .params = params,
                              .n_params = bytes[0] & 1 ? 2 : 0};
    const rs_id first = fuzz_pass(reader, &source), second = fuzz_pass(reader, &source);
    RS_ASSERT(rs_id_eq(first, second));
    rs_io_tree_close(tree);
    return 0;
}
