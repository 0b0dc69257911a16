package io.agentmetrics.model.sketch;

import java.util.List;

/**
 * The durations of a sketch in a form that can be stored: each of them, or a summary.
 */
sealed interface Distribution extends Quantiles permits ExactDurations, ReqDurations {

	/**
	 * Returns what is kept as codes.
	 * @return each kept duration in one of these, not to be changed
	 */
	List<WeightedCodes> codes();

	SketchKind kind();

	/**
	 * Returns what is stored.
	 * @return the payload of an envelope, not to be changed
	 */
	byte[] payload();

}
