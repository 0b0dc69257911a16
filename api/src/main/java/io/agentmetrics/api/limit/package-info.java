/**
 * What one request, and one client, may take: time, memory, and work in the database;
 * knows no feature.
 */
@NullMarked
package io.agentmetrics.api.limit;

import org.jspecify.annotations.NullMarked;
