/**
 * What holds for the model as a whole.
 */
@NullMarked
package io.agentmetrics.model;

import org.jspecify.annotations.NullMarked;
