/**
 * How what was measured in a window differs from the window before it.
 */
@NullMarked
package io.agentmetrics.api.change;

import org.jspecify.annotations.NullMarked;
