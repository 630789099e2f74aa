/* What names and first bytes say about archives. Kinds by extension and by magic number; pieces by
 * the endings that split(1), 7-Zip, WinRAR and zip give them. */
#include "io/io.h"
#include "io/name.h"

#include "base/ascii.h"

/* Kinds ---- */

rs_io_kind rs_io_kind_by_name(rs_str name)
{
    static const struct {
        const char *end;
        rs_io_kind kind;
    } kinds[] = {
        {".zip", RS_IO_ZIP},
        {".tar", RS_IO_TAR},
        {".tar.gz", RS_IO_PACKED_TAR},
        {".tgz", RS_IO_PACKED_TAR},
        {".tar.bz2", RS_IO_PACKED_TAR},
        {".tbz2", RS_IO_PACKED_TAR},
        {".tbz", RS_IO_PACKED_TAR},
        {".tar.xz", RS_IO_PACKED_TAR},
        {".txz", RS_IO_PACKED_TAR},
        {".tar.zst", RS_IO_PACKED_TAR},
        {".tzst", RS_IO_PACKED_TAR},
        {".gz", RS_IO_PACKED},
        {".bz2", RS_IO_PACKED},
        {".xz", RS_IO_PACKED},
        {".zst", RS_IO_PACKED},
        {".rar", RS_IO_RAR},
        {".7z", RS_IO_7Z},
    };
    rs_str base = rs_str_basename(name);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        rs_str end = rs_str_of(kinds[i].end);
        if (base.len > end.len && rs_str_ends_nocase(base, end)) return kinds[i].kind;
    }
    return RS_IO_PLAIN;
}

rs_io_kind rs_io_tree_kind(const rs_io_tree *tree, rs_str name)
{
    if (tree->open_sheets && rs_str_ends_nocase(name, RS_STR(".xlsx"))) return RS_IO_ZIP;
    if (tree->rows && rs_str_ends_nocase(name, RS_STR(".parquet"))) return RS_IO_ROWS;
    return rs_io_kind_by_name(name);
}

/* An octal field of a tar header that holds only digits, blanks and NULs. */
static int64_t small_octal(const uint8_t *p, size_t n)
{
    int64_t value = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] >= '0' && p[i] <= '7') value = value * 8 + (p[i] - '0');
        else if (p[i] != ' ' && p[i] != 0) return -1;
    }
    return value;
}

bool rs_io_is_tar_header(const uint8_t block[512])
{
    int64_t sum = 0, signed_sum = 0; /* old tars summed signed chars */
    for (size_t i = 0; i < 512; i++) {
        uint8_t c = i >= 148 && i < 156 ? ' ' : block[i];
        sum += c;
        signed_sum += (int8_t)c;
    }
    /* a block of zeros has a right checksum too */
    if (block[0] == 0 && sum == 8 * ' ') return false;
    int64_t want = small_octal(block + 148, 8);
    return want >= 0 && (want == sum || want == signed_sum);
}

rs_io_kind rs_io_kind_by_bytes(const uint8_t *bytes, size_t n)
{
    static const struct {
        const char *magic;
        size_t len;
        rs_io_kind kind;
    } magics[] = {
        {"PK\3\4", 4, RS_IO_ZIP},
        {"PK\5\6", 4, RS_IO_ZIP},
        {"PK\7\10", 4, RS_IO_ZIP},
        {"PK00", 4, RS_IO_ZIP},
        {"\x1f\x8b", 2, RS_IO_PACKED},
        {"BZh", 3, RS_IO_PACKED},
        {"\xfd"
         "7zXZ\0",
         6, RS_IO_PACKED},
        {"\x28\xb5\x2f\xfd", 4, RS_IO_PACKED},
        {"Rar!\x1a\x07", 6, RS_IO_RAR},
        {"7z\xbc\xaf\x27\x1c", 6, RS_IO_7Z},
    };
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (n >= magics[i].len && memcmp(bytes, magics[i].magic, magics[i].len) == 0)
            return magics[i].kind;
    return n >= 512 && rs_io_is_tar_header(bytes) ? RS_IO_TAR : RS_IO_PLAIN;
}

/* Pieces ---- */

static bool is_joint(char c)
{
    return c == '.' || c == '_' || c == '-';
}

static rs_str drop_joints(rs_str s)
{
    while (s.len > 0 && is_joint(s.ptr[s.len - 1])) s.len--;
    return s;
}

/* The file's own name in front of "part", "_part", ".part_". */
static bool drop_part_word(rs_str *s)
{
    rs_str rest = drop_joints(*s);
    if (!rs_str_ends_nocase(rest, RS_STR("part"))) return false;
    rest = drop_joints(rs_str_sub(rest, 0, rest.len - 4));
    if (rest.len == 0) return false;
    *s = rest;
    return true;
}

static int64_t number_of(rs_str digits)
{
    int64_t value = 0;
    if (digits.len == 0 || digits.len > 9) return -1;
    for (size_t i = 0; i < digits.len; i++) value = value * 10 + (digits.ptr[i] - '0');
    return value;
}

static rs_str trailing_digits(rs_str s)
{
    size_t begin = s.len;
    while (begin > 0 && rs_ascii_is_digit(s.ptr[begin - 1])) begin--;
    return rs_str_sub(s, begin, s.len);
}

/* x.part1.rar, x.r00 and x.z01. */
static bool part_of_rar(rs_str name, rs_io_part *out)
{
    if (rs_str_ends_nocase(name, RS_STR(".rar"))) {
        rs_str front = rs_str_sub(name, 0, name.len - 4);
        rs_str digits = trailing_digits(front);
        rs_str base = rs_str_sub(front, 0, front.len - digits.len);
        rs_str stem = base;
        if (digits.len == 0 || !rs_str_ends_nocase(base, RS_STR(".part")) || !drop_part_word(&base))
            return false;
        *out = (rs_io_part){.style = RS_IO_PART_RAR,
                            .stem = stem,
                            .joined_name = base,
                            .number = number_of(digits)};
        return out->number >= 0;
    }
    if (name.len < 5 || !rs_ascii_is_digit(name.ptr[name.len - 1]) ||
        !rs_ascii_is_digit(name.ptr[name.len - 2]) || name.ptr[name.len - 4] != '.')
        return false;
    char kind = (char)(name.ptr[name.len - 3] | 0x20);
    if (kind != 'r' && kind != 'z') return false;
    rs_str stem = rs_str_sub(name, 0, name.len - 4);
    int64_t number = number_of(rs_str_sub(name, name.len - 2, name.len));
    if (kind == 'r') number++; /* x.rar is the first volume, x.r00 the second */
    *out = (rs_io_part){.style = kind == 'r' ? RS_IO_PART_RAR_OLD : RS_IO_PART_ZIP,
                        .stem = stem,
                        .joined_name = stem,
                        .number = number};
    return true;
}

bool rs_io_part_anchor(rs_str name, rs_io_part *out)
{
    rs_str stem = name.len > 4 ? rs_str_sub(name, 0, name.len - 4) : RS_STR("");
    if (stem.len && rs_str_ends_nocase(name, RS_STR(".zip"))) {
        *out = (rs_io_part){.style = RS_IO_PART_ZIP,
                            .stem = stem,
                            .joined_name = stem,
                            .number = INT64_MAX,
                            .last = true};
        return true;
    }
    if (stem.len && rs_str_ends_nocase(name, RS_STR(".rar"))) {
        *out = (rs_io_part){.style = RS_IO_PART_RAR_OLD, .stem = stem, .joined_name = stem};
        return true;
    }
    return false;
}

static bool part_of_digits(rs_str name, rs_io_part *out)
{
    rs_str digits = trailing_digits(name);
    rs_str front = rs_str_sub(name, 0, name.len - digits.len);
    rs_str joined = front;
    int64_t number = number_of(digits);
    if (number < 0) return false;
    bool by_word = drop_part_word(&joined);
    if (!by_word) joined = drop_joints(front);
    if (rs_io_kind_by_name(joined) == RS_IO_PLAIN) return false;
    /* "x.tar.1" is a backup, "x.tar.001" a piece */
    if (!by_word && (digits.len < 2 || joined.len == front.len)) return false;
    *out = (rs_io_part){
        .style = RS_IO_PART_DIGITS, .stem = front, .joined_name = joined, .number = number};
    return true;
}

/* x.zip.partaa, images_partaa, x.tar.gzaa: two or three small letters at the end. */
static bool part_of_letters(rs_str name, rs_io_part *out)
{
    if (rs_io_kind_by_name(name) != RS_IO_PLAIN) return false; /* the "gz" of x.tar.gz */
    for (uint32_t width = 2; width <= 3; width++) {
        if (name.len <= width) return false;
        rs_str front = rs_str_sub(name, 0, name.len - width);
        rs_str joined = front;
        int64_t number = 0;
        bool letters = true;
        for (size_t i = front.len; i < name.len; i++) {
            letters = letters && rs_ascii_is_lower(name.ptr[i]);
            number = number * 26 + (name.ptr[i] - 'a');
        }
        if (!letters) return false;
        bool by_word = drop_part_word(&joined);
        if (!by_word) joined = drop_joints(front);
        /* "image.ab" is no piece: without "part" the rest must be an archive's name */
        if (!by_word && rs_io_kind_by_name(joined) == RS_IO_PLAIN) continue;
        *out = (rs_io_part){.style = RS_IO_PART_LETTERS,
                            .stem = front,
                            .joined_name = joined,
                            .width = width,
                            .number = number};
        return true;
    }
    return false;
}

bool rs_io_part_of(rs_str name, rs_io_part *out)
{
    return part_of_rar(name, out) || part_of_digits(name, out) || part_of_letters(name, out);
}

bool rs_io_is_leftover(rs_str path)
{
    return rs_str_starts(rs_str_basename(path), RS_STR("._")) ||
           rs_str_find(path, RS_STR("__MACOSX/")) != RS_NPOS;
}
