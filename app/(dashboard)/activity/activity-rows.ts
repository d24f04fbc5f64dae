/** Rows that are read at once: more than a tall screen shows. */
export const ACTIVITY_ROWS = 50
