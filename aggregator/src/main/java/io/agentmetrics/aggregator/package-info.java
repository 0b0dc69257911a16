/**
 * The aggregator's command line: what to do, how it ended.
 */
@NullMarked
package io.agentmetrics.aggregator;

import org.jspecify.annotations.NullMarked;
