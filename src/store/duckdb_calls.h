/* DuckDB's functions, called through a table that is filled when the first database is opened.
 * Relocating libduckdb costs 10 ms of CPU, more than the rest of a start, and most verbs ask no
 * database. It is the library's own interface all the same: the definitions below send each
 * call to the table, as duckdb_extension.h does it for extensions. A function that has no line here
 * fails to link. */
#ifndef RS_STORE_DUCKDB_CALLS_H
#define RS_STORE_DUCKDB_CALLS_H

#include "rsift/error.h"

#include <duckdb.h>

/* clang-format off */
#define RS_DUCKDB_CALLS(CALL) \
    CALL(append_data_chunk) CALL(appender_close) CALL(appender_column_count)                       \
    CALL(appender_column_type) CALL(appender_create_ext) CALL(appender_destroy)                    \
    CALL(appender_error_data) CALL(array_type_array_size) CALL(array_type_child_type)              \
    CALL(array_vector_get_child) CALL(bind_add_result_column) CALL(bind_boolean)                   \
    CALL(bind_double) CALL(bind_get_parameter) CALL(bind_int64) CALL(bind_null)                    \
    CALL(bind_set_bind_data) CALL(bind_value) CALL(bind_varchar_length) CALL(close)                \
    CALL(column_count) CALL(column_logical_type) CALL(column_name) CALL(connect)                   \
    CALL(create_config) CALL(create_data_chunk) CALL(create_enum_type) CALL(create_list_type)      \
    CALL(create_logical_type) CALL(create_table_function) CALL(create_uuid)                        \
    CALL(data_chunk_get_column_count)                                                              \
    CALL(data_chunk_get_size) CALL(data_chunk_get_vector) CALL(data_chunk_reset)                   \
    CALL(data_chunk_set_size) CALL(data_chunk_to_arrow) CALL(decimal_internal_type)                \
    CALL(decimal_scale) CALL(decimal_width) CALL(destroy_arrow_options) CALL(destroy_config)       \
    CALL(destroy_data_chunk) CALL(destroy_error_data) CALL(destroy_extracted)                      \
    CALL(destroy_logical_type) CALL(destroy_pending) CALL(destroy_prepare) CALL(destroy_result)    \
    CALL(destroy_table_function) CALL(destroy_value) CALL(disconnect) CALL(enum_dictionary_size)   \
    CALL(enum_dictionary_value) CALL(enum_internal_type) CALL(error_data_error_type)               \
    CALL(error_data_message) CALL(execute_pending) CALL(extract_statements)                        \
    CALL(extract_statements_error) CALL(fetch_chunk) CALL(free) CALL(from_date) CALL(from_time)    \
    CALL(from_time_tz) CALL(from_timestamp) CALL(function_get_bind_data) CALL(get_type_id)         \
    CALL(get_uint64) CALL(init_get_bind_data) CALL(init_set_max_threads) CALL(interrupt)           \
    CALL(is_finite_date) CALL(is_finite_timestamp) CALL(list_type_child_type)                      \
    CALL(list_vector_get_child) CALL(list_vector_reserve) CALL(list_vector_set_size)               \
    CALL(map_type_key_type) CALL(map_type_value_type) CALL(nparams) CALL(open_ext)                 \
    CALL(pending_error) CALL(pending_prepared) CALL(pending_prepared_streaming) CALL(prepare)      \
    CALL(prepare_error) CALL(prepare_extracted_statement) CALL(prepared_statement_type)            \
    CALL(query) CALL(register_table_function) CALL(result_error) CALL(result_error_type)           \
    CALL(result_get_arrow_options) CALL(set_config) CALL(string_t_data) CALL(string_t_length)      \
    CALL(struct_type_child_count) CALL(struct_type_child_name) CALL(struct_type_child_type)        \
    CALL(struct_vector_get_child) CALL(table_function_add_parameter)                               \
    CALL(table_function_set_bind) CALL(table_function_set_function)                                \
    CALL(table_function_set_init) CALL(table_function_set_name) CALL(to_arrow_schema)              \
    CALL(union_type_member_count) CALL(union_type_member_name) CALL(union_type_member_type)        \
    CALL(validity_row_is_valid) CALL(validity_set_row_invalid)                                     \
    CALL(vector_assign_string_element_len) CALL(vector_ensure_validity_writable)                   \
    CALL(vector_get_data) CALL(vector_get_validity) CALL(vector_reference_vector)                  \
    CALL(vector_size)
/* clang-format on */

typedef struct rs_duckdb_calls {
#define RS_DUCKDB_FIELD(name) __typeof__(duckdb_##name) *(name);
    RS_DUCKDB_CALLS(RS_DUCKDB_FIELD)
#undef RS_DUCKDB_FIELD
} rs_duckdb_calls;

/* Written once, by rs_duckdb_load. */
extern rs_duckdb_calls rs_duckdb;

/* Fills the table: once a process, whichever thread comes first. Has to be called before the first
 * function of DuckDB; RSIFT_E_IO when libduckdb.so is not beside rsift, or lacks one: no fault of
 * the file that is to be read, which io would pass over as one that nothing can be done about. */
rsift_status rs_duckdb_load(rsift_error *err);

#define duckdb_append_data_chunk rs_duckdb.append_data_chunk
#define duckdb_appender_close rs_duckdb.appender_close
#define duckdb_appender_column_count rs_duckdb.appender_column_count
#define duckdb_appender_column_type rs_duckdb.appender_column_type
#define duckdb_appender_create_ext rs_duckdb.appender_create_ext
#define duckdb_appender_destroy rs_duckdb.appender_destroy
#define duckdb_appender_error_data rs_duckdb.appender_error_data
#define duckdb_array_type_array_size rs_duckdb.array_type_array_size
#define duckdb_array_type_child_type rs_duckdb.array_type_child_type
#define duckdb_array_vector_get_child rs_duckdb.array_vector_get_child
#define duckdb_bind_add_result_column rs_duckdb.bind_add_result_column
#define duckdb_bind_boolean rs_duckdb.bind_boolean
#define duckdb_bind_double rs_duckdb.bind_double
#define duckdb_bind_get_parameter rs_duckdb.bind_get_parameter
#define duckdb_bind_int64 rs_duckdb.bind_int64
#define duckdb_bind_null rs_duckdb.bind_null
#define duckdb_bind_set_bind_data rs_duckdb.bind_set_bind_data
#define duckdb_bind_value rs_duckdb.bind_value
#define duckdb_bind_varchar_length rs_duckdb.bind_varchar_length
#define duckdb_close rs_duckdb.close
#define duckdb_column_count rs_duckdb.column_count
#define duckdb_column_logical_type rs_duckdb.column_logical_type
#define duckdb_column_name rs_duckdb.column_name
#define duckdb_connect rs_duckdb.connect
#define duckdb_create_config rs_duckdb.create_config
#define duckdb_create_data_chunk rs_duckdb.create_data_chunk
#define duckdb_create_enum_type rs_duckdb.create_enum_type
#define duckdb_create_list_type rs_duckdb.create_list_type
#define duckdb_create_logical_type rs_duckdb.create_logical_type
#define duckdb_create_table_function rs_duckdb.create_table_function
#define duckdb_create_uuid rs_duckdb.create_uuid
#define duckdb_data_chunk_get_column_count rs_duckdb.data_chunk_get_column_count
#define duckdb_data_chunk_get_size rs_duckdb.data_chunk_get_size
#define duckdb_data_chunk_get_vector rs_duckdb.data_chunk_get_vector
#define duckdb_data_chunk_reset rs_duckdb.data_chunk_reset
#define duckdb_data_chunk_set_size rs_duckdb.data_chunk_set_size
#define duckdb_data_chunk_to_arrow rs_duckdb.data_chunk_to_arrow
#define duckdb_decimal_internal_type rs_duckdb.decimal_internal_type
#define duckdb_decimal_scale rs_duckdb.decimal_scale
#define duckdb_decimal_width rs_duckdb.decimal_width
#define duckdb_destroy_arrow_options rs_duckdb.destroy_arrow_options
#define duckdb_destroy_config rs_duckdb.destroy_config
#define duckdb_destroy_data_chunk rs_duckdb.destroy_data_chunk
#define duckdb_destroy_error_data rs_duckdb.destroy_error_data
#define duckdb_destroy_extracted rs_duckdb.destroy_extracted
#define duckdb_destroy_logical_type rs_duckdb.destroy_logical_type
#define duckdb_destroy_pending rs_duckdb.destroy_pending
#define duckdb_destroy_prepare rs_duckdb.destroy_prepare
#define duckdb_destroy_result rs_duckdb.destroy_result
#define duckdb_destroy_table_function rs_duckdb.destroy_table_function
#define duckdb_destroy_value rs_duckdb.destroy_value
#define duckdb_disconnect rs_duckdb.disconnect
#define duckdb_enum_dictionary_size rs_duckdb.enum_dictionary_size
#define duckdb_enum_dictionary_value rs_duckdb.enum_dictionary_value
#define duckdb_enum_internal_type rs_duckdb.enum_internal_type
#define duckdb_error_data_error_type rs_duckdb.error_data_error_type
#define duckdb_error_data_message rs_duckdb.error_data_message
#define duckdb_execute_pending rs_duckdb.execute_pending
#define duckdb_extract_statements rs_duckdb.extract_statements
#define duckdb_extract_statements_error rs_duckdb.extract_statements_error
#define duckdb_fetch_chunk rs_duckdb.fetch_chunk
#define duckdb_free rs_duckdb.free
#define duckdb_from_date rs_duckdb.from_date
#define duckdb_from_time rs_duckdb.from_time
#define duckdb_from_time_tz rs_duckdb.from_time_tz
#define duckdb_from_timestamp rs_duckdb.from_timestamp
#define duckdb_function_get_bind_data rs_duckdb.function_get_bind_data
#define duckdb_get_type_id rs_duckdb.get_type_id
#define duckdb_get_uint64 rs_duckdb.get_uint64
#define duckdb_init_get_bind_data rs_duckdb.init_get_bind_data
#define duckdb_init_set_max_threads rs_duckdb.init_set_max_threads
#define duckdb_interrupt rs_duckdb.interrupt
#define duckdb_is_finite_date rs_duckdb.is_finite_date
#define duckdb_is_finite_timestamp rs_duckdb.is_finite_timestamp
#define duckdb_list_type_child_type rs_duckdb.list_type_child_type
#define duckdb_list_vector_get_child rs_duckdb.list_vector_get_child
#define duckdb_list_vector_reserve rs_duckdb.list_vector_reserve
#define duckdb_list_vector_set_size rs_duckdb.list_vector_set_size
#define duckdb_map_type_key_type rs_duckdb.map_type_key_type
#define duckdb_map_type_value_type rs_duckdb.map_type_value_type
#define duckdb_nparams rs_duckdb.nparams
#define duckdb_open_ext rs_duckdb.open_ext
#define duckdb_pending_error rs_duckdb.pending_error
#define duckdb_pending_prepared rs_duckdb.pending_prepared
#define duckdb_pending_prepared_streaming rs_duckdb.pending_prepared_streaming
#define duckdb_prepare rs_duckdb.prepare
#define duckdb_prepare_error rs_duckdb.prepare_error
#define duckdb_prepare_extracted_statement rs_duckdb.prepare_extracted_statement
#define duckdb_prepared_statement_type rs_duckdb.prepared_statement_type
#define duckdb_query rs_duckdb.query
#define duckdb_register_table_function rs_duckdb.register_table_function
#define duckdb_result_error rs_duckdb.result_error
#define duckdb_result_error_type rs_duckdb.result_error_type
#define duckdb_result_get_arrow_options rs_duckdb.result_get_arrow_options
#define duckdb_set_config rs_duckdb.set_config
#define duckdb_string_t_data rs_duckdb.string_t_data
#define duckdb_string_t_length rs_duckdb.string_t_length
#define duckdb_struct_type_child_count rs_duckdb.struct_type_child_count
#define duckdb_struct_type_child_name rs_duckdb.struct_type_child_name
#define duckdb_struct_type_child_type rs_duckdb.struct_type_child_type
#define duckdb_struct_vector_get_child rs_duckdb.struct_vector_get_child
#define duckdb_table_function_add_parameter rs_duckdb.table_function_add_parameter
#define duckdb_table_function_set_bind rs_duckdb.table_function_set_bind
#define duckdb_table_function_set_function rs_duckdb.table_function_set_function
#define duckdb_table_function_set_init rs_duckdb.table_function_set_init
#define duckdb_table_function_set_name rs_duckdb.table_function_set_name
#define duckdb_to_arrow_schema rs_duckdb.to_arrow_schema
#define duckdb_union_type_member_count rs_duckdb.union_type_member_count
#define duckdb_union_type_member_name rs_duckdb.union_type_member_name
#define duckdb_union_type_member_type rs_duckdb.union_type_member_type
#define duckdb_validity_row_is_valid rs_duckdb.validity_row_is_valid
#define duckdb_validity_set_row_invalid rs_duckdb.validity_set_row_invalid
#define duckdb_vector_assign_string_element_len rs_duckdb.vector_assign_string_element_len
#define duckdb_vector_ensure_validity_writable rs_duckdb.vector_ensure_validity_writable
#define duckdb_vector_get_data rs_duckdb.vector_get_data
#define duckdb_vector_get_validity rs_duckdb.vector_get_validity
#define duckdb_vector_reference_vector rs_duckdb.vector_reference_vector
#define duckdb_vector_size rs_duckdb.vector_size

#endif
