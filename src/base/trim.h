/* Memory that was freed and that malloc still holds. */
#ifndef RS_BASE_TRIM_H
#define RS_BASE_TRIM_H

/* Gives it back to the system where malloc can: after a step that needed much more than the next
 * one, or before one that allocates from elsewhere. */
void rs_trim_heap(void);

#endif
