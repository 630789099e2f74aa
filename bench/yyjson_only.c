/* The limit for indexing JSON: the whole file in memory, parsed by yyjson, nothing kept. */
#include <stdio.h>
#include <yyjson.h>

int main(int argc, char **argv)
{
    yyjson_read_err err;
    yyjson_doc *doc = argc == 2 ? yyjson_read_file(argv[1], 0, NULL, &err) : NULL;
    if (!doc) return 1;
    printf("%zu\n", yyjson_arr_size(yyjson_doc_get_root(doc)));
    yyjson_doc_free(doc);
    return 0;
}
