/**
 * Serves the page's files so that browsers keep them exactly as long as they are right.
 */
@NullMarked
package io.agentmetrics.api.page;

import org.jspecify.annotations.NullMarked;
