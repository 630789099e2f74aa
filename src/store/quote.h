/* SQL text out of values: the one place that quotes. Everything is appended to `sql`; values that
 * a statement can bind ($1, $2) are bound instead (rs_store_query). */
#ifndef RS_STORE_QUOTE_H
#define RS_STORE_QUOTE_H

#include "base/buf.h"
#include "base/str.h"

void rs_store_put_literal(rs_buf *sql, rs_str text);        /* 'text', its quotes doubled */
void rs_store_put_inside_literal(rs_buf *sql, rs_str text); /* the same without outer quotes */
void rs_store_put_name(rs_buf *sql, const char *name);      /* "name", its quotes doubled */
/* 'a', 'b', 'c' */
void rs_store_put_literals(rs_buf *sql, const rs_str *texts, size_t n);
/* `text` with the characters of DuckDB's file patterns made literal. */
void rs_store_put_glob_escaped(rs_buf *sql, const char *text);
/* A path as a literal that read_csv and read_parquet take for this one file. */
void rs_store_put_path(rs_buf *sql, rs_str path);

#endif
