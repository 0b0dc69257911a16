/**
 * How many rows are written at once: {@code COPY} in PostgreSQL's binary format, which
 * takes less than half the time of any INSERT.
 */
@NullMarked
package io.agentmetrics.db.copy;

import org.jspecify.annotations.NullMarked;
