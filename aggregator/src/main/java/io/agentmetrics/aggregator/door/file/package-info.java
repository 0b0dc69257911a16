/**
 * The import of executions from a file: a Spring Batch job that reads CSV and stores what
 * fits, and a file of what does not.
 */
@NullMarked
package io.agentmetrics.aggregator.door.file;

import org.jspecify.annotations.NullMarked;
