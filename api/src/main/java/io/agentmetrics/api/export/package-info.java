/**
 * The same answers over plain HTTP: JSON with snake_case names, and the daily rows as
 * files.
 */
@NullMarked
package io.agentmetrics.api.export;

import org.jspecify.annotations.NullMarked;
