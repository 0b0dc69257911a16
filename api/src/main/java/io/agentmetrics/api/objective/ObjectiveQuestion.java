package io.agentmetrics.api.objective;

import java.time.Instant;
import java.util.Optional;

/**
 * What is asked about objectives.
 *
 * @param until a moment of the past at which all windows end; empty for now
 * @param burnDown whether the days of the windows are asked about, too
 */
record ObjectiveQuestion(Optional<Instant> until, boolean burnDown) {

	static final ObjectiveQuestion NOW = new ObjectiveQuestion(Optional.empty(), false);

}
