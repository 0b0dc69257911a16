/**
 * What must be there before the application serves, said in one sentence if it is not.
 */
@NullMarked
package io.agentmetrics.api.startup;

import org.jspecify.annotations.NullMarked;
